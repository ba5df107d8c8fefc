"""How Chinese signs are read: as pypinyin reads them, of whose dictionaries the table is made."""

import gzip
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT

from mien.sense.pinyin import HAN, LONGEST, TABLE, syllables
from mien.train.text.pinyin import table

WORDS = sorted(PHRASES_DICT)
SIGNS = [chr(code) for code in range(0x3400, 0xFB00) if HAN.fullmatch(chr(code))]


def pypinyin(text: str) -> list[str]:
    return lazy_pinyin(text, errors="ignore")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("你好", "ni hao"),
        ("银行行长在银行里行走", "yin hang hang zhang zai yin hang li xing zou"),
        ("绿 light旅", "lv lv"),
        ("人々、走", "ren zou"),
        ("下不了", "xia bu le"),  # the beginning of 下不了台, where 不了 is bu liao
        ("我下不了", "wo xia bu le"),
        ("下不了台", "xia bu liao tai"),
        ("兙兡", ""),
        ("", ""),
    ],
)
def test_readings(text: str, read: str) -> None:
    assert syllables(text) == read.split() == pypinyin(text)


def test_signs() -> None:
    text = "，".join(SIGNS[::4])
    assert syllables(text) == pypinyin(text)


def test_every_word() -> None:
    text = "，".join(WORDS)
    assert syllables(text) == pypinyin(text)
    assert max(map(len, WORDS)) < LONGEST


def test_every_beginning_of_a_word() -> None:
    text = "，".join(sorted({word[:size] for word in WORDS for size in range(1, len(word))}))
    assert syllables(text) == pypinyin(text)


def test_words_and_signs_run_into_each_other() -> None:
    # the end of a word and the beginning of the next may be a word, and every other is cut short
    words = WORDS[::3] + WORDS[::-5]
    text = "".join(word[: 2 + at % 3] + "，" * (at % 7 == 0) for at, word in enumerate(words))
    assert syllables(text) == pypinyin(text)


@settings(max_examples=100)
@given(st.lists(st.sampled_from(WORDS) | st.sampled_from(SIGNS) | st.text(max_size=3), max_size=8))
def test_any_text(parts: list[str]) -> None:
    text = "".join(part for part in parts if HAN.search(part) or not part.strip())
    assert syllables(text) == [one for run in HAN.findall(text) for one in pypinyin(run)]


def test_the_table_is_what_the_recipe_writes() -> None:
    assert gzip.decompress(TABLE.read_bytes()).decode("utf-8") == table()


def test_a_said_line_needs_no_pypinyin() -> None:
    code = "import sys; from mien.sense.speech import visemes; visemes('银行', 'zh'); print('pypinyin' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]

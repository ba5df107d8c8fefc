"""Laws of cleaning and hashing a line."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.sense.features import LIMIT, clean, hashes, slots, tokens

LINES = st.text(max_size=80)


@settings(max_examples=60)
@given(LINES)
def test_cleaning_never_raises_and_is_done_once(text: str) -> None:
    once = clean(text)
    assert len(once) <= LIMIT
    assert once == once.strip()
    assert clean(once) == once or "\ufdfa" in once or len(once) >= LIMIT - 20


def test_links_mentions_and_skin_tones_go() -> None:
    assert clean("看 https://example.org/a?b=1 @some_one 👍🏽 ｆｕｌｌ") == "看 👍 full"


def test_a_long_line_keeps_both_ends() -> None:
    text = clean("开头" + "中" * 5000 + "结尾")
    assert text.startswith("开头")
    assert text.endswith("结尾")
    assert len(text) <= LIMIT


@settings(max_examples=60)
@given(LINES)
def test_hashes_are_distinct_and_repeat(text: str) -> None:
    line = clean(text).lower()
    keys = hashes(line)
    assert np.array_equal(keys, hashes(line))
    assert np.unique(keys).size == keys.size


def test_words_are_the_same_wherever_they_stand() -> None:
    alone = set(hashes("happy").tolist())
    inside = set(hashes("i am so happy today").tolist())
    # the word itself and the n-grams that begin and end with its blanks
    assert alone <= inside
    assert not set(hashes("x").tolist()) <= inside


def test_words_and_signs_come_in_their_order() -> None:
    line = tokens("i'm fine? 今天 fine").tolist()
    assert len(line) == 6
    assert line[1] == line[5] == tokens("fine")[0]
    assert line[3:5] == tokens("今天").tolist()
    assert tokens("").size == 0


@settings(max_examples=60)
@given(LINES)
def test_a_line_has_the_words_of_its_parts(text: str) -> None:
    line = clean(text).lower()
    assert tokens(line).tolist() == [word for part in line.split(" ") for word in tokens(part)]


@settings(max_examples=30)
@given(LINES, st.integers(4, 20))
def test_slots_fit_the_table(text: str, bits: int) -> None:
    place, mark = slots(hashes(clean(text)), bits)
    assert ((place >= 0) & (place < 1 << bits)).all()
    assert (mark >= 1).all()

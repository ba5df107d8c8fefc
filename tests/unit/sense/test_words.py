"""Where words begin and end, and that an explanation names whole ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mien.face import CLASSES
from mien.sense import explain
from mien.sense.words import cut


@pytest.mark.parametrize(
    "line",
    [
        "今天 终于 通关 了",
        "你 居然 骗 我 太过分 了",
        "红包 抢 到 最 大 的 那个",
        "刚才 有人 拧 我 家 门",
        "喜欢 的 人 结婚 了",
        "这 也 太 恶心 了 吧",
        "我 家 猫咪 今天 走 了",
        "你 在 说 什么 东西",
        "没想到 他 是 凶手",
        "吓得 我 一 晚上 没 睡",
        "明日 は 学校 に 行きたくない",
        "めっちゃ 嬉しい",
        "推し が 引退して 悲しい",
        "ムカつく 上司 に 怒られた",
        "今日 も 一日 お疲れさま",
        "名前 を 呼ばれて 照れる",
        "値段 が 上がった",
        "急 に 電気 が 消えた",
    ],
)
def test_lines_are_cut_where_a_reader_would(line: str) -> None:
    run = line.replace(" ", "")
    tongue = "ja" if any("\u3040" <= sign <= "\u30ff" for sign in run) else "zh"
    assert cut(run, tongue) == line.split()


@settings(max_examples=100)
@given(st.text(st.characters(min_codepoint=0x3040, max_codepoint=0x9FFF), max_size=40), st.sampled_from(["zh", "ja"]))
def test_nothing_is_lost_between_words(run: str, tongue: str) -> None:
    assert "".join(cut(run, tongue)) == run


class OneWord:
    """Reads a line as happy when one word stands in it, and as neutral without."""

    def __init__(self, word: str) -> None:
        self._word = word

    def odds(self, text: str) -> NDArray[np.float32]:
        """(9,) probabilities."""
        odds = np.full(len(CLASSES), 0.02, np.float32)
        odds[0 if self._word in text else -1] = 0.84
        return odds


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("我好難過", "難過"),
        ("他們終於贏了", "終於"),
        ("今天终于通关了！！", "通关"),
        ("今天终于通关了！！", "终于"),
        ("你居然骗我，太过分了", "居然"),
        ("我家猫咪今天走了", "猫咪"),
        ("刚才有人拧我家门把手", "刚才"),
        ("没想到他是凶手", "凶手"),
        ("红包抢到最大的那个耶", "红包"),
        ("喜欢的人结婚了", "结婚"),
        ("推しが引退して悲しい", "悲しい"),
        ("急に電気が消えた", "電気"),
        ("心が折れた、もう無理", "折れた"),
        ("ムカつく上司に怒られた", "上司"),
        ("名前を呼ばれて照れる", "照れる"),
        ("値段が上がったらしい", "値段"),
    ],
)
def test_an_explanation_names_whole_words(line: str, word: str) -> None:
    assert [part.text for part in explain(OneWord(word), line, "happy")] == [word]

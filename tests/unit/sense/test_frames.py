"""The grammar of denial, as whole kinds: words of feeling times frames, in three languages."""

from itertools import permutations

import pytest

from mien.face import CLASSES
from mien.sense import open_reader
from mien.sense.signs import scan

READER = open_reader()

ZH = {
    "happy": "开心 高兴 快乐",
    "sad": "难过 伤心 委屈",
    "angry": "生气 愤怒 恼火",
    "afraid": "害怕 紧张",
    "shy": "害羞",
}
EN = {"happy": "happy excited", "sad": "sad lonely", "angry": "angry mad", "afraid": "scared nervous", "shy": "shy"}
JA = {"happy": "嬉しい 楽しい", "sad": "悲しい 寂しい", "afraid": "怖い", "shy": "恥ずかしい"}

ZH_DENIED = """
我不{} 我并不{} 一点也不{} 我没有{} 没那么{} 谈不上{} 算不上{} 毫不{} 从不{} 很难{} 无法{} {}不起来 {}不了
有什么好{}的 有什么可{}的 哪里{}了
怎么可能{} 谁会{}啊 {}个屁 {}个头啊 鬼才{} 我不，真的，{} 没觉得有多{} 并没有特别{} 我都不{} {}是不可能的
"""
ZH_SOOTHED = "别{} 别{}啦 不要{} 不要{}嘛 不用{} 没必要{} 别太{}了"
ZH_MEANT = """
特别{} 我特别{} 特别的{} 今天特别地{} 从来没这么{}过 没有比今天更{}的了 不是一般的{} 别提多{}了 怎么能不{}
谁能不{} 忍不住{} 不由得{} 不知不觉就{}起来了
不仅{} 区别就是我更{} 没想到这么{} 莫名{} 不能更{}了 差不多要{}了 别人都很{} 没关系，我很{} 要不是你我不会这么{}
非常{} 睡不着，太{}了 怎么这么{}
"""
ZH_MILD = "我不是不{} 也没有不{} 不能说不{}"
ZH_UNSAID = "你{0[0]}不{0}吗 {0[0]}不{0} 不{0}的事情 假装很{0}"

EN_DENIED = (
    "I'm not {}",
    "I am not at all {}",
    "I'm not {} at all",
    "I'm never {}",
    "I'm rarely {} these days",
    "I stopped being {}",
    "I'm far from {}",
    "I'm too tired to be {}",
    "I wish I were {}",
    "I wish I could say I was {}",
    "I don't think I'm {}",
    "I do not feel {}",
    "I'm no longer {}",
    "not, in any way, {}",
    "I’m not {}",
    "I don’t feel very {}",
    "as if I'd be {}",
    "I doubt she is {}",
    "less {} than before",
    "nobody here is {}",
    "I can't say I'm {}",
    "anything but {}",
    "hardly {}",
    "I used to be {}",
    "there is nothing to be {} about",
    "neither {} nor hungry",
)
EN_MEANT = (
    "I'm not just {}",
    "I could not be more {}",
    "I have never been so {}",
    "I've never been more {}",
    "not gonna lie, I'm {}",
    "no way!! I'm so {}",
    "no doubt, I'm {}",
    "I don't know why but I'm {}",
    "I can't believe how {} I am",
    "who wouldn't be {}",
    "how could I not be {}",
    "no, I'm {}",
    "can't sleep, too {}",
    "not to brag but I'm {}",
    "I can't stop being {}",
)
EN_MILD = ("I'm not not {}", "it's not that I'm not {}")

JA_DENIED = """
{k}くない {k}くなかった {k}くありません {k}くありませんでした 全然{k}くない {}わけじゃない {}わけがない
{}わけないだろ {}とは思えない {}とは言えない
{}ってわけでもない {k}くもなんともない {}どころか {k}くなんかない {}はずがない {}とは限らない
{k}かったことは一度もない {k}く、全然、ない {}もんか
"""
JA_MEANT = """
{k}くてたまらない {k}くてしょうがない {k}くて仕方ない {k}くて止まらない {}じゃない！ {}じゃないですか {}じゃん
こんなに{}ことはない {k}すぎる {k}くないわけがない
間違いなく{} 信じられないくらい{} なんでもないけど{} {}んじゃないか？
"""
JA_MILD = "{k}くないわけじゃない {k}くないわけではない {k}くなくはない {k}くないこともない"

CONTRAST = {
    "zh": (ZH, ("我不是{}而是{}", "不是{}，是{}", "与其说{}不如说{}", "我不{}，但我很{}", "以前{}，现在{}")),
    "en": (
        EN,
        (
            "not {}, just really {}",
            "not {} but {}",
            "I'm not {}, I'm {}",
            "was {} but now {}",
            "I was {} but now I'm {}",
            "It isn't that I'm {}, I'm {}",
        ),
    ),
    "ja": (JA, ("{}んじゃなくて{}", "{}わけじゃない、{}", "{}のではなく、{}", "前は{}けど今は{}")),
}


def words(table: dict[str, str]) -> list[tuple[str, str]]:
    """Every word with its feeling."""
    return [(feeling, word) for feeling, line in table.items() for word in line.split()]


def lines(table: dict[str, str], frames: str | tuple[str, ...]) -> list[tuple[str, str]]:
    """Every word in every frame, with its feeling."""
    shapes = frames.split() if isinstance(frames, str) else frames
    return [(feeling, shape.format(word, k=word[:-1])) for feeling, word in words(table) for shape in shapes]


def felt(line: str, feeling: str) -> float:
    """How strongly the line is read as this feeling."""
    return READER.read(line).emotion.as_dict()[feeling]


@pytest.mark.parametrize(
    ("feeling", "line"), [*lines(ZH, ZH_DENIED), *lines(ZH, ZH_SOOTHED), *lines(EN, EN_DENIED), *lines(JA, JA_DENIED)]
)
def test_what_is_denied_is_not_felt(feeling: str, line: str) -> None:
    assert scan(line).evidence[CLASSES.index(feeling)] < 0.0
    assert felt(line, feeling) < 0.3


@pytest.mark.parametrize(("feeling", "line"), [*lines(ZH, ZH_MEANT), *lines(EN, EN_MEANT), *lines(JA, JA_MEANT)])
def test_what_only_looks_denied_is_felt(feeling: str, line: str) -> None:
    assert scan(line).evidence[CLASSES.index(feeling)] > 0.5
    assert READER.read(line).emotion.dominant == feeling


@pytest.mark.parametrize(("feeling", "line"), [*lines(ZH, ZH_MILD), *lines(EN, EN_MILD), *lines(JA, JA_MILD)])
def test_double_denial_is_mild(feeling: str, line: str) -> None:
    signs = scan(line)
    assert signs.damp < 1.0
    assert 0.0 < signs.evidence[CLASSES.index(feeling)] < 2.0
    assert felt(line, feeling) <= 0.6


@pytest.mark.parametrize(("feeling", "line"), lines(ZH, ZH_UNSAID))
def test_what_is_only_named_says_nothing(feeling: str, line: str) -> None:
    assert scan(line).evidence[CLASSES.index(feeling)] == 0.0


@pytest.mark.parametrize(
    ("wrong", "right", "line"),
    [
        (one[0], other[0], shape.format(one[1], other[1]))
        for table, shapes in CONTRAST.values()
        for one, other in permutations(words({feeling: line.split()[0] for feeling, line in table.items()}), 2)
        for shape in shapes
    ],
)
def test_of_two_the_one_that_is_meant_is_felt(wrong: str, right: str, line: str) -> None:
    reading = READER.read(line)
    assert reading.emotion.dominant == right
    assert reading.emotion.as_dict()[wrong] < 0.4


@pytest.mark.parametrize(
    ("feeling", "line"),
    [
        ("sad", "I can't sleep I'm so sad"),
        ("sad", "lost my cat I'm so sad"),
        ("happy", "it takes great skill, I love it"),
        ("happy", "without you I'd never be this happy"),
        ("happy", "we don't have school tomorrow yay"),
        ("angry", "you don't listen and I'm angry"),
        ("happy", "how is it so cute"),
        ("sad", "I wish he was here, I miss him"),
        ("happy", "I'm used to it, I love it"),
        ("sad", "too sad to eat"),
        ("happy", "不加班的周五，太开心了"),
        ("angry", "不回消息，气死我了"),
        ("afraid", "没带伞又打雷，好害怕"),
        ("happy", "希望你天天开心"),
        ("happy", "不知道说什么，就是开心"),
        ("angry", "能不能别再骗人了，气死我了"),
        ("happy", "忘れない、最高の一日だった"),
        ("sad", "何もできなくて悲しい"),
        ("afraid", "見えないから怖い"),
        ("happy", "怖くないし楽しい"),
        ("sad", "寂しいねん"),
    ],
)
def test_denial_ends_with_its_clause(feeling: str, line: str) -> None:
    assert READER.read(line).emotion.dominant == feeling


def test_the_past_stays_until_something_else_is_felt_now() -> None:
    assert scan("I was so happy yesterday when we won but now").evidence[CLASSES.index("happy")] > 1.0
    assert scan("I was so happy but now I am sad").evidence[CLASSES.index("happy")] <= 0.0

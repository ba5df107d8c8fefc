"""Fixed phrases as whole kinds: irony in a plain frame, loss, a fault repeated, names and facts, litotes."""

from itertools import product

import pytest

from mien.face import CLASSES
from mien.sense import open_reader
from mien.sense.phrases import prefixes, take
from mien.sense.signs import scan

READER = open_reader()

ZH_MISHAPS = "加班 崩了 掉线了 迟到 断网 考试 停电 闪退"
IRONY = [
    *(f"{praise}，又{mishap}" for praise, mishap in product(("太棒了", "太好了", "真棒"), ZH_MISHAPS.split())),
    *(f"真是谢谢{you}{end}" for you, end in product(("你", "您"), ("啦", "了，又把我删了", "，又送错了"))),
    *(f"{you}可真行啊，又{mishap}" for you, mishap in product(("你", "他"), ZH_MISHAPS.split())),
    *(
        f"{lead}{good}, {again} {mishap}"
        for lead, good, again, mishap in product(
            ("oh ", "well, "), ("great", "perfect"), ("another", "more"), ("crash", "delays", "bugs", "traffic")
        )
    ),
    *(f"thanks for {deed}" for deed in ("nothing", "ruining my day", "breaking the build", "wasting my time")),
    *(f"just what I needed, {mishap}" for mishap in ("a flat tire", "another exam", "a blue screen", "more bugs")),
    *(f"love it when {what}" for what in ("my game crashes", "the bus is late", "they cancel my order")),
    *(
        f"{praise}、また{mishap}"
        for praise, mishap in product(
            ("最高だね", "すごいね", "嬉しいなあ"), ("残業", "バグ", "遅延で遅れ", "落ちた", "メンテ")
        )
    ),
    *(f"ありがとう、おかげで{mishap}" for mishap in ("遅刻だよ", "徹夜だわ", "負けたよ")),
]
PRAISE = [
    "太棒了，又见面了",
    "太好了，又赢了一局",
    "真是谢谢你，帮了大忙",
    "oh great, you're here!",
    "thanks for everything",
    "great, we won again",
    "最高だね、また会えた",
    "ありがとう、おかげで合格したよ",
]
LOSS = [
    *(
        f"我家{dear}{when}{gone}"
        for dear, when, gone in product(["狗", "猫咪", "兔子"], ("", "昨天", "上周"), ("走了", "没了", "去世了"))
    ),
    *(f"我{dear}{when}去世了" for dear, when in product(["爷爷", "外婆", "爸爸", "老师"], ("", "昨晚", "去年"))),
    *(
        f"my {dear} {gone}"
        for dear, gone in product(
            ("dog", "cat", "grandma", "dad", "best friend"), ("died", "passed away", "just died", "died last night")
        )
    ),
    *(f"we lost our {dear} today" for dear in ("dog", "baby", "house")),
    *(f"I lost my {dear}" for dear in ("job", "grandpa", "home")),
    *(
        f"{dear}が{when}{gone}"
        for dear, when, gone in product(
            ("うちの犬", "猫", "おばあちゃん", "父"), ("", "昨日", "先月"), ("亡くなりました", "死んだ", "旅立ちました")
        )
    ),
]
AGAIN = [
    *(f"第{count}次{mishap}" for count, mishap in product("二三四", ("送错了", "掉线了", "弄丢我的包裹", "闪退了"))),
    *(
        f"{nth} time {what}"
        for nth, what in product(
            ("third", "second", "10th"), ("they lost my package", "it crashed today", "you forgot my order")
        )
    ),
    *(
        f"{count}回目だよ、{mishap}"
        for count, mishap in product("二三", ("また届いてない", "落ちたの", "間違えられたの"))
    ),
]
FACTS = [
    *(
        f"{name}{fact}"
        for name, fact in product(
            ("开心果", "欢乐谷的门票", "恐龙馆", "快乐水", "悲惨世界", "垃圾分类手册", "含羞草"), ("在哪买", "多少钱")
        )
    ),
    *(
        f"{name} {fact}"
        for name, fact in product(
            ("Mad Max", "Fear Factor", "Angry Birds", "Silent Hill", "Love Actually", "Happy Feet"),
            ("comes out on Friday", "is on at nine", "has ten episodes", "costs five dollars"),
        )
    ),
    *(
        f"{name}{fact}"
        for name, fact in product(
            ("楽天", "愛知県", "笑点", "驚異の部屋", "悲愴ソナタ", "恐竜展"), ("はどこ", "は何時から")
        )
    ),
    "the Joy-Con is on the desk",
    "D: drive is full",
    "step :3",
]
LITOTES = [
    *(
        f"{what} {frame}"
        for what in ("the new mic", "this level")
        for frame in ("is not bad", "isn't bad", "isn't half bad")
    ),
    "no problem!",
    "no complaints so far",
    "nothing wrong with that",
    "this never gets old",
    "she never disappoints",
    "can't complain",
    "味道不赖",
    "这波不坏",
    "没毛病",
    "味は悪くない",
    "この曲も悪くないね",
]


@pytest.mark.parametrize("line", IRONY)
def test_praise_of_a_mishap_is_not_meant(line: str) -> None:
    assert scan(line).ironic
    assert READER.read(line).emotion.dominant in ("angry", "disgusted", "sad")


@pytest.mark.parametrize("line", PRAISE)
def test_plain_praise_is_meant(line: str) -> None:
    assert not scan(line).ironic
    assert READER.read(line).emotion.dominant == "happy"


@pytest.mark.parametrize("line", LOSS)
def test_loss_told_plainly_is_sad(line: str) -> None:
    assert READER.read(line).emotion.dominant == "sad"


@pytest.mark.parametrize("line", AGAIN)
def test_a_fault_that_is_counted_is_anger(line: str) -> None:
    assert READER.read(line).emotion.dominant == "angry"


@pytest.mark.parametrize("line", FACTS)
def test_names_and_facts_carry_no_feeling(line: str) -> None:
    reading = READER.read(line)
    assert reading.emotion.dominant == "neutral" or reading.emotion.strength < 0.3


@pytest.mark.parametrize("line", LITOTES)
def test_understated_praise_is_no_complaint(line: str) -> None:
    assert READER.read(line).emotion.dominant in ("happy", "relaxed", "neutral")


@pytest.mark.parametrize(
    "opener",
    ["不好意思，请问", "打扰一下，请问", "excuse me, ", "sorry to bother, ", "すみません、", "恐れ入りますが、"],
)
def test_polite_openers_say_nothing(opener: str) -> None:
    rest = {"不": "几点开始", "打": "几点开始", "e": "when does it start?", "s": "when does it start?"}
    line = opener + rest.get(opener[0], "何時からですか")
    assert scan(line).evidence[:-1].max() <= 0.0
    assert READER.read(line).emotion.dominant == "neutral"


def test_a_phrase_inside_a_word_is_none() -> None:
    assert take("unhappy meals", "en").text == "unhappy meals"
    assert take("what a happy meal", "en").text.split() == ["what", "a"]
    assert not take("", "zh").row.any()


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("happy", {"hap"}),
        ("(ab|c)de", {"abd", "cde"}),
        ("a?bc", {"abc", "bc"}),
        (r"a\sb", {"a b"}),
        ("[xy]+z", {"xz", "yz", "xxz", "xyz", "yxz", "yyz", "xxx", "xxy", "xyx", "xyy", "yxx", "yxy", "yyx", "yyy"}),
        ("(?<!z)ab.c", {"ab"}),
        ("^mid$", {"mid"}),
    ],
)
def test_how_a_pattern_may_begin(pattern: str, found: set[str]) -> None:
    assert prefixes(pattern, 3) == found


def test_evidence_names_its_feeling() -> None:
    assert CLASSES[int(take("this cake is to die for", "en").row.argmax())] == "happy"

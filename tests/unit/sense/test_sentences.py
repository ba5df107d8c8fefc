"""Where sentences end, that a stream finds the same ones as a whole line, and that it works in linear time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.face import Emotion
from mien.sense import Listening, Reading, Tagged, apart
from mien.sense.sentences import LONGEST
from mien.testing import FakeReader

ONE = [
    "Pi is 3.14 today.",
    "It is 36.5 degrees.",
    "今天气温36.5度。",
    "Version v1.2.3 is out.",
    "The IP is 10.0.0.1 now.",
    "See https://example.org/a.b?c=d!e#f. ",
    "See www.example.org for more.",
    "Mail me at a.b@example.org today.",
    "Dr. Smith met Mr. Jones and Mrs. Lee.",
    "Prof. Lee vs. Dr. Wu.",
    "Fruit, e.g. apples, i.e. red ones.",
    "The U.S. Army came.",
    "In the U.K. and the U.S. too.",
    "J. K. Rowling wrote it.",
    "Cats, dogs, etc. and more.",
    "At 5 a.m. he left.",
    "Acme Inc. sells no. 5 and Fig. 3.",
    "Well... maybe.",
    "I... I don't know.",
    "So… yes.",
    "那个……我想说……其实。",
    "えっと…その、だめ。",
    '"Stop!" she said.',
    "「もう嫌だ。」と言った。",
    "What?!",
    "1. First.",
    "营业时间10～12点。",
    "真的吗？！",
]
MANY = [
    ("I won. You lost.", ["I won.", "You lost."]),
    ("Really?Yes!", ["Really?", "Yes!"]),
    ("好。走吧！嗯", ["好。", "走吧！", "嗯"]),
    ("It is 3.14. Yes.", ["It is 3.14.", "Yes."]),
    ("We left at 5 p.m. Then it rained.", ["We left at 5 p.m.", "Then it rained."]),
    ("i'm happy. you too.", ["i'm happy.", "you too."]),
    ("Oh… Now I see.", ["Oh…", "Now I see."]),
    ("No. I won't.", ["No.", "I won't."]),
    ("So am I. Then go.", ["So am I.", "Then go."]),
    ("See https://a.org/b. Then go.", ["See https://a.org/b.", "Then go."]),
    ('"Go!" He ran.', ['"Go!"', "He ran."]),
    ("One line\nTwo lines", ["One line", "Two lines"]),
    ("OK.今天去", ["OK.", "今天去"]),
    ("Wow!!! Yes", ["Wow!!!", "Yes"]),
]
TAGGED = [
    "[happy:0.8][surprised:0.4] Wow. Yes.",
    "[happy:0.3] One. [sad:0.9] Two.",
    "We won! [joy]",
    "Hm. [sad]I lost. [happy]Won!",
    "[joy]\nHello there. And on.\nNext line.",
    "It is fine *smiles*.",
    "<joy>Yes.</joy> Done.",
    '{"emotion":"joy","text":"A. B."} C.',
    "*sighs* It costs 3.50. **Really**? `x.y`",
    '```json\n{"text": "Hi. Ho.", "mood": "shy"}\n```\nBye. (waves) ok',
    "<think>a. b.</think>[sad]\nNo. 5 is out",
    r"\[happy\] Dr. Who. \n【难过】嗯……好。",
    "[sad",
    "[happy]",
    "a [joy",
    "_smi",
    "**bo",
    "He said *so. Then",
    ":happy: yes. #sad no",
    "[not happy] hm. <emotion>joy</emotion>ok! [waves]",
    "",
]
LINES = [*ONE, *(line for line, _ in MANY), *TAGGED]


class Counting:
    """Counts the letters that are read."""

    def __init__(self) -> None:
        self.letters = 0
        self._reader = FakeReader()

    def read(self, text: str) -> Reading:
        """As the fake does."""
        self.letters += len(text)
        return self._reader.read(text)


def sentences(text: str) -> list[str]:
    """The sentences of a whole text."""
    reader = Tagged(FakeReader())
    return [reader.read(part).text for part in apart(text)]


@pytest.mark.parametrize("line", ONE)
def test_no_cut_inside(line: str) -> None:
    assert sentences(line) == [line.strip()]
    assert sentences(f"{line} Nine."[:-6].strip() + "\nNine.") == [line.strip(), "Nine."]


@pytest.mark.parametrize(("line", "expected"), MANY)
def test_cuts(line: str, expected: list[str]) -> None:
    assert sentences(line) == expected


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from(LINES), min_size=1, max_size=3), st.lists(st.integers(1, 200), max_size=30), st.booleans()
)
def test_a_stream_hears_what_the_whole_says(lines: list[str], sizes: list[int], by_line: bool) -> None:
    text = ("\n" if by_line else " ").join(lines)
    reader, listening = FakeReader(), Listening(FakeReader())
    heard, at = [], 0
    for size in [*sizes, *[1 + len(text) % 3] * len(text)]:
        heard += listening.feed(text[at : at + size])
        at += size
    heard += listening.close()
    whole = [Tagged(reader).read(part) for part in apart(text)]
    assert [one.reading for one in heard if one.final] == whole


@settings(max_examples=200)
@given(st.text(alphabet="ab Dr.…!?\n。3[]happy*_\"'{}:<>/think|`#-\\（）", max_size=60), st.integers(1, 7))
def test_so_it_does_for_any_text(text: str, size: int) -> None:
    listening = Listening(FakeReader())
    heard = [one for at in range(0, len(text), size) for one in listening.feed(text[at : at + size])]
    heard += listening.close()
    last = max((at + 1 for at, one in enumerate(heard) if one.withdrawn), default=0)
    assert [one.reading for one in heard[last:] if one.final] == [
        Tagged(FakeReader()).read(part) for part in apart(text)
    ]


def _felt(text: str) -> list[tuple[str, dict[str, float]]]:
    readings = map(Tagged(FakeReader()).read, apart(text))
    return [(one.text, {name: value for name, value in one.emotion.as_dict().items() if value}) for one in readings]


def test_tags_side_by_side_are_both_felt() -> None:
    both = {"happy": 0.8, "surprised": 0.4}
    assert _felt("[happy:0.8][surprised:0.4] Wow") == [("Wow", both)]
    assert _felt("[happy:0.8, surprised:0.4] Wow") == [("Wow", both)]
    assert _felt("(happy 80%) *gasps:0.4* Wow") == [("Wow", both)]
    assert _felt("[happy:0.3] One. [sad:0.9] Two.") == [("One.", {"happy": 0.3}), ("Two.", {"sad": 0.9})]
    assert Tagged(FakeReader()).read("[happy:0.3] One. [sad:0.9] Two.").emotion == Emotion(happy=0.3, sad=0.9)
    assert apart("[happy:0.8][surprised:0.4] Wow") == ["[happy:0.80, surprised:0.40]Wow"]


def test_what_a_tag_holds_for() -> None:
    sad = {"sad": 0.75}
    assert _felt("[sad] One. Two.\nThree.") == [("One.", sad), ("Two.", sad), ("Three.", {})]
    assert _felt("[sad]\nOne. Two.\nThree.") == [("One.", sad), ("Two.", sad), ("Three.", {})]
    assert _felt("One. Two. [sad]") == [("One.", {}), ("Two.", sad)]
    assert _felt("One. Two. [sad]\nThree.") == [("One.", {}), ("Two.", sad), ("Three.", {})]
    assert _felt("<sad>One.</sad> Two.") == [("One.", sad), ("Two.", {})]
    assert _felt("[sad] One [waves] two.") == [("One two.", sad)]
    assert _felt("One two *sobs*.")[0][0] == "One two."
    assert _felt("[sad]") == [("", sad)]


def test_a_text_without_an_end_is_cut_at_a_word() -> None:
    found = sentences("lala " * 400)
    assert max(map(len, found)) <= LONGEST
    assert all(text.endswith("lala") and text.startswith("lala") for text in found)


@pytest.mark.parametrize("part", ["今天我们一起去了公园然后", "we went to the park and then ", "a", "哈", "(a ", "“a "])
def test_work_is_linear(part: str) -> None:
    """A text without ends, a character at a time: twice the text is twice the letters read, not four times."""
    read = []
    for count in (1500, 3000, 6000):
        counting = Counting()
        listening = Listening(counting)
        for char in (part * count)[:count]:
            listening.feed(char)
        listening.close()
        read.append(counting.letters)
        assert counting.letters <= 8 * count
    assert read[2] <= 2.2 * read[1] <= 2.2 * 2.2 * read[0]

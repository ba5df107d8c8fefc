"""Emotion tags of language models: felt, never spoken, whole or broken, in one piece or split."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.face import FEELINGS, Emotion
from mien.mood import begin, express, step
from mien.sense import Heard, Listening, Tagged, apart, open_reader
from mien.sense.brackets import LONGEST
from mien.sense.meaning import Piece, Tag
from mien.sense.tags import TagFilter, split_tags
from mien.sense.thinking import Withdrawn
from mien.show import script
from mien.testing import FakeReader

WHOLE = [
    ("[joy]", "happy"), ("[Joy]", "happy"), ("[ happy ]", "happy"), ("[HAPPY]", "happy"), ("(angry)", "angry"),
    ("{sad}", "sad"), ("<shy>", "shy"), ('<emotion name="fear"/>', 'afraid'), ("<emotion>joy</emotion>", "happy"),
    ("<emotion type='anger' intensity='0.8' />", 'angry'), ("<|surprised|>", "surprised"),
    ("*smiles softly*", "happy"), ("*blushes*", "shy"), ("*sighs in relief*", "relaxed"), ("[emotion: sad]", "sad"),
    ("[emotion=joy]", "happy"), ("[mood: relaxed]", "relaxed"), ("[joy:0.8]", "happy"), ("[joy 80%]", "happy"),
    ("[anger 4/5]", "angry"), ("[very happy]", "happy"), ("[slightly annoyed]", "angry"), ("[laughs]", "happy"),
    ("(giggles)", "happy"), ("(sobbing)", "sad"), ("[gasps]", "surprised"), ("[disgust]", "disgusted"),
    ("[terrified]", "afraid"), ("[embarrassed]", "shy"), ("[neutral]", "neutral"), ("[calm]", "neutral"),
    ("【开心】", "happy"), ("【生气】", "angry"), ("（难过）", "sad"), ("（害羞）", "shy"), ("[惊讶]", "surprised"),
    ("［恐惧］", "afraid"), ("[情绪：开心]", "happy"), ("[情绪:生气:0.9]", "angry"), ("【表情：害怕】", "afraid"),
    ("【非常开心】", "happy"), ("[有点难过]", "sad"), ("<恶心>", "disgusted"), ("[放松]", "relaxed"),
    ("[喜び]", "happy"), ("（怒り）", "angry"), ("【悲しい】", "sad"), ("［照れ］", "shy"), ("[驚き]", "surprised"),
    ("（びっくり）", "surprised"), ("[感情：怖い]", "afraid"), ("【嫌悪】", "disgusted"),
    ("[リラックス]", "relaxed"), ("(真顔)", "neutral"), ('{"emotion": "joy"}', 'happy'),
    ('{"emotion":"sad","intensity":0.6}', 'sad'), ("[[happy]]", "happy"),
]  # fmt: skip

BROKEN = [
    ("[joy ", "happy"), ("[joy: ", "happy"), ("<emotion joy ", "happy"), ("joy] ", "happy"), ("开心】", "happy"),
    ("【生气 ", "angry"), ("[sad)", "sad"), ("[sad】", "sad"), ("{angry ", "angry"), ("<happy ", "happy"),
    ("[照れ ", "shy"), ("[emotion: sad ", "sad"), ("[[sad]", "sad"), ("[joy]]", "happy"), ("[happy [", "happy"),
    ("Sad] ", "sad"),
]  # fmt: skip

SPOKEN = [
    "Hello there!", "I can't believe we did it.", "Wait, what was that?", "It's 3 (three) o'clock.",
    "See [1] for more.", "Fine, do what you want.", "The train leaves at nine.", "我们终于赢了！",
    "你怎么能这样说我。", "好吧（其实我也不知道）。", "今天下雨了", "那我们明天见？", "やったー！", "もう知らない。",
    "えっと、その…", "明日は雨です（たぶん）", "a * b = c",
]  # fmt: skip


def _lines() -> list[tuple[str, str, str]]:
    """Two hundred lines as a language model might write them: the line, what it should feel, what may be heard."""
    chance = np.random.default_rng(5)
    lines = []
    for number in range(200):
        tag, feeling = _form(number)
        words = SPOKEN[int(chance.integers(len(SPOKEN)))]
        lines.append((f"{tag}{'' if chance.random() < 0.5 else ' '}{words}", feeling, words))
    return lines


def _form(number: int) -> tuple[str, str]:
    return BROKEN[number // 4 % len(BROKEN)] if number % 4 == 3 else WHOLE[(number - number // 4) % len(WHOLE)]


LINES = _lines()


def _spoken(pieces: Sequence[Piece | Withdrawn]) -> str:
    return "".join(piece for piece in pieces if isinstance(piece, str)).strip()


def _dominant(emotion: Emotion | None) -> str:
    return "none" if emotion is None else emotion.dominant


@pytest.mark.parametrize(("line", "feeling", "words"), LINES)
def test_two_hundred_lines_never_show_a_tag(line: str, feeling: str, words: str) -> None:
    pieces = split_tags(line)
    tags = [piece for piece in pieces if isinstance(piece, Tag)]
    assert _dominant(next(tag.emotion for tag in tags if tag.emotion is not None)) == feeling
    assert _said(line, feeling) == re.sub(r"\s+", " ", words)


def _said(line: str, feeling: str) -> str:
    reading = Tagged(FakeReader()).read(line)
    assert reading.emotion.dominant == feeling
    return re.sub(r"\s+", " ", reading.text)


@settings(max_examples=120)
@given(st.sampled_from(LINES), st.lists(st.integers(1, 60), max_size=6))
def test_it_is_the_same_however_it_is_split(line: tuple[str, str, str], cuts: list[int]) -> None:
    text = line[0]
    places = [0, *sorted({cut for cut in cuts if cut < len(text)}), len(text)]
    reader = TagFilter()
    pieces: list[Piece | Withdrawn] = []
    for start, end in pairwise(places):
        pieces += reader.feed(text[start:end])
    pieces += reader.close()
    whole = split_tags(text)
    assert _spoken(pieces) == _spoken(whole)
    assert [piece for piece in pieces if isinstance(piece, Tag)] == [p for p in whole if isinstance(p, Tag)]


@settings(max_examples=300)
@given(st.text(alphabet="ab joy[](){}<>*/【】（）happy:0.5 \n喜。!", max_size=120))
def test_any_text_comes_through(text: str) -> None:
    reader = TagFilter()
    given_out = 0
    for at, char in enumerate(text, start=1):
        given_out += sum(len(piece) for piece in reader.feed(char) if isinstance(piece, str))
        assert given_out <= at
        assert len(reader._brackets._held) <= LONGEST
    reader.close()
    plain = re.sub(r"[\[\](){}<>*:【】（）［］〈〉｛｝]", "", text)
    assert "".join(piece for piece in split_tags(plain) if isinstance(piece, str)) == plain


@pytest.mark.parametrize(
    "text",
    ["I said (see below) that [1] is fine.", "2*3*4=24", "a < b and b > c", "f(x) = x", "f**k this",
     "嗯（其实我也不知道）好吧", "happy to see you", "a list: [1, 2, 3]", "sadly (or not) it rains", "w[0] = 1"],
)  # fmt: skip
def test_prose_stays_as_it_is(text: str) -> None:
    assert split_tags(text) == [text]


def test_what_is_no_feeling_is_dropped_as_a_stage_direction() -> None:
    assert split_tags("<emotion>joy</emotion>Hey") == [Tag(Emotion(happy=0.75)), Tag(None), "Hey"]
    assert split_tags("[waves hand]Hey") == [Tag(None), "Hey"]
    assert split_tags("ok [surp") == ["ok ", Tag(None)]
    assert split_tags("<joy>Yes</joy> done") == [Tag(Emotion(happy=0.75)), "Yes", Tag(None), " done"]


def test_a_number_or_a_word_says_how_much() -> None:
    def strength(text: str) -> float:
        (tag,) = split_tags(text)
        assert isinstance(tag, Tag)
        assert tag.emotion is not None
        return tag.emotion.strength

    assert strength("[joy:0.3]") == pytest.approx(0.3)
    assert strength("[joy 30%]") == pytest.approx(0.3)
    assert strength("[joy 3/10]") == pytest.approx(0.3)
    assert strength("[joy=7]") == pytest.approx(0.7)
    assert strength("[slightly happy]") < strength("[happy]") < strength("[very happy]") <= 1.0
    assert strength("[annoyed]") < strength("[angry]") < strength("[furious]")


def test_a_line_falls_apart_where_its_feeling_turns() -> None:
    assert apart("Hm. [sad]I lost. [happy:0.6]But won!") == ["Hm.", "[sad:0.75]I lost.", "[happy:0.60]But won!"]
    assert apart("We won! [joy]") == ["[happy:0.75]We won!"]
    assert apart("[sad]") == ["[sad:0.75]"]
    assert apart("plain") == ["plain"]
    assert apart("[waves]") == []


def test_a_tag_outweighs_the_words() -> None:
    reader = Tagged(open_reader())
    assert reader.read("[sad] I am so happy!!").emotion.dominant == "sad"
    assert reader.read("I am so happy!!").emotion.dominant == "happy"
    assert reader.read("[neutral] 今天终于通关了！！").emotion == Emotion()


def test_the_face_never_snaps_through_tagged_lines() -> None:
    lines = [part for line, _, _ in LINES[::8] for part in apart(line)]
    play = script(lines, Tagged(open_reader()))
    assert not any(set("[]【】<>{}") & set(line.text.replace("[1]", "")) for line in play.lines)
    mood = begin(seed=1)
    last, before, most = -1.0, None, 0.0
    cues = sorted(play.cues, key=lambda cue: cue.t)
    for tick in range(round(play.seconds * 60)):
        t = tick / 60
        mood = step(mood, [cue for cue in cues if last < cue.t <= t], t)
        last = t
        channels = express(mood).channels[:52]
        if before is not None:
            most = max(most, float(np.abs(channels - before).max()))
        before = channels
    assert most < 0.35  # a blink closes in five frames of a sixtieth


def _heard(text: str, chunk: int, reader: Listening) -> list[Heard]:
    found = []
    for at in range(0, len(text), chunk):
        found += reader.feed(text[at : at + chunk])
    return found + reader.close()


@pytest.mark.parametrize("chunk", [1, 3, 7, 500])
def test_a_text_that_is_written_is_read_sentence_by_sentence(chunk: int) -> None:
    heard = _heard("[joy]We finally won!! [sad]But my cat is ill… 今天好累。", chunk, Listening(open_reader()))
    final = [one.reading for one in heard if one.final]
    assert [one.text for one in final] == ["We finally won!!", "But my cat is ill…", "今天好累。"]
    assert [one.emotion.dominant for one in final[:2]] == ["happy", "sad"]
    assert not any("[" in one.reading.text for one in heard)


def test_a_tag_holds_to_the_end_of_its_line() -> None:
    heard = _heard("[angry] No way. Never.\nThe train leaves at nine.", 4, Listening(open_reader()))
    assert [one.reading.emotion.dominant for one in heard if one.final] == ["angry", "angry", "neutral"]
    assert all(one.reading.emotion.angry == 0.75 for one in heard if one.reading.text.startswith("No way"))


def test_guesses_are_revised_smoothly() -> None:
    heard = _heard(
        "I was so happy yesterday but now everything is terrible and I am crying", 1, Listening(open_reader())
    )
    vectors = [one.reading.emotion.vector() for one in heard if not one.final]
    assert len(vectors) >= 8
    assert max(float(np.abs(after - before).max()) for before, after in pairwise(vectors)) <= 0.5
    assert [one.final for one in heard].count(True) == 1
    assert heard[-1].reading == open_reader().read(heard[-1].reading.text)


def test_a_new_sentence_starts_afresh() -> None:
    guesses = _heard("I am so happy today! The train leaves at nine tomorrow", 1, Listening(open_reader()))
    alone = _heard("The train leaves at nine tomorrow", 1, Listening(open_reader()))
    first = next(at for at, one in enumerate(guesses) if one.final)
    assert guesses[first].reading.emotion.happy > 0.5
    assert [one.reading for one in guesses[first + 1 :]] == [one.reading for one in alone]


def test_a_text_without_an_end_is_cut_somewhere() -> None:
    heard = _heard("la " * 400, 5, Listening(FakeReader()))
    assert max(len(one.reading.text) for one in heard) <= 241
    assert sum(one.final for one in heard) >= 4


def test_every_feeling_can_be_asked_for() -> None:
    for name in FEELINGS:
        (tag,) = split_tags(f"[{name}]")
        assert isinstance(tag, Tag)
        assert _dominant(tag.emotion) == name

"""Two hundred lines as language models write them, performed: no tag is said or shown, no muscle snaps, and the face
feels what the tag says; likewise while the text is still being written.
"""

from __future__ import annotations

import asyncio
import json
from itertools import cycle, islice

import numpy as np
import pytest
from numpy.typing import NDArray

from mien.face import FEELINGS, Expression, Frame, Shot
from mien.face.channels import CHANNELS, HIGH, LOW
from mien.mood import SPEED
from mien.mood.motion import RATE
from mien.sense import Tagged, apart, open_reader
from mien.show import Script, Session, script
from mien.sources import Write
from mien.studio.seat import Seat
from mien.studio.stage import Stage
from mien.testing import FakePainter, StepClock

FPS = 60.0
ASKED = {
    "happy": ("[joy]", "【开心】", "[喜び]", "<emotion name='joy'/>", "[joy ", "开心】", "[very happy]"),
    "sad": ("(sad)", "（难过）", "【悲しい】", '{"emotion": "sad"}', "[sad)", "[emotion: sad ", "(sobbing)"),
    "angry": ("[anger:0.9]", "【生气】", "（怒り）", "{angry}", "{angry ", "【生气 ", "[furious]"),
    "surprised": ("<|surprised|>", "[惊讶]", "[驚き]", "（びっくり）", "[surprise ", "[gasps]", "[surprised]]"),
    "disgusted": ("[disgust]", "<恶心>", "【嫌悪】", "[emotion=disgust]", "[disgust ", "<disgust ", "[disgust)"),
    "afraid": ("[terrified]", "［恐惧］", "[感情：怖い]", "【表情：害怕】", "[fear ", "<fear ", "fear] "),
    "shy": ("<shy>", "（害羞）", "［照れ］", "*blushes*", "[照れ ", "[embarrassed]", "[[shy]"),
    "relaxed": ("[mood: relaxed]", "[放松]", "[安心]", "*sighs in relief*", "[relaxed ", "[relaxed)", "{relaxed}"),
}
WORDS = (
    "Hello there.", "我们走吧。", "えっと、それは？", "It's nine.", "到这里了。", "雨らしいよ。", "The left door.",
    "那是什么？", "もう一回。",
)  # fmt: skip
BRACKETS = set("[]{}<>【】（）［］*|")


def _lines() -> list[tuple[str, str]]:
    """The lines and the feeling that each asks for; no two neighbours ask for the same."""
    tags = [(tag, name) for row in zip(*ASKED.values(), strict=True) for tag, name in zip(row, ASKED, strict=True)]
    return [(tag + words, name) for (tag, name), words in zip(islice(cycle(tags), 208), cycle(WORDS), strict=False)]


LINES = _lines()
# What may change a channel's speed, per second squared: its spring, thrown from one end to the other, and what comes
# on top in closed form: a lid closes in .08 s, mouth shapes melt in .1, eyes jump, a frightened head trembles (30).
ON_TOP = {"eyeBlink": 940.0, "eyeWide": 940.0, "jaw": 900.0, "mouth": 900.0, "tongue": 900.0, "gaze": 420.0}
ACCELERATION = RATE[: len(CHANNELS)] ** 2 * (HIGH - LOW) + np.array(
    [next((most for start, most in ON_TOP.items() if name.startswith(start)), 30.0) for name in CHANNELS]
)


@pytest.fixture(scope="module")
def play() -> Script:
    """All lines, one after another."""
    return script([part for line, _ in LINES for part in apart(line)], Tagged(open_reader()))


@pytest.fixture(scope="module")
def shots(play: Script) -> list[Shot]:
    """The performance of all of them."""
    return list(Session.of(play, fps=FPS, seed=3).shots())


def _channels(expressions: list[Expression]) -> NDArray[np.float64]:
    return np.stack([expression.channels for expression in expressions]).astype(np.float64)


def _never_snaps(channels: NDArray[np.float64]) -> None:
    speed = np.abs(np.diff(channels, axis=0)).max(axis=0) * FPS
    assert (speed <= SPEED + 1e-3).all(), CHANNELS[int((speed / SPEED).argmax())]
    change = np.abs(np.diff(channels, 2, axis=0)).max(axis=0) * FPS * FPS
    assert (change <= ACCELERATION).all(), CHANNELS[int((change / ACCELERATION).argmax())]


def test_no_tag_is_said_or_shown(play: Script) -> None:
    assert len(LINES) >= 200
    assert [line.text for line in play.lines] == [words for words, _ in zip(cycle(WORDS), LINES, strict=False)]
    assert not any(BRACKETS & set(text) for _, _, text in play.subtitles)


def test_the_face_feels_what_the_tag_says(play: Script, shots: list[Shot]) -> None:
    for line, (_, name) in zip(play.lines, LINES, strict=True):
        felt = shots[round(line.peak * FPS)].emotion
        assert felt.dominant == name, line.text
        assert felt.strength > 0.35


def test_no_muscle_snaps(shots: list[Shot]) -> None:
    channels = _channels([shot.expression for shot in shots])
    assert (channels >= LOW).all()
    assert (channels <= HIGH).all()
    _never_snaps(channels)


class Watcher(FakePainter):
    """Keeps every expression it is asked to paint."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Expression] = []

    def paint(self, expression: Expression) -> Frame:
        self.seen.append(expression)
        return super().paint(expression)


def _written(text: str, chunk: int, every: float, seconds: float) -> tuple[list[Expression], list[tuple[float, bool]]]:
    """What a live stage shows of a text that comes in chunks, one each `every` seconds, and what it heard when."""
    clock = StepClock()
    heard: list[tuple[float, bool]] = []
    watcher = Watcher()

    async def show() -> None:
        with Stage(watcher, open_reader(), clock=clock, seed=2) as stage:
            seat, at = Seat(), 0
            with stage.watched_by(seat):
                for tick in range(round(seconds * FPS)):
                    t = tick / FPS
                    clock.tick(t)
                    frame: tuple[str | bytes, ...] = ()
                    while not frame:
                        news, frame = await asyncio.wait_for(seat.take(), 60)
                        heard.extend((t, one["final"]) for one in map(json.loads, news) if "read" in one)
                    while at * every <= t and at * chunk < len(text):
                        at += 1
                        stage.write(Write(text[(at - 1) * chunk : at * chunk], at * chunk >= len(text)))
            clock.tick(None)

    asyncio.run(show())
    return watcher.seen, heard


def _swings(curve: NDArray[np.float64], least: float) -> int:
    """How often a curve turns back by at least so much."""
    turns, way, last = 0, 0.0, float(curve[0])
    for value in curve:
        if (way >= 0.0 and value > last) or (way <= 0.0 and value < last):
            way, last = way or float(value - last), float(value)
        elif abs(value - last) >= least:
            turns, way, last = turns + 1, float(value - last), float(value)
    return turns


@pytest.mark.parametrize(
    "text",
    [
        "[sad] I really thought that we would make it this time, but in the end it was not enough for us.",
        "【开心】今天和大家一起玩得真的特别特别开心谢谢你们一直陪着我到现在",
        "I was so happy yesterday when we won but now everything is terrible and I am crying again over nothing.",
        "[anger:0.9]もう本当にいい加減にしてほしい、何回言えばわかるの！[joy]なんてね、冗談だよ。",
    ],
)
def test_a_face_does_not_flicker_while_the_text_is_written(text: str) -> None:
    seen, heard = _written(text, chunk=3, every=0.09, seconds=5.0)
    assert sum(not final for _, final in heard) >= 5
    channels = _channels(seen)
    _never_snaps(channels)
    first_said = round(next(t for t, final in heard if final) * FPS)
    felt = np.stack([expression.emotion for expression in seen[:first_said]]).astype(np.float64)
    assert felt.max() > 0.2
    assert sum(_swings(felt[:, at], 0.15) for at in range(len(FEELINGS))) <= 2

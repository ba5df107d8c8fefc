"""A mouth that follows a recorded voice."""

from __future__ import annotations

import numpy as np
import pytest

from mien.face import Emotion, Felt, Spoke
from mien.face.channels import channel
from mien.mood import begin, express, step
from mien.sense import Reading
from mien.sense.hearing import OCULUS, TONES, Moment, Phrase, Tone
from mien.show import START, follow
from mien.show.heard import visemes_heard


def moments(*runs: tuple[str, int, float]) -> list[Moment]:
    """Runs of a viseme: its name, hundredths of a second, the opening."""
    rows = [(name, opening) for name, count, opening in runs for _ in range(count)]
    return [
        Moment(0.01 * at, np.eye(15, dtype=np.float32)[OCULUS.index(name)], opening, float(name != "sil"), -20.0, 0.0)
        for at, (name, opening) in enumerate(rows)
    ]


def test_runs_become_shapes() -> None:
    shapes = visemes_heard(moments(("sil", 20, 0.0), ("PP", 6, 0.0), ("aa", 15, 0.8), ("ou", 1, 0.2), ("sil", 30, 0.0)))
    assert [shape.name for shape in shapes] == ["m", "a"]
    assert [shape.start for shape in shapes] == pytest.approx([0.18, 0.24])
    assert [shape.seconds for shape in shapes] == pytest.approx([0.06, 0.15])
    faint = visemes_heard(moments(("aa", 15, 0.3)))[0]
    assert faint.weight < shapes[1].weight == 1.0


def test_silence_says_nothing() -> None:
    play = follow(moments(("sil", 100, 0.0)))
    assert play.cues == ()
    assert play.lines == ()
    assert play.seconds > 1.0
    assert visemes_heard([]) == ()


def test_the_mouth_opens_on_vowels_and_meets_on_lips() -> None:
    heard = moments(("sil", 10, 0.0), ("aa", 20, 0.9), ("PP", 9, 0.0), ("aa", 20, 0.9), ("sil", 40, 0.0))
    play = follow(heard)
    (cue,) = play.cues
    assert isinstance(cue, Spoke)
    assert cue.t == START
    mood, jaw, at = begin(), [], 0
    for frame in range(int(play.seconds * 100)):
        mood = step(mood, [cue] if frame * 0.01 >= START and not at else [], frame * 0.01)
        at = at or int(frame * 0.01 >= START)
        jaw.append(float(express(mood).channels[channel("jawOpen")]))
    at_time = {name: jaw[int((START + t) * 100)] for name, t in (("first", 0.2), ("lips", 0.345), ("second", 0.5))}
    assert at_time["lips"] < 0.12
    assert min(at_time["first"], at_time["second"]) > 0.35


def test_words_are_felt_while_the_voice_lasts() -> None:
    reading = Reading("好", Emotion(sad=0.8), 0.9, "zh")
    play = follow(moments(("aa", 300, 0.8)), reading)
    felt = next(cue for cue in play.cues if isinstance(cue, Felt))
    assert felt.hold == pytest.approx(3.0)
    assert play.lines[0].reading is reading
    assert play.lines[0].end == pytest.approx(START + 3.0)


def phrase(start: float, end: float, name: str, arousal: float, confidence: float = 0.5) -> Phrase:
    chances = np.full(len(TONES), 0.02, np.float32)
    chances[TONES.index(name)] = 0.88
    return Phrase(start, end, Tone(end, chances, np.array([0.2, 0.6, 0.2], np.float32), arousal, confidence))


def test_a_voice_alone_is_felt_phrase_by_phrase() -> None:
    heard = moments(("aa", 200, 0.8), ("sil", 50, 0.0), ("aa", 150, 0.8))
    play = follow(heard, phrases=[phrase(0.0, 2.0, "angry", 0.8), phrase(2.5, 4.0, "sad", -0.6)])
    first, second = (cue for cue in play.cues if isinstance(cue, Felt))
    assert (first.emotion.dominant, second.emotion.dominant) == ("angry", "sad")
    assert first.t == pytest.approx(START)
    assert START + 2.0 < second.t < START + 2.5  # a breath before the words
    assert first.t + first.hold == pytest.approx(START + 2.5)
    assert [cue.t for cue in play.cues] == sorted(cue.t for cue in play.cues)
    assert play.lines == ()


def test_words_and_voice_are_felt_together() -> None:
    reading = Reading("太好了", Emotion(happy=0.9), 0.85, "zh")
    heard = moments(("aa", 200, 0.8))
    strengths = []
    for name, arousal in (("happy", 0.7), ("bored", -0.8)):
        play = follow(heard, reading, phrases=[phrase(0.0, 2.0, name, arousal)])
        (felt,) = (cue for cue in play.cues if isinstance(cue, Felt))
        assert felt.emotion.dominant == "happy"
        strengths.append(felt.emotion.happy)
        assert play.lines[0].reading is reading
    assert strengths[0] > 0.75
    assert strengths[1] < 0.5


def test_where_the_words_are_known_only_written_lips_close() -> None:
    heard = moments(("sil", 5, 0.0), ("PP", 6, 0.0), ("aa", 20, 0.9), ("PP", 6, 0.0), ("aa", 20, 0.9), ("sil", 9, 0.0))
    for row in heard:
        chances = 0.8 * row.visemes + 0.2 * np.eye(15, dtype=np.float32)[OCULUS.index("aa")]
        object.__setattr__(row, "visemes", chances.astype(np.float32))
    assert [shape.name for shape in visemes_heard(heard)] == ["m", "a", "m", "a"]
    assert [shape.name for shape in visemes_heard(heard, "マッア", "ja")] == ["m", "a"]
    assert [shape.name for shape in visemes_heard(heard, "妈啊", "zh")] == ["m", "a"]
    for text, language in (("問題", "ja"), ("ah", "en")):  # letters that do not tell their sounds
        assert visemes_heard(heard, text, language) == visemes_heard(heard)
    assert visemes_heard([], "妈", "zh") == ()

"""A voice's lines: mouth shapes in time with the sound, whatever the engine tells."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import numpy as np
import pytest

from mien.face import NEUTRAL, DeviceError, Emotion, Felt, PeerError, Sound, Spoke, Viseme
from mien.mood import Temper, begin, express, step
from mien.sense import Reading
from mien.show import Voicing, react, script
from mien.testing import FakeReader, FakeVoice
from mien.voice import Chunk, Timed, Voice, open_voice, shapes

LINE = Reading("mama meets papa", NEUTRAL, 1.0, "en")


def shapes_of(voice: Voice) -> list[tuple[str, float]]:
    return [(shape.name, round(shape.start, 3)) for shape in Voicing(voice).say(LINE).visemes]


def test_phonemes_give_the_times() -> None:
    speech = Voicing(FakeVoice()).say(LINE)
    assert speech.seconds == pytest.approx(1.3)
    assert shapes_of(FakeVoice())[:5] == [("m", 0.0), ("a", 0.1), ("m", 0.2), ("a", 0.3), ("m", 0.4)]
    assert speech.visemes[-1].name == "rest"


class Hidden:
    """espeak-ng, which tells no times any more, in chunks of `size` samples; said again it is the same sound."""

    def __init__(self) -> None:
        self.timed: list[Timed] = []
        self.size = 5000
        self._said: list[Chunk] = []

    def speak(self, text: str, language: str, feeling: Emotion, stop: Event) -> Iterator[Chunk]:
        self._said = self._said or list(open_voice("espeak-ng").speak(text, language, feeling, stop))
        self.timed = [one for chunk in self._said for one in chunk.timed]
        samples = np.concatenate([chunk.samples for chunk in self._said])
        for start in range(0, len(samples), self.size):
            yield Chunk(samples[start : start + self.size], self._said[0].rate)


def jaw(shapes: tuple[Viseme, ...], seconds: float) -> np.ndarray:
    """The opening over time, a hundredth of a second each."""
    still = Temper(sway=0.0, micro=0.0, roam=0.0, nod=0.0, stir=0.0, blink_every=60.0)
    mood, rows = step(begin(still), [Spoke(0.0, shapes)], 0.0), []
    for number in range(round(100 * seconds)):
        mood = step(mood, (), 0.01 * number)
        rows.append(express(mood)["jawOpen"])
    return np.array(rows)


@pytest.mark.parametrize(
    ("text", "language"),
    [("My mum bought a map of the moon.", "en"), ("妈妈买了一本很好看的书。", "zh"), ("まあ、こんばんは。", "ja")],
)
def test_without_times_the_mouth_is_the_one_that_is_heard(text: str, language: str) -> None:
    pytest.importorskip("espeakng_loader")
    voice = Hidden()
    speech = Voicing(voice).say(Reading(text, NEUTRAL, 1.0, language))
    right, made = (jaw(one, speech.seconds) for one in (shapes(voice.timed), speech.visemes))
    assert np.corrcoef(right, made)[0, 1] > 0.6
    if language == "en":
        return
    closed = [shape.start for shape in shapes(voice.timed) if shape.name == "m"]
    told = [shape.start for shape in speech.visemes if shape.name == "m"]
    assert all(min(abs(one - other) for other in closed) < 0.15 for one in told)  # none that is not written


def test_what_is_heard_so_far_is_what_is_heard_of_the_beginning() -> None:
    pytest.importorskip("espeakng_loader")
    reading = Reading("My mum bought a map. The moon, my lamp, a bowl of soup.", NEUTRAL, 1.0, "und")
    voice = Hidden()
    *_, whole = Voicing(voice).pieces(reading, Event())
    voice.size = 3000
    grown = list(Voicing(voice).pieces(reading, Event()))
    assert whole.heard
    assert grown[-1].heard
    assert [(one.name, one.start) for one in grown[-1].heard] == [(one.name, one.start) for one in whole.heard]
    for piece in grown[2:-1]:
        assert piece.heard is not None
        known = [(one.name, round(one.start, 2)) for one in piece.heard[:-1]]
        after = {(one.name, round(one.start, 2)) for one in whole.heard}
        assert set(known) <= after


def test_words_alone_are_no_times_of_a_mouth() -> None:
    assert Voicing(FakeVoice("word")).say(LINE).visemes == Voicing(FakeVoice("")).say(LINE).visemes


def test_a_long_line_is_said_to_its_end() -> None:
    long = Reading("mama " * 60, NEUTRAL, 1.0, "en")
    for timed in ("ipa", "word", ""):
        assert Voicing(FakeVoice(timed)).say(long).seconds == pytest.approx(24.0)
    assert Voicing(FakeVoice()).say(long).visemes[-1].start == pytest.approx(24.0, abs=0.1)


def test_what_is_not_spoken_is_not_said() -> None:
    voice = FakeVoice()
    assert Voicing(voice).say(Reading("(´・ω・`) https://example.com www", NEUTRAL, 1.0, "en")).seconds == 0.0
    assert voice.said == []
    Voicing(voice).say(Reading("好耶233 😀👨‍👩‍👧♪", Emotion(happy=1.0), 1.0, "zh"))
    assert voice.said == [("好耶", "zh", Emotion(happy=1.0))]


def test_pieces_are_the_sound_from_where_it_is_asked() -> None:
    speech = Voicing(FakeVoice()).say(LINE)
    pieces = list(speech.pieces(5.0))
    assert np.array_equal(np.concatenate([piece.samples for piece in pieces]), np.clip(speech.samples, -1, 1))
    assert [piece.t for piece in pieces[:3]] == pytest.approx([5.0, 5.04, 5.08])
    assert next(speech.pieces(5.0, round(0.4 * speech.rate))).t == pytest.approx(5.4)


def test_a_voice_that_changes_its_rate_is_named() -> None:
    class Odd:
        def speak(self, text: str, language: str, feeling: Emotion, stop: Event) -> Iterator[Chunk]:
            assert (text, language, feeling, stop.is_set()) == (LINE.text, "en", NEUTRAL, False)
            yield Chunk(np.zeros(10, np.float32), 8000)
            yield Chunk(np.zeros(10, np.float32), 9000)

    with pytest.raises(PeerError, match="expected 8000 samples a second as before, got 9000"):
        Voicing(Odd()).say(LINE)


def test_an_endless_voice_is_not_heard_out() -> None:
    class Endless:
        def speak(self, text: str, language: str, feeling: Emotion, stop: Event) -> Iterator[Chunk]:
            assert (text, language, feeling) == (LINE.text, "en", NEUTRAL)
            while not stop.is_set():
                yield Chunk(np.zeros(800_000, np.float32), 8000, (Timed(0.0, 0.1, "m", "ipa"),))

    assert Voicing(Endless()).say(LINE).seconds <= 800.0


def test_a_line_lasts_as_long_as_its_sound() -> None:
    say = Voicing(FakeVoice()).say
    reaction = react(LINE, 2.0, say=say)
    felt, spoke = reaction.cues
    assert isinstance(felt, Felt)
    assert isinstance(spoke, Spoke)
    assert spoke.t == pytest.approx(2.28)  # lips move ahead of the sound
    assert reaction.sounds[0].t == pytest.approx(2.32)
    assert reaction.end == pytest.approx(2.32 + 1.4 + 0.9)
    assert felt.t + felt.hold == pytest.approx(reaction.end)


def test_a_script_has_the_sound_of_all_its_lines() -> None:
    play = script(["yay mama", "", "sob papa"], FakeReader(), say=Voicing(FakeVoice()).say)
    assert all(isinstance(sound, Sound) for sound in play.sounds)
    times = [sound.t for sound in play.sounds]
    assert times == sorted(times)
    begun = [cue.t + 0.04 for cue in play.cues if isinstance(cue, Spoke)]
    assert [time for time in times if min(abs(time - one) for one in begun) < 1e-6] == pytest.approx(begun)
    assert play.seconds > times[-1]
    assert script(["yay"], FakeReader()).sounds == ()


def test_what_a_voice_raises_goes_through() -> None:
    with pytest.raises(DeviceError, match="broken"):
        script(["yay mama"], FakeReader(), say=Voicing(FakeVoice(error=DeviceError("broken"))).say)

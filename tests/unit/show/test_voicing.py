"""A voice's lines: mouth shapes in time with the sound, whatever the engine tells."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import numpy as np
import pytest

from mien.face import NEUTRAL, DeviceError, Emotion, Felt, PeerError, Sound, Spoke
from mien.sense import Reading
from mien.show import Voicing, react, script
from mien.testing import FakeReader, FakeVoice
from mien.voice import Chunk, Voice

LINE = Reading("mama meets papa", NEUTRAL, 1.0, "en")


def shapes_of(voice: Voice) -> list[tuple[str, float]]:
    return [(shape.name, round(shape.start, 3)) for shape in Voicing(voice).say(LINE).visemes]


def test_phonemes_give_the_times() -> None:
    speech = Voicing(FakeVoice()).say(LINE)
    assert speech.seconds == pytest.approx(1.3)
    assert shapes_of(FakeVoice())[:5] == [("m", 0.0), ("a", 0.1), ("m", 0.2), ("a", 0.3), ("m", 0.4)]
    assert speech.visemes[-1].name == "rest"


def test_words_give_the_times_of_what_is_written() -> None:
    made = shapes_of(FakeVoice("word"))
    starts = dict(reversed(made))
    assert starts["m"] == 0.0
    assert [start for name, start in made if name == "m" and start in (0.4, 0.9)] == [0.4, 0.9]  # meets, papa


def test_without_times_the_written_line_fills_the_sound() -> None:
    made = Voicing(FakeVoice("")).say(LINE).visemes
    assert made[0].start == pytest.approx(0.0, abs=0.02)
    assert made[-1].start == pytest.approx(1.3, abs=0.02)
    assert [shape.name for shape in made].count("m") == 5


def test_a_long_line_is_said_to_its_end() -> None:
    long = Reading("mama " * 60, NEUTRAL, 1.0, "en")
    for timed in ("ipa", "word", ""):
        speech = Voicing(FakeVoice(timed)).say(long)
        assert speech.seconds == pytest.approx(24.0)
        assert speech.visemes[-1].start == pytest.approx(24.0, abs=0.1)


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
                yield Chunk(np.zeros(800_000, np.float32), 8000)

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

"""A microphone in the show: live lips, a listener who looks, nods and is cut in on, and what goes wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from threading import Event

import numpy as np
import pytest
from numpy.typing import NDArray

from mien.face import Cue, DeviceError, Directed, Felt, Mouthed, Sound, WeightsError
from mien.mood.empathy import Audience, Sensed, open_policy
from mien.sense.hearing import OCULUS, Hearer, Moment
from mien.show import AnswerDirector, LineReader, ListensTo, MirrorDirector, Session, Speaker, SpeaksAs, Voicing
from mien.show.speaks import mouth
from mien.sources import Caught, Hush, Microphone, Say
from mien.testing import FakeReader, FakeVoice, FakeWaits, StepClock

PIECE = np.zeros(160, np.float32)


@pytest.fixture(autouse=True)
def _threads_end() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


def moment(viseme: str = "sil", speech: float = 0.0, opening: float = 0.0, loudness: float = -30.0, pitch: float = 0.0,
           t: float = 0.0) -> Moment:  # fmt: skip
    chances = np.full(15, 0.1 / 14, np.float32)
    chances[OCULUS.index(viseme)] = 0.9
    return Moment(t, chances, opening, speech, loudness, pitch)


class Scripted:
    """Hears the same moments whatever sounds: one a piece."""

    def __init__(self, moments: Sequence[Moment]) -> None:
        self.moments = list(moments)

    def hear(self, chunk: NDArray[np.float32], rate: int) -> list[Moment]:  # noqa: ARG002 - the seam's
        return [self.moments.pop(0)] if self.moments else []


def listened(moments: Sequence[Moment]) -> list[tuple[int, object]]:
    """What a listener makes of moments, with the number of each."""
    listener = ListensTo()
    caught = Caught("mic", PIECE, 16_000, "listens")
    return [(place, one) for place, each in enumerate(moments) for one in listener.hear(caught, [each], 0.01 * place)]


def speech(seconds: float, **how: float) -> list[Moment]:
    return [moment("aa", 0.9, 0.5, **how)] * round(seconds * 100)


def silence(seconds: float) -> list[Moment]:
    return [moment()] * round(seconds * 100)


def test_a_mouth_is_as_wide_as_it_was_heard_and_shut_in_silence() -> None:
    wide, small = (dict(mouth(moment("aa", 1.0, opening), 1.0).shapes)["a"] for opening in (0.75, 0.4))
    assert wide > 1.4 * small > 0.4
    assert dict(mouth(moment("PP", 1.0), 0.0).shapes)["m"] > 0.85
    still = mouth(moment("sil", 0.02, 0.05), 0.0)
    assert (still.shapes, still.speaking) == ((), 0.0)


def test_a_voice_moves_the_lips_and_its_sound_follows_without_a_gap() -> None:
    speaks = SpeaksAs()
    made = [one for place in range(20) for one in speaks.hear(
        Caught("mic", PIECE, 16_000), [moment("aa", 1.0, 0.7)], 0.01 * place + 0.004 * (place % 2)
    )]  # fmt: skip
    sounds = [one for one in made if isinstance(one, Sound)]
    assert len(sounds) == 20
    assert np.diff([one.t for one in sounds]) == pytest.approx(0.01, abs=1e-4)
    assert sounds[0].t == pytest.approx(0.12)
    late = [one for one in speaks.hear(Caught("mic", PIECE, 16_000), [], 3.0) if isinstance(one, Sound)]
    assert late[0].t == pytest.approx(3.12)  # after a break the sound is where it belongs


@pytest.mark.parametrize("fast", [-2e-4, 2e-4])
def test_after_an_hour_the_sound_is_where_the_lips_are(fast: float) -> None:
    speaks, chance = SpeaksAs(), np.random.default_rng(1)
    piece, at = np.zeros(1600, np.float32), []
    for place in range(1, 36_001):  # an hour of a microphone whose seconds are too short or too long
        t = 0.1 * place * (1.0 + fast)
        (sound,) = speaks.hear(Caught("mic", piece, 16_000), [], t + abs(chance.normal(0.0, 0.004)))
        at.append(sound.t + 0.1 - 0.13 - t)  # its end, less what it is late by
    assert max(map(abs, at[100:])) < 1.0 / 60.0  # a frame
    assert np.ptp(at[100:]) < 0.005


def test_who_speaks_for_longer_than_a_moment_cuts_in_once() -> None:
    made = listened([*silence(0.3), *speech(0.1), *silence(0.3), *speech(1.0), *silence(0.04), *speech(0.5)])
    cuts = [place for place, one in made if isinstance(one, Hush)]
    assert cuts == [70 + 14]  # a cough does not, a stop's closure does not end it


def test_while_they_speak_they_are_looked_at_and_a_pause_is_nodded_at() -> None:
    made = listened([*speech(2.0), *silence(0.5), *speech(0.4), *silence(0.5), *speech(1.0), *silence(0.5)])
    looks = [place for place, one in made if isinstance(one, Directed) and ("gaze_x", 0.0) in one.values]
    nods = [place for place, one in made if isinstance(one, Directed) and one.values[0][0] == "pitch"]
    assert [place for place in looks if place < 200] == [14, 64, 114, 164]
    assert nods == [219, 459]  # not after so little as .4 s


def test_a_voice_louder_and_higher_than_its_own_usual_is_excited() -> None:
    plain = [*speech(6.0, loudness=-30.0, pitch=180.0)]
    assert [one for _, one in listened(plain) if isinstance(one, Sensed)] == []
    made = listened([*plain, *speech(1.5, loudness=-20.0, pitch=260.0)])
    told = [one for _, one in made if isinstance(one, Sensed)]
    assert told
    assert {one.source for one in told} == {"voice"}
    assert 0.3 < max(one.emotion.surprised for one in told) <= 0.6
    assert [one for _, one in listened(speech(6.0, loudness=-5.0, pitch=400.0)) if isinstance(one, Sensed)] == []


def test_whoever_speaks_as_the_character_and_is_excited_opens_its_eyes() -> None:
    def felt(moments: Sequence[Moment]) -> list[Felt]:
        speaks, caught = SpeaksAs(), Caught("mic", PIECE, 16_000)
        return [one for place, each in enumerate(moments) for one in speaks.hear(caught, [each], 0.01 * place)
                if isinstance(one, Felt)]  # fmt: skip

    plain = speech(6.0, loudness=-30.0, pitch=180.0)
    assert felt(plain) == []
    told = felt([*plain, *speech(1.5, loudness=-20.0, pitch=260.0)])
    assert 0.3 < max(one.emotion.surprised for one in told) <= 0.6
    assert {one.utterance for one in told} == {"voice"}
    assert felt([*plain, *silence(3.0)]) == []


class Playing:
    """A session on a clock that the test owns."""

    def __init__(self, **rest: object) -> None:
        self.clock = StepClock()
        self.session = Session(None, self.clock, **rest)  # type: ignore[arg-type]
        self._thread = threading.Thread(target=self._play)
        self.shots: list[tuple[float, float]] = []

    def _play(self) -> None:
        for shot in self.session.shots():
            self.shots.append((shot.t, shot.expression["jawOpen"]))

    def tick(self, t: float) -> None:
        seen = len(self.shots)
        self.clock.tick(t)
        self.until(lambda: len(self.shots) > seen)

    def until(self, condition: Callable[[], bool]) -> None:
        waited = Event()
        for _ in range(20_000):
            if condition():
                return
            waited.wait(0.001)
        raise AssertionError("nothing came")

    def __enter__(self) -> Playing:
        self._thread.start()
        self.tick(0.0)
        return self

    def __exit__(self, *_: object) -> None:
        self.clock.tick(None)
        self._thread.join(60)


def test_a_session_hears_its_microphone_and_the_jaw_drops() -> None:
    heard = Scripted([moment("aa", 1.0, 0.75)] * 10)
    with Playing(hearing=lambda: heard) as show:
        for place in range(10):
            show.session.put(Caught("mic", PIECE, 16_000))
            show.until(lambda: bool(show.session.inbox))
            show.tick((place + 1) / 60)
        assert show.shots[4][1] > 0.3
        assert show.shots[-1][1] > 0.45


def test_somebody_who_speaks_hushes_the_voice_and_the_mouth_shuts() -> None:
    speaker = Speaker(Voicing(FakeVoice()), "fake")
    director = MirrorDirector(LineReader(FakeReader(), speaker=speaker))
    heard = Scripted([*silence(0.2), *speech(0.15)])
    with Playing(hearing=lambda: heard, director=director, speaker=speaker) as show:
        show.session.put(Say("mama mama mama mama"))
        show.until(lambda: bool(speaker._lines) and speaker._lines[0].speech.whole)
        for place in range(1, 60):
            show.tick(place / 60)
        assert max(jaw for _, jaw in show.shots) > 0.3
        assert speaker._lines
        for _ in range(35):
            show.session.put(Caught("mic", PIECE, 16_000, "listens"))
        show.until(lambda: not speaker._lines)
        for place in range(60, 66):
            show.tick(place / 60)  # a tenth of a second
        assert show.shots[-1][1] < 0.1


def test_an_excited_voice_is_answered_as_far_as_the_policy_heeds_voices() -> None:
    def answered(policy: str, consent: list[str]) -> float:
        director = AnswerDirector(Audience(open_policy(policy), consent=consent), LineReader(FakeReader()))
        heard = Scripted([*speech(6.0, loudness=-30.0, pitch=180.0), *speech(1.0, loudness=-15.0, pitch=300.0)])
        with Playing(hearing=lambda: heard, director=director) as show:
            for _ in range(700):
                show.session.put(Caught("mic", PIECE, 16_000, "listens"))
                show.until(lambda: len(show.session._ears._ears["mic"]._pieces) < 50)
            show.until(lambda: not heard.moments)
            cues: list[Cue] = director.due(0.1)
            return max((cue.emotion.surprised for cue in cues if not isinstance(cue, Directed | Mouthed)), default=0.0)  # type: ignore[union-attr]

    assert answered("streamer", ["voice"]) > 1.5 * answered("service", ["voice"])
    assert answered("streamer", []) == 0.0  # nobody agreed to be read


def test_an_ear_whose_net_is_damaged_is_told_once_and_the_face_goes_on() -> None:
    def broken() -> Hearer:
        raise WeightsError("ear.onnx: damaged")

    with Playing(hearing=broken) as show:
        for _ in range(3):
            show.session.put(Caught("mic", PIECE, 16_000))
        show.until(lambda: bool(show.session.report().failures))
        show.tick(0.5)
        (failure,) = show.session.report().failures
        assert (failure.kind, failure.name) == ("ear", "mic")
        assert "ear.onnx: damaged" in failure.in_words()


def test_a_microphone_that_vanishes_is_named_and_heard_again() -> None:
    runs: list[str] = []

    def opened(device: str, stop: Event) -> Iterator[tuple[NDArray[np.float32], int]]:
        runs.append(device)
        yield PIECE, 16_000
        if len(runs) < 3:
            raise DeviceError("microphone USB: it no longer gives sound; connect it again")
        while not stop.is_set():
            yield PIECE, 16_000

    stop = FakeWaits()
    heard = Scripted(silence(9.0))
    source = Microphone("USB", "speaks", opened)  # type: ignore[arg-type]  # a generator too
    with Playing(hearing=lambda: heard, sources=[source], wall=stop.clock.now, stop=stop) as show:
        show.until(lambda: len(runs) == 3)
        failures = show.session.report().failures
        assert [failure.retry for failure in failures] == [0.5, 1.0]
        assert "no longer gives sound" in failures[0].in_words()
        show.tick(0.1)


def test_what_is_no_sound_is_refused() -> None:
    for bad in ({"samples": np.zeros((2, 2), np.float32)}, {"samples": np.array([np.nan], np.float32)},
                {"rate": 4}, {"use": "sings"}):  # fmt: skip
        with pytest.raises(ValueError, match="Caught"):
            Caught(**{"source": "mic", "samples": PIECE, "rate": 16_000, **bad})  # type: ignore[arg-type]

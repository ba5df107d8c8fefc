"""Lines said live: at once, in turn, interrupted; and a voice that fails, is late or slow."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

import numpy as np
import pytest

from mien.face import Cue, DeviceError, Emotion, Felt, InputError, Sound, Spoke
from mien.mood import begin, express, felt, step
from mien.sense import Reading
from mien.show import LineReader, MirrorDirector, Session, Speaker, Voicing
from mien.show.supervisor import Supervisor
from mien.sources import Hush, Say, Write
from mien.testing import FakeReader, FakeVoice, ListSink, StepClock

TICK = 1 / 30


@pytest.fixture(autouse=True)
def _threads_end() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


def line(text: str, **feelings: float) -> Reading:
    return Reading(text, Emotion.of(feelings), 1.0, "en")


class Playing:
    """A speaker at work, and all that came of it so far."""

    def __init__(self, voice: FakeVoice, late: float = 5.0) -> None:
        self.speaker = Speaker(Voicing(voice), "fake", late)
        self.supervisor = Supervisor(lambda: self.t)
        self.t = 0.0
        self.sounds: list[Sound] = []
        self.cues: list[Cue] = []

    def tick(self, seconds: float = TICK) -> None:
        """Let time pass in ticks."""
        until = self.t + seconds - 1e-9
        while self.t < until:
            self.t += TICK
            self.take(self.speaker.due(self.t))

    def take(self, made: list[Cue | Sound] | list[Cue]) -> None:
        for one in made:
            if isinstance(one, Sound):
                assert one.t <= self.t + 1e-9
                self.sounds.append(one)
            else:
                self.cues.append(one)

    def say(self, text: str, at_once: bool = True) -> None:
        self.take(self.speaker.say(line(text), self.t, at_once=at_once))

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for the speaker's thread while the show's time stands still."""
        waited = Event()
        for _ in range(5000):
            if condition():
                return
            waited.wait(0.001)
            self.take(self.speaker.due(self.t))
        raise AssertionError("nothing came")

    @property
    def spoken(self) -> list[Spoke]:
        return [cue for cue in self.cues if isinstance(cue, Spoke)]

    @property
    def heard(self) -> float:
        return sum(sound.seconds for sound in self.sounds)


@contextmanager
def playing(voice: FakeVoice | None = None, late: float = 5.0) -> Iterator[Playing]:
    show = Playing(voice or FakeVoice(), late)
    with show.speaker.playing(show.supervisor):
        yield show


def test_a_line_is_felt_at_once_and_heard_a_breath_later() -> None:
    with playing() as show:
        show.say("mama mama")
        assert isinstance(show.cues[0], Felt)
        show.until(lambda: bool(show.spoken))
        assert show.spoken[0].t == pytest.approx(0.28, abs=TICK)
        show.until(lambda: show.speaker._lines[0].speech.whole)
        show.tick(2.0)
    assert show.heard == pytest.approx(0.8)
    times = np.array([sound.t for sound in show.sounds])
    assert np.diff(times) == pytest.approx(0.04)
    assert times[0] == pytest.approx(show.spoken[-1].t + 0.04)  # lips move ahead of the sound
    assert [shape.name for shape in show.spoken[-1].visemes][:4] == ["m", "a", "m", "a"]
    assert show.speaker.busy == float("-inf")


def test_lines_wait_for_their_turn() -> None:
    with playing() as show:
        show.say("mama")
        show.say("papa", at_once=False)
        show.until(lambda: all(one.speech.whole for one in show.speaker._lines))
        assert show.speaker.busy == float("inf")
        show.tick(4.0)
    assert show.heard == pytest.approx(0.8)
    gaps = np.diff([sound.t for sound in show.sounds])
    assert (gaps > 0.3).sum() == 1


def test_a_new_line_ends_the_one_before() -> None:
    with playing() as show:
        show.say("mama mama mama mama")
        show.until(lambda: bool(show.spoken))
        show.tick(0.7)
        before, at = show.heard, show.t
        assert before > 0.2
        show.say("papa")
        assert any(isinstance(cue, Spoke) and not cue.visemes and cue.t == at for cue in show.cues)
        show.tick(TICK)
        assert show.heard - before <= 0.1
        show.until(lambda: show.speaker._lines[0].speech.whole)
        show.tick(3.0)
    assert show.heard == pytest.approx(before + 0.4, abs=0.05)


def test_hushed_the_mouth_is_shut_and_the_voice_gone_within_a_tenth_of_a_second() -> None:
    """As the mood performs it: the jaw is down, then it is not, and the feeling stays."""
    with playing() as show:
        show.take(show.speaker.say(line("mama mama mama mama", sad=0.9), 0.0))
        show.until(lambda: show.speaker._lines[0].speech.whole)
        show.tick(1.2)
        mood = step(begin(), show.cues, show.t)
        sad, open_before = felt(mood).sad, express(mood)["jawOpen"]
        last = max(sound.t + sound.seconds for sound in show.sounds)
        cues = show.speaker.hush(show.t)
        mood = step(mood, cues, show.t + 0.1)
        assert [one for one in show.speaker.due(show.t + 0.1) if isinstance(one, Sound)] == []
    assert last - show.t <= 0.1
    assert open_before > 0.2
    assert express(mood)["jawOpen"] < 0.1
    assert felt(mood).sad > 0.9 * sad > 0.3


def test_hushing_a_silent_speaker_does_nothing() -> None:
    with playing() as show:
        assert show.speaker.hush(0.0) == []


def test_a_voice_that_fails_is_told_and_the_lips_go_on() -> None:
    voice = FakeVoice(error=DeviceError("no engine"))
    with playing(voice) as show:
        show.say("mama")
        show.until(lambda: bool(show.spoken))
        (failure,) = show.supervisor.failures
        assert (failure.kind, failure.name, failure.retry) == ("voice", "fake", 0.5)
        show.tick(0.1)
        show.say("papa")  # too early to try again: said without a wait, and without sound
        assert len(voice.said) == 1
        assert isinstance(show.cues[-1], Spoke)
        show.tick(3.0)
        voice._error = None
        show.say("mama")
        show.until(lambda: show.speaker._lines[0].speech.whole)
        show.tick(2.0)
    assert show.heard == pytest.approx(0.4)
    assert len(show.supervisor.failures) == 1


def test_a_line_that_a_voice_cannot_read_does_not_silence_the_next() -> None:
    voice = FakeVoice(error=InputError("kanji"))
    with playing(voice) as show:
        show.say("mama")
        show.until(lambda: bool(show.spoken))
        voice._error = None
        show.say("papa")
        show.until(lambda: show.speaker._lines[0].speech.whole)
        show.tick(2.0)
    assert show.heard == pytest.approx(0.4)


def test_a_voice_that_breaks_off_is_heard_as_far_as_it_came() -> None:
    with playing(FakeVoice(error=DeviceError("gone"), after=1)) as show:
        show.say("mama mama")
        show.until(lambda: bool(show.spoken))
        show.tick(3.0)
        assert len(show.supervisor.failures) == 1
    assert show.heard == pytest.approx(0.4)


def test_a_late_voice_is_not_waited_for() -> None:
    gate = Event()
    with playing(FakeVoice(gate=gate), late=1.0) as show:
        show.say("mama")
        show.tick(0.9)
        assert show.spoken == []
        show.tick(0.2)
        assert show.spoken
        assert "expected sound within 1 s, got none" in str(show.supervisor.failures[0].error)
        gate.set()
        show.tick(2.0)
    assert show.sounds == []


def test_a_slow_voice_is_heard_without_a_loss() -> None:
    gate = Event()

    class Slow(FakeVoice):
        def speak(self, text: str, language: str, feeling: Emotion, stop: Event):  # type: ignore[no-untyped-def]
            for number, chunk in enumerate(super().speak(text, language, feeling, stop)):
                yield chunk
                if number == 0:
                    while not gate.is_set() and not stop.is_set():
                        gate.wait(0.001)

    with playing(Slow()) as show:
        show.say("mama papa")
        show.until(lambda: bool(show.spoken))
        show.tick(2.0)
        assert show.heard == pytest.approx(0.4)
        gate.set()
        show.until(lambda: show.heard > 0.4)
        show.tick(2.0)
    assert show.heard == pytest.approx(0.8)
    late = [sound.t for sound in show.sounds if sound.t > 2.0]
    assert late
    assert show.spoken[-1].t + 0.4 == pytest.approx(late[0], abs=2 * TICK)  # its lips are as late as its sound


def test_what_was_left_waiting_too_long_is_left_out() -> None:
    gate = Event()
    with playing(FakeVoice(gate=gate)) as show:
        show.say("mama")
        for number in range(100):
            show.say(f"papa {number}", at_once=False)
        assert len(show.speaker._lines) <= 34


def test_a_session_says_its_lines_and_is_interrupted() -> None:
    clock, sink = StepClock(), ListSink()
    voice = FakeVoice()
    speaker = Speaker(Voicing(voice), "fake")
    director = MirrorDirector(LineReader(FakeReader(), speaker=speaker))
    session = Session(None, clock, director=director, sinks=[sink], speaker=speaker)
    thread = threading.Thread(target=session.run)
    session.put(Say("yay mama mama mama mama"))

    def play(seconds: float) -> None:
        for _ in range(round(seconds / TICK)):
            clock.step(session.now + TICK)

    thread.start()
    while not (speaker._lines and speaker._lines[0].speech.whole):
        Event().wait(0.001)
    play(1.0)
    assert sink.sounds
    assert sink.shots[-1].emotion.happy > 0.3
    session.put(Hush())
    play(0.1)
    heard = len(sink.sounds)
    play(0.5)
    assert len(sink.sounds) == heard
    session.put(Write("sob mama. Um papa.", end=True))
    while len(voice.said) < 3:
        play(TICK)
    play(4.0)
    clock.tick(None)
    thread.join()
    assert [text for text, _, _ in voice.said] == ["yay mama mama mama mama", "sob mama.", "Um papa."]
    assert len(sink.sounds) > heard
    assert voice.said[1][2].sad > 0.5


def test_a_line_reader_without_a_voice_is_hushed_too() -> None:
    lines = LineReader(FakeReader())
    assert lines.say(Say("yay mama"), 1.0)
    assert lines.hush(2.0) == [Spoke(2.0, ())]
    assert lines.busy == 2.0

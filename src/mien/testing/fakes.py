"""The fakes. Each is small enough to read; use them as they are or as a pattern for your own."""

from __future__ import annotations

import queue
from collections.abc import Iterator, Mapping, Sequence
from threading import Event
from types import TracebackType
from typing import Literal, Self

import numpy as np

from mien.face import DeviceError, Emotion, Expression, Frame, Shot, Sound, Viseme
from mien.sense import Reading
from mien.sources import Happening, Put
from mien.voice import Chunk, Timed

_WORDS = {
    "yay": {"happy": 0.9},
    "sob": {"sad": 0.8},
    "grr": {"angry": 0.9},
    "wow": {"surprised": 0.9},
    "ugh": {"disgusted": 0.8},
    "eek": {"afraid": 0.8},
    "um": {"shy": 0.7},
    "ahh": {"relaxed": 0.7},
}


class FakePainter:
    """Paints a flat, opaque colour that shows what the face does.

    Red is the open jaw, green the open eyes, blue the smile, each 0 (not at all) to 255.
    size: pixels a side, >= 1.
    """

    def __init__(self, size: int = 4) -> None:
        self._size = size
        self.painted = 0
        """How many frames were painted."""

    def paint(self, expression: Expression) -> Frame:
        """The flat frame for this expression."""
        self.painted += 1
        shut = 0.5 * (expression["eyeBlinkLeft"] + expression["eyeBlinkRight"])
        smile = 0.5 * (expression["mouthSmileLeft"] + expression["mouthSmileRight"])
        colour = [expression["jawOpen"], 1.0 - shut, smile, 1.0]
        pixels = np.empty((self._size, self._size, 4), np.uint8)
        pixels[:] = np.round(np.array(colour) * 255.0)
        return Frame(pixels)


class FakeReader:
    """Finds the feelings of a few made-up words: yay, sob, grr, wow, ugh, eek, um, ahh; all else is neutral.

    words: other words and their feelings.
    """

    def __init__(self, words: Mapping[str, Mapping[str, float]] | None = None) -> None:
        self._words = dict(_WORDS if words is None else words)

    def read(self, text: str) -> Reading:
        """The feelings of the first word that is known, with certainty; the language is always English."""
        for word in text.lower().split():
            if word in self._words:
                return Reading(text, Emotion.of(self._words[word]), 1.0, "en")
        return Reading(text, Emotion(), 1.0, "en")


def mumble(text: str, language: str) -> tuple[Viseme, ...]:
    """Mouth shapes of no language: m and a in turn, one a letter, a tenth of a second each, then a rest."""
    letters = [letter for letter in text if letter.isalnum()]
    if not letters or language == "und":
        return ()
    shapes = [Viseme(0.1 * place, 0.1, "ma"[place % 2]) for place in range(len(letters))]
    return (*shapes, Viseme(0.1 * len(letters), 0.1, "rest"))


class FakeVoice:
    """Hums a text: a tenth of a second a letter, m and a in turn, a chunk a word.

    timed: whether it tells the times: "ipa" of its phonemes, "word" of its words, "" nothing. error: raised at the
    first chunk, or after `after` of them. gate: waited for before each chunk, until `stop` is set.
    """

    rate = 16_000

    def __init__(
        self,
        timed: Literal["ipa", "word", ""] = "ipa",
        error: Exception | None = None,
        after: int = 0,
        gate: Event | None = None,
    ) -> None:
        self._timed, self._error, self._after, self._gate = timed, error, after, gate
        self.said: list[tuple[str, str, Emotion]] = []
        """(text, language, feeling) of everything that it was to say."""

    def speak(self, text: str, language: str, feeling: Emotion, stop: Event) -> Iterator[Chunk]:
        """As of `mien.voice.Voice`."""
        self.said.append((text, language, feeling))
        at = 0.0
        for number, word in enumerate(text.split()):
            while self._gate is not None and not self._gate.is_set() and not stop.is_set():
                self._gate.wait(0.005)
            if stop.is_set():
                return
            if self._error is not None and number >= self._after:
                raise self._error
            letters = [letter for letter in word if letter.isalnum()]
            if not letters:
                continue
            hum = 0.5 * np.sin(np.arange(round(0.1 * len(letters) * self.rate)) * 0.08)
            timed = [Timed(at + 0.1 * place, 0.1, "ma"[place % 2], "ipa") for place in range(len(letters))]
            if self._timed == "word":
                timed = [Timed(at, 0.1 * len(letters), word, "word")]
            yield Chunk(hum.astype(np.float32), self.rate, tuple(timed) if self._timed else ())
            at += 0.1 * len(letters)


class ListSink:
    """Keeps every shot.

    shots: what came; sounds: what was heard. closed: whether its `with` block has ended; kept: whether without an
    error. live, needs_frame: what it says of itself.
    """

    def __init__(self, live: bool = False, needs_frame: bool = True) -> None:
        self.live, self.needs_frame = live, needs_frame
        self.sounds: list[Sound] = []
        self.shots: list[Shot] = []
        self.closed = False
        self.kept = False

    def put(self, shot: Shot) -> None:
        """Keep one shot."""
        self.shots.append(shot)

    def hear(self, sound: Sound) -> None:
        """Keep one piece of sound."""
        self.sounds.append(sound)

    def __enter__(self) -> Self:
        self.closed = False
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closed, self.kept = True, error is None


class FailingSink(ListSink):
    """Like ListSink, but raises DeviceError once it has taken `after` shots."""

    def __init__(self, after: int = 0, live: bool = False) -> None:
        super().__init__(live)
        self._after = after

    def put(self, shot: Shot) -> None:
        """Keep one shot, or raise DeviceError."""
        if len(self.shots) >= self._after:
            raise DeviceError("fake sink: failing as asked; expected nothing else")
        super().put(shot)


class FakeClock:
    """A clock that a test owns: pass `now` and `sleep` to a Ticker; time passes when somebody says so."""

    def __init__(self, start: float = 100.0) -> None:
        self._time = start
        self.slept: list[float] = []
        """Every wait that was asked for, in seconds."""

    def now(self) -> float:
        """The time in seconds."""
        return self._time

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self.slept.append(seconds)
        self._time += seconds

    def advance(self, seconds: float) -> None:
        """Let time pass as if work had taken it."""
        self._time += seconds


class StepClock:
    """A show's clock whose ticks a test hands out: `tick(t)` or `step(t)`, and `tick(None)` to end the show."""

    skipped = 0

    def __init__(self) -> None:
        self._ticks: queue.Queue[float | None] = queue.Queue()
        self.ticked = 0.0
        """The last tick that was given out."""

    def tick(self, t: float | None) -> None:
        """Hand out the next tick, in seconds, or end the show."""
        self._ticks.put(t)

    def step(self, t: float) -> None:
        """Hand out the next tick, and wait until its shot was made and shown."""
        self._ticks.put(t)
        self._ticks.join()

    def now(self) -> float:
        """The machine's time, which stands still between ticks."""
        return self.ticked

    def ticks(self) -> Iterator[float]:
        """The ticks as they are handed out."""
        while (t := self._ticks.get()) is not None:
            self.ticked = t
            try:
                yield t
            finally:
                self._ticks.task_done()


class ListSource:
    """Hands on a list of happenings, then raises `error` if there is one. runs: how often it was run."""

    def __init__(self, happenings: Sequence[Happening], error: Exception | None = None) -> None:
        self._happenings, self._error = happenings, error
        self.runs = 0

    def run(self, put: Put, stop: Event) -> None:
        """Hand everything on, unless told to stop."""
        self.runs += 1
        for happening in self._happenings:
            if stop.is_set():
                return
            put(happening)
        if self._error is not None:
            raise self._error


class FakeWaits(Event):
    """An event whose waits take no time and are noted, with the clock that they would have moved.

    most: waits after which it is set, so that what would be tried for ever ends.
    """

    def __init__(self, most: int = 1000) -> None:
        super().__init__()
        self.clock = FakeClock()
        self._most = most

    def wait(self, timeout: float | None = None) -> bool:
        """Let the time pass at once; whether it is set."""
        self.clock.sleep(timeout or 0.0)
        if len(self.clock.slept) >= self._most:
            self.set()
        return self.is_set()

    def wait_until_set(self, timeout: float) -> bool:
        """Wait as any event does, on the machine's clock; whether it was set in time."""
        return super().wait(timeout)

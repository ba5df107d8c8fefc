"""Lines said by a voice: its sound, and the mouth shapes in time with it, whatever the engine tells of its times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import inf
from threading import Event
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

from mien.face import PeerError, Sound, Viseme
from mien.sense import Reading
from mien.sense.speech import spoken, visemes
from mien.voice import Chunk, Timed, Voice, manner, shapes
from mien.voice.stretch import stretched, voiced

PIECE = 0.04
"""Seconds of sound that are handed on at once: so much may still be heard after it was stopped."""

_PICTURES = ("So", "Sk", "Cf", "Cs", "Co", "Cn", "Mn", "Me")  # emoji, what joins and varies them, what is no letter

LEAD = 0.04  # ours
"""Seconds that the mouth is ahead of the sound: speech is seen before it is heard (Schwartz & Savariaux, "No, there is
no 150 ms lead of visual speech on auditory speech", PLOS Computational Biology 10, 2014)."""

LONGEST = 600.0
"""Seconds of one line that are said; an engine that goes on for longer is not heard out."""


@dataclass(slots=True)
class Speech:
    """What is known of a line's sound by now.

    text, language, pace: what is said, and how fast beside the usual. rate: samples a second, 0 before the first chunk;
    length: samples by now; whole: no more comes.
    """

    text: str
    language: str
    pace: float = 1.0
    rate: int = 0
    whole: bool = False
    _pieces: list[NDArray[np.float32]] = field(default_factory=list)
    _timed: list[Timed] = field(default_factory=list)
    length: int = 0

    def add(self, chunk: Chunk) -> None:
        """The next chunk. Raises PeerError when its rate is another than that of the first."""
        if self.rate and chunk.rate != self.rate:
            raise PeerError(f"the voice: expected {self.rate} samples a second as before, got {chunk.rate}")
        self.rate = chunk.rate
        self._pieces.append(chunk.samples)
        self._timed += chunk.timed
        self.length += len(chunk.samples)

    @property
    def seconds(self) -> float:
        """How long its sound is by now."""
        return self.length / self.rate if self.rate else 0.0

    @property
    def samples(self) -> NDArray[np.float32]:
        """(n,) its sound by now."""
        if len(self._pieces) != 1:
            self._pieces = [np.concatenate([np.zeros(0, np.float32), *self._pieces])]
        return self._pieces[0]

    @property
    def visemes(self) -> tuple[Viseme, ...]:
        """Its mouth shapes by now, from second 0.

        Those of its phonemes where the engine times them; else those of the written words, each in its own time; else
        those of the written line in the time in which somebody speaks, which until it is whole is guessed.
        """
        if any(one.kind != "word" for one in self._timed):
            return shapes(self._timed, self.whole)
        words = [one for one in self._timed if one.seconds > 0.0]
        if words:
            made = [self._word(one) for one in words]
            return tuple(shape for word in made for shape in word)
        written = visemes(self.text, self.language, inf)
        if self.whole:
            return stretched(written, voiced(self.samples, self.rate)) if self.rate else ()
        start = next((start for start, _ in voiced(self.samples, self.rate or 1)), 0.0)
        length = sum(shape.seconds for shape in written) / self.pace
        return stretched(written, [(start, start + length)])

    def _word(self, word: Timed) -> tuple[Viseme, ...]:
        return stretched(visemes(word.name, self.language, inf), [(word.start, word.start + word.seconds)])

    def pieces(self, t: float, first: int = 0) -> Iterator[Sound]:
        """Its sound from sample `first` on in pieces of PIECE, as it is heard when it begins at t."""
        size = max(1, round(PIECE * self.rate))
        for at in range(first, self.length, size):
            yield Sound(t + at / self.rate, self.samples[at : at + size], self.rate)


class Voicing:
    """A voice that says what was read. voice: any `mien.voice.Voice`."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    def begin(self, reading: Reading) -> Speech:
        """The speech of this line, nothing of it known."""
        return Speech(_said(reading.text), reading.language, manner(reading.emotion).pace)

    def chunks(self, reading: Reading, stop: Event) -> Iterator[Chunk]:
        """The line's sound as it comes, at most LONGEST of it. Raises as `Voice.speak`."""
        text = _said(reading.text)
        if not any(sign.isalnum() for sign in text):
            return
        seconds = 0.0
        for chunk in self._voice.speak(text, reading.language, reading.emotion, stop):
            yield chunk
            seconds += len(chunk.samples) / chunk.rate
            if seconds > LONGEST:
                return

    def say(self, reading: Reading) -> Speech:
        """The whole speech of a line. Raises as `Voice.speak`."""
        speech = self.begin(reading)
        for chunk in self.chunks(reading, Event()):
            speech.add(chunk)
        speech.whole = True
        return speech


def _said(text: str) -> str:
    """What a voice gets of a line: no pictures either, which some engines read out by their names."""
    kept = (" " if sign > "\u2000" and category(sign) in _PICTURES else sign for sign in spoken(text))
    return " ".join("".join(kept).split())


Say = Callable[[Reading], Speech]
"""What says a line as a whole; `Voicing.say` does."""

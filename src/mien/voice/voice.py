"""The seam: what a voice is, what it hands on, and how one is found by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from threading import Event
from typing import Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from mien.face import Emotion, SettingsError
from mien.face.sound import RATES

GROUP = "mien.voice"
"""The entry-point group; each entry is a function that opens a voice of its engine, given what follows the colon."""

Kind = Literal["ipa", "romaji", "kana", "pinyin", "word"]
KINDS: tuple[str, ...] = get_args(Kind)
"""What may be timed: a phoneme in the letters of the IPA or of Open JTalk, a mora in kana, a syllable in pinyin, a
word as it is written."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A piece of what is said. start: seconds after the first sample of the speech; name: in the letters of its kind.

    Raises ValueError on times that are no numbers or negative, or another kind.
    """

    start: float
    seconds: float
    name: str
    kind: Kind

    def __post_init__(self) -> None:
        if not (0.0 <= self.start < float("inf") and 0.0 <= self.seconds < float("inf")):
            raise ValueError(f"Timed: expected times >= 0, got {self.start!r} and {self.seconds!r}")
        if self.kind not in KINDS:
            raise ValueError(f"Timed.kind: expected {', '.join(KINDS)}, got {self.kind!r}")


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """The next piece of a speech.

    samples: (n,) float32 mono in [-1, 1], n >= 0; rate: samples a second, the same in all chunks of a speech; timed:
    what becomes known, no later than with its sound, in the order of the start.

    Raises ValueError on another shape, a number that is not finite, or a rate that no sound has.
    """

    samples: NDArray[np.float32]
    rate: int
    timed: tuple[Timed, ...] = ()

    def __post_init__(self) -> None:
        if self.samples.ndim != 1 or not np.isfinite(self.samples).all():
            raise ValueError(f"Chunk.samples: expected (n,) finite numbers, got shape {self.samples.shape}")
        if self.rate not in RATES:
            raise ValueError(f"Chunk.rate: expected {RATES.start}..{RATES.stop - 1}, got {self.rate!r}")


class Voice(Protocol):
    """Says a text."""

    def speak(self, text: str, language: str, feeling: Emotion, stop: Event) -> Iterator[Chunk]:
        """The sound of the text, as soon as it is there, and the times of what is said where the engine tells them.

        language: "zh", "ja", "en" or "und". feeling: how it is to be said, where the engine can. Once `stop` is set
        there are no more chunks. Nothing to say gives nothing. Raises DeviceError where the engine is not there or does
        not answer in time, PeerError where it answers what it must not, SettingsError where it does not know the voice.
        """
        ...


def voices() -> list[str]:
    """Names of the installed engines, ours and the plug-ins', in alphabetical order."""
    return sorted({entry.name for entry in entry_points(group=GROUP)})


def open_voice(name: str) -> Voice:
    """The voice of this name: ENGINE, or ENGINE:VOICE, what follows the colon being the engine's own.

    Raises SettingsError when there is no such engine or it takes no such voice, DeviceError when it is not installed.
    """
    engine, _, voice = name.partition(":")
    found = [entry for entry in entry_points(group=GROUP) if entry.name == engine]
    if not found:
        raise SettingsError(f"no voice {engine!r}; there are: {', '.join(voices())}; write ENGINE or ENGINE:VOICE")
    opened: Callable[[str], Voice] = found[0].load()
    return opened(voice)

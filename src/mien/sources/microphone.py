"""A microphone on this machine, through PortAudio. What it catches is handed on and never stored."""

from __future__ import annotations

import queue
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from threading import Event
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from mien.face import DeviceError, SettingsError
from mien.face.sound import RATES

Use = Literal["speaks", "listens"]
USES: Final[tuple[str, ...]] = get_args(Use)
"""What a microphone may be for: whoever is at it speaks as the character, or is somebody whom the character listens
to."""

RATE: Final = 16_000
"""Samples a second that are asked for; a device that cannot gives its own."""

_PIECE = 0.01
"""Seconds of sound that come at once."""

_GONE = 2.0
"""Seconds without sound after which a microphone is taken to have vanished."""

_HELD = 200
"""Pieces that wait; of more, the oldest are dropped."""

_ADVICE = 'pip install "mien[mic]", and on Linux the system\'s package libportaudio2'


@dataclass(frozen=True, slots=True, eq=False)
class Caught:
    """A piece of sound that a microphone caught, to be listened to. The pieces of one source follow one another.

    source: its name. samples: (n,) float32 mono in [-1, 1]. rate: samples a second, in RATES. use: what it is for.
    carried: whether sinks carry the sound of one who speaks as the character.

    Raises ValueError on another shape, rate or use, or a number that is not finite.
    """

    source: str
    samples: NDArray[np.float32]
    rate: int
    use: Use = "speaks"
    carried: bool = True

    def __post_init__(self) -> None:
        if self.samples.ndim != 1 or not np.isfinite(self.samples).all():
            raise ValueError(f"Caught.samples: expected (n,) finite numbers, got shape {self.samples.shape}")
        if self.rate not in RATES:
            raise ValueError(f"Caught.rate: expected {RATES.start}..{RATES.stop - 1}, got {self.rate!r}")
        if self.use not in USES:
            raise ValueError(f"Caught.use: expected {' or '.join(USES)}, got {self.use!r}")


Pieces = Generator[tuple[NDArray[np.float32], int], None, None]


def microphone(device: str = "", stop: Event | None = None) -> Pieces:
    """(samples, rate) of a microphone as they come, each (n,) float32 mono, until `stop` is set.

    device: its number or a part of its name, as `microphones` tells them; "" is the system's own. Raises DeviceError
    when there is none, or it vanishes, or PortAudio is not installed.
    """
    sd = _portaudio()
    stop = stop or Event()
    pieces: queue.Queue[NDArray[np.float32]] = queue.Queue(_HELD)

    def take(samples: NDArray[np.float32], *_: object) -> None:
        if pieces.full():
            pieces.get_nowait()
        pieces.put_nowait(samples[:, 0].copy())

    name = f"microphone {device}".rstrip()
    try:
        chosen = _chosen(sd, device)
        rate = _rate(sd, chosen)
        with sd.InputStream(
            device=chosen, channels=1, dtype="float32", samplerate=rate, blocksize=round(_PIECE * rate),
            latency="low", callback=take,
        ) as stream:  # fmt: skip
            while not stop.is_set():
                try:
                    samples = pieces.get(timeout=_GONE)
                except queue.Empty:
                    raise DeviceError(f"{name}: it no longer gives sound; connect it again") from None
                yield np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0), rate
                if not stream.active:
                    raise DeviceError(f"{name}: it no longer gives sound; connect it again")
    except (sd.PortAudioError, ValueError) as error:
        there = ", ".join(microphones()) or "none"
        raise DeviceError(f"{name}: cannot be opened ({error}); there are: {there}") from error


def microphones() -> list[str]:
    """The microphones of this machine, each as "number name". Raises DeviceError where PortAudio is not installed."""
    return [
        f"{place} {one['name']}"
        for place, one in enumerate(_portaudio().query_devices())
        if one["max_input_channels"] > 0
    ]


def _portaudio() -> Any:
    try:
        import sounddevice
    except (ImportError, OSError) as error:  # the package, or the library that it calls
        raise DeviceError(f"microphone: {error}; {_ADVICE}") from error
    return sounddevice


def _chosen(sd: Any, device: str) -> int | str | None:
    if not device and not any(one["max_input_channels"] > 0 for one in sd.query_devices()):
        raise DeviceError("microphone: none is there; connect one")
    return int(device) if device.isdecimal() else device or None


def _rate(sd: Any, device: int | str | None) -> int:
    try:
        sd.check_input_settings(device=device, channels=1, dtype="float32", samplerate=RATE)
    except sd.PortAudioError:
        return int(sd.query_devices(device, "input")["default_samplerate"])
    return RATE


@dataclass(frozen=True, slots=True)
class Microphone:
    """The microphone of this number or name. Its sound is handed on and never stored. Raises SettingsError for another
    use than those there are."""

    device: str = ""
    use: Use = "speaks"
    opened: Callable[[str, Event], Pieces] = microphone

    def __post_init__(self) -> None:
        if self.use not in USES:
            raise SettingsError(f"use: expected {' or '.join(USES)}, got {self.use!r}")

    def run(self, put: Callable[[Caught], None], stop: Event) -> None:
        """Raises DeviceError when there is none, or when it vanishes."""
        name = f"microphone {self.device}".rstrip()
        with closing(self.opened(self.device, stop)) as caught:
            for samples, rate in caught:
                if stop.is_set():
                    return
                put(Caught(name, samples, rate, self.use))

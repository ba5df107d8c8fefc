"""A fake of the package sounddevice: microphones without hardware."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


class PortAudioError(Exception):
    """As sounddevice has it."""


class FakeAudio:
    """As much of sounddevice as mien uses; put it into `sys.modules` under that name.

    names: of its microphones. rates: samples a second that they take, 44,100 is their own. sound: (n,) what they catch
    over and over, a quarter of full scale where it is None. active: False makes them vanish.
    """

    PortAudioError = PortAudioError

    def __init__(
        self, names: tuple[str, ...] = ("Built-in", "USB"), rates: tuple[int, ...] = (16_000,),
        sound: NDArray[np.float32] | None = None,
    ) -> None:  # fmt: skip
        self.names, self.rates, self.active = names, rates, True
        self.sound = np.full(160, 0.25, np.float32) if sound is None else sound
        self.opened: dict[str, Any] = {}
        """The settings with which a stream was opened last."""
        self.closed = Event()
        """Set when that stream was closed."""

    def query_devices(self, _device: object = None, kind: str = "") -> Any:
        """The table of devices, or one row."""
        rows = [{"name": name, "max_input_channels": 1, "default_samplerate": 44_100.0} for name in self.names]
        rows += [{"name": "Loudspeaker", "max_input_channels": 0, "default_samplerate": 48_000.0}]
        return rows[0] if kind else rows

    def check_input_settings(self, samplerate: int, **_: object) -> None:
        """Raises PortAudioError for another rate."""
        if samplerate not in self.rates:
            raise PortAudioError("Invalid sample rate [PaErrorCode -9997]")

    def InputStream(self, **settings: Any) -> _Stream:  # noqa: N802 - as sounddevice has it
        """A stream. Raises PortAudioError where there is no such device."""
        device = settings["device"]
        if isinstance(device, int) and device >= len(self.names):
            raise PortAudioError(f"Error querying device {device}")
        self.opened = settings
        self.closed.clear()
        return _Stream(self, settings["callback"], settings["blocksize"])


class _Stream:
    def __init__(self, audio: FakeAudio, take: Callable[..., None], size: int) -> None:
        self.active = True
        self._audio, self._take, self._size = audio, take, size
        self._thread = Thread(target=self._play, name="fake microphone", daemon=True)

    def _play(self) -> None:
        at = 0
        while not self._audio.closed.wait(0.001):
            self.active = self._audio.active
            block = np.take(self._audio.sound, np.arange(at, at + self._size), mode="wrap")
            self._take(block[:, None], self._size, None, None)
            at += self._size
            if not self.active:
                return

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._audio.closed.set()
        self._thread.join()

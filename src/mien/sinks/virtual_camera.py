"""A camera that is none: programs that take a camera see the face, over a colour."""

from __future__ import annotations

import importlib
import sys
from types import TracebackType
from typing import Any, Final, Self

import numpy as np

from mien.face import Colour, DeviceError, SettingsError, Shot
from mien.sinks.sink import Output, Sink

DRIVERS: Final = {
    "linux": "install v4l2loopback-dkms, then: sudo modprobe v4l2loopback exclusive_caps=1 card_label=mien",
    "win32": "install OBS from obsproject.com: its virtual camera is taken; or Unity Capture",
    "darwin": "install OBS from obsproject.com, start its virtual camera once, and stop it: it is taken",
}
"""What a person has to do, on each system, before there is a virtual camera."""


class VirtualCamera:
    """Shows each shot to whoever opens the camera. device: its name, "" for the first that is free."""

    live = True
    needs_frame = True

    def __init__(self, side: int, fps: float, background: Colour, device: str) -> None:
        self._side, self._fps, self._background, self._device = side + side % 2, fps, background, device
        self._camera: Any = None

    def put(self, shot: Shot) -> None:
        """Show one painted shot. Raises ValueError when it is not painted, DeviceError when the camera is gone."""
        if shot.frame is None:
            raise ValueError("virtual-camera: the shot was not painted")
        if self._camera is None:
            raise ValueError("virtual-camera: it is not open")
        shown = shot.frame.over(self._background)
        if shown.shape[:2] != (self._side, self._side):  # cameras have an even number of rows
            whole = np.empty((self._side, self._side, 3), np.uint8)
            whole[:] = self._background
            whole[: shown.shape[0], : shown.shape[1]] = shown
            shown = whole
        try:
            self._camera.send(np.ascontiguousarray(shown))
        except (RuntimeError, OSError) as error:
            raise DeviceError(
                f"virtual-camera: it takes no more pictures ({error}); is another program at it?"
            ) from error

    def __enter__(self) -> Self:
        library = _library()
        try:
            self._camera = library.Camera(
                width=self._side, height=self._side, fps=self._fps, device=self._device or None,
                fmt=library.PixelFormat.RGB,
            )  # fmt: skip
        except (RuntimeError, ValueError, OSError) as error:
            driver = DRIVERS.get(sys.platform, DRIVERS["linux"])
            raise DeviceError(f"virtual-camera: there is none ({error}); {driver}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._camera is not None:
            self._camera.close()
            self._camera = None


def _library() -> Any:
    try:
        return importlib.import_module("pyvirtualcam")
    except ImportError as error:
        driver = DRIVERS.get(sys.platform, DRIVERS["linux"])
        raise SettingsError(
            f'virtual-camera: expected the package pyvirtualcam; pip install "mien[virtual-camera]", and {driver}'
        ) from error


def open_sink(output: Output, *, device: str = "") -> Sink:
    """The first virtual camera of this machine, or the one of this name. Raises SettingsError without the package."""
    _library()
    return VirtualCamera(output.size, output.fps, output.background, device)

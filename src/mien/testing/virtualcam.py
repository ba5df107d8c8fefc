"""A stand-in for the package that shows pictures as a camera."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray


class FakePyvirtualcam(ModuleType):
    """As the package pyvirtualcam: `sys.modules["pyvirtualcam"] = FakePyvirtualcam()`.

    broken: no driver is installed. gone: the device is, from now on. asked: what cameras were opened with. sent: their
    pictures. closed: how many were.
    """

    def __init__(self, broken: bool = False) -> None:
        super().__init__("pyvirtualcam")
        self.broken, self.gone = broken, False
        self.asked: list[dict[str, Any]] = []
        self.sent: list[NDArray[np.uint8]] = []
        self.closed = 0
        self.PixelFormat = type("PixelFormat", (), {"RGB": "rgb"})

    def Camera(self, **asked: Any) -> FakePyvirtualcam:  # noqa: N802 - the package's
        """Open a camera. Raises RuntimeError where there is no driver."""
        if self.broken:
            raise RuntimeError("'v4l2loopback' backend: No v4l2 loopback device found")
        self.asked.append(asked)
        return self

    def send(self, frame: NDArray[np.uint8]) -> None:
        """Take a picture. Raises RuntimeError when the device is gone."""
        if self.gone:
            raise RuntimeError("the device is gone")
        if not frame.flags.c_contiguous:
            raise ValueError("expected a contiguous array")
        self.sent.append(frame)

    def close(self) -> None:
        """Close the camera."""
        self.closed += 1

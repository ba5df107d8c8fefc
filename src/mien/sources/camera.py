"""A camera on this machine. What it shows is handed on and never stored."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from mien.face import DeviceError
from mien.sources.pictures import Seen

_GONE = 2.0
"""Seconds without a picture after which a camera is taken to have vanished."""


def camera(number: int = 0, seconds: float | None = None) -> Iterator[Seen]:
    """Pictures of camera `number` as they come, with the seconds since the first; for ever, or `seconds` long.

    Raises DeviceError when there is none, or when it vanishes.
    """
    import cv2

    device = cv2.VideoCapture(number)
    try:
        if not device.isOpened():
            raise DeviceError(f"camera {number}: none is there, or another program holds it; connect one")
        start = last = time.perf_counter()
        while True:
            good, picture = device.read()
            now = time.perf_counter()
            if good:
                last = now
                yield Seen(
                    f"camera {number}", now - start, np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
                )
            elif now - last > _GONE:
                raise DeviceError(f"camera {number}: it no longer gives pictures; connect it again")
            if seconds is not None and now - start >= seconds:
                return
    finally:
        device.release()

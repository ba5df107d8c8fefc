"""A camera on this machine. What it shows is handed on and never stored."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator

import numpy as np

from mien.face import DeviceError
from mien.sources.pictures import Picture

_GONE = 2.0
"""Seconds without a picture after which a camera is taken to have vanished."""


_MOST = 999
"""The greatest number that a camera may have: OpenCV gives a meaning of its own to larger ones."""

_RETRY = 0.02
"""Seconds between two tries while it gives none."""


def camera(
    number: int = 0,
    seconds: float | None = None,
    *,
    now: Callable[[], float] = time.perf_counter,
    sleep: Callable[[float], None] = time.sleep,
) -> Generator[Picture, None, None]:
    """Pictures of camera `number` as they come, with the seconds since the first; for ever, or `seconds` long.

    now, sleep: the machine's clock, for tests another. Raises DeviceError when there is none, or when it vanishes.
    """
    import cv2

    if not 0 <= number <= _MOST:
        raise DeviceError(f"camera {number}: expected a number in 0..{_MOST}")
    log = cv2.utils.logging
    level = log.setLogLevel(log.LOG_LEVEL_SILENT)  # what is wrong is said below, once
    try:
        device = cv2.VideoCapture(number)
    finally:
        log.setLogLevel(level)
    try:
        if not device.isOpened():
            raise DeviceError(f"camera {number}: none is there, or another program holds it; connect one")
        start = last = now()
        while True:
            good, picture = device.read()
            t = now()
            if good:
                last = t
                yield Picture(
                    f"camera {number}", t - start, np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
                )
            elif t - last > _GONE:
                raise DeviceError(f"camera {number}: it no longer gives pictures; connect it again")
            else:
                sleep(_RETRY)  # one that vanished says so at once, as often as it is asked
            if seconds is not None and t - start >= seconds:
                return
    except cv2.error as error:
        raise DeviceError(f"camera {number}: its driver failed ({error.err}); connect it again") from error
    finally:
        device.release()

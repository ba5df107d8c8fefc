"""Lookers by name."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from mien.face import Face, SettingsError
from mien.sense.sight.looker import Looker

GROUP = "mien.looker"
"""The entry-point group; each entry is a function `() -> Looks`."""


class Looks(Protocol):
    """The seam: whatever sees faces in a picture."""

    def see(self, picture: NDArray[np.uint8], crop: bool = False) -> list[Face]:
        """The faces of (height, width, 3) RGB pixels, the surest first; crop: the picture is one face already."""


def open_looker(name: str = "mien") -> Looks:
    """The looker of this name, or Google's Face Landmarker when it is the path of a `.task` file.

    Raises SettingsError on an unknown name, WeightsError or DeviceError when it cannot be opened.
    """
    if name.endswith(".task"):
        from mien.sense.sight.mediapipe import MediaPipe

        return MediaPipe(Path(name))
    known = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name not in known:
        raise SettingsError(f"no looker {name!r}; there are: {', '.join(sorted(known))}, or a .task file's path")
    return cast(Callable[[], Looks], known[name].load())()


def open_own() -> Looks:
    """mien's own."""
    return Looker()

"""Face analyzers by name."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from mien.face import Face, SettingsError
from mien.sense.sight.analyzer import SightAnalyzer

GROUP = "mien.analyzer"
"""The entry-point group; each entry is a function `() -> FaceAnalyzer`."""


class FaceAnalyzer(Protocol):
    """The seam: whatever sees faces in a picture."""

    def see(self, picture: NDArray[np.uint8], crop: bool = False) -> list[Face]:
        """The faces of (height, width, 3) RGB pixels, the surest first; crop: the picture is one face already."""


def open_analyzer(name: str = "mien") -> FaceAnalyzer:
    """The face analyzer of this name, or Google's Face Landmarker when it is the path of a `.task` file.

    Raises SettingsError on an unknown name, WeightsError or DeviceError when it cannot be opened.
    """
    if name.endswith(".task"):
        from mien.sense.sight.mediapipe import MediaPipe

        return MediaPipe(Path(name))
    known = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name not in known:
        raise SettingsError(f"no face analyzer {name!r}; there are: {', '.join(sorted(known))}, or a .task file's path")
    return cast(Callable[[], FaceAnalyzer], known[name].load())()


def open_own() -> FaceAnalyzer:
    """mien's own."""
    return SightAnalyzer()

"""What is spoken, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.face import DeviceError
from mien.train.hearing.phonemes import Span


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks. engine: a key of `ENGINES`. name: of the engine's voice. language: "zh", "ja", "en", "de" ...

    pace: 1 is the engine's own, 2 twice as fast. pitch: half tones above the engine's own.
    """

    engine: str
    name: str
    language: str
    pace: float = 1.0
    pitch: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Speech:
    """What was spoken. samples: (n,) float32 in [-1, 1], mono, `rate` a second. spans: in order, without overlap."""

    samples: NDArray[np.float32]
    rate: int
    spans: tuple[Span, ...]


SILENCE = Speech(np.zeros(0, np.float32), 16_000, ())
"""What is spoken when an engine cannot say a text."""


def module(name: str) -> Any:
    """An engine's package. Raises DeviceError when it is not installed."""
    try:
        return import_module(name)
    except ImportError as error:
        raise DeviceError(f"{name}: expected the package, which speaks to learn from ({error})") from error


def folder_of(name: str) -> Path:
    """Where a package lies, which is not imported. Raises DeviceError when it is not installed."""
    found = find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise DeviceError(f"{name}: expected the package, which speaks to learn from; pip install --no-deps {name}")
    return Path(found.submodule_search_locations[0])

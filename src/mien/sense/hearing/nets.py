"""The net that hears, run by ONNX Runtime on one thread."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.face import WeightsError
from mien.face.oculus import OCULUS
from mien.nets import open_session
from mien.sense.hearing.features import BANDS

WEIGHTS = Path(__file__).parent / "weights"
"""Where the net that ships lies, ear.onnx beside ear.safetensors; hearing.json holds the facts, MODEL_CARD.md tells how
it was made."""

FORMAT = "mien.hearing/1"

BEFORE, AFTER = 2, 6
"""Frames before and after a moment that the net looks at together; of the further past it has a memory."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What hearing.json says. width and kept: numbers and frames of the memory."""

    width: int
    kept: int

    @classmethod
    def read(cls, folder: Path) -> Facts:
        """Raises WeightsError when the file is missing or says something else."""
        path = folder / "hearing.json"
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            for name, wanted in (("format", FORMAT), ("visemes", list(OCULUS)), ("bands", BANDS), ("after", AFTER)):
                if said[name] != wanted:
                    raise ValueError(f"{name} {said[name]!r} in place of {wanted!r}")
            return cls(int(said["width"]), int(said["kept"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise WeightsError(f"{path}: expected the facts of the net ({error}); install mien again") from error


class Ear:
    """The net with its memory of one sound. Raises WeightsError when it cannot be loaded."""

    def __init__(self, folder: Path = WEIGHTS):
        facts = Facts.read(folder)
        self._session = open_session(folder / "ear.onnx", 1)
        self._state = np.zeros((1, facts.width, facts.kept), np.float32)

    def __call__(self, bands: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(n, 15) chances of visemes and (n, 2) opening and speech, for (n + BEFORE + AFTER, BANDS) that follow on."""
        visemes, others, self._state = self._session.run(None, {"bands": bands[None], "state": self._state})
        return visemes[0], others[0]

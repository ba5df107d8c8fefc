"""The five nets of sight, run by ONNX Runtime on one thread each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.face import CLASSES, WeightsError
from mien.nets import open_session

WEIGHTS = Path(__file__).parent / "weights"
"""Where the nets that ship lie, each an .onnx file beside the .safetensors file of its weights; sight.json holds the
facts, MODEL_CARD.md tells how they were made."""

FORMAT = "mien.sight/4"


@dataclass(frozen=True, slots=True)
class Facts:
    """What sight.json says.

    temperature: by which the feeler's logits are divided, so that its chances are true. classes: the order in which the
    feeler gives them, that of `mien.face.CLASSES` or another.
    """

    temperature: float
    classes: tuple[str, ...]

    @classmethod
    def read(cls, folder: Path) -> Facts:
        """Raises WeightsError when the file is missing or says something else."""
        path = folder / "sight.json"
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            if said["format"] != FORMAT:
                raise ValueError(f"format {said['format']!r} in place of {FORMAT!r}")
            if sorted(said["classes"]) != sorted(CLASSES):
                raise ValueError(f"classes {said['classes']!r} in place of {', '.join(CLASSES)} in any order")
            return cls(float(said["temperature"]), tuple(said["classes"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise WeightsError(f"{path}: expected the facts of the nets ({error}); install mien again") from error


class Net:
    """One net. path: an ONNX file whose weights lie beside it. Raises WeightsError when it cannot be loaded."""

    def __init__(self, path: Path):
        self._session = open_session(path, 1)
        self._input = self._session.get_inputs()[0].name

    def __call__(self, pictures: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """Outputs for (batch, height, width, channels) uint8."""
        laid = np.ascontiguousarray(pictures.transpose(0, 3, 1, 2), np.float32) / np.float32(255.0)
        return list(self._session.run(None, {self._input: laid}))

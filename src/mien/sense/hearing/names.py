"""Names of mouth shapes, and what each is to faces that know fewer."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien.face.prototypes import VISEMES

OCULUS: Final = ("sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "ih", "oh", "ou")
"""The fifteen visemes of Meta's "Viseme Reference" (Oculus LipSync), in its order."""

VRM: Final = ("aa", "ih", "ou", "ee", "oh")
"""The five mouths of VRM 1.0 ("Expressions of a VRM model", lip sync presets)."""

_OURS = dict(zip(OCULUS, (
    ("rest", 1.0), ("m", 1.0), ("f", 1.0), ("s", 0.6), ("s", 0.6), ("e", 0.4), ("s", 1.0), ("s", 0.9), ("e", 0.35),
    ("u", 0.4), ("a", 1.0), ("e", 1.0), ("i", 1.0), ("o", 1.0), ("u", 1.0),
), strict=True))  # fmt: skip
_VRM = {"aa": "aa", "E": "ee", "ih": "ih", "oh": "oh", "ou": "ou", "kk": "ee", "nn": "ee", "RR": "ou"}
_VRM_SHARE = {"kk": 0.3, "nn": 0.3, "RR": 0.4}
_FORM = {"ih": 1.0, "E": 0.7, "SS": 0.6, "CH": -0.2, "oh": -0.7, "ou": -1.0, "RR": -0.4, "aa": 0.1}


def _matrix(columns: tuple[str, ...], cells: dict[str, tuple[str, float]]) -> NDArray[np.float32]:
    table = np.zeros((len(OCULUS), len(columns)), np.float32)
    for name, (column, weight) in cells.items():
        table[OCULUS.index(name), columns.index(column)] = weight
    return table


TO_SHAPES: Final = _matrix(VISEMES, _OURS)
"""(15, 9) what each viseme is in mien's own mouth shapes (`mien.face.prototypes.VISEMES`), which are ARKit muscles."""

TO_VRM: Final = _matrix(VRM, {name: (mouth, _VRM_SHARE.get(name, 1.0)) for name, mouth in _VRM.items()})
"""(15, 5) what each is in the mouths of VRM; consonants that close it are in none."""

TO_FORM: Final = np.array([_FORM.get(name, 0.0) for name in OCULUS], np.float32)
"""(15,) what each is in Live2D's ParamMouthForm, -1 rounded to 1 spread."""

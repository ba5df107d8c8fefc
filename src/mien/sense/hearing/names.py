"""What each viseme is to faces that know fewer mouth shapes, or others."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien.face.oculus import MOUTHS, OCULUS
from mien.face.prototypes import VISEMES

VRM: Final = ("aa", "ih", "ou", "ee", "oh")
"""The five mouths of VRM 1.0 ("Expressions of a VRM model", lip sync presets)."""

_VRM = {"aa": "aa", "E": "ee", "ih": "ih", "oh": "oh", "ou": "ou", "kk": "ee", "nn": "ee", "RR": "ou"}
_VRM_SHARE = {"kk": 0.3, "nn": 0.3, "RR": 0.4}
_FORM = {"ih": 1.0, "E": 0.7, "SS": 0.6, "CH": -0.2, "oh": -0.7, "ou": -1.0, "RR": -0.4, "aa": 0.1}


def _matrix(columns: tuple[str, ...], cells: dict[str, tuple[str, float]]) -> NDArray[np.float32]:
    table = np.zeros((len(OCULUS), len(columns)), np.float32)
    for name, (column, weight) in cells.items():
        table[OCULUS.index(name), columns.index(column)] = weight
    return table


TO_SHAPES: Final = _matrix(VISEMES, MOUTHS)
"""(15, 9) what each viseme is in mien's own mouth shapes (`mien.face.prototypes.VISEMES`), which are ARKit muscles."""

TO_VRM: Final = _matrix(VRM, {name: (mouth, _VRM_SHARE.get(name, 1.0)) for name, mouth in _VRM.items()})
"""(15, 5) what each is in the mouths of VRM; consonants that close it are in none."""

TO_FORM: Final = np.array([_FORM.get(name, 0.0) for name in OCULUS], np.float32)
"""(15,) what each is in Live2D's ParamMouthForm, -1 rounded to 1 spread."""

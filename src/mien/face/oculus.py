"""The fifteen visemes that engines and avatars share, as mouth shapes of this face.

Names: Meta, "Viseme Reference" of Oculus Lipsync, after the visemes of MPEG-4 (ISO/IEC 14496-2).
"""

from __future__ import annotations

from typing import Final

MOUTHS: Final[dict[str, tuple[str, float]]] = {
    "sil": ("rest", 1.0), "PP": ("m", 1.0), "FF": ("f", 1.0), "TH": ("s", 0.6), "DD": ("s", 0.55), "kk": ("e", 0.35),
    "CH": ("s", 0.9), "SS": ("s", 1.0), "nn": ("e", 0.4), "RR": ("u", 0.5), "aa": ("a", 1.0), "E": ("e", 1.0),
    "ih": ("i", 1.0), "oh": ("o", 1.0), "ou": ("u", 1.0),
}  # fmt: skip
"""Each viseme's mouth shape (see VISEMES) and how much of it, in (0, 1]. # ours: sounds made inside the mouth hardly
move the lips"""

OCULUS: Final = tuple(MOUTHS)
"""Their names, in the order of the Reference."""

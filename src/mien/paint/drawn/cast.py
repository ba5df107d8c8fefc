"""The characters that ship, as the artist draws them."""

from __future__ import annotations

from collections.abc import Mapping

from mien.paint.identity import Identity

MOMO = Identity()
"""The default character, a streamer: every trait at its default."""

HARU = Identity(
    seed=3, hair=(0.30, 0.36, 0.50), hair_tip=(0.45, 0.56, 0.72), iris=(0.86, 0.56, 0.20), skin=(1.0, 0.90, 0.83),
    cloth=(0.20, 0.23, 0.30), trim=(0.92, 0.55, 0.25), accent=(0.95, 0.6, 0.25), fringe="short", back="crop",
    collar="hoodie", worn="none", ahoge=False, eye_width=0.92, eye_height=0.80, eye_slant=0.35, face_width=0.98,
    chin=1.5, brow_weight=1.45, mouth_width=1.08, jaw=1.12, shoulders=1.14, nose="straight", brows="sharp", lashes=0.12,
)  # fmt: skip
"""A young man, a companion in games."""

LIN = Identity(
    seed=5, hair=(0.24, 0.16, 0.14), hair_tip=(0.40, 0.26, 0.20), iris=(0.42, 0.27, 0.17), skin=(1.0, 0.91, 0.85),
    cloth=(0.22, 0.26, 0.36), trim=(0.50, 0.16, 0.24), accent=(0.8, 0.3, 0.3), fringe="side", back="bun",
    collar="suit", worn="none", ahoge=False, eye_width=0.92, eye_height=0.80, eye_slant=0.15, face_width=0.96,
    chin=1.45, brow_weight=1.1, mouth_width=1.02, nose="straight", brows="soft", lashes=0.7, lips=0.55,
)  # fmt: skip
"""An adult in plain dress, who serves customers."""

CAST: Mapping[str, Identity] = {"momo": MOMO, "haru": HARU, "lin": LIN}
"""By the name of the character."""

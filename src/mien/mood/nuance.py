"""How this time differs from the last: nobody shows the same feeling twice in the same way.

Drawn anew with each feeling that is news, and eased into, so that no change of it is seen by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Final

import numpy as np

from mien.face.channels import CHANNELS, side_of
from mien.mood.chance import NUANCE, between
from mien.mood.motion import SUBSTEP, Values
from mien.mood.rows import Rows

_EASE = 1.0 - exp(-SUBSTEP / 0.3)  # the share of a substep in which a face takes up its new ways
_PAIRED = ("brow", "cheek", "mouthSmile", "mouthFrown", "mouthStretch", "mouthPress", "mouthUp", "mouthLow", "nose")


def _side(name: str) -> float:
    """+1 for the left of a pair, -1 for the right; lids stay together, they would wink."""
    return side_of(name) * name.startswith(_PAIRED)


_SIDES: Values = np.array([float(_side(name)) for name in CHANNELS])


@dataclass(frozen=True, slots=True)
class Nuance:
    """The ways of one showing, and how far the face has taken them up.

    tempo: times the usual speed of the onset. size: what is added to 1 as a factor of the strength shown. lean: what
    the left side has more, and the right less, as a share. sized, leaning: the last two as they are now.

    People lean to the left more often than to the right, by a little (Borod, Haywood & Koff, "Neuropsychological
    aspects of facial asymmetry during emotional expression", Neuropsychology Review 7, 1997). Onsets and sizes of one
    person's smiles vary from one to the next (Schmidt, Cohn & Tian 2003, see `Temper`); by how much here is ours.
    """

    tempo: float = 1.0
    size: float = 0.0
    lean: float = 0.0
    sized: float = 0.0
    leaning: float = 0.0

    def drawn(self, seed: int, count: int) -> Nuance:
        """Other ways, not yet taken up."""
        draw = 4 * count
        return Nuance(
            tempo=between(0.84, 1.18, seed, NUANCE, draw),
            size=between(-0.09, 0.06, seed, NUANCE, draw + 1),
            lean=between(-0.05, 0.09, seed, NUANCE, draw + 2),
            sized=self.sized,
            leaning=self.leaning,
        )

    def after_substep(self) -> Nuance:
        """The ways one substep later."""
        sized = self.sized + (self.size - self.sized) * _EASE
        leaning = self.leaning + (self.lean - self.leaning) * _EASE
        return Nuance(self.tempo, self.size, self.lean, sized, leaning)

    @property
    def sides(self) -> Values:
        """(63,) the factor of each channel."""
        factors: Values = 1.0 + self.leaning * _SIDES
        return factors


def nuances_after(r: Rows) -> None:
    """As `Nuance.after_substep`, of several."""
    r.sized += (r.larger - r.sized) * _EASE
    r.leaning += (r.lean - r.leaning) * _EASE


def nuances_sides(r: Rows) -> Values:
    """(n, 63) as `Nuance.sides`, of several."""
    sides: Values = 1.0 + r.leaning[:, None] * _SIDES
    return sides


PLAIN: Final = Nuance()

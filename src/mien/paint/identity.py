"""Who is drawn: a seed, or named traits, decide hair, eyes, face, skin, brows, clothes and what is worn."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mien.face import SettingsError

Color = tuple[float, float, float]
"""Red, green, blue in [0, 1]."""

FRINGES = ("swept", "straight", "parted", "messy", "curtain", "side", "short", "back")
BACKS = ("bob", "long", "twintails", "short", "ponytail", "wavy", "crop", "bun")
COLLARS = ("sailor", "shirt", "hoodie", "ribbon", "kimono", "suit", "turtleneck")
NOSES = ("button", "straight", "strong")
BROWS = ("soft", "straight", "sharp", "bushy")
BEARDS = ("none", "stubble", "goatee", "full")
_SHORT_FRINGES = ("swept", "parted", "messy", "side", "short", "back")
_LONG_FRINGES = ("swept", "straight", "parted", "messy", "curtain", "side")
_SHORT_BACKS = ("crop", "crop", "short")
_PLAIN = ("shirt", "hoodie", "kimono", "suit", "turtleneck")
WORN = ("none", "clip", "bow", "cat_ears", "glasses", "flower", "headphones")


@dataclass(frozen=True, slots=True)
class Identity:
    """One drawn person. Colours are (red, green, blue) in [0, 1]; shape traits are about 1 unless said otherwise.

    eye_slant: -1 (drooping) .. 1 (rising outwards). fringe, back, collar, worn, nose, brows, beard: names in FRINGES,
    BACKS, COLLARS, WORN, NOSES, BROWS, BEARDS. jaw: breadth of the lower face; shoulders: of the body. lashes: 0 none
    .. 1.5. lips: 0 a line .. 1 painted. age: 0 young .. 1 lined. seed: decides the lesser accidents (strand lengths).
    Raises ValueError on an unknown name, a colour or a shape that is none.
    """

    seed: int = 0
    hair: Color = (0.98, 0.66, 0.70)
    hair_tip: Color = (0.99, 0.80, 0.66)
    iris: Color = (0.16, 0.62, 0.66)
    skin: Color = (1.0, 0.925, 0.875)
    cloth: Color = (0.97, 0.97, 1.0)
    trim: Color = (0.25, 0.33, 0.62)
    accent: Color = (0.93, 0.32, 0.42)
    fringe: str = "swept"
    back: str = "long"
    collar: str = "sailor"
    worn: str = "clip"
    ahoge: bool = True
    eye_width: float = 1.0
    eye_height: float = 1.0
    eye_slant: float = 0.1
    face_width: float = 1.0
    chin: float = 1.0
    brow_weight: float = 1.0
    mouth_width: float = 1.0
    jaw: float = 1.0
    shoulders: float = 1.0
    nose: str = "button"
    brows: str = "soft"
    beard: str = "none"
    lashes: float = 1.0
    lips: float = 0.0
    age: float = 0.0

    def __post_init__(self) -> None:
        named = {"fringe": FRINGES, "back": BACKS, "collar": COLLARS, "worn": WORN, "nose": NOSES, "brows": BROWS,
                 "beard": BEARDS}  # fmt: skip
        for trait, names in named.items():
            if getattr(self, trait) not in names:
                raise ValueError(f"Identity.{trait}: no {getattr(self, trait)!r}; there are: {', '.join(names)}")
        for name in ("hair", "hair_tip", "iris", "skin", "cloth", "trim", "accent"):
            colour = getattr(self, name)
            if len(colour) != 3 or not all(_number(part) and 0.0 <= part <= 1.0 for part in colour):
                raise ValueError(f"{name}: expected red, green and blue in 0..1, got {colour!r:.60}")
        for name in ("eye_width", "eye_height", "face_width", "chin", "brow_weight", "mouth_width", "jaw", "shoulders"):
            if not _number(getattr(self, name)) or not 0.4 <= getattr(self, name) <= 2.5:
                raise ValueError(f"{name}: expected a number in 0.4..2.5, got {getattr(self, name)!r:.60}")
        for name, most in (("lashes", 1.5), ("lips", 1.0), ("age", 1.0)):
            if not _number(getattr(self, name)) or not 0.0 <= getattr(self, name) <= most:
                raise ValueError(f"{name}: expected a number in 0..{most:g}, got {getattr(self, name)!r:.60}")
        if not _number(self.eye_slant) or not -1.0 <= self.eye_slant <= 1.0:
            raise ValueError(f"eye_slant: expected a number in -1..1, got {self.eye_slant!r:.60}")
        if type(self.seed) is not int or not 0 <= self.seed < 2**63:
            raise ValueError(f"seed: expected a whole number from 0 on, got {self.seed!r:.60}")
        if not isinstance(self.ahoge, bool):
            raise ValueError(f"ahoge: expected true or false, got {self.ahoge!r:.60}")

    @classmethod
    def of(cls, seed: int) -> Identity:
        """The identity that this seed draws, out of many millions."""
        chance = np.random.default_rng(seed)
        broad = chance.random() < 0.45  # the build of a man, as drawn
        old = chance.random() < 0.25
        hue = float(chance.random())
        natural = chance.random() < 0.35
        hair = (
            _hsv(0.02 + 0.09 * chance.random(), 0.25 + 0.5 * chance.random(), 0.25 + 0.65 * chance.random())
            if natural
            else _hsv(hue, 0.12 + 0.5 * chance.random(), 0.55 + 0.43 * chance.random())
        )
        tip = hair if chance.random() < 0.4 else _hsv(hue + 0.16 * (chance.random() - 0.5), 0.45, 0.85)
        if old:
            hair = tip = _hsv(0.7, 0.02 + 0.06 * chance.random(), 0.6 + 0.3 * chance.random())
        eye_hue = hue + 0.5 + 0.5 * (chance.random() - 0.5) if chance.random() < 0.6 else chance.random()
        tone = float(chance.random()) ** 2
        skin = tuple(float(a + (b - a) * tone) for a, b in zip((1.0, 0.93, 0.88), (0.80, 0.60, 0.47), strict=True))
        trim_hue = float(chance.random())
        dark_cloth = chance.random() < 0.4
        traits: dict[str, Any] = _built(chance, broad, old)
        return cls(
            seed=seed,
            hair=hair,
            hair_tip=tip,
            iris=_hsv(eye_hue, 0.55 + 0.35 * chance.random(), 0.55 + 0.35 * chance.random()),
            skin=(skin[0], skin[1], skin[2]),
            cloth=_hsv(trim_hue, 0.35, 0.32) if dark_cloth else _hsv(trim_hue, 0.06, 0.98),
            trim=_hsv(trim_hue + 0.5 * chance.random(), 0.55, 0.95 if dark_cloth else 0.55),
            accent=_hsv(chance.random(), 0.65, 0.92),
            fringe=_one(chance, _SHORT_FRINGES if broad else _LONG_FRINGES),
            back=_one(chance, _SHORT_BACKS if broad else BACKS),
            collar=_one(chance, _PLAIN if broad or old else COLLARS),
            worn=_one(chance, ("none", "none", "glasses", "headphones") if broad or old else WORN),
            ahoge=bool(chance.random() < (0.1 if broad or old else 0.4)),
            **traits,
        )


def identity_of(traits: Mapping[str, Any], where: str) -> Identity:
    """The identity that a manifest's traits name. Raises SettingsError on an unknown or impossible trait."""
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in traits.items()}
    try:
        return Identity(**values)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"{where}: identity: {error}") from error


def _built(chance: np.random.Generator, broad: bool, old: bool) -> dict[str, Any]:
    """The shapes of a face: of a broad build or a slight one, old or young."""

    def between(low: float, high: float) -> float:
        return float(chance.uniform(low, high))

    tall = between(0.66, 0.9) if broad else between(0.82, 1.1)
    return {
        "eye_width": between(0.88, 1.0) if broad else between(0.88, 1.08),
        "eye_height": tall * (0.88 if old else 1.0),
        "eye_slant": between(-0.8, 1.0),
        "face_width": between(0.95, 1.06) if broad else between(0.94, 1.05),
        "chin": between(1.1, 1.5) if broad else between(0.9, 1.3),
        "brow_weight": between(1.1, 1.6) if broad else between(0.7, 1.3),
        "mouth_width": between(0.95, 1.2) if broad else between(0.88, 1.1),
        "jaw": between(1.05, 1.25) if broad else between(0.94, 1.04),
        "shoulders": between(1.05, 1.2) if broad else between(0.94, 1.04),
        "nose": _one(chance, ("straight", "strong") if broad else ("button", "button", "straight")),
        "brows": _one(chance, ("straight", "sharp", "bushy") if broad else ("soft", "soft", "straight", "sharp")),
        "beard": _one(chance, ("none", "none", "none", "stubble", "goatee", "full")) if broad else "none",
        "lashes": between(0.0, 0.3) if broad else between(0.6, 1.3),
        "lips": 0.0 if broad else max(0.0, between(-0.5, 0.7)),
        "age": between(0.5, 1.0) if old else 0.0,
    }


def _one(chance: np.random.Generator, names: Sequence[str]) -> str:
    return str(chance.choice(names))


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _hsv(hue: float, saturation: float, value: float) -> Color:
    return colorsys.hsv_to_rgb(hue % 1.0, min(max(saturation, 0.0), 1.0), min(max(value, 0.0), 1.0))


def mix(one: Color, other: Color, share: float) -> Color:
    """`share` of the other colour in the one; 0 is all the one."""
    return (
        one[0] + (other[0] - one[0]) * share,
        one[1] + (other[1] - one[1]) * share,
        one[2] + (other[2] - one[2]) * share,
    )


def darker(color: Color, share: float) -> Color:
    """A shade: towards a cool dark, as drawn shadows are, not towards black."""
    return mix(color, (color[0] * 0.42, color[1] * 0.24, color[2] * 0.42), share)


def lighter(color: Color, share: float) -> Color:
    """Towards white."""
    return mix(color, (1.0, 1.0, 1.0), share)


INK: Color = (0.22, 0.11, 0.17)
"""The colour of lashes and strong lines."""

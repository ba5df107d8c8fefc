"""An expression as other programs' parameters: pure functions, by the tables."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from mien.face import MUSCLES, Expression, SettingsError
from mien.face.channels import GAZE_LIMIT
from mien.files import read_toml
from mien.rig.table import FOLDER, table

PERFECT_SYNC: Final = tuple(name[0].upper() + name[1:] for name in MUSCLES)
"""ARKit's 52 shapes as avatars with Perfect Sync call their clips. Source: Unity, ARKitBlendShapeLocation."""

_LOOKS: Final = {
    "eyeLookOutLeft": (0, 1.0), "eyeLookInRight": (0, 1.0), "eyeLookInLeft": (0, -1.0), "eyeLookOutRight": (0, -1.0),
    "eyeLookUpLeft": (1, 1.0), "eyeLookUpRight": (1, 1.0), "eyeLookDownLeft": (1, -1.0), "eyeLookDownRight": (1, -1.0),
}  # fmt: skip
"""The axis of the gaze that each muscle turns the eyes along, and to which side."""


def arkit(expression: Expression) -> dict[str, float]:
    """ARKit's 52 shapes in [0, 1] by name, the gaze in those that turn the eyes."""
    shapes = expression.muscles
    gaze = expression.gaze
    for name, (axis, sign) in _LOOKS.items():
        shapes[name] = min(1.0, shapes[name] + max(0.0, sign * float(gaze[axis]) / GAZE_LIMIT))
    return shapes


def perfect_sync(expression: Expression) -> dict[str, float]:
    """The same by the names of `PERFECT_SYNC`."""
    return dict(zip(PERFECT_SYNC, arkit(expression).values(), strict=True))


def vrm(expression: Expression, version: int = 1) -> dict[str, float]:
    """VRM's presets in [0, 1] by the names of version 0 or 1. Raises SettingsError on another version."""
    names = _vrm_names(version)
    return {names[name]: value for name, value in table("vrm")(expression).items()}


@lru_cache(maxsize=2)
def _vrm_names(version: int) -> dict[str, str]:
    if version not in (0, 1):
        raise SettingsError(f"vrm: expected 0 or 1, got {version}")
    names = table("vrm").names
    older: dict[str, str] = read_toml(FOLDER / "vrm.toml")["vrm0"]
    return older if version == 0 else {name: name for name in names}


def live2d(expression: Expression) -> dict[str, float]:
    """Live2D's standard parameters, each in its own range."""
    return table("live2d")(expression)


def mmd(expression: Expression) -> dict[str, float]:
    """Morphs of models for MikuMikuDance, in [0, 1]."""
    return table("mmd")(expression)


def vtube_studio(expression: Expression, ranges: dict[str, tuple[float, float]]) -> dict[str, float]:
    """VTube Studio's input parameters, those that it has, fitted into the ranges that it tells.

    ranges: least and greatest value by name, as it tells them now: they differ between its versions.
    """
    own = table("vtube_studio")
    told = zip(own(expression).items(), own.units, strict=True)
    return {name: fitted(value, unit, *ranges[name]) for (name, value), unit in told if name in ranges}


def fitted(value: float, unit: str, low: float, high: float) -> float:
    """A value in a range: a share of a range that begins elsewhere than at 0 to 1 is a share of the whole, a signed one
    of a range without a negative part lies about its middle, degrees are degrees."""
    if unit == "share" and not low <= 0.0 < 1.0 <= high:
        value = low + value * (high - low)
    elif unit == "signed" and low >= 0.0:
        value = 0.5 * (low + high) + value * 0.5 * (high - low)
    return min(max(value, low), high)

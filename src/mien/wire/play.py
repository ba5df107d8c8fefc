"""What the page says when somebody plays the face by hand, as the value of {"play": …}.

{"hold": {"jawOpen": 0.4}}: sliders are held. {"free": ["jawOpen"]}: they are let go; true: all is.
{"drag": {"48": [0.4, 0.7]}}: key points are dragged to these places, in picture units; {"drag": {}}: they are let go,
and with "keep": true the face stays so. {"record": "wink", "whole": false}: what is played is recorded from now on;
{"record": ""}: until now. {"move": "wink"}: a move is played; {"move": ""}: no move is. {"forget": "wink"}: its file is
removed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mien.face import POINTS, PeerError
from mien.wire.move import BOUNDS, move_name

_FARTHEST = (-1.0, 2.0)  # picture units: a hand may leave the picture, not the table


@dataclass(frozen=True, slots=True)
class Held:
    """Channels and feelings are held at these values."""

    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Freed:
    """They are let go; None: all that is played is."""

    names: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Dragged:
    """Key points are dragged, (x, y) in picture units by number; none: they are let go. keep: the face stays so."""

    pins: Mapping[int, tuple[float, float]]
    keep: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """What is played is recorded as the move of this name; "": no more. whole: all that the face does is."""

    name: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Replayed:
    """The move of this name is played; "": none is."""

    name: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The move of this name is removed."""

    name: str


Act = Held | Freed | Dragged | Taken | Replayed | Forgotten


@dataclass(frozen=True, slots=True)
class Played:
    """Somebody does this to the face by hand."""

    act: Act


_ACTS = ("hold", "free", "drag", "record", "move", "forget")
_BESIDE = {"drag": "keep", "record": "whole"}


def played(told: Any) -> Played:
    """What the value of {"play": …} says. Raises PeerError."""
    return Played(_act(told))


def _act(told: Any) -> Act:
    act = next((act for act in _ACTS if isinstance(told, dict) and act in told), "")
    if not act or not set(told) <= {act, _BESIDE.get(act, act)}:
        such = 'such as {"hold": {"jawOpen": 0.4}}'
        raise PeerError(f"play: expected one of {', '.join(_ACTS)}, {such}, got {told!r:.80}")
    value, beside = told[act], told.get(_BESIDE.get(act, ""), False)
    if not isinstance(beside, bool):
        raise PeerError(f"play: {_BESIDE[act]}: expected true or false, got {beside!r:.80}")
    match act:
        case "hold":
            return Held(_values(value))
        case "free":
            return Freed(None if value is True else _names(value))
        case "drag":
            return Dragged(_pins(value), beside)
        case "record":
            return Taken(value and move_name(value, PeerError), beside)
        case "move":
            return Replayed(value and move_name(value, PeerError))
        case _:
            return Forgotten(move_name(value, PeerError))


def _values(told: Any) -> dict[str, float]:
    if not isinstance(told, dict) or not told:
        raise PeerError(f'play: hold: expected {{"jawOpen": 0.4}}, got {told!r:.80}')
    for name, value in told.items():
        low, high = BOUNDS[_known(name)]
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise PeerError(f"play: hold: {name}: expected {low:g}..{high:g}, got {value!r:.80}")
    return {name: float(value) for name, value in told.items()}


def _names(told: Any) -> tuple[str, ...]:
    if not isinstance(told, list) or not told:
        raise PeerError(f"play: free: expected a list of names, or true for all, got {told!r:.80}")
    return tuple(_known(name) for name in told)


def _known(name: Any) -> str:
    if not isinstance(name, str) or name not in BOUNDS:
        raise PeerError(f"play: no channel or feeling {name!r:.80}; there are: {', '.join(BOUNDS)}")
    return name


def _pins(told: Any) -> dict[int, tuple[float, float]]:
    numbers = {str(number): number for number in range(POINTS)}
    if not isinstance(told, dict) or not set(told) <= set(numbers):
        raise PeerError(f'play: drag: expected {{"48": [0.4, 0.7]}}, of points 0..{POINTS - 1}, got {told!r:.80}')
    low, high = _FARTHEST
    for number, place in told.items():
        whole = isinstance(place, list) and len(place) == 2 and not any(isinstance(one, bool) for one in place)
        if not whole or not all(isinstance(one, int | float) and low <= one <= high for one in place):
            raise PeerError(f"play: drag: {number}: expected [x, y] in {low:g}..{high:g}, got {place!r:.80}")
    return {numbers[number]: (float(place[0]), float(place[1])) for number, place in told.items()}

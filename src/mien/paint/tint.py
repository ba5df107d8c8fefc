"""Another colour for what is drawn already: hair that was drawn pink, as if it had been drawn blue.

Artists shade by rule: lines and shadows are the colour darker and cooler, lights are it nearer to white. Such shades
lie so that one affine map takes all those of a colour to the same shades of another, lines to lines and lights to
lights. Of premultiplied pixels it is a product with a matrix, whatever their alpha.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mien.face import Colour
from mien.paint.identity import INK, Color, darker, lighter

_EXACT, _FIRST = 100.0, 8.0
"""What an error of the colour itself costs, where one of its lights costs 1; and at least in shadows' costs. # ours"""

_DARKEST, _INK = 0.1, 0.3
"""Errors of the shadows cost more the darker the colour is, for so near do they lie to it: by the square of its
lightness, down to here; nearer than this they count less. So does the ink nearer than that. # ours: by eye"""

_CALM = 0.01
"""What a square unit costs by which the map differs from a plain turn of the hue. # ours: less lets faint tints glow"""

_GREY, _LIVELIEST = 0.05, 2.0
"""Chroma, in 0..1, below which a colour has no hue to turn. How many times as strong a turn may make chroma."""

_AXES = np.array([[1.0, 1.0, 1.0], [1.0, -1.0, 0.0], [1.0, 1.0, -2.0]]) / np.sqrt([[9.0], [2.0], [6.0]])
"""From red, green, blue to lightness (their mean) and the two numbers of chroma."""


def tint(own: Colour, wanted: Colour) -> NDArray[np.float64]:
    """(3, 4) the map from a drawing's premultiplied red, green, blue and alpha to the same drawing's red, green, blue.

    own, wanted: what the drawing's colour is, and what it becomes. Where both are the same, the map changes nothing.
    """
    turn = np.hstack([_turn(np.array(own) / 255.0, np.array(wanted) / 255.0), np.zeros((3, 1))])
    before, after = _shades(own), _shades(wanted)
    _, _, shadow, _, _, ink = (float(np.linalg.norm(one - before[0])) for one in before)
    shadows = (min(1.0, shadow / _DARKEST) / max(float(before[0].mean()), _DARKEST)) ** 2
    ink = min(1.0, ink / _INK) ** 2
    cost = np.array([max(_EXACT, _FIRST * shadows), shadows, shadows, 1.0, 1.0, ink])[:, None]
    points = np.hstack([before, np.ones((len(before), 1))])
    square = points.T @ (cost * points) + _CALM * np.eye(4)
    bent: NDArray[np.float64] = turn + np.linalg.solve(square, points.T @ (cost * (after - points @ turn.T))).T
    return bent


def _shades(colour: Colour) -> NDArray[np.float64]:
    """(6, 3) a colour, the shades in which it is drawn, and the ink that stays ink whatever the colour."""
    own: Color = (colour[0] / 255.0, colour[1] / 255.0, colour[2] / 255.0)
    return np.array([own, darker(own, 0.4), darker(own, 0.85), lighter(own, 0.25), lighter(own, 0.75), INK])


def _turn(own: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3, 3) the plain map: chroma turned and scaled about the axis of the greys, lightness scaled."""
    (light, *chroma), (wanted_light, *wanted_chroma) = _AXES @ own, _AXES @ wanted
    gain = (wanted_light + _GREY) / (light + _GREY)
    hue, wanted_hue = complex(*chroma), complex(*wanted_chroma)
    by = wanted_hue / hue if abs(hue) > _GREY else complex(gain)
    by *= min(1.0, _LIVELIEST / max(abs(by), 1e-9))
    middle = np.array([[gain, 0.0, 0.0], [0.0, by.real, -by.imag], [0.0, by.imag, by.real]])
    turned: NDArray[np.float64] = np.linalg.inv(_AXES) @ middle @ _AXES
    return turned

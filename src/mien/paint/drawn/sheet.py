"""A sheet to draw on: filled shapes, tapered lines, gradients and clips, rasterised by ThorVG's software engine.

The rasteriser comes in a wheel that needs nothing of the system. It is called through its C interface directly,
with whole paths at a time, because a call a point would cost more than the drawing.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.face import DeviceError
from mien.paint.identity import Color

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Linear:
    """A gradient along the line from `start` to `end` (design units): (position 0..1, colour, opacity 0..1) stops."""

    start: tuple[float, float]
    end: tuple[float, float]
    stops: tuple[tuple[float, Color, float], ...]


@dataclass(frozen=True, slots=True)
class Radial:
    """A gradient from `centre` outwards to `radius` (design units): (position, colour, opacity) stops.

    squash: vertical over horizontal extent.
    """

    centre: tuple[float, float]
    radius: float
    stops: tuple[tuple[float, Color, float], ...]
    squash: float = 1.0


Ink = Color | Linear | Radial


class _Stop(ctypes.Structure):
    _fields_ = (("offset", ctypes.c_float), *((name, ctypes.c_uint8) for name in "rgba"))


class _Matrix(ctypes.Structure):
    _fields_ = tuple((f"e{row}{column}", ctypes.c_float) for row in (1, 2, 3) for column in (1, 2, 3))


@cache
def _library() -> Any:
    """The rasteriser, started once a process. Raises DeviceError when its wheel cannot be loaded."""
    try:
        from thorvg_python.engine import THORVG_LIB
    except ImportError as error:
        raise DeviceError(
            f"drawing: the package thorvg-python cannot be imported ({error}); "
            "reinstall mien, or use --painter gan, which does not need it"
        ) from error
    if THORVG_LIB is None:
        raise DeviceError(
            "drawing: thorvg-python holds no library for this system; use --painter gan, which does not need it"
        )
    # a handle of our own: the package changes the argument types of its own one while it works
    library = ctypes.CDLL(THORVG_LIB._name)
    pointer, real, byte, word = ctypes.c_void_p, ctypes.c_float, ctypes.c_uint8, ctypes.c_uint32
    takes: dict[str, tuple[Any, ...]] = {
        "engine_init": (word,),
        "swcanvas_create": (byte,),
        "swcanvas_set_target": (pointer, pointer, word, word, word, byte),
        "canvas_add": (pointer, pointer),
        "canvas_draw": (pointer, ctypes.c_bool),
        "canvas_sync": (pointer,),
        "canvas_destroy": (pointer,),
        "scene_new": (),
        "scene_add": (pointer, pointer),
        "shape_new": (),
        "shape_append_path": (pointer, pointer, word, pointer, word),
        "shape_set_fill_color": (pointer, byte, byte, byte, byte),
        "shape_set_gradient": (pointer, pointer),
        "paint_set_clip": (pointer, pointer),
        "paint_set_transform": (pointer, pointer),
        "linear_gradient_new": (),
        "linear_gradient_set": (pointer, real, real, real, real),
        "radial_gradient_new": (),
        "radial_gradient_set": (pointer, real, real, real, real, real, real),
        "gradient_set_color_stops": (pointer, pointer, word),
        "gradient_set_transform": (pointer, pointer),
    }
    makes = {
        "swcanvas_create",
        "scene_new",
        "shape_new",
        "linear_gradient_new",
        "radial_gradient_new",
    }
    for name, arguments in takes.items():
        function = getattr(library, f"tvg_{name}")
        function.argtypes = arguments
        function.restype = pointer if name in makes else ctypes.c_int
    library.tvg_engine_init(0)
    return library


@cache
def _commands(count: int) -> ctypes.Array[ctypes.c_uint8]:
    return (ctypes.c_uint8 * (count + 1))(1, *([2] * (count - 1)), 0)


@lru_cache(maxsize=512)
def _stops(stops: tuple[tuple[float, Color, float], ...]) -> ctypes.Array[_Stop]:
    return (_Stop * len(stops))(*(_Stop(at, *_bytes(color, alpha)) for at, color, alpha in stops))


@lru_cache(maxsize=4096)
def _bytes(color: Color, alpha: float) -> tuple[int, int, int, int]:
    red, green, blue = (min(255, max(0, round(255 * value))) for value in color)
    return red, green, blue, min(255, max(0, round(255 * alpha)))


class Sheet:
    """A transparent sheet to draw on. It is drawn once: `pixels()` ends it.

    width, height: pixels. view: (2, 3) the affine map from design units (256 to the side of a picture) to pixels.
    """

    def __init__(self, width: int, height: int, view: NDArray[np.float64]) -> None:
        self._lib = _library()
        self._buffer = np.zeros((height, width, 4), np.uint8)
        self._canvas = self._lib.tvg_swcanvas_create(0)
        self._lib.tvg_swcanvas_set_target(self._canvas, self._buffer.ctypes.data, width, width, height, 0)
        root: int = self._lib.tvg_scene_new()
        matrix = _Matrix(*view[0], *view[1], 0, 0, 1)
        self._lib.tvg_paint_set_transform(root, ctypes.byref(matrix))
        self._scenes = [root]

    def _shape(self, points: Points) -> int:
        """The library's handle of a path through these points."""
        path = points.astype(np.float32, order="C")
        shape: int = self._lib.tvg_shape_new()
        count = len(path)
        # a third of the cost of path.ctypes.data
        address = ctypes.addressof(ctypes.c_char.from_buffer(path.data))
        self._lib.tvg_shape_append_path(shape, _commands(count), count + 1, address, count)
        return shape

    def _gradient(self, ink: Linear | Radial) -> int:
        """The library's handle of a colour gradient."""
        lib = self._lib
        gradient: int
        if isinstance(ink, Linear):
            gradient = lib.tvg_linear_gradient_new()
            lib.tvg_linear_gradient_set(gradient, *ink.start, *ink.end)
        else:
            gradient = lib.tvg_radial_gradient_new()
            x, y = ink.centre
            lib.tvg_radial_gradient_set(gradient, x, y, ink.radius, x, y, 0.0)
            if ink.squash != 1.0:
                matrix = _Matrix(1, 0, 0, 0, ink.squash, y * (1 - ink.squash), 0, 0, 1)
                lib.tvg_gradient_set_transform(gradient, ctypes.byref(matrix))
        stops = _stops(ink.stops)
        lib.tvg_gradient_set_color_stops(gradient, stops, len(stops))
        return gradient

    def _add(self, paint: int) -> None:
        self._lib.tvg_scene_add(self._scenes[-1], paint)

    def fill(self, points: Points, ink: Ink, alpha: float = 1.0) -> None:
        """Fill a closed shape. points: (n, 2) design units, n >= 3. alpha counts for a plain colour only."""
        shape = self._shape(points)
        if isinstance(ink, tuple):
            self._lib.tvg_shape_set_fill_color(shape, *_bytes(ink, alpha))
        else:
            self._lib.tvg_shape_set_gradient(shape, self._gradient(ink))
        self._add(shape)

    def line(self, points: Points, width: float | Points, color: Color, alpha: float = 1.0) -> None:
        """Draw along (n, 2) points. width: design units, one number or one a point, for pen pressure."""
        self.fill(outline(points, width), color, alpha)

    def follow(self, points: Points) -> None:
        """Tell where (n, 2) points of the layer that is being drawn lie, NaN for what does not show. Draws nothing."""

    @contextmanager
    def clipped(self, points: Points) -> Iterator[None]:
        """What is drawn inside the block shows only inside this closed shape."""
        scene: int = self._lib.tvg_scene_new()
        self._scenes.append(scene)
        yield
        self._scenes.pop()
        self._lib.tvg_paint_set_clip(scene, self._shape(points))
        self._add(scene)

    def pixels(self) -> NDArray[np.uint8]:
        """(height, width, 4) uint8 RGBA, colour premultiplied by alpha. Ends the sheet."""
        self._lib.tvg_canvas_add(self._canvas, self._scenes.pop())
        self._lib.tvg_canvas_draw(self._canvas, True)
        self._lib.tvg_canvas_sync(self._canvas)
        self._lib.tvg_canvas_destroy(self._canvas)
        self._canvas = None
        return self._buffer


def outline(points: Points, width: float | Points) -> Points:
    """(2n, 2) the closed outline of a line of this width (one number, or one a point) along (n, 2) points."""
    count = len(points)
    dx, dy = np.empty(count), np.empty(count)
    x, y = points[:, 0], points[:, 1]
    dx[1:-1], dy[1:-1] = x[2:] - x[:-2], y[2:] - y[:-2]
    dx[0], dy[0] = x[1] - x[0], y[1] - y[0]
    dx[-1], dy[-1] = x[-1] - x[-2], y[-1] - y[-2]
    reach = 0.5 * width / (np.sqrt(dx * dx + dy * dy) + 1e-9)
    dx *= reach
    dy *= reach
    both = np.empty((2 * count, 2))
    both[:count, 0], both[:count, 1] = x - dy, y + dx
    both[count:, 0], both[count:, 1] = (x + dy)[::-1], (y - dx)[::-1]
    return both

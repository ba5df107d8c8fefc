"""What training does to every pixel, with gradients, in one pass each: a cel moved by its field; cels over each
other; what an error costs.

torch's own bilinear sampling spends five times as long on its gradient as on its picture, and a loss of twenty
operations takes every pixel through memory as often. `pixels.c` is built by the machine's C compiler at first use;
where there is none, torch does the same, several times slower.
"""

from __future__ import annotations

import ctypes
import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from mien.train.core import objectives
from mien.train.core.cores import cores

_SOURCE = Path(__file__).with_name("pixels.c")
# not -ffast-math: a library built so flushes subnormal numbers to zero in the whole process that loads it
_FAST = ("-fno-math-errno", "-fno-trapping-math", "-fno-signed-zeros", "-fassociative-math", "-freciprocal-math")
_FLAGS = ("-O3", "-march=native", *_FAST, "-shared", "-fPIC")
_NAMES = ("tall", "across", "rows", "columns", "high", "wide", "width", "height", "clear", "cubic")


LEAK = 0.03
"""Of a slope, that a full picture lets through to what lies below: two over each other would both be without one, and
stay whatever they show."""


class _Shape(ctypes.Structure):
    _fields_ = [*((name, ctypes.c_long) for name in _NAMES), ("unit", ctypes.c_double)]


def sampled(
    sheets: Tensor, fields: Tensor, extent: tuple[int, int], clear: bool, unit: float = 1.0, cubic: bool = False
) -> Tensor:  # fmt: skip
    """(batch, height / unit, width / unit, 4) what shows of sheets that fields move.

    sheets: (batch, high, wide, 4), read as clipped to 0..1 and colours to alpha, as the runtime does, with the gradient
    of the unclipped.
    fields: (batch, 2, knots down, knots across): where on its sheet, in the sheet's pixels, each knot looks; the
    outermost knots lie on the centres of the cel's outermost canvas pixels. extent: (width, height) of the cel in
    canvas pixels. clear: nothing lies beyond a sheet's edge; else its edge goes on. unit: canvas pixels from one pixel
    of the picture to the next. cubic: between pixels by the cubic of slope -3/4, not by a
    line: the runtime reads by one that is sharper.
    """
    if compiled() is None or sheets.device.type != "cpu":
        return plain_sampled(sheets, fields, extent, clear, unit, cubic)
    picture: Tensor = _Sampled.apply(sheets, fields, extent, clear, unit, cubic)  # type: ignore[no-untyped-call]
    return picture


def plain_sampled(
    sheets: Tensor, fields: Tensor, extent: tuple[int, int], clear: bool, unit: float = 1.0, cubic: bool = False
) -> Tensor:  # fmt: skip
    """As `sampled`, by torch's own operations."""
    across = _between(fields.shape[3], extent[0], unit).to(fields)
    down = _between(fields.shape[2], extent[1], unit).to(fields)
    at = (down @ fields @ across.T).permute(0, 2, 3, 1)
    grid = 2.0 * at / at.new_tensor([sheets.shape[2], sheets.shape[1]]) - 1.0
    kept = _bounded(sheets)
    seen = F.grid_sample(kept.permute(0, 3, 1, 2), grid, padding_mode="border", align_corners=False)
    picture = seen.permute(0, 2, 3, 1)
    if cubic:
        picture = torch.where(_deep(at, sheets)[..., None], _smooth(kept, at), picture)
    return picture * (grid.abs() <= 1.0).all(dim=3, keepdim=True) if clear else picture


def _bounded(colours: Tensor) -> Tensor:
    """(…, 4) clipped to 0..1, colours to alpha, with the gradient of the unclipped."""
    kept = colours.clamp(0.0, 1.0)
    return colours + (torch.minimum(kept, kept[..., 3:]) - colours).detach()


def _deep(at: Tensor, sheets: Tensor) -> Tensor:
    """Where all sixteen pixels around a place, in a sheet's pixels, are the sheet's."""
    first = (at - 0.5).floor()
    last = first.new_tensor([sheets.shape[2] - 2.0, sheets.shape[1] - 2.0])
    return ((first > 0.0) & (first < last)).all(dim=3)


def _smooth(kept: Tensor, at: Tensor) -> Tensor:
    """(batch, height, width, 4) sheets read by the cubic at places, clipped with the gradient of the unclipped."""
    high, wide = kept.shape[1:3]
    first = (at - 0.5).floor()
    shares = at - 0.5 - first
    weights = [_cubic(shares[..., axis]) for axis in range(2)]
    rows = torch.arange(len(kept))[:, None, None]
    total = at.new_zeros(*at.shape[:3], 4)
    for down in range(4):
        for across in range(4):
            x = (first[..., 0].long() + across - 1).clamp(0, wide - 1)
            y = (first[..., 1].long() + down - 1).clamp(0, high - 1)
            total = total + kept[rows, y, x] * (weights[0][across] * weights[1][down])[..., None]
    return _bounded(total)


def _cubic(t: Tensor) -> list[Tensor]:
    u = 1.0 - t
    return [-0.75 * t * u * u, (1.25 * t - 2.25) * t * t + 1.0, (1.25 * u - 2.25) * u * u + 1.0, -0.75 * u * t * t]


def laid(pictures: Sequence[Tensor], boxes: Sequence[tuple[int, int, int, int]], size: tuple[int, int]) -> Tensor:
    """(batch, height, width, 4): pictures over each other, from back to front.

    pictures: (batch, height, width, 4) each in its box: left, top, right and bottom. size: (width, height) of all.
    """
    if compiled() is None or pictures[0].device.type != "cpu":
        return plain_laid(pictures, boxes, size)
    whole: Tensor = _Laid.apply(boxes, size, *pictures)  # type: ignore[no-untyped-call]
    return whole


def plain_laid(
    pictures: Sequence[Tensor], boxes: Sequence[tuple[int, int, int, int]], size: tuple[int, int]
) -> Tensor:  # fmt: skip
    """As `laid`, by torch's own operations."""
    canvas = pictures[0].new_zeros(len(pictures[0]), size[1], size[0], 4)
    for picture, (left, top, right, bottom) in zip(pictures, boxes, strict=True):
        below = canvas[:, top:bottom, left:right].clone()
        keep = 1.0 - picture[..., 3:]
        seen = picture + below * keep
        if canvas.requires_grad:
            seen = seen + (LEAK - keep).clamp(min=0.0).detach() * (below - below.detach())
        canvas[:, top:bottom, left:right] = seen
    return canvas


def error_cost(painted: Tensor, real: Tensor, counts: Tensor, strength: float) -> Tensor:
    """`objectives.picture_loss` of painted pictures, weighted by `objectives.line_weight` and by `counts`.

    painted: (batch, height, width, 4). real: likewise, as bytes. counts: (batch, height, width) what a pixel counts.
    strength: of the lines' weight.
    """
    if compiled() is None or painted.device.type != "cpu":
        return plain_error_cost(painted, real, counts, strength)
    cost: Tensor = _Cost.apply(painted, real, counts, strength)  # type: ignore[no-untyped-call]
    return cost


def plain_error_cost(painted: Tensor, real: Tensor, counts: Tensor, strength: float) -> Tensor:
    """As `error_cost`, by torch's own operations."""
    planes = real.permute(0, 3, 1, 2).float() / 255.0
    weight = objectives.line_weight(planes, strength) * counts[:, None]
    return objectives.picture_loss(painted.permute(0, 3, 1, 2), planes, weight)


def _between(knots: int, cells: int, unit: float) -> Tensor:
    """(cells / unit, knots) linear interpolation from knots, on the outermost canvas pixels and evenly between."""
    at = ((torch.arange(round(cells / unit)) + 0.5) * unit - 0.5) * (knots - 1) / (cells - 1)
    left = at.floor().clamp(0, knots - 2)
    share = (at - left)[:, None]
    rows = torch.arange(knots)[None, :]
    return (rows == left[:, None]) * (1.0 - share) + (rows == left[:, None] + 1) * share


class _Sampled(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, sheets: Tensor, fields: Tensor, extent: tuple[int, int], clear: bool, unit: float, cubic: bool
    ) -> Tensor:  # fmt: skip
        sheets, fields = sheets.contiguous(), fields.contiguous()
        assert sheets.dtype == fields.dtype == torch.float32
        out = sheets.new_empty(len(sheets), round(extent[1] / unit), round(extent[0] / unit), 4)
        shape = _Shape(*sheets.shape[1:3], *fields.shape[2:], *out.shape[1:3], *extent, int(clear), int(cubic), unit)
        _each("sample_forward", len(sheets), [ctypes.byref(shape), sheets, fields, out])
        ctx.save_for_backward(sheets, fields)
        ctx.shape = shape
        return out

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> Any:
        sheets, fields = ctx.saved_tensors
        d_sheets, d_fields = torch.zeros_like(sheets), torch.zeros_like(fields)
        slope = slopes[0].contiguous()
        given = [ctypes.byref(ctx.shape), sheets, fields, slope, d_sheets, d_fields]
        _each("sample_backward", len(sheets), given)
        return d_sheets, d_fields, None, None, None, None


class _Laid(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, boxes: Sequence[tuple[int, int, int, int]], size: tuple[int, int], *pictures: Tensor
    ) -> Tensor:  # fmt: skip
        kept = [picture.contiguous() for picture in pictures]
        for picture, (left, top, right, bottom) in zip(kept, boxes, strict=True):
            assert picture.dtype == torch.float32
            assert picture.shape == (len(kept[0]), bottom - top, right - left, 4)
            assert 0 <= left < right <= size[0]
            assert 0 <= top < bottom <= size[1]
        out = kept[0].new_empty(len(kept[0]), size[1], size[0], 4)
        ctx.told = [(ctypes.c_long * (4 * len(boxes)))(*(edge for box in boxes for edge in box)),
                    *map(ctypes.c_long, (len(boxes), size[1], size[0]))]  # fmt: skip
        _each("lay_forward", len(out), [_pointers(kept), *ctx.told, out])
        ctx.save_for_backward(*kept)
        return out

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> Any:
        kept = ctx.saved_tensors
        found = [torch.empty_like(picture) for picture in kept]
        slope = slopes[0].contiguous()
        _each("lay_backward", len(slope), [_pointers(kept), *ctx.told, slope, ctypes.c_float(LEAK), _pointers(found)])
        return None, None, *found


def _pointers(tensors: Sequence[Tensor]) -> Any:
    return (ctypes.c_void_p * len(tensors))(*(tensor.data_ptr() for tensor in tensors))


class _Cost(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, painted: Tensor, real: Tensor, counts: Tensor, strength: float) -> Tensor:
        painted, real, counts = painted.contiguous(), real.contiguous(), counts.contiguous()
        assert painted.dtype == counts.dtype == torch.float32
        assert real.dtype == torch.uint8
        batch, high, wide = counts.shape
        slopes, spare = torch.empty_like(painted), painted.new_empty(batch, 2, high, wide)
        costs = torch.empty(batch, dtype=torch.float64)
        numbers = [ctypes.c_float(strength), ctypes.c_long(high), ctypes.c_long(wide)]
        _each("error_costs", batch, [painted, real, counts, *numbers, slopes, spare, costs])
        ctx.save_for_backward(slopes)
        return (costs.sum() / painted.numel()).float()

    @staticmethod
    def backward(ctx: Any, *slope: Tensor) -> Any:
        (slopes,) = ctx.saved_tensors
        return slopes * (slope[0] / slopes.numel()), None, None, None


def _each(name: str, batch: int, given: Sequence[Any]) -> None:
    """Call the routine for the pictures of a batch, one after the other, shared out over the processors."""
    routine = getattr(compiled(), name)
    arguments = [ctypes.c_void_p(one.data_ptr()) if isinstance(one, Tensor) else one for one in given]

    def call(n: int) -> None:
        routine(*arguments, ctypes.c_long(n), ctypes.c_long(n + 1))

    list(_threads().map(call, range(batch)))


@functools.cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(cores())


@functools.cache
def compiled() -> Any:
    """The library that `pixels.c` makes, or None where the machine has no C compiler or it refuses."""
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if compiler is None:
        return None
    with tempfile.TemporaryDirectory(prefix="mien-pixels-") as folder:
        out = Path(folder) / "pixels.so"
        done = subprocess.run([compiler, *_FLAGS, str(_SOURCE), "-o", str(out)], capture_output=True, check=False)
        return ctypes.CDLL(str(out)) if done.returncode == 0 else None

"""Keyed cels to pixels: the network, the drawings' mixture and the laying over each other, in compiled code.

`raster.c` is built to WebAssembly (`make raster`), which wasmtime compiles for whatever processor is here. So users
need no compiler, and what a stranger's bundle says is worked on in a memory of its own. What it compiled is kept for
the next process.
"""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any, Self

import cv2
import numpy as np
import wasmtime
from numpy.typing import NDArray

from mien.face import POINTS
from mien.files import keep, recall
from mien.paint.cels import Bytes, Cel, Key
from mien.paint.keyed import EVEN, INPUTS, LAYERS, Tensors

Floats = NDArray[np.float32]

_RIM, _BLOCK = 2, 8  # as in raster.c


def _struct(name: str, *fields: tuple[str, Any]) -> type[ctypes.LittleEndianStructure]:
    return type(name, (ctypes.LittleEndianStructure,), {"_fields_": list(fields)})


def _each(kind: Any, names: str) -> list[tuple[str, Any]]:
    return [(name, kind) for name in names.split()]


_at, _int, _float = ctypes.c_uint32, ctypes.c_int32, ctypes.c_float
_Layer = _struct("Layer", *_each(_int, "rows columns"), *_each(_at, "weight scale bias"))
_Cel = _struct(
    "Cel", *_each(_float, "left top width height"),
    *_each(_int, "across down wide high stride open clipped ground"), *_each(_float, "margin_x margin_y"),
    *_each(_int, "weighed keys blocks"), *_each(_at, "sheet covered bare block drawing step most stair"),
    *_each(_Layer, "gather field weigh follow"), *_each(_at, "rest fade tint moved shift weights"),
    *_each(_int, "cell hidden cubic x0 y0 x1 y1"), *_each(_float * 4, "across_x across_y first"), ("usual", _float),
)  # fmt: skip
_Painter = _struct(
    "Painter", *_each(_int, "count size"), ("cels", _at), ("embed", _Layer * LAYERS), *_each(_at, "inputs points"),
    *_each(_int, "input_count pointed"), *_each(_at, "made spare"), ("even", _float), ("onto", _float * 6),
    ("back", _float * 6), ("unit", _float), *_each(_int, "clear solid"), ("crisp", _float), ("out", _at),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawings:
    """A cel's sheet and keys as the compiled code wants them; made once, for all who paint with the cel.

    sheet: (height + rims, stride, 4) bytes. covered: (blocks down, across) 1 where the sheet shows. blocks: one for
    each that a key changes, its place and its keys. bare: (blocks, 8, 8, 4) the sheet there. drawing: (n, 8, 8, 4)
    int8, the keys' drawings, block by block. step, most: (keys,) of each what its unit stands for, and its strongest
    pixel.
    """

    sheet: NDArray[np.uint8]
    covered: NDArray[np.uint8]
    blocks: NDArray[np.void]
    bare: NDArray[np.uint8]
    drawing: NDArray[np.int8]
    step: Floats
    most: Floats

    @classmethod
    def of(cls, drawn: Bytes, keys: Sequence[Key]) -> Self:
        """Those of a sheet, (height, width, 4) premultiplied, and of the keys that are added to it."""
        high, wide = drawn.shape[:2]
        down, across = high // _BLOCK + 1, wide // _BLOCK + 1
        sheet = np.zeros((high + 2 * _RIM, wide + 2 * _RIM, 4), np.uint8)
        sheet[_RIM : _RIM + high, _RIM : _RIM + wide] = np.minimum(drawn, drawn[..., 3:])  # as keys leave it
        _, cut = _blocks(drawn, (0, 0), across)
        found: list[tuple[NDArray[np.int64], NDArray[np.int8]]] = []
        for key in keys:
            at, own = _blocks(key.pixels, key.corner, across)
            shows = _shown(own)
            found.append((at[shows], own[shows]))
        places = np.concatenate([np.zeros(0, np.int64), *(at for at, _ in found)])
        numbers = np.repeat(np.arange(len(found)), [len(at) for at, _ in found])
        order = np.lexsort((numbers, places))
        drawing = np.concatenate([np.zeros((0, _BLOCK, _BLOCK, 4), np.int8), *(own for _, own in found)])[order]
        changed, first = np.unique(places[order], return_index=True)
        blocks = np.zeros(len(changed), [("x", "<u2"), ("y", "<u2"), ("first", "<u4"), ("keys", "<u8")])
        blocks["x"], blocks["y"], blocks["first"] = changed % across, changed // across, first
        bits = np.uint64(1) << numbers[order].astype(np.uint64)
        if len(changed):
            blocks["keys"] = np.bitwise_or.reduceat(bits, first)
        step = np.array([key.step for key in keys], np.float32)
        most = [max(int(key.pixels.max(initial=0)), -int(key.pixels.min(initial=0))) * key.step for key in keys]
        covered = _shown(cut).astype(np.uint8).reshape(down, across)
        return cls(sheet, covered, blocks, cut[changed], drawing, step, np.array(most, np.float32))


def _blocks(pixels: NDArray[Any], corner: tuple[int, int], across: int) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """The blocks of a sheet, `across` in a row, that a drawing at this corner lies on: (n,) their numbers, and
    (n, 8, 8, 4) the drawing there."""
    (high, wide), (x, y) = pixels.shape[:2], corner
    left, top = x // _BLOCK, y // _BLOCK
    columns, rows = (x + wide) // _BLOCK + 1 - left, (y + high) // _BLOCK + 1 - top
    whole = np.zeros((rows * _BLOCK, columns * _BLOCK, 4), pixels.dtype)
    x, y = x - left * _BLOCK, y - top * _BLOCK
    whole[y : y + high, x : x + wide] = pixels
    cut = whole.reshape(rows, _BLOCK, columns, _BLOCK, 4).transpose(0, 2, 1, 3, 4)
    numbers = np.add.outer(np.arange(top, top + rows) * across, np.arange(left, left + columns))
    return numbers.ravel(), np.ascontiguousarray(cut).reshape(rows * columns, _BLOCK, _BLOCK, 4)


def _shown(blocks: NDArray[Any]) -> NDArray[np.bool_]:
    """(n,) whether there is anything in each block."""
    return np.asarray(blocks.reshape(len(blocks), _BLOCK * _BLOCK * 4).view(np.uint64).any(axis=1))


@dataclass(frozen=True, slots=True)
class Matrix:
    """A layer of the network as the compiled code wants it: of each row 16-bit numbers, the unit they are counted in,
    and what is added."""

    weight: NDArray[np.int16]
    scale: Floats
    bias: Floats | None

    @classmethod
    def of(cls, weight: Floats, bias: Floats | None = None) -> Self:
        """That of this weight, (rows, columns), columns padded with zeros to a multiple of 8."""
        scale = np.maximum(np.abs(weight).max(axis=1), 1e-30) / np.float32(32_767.0)
        padded = np.zeros((len(weight), -(-weight.shape[1] // 8) * 8), np.int16)
        padded[:, : weight.shape[1]] = np.rint(weight / scale[:, None])
        return cls(padded, scale.astype(np.float32), bias)


@dataclass(frozen=True, slots=True)
class Weights:
    """A network as the compiled code wants it; made once, for all who paint with it. By name: its layers and what hangs
    on key points; and all else, as it was given."""

    matrices: Mapping[str, Matrix]
    others: Tensors

    @classmethod
    def of(cls, tensors: Mapping[str, NDArray[np.floating[Any]]]) -> Self:
        """Those of a network's tensors, of any precision."""
        matrices, others = {}, {}
        for name, value in tensors.items():
            layer, _, role = name.rpartition(".")
            floats = np.ascontiguousarray(value, np.float32)
            if role == "weight" and layer != "turn":
                matrices[layer] = Matrix.of(floats, np.ascontiguousarray(tensors[f"{layer}.bias"], np.float32))
            elif role == "follow":
                matrices[name] = Matrix.of(floats)
            elif role != "bias" or layer == "turn":
                others[name] = floats
        return cls(matrices, others)


class Raster:
    """Paints the pictures of one painter. Not to be used by two threads at once.

    cels: with their drawings, from back to front. weights: of the network. size: pixels a side of the picture.
    tints: by a cel's name (4, 4) the map of its premultiplied pixels when they show. edges: alpha up to the first is
    taken for none, from the second on for all. crisp: 0..1, how much finest detail is strengthened where a sheet is
    about as fine as the picture; as docs/bundle.md has it.
    """

    def __init__(
        self, cels: Sequence[tuple[Cel, Drawings]], weights: Weights, size: int,
        tints: Mapping[str, NDArray[np.float64]], edges: tuple[int, int] = (0, 255), crisp: float = 1.0,
    ):  # fmt: skip
        self.size = size
        module = _module()
        self._store = wasmtime.Store(module.engine)
        # everything, for the package does not say which of them may be called
        exports: Mapping[str, Any] = wasmtime.Instance(self._store, module.module, []).exports(self._store)
        self._call = {name: exports[name] for name in ("think", "lay_all")}
        self._memory = exports["memory"]
        told = [exports[name](self._store) for name in ("cel_bytes", "painter_bytes")]
        assert told == [ctypes.sizeof(_Cel), ctypes.sizeof(_Painter)], told
        room = _Room(exports["room"](self._store, 0))
        self._cels = [_told(room, cel, drawings, weights, tints.get(cel.name)) for cel, drawings in cels]
        embed = (_Layer * LAYERS)(*(_layer(room, weights, f"embed.{2 * n}") for n in range(LAYERS)))
        units = embed[-1].rows
        widest = max(*(layer.rows for layer in embed), *(max(cel.gather.rows, cel.follow.rows) for cel in self._cels))
        self._inputs, self._points = room.zeros(INPUTS), room.zeros(2 * POINTS)
        made, spare = room.zeros(units + INPUTS), room.zeros(2 * widest + 80)
        rows = room.put(np.frombuffer(b"".join(bytes(cel) for cel in self._cels), np.uint8))
        self._painter, self._out = room.empty(ctypes.sizeof(_Painter)), room.empty(4 * size * size)
        if not exports["room"](self._store, room.end - room.begin):
            raise MemoryError(f"a painter of {size} pixels: {room.end - room.begin} bytes are more than there are")
        self._told = _Painter(
            len(self._cels), size, rows, embed, self._inputs, self._points, INPUTS, 0, made, spare, EVEN,
            clear=edges[0], solid=edges[1], crisp=crisp, out=self._out,
        )  # fmt: skip
        memory = self._view(0, room.end)
        for at, array in room.arrays:
            memory[at : at + array.nbytes] = _bytes(array)

    def think(self, inputs: Floats, points: Floats | None) -> None:
        """Move and weigh the cels. inputs: as from `Condition.inputs`. points: (70, 2) canvas pixels, where known."""
        self._write(self._inputs, inputs)
        if points is not None:
            self._write(self._points, points)
        self._told.pointed = points is not None
        self._write(self._painter, np.frombuffer(bytes(self._told), np.uint8))
        self._call["think"](self._store, self._painter)

    def mark(self, weights: Sequence[Floats]) -> None:
        """Weigh the keys of each cel's marks, (MARK_KEYS * marks,), which no network does."""
        for cel, row in zip(self._cels, weights, strict=True):
            if row.size:
                self._write(cel.weights + 4 * cel.weighed, row)

    def lay(self, onto: NDArray[np.float64]) -> NDArray[np.uint8]:
        """(size, size, 4) straight RGBA, the cels over each other as they are moved and weighed.

        onto: (2, 3) from pixel indices of the picture to those of the canvas.
        """
        places = onto + np.array([[0.0, 0.0, 0.5]] * 2)
        told = self._told
        told.onto = (ctypes.c_float * 6)(*places.ravel())
        told.back = (ctypes.c_float * 6)(*cv2.invertAffineTransform(places).ravel())
        told.unit = float(np.hypot(onto[0, 0], onto[1, 0]))
        self._write(self._painter, np.frombuffer(bytes(told), np.uint8))
        self._call["lay_all"](self._store, self._painter)
        out = self._view(self._out, 4 * self.size * self.size)
        return out.reshape(self.size, self.size, 4).copy()

    def move(self, fields: Sequence[Floats], weights: Sequence[Floats]) -> None:
        """Move and weigh the cels by hand: of each (2, knots down, knots across), how far from its own place, in canvas
        pixels, each knot looks; and the weights of all its keys."""
        for cel, field, row in zip(self._cels, fields, weights, strict=True):
            self._write(cel.moved, field)
            if row.size:
                self._write(cel.weights, row)

    def moved(self) -> tuple[list[Floats], list[Floats]]:
        """How the cels are moved and weighed, as `move` takes it."""
        fields = [self._view(cel.moved, 8 * cel.across * cel.down).view(np.float32).copy() for cel in self._cels]
        weights = [self._view(cel.weights, 4 * cel.keys).view(np.float32).copy() for cel in self._cels]
        shapes = [(2, cel.down, cel.across) for cel in self._cels]
        return [field.reshape(shape) for field, shape in zip(fields, shapes, strict=True)], weights

    def _write(self, at: int, array: NDArray[Any]) -> None:
        self._view(at, array.nbytes)[:] = _bytes(array)

    def _view(self, at: int, size: int) -> NDArray[np.uint8]:
        """The memory's bytes from there on; until it grows."""
        begin = ctypes.addressof(self._memory.data_ptr(self._store).contents)
        return np.ctypeslib.as_array((ctypes.c_uint8 * size).from_address(begin + at))


def _bytes(array: NDArray[Any]) -> NDArray[np.uint8]:
    return np.frombuffer(np.ascontiguousarray(array).data, np.uint8) if array.size else np.zeros(0, np.uint8)


class _Room:
    """Where what lies in memory: room is given here and filled at once. begin: the first byte that is free."""

    def __init__(self, begin: int):
        self.begin = self.end = begin
        self.arrays: list[tuple[int, NDArray[Any]]] = []

    def empty(self, size: int) -> int:
        """Room for so many bytes, on 16 of them."""
        at = -(-self.end // 16) * 16
        self.end = at + size
        return at

    def put(self, array: NDArray[Any] | None) -> int:
        """Room for an array, and where it will lie; 0 for None."""
        if array is None:
            return 0
        at = self.empty(array.nbytes)
        self.arrays.append((at, array))
        return at

    def zeros(self, count: int) -> int:
        """Room for floats, and eight more, for so many are read at a time."""
        return self.empty(4 * count + 32)  # fresh memory is zero


def _told(
    room: _Room, cel: Cel, drawings: Drawings, weights: Weights, tint: NDArray[np.float64] | None
) -> Any:  # fmt: skip
    left, top, right, bottom = cel.box
    (wide, high), (across, down) = cel.size, cel.knots
    stride = wide + 2 * _RIM
    sheet = room.put(drawings.sheet)
    room.empty(16)  # behind the last row, for eight bytes are read at a time
    layers = [_layer(room, weights, f"{cel.name}.{role}") for role in ("gather", "field", "weigh", "follow")]
    return _Cel(
        left, top, right - left, bottom - top, across, down, wide, high, stride, cel.open, cel.clipped, cel.ground,
        *cel.margin, cel.weighed, cel.keys, len(drawings.blocks), sheet + 4 * _RIM * (stride + 1),
        room.put(drawings.covered), room.put(drawings.bare), room.put(drawings.blocks), room.put(drawings.drawing),
        room.put(drawings.step), room.put(drawings.most), room.zeros(cel.keys), *layers,
        *(room.put(weights.others.get(f"{cel.name}.{role}")) for role in ("rest", "fade")),
        room.put(None if tint is None else np.ascontiguousarray(tint.T, np.float32)),
        room.zeros(2 * across * down), room.zeros(2 * across * down), room.zeros(cel.keys),
    )  # fmt: skip


def _layer(room: _Room, weights: Weights, name: str) -> Any:
    matrix = weights.matrices.get(name)
    if matrix is None:
        return _Layer()
    parts = (room.put(part) for part in (matrix.weight, matrix.scale, matrix.bias))
    return _Layer(*matrix.weight.shape, *parts)


@dataclass(frozen=True, slots=True)
class _Module:
    engine: wasmtime.Engine
    module: wasmtime.Module


@cache
def _module() -> _Module:
    """Compiled once for this person and processor: wasmtime refuses what was compiled for another."""
    how = wasmtime.Config()
    how.parallel_compilation = False  # it is small, and threads keep the memory that they once took
    engine = wasmtime.Engine(how)
    code = files(__package__).joinpath("raster.wasm").read_bytes()
    name = f"raster-{hashlib.sha256(code).hexdigest()[:32]}-wasmtime-{version('wasmtime')}"
    compiled = recall(name)
    if compiled is not None:
        with suppress(wasmtime.WasmtimeError):
            return _Module(engine, wasmtime.Module.deserialize(engine, compiled))
    module = wasmtime.Module(engine, code)
    keep(name, bytes(module.serialize()))
    return _Module(engine, module)

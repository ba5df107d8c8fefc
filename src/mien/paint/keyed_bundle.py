"""What a bundle says of a painter of keyed cels, read and checked: docs/bundle.md has it to the byte.

A bundle may come from a stranger: sizes are bounded before anything is allocated, every number has to be finite, and
nothing in it is run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from mien.character import Character
from mien.face import FEELINGS, NOISE, PARTS, POINTS, Colour, WeightsError
from mien.face.channels import CHANNELS, MARKS
from mien.face.colour import colour
from mien.nets import loaded_once
from mien.paint.align import Canvas
from mien.paint.cels import MARK_KEYS, Bytes, Cel, Key
from mien.paint.keyed import INPUTS, LAYERS, TURNED
from mien.paint.raster import Drawings, Weights
from mien.paint.textures import MOST_SIDE, unpacked

KIND = "keyed-cels"

ZERO = 128
"""The byte of a key drawing that stands for no change."""

_LEAST_SIDE = 16
_FARTHEST = 100.0
"""Limit of `reach`; the shipped character's largest is 2.5."""

_MOST_STEP = 15.0
"""Byte's steps that a unit of a key may stand for; three times a sheet need 6."""

_MOST_CELS, _MOST_KEYS, _MOST_PIXELS, _MOST_UNITS, _MOST_KNOTS = 64, 64, 1 << 26, 4096, 512


class _OffError(Exception):
    """What is wrong with a value, without its place."""


def read_canvas(character: Character) -> tuple[Canvas, tuple[NDArray[np.float32], ...]]:
    """The canvas, and how far from zero channels, emotion and noise were learnt. Raises WeightsError."""
    try:
        c = character.canvas
        side = _whole(c["picture"], MOST_SIDE)
        lengths = [float(c[name]) * side for name in ("width", "height", "x", "y")]
        if not np.isfinite(lengths).all() or not all(0.5 * side <= length <= 4.0 * side for length in lengths[:2]):
            raise _OffError(f"a canvas of {lengths[0]:g} x {lengths[1]:g} for a picture of {side}")
        if side < _LEAST_SIDE or max(map(abs, lengths)) > MOST_SIDE:
            raise _OffError(f"lengths {lengths}")
        canvas = Canvas(side, round(lengths[0]), round(lengths[1]), (lengths[2], lengths[3]))
        reach = np.asarray(c["reach"], np.float32)
        if reach.shape != (len(CHANNELS) + len(FEELINGS) + NOISE,) or not ((reach >= 0.0) & (reach <= _FARTHEST)).all():
            raise _OffError(f"reach: expected {len(CHANNELS) + len(FEELINGS) + NOISE} numbers in 0..{_FARTHEST:g}")
        return canvas, tuple(np.split(reach, [len(CHANNELS), len(CHANNELS) + len(FEELINGS)]))
    except (KeyError, TypeError, ValueError, OverflowError, _OffError) as error:
        raise WeightsError(
            f"{character.folder / 'character.json'}: canvas: expected picture, width, height, x, y, reach "
            f"that fit each other; got {str(error)[:160]}"
        ) from error


def read_painter(character: Character, canvas: Canvas) -> tuple[list[tuple[Cel, Drawings]], Weights]:
    """The cels, from back to front, and the network, all shared: never to be changed.

    Raises WeightsError on anything that is off.
    """
    where = f"{character.folder / 'character.json'}: painter"
    if character.painter.get("kind") != KIND:
        raise WeightsError(f"{where}.kind: expected {KIND!r}, got {character.painter.get('kind')!r}")
    sides = (canvas.width, canvas.height)
    try:
        told = character.painter["cels"]
        if not isinstance(told, list) or not 1 <= len(told) <= _MOST_CELS:
            raise _OffError(f"expected 1 to {_MOST_CELS} cels")
        if len({one["name"] for one in told}) != len(told):
            raise _OffError("two cels of one name")
        pixels = sum(_whole(a, MOST_SIDE) * _whole(b, MOST_SIDE) for cel in told
                     for a, b in [cel["size"], *(key["box"][2:] for key in cel["keys"])])  # fmt: skip
        if pixels > _MOST_PIXELS:
            raise _OffError(f"{pixels} pixels in all")
        margin = [float(part) * side for part, side in zip(character.painter["margin"], sides, strict=True)]
        if not np.isfinite(margin).all():
            raise _OffError(f"margin {margin}")
        cels = _cels(character.file("cels"), json.dumps(told), canvas, (margin[0], margin[1]))
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError, IndexError, _OffError) as error:
        raise WeightsError(f"{where}: expected cels as docs/bundle.md has them ({error!r})") from error
    shapes = tuple((cel.name, cel.knots, cel.weighed) for cel, _ in cels)
    return cels, _network(character.file("network"), shapes)


def read_crisp(character: Character) -> float:
    """How much finest detail is strengthened, 0..1; 1 where the bundle does not say. Raises WeightsError."""
    told = character.painter.get("crisp", 1.0)
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0.0 <= told <= 1.0:
        where = f"{character.folder / 'character.json'}: painter.crisp"
        raise WeightsError(f"{where}: expected a number in 0..1, got {told!r:.80}")
    return float(told)


@dataclass(frozen=True, slots=True)
class Part:
    """A part that may take another colour. colour: its own. cels: names of those that are drawn in it."""

    colour: Colour
    cels: tuple[str, ...]


def read_parts(character: Character) -> dict[str, Part]:
    """The parts that the bundle names, by name; none where it names none. Raises WeightsError."""
    where = f"{character.folder / 'character.json'}: painter.parts"
    told = character.painter.get("parts", {})
    free = {one["name"] for one in character.painter["cels"]}
    if not isinstance(told, dict):
        raise WeightsError(f"{where}: expected an object, got {told!r:.80}")
    parts = {}
    for name, part in told.items():
        if name not in PARTS:
            raise WeightsError(f"{where}: no part {name!r:.80}; there are: {', '.join(PARTS)}")
        cels = part.get("cels") if isinstance(part, dict) and set(part) == {"colour", "cels"} else None
        if not isinstance(cels, list) or not cels:
            raise WeightsError(f"{where}.{name}: expected colour and cels, got {part!r:.80}")
        for cel in cels:
            if not isinstance(cel, str) or cel not in free:
                raise WeightsError(f"{where}.{name}: expected cels of the painter, each in one part, got {cel!r:.80}")
            free.remove(cel)
        try:
            parts[name] = Part(colour(part["colour"], WeightsError), tuple(cels))
        except WeightsError as error:
            raise WeightsError(f"{where}.{name}.colour: {error}") from None
    return parts


@loaded_once
def _cels(path: Path, told: str, canvas: Canvas, margin: tuple[float, float]) -> list[tuple[Cel, Drawings]]:
    return [(cel, Drawings.of(sheet, keys)) for cel, sheet, keys in drawn(path, json.loads(told), canvas, margin)]


def drawn(
    path: Path, told: Sequence[Mapping[str, Any]], canvas: Canvas, margin: tuple[float, float]
) -> Iterator[tuple[Cel, Bytes, list[Key]]]:  # fmt: skip
    """Each cel with its sheet, (height, width, 4) premultiplied, and its keys. path: of the drawings. told: by the
    manifest. margin: in canvas pixels. Raises WeightsError, or what is wrong with a value."""
    tensors = _tensors(path)
    for one in told:
        yield _cel(one, canvas, margin, tensors, path)


@loaded_once
def _network(path: Path, cels: tuple[tuple[str, tuple[int, int], int], ...]) -> Weights:
    """cels: of each its name, its field's knots, and how many keys are weighed."""
    tensors = _tensors(path)
    _check_network(path, tensors, cels)
    return Weights.of(tensors)


def _whole(value: Any, most: int, least: int = 1) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise _OffError(f"expected a whole number in {least}..{most}, got {value!r}")
    return value


def _cel(
    told: Mapping[str, Any], canvas: Canvas, margin: tuple[float, float], tensors: Mapping[str, NDArray[Any]],
    path: Path,
) -> tuple[Cel, Bytes, list[Key]]:  # fmt: skip
    name = str(told["name"])
    width, height = (_whole(side, MOST_SIDE) for side in told["size"])
    shares = [float(edge) for edge in told["box"]]
    box = [round(share * side) for share, side in zip(shares, (canvas.width, canvas.height) * 2, strict=True)]
    if not (0 <= box[0] < box[2] - 1 <= canvas.width and 0 <= box[1] < box[3] - 1 <= canvas.height):
        raise _OffError(f"{name}: box {told['box']}")
    marks = tuple(str(mark) for mark in told.get("marks", ()))
    if not set(marks) <= set(MARKS):
        raise _OffError(f"{name}: marks {marks}")
    if not MARK_KEYS * len(marks) <= len(told["keys"]) <= _MOST_KEYS:
        raise _OffError(f"{name}: {len(told['keys'])} keys")

    def pixels(role: str, wide: int, high: int) -> NDArray[np.uint8]:
        if f"{name}.{role}" not in tensors:
            raise WeightsError(f"{path}: {name}.{role}: expected the tensor, found none; reinstall the character")
        return unpacked(tensors[f"{name}.{role}"], wide, high, f"{path}: {name}.{role}")

    keys = []
    for number, key in enumerate(told["keys"]):
        x, y, wide, high = (
            _whole(part, MOST_SIDE, least) for part, least in zip(key["box"], (0, 0, 1, 1), strict=True)
        )
        if x + wide > width or y + high > height:
            raise _OffError(f"{name}: key {number} at {key['box']} on {width} x {height} pixels")
        step = float(key["step"])
        if not 0.0 <= step <= _MOST_STEP:
            raise _OffError(f"{name}: key {number}: step {step}")
        levels = (pixels(f"key{number:02d}", wide, high) - np.uint8(ZERO)).view(np.int8)  # modulo 256
        keys.append(Key(levels, (x, y), step))
    opened, clipped, ground = (bool(told.get(flag, False)) for flag in ("open", "clipped", "ground"))
    sheet = pixels("sheet", width, height)
    knots = _whole(told["knots"][0], _MOST_KNOTS, 2), _whole(told["knots"][1], _MOST_KNOTS, 2)
    whole = (box[0], box[1], box[2], box[3])
    cel = Cel(name, whole, (width, height), knots, len(keys), marks, opened, clipped, ground, margin)
    return cel, sheet, keys


def _tensors(path: Path) -> dict[str, NDArray[Any]]:
    try:
        if path.stat().st_size > _MOST_PIXELS:
            raise WeightsError(f"{path}: {path.stat().st_size} bytes are more than a painter has")
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise WeightsError(f"{path}: not a whole safetensors file ({error}); reinstall the character") from error


def _check_network(
    path: Path, tensors: Mapping[str, NDArray[Any]], cels: tuple[tuple[str, tuple[int, int], int], ...]
) -> None:
    for name, value in tensors.items():
        if value.dtype not in (np.float16, np.float32) or not np.isfinite(value).all():
            raise WeightsError(f"{path}: {name}: expected finite floats, got {value.dtype} {value.shape}")
    shapes = {name: value.shape for name, value in tensors.items()}

    def expect(name: str, *shape: int) -> None:
        if shapes.get(name) != shape or max(shape) > 1 << 20:
            raise WeightsError(f"{path}: {name}: expected shape {shape}, got {shapes.get(name)}")

    def layer(name: str, inside: int) -> int:
        outside: int = shapes.get(f"{name}.bias", (0,))[0] if shapes.get(f"{name}.bias") else 0
        expect(f"{name}.weight", outside, inside)
        expect(f"{name}.bias", outside)
        return outside

    if "middle" in shapes:
        expect("middle", POINTS, 2)
    if "steep" in shapes:
        expect("steep", INPUTS)
    size = INPUTS
    for n in range(LAYERS):
        size = layer(f"embed.{2 * n}", size)
        if not 1 <= size <= _MOST_UNITS:
            raise WeightsError(f"{path}: embed.{2 * n}: expected 1 to {_MOST_UNITS} outputs, got {size}")
    if layer("turn", 2 * POINTS) != len(TURNED):
        raise WeightsError(f"{path}: turn: expected {len(TURNED)} outputs of {2 * POINTS} inputs")
    for cel, (across, down), keys in cels:
        rank = layer(f"{cel}.gather", size + INPUTS)
        if not 1 <= rank <= _MOST_UNITS:
            raise WeightsError(f"{path}: {cel}.gather: expected 1 to {_MOST_UNITS} outputs, got {rank}")
        if layer(f"{cel}.field", rank) != 2 * down * across:
            raise WeightsError(f"{path}: {cel}.field: expected {2 * down * across} outputs")
        if keys and layer(f"{cel}.weigh", size + INPUTS) != keys:
            raise WeightsError(f"{path}: {cel}.weigh: expected {keys} outputs")
        if f"{cel}.follow" in shapes:
            expect(f"{cel}.follow", down * across, POINTS)
            expect(f"{cel}.rest", POINTS, 2)
        if f"{cel}.fade" in shapes:
            expect(f"{cel}.fade", down, across)

"""The painter of keyed cels on a bundle made by chance: what it keeps to, and what it says of a bad bundle."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from mien.character import load
from mien.face import REST, Expression, WeightsError
from mien.paint.gan import GanPainter, mark_weights
from mien.paint.textures import packed, unpacked


def painter_of(folder: Path, size: int = 64) -> GanPainter:
    return GanPainter(load(str(folder)), size)


def test_it_paints_any_size_and_forgets_nothing(bundle: Path) -> None:
    painter = painter_of(bundle, 80)
    first = painter.paint(REST)
    assert (first.width, first.height) == (80, 80)
    assert painter.paint(REST) is first
    other = painter.paint(Expression.of({"jawOpen": 1.0, "yaw": 0.3}))
    assert not np.array_equal(first.pixels, other.pixels)
    assert np.array_equal(painter.paint(REST).pixels, first.pixels)


def test_every_number_is_clipped_to_its_reach(bundle: Path) -> None:
    painter = painter_of(bundle)
    far, limit = Expression.of({}, noise=[2.0] * 8), Expression.of({}, noise=[1.0] * 8)
    assert np.array_equal(painter.paint(far).pixels, painter.paint(limit).pixels)


def test_marks_show_their_half_and_their_full_drawing() -> None:
    assert [mark_weights(strength).tolist() for strength in (0.0, 0.5, 0.25, 1.0, 0.75)] == [
        [0, 0], [1, 0], [0.5, 0], [0, 1], [0.5, 0.5],
    ]  # fmt: skip


def test_a_mark_shows_by_its_own_strength_alone(bundle: Path) -> None:
    painter = painter_of(bundle)
    rest, wet, dry = (painter.paint(Expression.of(marks)).pixels for marks in ({}, {"tears": 1.0}, {"vein": 1.0}))
    points = painter._landmark_net.points(REST.channels, REST.noise)  # without the expression nothing says a mark
    assert np.abs(wet.astype(int) - rest).mean() > np.abs(dry.astype(int) - rest).mean()
    assert points.shape == (70, 2)


@given(st.integers(1, 9), st.integers(1, 9), st.randoms(use_true_random=False))
def test_a_drawing_comes_back_as_it_was(width: int, height: int, chance: Any) -> None:
    pixels = np.array([chance.randrange(256) for _ in range(4 * width * height)], np.uint8).reshape(height, width, 4)
    assert np.array_equal(unpacked(packed(pixels), width, height, "here"), pixels)


def test_a_drawing_is_never_inflated_beyond_its_size() -> None:
    bomb = np.frombuffer(zlib.compress(bytes(50_000_000)), np.uint8)
    with pytest.raises(WeightsError, match="expected 64 bytes of 4 x 4 pixels, got 65"):
        unpacked(bomb, 4, 4, "here")
    with pytest.raises(WeightsError, match="not a whole drawing"):
        unpacked(np.arange(40, dtype=np.uint8), 4, 4, "here")


def rewritten(bundle: Path, file: str, change: Callable[[dict[str, NDArray[Any]]], None]) -> None:
    tensors = load_file(bundle / file)
    change(tensors)
    save_file(tensors, bundle / file)


@pytest.mark.parametrize(
    ("file", "change", "message"),
    [
        ("network", lambda t: t.update({"white.rest": t["white.rest"] * np.nan}), r"rest: expected finite floats"),
        (
            "network",
            lambda t: t.update(
                {
                    "embed.0.weight": np.zeros((9000, t["embed.0.weight"].shape[1]), np.float16),
                    "embed.0.bias": np.zeros(9000, np.float16),
                    "embed.2.weight": np.zeros((12, 9000), np.float16),
                }
            ),
            r"embed\.0: expected 1 to 4096 outputs, got 9000",
        ),
        (
            "network",
            lambda t: t.update({"white.follow": t["white.follow"][1:].copy()}),
            r"white\.follow: expected shape",
        ),
        (
            "network",
            lambda t: t.update({"steep": np.ones(9, np.float32)}),
            r"steep: expected shape \(227,\)",
        ),
        ("network", lambda t: t.update({"middle": np.ones(70, np.float32)}), r"middle: expected shape \(70, 2\)"),
        ("network", lambda t: t.pop("white.rest"), r"white\.rest: expected shape \(70, 2\), got None"),
        ("network", lambda t: t.update({"embed.2.weight": t["embed.2.weight"][:, 1:].copy()}), r"embed\.2\.weight"),
        ("network", lambda t: t.update({"back.field.bias": t["back.field.bias"][1:].copy()}), r"back\.field"),
        ("network", lambda t: t.pop("iris.weigh.bias"), r"iris\.weigh"),
        (
            "network",
            lambda t: t.update(
                {
                    "back.gather.weight": np.zeros((5000, t["back.gather.weight"].shape[1]), np.float16),
                    "back.gather.bias": np.zeros(5000, np.float16),
                }
            ),
            r"back\.gather: expected 1 to 4096 outputs, got 5000",
        ),
        (
            "network",
            lambda t: t.update({"turn.bias": t["turn.bias"].astype(np.int32)}),
            "expected finite floats, got int32",
        ),
        ("cels", lambda t: t.pop("body.sheet"), r"body\.sheet: expected the tensor"),
        ("cels", lambda t: t.update({"white.key01": t["white.key01"][:-9].copy()}), r"white\.key01"),
    ],
)
def test_tensors_that_are_off_are_named(
    bundle: Path, file: str, change: Callable[[dict[str, NDArray[Any]]], None], message: str
) -> None:
    rewritten(bundle, f"{file}.safetensors", change)
    with pytest.raises(WeightsError, match=message):
        painter_of(bundle)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("kind",), "oil"), (("cels",), []), (("cels",), 3), (("margin",), [0.0]), (("margin",), ["x", 0.0]),
        (("crisp",), 1.5), (("crisp",), "very"), (("crisp",), True),
        (("cels", 0, "box"), [0.0, 0.0, 2.0, 1.0]), (("cels", 0, "size"), [100_000, 100_000]),
        (("cels", 0, "size"), [-4, 4]), (("cels", 0, "size"), [True, 4]), (("cels", 0, "knots"), [1, 9]),
        (("cels", 2, "keys", 0, "box"), [40, 0, 24, 16]), (("cels", 0, "knots"), [10**9, 9]), (("cels", 4, "keys"), []),
        (("cels", 2, "keys", 0, "step"), -1.0), (("cels", 4, "marks"), ["smirk"]), (("cels", 1, "name"), "back"),
    ],
)  # fmt: skip
def test_a_painter_that_is_off_is_refused(bundle: Path, path: tuple[Any, ...], value: Any) -> None:
    file = bundle / "character.json"
    manifest = json.loads(file.read_text())
    at = manifest["painter"]
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    file.write_text(json.dumps(manifest))
    with pytest.raises(WeightsError, match=r"character\.json: painter"):
        painter_of(bundle)


@pytest.mark.parametrize("change", [{"width": 1e9}, {"picture": 0}, {"x": 1e300}, {"reach": [1.0]}])
def test_a_canvas_that_is_off_is_refused(bundle: Path, change: dict[str, Any]) -> None:
    file = bundle / "character.json"
    manifest = json.loads(file.read_text())
    manifest["canvas"] |= change
    file.write_text(json.dumps(manifest))
    with pytest.raises(WeightsError, match="canvas: expected picture, width"):
        painter_of(bundle)


@pytest.mark.parametrize("name", ["network.safetensors", "pointer.safetensors", "cels.safetensors"])
@pytest.mark.parametrize("keep", [0, 1000])
def test_truncated_weights_are_named(bundle: Path, name: str, keep: int) -> None:
    file = bundle / name
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(WeightsError, match=name):
        painter_of(bundle)

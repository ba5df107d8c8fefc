"""The trained painter with the shipped character: what it promises, and what it says of damaged files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from mien.character import load
from mien.face import REST, Emotion, Expression, SettingsError, WeightsError, prototype
from mien.face.channels import CHANNELS
from mien.paint import open_painter, painters
from mien.paint.alpha import straight
from mien.paint.drawn import Artist, Identity, key_points
from mien.paint.gan import GanPainter
from mien.paint.textures import packed

MOMO = load("momo")


@pytest.fixture(scope="module")
def painter() -> GanPainter:
    return GanPainter(MOMO, 256)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MOMO.folder, tmp_path / "momo"))


def error_of(painted: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], expression: Expression) -> float:
    drawn = Artist(Identity(), 256).paint(expression).pixels
    return float(np.abs(painted.astype(float) - drawn).mean())


def test_it_paints_what_the_artist_draws(painter: GanPainter) -> None:
    happy, angry = prototype(Emotion(happy=0.7)), prototype(Emotion(angry=0.9))
    pictures = [painter.paint(pose).pixels for pose in (happy, angry)]
    assert error_of(pictures[0], happy) < 12
    assert error_of(pictures[0], happy) < error_of(pictures[0], angry)
    assert error_of(pictures[1], angry) < error_of(pictures[1], happy)


def test_it_paints_from_key_points_alone(painter: GanPainter) -> None:
    blink = Expression.of({"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0})
    closed = painter.paint_points(key_points(Identity(), blink)).pixels
    opened = painter.paint_points(key_points(Identity(), REST)).pixels
    assert error_of(closed, blink) < error_of(opened, blink)
    assert error_of(opened, REST) < error_of(closed, REST)


def test_noise_moves_the_picture_a_little_and_the_same_noise_not_at_all(painter: GanPainter) -> None:
    still, swaying = Expression.of({}), Expression.of({}, noise=[1.5] * 8)
    one, again, other = (painter.paint(pose).pixels.astype(float) for pose in (still, still, swaying))
    assert np.array_equal(one, again)
    assert 0.1 < np.abs(one - other).mean() < 20


def test_the_ground_is_clear_and_the_face_is_solid(painter: GanPainter) -> None:
    alpha = painter.paint(REST).pixels[..., 3]
    assert alpha[:8, :8].max() == 0
    assert alpha[120:180, 100:156].min() == 255


@pytest.mark.parametrize("size", [64, 200, 512])
def test_any_size(size: int) -> None:
    frame = open_painter("gan", MOMO, size).paint(REST)
    assert (frame.width, frame.height) == (size, size)


def test_a_turn_beyond_its_training_is_held_at_the_limit(painter: GanPainter) -> None:
    far, limit = Expression.of({"yaw": 0.8}), Expression.of({"yaw": float(MOMO.canvas["reach"][CHANNELS.index("yaw")])})
    assert np.array_equal(painter.paint(far).pixels, painter.paint(limit).pixels)


def test_colour_is_divided_by_alpha() -> None:
    premultiplied = np.array([[[0, 0, 0, 0], [100, 50, 0, 128], [9, 8, 7, 255]]], np.uint8)
    assert straight(premultiplied).tolist() == [[[0, 0, 0, 0], [199, 100, 0, 128], [9, 8, 7, 255]]]


@pytest.mark.parametrize("name", ["network.safetensors", "pointer.safetensors", "cels.safetensors"])
@pytest.mark.parametrize("keep", [0, 1000])
def test_truncated_weights_are_named(copy: Path, name: str, keep: int) -> None:
    file = copy / name
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(WeightsError, match=r"\.safetensors"):
        GanPainter(load(str(copy)), 64)


def test_a_wrong_canvas_is_named(copy: Path) -> None:
    manifest = json.loads((copy / "character.json").read_text())
    del manifest["canvas"]["width"]
    (copy / "character.json").write_text(json.dumps(manifest))
    with pytest.raises(WeightsError, match="canvas: expected picture, width"):
        GanPainter(load(str(copy)), 64)


NONSENSE: list[tuple[str, object]] = [
    ("picture", 0), ("picture", -256), ("picture", 10**9), ("picture", "256"), ("picture", None), ("picture", True),
    ("width", 1.5e9), ("height", -1), ("x", 1e9), ("y", "middle"), ("width", 0.2), ("height", 9.0), ("reach", [1.0]),
    ("reach", [-1.0] * 79), ("reach", ["far"] * 79), ("reach", [1e9] * 79), ("reach", 3),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value"), NONSENSE, ids=str)
def test_nonsense_in_a_canvas_is_refused(copy: Path, key: str, value: object) -> None:
    manifest = json.loads((copy / "character.json").read_text())
    manifest["canvas"][key] = value
    (copy / "character.json").write_text(json.dumps(manifest))
    with pytest.raises(WeightsError, match=r"momo"):
        GanPainter(load(str(copy)), 64)


@pytest.mark.parametrize("painter_name", ["gan", "artist"])
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("hair", [1.0]), ("hair", [9.0, 0.0, 0.0]), ("skin", "pale"), ("iris", None), ("eye_width", -3), ("chin", 1e9),
        ("eye_slant", 4), ("seed", -1), ("seed", 1.5), ("ahoge", "yes"), ("fringe", 3), ("nose", 1), ("worn", []),
    ],
)  # fmt: skip
def test_nonsense_in_an_identity_is_refused(copy: Path, painter_name: str, key: str, value: object) -> None:
    manifest = json.loads((copy / "character.json").read_text())
    manifest["identity"][key] = value
    (copy / "character.json").write_text(json.dumps(manifest))
    with pytest.raises(SettingsError, match=r"character\.json: identity: "):
        open_painter(painter_name, load(str(copy)), 64)


@pytest.mark.parametrize("number", [np.nan, np.inf, 1e30])
def test_weights_that_paint_nothing_are_refused(copy: Path, number: float) -> None:
    pointer = load_file(copy / "pointer.safetensors")
    save_file({name: np.full_like(part, number) for name, part in pointer.items()}, copy / "pointer.safetensors")
    with pytest.raises(WeightsError, match=r"momo: (paints nothing|its files do not fit)"):
        GanPainter(load(str(copy)), 64)


def test_empty_cels_are_refused_and_never_a_blank_picture(copy: Path) -> None:
    cels = load_file(copy / "cels.safetensors")
    manifest = json.loads((copy / "character.json").read_text())
    for cel in manifest["painter"]["cels"]:
        clear = np.zeros((cel["size"][1], cel["size"][0], 4), np.uint8)
        cels[f"{cel['name']}.sheet"] = packed(clear)
        for key in cel["keys"]:
            key["step"] = 0.0
    save_file(cels, copy / "cels.safetensors")
    (copy / "character.json").write_text(json.dumps(manifest))
    with pytest.raises(WeightsError, match="paints nothing"):
        GanPainter(load(str(copy)), 64)


def test_a_character_of_the_older_format_is_told_so(copy: Path) -> None:
    manifest = json.loads((copy / "character.json").read_text())
    manifest["format"] = 1
    (copy / "character.json").write_text(json.dumps(manifest))
    with pytest.raises(
        SettingsError, match="format: expected 2, got 1; the character is of an older mien: train it anew"
    ):
        load(str(copy))


def test_unknown_painters_and_sizes_are_refused() -> None:
    assert {"artist", "gan"} <= set(painters())
    with pytest.raises(SettingsError, match=r"no painter 'oil'; there are: artist, gan"):
        open_painter("oil", MOMO, 64)
    with pytest.raises(SettingsError, match="size: expected 16"):
        open_painter("gan", MOMO, 0)

"""A film whose key points are a little off: refined, brought to rest, parted into ground and head."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mien.face import Expression, InputError
from mien.face.channels import CHANNELS
from mien.paint.align import Canvas
from mien.paint.drawn import Identity, draw, key_points
from mien.train.painter.footage import REFINED, Footage
from mien.train.painter.parted import parted
from mien.train.painter.refined import refine
from mien.train.painter.rest import Rest
from mien.train.prepare import Map, Settings, prepare

WHO, SIZE, FRAMES = Identity(seed=3), 192, 40
WALL = (90.0, 140.0, 60.0)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, NDArray[np.float32]]:
    """A prepared film of a drawn face before a wall, whose brows and lips the table has wrong, otherwise in every
    frame; and (frames, 70, 2) by how many pixels."""
    folder = tmp_path_factory.mktemp("film") / "frames"
    folder.mkdir()
    chance = np.random.default_rng(4)
    wrong = np.zeros((FRAMES, 70, 2), np.float32)
    wrong[:, 17:27] = chance.normal(0.0, 2.5, (FRAMES, 1, 2))
    wrong[:, 48:68] = chance.normal(0.0, 2.5, (FRAMES, 1, 2))
    with (folder / "frames.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["file", "yaw", *(f"{axis}{n}" for n in range(70) for axis in "xy")])
        for number in range(FRAMES):
            yaw = 0.2 * np.sin(number / 5)
            pose = Expression.of({"yaw": yaw}, np.zeros(8))
            drawn = draw(WHO, pose, SIZE).astype(np.float32)
            solid = drawn[..., :3] + np.array(WALL, np.float32) * (1.0 - drawn[..., 3:] / 255.0)
            Image.fromarray(np.rint(solid).astype(np.uint8)).save(folder / f"{number}.png")
            at = key_points(WHO, pose).points * SIZE + wrong[number]
            table.writerow([f"{number}.png", yaw, *at.ravel()])
    own = Map(numbers={name: {name: 1.0} for name in CHANNELS if name == "yaw"})
    settings = Settings(SIZE, "rgba", whole=True, keep_twins=True, held_out=0.0, own=own, licence="ours")
    where = folder.parent / "set"
    prepare(folder, where, replace(settings, held_out=0.4), progress=False)
    return where, wrong


def test_a_face_is_brought_to_rest() -> None:
    rest = np.array([[x, y] for x in (24.0, 48.0, 72.0) for y in (24.0, 48.0, 72.0)], np.float32)
    moved = rest + np.array([5.0, -3.0], np.float32)
    picture = np.zeros((96, 96, 4), np.uint8)
    for x, y in moved:
        cv2.circle(picture, (round(float(x)), round(float(y))), 3, (255, 255, 255, 255), -1)
    still = np.zeros_like(picture)
    for x, y in rest:
        cv2.circle(still, (round(float(x)), round(float(y))), 3, (255, 255, 255, 255), -1)
    found = Rest(rest, (96, 96), 24.0).of(picture, moved)
    after, before = (np.abs(one.astype(int) - still).mean() for one in (found, picture))
    assert after < 0.25 * before


def off(footage: Footage) -> float:
    """Pixels by which brows and lips lie elsewhere than the artist draws them, but for what all frames share."""
    errors = []
    for number in range(len(footage)):
        exact = key_points(WHO, footage.expression(number)).points
        errors.append((footage.points[number] - exact)[[*range(17, 27), *range(48, 68)]] * SIZE)
    apart = np.stack(errors) - np.mean(errors, axis=0)
    return float(np.abs(apart).mean())


def test_points_are_brought_to_where_the_mean_face_has_them(film: tuple[Path, NDArray[np.float32]]) -> None:
    folder, _ = film
    before = [Footage(folder, split) for split in ("train", "held_out")]
    assert not (folder / REFINED).exists()
    refine(folder, progress=False)
    after = [Footage(folder, split) for split in ("train", "held_out")]
    for one, other in zip(before, after, strict=True):
        assert off(other) < 0.45 * off(one)
        assert one.name != other.name  # what was learnt with other points is not gone on with
    whole = (folder / REFINED).read_bytes()
    (folder / REFINED).write_bytes(whole[:-40])
    with pytest.raises(InputError, match=r"refined.safetensors: no key points of train .* delete it"):
        Footage(folder)
    (folder / REFINED).unlink()


def test_a_wall_is_the_ground_and_the_head_is_not() -> None:
    canvas = Canvas(128, 160, 160, (80.0, 80.0))
    chance = np.random.default_rng(1)
    wall = cv2.resize(chance.integers(0, 255, (16, 16, 4), np.uint8), (128, 128)).astype(np.float32)
    wall[..., 3] = 255.0
    face = np.array([[x, y] for x in (-16.0, 0.0, 16.0) for y in (-16.0, 0.0, 16.0)], np.float32)
    points = np.resize(face, (70, 2)).astype(np.float32)
    frames, moved, places = [], [], []
    for n in range(12):
        middle = np.array([64.0 + 10.0 * np.sin(n), 70.0 + 4.0 * np.cos(2.0 * n)])
        frame = wall.copy()
        cv2.circle(frame, [round(v) for v in middle], 26, (250.0, 30.0, 30.0, 255.0), -1)
        frames.append(frame)
        moved.append(points + 80.0)
        places.append(np.array([[1.0, 0.0, 80.0 - round(middle[0])], [0.0, 1.0, 80.0 - round(middle[1])]]))
    found = parted(canvas, frames, moved, places, 12.0)
    assert found.head[80, 80, 3] > 0.99
    assert found.head[80, 80, 0] > 0.9  # the face, which is red
    assert found.head[8:24, 8:150, 3].max() < 0.1
    wanted = wall[:24] / 255.0  # above the head
    assert np.abs(found.ground[16:40, 16:144] - wanted).mean() < 0.02
    assert abs(float(found.ground[4, 80, 1] - found.ground[16, 80, 1])) < 0.1  # on beyond the picture
    beside = found.ground[86, 16 + 24 : 16 + 34] - wall[70, 24:34] / 255.0  # hidden in some frames, seen in others
    assert np.abs(beside).mean() < 0.05

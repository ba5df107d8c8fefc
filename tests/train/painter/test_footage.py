"""A character learnt from footage: here of the drawn artist, whose expression and key points are known."""

from __future__ import annotations

import csv
from dataclasses import asdict, replace
from functools import partial
from operator import le
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from mien.character import Character, load
from mien.face import Expression, InputError, Landmarks, WeightsError
from mien.face.channels import CHANNELS, HEAD_SLICE
from mien.paint.alpha import straight
from mien.paint.drawn import Identity, draw, key_points
from mien.paint.gan import GanPainter
from mien.paint.keyed import INPUTS, Condition
from mien.train.core.checkpoint import load_checkpoint
from mien.train.core.poses import sample_expression
from mien.train.core.run import checkpoints
from mien.train.painter.bundle import About, train_character
from mien.train.painter.cels import median_of, rubber
from mien.train.painter.export import network
from mien.train.painter.footage import Footage
from mien.train.painter.losses import inside
from mien.train.painter.measure import likeness, premultiplied, psnr, repainted
from mien.train.painter.networks import Generator
from mien.train.painter.recipe import MAY_CHANGE, Recipe
from mien.train.painter.source import as_batch, batches, shapes
from mien.train.painter.train import poses_of, source_of, train_painter, widths_of
from mien.train.prepare import Map, Settings, prepare

WHO = Identity(seed=3)
SIZE = 64
SETTINGS = Settings(size=SIZE, colour="rgba", whole=True, keep_twins=True, held_out=0.5, licence="ours")
TOY = Recipe(
    identity=None, picture=SIZE, scale=1, batch=2, images=8, fine=8, alone=4, save_every=4, penalty_every=2, heard=12,
    stirring=0.2, median=0.2,
)  # fmt: skip


def film(folder: Path) -> Path:
    """90 frames in 9 clips with their table."""
    folder.mkdir()
    at = [f"{axis}{n}" for n in range(70) for axis in "xy"]
    with (folder / "frames.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["file", "clip", *CHANNELS, *at])
        for number in range(90):
            pose = sample_expression(np.random.default_rng((8, number)))
            quiet = Expression(pose.channels, np.zeros(8, np.float32), pose.emotion)
            Image.fromarray(straight(draw(WHO, quiet, SIZE))).save(folder / f"{number}.png")
            where = key_points(WHO, quiet).points.flatten() * SIZE
            table.writerow([f"{number}.png", number // 10, *pose.channels, *where])
    return folder


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("footage")
    numbers = Map(numbers={name: {name: 1.0} for name in CHANNELS})
    prepare(film(folder / "film"), folder / "set", replace(SETTINGS, own=numbers), progress=False)
    return folder / "set"


def test_rubber_takes_places_along_with_its_points() -> None:
    points = torch.tensor([[20.0, 20.0], [40.0, 20.0], [30.0, 44.0]])
    at = torch.cat([points, torch.tensor([[30.0, 20.0], [300.0, 300.0]])])
    moved = rubber(at, points, 16.0) @ torch.tensor([[4.0, 0.0], [4.0, 0.0], [0.0, -6.0]])
    assert (moved[:3] - torch.tensor([[4.0, 0.0], [4.0, 0.0], [0.0, -6.0]])).abs().max() < 0.25
    assert 2.5 < float(moved[3, 0]) < 4.5  # between two that go the same way
    assert moved[4].abs().max() < 0.01  # far from all


def test_specks_are_taken_to_the_median_and_edges_stay() -> None:
    sheet = torch.zeros(12, 12, 4)
    sheet[:, 6:] = 0.5
    edge = sheet.clone()
    sheet[3, 3], sheet[8, 9] = 1.0, 0.0
    assert median_of(sheet).equal(edge)
    assert median_of(edge).equal(edge)


def test_frames_lie_on_a_canvas_with_their_conditions(footage: Path) -> None:
    train, held = Footage(footage), Footage(footage, "held_out")
    assert len(train) + len(held) == 90
    assert train.canvas.width % 16 == train.canvas.height % 16 == 0
    for left, top, right, bottom in train.windows:
        assert 0 <= left < right <= train.canvas.width
        assert 0 <= top < bottom <= train.canvas.height
    for first, second in zip(train[5], train[5], strict=True):
        assert first.equal(second)
    batch = as_batch(list(next(iter(batches(train, 0, 4, 4, workers=0)))), torch.ones(4, 2), shapes(train))
    within = inside(batch, train)
    assert within is not None
    assert 0.3 < float(within.mean()) < 1.0
    assert within[..., 0, 0].max() == 0.0  # far beyond the edges nothing is known
    # laid on the canvas and back again, a frame is what it was
    expression, points, place = train.pose(3)
    back = train.canvas.onto(place, SIZE)
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    again = cv2.warpAffine(
        train[3][0].numpy().reshape(train.canvas.height, -1, 4), back, (SIZE, SIZE), flags=flags
    ).astype(np.float32)
    inner = np.s_[8:-8, 8:-8]
    assert psnr(again[inner] / np.float32(255), train.frame(3)[inner] / np.float32(255)) > 26
    assert np.allclose(points, key_points(WHO, expression).points, atol=1e-3)


def test_points_that_nobody_gave_move_with_the_head(tmp_path: Path) -> None:
    names = {"a": (36,), "b": (39,), "c": (42,), "d": (45,), "e": (30, 33), "f": (48,), "g": (54,)}
    film(tmp_path / "film")
    with (tmp_path / "film" / "frames.csv").open() as file:
        rows = list(csv.DictReader(file))
    with (tmp_path / "film" / "frames.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["file", "clip", "jawOpen", *(f"{name}:{axis}" for name in names for axis in "xy")])
        for row in rows:
            where = [row[f"{axis}{numbers[0]}"] for numbers in names.values() for axis in "xy"]
            table.writerow([row["file"], row["clip"], row["jawOpen"], *where])
    own = Map(numbers={"jawOpen": {"jawOpen": 1.0}}, points=names)
    prepare(tmp_path / "film", tmp_path / "set", replace(SETTINGS, own=own), progress=False)
    found = Footage(tmp_path / "set")
    placed = np.stack([found[number][1].numpy() for number in range(6)])
    assert np.ptp(placed[:, 8], axis=0).max() < 0.01
    assert np.ptp(placed[:, 48], axis=0).max() > 0.1
    assert (found.reach() > 0).sum() == 1
    generator = Generator(widths_of(TOY, found))
    points, numbers = poses_of(found)
    generator.begin(points, numbers[:, HEAD_SLICE][:, :2], torch.from_numpy(found.reach()))
    first = next(generator.embed.parameters()).abs().sum(dim=0)
    assert first[2 * 48] > 0
    assert first[2 * 8 : 2 * 8 + 2].max() == 0  # whatever is said of them later, they have no say
    assert generator.steep[2 * 8 : 2 * 8 + 2].max() == 0
    few = replace(own, points={name: numbers for name, numbers in names.items() if name != "c"})
    prepare(tmp_path / "film", tmp_path / "few", replace(SETTINGS, own=few), progress=False)
    with pytest.raises(InputError, match="42 are missing"):
        Footage(tmp_path / "few")


def test_other_pictures_are_refused(footage: Path, tmp_path: Path) -> None:
    prepare(footage.parent / "film", tmp_path / "rgb", replace(SETTINGS, colour="rgb"), progress=False)
    with pytest.raises(InputError, match="expected RGBA"):
        Footage(tmp_path / "rgb")
    train_painter(tmp_path / "run", TOY, progress=False, source=Footage(footage), stop=lambda _: True)
    other = Footage(footage)
    other.name = "footage of another day"
    with pytest.raises(WeightsError, match="now given footage of another day"):
        train_painter(tmp_path / "run", TOY, progress=False, source=other)
    with pytest.raises(Exception, match="draws no character"):
        source_of(TOY)


def test_footage_becomes_a_character_that_is_driven_by_expressions(
    footage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mien.train.painter.bundle._STEPS", 200)
    about = About("toy", {"en": "Toy"}, "ours", "us", "drawn")
    bundle = train_character(tmp_path / "run", TOY, about, progress=False, footage=footage)
    who = load(str(bundle))
    assert (who.name, who.licence, dict(who.identity)) == ("toy", "ours", {})
    painter = GanPainter(who, SIZE)
    held = Footage(footage, "held_out")
    figures = likeness(painter, held, progress=False)
    assert 5 < figures["psnr"] < 60
    one, other = (premultiplied(repainted(painter, held, number)) for number in (0, 1))
    assert np.abs(one - other).max() > 0.01
    by_points = painter.paint_points(Landmarks(held.points[0])).pixels
    assert by_points.shape == (SIZE, SIZE, 4)
    # as crisp as the film, or as near to it as may be
    off = {
        crisp: abs(likeness(_crisp(who, crisp), Footage(footage), progress=False)["sharpness"] ** 0.5 - 1.0)
        for crisp in (0.0, who.painter["crisp"], 1.0)
    }
    assert off[who.painter["crisp"]] <= min(off.values()) + 0.05
    # what no frame shows has no say: noise is never given in footage
    loud = Expression(held.channels[0], np.full(8, 2.0, np.float32), held.emotion[0])
    assert np.array_equal(painter.paint(loud).pixels, painter.paint(held.expression(0)).pixels)


def _crisp(who: Character, crisp: float) -> GanPainter:
    return GanPainter(replace(who, painter={**who.painter, "crisp": crisp}), SIZE)


def test_keys_hear_what_they_may_and_a_resumed_run_is_as_wrong_as_one_that_never_stopped(
    footage: Path, tmp_path: Path
) -> None:
    data, found = Footage(footage), []
    for name, pauses in (("whole", ()), ("parts", (4,))):
        for images in (*pauses, TOY.images):
            train_painter(tmp_path / name, TOY, progress=False, source=data, stop=partial(le, images))
        generator = Generator(widths_of(TOY, data))
        load_checkpoint(checkpoints(tmp_path / name)[-1], {"generator": generator}, asdict(TOY), MAY_CHANGE)
        found.append(network(generator))
    assert all(np.array_equal(one, found[1][name]) for name, one in found[0].items())
    for name, weight in found[0].items():
        if name.endswith("weigh.weight"):
            assert weight.shape[1] == TOY.condition + INPUTS
            assert np.abs(weight[:, :12]).min() > 0
            assert not weight[:, 12:].any()
    exact = Generator(widths_of(TOY, data))
    points, numbers = poses_of(data)
    exact.begin(points, numbers[:, HEAD_SLICE][:, :2], torch.from_numpy(data.reach()))
    spared = exact.loose == 0
    assert spared[-16:].all()  # noise, what is given, the place
    assert not spared[:8].any()


def test_the_network_is_given_what_it_learnt_with(footage: Path, tmp_path: Path) -> None:
    """What moves little in the footage counts as much as what moves far, in training and in the bundle alike."""
    data = Footage(footage)
    train_painter(tmp_path, TOY, progress=False, source=data)
    generator = Generator(widths_of(TOY, data))
    load_checkpoint(checkpoints(tmp_path)[-1], {"average": generator}, asdict(TOY), MAY_CHANGE)
    batch = as_batch(list(next(iter(batches(data, 0, 40, 40, workers=0)))), torch.ones(40, 2), shapes(data))
    seen: list[Tensor] = []
    generator.embed.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    for given in ((1.0, 1.0), (0.0, 1.0), (1.0, 0.0)):
        generator.parts(
            batch.points, batch.place, batch.expression, batch.emotion, batch.noise, torch.tensor([given] * 40)
        )
    spread = seen[0].detach().std(dim=0)
    assert float(spread[:136].min()) > 0.15  # canonical key points move by a hundredth of the canvas
    assert float(spread[:136].max()) < 1.1
    tensors = {name: value.astype(np.float32) for name, value in network(generator).items()}
    size = data.canvas.width, data.canvas.height
    for inputs, (points, expression) in zip(seen, ((True, True), (False, True), (True, False)), strict=True):
        asked = Condition(
            batch.points[0].numpy(), batch.place[0].numpy(), batch.expression[0].numpy(), batch.emotion[0].numpy(),
            batch.noise[0].numpy(), (points, expression),
        )  # fmt: skip
        assert np.allclose(asked.inputs(tensors, size), inputs[0].detach().numpy(), atol=2e-3)

"""The painter's training, at toy size: what must hold whatever the widths."""

from __future__ import annotations

import sys
from dataclasses import asdict, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from mien.character import load
from mien.face import PARTS, REST, Expression, WeightsError
from mien.face.channels import HEAD_SLICE
from mien.paint.align import canonical, inverse
from mien.paint.drawn import Identity, draw
from mien.paint.gan import GanPainter
from mien.train.core import objectives
from mien.train.core.checkpoint import load_checkpoint
from mien.train.core.distance_maps import DistanceMaps
from mien.train.core.poses import sample_expression
from mien.train.core.run import checkpoints
from mien.train.painter import bundle as bundling
from mien.train.painter.bundle import make_bundle
from mien.train.painter.cast import CAST
from mien.train.painter.critic import Critic, asked, crop_maps
from mien.train.painter.drawn import Drawn
from mien.train.painter.export import _key
from mien.train.painter.landmark_net import Pointed, drawn_points, train_landmark_net
from mien.train.painter.losses import counts
from mien.train.painter.measure import premultiplied, psnr
from mien.train.painter.networks import Generator
from mien.train.painter.pixels import compiled, error_cost, laid, plain_error_cost, plain_laid, plain_sampled, sampled
from mien.train.painter.recipe import Recipe
from mien.train.painter.source import Batch, as_batch, batches, shapes, whole
from mien.train.painter.tracing import Traces, fit
from mien.train.painter.train import paint_batch, poses_of, source_of, train_painter, widths_of

TOY = Recipe(
    identity=Identity(), picture=64, scale=1, poses=32, fit_steps=4, pool=8, pool_fine=4, batch=2, images=16, fine=8,
    alone=12, save_every=8, penalty_every=2, rate=2e-3,
)  # fmt: skip
DATA = Drawn(Identity(), TOY.picture, TOY.seed)
WIDTHS = widths_of(TOY, DATA)
INPUTS = ("points", "place", "expression", "emotion", "noise", "given")


def toy_batch(count: int = 4, first: int = 0) -> Batch:
    parts = next(iter(batches(DATA, first, first + count, count, workers=0)))
    return as_batch(list(parts), torch.ones(count, 2), shapes(DATA))


def begun() -> Generator:
    """A generator before its first step."""
    torch.manual_seed(0)
    generator = Generator(WIDTHS)
    points, numbers = poses_of(DATA, 64)
    generator.begin(points, numbers[:, HEAD_SLICE][:, :2], torch.from_numpy(DATA.reach()))
    for cel, how in zip(generator.all_cels, DATA.beginnings(1), strict=True):
        cel.begin(how)
    return generator


def weights(path: Path) -> dict[str, Tensor]:
    return dict(load_file(checkpoints(path)[-1]))


def test_a_resumed_run_equals_one_that_never_stopped(tmp_path: Path) -> None:
    train_painter(tmp_path / "whole", TOY, progress=False)
    train_painter(tmp_path / "halves", TOY, progress=False, stop=lambda seen: seen >= 10)
    train_painter(tmp_path / "halves", TOY, progress=False)
    whole, halves = weights(tmp_path / "whole"), weights(tmp_path / "halves")
    assert whole.keys() == halves.keys()
    for name, value in whole.items():
        assert torch.equal(value, halves[name]), name


def test_a_checkpoint_of_another_character_or_a_broken_one_is_refused(tmp_path: Path) -> None:
    short = replace(TOY, images=2, alone=2)
    train_painter(tmp_path, short, progress=False)
    other = replace(short, identity=Identity(seed=5))
    with pytest.raises(WeightsError, match="made with identity"):
        train_painter(tmp_path, other, progress=False)
    file = checkpoints(tmp_path)[-1]
    file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises(WeightsError, match="not a whole checkpoint"):
        train_painter(tmp_path, short, progress=False)


def test_the_generator_overfits_four_pictures() -> None:
    batch, generator = toy_batch(4), begun()
    optimizer = torch.optim.Adam(generator.parameters(), 3e-3)
    losses = []
    for _ in range(60):
        loss = (paint_batch(generator, batch) - whole(batch, DATA)).abs().mean()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.4 * losses[0]


def test_every_condition_reaches_the_picture() -> None:
    batch, generator = toy_batch(2), begun()
    fields = {name: getattr(batch, name).clone().requires_grad_() for name in INPUTS}
    generator(*fields.values()).square().sum().backward()
    for name, value in fields.items():
        assert value.grad is not None, name
        assert float(value.grad.abs().sum()) > 0, name


def test_what_is_withheld_does_not_matter() -> None:
    batch, generator = toy_batch(2), begun().eval()
    without = torch.tensor([[1.0, 0.0]]).repeat(2, 1)
    one = generator(batch.points, batch.place, batch.expression, batch.emotion, batch.noise, without)
    other = generator(batch.points, batch.place, batch.expression * 0, batch.emotion * 0, batch.noise, without)
    assert torch.equal(one, other)


def test_the_layers_laid_together_are_what_the_artist_draws() -> None:
    for number in range(3):
        expression, _, place = DATA.pose(number)
        drawn = draw(Identity(), expression, (DATA.canvas.width, DATA.canvas.height), DATA.view(place, 1))
        laid = whole(toy_batch(1, number), DATA)[0].permute(1, 2, 0).numpy()
        assert float(np.abs(laid - drawn / 255.0).mean()) < 0.002


def test_a_layer_counts_where_it_is_seen() -> None:
    batch = toy_batch(2)
    found = dict(zip((layer.name for layer in DATA.layers), counts(batch, DATA, DATA.layers, 0.25), strict=True))
    pictures = dict(zip((layer.name for layer in DATA.layers), batch.pictures, strict=True))
    face = found["face"][pictures["face"][..., 3] > 250]
    assert float(face.min()) == 0.25  # under the fringe
    assert float(face.max()) == 1.0
    assert set(found["air"].flatten().tolist()) <= {0.0, 1.0}  # nothing lies over it; beyond the picture nothing counts


def test_fitting_brings_the_layers_to_where_their_lines_are() -> None:
    traces = Traces(DATA)
    rows = [traces[number] for number in range(24)]
    parts = [torch.stack([row[n] for row in rows]) for n in range(len(rows[0]))]
    assert parts[2].mean() > 0.6  # most lines are known
    generator = begun()
    hole = next(n for n, layer in enumerate(DATA.layers) if layer.name == "mouth_hole")
    shut = parts[3][:, hole] == 0
    assert 0 < shut.sum() < len(rows)  # some mouths are shut
    early = fit(generator, parts, 1, (0.0, 0.0), 2e-3, 1, progress=False)
    late = fit(generator, parts, 100, (0.0, 0.0), 2e-3, 1, progress=False)
    assert late < 0.65 * early
    points, place, channels, emotion, noise = parts[4:]
    hidden = (
        generator.parts(points, place, channels, emotion, noise, torch.ones(len(rows), 2)).weights[hole][:, 0].detach()
    )
    assert float(hidden[shut].mean()) > float(hidden[~shut].mean()) + 0.2  # its first key takes it away


def test_a_layer_that_hides_is_gone_from_half_its_keys_weight_on() -> None:
    cel = next(cel for cel in begun().all_cels if cel.layer.name == "right_eye_white")
    assert cel.hides
    weights = torch.zeros(2, len(cel.keys))
    weights[1, 0] = 0.5
    shown, hidden = cel.drawn(weights).detach()[..., 3].clamp(0.0, 1.0)
    assert float(shown.max()) > 0.99
    assert float(hidden.max()) == 0.0


def test_the_slope_penalty_is_the_gradient_that_finite_differences_find() -> None:
    torch.manual_seed(0)
    batch = toy_batch(1)
    critic = Critic(DATA.windows, (WIDTHS.width, WIDTHS.height)).double()
    crops = critic.crops(3)
    maps = [spots.double() for spots in crop_maps(batch, crops)]
    condition = asked(batch).double()
    picture = whole(batch, DATA).double().clone().requires_grad_()
    score, _ = critic(picture, maps, crops, condition)
    penalty = float(objectives.slope_penalty(score, picture)[0].detach())
    direction = torch.autograd.grad(critic(picture, maps, crops, condition)[0].sum(), picture)[0]
    direction = direction / direction.norm()
    step = 1e-4
    with torch.no_grad():
        ahead = critic(picture + step * direction, maps, crops, condition)[0]
        behind = critic(picture - step * direction, maps, crops, condition)[0]
    assert penalty == pytest.approx(float((ahead - behind) / (2 * step)) ** 2, rel=1e-3)


def test_pairing_losses_are_even_at_equal_scores_and_oppose_each_other() -> None:
    even = torch.zeros(3)
    assert float(objectives.pairing_critic_loss(even, even)) == pytest.approx(np.log(2))
    good, bad = torch.full((3,), 2.0), torch.full((3,), -2.0)
    assert objectives.pairing_critic_loss(bad, good) < objectives.pairing_critic_loss(good, bad)
    assert objectives.pairing_generator_loss(good, bad) < objectives.pairing_generator_loss(bad, good)


def test_distance_maps_tell_how_far_a_cell_lies_from_a_point() -> None:
    maps = DistanceMaps(1, 4, 8, 6, 4.0, 0.0, 0.0)
    here, there = torch.tensor([[[10.0, 10.0]]]), torch.tensor([[[11.0, 10.0]]])
    assert maps(here).shape == (1, 4, 6, 8)
    assert not torch.allclose(maps(here), maps(there))


def test_samples_depend_on_their_number_alone() -> None:
    data = source_of(TOY)
    for first, second in zip(data[5], data[5], strict=True):
        assert torch.equal(first, second)
    assert not torch.equal(data[5][0], data[6][0])


def test_an_exported_painter_paints_what_was_trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundling, "train_landmark_net", _quick_net)
    monkeypatch.setattr(bundling, "drawn_points", lambda identity, seed, _: drawn_points(identity, seed, 64))
    recipe = replace(TOY, images=24, alone=20, fit_steps=40)
    train_painter(tmp_path, recipe, progress=False)
    bundle = make_bundle(tmp_path, recipe, replace(CAST["momo"], name="toy"), progress=False)
    generator = Generator(WIDTHS).eval()
    load_checkpoint(checkpoints(tmp_path)[-1], {"average": generator}, asdict(recipe), ())
    painter = GanPainter(load(str(bundle)), 64)
    for number, known in ((5, 1.0), (6, 1.0), (7, 0.0)):
        pose = _straight_on(number)  # so soon after the start a turned head's cels leave their boxes
        points = painter._landmark_net.points(pose.channels, pose.noise)  # its own, so that only painting lies between
        place = painter.canvas.place(points)
        given = np.array([1.0, known])
        asked = (canonical(points, place, 64), inverse(place), pose.channels, pose.emotion, pose.noise, given)
        feed = [torch.from_numpy(np.array(part, np.float32))[None] for part in asked]
        with torch.no_grad():  # four times as fine as the canvas, so that reading it again costs little
            trained = generator.laid(generator.pictures(generator.parts(*feed), 0.25), 0.25)[0]
        canvas = np.ascontiguousarray(trained.clamp(0, 1).permute(1, 2, 0).numpy())
        onto, flags = 4.0 * painter.canvas.onto(place, 64), cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        onto[:, 2] += 1.5
        wanted = cv2.warpAffine(canvas, onto, (64, 64), flags=flags)
        there = cv2.warpAffine(np.ones_like(canvas), onto, (64, 64), flags=flags) > 0.999
        painted = painter._frame(points, pose.channels, pose.emotion, pose.noise, (True, bool(known)))
        # the painter's cubic is sharper than the reading that training sees, by about a decibel at this size
        assert psnr(premultiplied(painted) * there, np.asarray(wanted * there, np.float32)) > 30
    again = painter.paint(REST)
    assert painter.paint(REST) is again
    assert GanPainter(load(str(bundle)), 96).paint(REST).pixels.shape == (96, 96, 4)
    parts = load(str(bundle)).painter["parts"]  # a drawn character's can have other colours at once
    assert set(parts) == set(PARTS)
    assert parts["hair"]["colour"] == "#faa8b2"
    assert {"back", "dome", "strand0", "right_lock", "left_lock", "ahoge", "right_brow"} <= set(parts["hair"]["cels"])
    assert not {"face", "neck", "body"} & set(parts["hair"]["cels"])
    assert set(painter.recoloured({"hair": (1, 2, 3)}).colours) == set(PARTS)


def _straight_on(number: int) -> Expression:
    pose = sample_expression(np.random.default_rng(number))
    channels = pose.channels.copy()
    channels[HEAD_SLICE] = 0.0
    return Expression(channels, pose.noise, pose.emotion)


def _quick_net(out: Path, data: Pointed, held_out: Pointed, progress: bool) -> float:
    return train_landmark_net(out, data, held_out, steps=200, progress=progress)


@pytest.mark.parametrize("cubic", [False, True])
@pytest.mark.parametrize("clear", [False, True])
@pytest.mark.parametrize("unit", [0.5, 1.0, 2.0])
def test_the_compiled_sampling_has_the_picture_and_the_gradient_of_the_plain_one(
    cubic: bool, clear: bool, unit: float
) -> None:
    if compiled() is None:
        pytest.skip("no C compiler on this machine")
    torch.manual_seed(0)
    width, height = 32, 24
    x, y = 0.5 + torch.arange(5) * (width - 1) / 4, 0.5 + torch.arange(4) * (height - 1) / 3
    knots = torch.stack(torch.meshgrid(x, y, indexing="xy"))
    sheets = (1.4 * torch.rand(3, height, width, 4) - 0.2).requires_grad_()
    fields = (knots + 3.0 * torch.randn(3, 2, 4, 5)).requires_grad_()
    pictures = [paint(sheets, fields, (width, height), clear, unit, cubic) for paint in (sampled, plain_sampled)]
    assert torch.allclose(pictures[0], pictures[1], atol=1e-4)
    slope = torch.randn_like(pictures[0])
    slopes = [torch.autograd.grad(picture, (sheets, fields), slope) for picture in pictures]
    for ours, theirs in zip(*slopes, strict=True):
        assert torch.allclose(ours, theirs, atol=2e-4)


def test_the_compiled_library_leaves_the_process_its_smallest_numbers() -> None:
    compiled()
    assert float(np.float64(5e-324) * 1.0) > 0.0
    assert sys.float_info.min / 2.0 > 0.0


def test_the_compiled_cost_is_the_plain_one() -> None:
    if compiled() is None:
        pytest.skip("no C compiler on this machine")
    torch.manual_seed(0)
    painted = torch.rand(3, 20, 30, 4, requires_grad=True)
    real = torch.randint(0, 256, (3, 20, 30, 4), dtype=torch.uint8)
    found = [cost(painted, real, torch.rand(3, 20, 30, generator=torch.Generator().manual_seed(1)), 4.0)
             for cost in (error_cost, plain_error_cost)]  # fmt: skip
    assert float(found[0].detach()) == pytest.approx(float(found[1].detach()), rel=1e-5)
    ours, theirs = (torch.autograd.grad(cost, painted)[0] for cost in found)
    assert torch.allclose(ours, theirs, atol=1e-7)


def test_the_compiled_laying_over_has_the_picture_and_the_gradient_of_the_plain_one() -> None:
    if compiled() is None:
        pytest.skip("no C compiler on this machine")
    torch.manual_seed(0)
    boxes = [(0, 0, 40, 32), (8, 8, 32, 24), (0, 0, 40, 32), (16, 4, 40, 20)]
    pictures = [torch.rand(3, bottom - top, right - left, 4) for left, top, right, bottom in boxes]
    pictures[2][..., 3] = 1.0  # wholly covers, and lets a little of the slope through
    pictures = [picture.requires_grad_() for picture in pictures]
    found = [lay(pictures, boxes, (40, 32)) for lay in (laid, plain_laid)]
    assert torch.allclose(found[0], found[1], atol=1e-6)
    slope = torch.randn_like(found[0])
    slopes = [torch.autograd.grad(picture, pictures, slope) for picture in found]
    for ours, theirs in zip(*slopes, strict=True):
        assert torch.allclose(ours, theirs, atol=2e-6)
    assert bool(slopes[0][0].any())


def test_a_key_is_cut_to_where_it_shows() -> None:
    key = np.full((20, 30, 4), 0.2, np.float32)  # the noise of training
    key[5:9, 10:17] = -90.0
    drawings: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.uint8]]] = {}
    told = _key(key, 0.5, drawings, "one")
    assert told["box"] == [10, 5, 7, 4]
    assert told["step"] == pytest.approx(90.0 / 127.0)
    assert list(drawings) == ["one"]

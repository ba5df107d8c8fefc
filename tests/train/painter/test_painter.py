"""The painter's training, at toy size: what must hold whatever the widths."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from mien.character import load
from mien.face import REST, WeightsError
from mien.paint.align import canonical, inverse
from mien.paint.drawn import Identity
from mien.paint.gan import GanPainter
from mien.train.core import objectives
from mien.train.core.checkpoint import load_checkpoint
from mien.train.core.distance_maps import DistanceMaps
from mien.train.core.poses import sample_expression
from mien.train.core.run import checkpoints
from mien.train.painter import bundle as bundling
from mien.train.painter.bundle import MOMO_IS, make_bundle
from mien.train.painter.cels import _Pile
from mien.train.painter.critic import Critic, asked, crop_maps
from mien.train.painter.export import INPUTS, _trimmed
from mien.train.painter.landmark_net import Pointed, drawn_points, train_landmark_net
from mien.train.painter.measure import premultiplied, psnr
from mien.train.painter.networks import Block, Generator
from mien.train.painter.recipe import Recipe
from mien.train.painter.source import Batch, as_batch, batches
from mien.train.painter.train import paint_batch, source_of, train_painter, weight_map, widths_of

TOY = Recipe(
    identity=Identity(), picture=64, channels=(16, 16, 16, 16), batch=2, images=16, alone=8, save_every=8,
    penalty_every=2, rate=2e-3,
)  # fmt: skip
WIDTHS = widths_of(TOY, source_of(TOY))


def toy_batch(count: int = 4, recipe: Recipe = TOY) -> Batch:
    return as_batch(next(iter(batches(source_of(recipe), 0, count, count, workers=0))))


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
    torch.manual_seed(0)
    batch = toy_batch(4)
    generator = Generator(WIDTHS)
    optimizer = torch.optim.Adam(generator.parameters(), 5e-3)
    weight = weight_map(WIDTHS, TOY, source_of(TOY))
    losses = []
    for _ in range(150):
        loss = objectives.picture_loss(paint_batch(generator, batch), batch.target, weight)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.25 * losses[0]


def test_every_condition_reaches_the_picture() -> None:
    torch.manual_seed(0)
    batch = toy_batch(2)
    generator = Generator(WIDTHS)
    for block in generator.modules():  # the scales begin at zero on purpose; wake them
        if isinstance(block, Block):
            torch.nn.init.normal_(block.film.weight, std=0.1)
    fields = {name: getattr(batch, name).clone().requires_grad_() for name in INPUTS}
    generator(*fields.values()).square().sum().backward()
    for name, value in fields.items():
        assert value.grad is not None, name
        assert float(value.grad.abs().sum()) > 0, name


def test_what_is_withheld_does_not_matter() -> None:
    torch.manual_seed(0)
    batch = toy_batch(2)
    generator = Generator(WIDTHS).eval()
    without = torch.tensor([[1.0, 0.0]]).repeat(2, 1)
    one = generator(batch.points, batch.place, batch.expression, batch.emotion, batch.noise, without)
    other = generator(batch.points, batch.place, batch.expression * 0, batch.emotion * 0, batch.noise, without)
    assert torch.equal(one, other)


def test_places_are_not_rounded_in_training() -> None:
    torch.manual_seed(0)
    batch = toy_batch(4)
    generator = Generator(WIDTHS)
    given = [getattr(batch, name) for name in INPUTS]
    exact = generator.parts(*given).fields
    with torch.autocast("cpu", torch.bfloat16):
        rounded = generator.parts(*given).fields
    assert float((exact - rounded).detach().abs().max()) < 1e-3


def test_the_slope_penalty_is_the_gradient_that_finite_differences_find() -> None:
    torch.manual_seed(0)
    batch = toy_batch(1)
    critic = Critic(WIDTHS.windows, (WIDTHS.width, WIDTHS.height)).double()
    crops = critic.crops(3)
    maps = [spots.double() for spots in crop_maps(batch, crops)]
    condition = asked(batch).double()
    picture = batch.target.double().clone().requires_grad_()
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


@pytest.mark.filterwarnings("ignore")  # the exporter's own deprecation talk
def test_an_exported_painter_paints_what_was_trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundling, "train_landmark_net", _quick_net)
    monkeypatch.setattr(bundling, "drawn_points", lambda identity, seed, _: drawn_points(identity, seed, 64))
    recipe = replace(TOY, images=8, alone=4)
    train_painter(tmp_path, recipe, progress=False)
    bundle = make_bundle(tmp_path, recipe, replace(MOMO_IS, name="toy"), progress=False)
    generator = Generator(widths_of(recipe, source_of(recipe))).eval()
    load_checkpoint(checkpoints(tmp_path)[-1], {"average": generator}, asdict(recipe), ())
    character = load(str(bundle))
    painter = GanPainter(character, 64, "fp32", 1)
    # its own landmark net's points, so that only the laying together lies between
    pose = sample_expression(np.random.default_rng(5))
    points = painter._landmark_net.points(pose.channels, pose.noise)
    place = painter.canvas.place(points)
    feed = (canonical(points, place, 64), inverse(place), pose.channels, pose.emotion, pose.noise, np.ones(2))
    with torch.no_grad():
        trained = generator(*(torch.from_numpy(np.asarray(part, np.float32))[None] for part in feed))[0]
    canvas = trained.clamp(0, 1).permute(1, 2, 0).numpy()
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    wanted = cv2.warpAffine(canvas, painter.canvas.onto(place, 64), (64, 64), flags=flags)
    assert psnr(premultiplied(painter.paint(pose)), np.asarray(wanted, np.float32)) > 33
    assert painter.paint(REST).pixels.shape == (64, 64, 4)
    assert GanPainter(character, 96, "int8", 1).paint(REST).pixels.shape == (96, 96, 4)


def _quick_net(out: Path, data: Pointed, held_out: Pointed, progress: bool) -> float:
    return train_landmark_net(out, data, held_out, steps=200, progress=progress)


def test_the_pile_of_cels_has_the_gradient_of_plain_arithmetic() -> None:
    torch.manual_seed(0)
    cels = [torch.rand(2, 4, 3, 5, dtype=torch.float64, requires_grad=True) for _ in range(3)]
    plain = cels[0]
    for cel in cels[1:]:
        plain = plain * (1 - cel[:, 3:]) + cel
    laid = _Pile.apply(*cels)  # type: ignore[no-untyped-call]
    assert torch.allclose(laid, plain)
    slope = torch.rand_like(plain)
    for ours, theirs in zip(
        torch.autograd.grad(laid, cels, slope), torch.autograd.grad(plain, cels, slope), strict=True
    ):
        assert torch.allclose(ours, theirs)


def test_a_trimmed_drawing_is_cut_to_where_it_shows() -> None:
    keys = np.full((12, 20, 30, 4), 3, np.uint8)  # the noise of training
    keys[4, 5:9, 10:17] = 200
    cut = _trimmed(keys)
    assert cut["key04"].shape == (4, 7, 4)
    assert cut["corners"][4].tolist() == [10, 5]
    assert cut["key00"].max() == 0

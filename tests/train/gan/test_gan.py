"""The laboratory at toy size: training, its alarms, measuring, taking away."""

from __future__ import annotations

import json
import math
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from mien.cli import main
from mien.face import CLASSES, DeviceError, InputError, SettingsError, WeightsError
from mien.sense.sight import open_analyzer
from mien.train.core import objectives
from mien.train.core.journal import read_journal
from mien.train.core.run import checkpoints
from mien.train.gan.augment import disturbance, disturbed, oftener
from mien.train.gan.classifier import agreement
from mien.train.gan.evaluate import evaluate
from mien.train.gan.export import export_model
from mien.train.gan.located import located
from mien.train.gan.model import Model, load_model, noises, painted, save_model
from mien.train.gan.monitor import Look, Monitor, troubles
from mien.train.gan.networks import Critic, Generator
from mien.train.gan.pictures import Pictures, mirrored
from mien.train.gan.recipe import RECIPES, Alarms, Net, Recipe, Task, chosen
from mien.train.gan.report import verdict, write_report
from mien.train.gan.sample import interpolation, wish
from mien.train.gan.train import train_gan
from mien.train.prepare import Settings, draw

TINY = Net((12, 12, 8))
TOY = Recipe(
    "toy", TINY, replace(TINY, modulated=False), noise=8, batch=4, images=24, save_every=8, watch_every=12,
    precision="fp32", mirror=False,
)  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "drawn"
    draw(72, folder, Settings(size=16, held_out=0.3), seed=3, progress=False)
    return folder


@pytest.fixture(scope="module")
def run(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train_gan(data, tmp_path_factory.mktemp("run") / "toy", TOY, progress=False)


def newest(run: Path) -> dict[str, Tensor]:
    return dict(load_file(checkpoints(run)[-1]))


@pytest.mark.parametrize("changes", [{}, {"augment": 0.4, "mirror": True, "precision": "bf16"}, {"unrolled": 2}])
def test_a_resumed_run_equals_one_that_never_stopped(data: Path, tmp_path: Path, changes: dict[str, object]) -> None:
    recipe = replace(TOY, **changes)  # type: ignore[arg-type]  # each a setting of the recipe
    train_gan(data, tmp_path / "whole", recipe, progress=False)
    # stopped where it looks, for a look in between would tune the disturbance
    train_gan(data, tmp_path / "halves", recipe, progress=False, stop=lambda seen: seen >= 12)
    train_gan(data, tmp_path / "halves", recipe, progress=False)
    whole, halves = newest(tmp_path / "whole"), newest(tmp_path / "halves")
    assert whole.keys() == halves.keys()
    for name, value in whole.items():
        assert torch.equal(value, halves[name]), name


def test_a_run_leaves_a_model_a_journal_pictures_and_three_checkpoints(run: Path) -> None:
    assert load_model(run).seen == TOY.images
    kinds = [row["kind"] for row in read_journal(run / "journal.jsonl")]
    assert kinds.count("look") == 2
    assert (run / "samples.png").stat().st_size > 100
    assert len(checkpoints(run)) == 3


def test_two_processes_learn_what_one_does(data: Path, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = tmp_path / "two.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\nimport torch\ntorch.set_num_threads(1)\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from test_gan import TOY\nfrom mien.train.gan.train import train_gan\n"
        "train_gan(Path(sys.argv[1]), Path(sys.argv[2]), TOY, progress=False)\n"
    )
    train_gan(data, tmp_path / "one", TOY, progress=False)
    environment = {**os.environ, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": "2"}
    command = [sys.executable, str(script), str(data), str(tmp_path / "two")]
    both = [subprocess.Popen(command, env={**environment, "RANK": str(rank)}) for rank in range(2)]
    assert [process.wait(timeout=240) for process in both] == [0, 0]
    one, two = (
        [row for row in read_journal(tmp_path / name / "journal.jsonl") if row["kind"] == "step"]
        for name in ("one", "two")
    )
    for row, other in zip(one, two, strict=True):
        for name in ("critic", "generator", "gap"):
            assert row[name] == pytest.approx(other[name], abs=2e-4), name


def test_every_recipe_and_objective_makes_a_step(data: Path, tmp_path: Path) -> None:
    for name in RECIPES:
        small = replace(RECIPES[name]().generator, channels=(8, 8, 8))
        recipe = chosen(name, generator=small, critic=small, images=4, batch=4, watch_every=4, precision="fp32")
        model = load_model(train_gan(data, tmp_path / name, recipe, progress=False))
        assert model.recipe.name == name
        assert model.task.points == (0 if name == "cast" else 70)
    for objective in ("hinge", "wasserstein", "least-squares", "non-saturating"):
        penalty = "unit-slope" if objective == "wasserstein" else "slopes"
        recipe = replace(TOY, objective=objective, penalty=penalty, images=4, accumulate=2, watch_every=4)
        train_gan(data, tmp_path / objective, recipe, progress=False)
        assert math.isfinite(read_journal(tmp_path / objective / "journal.jsonl")[0]["generator"])


def test_who_it_is_may_be_held_steady(data: Path, tmp_path: Path) -> None:
    recipe = replace(TOY, steady=10.0, images=8, watch_every=4)
    train_gan(data, tmp_path / "whole", recipe, progress=False)
    train_gan(data, tmp_path / "halves", recipe, progress=False, stop=lambda seen: seen >= 4)
    train_gan(data, tmp_path / "halves", recipe, progress=False)
    whole, halves = (read_journal(tmp_path / name / "journal.jsonl")[-2] for name in ("whole", "halves"))
    assert whole["steady"] == halves["steady"] > 0
    pictures = torch.rand(3, 4, 16, 16, generator=torch.Generator().manual_seed(0))
    assert float(objectives.steady_loss(pictures, pictures.roll(1, dims=2))) < float(
        objectives.steady_loss(pictures, pictures * 0.5)
    )


def test_every_condition_reaches_picture_and_score() -> None:
    task = Task(16, 4, ("jawOpen", "yaw"), 70)
    torch.manual_seed(0)
    generator, critic = Generator(task, TOY), Critic(task, TOY)
    given = [torch.randn(2, 8), torch.rand(2, task.asked), torch.rand(2, 70, 2)]
    given = [value.requires_grad_() for value in given]
    picture = generator(*given)
    assert picture.shape == (2, 4, 16, 16)
    picture.square().sum().backward()
    for value in given:
        assert value.grad is not None
        assert float(value.grad.abs().sum()) > 0
    for value in given[1:]:
        value.grad = None
    scores, read = critic(picture.detach(), given[1], given[2])
    assert read.shape == (2, task.asked)
    scores.sum().backward()
    assert all(value.grad is not None and float(value.grad.abs().sum()) > 0 for value in given[1:])


def test_key_points_move_with_the_picture() -> None:
    size, chance = 64, torch.Generator().manual_seed(4)
    points = 0.3 + 0.4 * torch.rand(12, 1, 2, generator=chance)
    cells = (torch.arange(size) + 0.5) / size
    near = (cells[None, None, :] - points[:, :, :1]) ** 2 + (cells[None, :, None] - points[:, :, 1:]) ** 2
    pictures = torch.exp(-near / (2 * 0.03**2))[:, None]
    how = replace(disturbance(chance, 12, 1.0), stain=torch.zeros(12, 3))
    moved, where = disturbed(pictures, points, how)
    brightest = moved[:, 0].flatten(1).argmax(dim=1)
    found = torch.stack([cells[brightest % size], cells[brightest // size]], dim=1)
    assert float((how.affine[:, :, 2]).abs().max()) > 0.05
    assert float((found - where[:, 0]).abs().max()) < 2.0 / size
    flipped, other = mirrored(pictures, points, torch.ones(12, dtype=torch.bool))
    assert torch.equal(flipped, pictures.flip(3))
    assert torch.allclose(other[..., 0], 1.0 - points[..., 0])


def test_mirrored_key_points_are_those_of_the_mirrored_face(data: Path) -> None:
    points = torch.from_numpy(Pictures(data).points[:8].copy())
    yes = torch.ones(8, dtype=torch.bool)
    pictures = torch.zeros(8, 3, 4, 4)
    once = mirrored(pictures, points, yes)[1]
    assert torch.allclose(mirrored(pictures, once, yes)[1], points, atol=1e-6)
    # from left to right the jaw still runs from left to right, and the left eye stays left of the right one
    assert bool((once[:, 16, 0] > once[:, 0, 0]).all())
    assert bool((once[:, 45, 0] > once[:, 36, 0]).all())
    assert bool((once[:, 69, 0] > once[:, 68, 0]).all())


def test_disturbance_follows_the_lead() -> None:
    assert oftener(0.1, 0.9, 0.4, 10_000) > 0.1 > oftener(0.1, 0.0, 0.4, 10_000)
    assert oftener(0.0, 0.0, 0.4, 10_000) == 0.0


# --- alarms


class _Says(Generator):
    """A generator that paints what it is given."""

    def __init__(self, task: Task, pictures: Tensor):
        super().__init__(task, TOY)
        self.pictures = pictures

    def forward(self, noise: Tensor, asked: Tensor, points: Tensor) -> Tensor:  # noqa: ARG002  # as a generator is asked
        """Some of its pictures."""
        chosen_ = (noise[:, 0].abs() * 1e4).long() % len(self.pictures)
        return self.pictures[chosen_]


def test_the_monitor_tells_collapse_and_copying_from_health(data: Path) -> None:
    pictures = Pictures(data)
    monitor = Monitor(pictures, noise=8)
    every = pictures.pixels(np.arange(len(pictures)))
    alike = monitor.look(_Says(pictures.task, every[:1]))
    assert alike.inside < 0.01
    assert alike.twins == 1.0
    kinds = {found.kind for found in troubles(alike, {}, Alarms(grace=0), 10, noisy=True)}
    assert kinds == {"collapse", "memorising"}
    copied = monitor.look(_Says(pictures.task, every))
    assert copied.copies == 1.0
    chance = torch.Generator().manual_seed(0)
    new = (every.roll(1, 0) * 0.5 + every * 0.5 + 0.05 * torch.randn(every.shape, generator=chance)).clamp(0, 1)
    healthy = monitor.look(_Says(pictures.task, new))
    assert healthy.inside > 0.3
    assert healthy.copies < 0.2


@pytest.mark.parametrize(
    ("figures", "kind"),
    [({"gap": 30.0}, "runaway-critic"), ({"slope": 1e-9}, "dead-critic"), ({"critic": math.nan}, "not-finite")],
)
def test_figures_that_call(figures: dict[str, float], kind: str) -> None:
    well = Look(0.8, 0.6, 0.6, 0.9, 0.0, 0.0)
    assert [found.kind for found in troubles(well, figures, Alarms(), 10**6, noisy=True)] == [kind]
    assert not troubles(well, {"gap": 1.0, "slope": 0.1, "critic": 0.6}, Alarms(), 10**6, noisy=True)


def test_a_run_that_leaves_all_bounds_is_stopped(data: Path, tmp_path: Path) -> None:
    wild = replace(TOY, rate=1e6, rate_end=1e6, critic_rate=1e6, images=400, penalty="none", objective="wasserstein")
    with pytest.raises(WeightsError, match=r"not a finite number|stopped by an alarm"):
        train_gan(data, tmp_path / "run", replace(wild, alarms=Alarms(action="stop")), progress=False)
    assert any(row["kind"] == "alarm" for row in read_journal(tmp_path / "run" / "journal.jsonl"))


def test_the_plain_baseline_at_a_high_rate_calls_the_alarm(data: Path, tmp_path: Path) -> None:
    net = Net((16, 16, 16), kernel=5, residual=False, modulated=False)
    recipe = chosen(
        "article", generator=net, critic=net, images=1200, batch=8, rate=1e-6, rate_end=1e-6, critic_rate=8e-3,
        watch_every=300, precision="fp32", alarms=Alarms(gap=4.0),
    )  # fmt: skip
    train_gan(data, tmp_path / "run", recipe, progress=False)
    called = {row["alarm"] for row in read_journal(tmp_path / "run" / "journal.jsonl") if row["kind"] == "alarm"}
    assert called & {"runaway-critic", "dead-critic"}


def test_a_run_rolls_back_and_goes_slower(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    train_gan(data, folder, replace(TOY, images=12), progress=False)
    strict = replace(TOY, images=36, alarms=Alarms(action="roll-back", slope=1e9))
    with pytest.raises(WeightsError, match="roll-backs did not cure it"):
        train_gan(data, folder, strict, progress=False)
    back = [row for row in read_journal(folder / "journal.jsonl") if row.get("alarm") == "rolled-back"]
    assert back
    assert back[-1]["seen"] == 16  # the last that was saved before the trouble was seen


# --- measuring and taking away


def test_a_judge_that_sees_one_feeling_everywhere_is_no_agreement() -> None:
    asked = np.array([0] * 8 + [1, 2])
    blind = agreement(asked, np.zeros(10, np.int64))
    assert blind.share == 0.8
    assert blind.mean == pytest.approx(1 / 3)
    assert agreement(asked, asked).mean == 1.0


def test_faces_are_found_in_pictures_and_their_key_points_compared_with_those_asked_for(tmp_path: Path) -> None:
    draw(16, tmp_path / "drawn", Settings(size=96), seed=2, progress=False)
    pictures = Pictures(tmp_path / "drawn")
    numbers = np.arange(8)
    real, asked = pictures.pixels(numbers), pictures.asked(numbers)
    found = located(real, asked, open_analyzer())
    assert found["found"] >= 0.75
    assert found["inner51"] < 0.1
    away = replace(asked, points=asked.points + 0.1)
    assert located(real, away, open_analyzer())["inner51"] > found["inner51"] + 0.1
    assert located(torch.full_like(real, 0.5), asked, open_analyzer()) == {"pictures": 8, "found": 0.0, "inner51": None}


def test_a_model_is_measured_and_told(run: Path, data: Path, tmp_path: Path) -> None:
    found = evaluate(run, data, count=16, judge_images=128)
    figures = found.figures
    assert set(figures["distances"]) == {"random convolutions", "expression network"}
    coverage = figures["distances"]["random convolutions"]
    assert coverage["training"]["coverage"]["value"] > coverage["painted"]["coverage"]["value"]
    assert figures["faces"]["painted"]["pictures"] == 16
    good, sentence = verdict(figures)
    assert not good
    assert "Not sound" in sentence
    page = tmp_path / "report.html"
    write_report(page, found, run, figures)
    text = page.read_text()
    assert "<script" not in text
    assert "http:" not in text.replace("http://www.w3.org", "")
    assert "https:" not in text
    assert all(name in text for name in ("coverage", "Nearest training pictures", "Recipe", "data:image/png"))
    json.dumps(figures)


@pytest.fixture(scope="module")
def celled(run: Path) -> Model:
    """An untrained generator that mixes its pixels from a palette of four colours."""
    task = load_model(run).task
    recipe = replace(TOY, generator=replace(TINY, palette=4))
    torch.manual_seed(4)
    return Model(Generator(task, recipe).eval().requires_grad_(False), task, recipe, 0, {})


def test_the_noise_alone_chooses_the_palette_and_no_pixel_lies_outside_it(celled: Model) -> None:
    points = torch.rand(2, celled.task.points, 2)
    wishes = torch.cat([wish(celled, name, 1.0, points[0].numpy()).wishes for name in ("happy", "angry")])
    noise = noises(1, 8, 1).repeat(2, 1)
    happy, angry = celled.generator(noise, wishes, points)
    assert not torch.equal(happy, angry)
    chooser = celled.generator.palette
    assert chooser is not None
    colours = 0.5 + 0.5 * chooser.choose(noise[:1]).unflatten(1, (4, -1))[0]  # (4, channels)
    for picture in (happy, angry):
        assert (picture.amax(dim=(1, 2)) <= colours.amax(dim=0) + 1e-6).all()
        assert (picture.amin(dim=(1, 2)) >= colours.amin(dim=0) - 1e-6).all()
    other = 0.5 + 0.5 * chooser.choose(noises(1, 8, 2)).unflatten(1, (4, -1))[0]
    assert float((other - colours).abs().mean()) > 0.05, "another character has other colours before any training"


@pytest.mark.filterwarnings("ignore")  # likewise
@pytest.mark.parametrize("kind", ["onnx", "torchscript"])
def test_a_palette_is_exported_too(celled: Model, tmp_path: Path, kind: str) -> None:
    assert export_model(celled, tmp_path / "model", kind, int8=False)["psnr_to_torch"] > 60.0


@pytest.mark.parametrize("palette", [1, -2])
def test_a_palette_of_one_colour_is_refused(palette: int) -> None:
    with pytest.raises(SettingsError, match="palette: expected 0 or at least 2"):
        Net((8, 8), palette=palette)


def test_a_palette_without_noise_to_choose_it_is_refused() -> None:
    with pytest.raises(SettingsError, match="chooses the generator's palette"):
        replace(TOY, generator=replace(TINY, palette=4), noise=0)


@pytest.mark.filterwarnings("ignore")  # the exporters' own deprecation talk
@pytest.mark.parametrize(
    ("kind", "int8", "least"), [("onnx", False, 60.0), ("torchscript", False, 60.0), ("onnx", True, 20.0)]
)
def test_an_exported_model_paints_the_same(run: Path, tmp_path: Path, kind: str, int8: bool, least: float) -> None:
    found = export_model(load_model(run), tmp_path / "model", kind, int8)
    assert found["psnr_to_torch"] > least
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    if kind == "onnx" and not int8:
        session = onnxruntime.InferenceSession(str(tmp_path / "model"))
        names = {entry.name for entry in session.get_inputs()}
        feed = {"noise": np.zeros((3, 8), np.float32), "asked": np.zeros((3, load_model(run).task.asked), np.float32),
                "points": np.zeros((3, 70, 2), np.float32)}  # fmt: skip
        assert session.run(None, {name: feed[name] for name in names})[0].shape == (3, 3, 16, 16)


def test_the_same_seed_paints_the_same_picture(run: Path, data: Path) -> None:
    model = load_model(run)
    points = Pictures(data).points[0]
    asked = wish(model, "happy", 0.8, points)
    one, other = (painted(model.generator, asked, noises(1, 8, seed)) for seed in (7, 7))
    assert torch.equal(one, other)
    assert not torch.equal(one, painted(model.generator, asked, noises(1, 8, 8)))
    frames = list(interpolation(model, [asked, wish(model, "sad", 1.0, points)], 2, 1))
    assert len(frames) == 24
    assert float(np.abs(frames[0].astype(int) - frames[1].astype(int)).mean()) < 8


# --- bad input


def test_what_does_not_fit_is_refused_by_name(run: Path, data: Path, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="made with noise = 8, the recipe says 9"):
        train_gan(data, run, replace(TOY, noise=9), progress=False)
    with pytest.raises(SettingsError, match="multiple of 32"):
        train_gan(data, tmp_path / "a", replace(TOY, generator=Net((8,) * 6)), progress=False)
    with pytest.raises(InputError, match=r"manifest\.json: .*expected a prepared data set"):
        train_gan(tmp_path, tmp_path / "b", TOY, progress=False)
    with pytest.raises(WeightsError, match="expected a trained model"):
        load_model(tmp_path)
    with pytest.raises(SettingsError, match="expected one of happy, sad"):
        wish(load_model(run), "joy", 1.0, None)
    with pytest.raises(SettingsError, match="this model takes 70 key points"):
        wish(replace(load_model(run), usual={}), "happy", 1.0, None)  # as models of before have none
    with pytest.raises(SettingsError, match="batch: expected a multiple of accumulate"):
        replace(TOY, accumulate=3)


def test_what_was_made_when_neutral_stood_first_is_refused_and_never_misread(
    run: Path, data: Path, tmp_path: Path
) -> None:
    old = tmp_path / "run"
    shutil.copytree(run, old)
    facts = json.loads((old / "model.json").read_text())
    (old / "model.json").write_text(json.dumps({**facts, "format": 1}))
    with pytest.raises(WeightsError, match=r"model\.json: format: expected 2, got 1; train it again"):
        load_model(old)
    last = checkpoints(old)[-1]
    with safe_open(last, "pt") as file:
        notes = {name: value for name, value in file.metadata().items() if name != "format"}
    save_file(load_file(last), last, notes)
    with pytest.raises(WeightsError, match=r"format: expected mien.checkpoint/2, got None; train it again"):
        train_gan(data, old, TOY, progress=False)
    shutil.copytree(data, tmp_path / "set")
    manifest = json.loads((data / "manifest.json").read_text())
    (tmp_path / "set" / "manifest.json").write_text(json.dumps({**manifest, "format": 1}))
    with pytest.raises(InputError, match=r"manifest\.json: format: expected 2, got 1; prepare it again"):
        Pictures(tmp_path / "set")


def test_a_truncated_checkpoint_is_named_and_the_one_before_still_serves(data: Path, tmp_path: Path) -> None:
    folder = train_gan(data, tmp_path / "run", TOY, progress=False)
    last = checkpoints(folder)[-1]
    last.write_bytes(last.read_bytes()[:2000])
    with pytest.raises(WeightsError, match=r"000000024\.safetensors: not a whole checkpoint"):
        train_gan(data, folder, TOY, progress=False)
    last.unlink()
    train_gan(data, folder, TOY, progress=False)
    assert load_model(folder).seen == TOY.images


@pytest.mark.filterwarnings("ignore")  # likewise
def test_the_commands(run: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    points = tmp_path / "points.json"
    points.write_text(json.dumps(Pictures(data).points[0].tolist()))
    grid, clip = tmp_path / "grid.png", tmp_path / "clip.gif"
    assert main(["sample", str(run), "--emotion", "angry", "--seed", "7", "--n", "4", "--points", str(points),
                 "-o", str(grid), "--json"]) == 0  # fmt: skip
    assert json.loads(capsys.readouterr().out)["emotions"] == ["angry"]
    assert main(["sample", str(run), "--interpolate", "--n", "2", "--points", str(points), "-o", str(clip)]) == 0
    assert grid.stat().st_size > 100
    assert clip.stat().st_size > 1000
    assert main(["export", str(run), "--to", "onnx", "-o", str(tmp_path / "model.onnx"), "--json"]) == 0
    capsys.readouterr()
    assert main(["sample", str(run), "-o", str(tmp_path / "grid.bmp"), "--points", str(points)]) == 2
    assert "expected a name that ends in .png" in capsys.readouterr().err
    assert main(["evaluate", str(tmp_path), "--data", str(data)]) == 1


def test_the_documented_route_needs_no_points_of_the_users(
    run: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`prepare --draw`, `train gan`, `sample`: what a pointed model was shown stands in for key points."""
    model = load_model(run)
    assert model.task.points == 70
    assert set(model.usual) == set(CLASSES)
    assert all(points.min() >= 0.0 and points.max() <= 1.0 for points in model.usual.values())
    known = Pictures(data)
    happy = known.points[known.of_class("happy")].mean(axis=0)
    assert np.abs(model.usual["happy"] - np.clip(happy, 0.0, 1.0)).max() < 1e-3
    half = wish(model, "happy", 0.5, None).points[0].numpy()
    assert half == pytest.approx(0.5 * (model.usual["happy"] + model.usual["neutral"]), abs=1e-6)
    asked = ["sample", str(run), "--emotion", "joy", "--n", "2"]
    assert main([*asked, "-o", str(tmp_path / "a.png")]) == 0
    assert main([*asked, "--interpolate", "-o", str(tmp_path / "a.gif")]) == 0
    for path in (tmp_path / "a.png", tmp_path / "a.gif", run / "samples.png"):
        assert b"AIGC" in path.read_bytes()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([[0.5, 1.5]] * 70, "point 0: expected x and y in 0..1"), ([[0.5, 0.5]] * 3, "expected 70 key points, got 3"),
        ([[0.5, 0.5]] * 69 + [[-0.1, 0.2]], "point 69: expected x and y in 0..1"), ({"points": 3}, "a list of"),
        ([[0.5, 10**39]] * 70, "in 0..1"), ("x", "a list of"), ([[0.5]] * 70, "a list of"), ([[[1]]], "a list of"),
    ],
)  # fmt: skip
def test_points_outside_the_picture_are_refused(
    run: Path, tmp_path: Path, given: object, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "points.json").write_text(json.dumps(given))
    arguments = ["sample", str(run), "--points", str(tmp_path / "points.json"), "-o", str(tmp_path / "a.png")]
    assert main(arguments) == 1
    assert says in capsys.readouterr().err
    assert not (tmp_path / "a.png").exists()


def test_a_feeling_that_the_set_lacks_is_told(
    tmp_path: Path, data: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = json.loads((run / "model.json").read_text())
    assert sum(facts["provenance"]["classes"].values()) == len(Pictures(data))
    poor = Path(shutil.copytree(run, tmp_path / "poor"))
    facts["provenance"]["classes"] = dict.fromkeys(CLASSES, 5) | {"disgusted": 0}
    (poor / "model.json").write_text(json.dumps(facts))
    for asked, said in ((["--emotion", "disgusted"], True), (["--emotion", "happy"], False), ([], True)):
        assert main(["sample", str(poor), *asked, "--n", "1", "-o", str(tmp_path / "a.png")]) == 0
        assert ("without a picture of: disgusted" in capsys.readouterr().err) == said


def test_the_first_checkpoint_comes_early_and_says_how_long_it_takes(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = replace(TOY, images=4000, save_every=4000, watch_every=4000)
    out = train_gan(data, tmp_path / "run", recipe, stop=lambda _: bool(checkpoints(tmp_path / "run")))
    assert [path.stem for path in checkpoints(out)] == ["000000032", "000000036"]  # the early one, and the end
    told = capsys.readouterr().err
    assert "3,968 images to go at" in told
    assert "the first checkpoint is in" in told
    train_gan(data, tmp_path / "run", recipe, stop=lambda seen: seen >= 80)
    assert "the first checkpoint" not in capsys.readouterr().err  # it goes on: there was one


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("size", 10**9), ("size", "x"), ("channels", 2), ("points", -1), ("points", 10**9), ("columns", 3),
        ("size", None),
    ],
)  # fmt: skip
def test_a_model_with_nonsense_in_its_facts_is_refused(run: Path, tmp_path: Path, key: str, value: object) -> None:
    bad = Path(shutil.copytree(run, tmp_path / "bad"))
    facts = json.loads((bad / "model.json").read_text())
    facts["task"][key] = value
    (bad / "model.json").write_text(json.dumps(facts))
    with pytest.raises(WeightsError, match="model"):
        load_model(bad)


def test_a_full_disk_is_named_and_leaves_what_was_there(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")

    model = load_model(run)
    save_model(tmp_path, model)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    monkeypatch.setattr("mien.train.core.checkpoint.save_file", full)
    with pytest.raises(DeviceError, match=r"generator.safetensors: cannot write: the disk is full"):
        save_model(tmp_path, model)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before

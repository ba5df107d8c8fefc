"""Training of sight: crops and scenes that know their answers, objectives, a small run from data to a face analyzer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from mien.cli import main
from mien.face import CLASSES, MUSCLES, InputError, SettingsError, WeightsError
from mien.face.channels import channel
from mien.sense.sight import SightAnalyzer, Tracker
from mien.sense.sight.analyzer import JUDGE_SIZE, MAP_SIZE
from mien.sense.sight.crop import around
from mien.sense.sight.finder import STRIDES, read_map
from mien.sense.sight.finder import Finder as Seeker
from mien.train.core import loop
from mien.train.core.checkpoint import save_checkpoint
from mien.train.core.loop import Recipe
from mien.train.prepare import Settings, draw, prepare
from mien.train.sight import measure
from mien.train.sight.crops import Crops, Faces, mirrored
from mien.train.sight.feeler import FeelerRecipe
from mien.train.sight.feeler import objective as feeler_objective
from mien.train.sight.feelings import FeelingCrops, Feelings
from mien.train.sight.finder import FinderRecipe, targets
from mien.train.sight.finder import objective as finder_objective
from mien.train.sight.judge import DRAWN, REAL, JudgeCrops, JudgeRecipe, disordered, hidden
from mien.train.sight.mapper import Losses, MapperRecipe, objective, train_mapper
from mien.train.sight.mistakes import KEPT, mistakes
from mien.train.sight.mover import LEAST_SPREAD, MoverRecipe, MovingCrops, spread_of
from mien.train.sight.mover import objective as mover_objective
from mien.train.sight.networks import FELT, MOVED, Feeler, Finder, Judge, Mapper, Mover
from mien.train.sight.scenes import Scenes, box_of, grounds
from mien.train.sight.train import SightData, SightRecipe, train_sight
from mien.train.sight.weights import export_sight


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn faces with and without alpha, grey ones with labels, and pictures without faces."""
    root = tmp_path_factory.mktemp("sight")
    draw(24, root / "drawn", Settings(size=96, colour="rgba", margin=4.4, held_out=0.3), progress=False)
    draw(24, root / "photos", Settings(size=96, margin=5.0, held_out=0.3), seed=2, progress=False)
    draw(24, root / "labelled", Settings(size=48, colour="grey", held_out=0.3), seed=3, progress=False)
    (root / "empty").mkdir()
    chance = np.random.default_rng(1)
    for number in range(6):
        ground = cv2.resize(chance.integers(0, 256, (7, 9, 3), np.uint8), (320, 240), interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(root / "empty" / f"{number}.jpg"), ground)
    return root


def test_crops_know_where_their_points_are(sets: Path) -> None:
    data = Crops([Faces(sets / "photos", "train")], [1.0], seed=3, spoil=False)
    again = Crops([Faces(sets / "photos", "train")], [1.0], seed=3, spoil=False)
    there = 0
    for number in range(60):
        picture, answers = data[number]
        assert picture.shape == (3, MAP_SIZE, MAP_SIZE)
        assert torch.equal(picture, again[number][0])
        points = answers[:140].reshape(70, 2)
        if answers[-1] == 0:
            assert answers[:-1].isnan().all()
            continue
        there += 1
        assert (points[17:68] > -0.2).all()
        assert (points[17:68] < 1.2).all()
        eyes = points[36:48].mean(dim=0)
        assert torch.hypot(*(eyes - torch.tensor([0.5, 0.38]))) < 0.25
    assert 45 <= there < 60


def test_a_mirrored_face_is_the_other_way_round(sets: Path) -> None:
    known = Faces(sets / "drawn", "train")[0]
    picture, points, output = mirrored(known.pixels, (known.points / 96).astype(np.float32), known.channels)
    assert np.array_equal(picture[:, ::-1], known.pixels)
    assert output[MUSCLES.index("mouthSmileLeft")] == known.channels[MUSCLES.index("mouthSmileRight")]
    assert output[channel("yaw")] == -known.channels[channel("yaw")]
    assert np.allclose(points[36], [1.0 - known.points[45, 0] / 96, known.points[45, 1] / 96], atol=1e-6)
    back = mirrored(picture, points, output)
    assert np.allclose(back[1], known.points / 96, atol=1e-6)
    assert np.array_equal(back[2], known.channels)


def test_the_mapper_is_right_where_it_says_the_truth(sets: Path) -> None:
    data = Crops([Faces(sets / "drawn", "train")], [1.0], seed=1)
    answers = torch.stack([data[number][1] for number in range(32)])
    output = torch.nan_to_num(torch.cat([answers[:, :140], answers[:, 192:]], dim=1)).requires_grad_()
    truth = torch.where(answers[:, -1:] > 0, 40.0, -40.0)
    right = objective(torch.cat([output[:, :-1], truth], dim=1), answers, Losses())
    assert 0.0 <= float(right.detach()) < 0.1
    wrong = objective(torch.cat([output[:, :-1] + 0.1, truth], dim=1), answers, Losses())
    assert float(wrong.detach()) > 20 * float(right.detach())
    wrong.backward()  # type: ignore[no-untyped-call]
    assert output.grad is not None
    assert output.grad.isfinite().all()


def test_the_mover_learns_what_the_muscles_do(sets: Path) -> None:
    data = MovingCrops([Faces(sets / "drawn", "train")], [1.0], seed=1)
    picture, answers = data[5]
    assert torch.equal(picture, data[5][0])
    assert picture.shape == (1, 80, 80)
    eyes = answers[52:].reshape(70, 2)[36:48].mean(dim=0)
    assert torch.hypot(*(eyes - torch.tensor([0.5, 0.36]))) < 0.2
    batch = torch.stack([data[number][1] for number in range(16)])
    spread = spread_of([Faces(sets / "drawn", "train")])
    assert float(spread.min()) >= LEAST_SPREAD - 1e-6
    assert float(mover_objective(torch.nan_to_num(batch), batch, 0.3, spread)) == 0.0
    jaw, press = MUSCLES.index("jawOpen"), MUSCLES.index("mouthPressLeft")
    spread[jaw], spread[press] = 0.2, 0.05

    def missed(muscle: int, by: float) -> float:
        output = torch.nan_to_num(batch).clone()
        output[:, muscle] += by
        return float(mover_objective(output, batch, 0.3, spread))

    assert missed(jaw, 0.2) > missed(jaw, 0.1) > 0.0
    assert missed(press, 0.1) > 2.0 * missed(jaw, 0.1)  # what moves little counts for more
    batch[:, :52] = torch.nan
    assert missed(jaw, 0.2) == 0.0


def test_the_feeler_learns_labels_where_there_are_some_and_muscles_where_they_are_known(sets: Path) -> None:
    labelled = Feelings(sets / "labelled", "train")
    aligned = [Feelings(sets / name, "train", aligned=True) for name in ("photos", "drawn")]
    assert np.isnan(aligned[0].own).all()  # their folders name no feeling
    assert not np.isnan(aligned[1].own).any()  # the artist says what he draws
    data = FeelingCrops([labelled], aligned, [(40, 32), (1_000, 48)], seed=1)
    pairs = [data[number] for number in range(80)]
    assert {picture.shape[-1] for picture, _ in pairs[:40]} == {32}
    assert {picture.shape[-1] for picture, _ in pairs[40:]} == {48}
    assert torch.equal(data[7][0], pairs[7][0])
    answers = torch.stack([one for _, one in pairs])
    felt, moved = ~answers[:, 0].isnan(), ~answers[:, 18].isnan()
    assert set(zip(felt.tolist(), moved.tolist(), strict=True)) == {(True, False), (False, True), (True, True)}
    eyes = answers[moved][:, 70:].reshape(-1, 70, 2)[:, 36:48].mean(dim=1)
    assert torch.hypot(*(eyes - torch.tensor([0.5, 0.4])).T).max() < 0.35
    spread = torch.full((52,), 0.1)

    def value(change: dict[int, float]) -> float:
        output = torch.nan_to_num(answers).clone()
        output[:, :18] = torch.log(output[:, :18] + 1e-9)
        for column, by in change.items():
            output[:, column] += by
        return float(feeler_objective(output, answers, 0.3, spread))

    assert value({8: 4.0}) > value({}) + 0.1  # neutral, by the own label
    assert value({17: 4.0}) > value({}) + 0.1  # by the votes
    assert value({18 + MUSCLES.index("jawOpen"): 0.3}) > value({}) + 0.005
    logits = Feeler().eval()(torch.zeros(2, 1, 32, 32))
    assert logits.shape == (2, sum(FELT))
    assert Feeler(own=0.5).eval()(torch.zeros(2, 1, 48, 48)).shape == (2, 9)


def test_what_the_finder_takes_for_a_face_is_learnt_from(sets: Path, tmp_path: Path) -> None:
    empty = grounds(sets / "empty")
    faces = [Faces(sets / "drawn", "train")]
    scenes = Scenes(faces, [1.0], empty, seed=1)

    def everywhere(pictures: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """Says that there is a face of 48 pixels in the middle of each cell of 32."""
        height, width = pictures.shape[1:3]
        maps = [np.full((1, 15, height // stride, width // stride), -9.0, np.float32) for stride in STRIDES]
        maps[2][:, 0] = 9.0
        maps[2][:, 1:5] = 24.0 / (4.0 * 32)
        maps[2][:, 5:] = np.array([-8, -8, 8, -8, 0, 0, -6, 8, 6, 8], np.float32)[None, :, None, None] / (4.0 * 32)
        return maps

    found = mistakes(Seeker(everywhere), scenes, empty, 2, tmp_path / "kept.npy", progress=False)
    assert found.shape[1:] == (KEPT, KEPT, 3)
    assert len(found) >= 3 * len(empty)
    again = mistakes(Seeker(everywhere), scenes, [], 0, tmp_path / "kept.npy", progress=False)
    assert np.array_equal(found, again)
    data = Crops(faces, [1.0], seed=2, mistaken=found)
    without = Crops(faces, [1.0], seed=2)
    assert sum(float(data[n][1][-1] == 0) for n in range(80)) > sum(float(without[n][1][-1] == 0) for n in range(80))
    (tmp_path / "kept.npy").write_bytes(b"no array")
    with pytest.raises(InputError, match="expected the finder's mistakes"):
        mistakes(Seeker(everywhere), scenes, [], 0, tmp_path / "kept.npy", progress=False)


def test_scenes_know_their_faces(sets: Path) -> None:
    data = Scenes([Faces(sets / "drawn", "train")], [1.0], grounds(sets / "empty"), seed=1)
    seen = 0
    for number in range(30):
        picture, rows = data[number]
        assert picture.shape == (3, 256, 256)
        for row in rows[~rows[:, 0].isnan()].numpy():
            seen += 1
            left, top, right, bottom = row[:4]
            points = row[4:].reshape(5, 2)
            assert right > left
            assert bottom > top
            assert (points[:, 0] > left - 2).all()
            assert (points[:, 0] < right + 2).all()
            assert points[0, 0] < points[1, 0] + 1e-3 or abs(points[0, 1] - points[1, 1]) > 1  # not mirrored
    assert seen > 20
    assert box_of(Faces(sets / "drawn", "train")[0].points)[1] < Faces(sets / "drawn", "train")[0].points[17:27].min()


def test_the_finder_is_asked_for_every_face_and_for_nothing_else() -> None:
    faces = torch.full((2, 3, 14), torch.nan)
    for row, (x, y, side) in enumerate([(60.0, 50.0, 20.0), (150.0, 140.0, 120.0), (40.0, 200.0, 60.0)]):
        box = torch.tensor([x - side / 2, y - side / 2, x + side / 2, y + side / 2])
        five = torch.tensor([x, y]) + side * torch.tensor(
            [[-0.2, -0.1], [0.2, -0.1], [0, 0.1], [-0.1, 0.3], [0.1, 0.3]]
        )
        faces[0, row] = torch.cat([box, five.reshape(-1)])
    asked = [targets(faces, 256, 256, level) for level in range(3)]
    assert [bool(ask[0].any()) for _, _, ask in asked] == [True, True, True]
    assert not any(bool(ask[1].any()) for _, _, ask in asked)
    for level, (near, answers, ask) in enumerate(asked):
        y, x = (int(value) for value in torch.nonzero(near[0] == 1.0)[0])
        said = np.concatenate([20.0 * near[0, None].numpy() - 10.0, answers[0].numpy()])
        sure = max(
            read_map(np.nan_to_num(said), STRIDES[level]), key=lambda row: float(row[0])
        )  # as the finder reads it
        assert min(float(np.abs(sure[1:] - row.numpy()).max()) for row in faces[0]) < 1e-3
        assert ask[0, y, x]
    maps = [torch.zeros(2, 15, 256 // stride, 256 // stride, requires_grad=True) for stride in STRIDES]
    loss = finder_objective(maps, faces, 256, 256)
    loss.backward()  # type: ignore[no-untyped-call]
    assert all(one.grad is not None and one.grad.isfinite().all() for one in maps)


def test_the_judge_sees_faces_and_what_is_none(sets: Path) -> None:
    faces = [[Faces(sets / name, "train")] for name in ("photos", "drawn")]
    chance = np.random.default_rng(3)
    mistaken = chance.integers(0, 256, (5, KEPT, KEPT, 3), np.uint8)
    data = JudgeCrops(faces[0], faces[1], mistaken, grounds(sets / "empty"), seed=4)
    pairs = [data[number] for number in range(200)]
    assert torch.equal(data[7][0], pairs[7][0])
    assert {tuple(picture.shape) for picture, _ in pairs} == {(3, JUDGE_SIZE, JUDGE_SIZE)}
    shares = np.bincount([int(which) for _, which in pairs], minlength=3) / len(pairs)
    assert np.abs(shares - [REAL, DRAWN, 1.0 - REAL - DRAWN]).max() < 0.12
    with pytest.raises(SettingsError, match="expected real and drawn faces"):
        JudgeCrops(faces[0], [], mistaken, grounds(sets / "empty"), seed=4)


def test_a_face_is_hidden_in_part_and_put_out_of_order(sets: Path) -> None:
    chance = np.random.default_rng(2)
    known = Faces(sets / "photos", "train")[0]
    square = around(known.points)
    face, points = square.cut(known.pixels, JUDGE_SIZE), square.of(known.points).astype(np.float32)
    for _ in range(60):
        changed = (hidden(face, points, chance) != face).any(axis=2).mean()
        assert 0.0 < changed < 0.75
        other = disordered(face, chance)
        assert other.shape == face.shape
        assert (other != face).any()
        assert np.array_equal(np.sort(other.reshape(-1, 3), axis=0), np.sort(face.reshape(-1, 3), axis=0))


def test_a_run_goes_on_where_it_stopped(sets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = MapperRecipe(Recipe(samples=96, batch=8, warm_up=16, save_every=48, workers=0, precision="fp32"))
    whole = train_mapper([sets / "photos"], tmp_path / "whole", recipe, progress=False)
    kept = save_checkpoint

    def killed(*arguments: Any) -> None:
        kept(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(loop, "save_checkpoint", killed)
    with pytest.raises(KeyboardInterrupt):
        train_mapper([sets / "photos"], tmp_path / "parts", recipe, progress=False)
    monkeypatch.setattr(loop, "save_checkpoint", kept)
    again = train_mapper([sets / "photos"], tmp_path / "parts", recipe, progress=False)
    for one, other in zip(whole.state_dict().values(), again.state_dict().values(), strict=True):
        assert torch.allclose(one, other, atol=1e-5)


def test_from_data_to_a_analyzer(sets: Path, tmp_path: Path) -> None:
    short = Recipe(samples=32, batch=8, warm_up=16, workers=0)
    recipe = SightRecipe(
        MapperRecipe(short), FinderRecipe(short), MoverRecipe(short), FeelerRecipe(short), JudgeRecipe(short), scenes=4
    )
    data = SightData([sets / "photos"], [sets / "labelled"], [sets / "drawn"], sets / "empty")
    weights = train_sight(data, tmp_path / "run", recipe, progress=False)
    assert sum(path.stat().st_size for path in weights.iterdir()) < 6_010_000
    analyzer = SightAnalyzer(weights)
    known = Faces(sets / "photos", "held_out")[0]
    (face,) = analyzer.see(known.pixels, crop=True)
    assert face.landmarks.points.shape == (70, 2)
    assert 0.9 < float(analyzer.felt_alone(np.zeros((48, 48, 3), np.uint8)).sum()) < 1.1
    Tracker(analyzer).see(known.pixels, 0.0)
    assert measure.points(analyzer, Faces(sets / "photos", "held_out"))["faces"] > 0
    figures = measure.feelings(analyzer, sets / "labelled")
    assert 0.0 <= figures["accuracy_own"] <= 1.0
    assert sum(map(sum, figures["confusion"])) <= figures["pictures"]
    found = measure.detection(analyzer, [Faces(sets / "photos", "held_out")], grounds(sets / "empty"), count=1)
    assert set(found) == {"close", "small", "dark", "rotated", "false_boxes_in_100", "empty_pictures"}


def test_an_exported_net_says_what_the_trained_one_says(tmp_path: Path) -> None:
    torch.manual_seed(1)
    mapper, mover = Mapper().eval(), Mover(outputs=MOVED[0]).eval()
    export_sight(Finder(), mapper, mover, Feeler(own=0.5), Judge(), 1.0, tmp_path / "weights")
    analyzer = SightAnalyzer(tmp_path / "weights")
    pixels = np.random.default_rng(1).integers(0, 256, (112, 112, 3), np.uint8)
    with torch.no_grad():
        want = mapper(torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255.0)[0].numpy()
        muscles = mover(torch.from_numpy(pixels[None, None, :80, :80, 0]).float() / 255.0)[0].numpy()
    assert np.abs(analyzer._mapper(pixels[None])[0][0] - want).max() < 5e-3
    assert np.abs(analyzer._mover(np.ascontiguousarray(pixels[None, :80, :80, :1]))[0][0] - muscles).max() < 5e-3


def test_the_feelers_order_is_what_its_facts_say(tmp_path: Path) -> None:
    """The feeler that ships was trained with neutral first; a new one is exported in the order of the classes."""
    export_sight(Finder(), Mapper(), Mover(outputs=MOVED[0]), Feeler(own=0.5), Judge(), 1.0, tmp_path)
    facts = json.loads((tmp_path / "sight.json").read_text())
    assert facts["classes"] == list(CLASSES)
    views = np.random.default_rng(1).integers(0, 256, (1, 48, 48), np.uint8)
    plain = SightAnalyzer(tmp_path).feel(views)
    other = [*CLASSES[4:], *CLASSES[:4]]
    (tmp_path / "sight.json").write_text(json.dumps({**facts, "classes": other}))
    assert SightAnalyzer(tmp_path).feel(views).tolist() == [plain[other.index(name)] for name in CLASSES]
    (tmp_path / "sight.json").write_text(json.dumps({**facts, "classes": other[1:]}))
    with pytest.raises(WeightsError, match="expected the facts of the nets"):
        SightAnalyzer(tmp_path)


def test_an_analyzer_labels_what_is_prepared(sets: Path, tmp_path: Path) -> None:
    from mien.face import Face

    class Fixed:
        """Sees the same in every picture that is not black."""

        def __init__(self) -> None:
            self.face = SightAnalyzer(tmp_path / "weights").see(Faces(sets / "photos", "train")[0].pixels, crop=True)[0]

        def see(self, picture: NDArray[np.uint8], crop: bool = False) -> list[Face]:
            assert crop in (False, True)
            return [self.face] if picture.max() > 0 else []

    export_sight(Finder(), Mapper(), Mover(outputs=MOVED[0]), Feeler(own=0.5), Judge(), 1.0, tmp_path / "weights")
    source = tmp_path / "plain"
    source.mkdir()
    for number in range(10):
        picture = np.random.default_rng(number).integers(1, 255, (40, 40, 3), np.uint8)
        cv2.imwrite(str(source / f"{number}.png"), picture)
    cv2.imwrite(str(source / "black.png"), np.zeros((40, 40, 3), np.uint8))
    manifest = prepare(source, tmp_path / "set", Settings(size=32), progress=False, analyzer=Fixed())
    assert manifest["with_points"] == 10
    assert "mouthSmileLeft" in manifest["columns"]
    assert [one["why"] for one in manifest["skipped"]] == ["no face was found in it"]


def test_bad_arguments(sets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SettingsError, match=r"margin: expected 2\.\.12"):
        Settings(margin=0.5)
    arguments = ["train", "sight", "-o", str(tmp_path)]
    for name, folder in (("faces", "photos"), ("drawn", "drawn"), ("labelled", "labelled"), ("empty", "empty")):
        arguments += [f"--{name}", str(sets / folder)]
    arguments += ["--share", "2"]
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert "--share: expected a number in 1e-06..1, got '2'" in capsys.readouterr().err
    (tmp_path / "views").mkdir()
    arguments[3] = str(tmp_path / "out")
    assert main([*arguments[:-1], "0.001", "--empty", str(tmp_path / "views")]) == 1
    assert "expected pictures without faces" in capsys.readouterr().err

"""`mien look`: the nets that ship see the drawn character, and what they see is told and written."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from mien.face import CLASSES, MUSCLES, REST, Expression, prototype
from mien.face.emotion import Emotion
from mien.paint.drawn import MOMO, Artist, Identity, key_points
from mien.sense.sight import SightAnalyzer, Tracker

Run = Callable[..., Any]
GROUND = (210, 214, 220)


def drawn(expression: Expression = REST, identity: Identity = MOMO, size: int = 256) -> NDArray[np.uint8]:
    return Artist(identity, size).paint(expression).over(GROUND)


def save(path: Path, pixels: NDArray[np.uint8]) -> Path:
    assert cv2.imwrite(str(path), np.ascontiguousarray(pixels[..., ::-1]))
    return path


def film(path: Path, frames: list[NDArray[np.uint8]], fps: int = 20) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps)
        stream.height, stream.width, stream.pix_fmt = *frames[0].shape[:2], "yuv420p"
        for pixels in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def analyzer() -> SightAnalyzer:
    return SightAnalyzer()


def test_points_of_drawn_faces_lie_where_the_artist_put_them(analyzer: SightAnalyzer) -> None:
    errors = []
    for seed in range(900, 912):
        identity = Identity.of(seed)
        true = key_points(identity, REST).points
        (face,) = analyzer.see(drawn(identity=identity))
        apart = float(np.hypot(*(true[45] - true[36])))
        errors.append(float(np.hypot(*(face.landmarks.points - true)[17:68].T).mean()) / apart)
    assert np.mean(errors) < 0.06


def test_a_turned_head_a_blink_and_an_open_mouth_are_seen(analyzer: SightAnalyzer) -> None:
    (rest,) = analyzer.see(drawn())
    (turned,) = analyzer.see(drawn(Expression.of({"yaw": 0.35, "roll": 0.25})))
    assert turned.expression["yaw"] - rest.expression["yaw"] > 0.15
    assert turned.expression["roll"] - rest.expression["roll"] > 0.12
    (busy,) = analyzer.see(drawn(Expression.of({"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0, "jawOpen": 0.8})))
    assert busy.expression["eyeBlinkLeft"] - rest.expression["eyeBlinkLeft"] > 0.4
    assert busy.expression["jawOpen"] - rest.expression["jawOpen"] > 0.3


def test_a_picture_is_told_as_json(run: Run, tmp_path: Path) -> None:
    path = save(tmp_path / "momo.png", drawn(prototype(Emotion(happy=1.0)), size=512))
    ran = run("look", path, "--json", "--overlay", tmp_path / "seen.png", "--csv", tmp_path / "seen.csv")
    assert ran.code == 0
    told = json.loads(ran.out)
    assert (told["source"], told["t"], told["width"], told["height"]) == (str(path), 0.0, 512, 512)
    (face,) = told["faces"]
    assert list(face) == [
        "id", "box", "landmarks", "head", "muscles", "gaze", "feelings", "dominant", "valence", "arousal", "confidence",
        "kind",
    ]  # fmt: skip
    assert np.array(face["landmarks"]).shape == (70, 2)
    assert tuple(face["muscles"]) == MUSCLES
    assert tuple(face["feelings"]) == CLASSES
    assert face["kind"] == "drawn"
    assert face["dominant"] == "happy"
    x, y, w, h = face["box"]
    assert 100 < x + w / 2 < 400
    assert 150 < y + h / 2 < 450
    assert b"TC260" not in (tmp_path / "seen.png").read_bytes()  # a photograph that was drawn upon is not generated
    shown = cv2.imread(str(tmp_path / "seen.png"))
    assert shown is not None
    assert shown.shape == (512, 512, 3)
    rows = list(csv.DictReader((tmp_path / "seen.csv").read_text().splitlines()))
    assert len(rows) == 1
    assert float(rows[0]["x30"]) == face["landmarks"][30][0]
    assert rows[0]["dominant"] == "happy"


def test_a_crop_always_gives_one_face(run: Run, tmp_path: Path) -> None:
    small = cv2.resize(drawn()[70:216, 56:202], (48, 48), interpolation=cv2.INTER_AREA)
    path = save(tmp_path / "crop.png", np.asarray(small, np.uint8))
    told = json.loads(run("look", path, "--crop", "--json").out)
    assert len(told["faces"]) == 1
    assert 10 < np.array(told["faces"][0]["landmarks"])[:, 0].mean() < 38


def test_pictures_without_faces_have_none(run: Run, tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    save(tmp_path / "flat.png", np.full((240, 320, 3), 90, np.uint8))
    save(tmp_path / "noise.png", chance.integers(0, 256, (240, 320, 3), np.uint8))
    save(tmp_path / "dot.png", np.zeros((1, 1, 3), np.uint8))
    ran = run("look", tmp_path)
    assert ran.code == 0
    assert ran.out.count("no face") == 3


def test_two_people_keep_their_numbers(analyzer: SightAnalyzer) -> None:
    tracker = Tracker(analyzer)
    seen = []
    for number in range(12):
        pose = Expression.of({"yaw": 0.02 * number, "jawOpen": 0.05 * number})
        pair = np.concatenate([drawn(pose), drawn(pose, Identity.of(905))], axis=1)
        seen.append({face.id: face.box[0] for face in tracker.see(pair, number / 20)})
    assert all(set(one) == {0, 1} for one in seen)
    sides = {name: [one[name] < 0.5 for one in seen] for name in (0, 1)}
    assert len(set(sides[0])) == len(set(sides[1])) == 1
    assert tracker.see(np.full((256, 512, 3), 128, np.uint8), 0.7) == []


def test_a_video_drives_the_character(run: Run, tmp_path: Path) -> None:
    frames = [drawn(Expression.of({"jawOpen": 0.8 * (number % 10 > 4), "yaw": 0.01 * number})) for number in range(24)]
    path = film(tmp_path / "v.mp4", [*frames, *([np.full_like(frames[0], 120)] * 6)])
    ran = run(
        "look", path, "--drive", tmp_path / "d.mp4", "--plot", tmp_path / "p.png", "--overlay", tmp_path / "o.mp4",
        "--painter", "artist", "--size", 128, "--fps", 20,
    )  # fmt: skip
    assert ran.code == 0
    with av.open(str(tmp_path / "d.mp4")) as container:
        painted = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert 30 <= len(painted) <= 42
    assert np.abs(painted[8].astype(int) - painted[3]).max() > 40
    assert (tmp_path / "p.png").stat().st_size > 1000
    with av.open(str(tmp_path / "o.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 30


def test_a_damaged_video_is_looked_at_and_ends_with_a_warning(run: Run, tmp_path: Path) -> None:
    chance = np.random.default_rng(2)
    beside = [chance.integers(0, 256, (192, 64, 3), np.uint8) for _ in range(40)]  # so that each frame has its weight
    path = film(tmp_path / "v.mkv", [np.hstack([drawn(size=192), noise]) for noise in beside])
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    ran = run("look", path, "--json", "--csv", tmp_path / "seen.csv")
    assert ran.code == 0
    seen = len(ran.out.splitlines())
    assert 10 < seen < 30
    assert len((tmp_path / "seen.csv").read_text().splitlines()) == seen + 1
    assert f"mien look: {path}: ends after" in ran.err


def test_an_animated_picture_is_followed_like_a_video(run: Run, tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    frames = [image.fromarray(drawn(Expression.of({"yaw": 0.05 * number}))) for number in range(4)]
    for name in ("a.gif", "a.webp", "a.png"):
        frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:], duration=100)
        told = [json.loads(line) for line in run("look", tmp_path / name, "--json").out.splitlines()]
        assert [one["t"] for one in told] == [0.0, 0.1, 0.2, 0.3]
        assert [[face["id"] for face in one["faces"]] for one in told] == [[0]] * 4


def test_a_face_that_moved_far_between_two_pictures_is_mapped_where_it_is_now(analyzer: SightAnalyzer) -> None:
    def at(place: int) -> NDArray[np.uint8]:
        picture = np.full((256, 512, 3), GROUND, np.uint8)
        picture[:, place : place + 256] = drawn(prototype(Emotion(surprised=1.0)))
        return picture

    errors = []
    for far in (40, 55, 70):
        tracker = Tracker(analyzer)
        tracker.see(at(100), 0.0)
        (face,) = tracker.see(at(100 + far), 0.9)  # so late that the filter has nothing to say
        (fresh,) = analyzer.see(at(100 + far))
        errors.append(float(np.hypot(*((face.landmarks.points - fresh.landmarks.points) * (512, 256)).T).mean()))
    assert max(errors) < 2.0  # pixels


def test_many_faces_are_all_found(analyzer: SightAnalyzer) -> None:
    rows = [[drawn(identity=Identity.of(930 + 6 * row + column), size=192) for column in range(6)] for row in range(3)]
    crowd = np.vstack([np.hstack(row) for row in rows])
    faces = analyzer.see(crowd)
    places = {(int(face.box[0] * 6 + face.box[2] * 3), int(face.box[1] * 3 + face.box[3] * 1.5)) for face in faces}
    assert len(faces) == len(places) == 18
    assert len(Tracker(analyzer).see(crowd, 0.0)) == 18


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nothing.png",), 1, "nothing is there"), (("cut.png",), 1, "not a whole picture"),
        (("cut.mp4",), 1, "not a whole video"), (("notes.txt",), 1, "expected .png"),
        (("fine.png", "--analyzer", "eye"), 2, "no face analyzer 'eye'; there are: mien"),
        (("fine.png", "--analyzer", "no.task"), 1, "mediapipe"),
        (("fine.png", "--overlay", "o.avi"), 2, ".mp4 or .png"),
        (("fine.png", "--drive", "d.mp4"), 2, "expected one video"),
        ((".", "--overlay", "o.png"), 2, "shows one picture"),
        (("camera:x",), 2, "expected a whole number"), (("camera:97",), 1, "camera 97"),
        (("fine.png", "--csv", "no/folder.csv"), 2, "no folder"),
    ],
)  # fmt: skip
def test_bad_input(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "fine.png", drawn(size=128))
    for name in ("cut.png", "cut.mp4", "notes.txt"):
        Path(name).write_bytes(b"nothing of the kind" * 20)
    ran = run("look", *arguments)
    assert ran.code == code, ran.err
    assert said in ran.err
    assert not list(tmp_path.glob("*.part"))

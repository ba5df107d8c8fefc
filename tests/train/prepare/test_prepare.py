"""A data set out of what the world sends: folders, tables, zip files, video, and what is wrong in them."""

from __future__ import annotations

import json
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mien.cli import main
from mien.face import CLASSES, InputError, SettingsError
from mien.paint.drawn import Identity, draw, key_points
from mien.train.core.poses import sample_expression
from mien.train.prepare import Map, Prepared, Settings, prepare, read_map
from mien.train.prepare import draw as draw_set
from mien.train.prepare.labels import known, voted
from mien.train.prepare.picture import coloured, crop, decode
from mien.train.prepare.twins import Twins

PLAIN = Settings(size=32, held_out=0.25)


def noise(number: int, side: int = 40, channels: int = 3) -> NDArray[np.uint8]:
    """A smooth picture that no other number has."""
    chance = np.random.default_rng(number)
    small = chance.integers(0, 256, (6, 6, channels), np.uint8)
    return np.asarray(cv2.resize(small, (side, side), interpolation=cv2.INTER_CUBIC), np.uint8).reshape(side, side, -1)


def save(path: Path, pixels: NDArray[np.uint8]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).save(path)


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    """Twelve pictures in each of two folders."""
    for number in range(24):
        save(tmp_path / "faces" / ("happy" if number % 2 else "Angry") / f"{number:02d}.png", noise(number))
    return tmp_path / "faces"


def test_a_folder_of_folders(faces: Path, tmp_path: Path) -> None:
    manifest = prepare(faces, tmp_path / "set", replace(PLAIN, licence="ours"), progress=False)
    train, held = (Prepared(tmp_path / "set", split) for split in ("train", "held_out"))
    assert len(train) + len(held) == 24
    assert min(len(train), len(held)) > 0
    assert manifest["licence"] == "ours"
    assert json.loads((tmp_path / "set" / "manifest.json").read_text()) == manifest
    sample = train[0]
    assert sample.pixels.shape == (32, 32, 3)
    assert CLASSES[int(sample.label.argmax())] == ("happy" if sample.name.startswith("happy") else "angry")
    assert np.isnan(sample.points).all()
    assert float(np.mean(train.weights)) == pytest.approx(1.0, abs=1e-5)
    again = prepare(faces, tmp_path / "again", replace(PLAIN, licence="ours"), progress=False)
    assert again["sha256"] == manifest["sha256"]


def test_the_shards_are_plain_tar_files_in_the_webdataset_layout(faces: Path, tmp_path: Path) -> None:
    prepare(faces, tmp_path / "set", PLAIN, progress=False)
    with tarfile.open(tmp_path / "set" / "train-00000.tar") as tar:
        names = tar.getnames()
        facts = tar.extractfile("000000000.json")
        assert facts is not None
        assert set(json.loads(facts.read())) == {"name", "group", "label"}
    assert names[:2] == ["000000000.png", "000000000.json"]


def test_damaged_huge_tiny_and_grey_pictures_do_not_stop_it(faces: Path, tmp_path: Path) -> None:
    (faces / "happy" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    (faces / "happy" / "cut.png").write_bytes((faces / "happy" / "01.png").read_bytes()[:200])
    save(faces / "happy" / "tiny.png", noise(90, 1))
    save(faces / "Angry" / "grey.png", noise(91, channels=1))
    Image.new("1", (10_000, 10_000)).save(faces / "Angry" / "huge.png")
    save(faces / "puzzled" / "x.png", noise(92))
    manifest = prepare(faces, tmp_path / "set", PLAIN, progress=False)
    why = {entry["name"]: entry["why"] for entry in manifest["skipped"]}
    assert set(why) == {"happy/broken.png", "happy/cut.png", "happy/tiny.png", "Angry/huge.png", "puzzled/x.png"}
    assert "megapixels" in why["Angry/huge.png"]
    assert "at least 16 pixels" in why["happy/tiny.png"]
    assert "'puzzled'" in why["puzzled/x.png"]
    assert sum(part["pictures"] for part in manifest["splits"].values()) == 25


def test_a_sprite_pack_is_labelled_by_its_file_names(tmp_path: Path) -> None:
    names = ("joy", "anger_2", "grief", "fear", "neutral", "emotion_sad", "sad_or_happy", "saddle", "embarrassment")
    for number, name in enumerate(names):
        save(tmp_path / "pack" / f"{name}.png", noise(number))
    for number in range(3):
        save(tmp_path / "pack" / f"joy-{number}.png", noise(20 + number))
    manifest = prepare(tmp_path / "pack", tmp_path / "set", replace(PLAIN, held_out=0.0), progress=False)
    counts = manifest["splits"]["train"]["classes"]
    assert {name: count for name, count in counts.items() if count} == {
        "neutral": 1, "happy": 4, "sad": 2, "angry": 1, "afraid": 1, "shy": 1,
    }  # fmt: skip
    assert [entry["name"] for entry in manifest["skipped"]] == ["sad_or_happy.png", "saddle.png"]


def test_own_label_names(faces: Path, tmp_path: Path) -> None:
    (faces / "happy").rename(faces / "grinsend")
    with pytest.raises(InputError, match="'grinsend' is none that is known"):
        prepare(faces, tmp_path / "set", PLAIN, progress=False)
    manifest = prepare(faces, tmp_path / "set", replace(PLAIN, own=Map({"grinsend": "happy"})), progress=False)
    assert manifest["splits"]["train"]["classes"]["happy"] > 0


def test_a_map_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    for text, said in (
        ('[labels]\ngrinsend = "gleeful"', "grinsend: expected one of happy, sad"),
        ('[numbers]\nAH = "jawOpn"', "AH: expected mien's channels"),
        ("[numbers]\nAH = { jawOpen = true }", "AH: jawOpen: expected a factor, got True"),
        ("[points]\nchin = 70", r"chin: expected numbers of key points in 0..69, got 70"),
        ('chin = "x"', "chin: expected the tables labels, numbers, points"),
        ("[", "not TOML"),
    ):
        path.write_text(text)
        with pytest.raises(SettingsError, match=said):
            read_map(path)


def test_a_map_gives_footage_our_names(tmp_path: Path) -> None:
    film = tmp_path / "film"
    film.mkdir()
    rows = ["file,clip,turn_deg,AH,wink,joy,nose:x,nose:y"]
    for number in range(12):
        Image.fromarray(noise(number, 40)).save(film / f"{number}.png")
        rows.append(f"{number}.png,{number // 4},-{3 * number},0.9,{number / 12},{number / 24},{number},8")
    (film / "frames.csv").write_text("\n".join(rows))
    (tmp_path / "map.toml").write_text(
        '[numbers]\nturn_deg = { yaw = 0.0174533 }\nAH = { jawOpen = 0.7 }\njoy = ["happy", "jawOpen"]\n'
        'wink = "eyeBlink"\n[points]\nnose = [30, 33]'
    )
    settings = replace(PLAIN, own=read_map(tmp_path / "map.toml"), whole=True, held_out=0.0, size=40)
    prepare(film, tmp_path / "set", settings, progress=False)
    found = Prepared(tmp_path / "set")
    assert found.columns == ("eyeBlinkLeft", "eyeBlinkRight", "jawOpen", "yaw")
    assert len(found) == 12
    by_name = {found[number].name: number for number in range(12)}
    last = by_name["11.png"]
    assert found.expressions[last] == pytest.approx([11 / 12, 11 / 12, 1.0, -33 * 0.0174533], abs=1e-4)
    assert found.labels[last][[CLASSES.index("neutral"), 0]] == pytest.approx([1 - 11 / 24, 11 / 24], abs=1e-4)
    assert found.points[last][30] == pytest.approx([11 / 40, 8 / 40])
    assert np.isnan(found.points[last]).all(axis=1).sum() == 68
    assert (found.pixels(last) == noise(11, 40)).all()
    (tmp_path / "map.toml").write_text('[numbers]\nOH = "jawOpen"')
    with pytest.raises(InputError, match=r"line 1: expected what the map names, found no column for OH"):
        prepare(film, tmp_path / "other", replace(PLAIN, own=read_map(tmp_path / "map.toml")), progress=False)


def test_too_little_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing is there"):
        prepare(tmp_path / "absent", tmp_path / "set", PLAIN, progress=False)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="expected at least 8 usable pictures, got 0"):
        prepare(tmp_path / "empty", tmp_path / "set", PLAIN, progress=False)
    for number in range(9):
        save(tmp_path / "one" / "happy" / f"{number}.png", noise(number))
    with pytest.raises(InputError, match="two or more feelings, got happy alone"):
        prepare(tmp_path / "one", tmp_path / "set", PLAIN, progress=False)
    assert not (tmp_path / "set").exists()
    assert not list(tmp_path.glob(".set*"))  # nothing half-made stays


def test_what_is_there_is_not_overwritten(faces: Path, tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "thesis.txt").write_text("mine")
    with pytest.raises(SettingsError, match="expected a new or an empty folder"):
        prepare(faces, tmp_path / "set", PLAIN, progress=False)


def test_twins_leave_one_and_it_is_the_held_out_one(tmp_path: Path) -> None:
    for number in range(12):
        save(tmp_path / "in" / "train" / ("sad" if number % 2 else "happy") / f"{number}.png", noise(number))
    save(tmp_path / "in" / "test" / "happy" / "twin.png", noise(3))  # a picture that is learnt as sad
    lighter = np.clip(noise(4).astype(int) + 3, 0, 255).astype(np.uint8)
    save(tmp_path / "in" / "train" / "happy" / "near.png", lighter)
    save(tmp_path / "in" / "test" / "sad" / "other.png", noise(50))
    manifest = prepare(tmp_path / "in", tmp_path / "set", PLAIN, progress=False)
    assert manifest["twins_removed"] == {"pictures": 2, "groups": 2, "across_splits": 1}
    held = Prepared(tmp_path / "set", "held_out")
    assert [sample.name for sample in (held[0], held[1])] == ["test/happy/twin.png", "test/sad/other.png"]
    assert held[0].label[CLASSES.index("happy")] == held[0].label[CLASSES.index("sad")] == 0.5
    kept = prepare(tmp_path / "in", tmp_path / "all", replace(PLAIN, keep_twins=True), progress=False)
    assert kept["twins_removed"]["pictures"] == 0


def test_faces_that_are_not_twins_are_not_taken_for_them() -> None:
    twins = Twins()
    for number in range(200):
        twins.add(noise(number, 48, 1))
    assert twins.groups() == []


def test_fer2013s_own_table(tmp_path: Path) -> None:
    rows = ["emotion,pixels,Usage"]
    for number in range(10):
        values = " ".join(str(value) for value in noise(number, 48, 1).ravel())
        rows.append(f"{3 if number % 2 else 6},{values},{'PublicTest' if number > 7 else 'Training'}")
    rows += ["9,1 2 3,Training", "3,1 2 3,Training"]
    (tmp_path / "fer.csv").write_text("\n".join(rows))
    manifest = prepare(tmp_path / "fer.csv", tmp_path / "set", Settings(48, "grey"), progress=False)
    assert {split: part["pictures"] for split, part in manifest["splits"].items()} == {"train": 8, "held_out": 2}
    assert [entry["name"] for entry in manifest["skipped"]] == ["fer.csv: line 12", "fer.csv: line 13"]
    assert np.array_equal(Prepared(tmp_path / "set")[0].pixels, noise(0, 48, 1))


def test_votes_groups_and_key_points_of_a_table_in_a_zip_file(tmp_path: Path) -> None:
    heads = [f"{axis}{n}" for n in range(68) for axis in "xy"]
    rows = [",".join(["file", "person", "votes_happiness", "votes_sadness", "votes_unknown", *heads])]
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for number in range(12):
            pose = sample_expression(np.random.default_rng(number))
            identity = Identity.of(number)
            points = key_points(identity, pose).points[:68] * 200
            Image.fromarray(draw(identity, pose, 200)).save(tmp_path / "one.png")
            archive.write(tmp_path / "one.png", f"pictures/{number}.png")
            values = ",".join(f"{value:.2f}" for value in points.ravel())
            rows.append(f"{number}.png,p{number // 3},{3 if number % 2 else 0},{1 if number % 2 else 2},9,{values}")
        archive.writestr("labels.csv", "\n".join(rows))
    manifest = prepare(tmp_path / "set.zip", tmp_path / "set", replace(PLAIN, held_out=0.4), progress=False)
    assert manifest["with_points"] == 12
    assert manifest["groups"] == 4
    groups = []
    for split in ("train", "held_out"):
        part = Prepared(tmp_path / "set", split)
        groups.append({part[number].group for number in range(len(part))})
        for number in range(len(part)):
            sample = part[number]
            assert sample.label.sum() == pytest.approx(1.0)
            eyes = sample.points[36:48].mean(axis=0)
            assert eyes == pytest.approx([0.5, 0.42], abs=0.03)
            assert abs(sample.points[36:42, 1].mean() - sample.points[42:48, 1].mean()) < 1e-3  # upright
            assert np.isnan(sample.points[68:]).all()
    assert not groups[0] & groups[1]  # nobody is both learnt and measured


def test_a_damaged_member_of_a_zip_file_is_skipped(faces: Path, tmp_path: Path) -> None:
    packed = tmp_path / "faces.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(faces.rglob("*.png")):
            archive.write(path, str(path.relative_to(faces)))
        place = archive.getinfo("happy/01.png").header_offset + 200
    data = bytearray(packed.read_bytes())
    data[place] ^= 0xFF
    packed.write_bytes(data)
    manifest = prepare(packed, tmp_path / "set", PLAIN, progress=False)
    assert [entry["name"] for entry in manifest["skipped"]] == ["happy/01.png"]
    packed.write_bytes(data[:300])
    with pytest.raises(InputError, match="not a whole zip file"):
        prepare(packed, tmp_path / "none", PLAIN, progress=False)


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (b"file,label,x0,y0,x67,y67\na.png,happy,1\n", "line 2: expected columns .* no 'x1'"),
        (b"file,happy,sad\na.png,many,2\n", "line 2, column 'happy': expected a number"),
        (b"\xff\xfe\x00nothing", "line 1: expected a column"),
        (b"", "line 1: expected a column"),
        (b"file,label\n" + b"a" * 200_000 + b",happy\n", "not a table"),
    ],
)
def test_a_bad_table_names_its_trouble(table: bytes, why: str, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_bytes(table)
    with pytest.raises(InputError, match=why):
        prepare(tmp_path / "bad.csv", tmp_path / "set", PLAIN, progress=False)


def test_frames_of_video_are_grouped_by_clip(tmp_path: Path) -> None:
    import av

    for clip, folder in enumerate(("happy", "sad")):
        (tmp_path / "in" / folder).mkdir(parents=True)
        with av.open(str(tmp_path / "in" / folder / "clip.mp4"), "w") as container:
            stream = container.add_stream("mpeg4", rate=10)
            stream.width = stream.height = 64
            for number in range(20):
                pixels = noise(100 * clip + number // 2, 64)
                for packet in stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
                    container.mux(packet)
            for packet in stream.encode():
                container.mux(packet)
    (tmp_path / "in" / "sad" / "broken.mp4").write_bytes(b"no film")
    manifest = prepare(tmp_path / "in", tmp_path / "set", replace(PLAIN, held_out=0.0), progress=False)
    assert manifest["splits"]["train"]["pictures"] == 20  # five a second of two seconds, twice
    assert manifest["groups"] == 2
    assert [entry["name"] for entry in manifest["skipped"]] == ["sad/broken.mp4"]


def test_drawn_faces_have_exact_points_and_transparency(tmp_path: Path) -> None:
    draw_set(10, tmp_path / "set", Settings(48, "rgba", held_out=0.3), seed=4, progress=False)
    part = Prepared(tmp_path / "set")
    sample = part[0]
    assert sample.pixels.shape == (48, 48, 4)
    assert not np.isnan(sample.points).any()
    x, y = (sample.points[68] * 48).astype(int)
    assert sample.pixels[y, x, 3] == 255  # an iris lies on the face


def test_a_damaged_set_is_named(faces: Path, tmp_path: Path) -> None:
    prepare(faces, tmp_path / "set", PLAIN, progress=False)
    with pytest.raises(InputError, match="no split 'dev'; there are: train, held_out"):
        Prepared(tmp_path / "set", "dev")
    shard = tmp_path / "set" / "train-00000.tar"
    shard.write_bytes(shard.read_bytes()[:600])
    with pytest.raises(InputError, match=r"train-00000\.tar: picture \d+ is damaged"):
        Prepared(tmp_path / "set").pixels(5)
    (tmp_path / "set" / "train.safetensors").write_bytes(b"")
    with pytest.raises(InputError, match="not a whole table"):
        Prepared(tmp_path / "set")
    with pytest.raises(InputError, match="run mien prepare"):
        Prepared(tmp_path)


def test_names_that_people_use() -> None:
    assert [known(word, {}) for word in ("Happiness", "SAD", "no emotion", "生气", "照れ", "meh")] == [
        "happy", "sad", "neutral", "angry", "shy", None,
    ]  # fmt: skip
    shares = voted({"happiness": 3, "contempt": 1, "unknown": 6}, {})
    assert shares is not None
    assert shares[CLASSES.index("disgusted")] == 0.25
    assert voted({"unknown": 6}, {}) is None


def test_clear_ground_is_white_where_there_is_no_alpha() -> None:
    pixels = np.zeros((20, 20, 4), np.uint8)
    assert coloured(pixels, "rgb").min() == 255
    assert coloured(pixels, "grey").min() == 255
    assert coloured(pixels, "rgba").max() == 0
    with pytest.raises(InputError, match="not a whole picture"):
        decode(b"", "rgb")
    assert crop(noise(1, 50), None, 20).pixels.shape == (20, 20, 3)


def test_the_command(faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prepare", str(faces), str(tmp_path / "a"), "--json", "--size", "32"]) == 0
    assert json.loads(capsys.readouterr().out)["size"] == 32
    assert main(["prepare", "--draw", "9", str(tmp_path / "b"), "--size", "32"]) == 0
    assert "with key points: 9" in capsys.readouterr().out
    assert main(["prepare", str(faces)]) == 2
    (tmp_path / "map.toml").write_text('[labels]\nAngry = "cross"')
    assert main(["prepare", str(faces), str(tmp_path / "c"), "--map", str(tmp_path / "map.toml")]) == 2
    assert "expected one of happy" in capsys.readouterr().err

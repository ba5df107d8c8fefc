"""From a clip to a character in one call: here a clip of the drawn artist, and seconds of training."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from mien.character import about, load
from mien.face import NOISE, Expression, InputError, SettingsError
from mien.files import make_folder
from mien.paint.drawn import MOMO, draw
from mien.train.core.run import checkpoints
from mien.train.painter.bundle import About
from mien.train.painter.footage import Footage
from mien.train.painter.new import NOBODY, Order, new_character
from mien.train.painter.own import seen_of
from mien.train.painter.report import chart
from mien.train.painter.shown import Line, advice, blinks, worst
from mien.train.prepare import Prepared

FPS, SIDE, COUNT = 10, 224, 70
WHO = About("mei", {"en": "Mei"}, "ours", "", "")


def clip(path: Path, count: int = COUNT) -> Path:
    """A drawn face that speaks, blinks and turns, `count` frames of it."""
    make_folder(path.parent)
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=FPS, options={"crf": "12"})
        stream.width, stream.height, stream.pix_fmt = SIDE + 64, SIDE, "yuv420p"
        for n in range(count):
            shut = float(n % 20 == 10)
            pose = Expression.of(
                {"jawOpen": 0.4 + 0.4 * np.sin(n / 2), "yaw": 0.3 * np.sin(n / 9), "eyeBlinkLeft": shut,
                 "eyeBlinkRight": shut}, np.zeros(NOISE),
            )  # fmt: skip
            drawn = draw(MOMO, pose, SIDE).astype(np.float32)
            picture = np.full((SIDE, SIDE + 64, 3), 200.0, np.float32)
            picture[:, 32:-32] = drawn[..., :3] + 200.0 * (1.0 - drawn[..., 3:] / 255.0)
            film.mux(stream.encode(av.VideoFrame.from_ndarray(np.rint(picture).astype(np.uint8), format="rgb24")))
        film.mux(stream.encode(None))
    return path


def test_a_clip_becomes_a_character_and_goes_on_where_it_was_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mien.train.painter.own._FIRST_STEPS", 60)
    monkeypatch.setattr("mien.train.painter.own._STEPS_A_MINUTE", 0)
    source, out = clip(tmp_path / "clip.mp4"), tmp_path / "run"
    said: list[str] = []
    order = Order(source, WHO, minutes=0.1, size=64)
    with pytest.raises(SettingsError, match=r"real person needs their consent; say with --consent"):
        new_character(out, order, said.append, progress=False)
    assert not (out / "footage").exists()
    order = replace(order, drawn=True)
    bundle = new_character(out, order, said.append, progress=False)
    assert bundle == out / "mei"
    train, held_out = Prepared(out / "footage"), Prepared(out / "footage", "held_out")
    assert len(train) + len(held_out) >= 60
    assert (train.size, train.channels, len(train.columns)) == (64, 4, 57)
    assert held_out[0].name > train[len(train) - 1].name  # the end is held out
    assert not np.isnan(train.points).any()
    assert float(np.ptp(train.expressions[:, train.columns.index("yaw")])) > 0.2
    told = about(load(str(bundle)))
    assert not told["person"]
    assert (told["consent"], told["licence"], set(told["checksums"].values())) == (NOBODY, "ours", {"verified"})
    assert (out / "preview.png").read_bytes()[1:4] == b"PNG"
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") == 4
    assert page.count("<svg") == 5
    assert "://" not in page
    assert set(json.loads((out / "report.json").read_text())["figures"]) == {"both", "points", "expression"}
    # the same order again: it is done
    before = checkpoints(out)
    assert new_character(out, order, said.append, progress=False) == bundle
    assert checkpoints(out) == before
    # more minutes: it goes on
    new_character(out, replace(order, minutes=0.2), said.append, progress=False)
    assert seen_of(out) > int(before[-1].stem)
    with pytest.raises(SettingsError, match="holds a character of other footage"):
        new_character(out, replace(order, source=clip(tmp_path / "other.mp4", 8)), said.append)
    with pytest.raises(SettingsError, match="of size 64, not 256"):
        new_character(out, replace(order, size=256), said.append)


def test_bad_footage_leaves_nothing(tmp_path: Path) -> None:
    about_it = replace(WHO, consent="drawn by us")
    with pytest.raises(InputError, match="got 0"):
        new_character(tmp_path / "run", Order(clip(tmp_path / "short.mp4", 9), about_it), print, progress=False)
    assert not (tmp_path / "run").exists()
    (tmp_path / "text.mp4").write_text("no video")
    with pytest.raises(InputError, match=r"text.mp4: not a whole video"):
        new_character(tmp_path / "run", Order(tmp_path / "text.mp4", about_it), print, progress=False)
    make_folder(tmp_path / "empty")
    with pytest.raises(InputError, match="empty: expected frames in it"):
        new_character(tmp_path / "run", Order(tmp_path / "empty", about_it), print, progress=False)
    with pytest.raises(SettingsError, match="'samples' is a folder of every run"):
        Order(tmp_path / "empty", replace(WHO, name="samples"))
    make_folder(tmp_path / "else" / "checkpoints")
    with pytest.raises(SettingsError, match="holds checkpoints of something else"):
        new_character(tmp_path / "else", Order(tmp_path / "short.mp4", about_it), print, progress=False)


def test_the_report_tells_what_the_footage_lacks() -> None:
    assert blinks(np.array([0, 0.6, 0.9, 0.4, 0.6, 0.1, 0, 0.7, 0], np.float32)) == 2
    assert worst([3.0, 1.0, 2.0, 9.0], 2) == [1, 2]
    svg = chart(Line("eyes shut", np.array([0, 1, 0, 1], np.float32), 0.0, 1.0), 3)
    assert svg.startswith("<figure><svg")
    assert "shut 2 times" in svg
    assert 'x="750.0"' in svg
    footage = object.__new__(Footage)
    footage.channels = np.zeros((50, 63), np.float32)
    footage.channels[:, 52] = np.linspace(0.0, 0.5, 50)
    good = {"sharpness_face": 0.9, "psnr_mouth": 30.0}
    said = advice(footage, good, 1.0)
    assert any("never turns to the picture's left: film a turn to the picture's left" in one for one in said)
    assert not any("picture's right: film a turn" in one for one in said)
    assert any("more --minutes" in one for one in advice(footage, {**good, "sharpness_face": 0.2}, 1.0))
    footage.channels = np.ones((50, 63), np.float32) * np.where(np.arange(50) % 2, 1, -1)[:, None]
    assert advice(footage, good, 1.0) == ["Nothing is missing that this page can see."]

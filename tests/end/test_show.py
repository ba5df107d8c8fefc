"""`mien show --camera`: a video in place of a camera, a fake camera that vanishes, and what is said about it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from mien.face import DeviceError, Emotion, prototype
from mien.paint.drawn import MOMO, Artist
from mien.show.director import NOTICE
from mien.sources import camera
from mien.testing import FakeClock

Run = Callable[..., Any]
PLAIN = ("--painter", "artist", "--size", "96", "--fps", "20")


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


def drawn(emotion: Emotion) -> NDArray[np.uint8]:
    return Artist(MOMO, 192).paint(prototype(emotion)).over((210, 214, 220))


@pytest.fixture(scope="module")
def smiling(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of a face that rests, then smiles."""
    path = tmp_path_factory.mktemp("clips") / "smiling.mp4"
    rest, smile = drawn(Emotion()), drawn(Emotion(happy=1.0))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=20)
        stream.width = stream.height = 192
        stream.pix_fmt = "yuv420p"
        for number in range(40):
            frame = av.VideoFrame.from_ndarray(rest if number < 16 else smile, format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def loud(path: Path) -> float:
    """Seconds of a film in which somebody speaks."""
    with av.open(str(path)) as film:
        resampler = av.AudioResampler("flt", "mono", 48_000)
        pieces = [piece for frame in film.decode(audio=0) for piece in resampler.resample(frame)]
        samples = np.concatenate([piece.to_ndarray().reshape(-1) for piece in pieces])
    frames = samples[: len(samples) // 480 * 480].reshape(-1, 480)
    return float((np.sqrt((frames**2).mean(axis=1)) > 0.01).sum()) / 100


def test_a_show_with_a_voice_films_what_is_said(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "a.mp4"
    words = ("Hello, my name is Ada.", "--voice", "espeak-ng", "--seconds", "4", "--sink", "mp4", "-o", str(out))
    assert run("show", *words, *PLAIN).code == 0
    assert loud(out) > 1.0


def test_a_show_from_a_file_says_lines_as_they_come(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lines.txt").write_text("Hello, my name is Ada.\n", encoding="utf-8")
    (tmp_path / "ada.toml").write_text(
        'painter = "artist"\nsize = 64\nfps = 20\nseconds = 4\nvoice = "espeak-ng"\n'
        '[[source]]\nkind = "lines"\nfile = "lines.txt"\npause = 0.1\n[[sink]]\nkind = "mp4"\npath = "a.mp4"\n',
        encoding="utf-8",
    )
    ran = run("show", tmp_path / "ada.toml")
    assert (ran.code, ran.err) == (0, "")
    assert loud(tmp_path / "a.mp4") > 1.0


class Vanishing:
    """A camera of OpenCV's that shows one picture a few times, then is pulled out."""

    pictures: ClassVar[int] = 5
    opened: ClassVar[bool] = True
    released: ClassVar[list[str]] = []

    def __init__(self, number: int) -> None:
        assert number == 4
        self._left = self.pictures
        self._picture = drawn(Emotion(happy=1.0))[..., ::-1]

    def isOpened(self) -> bool:  # noqa: N802 - as OpenCV has it
        return self.opened

    def read(self) -> tuple[bool, NDArray[np.uint8] | None]:
        self._left -= 1
        return (True, np.ascontiguousarray(self._picture)) if self._left >= 0 else (False, None)

    def release(self) -> None:
        self.released.append(threading.current_thread().name)


@pytest.fixture
def vanishing(monkeypatch: pytest.MonkeyPatch) -> type[Vanishing]:
    Vanishing.released.clear()
    monkeypatch.setattr(cv2, "VideoCapture", Vanishing)
    monkeypatch.setattr(import_module("mien.sources.camera"), "_GONE", 0.0)
    return Vanishing


def test_a_person_in_a_video_is_mirrored_while_a_line_is_said(run: Run, smiling: Path, tmp_path: Path) -> None:
    out = tmp_path / "frames"
    ran = run("show", "hello", *PLAIN, "--camera", smiling, "--seconds", 2, "--sink", "png", "-o", f"{out}/", "--json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert told["frames"] > 2
    assert told["notes"] == []
    assert ran.err.startswith(" ".join(NOTICE))
    assert len(list(out.glob("*.png"))) == told["frames"]


def test_a_face_and_lines_are_answered_by_a_policy(run: Run, smiling: Path, tmp_path: Path) -> None:
    chat = tmp_path / "chat.tsv"
    chat.write_text("0.2\tneko\t草www\n0.4\tinu\tyay\n", encoding="utf-8")
    for arguments in (("--policy", "service", "I want my money back!"), ("--chat", chat), ("--policy", "mirror")):
        ran = run("show", *arguments, *PLAIN, "--camera", smiling, "--seconds", 1, "--json")
        assert ran.code == 0, ran.err
        assert json.loads(ran.out)["frames"] > 2


def test_a_camera_that_vanishes_is_noted_and_the_show_goes_on(run: Run, vanishing: type[Vanishing]) -> None:
    ran = run("show", *PLAIN, "--camera", 4, "--seconds", 2, "--json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    failure, *others = told["failures"]
    assert (failure["kind"], failure["name"], failure["retry"]) == ("source", "camera 4", 0.5)
    assert "camera 4: it no longer gives pictures" in failure["error"]
    assert [one["retry"] for one in others] == [1.0, 2.0][: len(others)]
    assert "the show goes on without it, and it is tried again in 0.5 s" in ran.err
    assert set(vanishing.released) == {"mien camera 4"}
    assert "note: source camera 4" in run("show", *PLAIN, "--camera", 4, "--seconds", 1).out


def test_a_camera_that_is_not_there_is_an_error(
    run: Run, vanishing: type[Vanishing], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vanishing, "opened", False)
    ran = run("show", *PLAIN, "--camera", 4, "--seconds", 1)
    assert ran.code == 1
    assert "camera 4: none is there" in ran.err
    assert vanishing.released == ["mien camera 4"]


def test_looking_at_a_camera_that_vanishes_keeps_what_was_seen(
    run: Run, vanishing: type[Vanishing], tmp_path: Path
) -> None:
    ran = run("look", "camera:4", "--json", "--csv", tmp_path / "seen.csv")
    assert ran.code == 0
    assert len(ran.out.splitlines()) == vanishing.pictures
    assert "happy" in ran.out
    assert len((tmp_path / "seen.csv").read_text().splitlines()) == vanishing.pictures + 1
    assert ran.err.startswith(" ".join(NOTICE))
    assert "mien look: camera 4: it no longer gives pictures" in ran.err


def test_a_driver_that_fails_is_a_device_error(
    run: Run, vanishing: type[Vanishing], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: Vanishing) -> tuple[bool, None]:
        raise cv2.error("out of memory")

    monkeypatch.setattr(vanishing, "read", broken)
    ran = run("look", "camera:4")
    assert ran.code == 1
    assert "camera 4: its driver failed" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--camera", "hello there"), 2, "expected a camera's number or a video"),
        (("--camera", "99999999999999999999"), 1, "expected a number in 0..999"),
        (("--camera", "no.mp4"), 1, "nothing is there"),
        (("--camera", "cut.mp4"), 1, "not a whole video"),
        (("--camera", "cut.mp4", "--policy", "sly"), 2, "no policy 'sly'"),
    ],
)  # fmt: skip
def test_bad_input(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cut.mp4").write_bytes(b"nothing of the kind" * 20)
    ran = run("show", *PLAIN, "--seconds", 1, *arguments)
    assert ran.code == code, ran.err
    assert said in ran.err


def test_a_camera_gives_up_after_two_seconds_without_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cv2, "VideoCapture", Vanishing)
    clock = FakeClock()
    pictures = camera(4, now=clock.now, sleep=clock.sleep)
    assert [seen.t for _, seen in zip(range(Vanishing.pictures), pictures, strict=False)] == [0.0] * Vanishing.pictures
    with pytest.raises(DeviceError, match="no longer gives pictures"):
        next(pictures)
    assert 2.0 < clock.now() - 100.0 < 2.1


def test_how_long_a_show_of_a_file_plays_may_be_said(run: Run, tmp_path: Path) -> None:
    text = 'painter = "artist"\nsize = 64\nfps = 10\nseconds = 60\n[[sink]]\nkind = "null"\n'
    (tmp_path / "long.toml").write_text(text, encoding="utf-8")
    ran = run("show", tmp_path / "long.toml", "--seconds", "0.5", "--json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["frames"] <= 6


@pytest.mark.parametrize(
    ("command", "option"),
    [("show", ["--size", "128"]), ("show", ["--room", "hook:8643"]), ("studio", ["--voice", "espeak-ng"])],
)
def test_what_a_shows_file_says_is_said_there(run: Run, tmp_path: Path, command: str, option: list[str]) -> None:
    (tmp_path / "ada.toml").write_text('painter = "artist"\nsize = 64\nseconds = 1\n', encoding="utf-8")
    ran = run(command, tmp_path / "ada.toml", *option)
    assert (ran.code, ran.out) == (2, "")
    assert f"{option[0]}: expected nothing of the kind beside {tmp_path / 'ada.toml'}" in ran.err

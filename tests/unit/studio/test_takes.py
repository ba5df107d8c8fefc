"""Films and stills that are taken while a show plays."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from mien.face import REST, Emotion, Expression, Frame, PeerError, Shot, Sound, WeightsError
from mien.show.supervisor import Supervisor
from mien.studio.takes import LAST, Takes

WAIT = 60.0  # seconds; only what hangs needs them
FPS = 10.0


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = {one for one in threading.enumerate() if one.name.startswith("mien")}
    yield
    assert {one for one in threading.enumerate() if one.name.startswith("mien")} <= before


class Painter:
    """A square that is half clear; fails as asked."""

    def __init__(self) -> None:
        self.painted, self.fails = 0, False

    def paint(self, _expression: Expression) -> Frame:
        if self.fails:
            raise WeightsError("p.bin: damaged")
        self.painted += 1
        pixels = np.zeros((64, 64, 4), np.uint8)
        pixels[:32] = (200, 100, 50, 255)
        return Frame(pixels)


class Told:
    """What the page is told."""

    def __init__(self) -> None:
        self.all: list[dict[str, Any]] = []
        self._change = threading.Condition()

    def __call__(self, **beside: Any) -> None:
        with self._change:
            self.all.append(beside)
            self._change.notify_all()

    def files(self, count: int) -> list[str]:
        """So many that are done, or failed."""

        def found() -> list[str]:
            return [one.get("done") or one["failed"] for one in self.all if one]

        with self._change:
            assert self._change.wait_for(lambda: len(found()) >= count, WAIT)
            return found()


def takes(folder: Path, told: Told, painter: Painter, label: bool = False) -> Takes:
    return Takes(
        folder, lambda: "ada", fps=FPS, size=64, label=lambda: label, painter=lambda: painter,
        supervisor=Supervisor(lambda: 0.0), told=told,
    )  # fmt: skip


def play(take: Takes, seconds: float, start: float = 100.0) -> None:
    for number in range(round(seconds * FPS)):
        t = start + number / FPS
        take.hear(Sound(t, np.full(1600, 0.25, np.float32), 16_000))
        take.put(Shot(t, REST, Emotion()))


def film(path: Path) -> tuple[float, list[int], float]:
    """Seconds of the picture, its size, and how loud the sound is."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = [float(frame.time or 0.0) for frame in container.decode(stream)]
        size = [stream.width, stream.height]
    with av.open(str(path)) as container:
        sounds = [frame.to_ndarray() for frame in container.decode(container.streams.audio[0])]
    return frames[-1] - frames[0] + 1 / FPS, size, float(np.abs(np.concatenate(sounds, axis=1)).max())


@pytest.mark.parametrize("kind", ["mp4", "webm"])
def test_a_film_is_made_from_now_until_it_is_enough(kind: str, tmp_path: Path) -> None:
    told, painter = Told(), Painter()
    take = takes(tmp_path / "new", told, painter)
    play(take, 1.0)
    take.ask("start", kind)
    now = take.as_dict()
    assert (now["recording"]["file"].endswith(f".{kind}"), now["making"], now["folder"]) == (True, 0, f"{tmp_path}/new")
    with pytest.raises(PeerError, match="made already"):
        take.ask("start", kind)
    play(take, 2.0, 101.0)
    take.ask("stop", "")
    (name,) = told.files(1)
    assert name.startswith("ada 2")
    seconds, size, loud = film(tmp_path / "new" / name)
    assert (round(seconds, 1), size) == (2.0, [64, 64])
    assert 0.15 < loud < 0.35
    assert take.as_dict() == {"recording": None, "making": 0, "folder": str(tmp_path / "new")}
    take.close()


def test_the_last_half_minute_is_kept_afterwards(tmp_path: Path) -> None:
    told, painter = Told(), Painter()
    take = takes(tmp_path, told, painter)
    play(take, LAST + 15.0)
    assert painter.painted == 0
    take.ask("last", "mp4")
    take.ask("last", "mp4")  # twice in a second: neither is written over
    one, other = told.files(2)
    assert one != other
    assert abs(film(tmp_path / one)[0] - LAST) < 0.3
    assert painter.painted > 2 * LAST * FPS - 5
    take.close()


def test_a_still_keeps_its_transparency(tmp_path: Path) -> None:
    told = Told()
    take = takes(tmp_path, told, Painter())
    play(take, 0.2)
    take.ask("still", "")
    (name,) = told.files(1)
    still = cv2.imread(str(tmp_path / name), cv2.IMREAD_UNCHANGED)
    assert still is not None
    assert still.shape == (64, 64, 4)
    assert (still[10, 10].tolist(), still[50, 10, 3]) == ([50, 100, 200, 255], 0)
    take.close()


def test_a_real_persons_film_bears_the_label_from_its_own_beginning(tmp_path: Path) -> None:
    told = Told()
    take = takes(tmp_path, told, Painter(), label=True)
    play(take, 1.0)
    take.ask("still", "")
    take.close()
    (name,) = told.files(1)
    still = cv2.imread(str(tmp_path / name), cv2.IMREAD_UNCHANGED)
    assert still is not None
    assert still[40:, :, 3].max() > 0  # words, where the face is clear


@pytest.mark.parametrize(
    ("what", "kind", "says"),
    [("start", "avi", "mp4 or webm"), ("last", "mp4", "nothing has been shown"), ("stop", "", "none is being made"),
     ("still", "", "nothing has been shown")],
)  # fmt: skip
def test_what_cannot_be_taken_is_told(what: str, kind: str, says: str, tmp_path: Path) -> None:
    take = takes(tmp_path, Told(), Painter())
    with pytest.raises(PeerError, match=says):
        take.ask(what, kind)
    assert list(tmp_path.iterdir()) == []


def test_a_film_that_fails_leaves_no_file_and_another_may_begin(tmp_path: Path) -> None:
    told, painter = Told(), Painter()
    take = takes(tmp_path, told, painter)
    painter.fails = True
    take.ask("start", "mp4")
    play(take, 0.5)
    assert "p.bin: damaged" in told.files(1)[0]
    painter.fails = False
    take.ask("start", "mp4")
    play(take, 0.5)
    take.close()  # the studio ends: the film is finished
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    take = takes(tmp_path / "file" / "films", Told(), Painter())
    with pytest.raises(Exception, match="a file is in the way"):
        take.ask("start", "mp4")
    assert not take.filming

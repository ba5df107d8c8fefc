"""PNG pictures: one still, or a numbered sequence in a folder."""

from __future__ import annotations

import re
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from mien.face import Frame, SettingsError, Shot
from mien.files import AtomicFile, AtomicFolder, refusals, write_atomic
from mien.sinks.label import into_png, label
from mien.sinks.sink import Output, Sink

_NUMBER = re.compile(r"%0?\d*d")


def plain(frame: Frame) -> bytes:
    """A PNG file of a frame that is no generated face, transparency included."""
    import cv2

    _, data = cv2.imencode(".png", cv2.cvtColor(frame.pixels, cv2.COLOR_RGBA2BGRA))
    return np.asarray(data).tobytes()


def encode(frame: Frame, producer: str = "") -> bytes:
    """A PNG file of the frame, transparency and AIGC label included."""
    return into_png(plain(frame), producer)


def _frame(shot: Shot, size: int) -> Frame:
    """The shot's frame. Raises ValueError when it is unpainted or of another size."""
    if shot.frame is None:
        raise ValueError("png: the shot was not painted")
    if shot.frame.pixels.shape[:2] != (size, size):
        raise ValueError(f"png: expected {size} pixels square, got {shot.frame.pixels.shape}")
    return shot.frame


class Still:
    """One picture: the last shot that was put."""

    live = False
    needs_frame = True

    def __init__(self, target: Path, size: int, producer: str) -> None:
        label(producer)  # a bad code is refused now, not after the show
        AtomicFile(target).drop()  # a first attempt, so that a refusal comes before the work
        self._target, self._size, self._producer = target, size, producer
        self._last: Frame | None = None

    def put(self, shot: Shot) -> None:
        """Remember this shot as the one to keep."""
        self._last = _frame(shot, self._size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._last is not None:
            write_atomic(self._target, encode(self._last, self._producer))


class Sequence:
    """Numbered pictures in a folder that appears when all are there."""

    live = False
    needs_frame = True

    def __init__(self, folder: Path, pattern: str, size: int, producer: str) -> None:
        label(producer)
        self._folder = AtomicFolder(folder)
        self._pattern, self._size, self._producer = pattern, size, producer
        self._count = 0
        self._failed = False

    def put(self, shot: Shot) -> None:
        """Write the next picture; numbers begin at 0 and leave no gap."""
        frame = _frame(shot, self._size)
        try:
            with refusals(self._folder.target):
                path = self._folder.part / (self._pattern % self._count)
                path.write_bytes(encode(frame, self._producer))
        except BaseException:
            self._failed = True
            raise
        self._count += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._count and not self._failed:
            self._folder.keep()
        else:
            self._folder.drop()


def open_sink(output: Output) -> Sink:
    """One still when the path ends in .png and has no number in it; else a sequence.

    "shots/%04d.png" numbers the files so; "shots/" means "shots/%05d.png". The folder must be new or empty.
    Raises SettingsError or DeviceError.
    """
    target = output.target()
    if target.suffix.lower() != ".png":
        return Sequence(target, "%05d.png", output.size, output.producer)
    places = _NUMBER.findall(target.name)
    if target.name.count("%") != len(places) or len(places) > 1:
        raise SettingsError(f"{target}: expected one number like %04d in the file name, got {target.name!r}")
    if places:
        return Sequence(target.parent, target.name, output.size, output.producer)
    return Still(target, output.size, output.producer)

"""What the face does as lines of JSON, one a shot: for programs that draw the face themselves."""

from __future__ import annotations

import json
from types import TracebackType
from typing import Any, Self

import numpy as np

from mien.face import FEELINGS, MARKS, MUSCLES, Shot
from mien.face.channels import CHANNELS, GAZE_SLICE, HEAD_SLICE, MARK_SLICE, MUSCLE_SLICE, TURN_SLICE
from mien.face.expression import Expressions
from mien.files import AtomicFile, refusals
from mien.sinks.sink import Output, Sink

FORMAT = "mien.expression/1"
"""Named in the first line; it grows when a key changes its meaning."""


def as_dict(shot: Shot) -> dict[str, Any]:
    """One shot as plain data: seconds, muscles and marks in [0, 1], head and gaze in radians, feelings in [0, 1]."""
    rounded = np.round(shot.expression.channels.astype(np.float64), 4)
    return {
        "t": round(shot.t, 4),
        "muscles": {name: value for name, value in zip(MUSCLES, rounded[MUSCLE_SLICE].tolist(), strict=True) if value},
        "head": rounded[HEAD_SLICE].tolist(),
        "gaze": rounded[GAZE_SLICE].tolist(),
        "marks": {name: value for name, value in zip(MARKS, rounded[MARK_SLICE].tolist(), strict=True) if value},
        "feelings": {name: round(value, 4) for name, value in shot.emotion.as_dict().items() if value},
    }


_FELT = slice(len(CHANNELS), None)
_SCALE = 10_000  # four places after the point
_WORDS = [repr(number / _SCALE) for number in range(-_SCALE, _SCALE + 1)]
_MUSCLES, _MARKS, _FEELINGS = ([f'"{name}":' for name in names] for names in (MUSCLES, MARKS, FEELINGS))


def rounded(shown: Expressions) -> list[list[int]]:
    """The 63 channels and the 8 feelings of each in ten thousandths, for `as_text`."""
    numbers = np.rint(np.concatenate([shown.channels, shown.emotion], axis=1) * np.float64(_SCALE))
    rows: list[list[int]] = numbers.astype(np.intp).tolist()
    return rows


def as_text(t: float, row: list[int]) -> str:
    """`as_dict` of one moment as JSON, {"shot": {...}}, at a small part of the cost. t: seconds; row: as `rounded`."""
    words = _WORDS
    yaw, pitch, roll, gaze_x, gaze_y = (words[number + _SCALE] for number in row[TURN_SLICE])
    muscles, marks, feelings = (
        ",".join([name + words[number + _SCALE] for name, number in zip(names, row[part], strict=True) if number])
        for names, part in ((_MUSCLES, MUSCLE_SLICE), (_MARKS, MARK_SLICE), (_FEELINGS, _FELT))
    )
    return (
        f'{{"shot":{{"t":{round(t, 4)!r},"muscles":{{{muscles}}},"head":[{yaw},{pitch},{roll}],'
        f'"gaze":[{gaze_x},{gaze_y}],"marks":{{{marks}}},"feelings":{{{feelings}}}}}}}'
    )


class ExpressionLines:
    """A file of JSON lines: the first names the format, then one a shot; what is zero is left out."""

    live = False
    needs_frame = False

    def __init__(self, output: Output) -> None:
        self._file = AtomicFile(output.target())
        self._count = 0
        self._failed = False
        with refusals(self._file.target):
            self._lines = self._file.part.open("w", encoding="utf-8")
            print(json.dumps({"format": FORMAT, "fps": output.fps}), file=self._lines)

    def put(self, shot: Shot) -> None:
        """Write one shot. Raises DeviceError when the disk is full."""
        try:
            with refusals(self._file.target):
                print(json.dumps(as_dict(shot)), file=self._lines)
        except BaseException:
            self._failed = True
            raise
        self._count += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        good = kind is None and self._count > 0 and not self._failed
        try:
            with refusals(self._file.target):
                self._lines.close()
        except BaseException:
            self._file.drop()
            raise
        if good:
            self._file.keep()
        else:
            self._file.drop()


def open_sink(output: Output) -> Sink:
    """Lines of JSON in a file; nothing is painted for it. Raises SettingsError or DeviceError."""
    return ExpressionLines(output)

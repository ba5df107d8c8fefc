"""What the face does as lines of JSON, one a shot: for programs that draw the face themselves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import numpy as np

from mien.face import FEELINGS, MARKS, MUSCLES, Shot
from mien.face.channels import GAZE_SLICE, HEAD_SLICE, MARK_SLICE, MUSCLE_SLICE, TURN_SLICE
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


_SCALE = 10_000  # four places after the point
_SHARES, _TURNS = ([repr(number / _SCALE) for number in range(low, _SCALE + 1)] for low in (0, -_SCALE))
_KEYS = [f',"{name}":' for name in (*MUSCLES, *MARKS, *FEELINGS)]
_PARTS = np.cumsum([0, len(MUSCLES), len(MARKS)])  # where each kind begins among the keys


def as_texts(times: Sequence[float], shown: Expressions) -> list[str]:
    """`as_dict` of several moments as JSON, {"shot": {...}}, at a small part of the cost.

    times: seconds, one each. What is felt is what the expression says.
    """
    numbers = np.rint(np.concatenate([shown.channels, shown.emotion], axis=1) * np.float64(_SCALE)).astype(np.intp)
    turns = [_TURNS[number] for number in (numbers[:, TURN_SLICE] + _SCALE).ravel().tolist()]
    shares = np.delete(numbers, TURN_SLICE, axis=1)
    at, which = np.nonzero(shares)
    named = [""] * (2 * len(at))  # names and values in turn
    named[::2] = map(_KEYS.__getitem__, which.tolist())
    named[1::2] = map(_SHARES.__getitem__, shares[at, which].tolist())
    ends = np.cumsum(2 * np.add.reduceat(shares != 0, _PARTS, axis=1, dtype=np.intp)).tolist()
    texts, begin, join = [], 0, "".join
    for row, t in enumerate(times):
        yaw, pitch, roll, gaze_x, gaze_y = turns[5 * row : 5 * row + 5]
        muscles, marks, end = ends[3 * row : 3 * row + 3]
        texts.append(
            f'{{"shot":{{"t":{round(t, 4)!r},"muscles":{{{join(named[begin:muscles])[1:]}}},'
            f'"head":[{yaw},{pitch},{roll}],"gaze":[{gaze_x},{gaze_y}],'
            f'"marks":{{{join(named[muscles:marks])[1:]}}},"feelings":{{{join(named[marks:end])[1:]}}}}}}}'
        )
        begin = end
    return texts


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

"""The trained painter: key points from the expression, a generator on the canonical canvas, warped back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.character import Character
from mien.face import Expression, Frame, Landmarks, SettingsError, WeightsError
from mien.face.expression import LOW, channel
from mien.paint.align import Canvas, canonical, inverse
from mien.paint.alpha import straight
from mien.paint.pointer import Pointer

PRECISIONS = ("int8", "fp32")
_HEAD = channel("yaw")
_SOLID, _CLEAR = 244, 8  # alpha this near to full or nothing is meant to be so


class GanPainter:
    """A character's generator, run by ONNX Runtime.

    character: with painter files "pointer", and "int8" or "fp32". size: pixels a side of a frame.
    precision: "int8" or "fp32". threads: of the generator. Source of the design: docs/why.md.
    Raises WeightsError when a file is missing, damaged or made for another canvas.
    """

    def __init__(self, character: Character, size: int, precision: str = "int8", threads: int = 2):
        import onnxruntime

        if precision not in PRECISIONS:
            raise SettingsError(f"precision: expected one of {', '.join(PRECISIONS)}, got {precision!r}")
        self.size = size
        self.canvas = _canvas(character)
        self._turn = np.asarray(character.canvas["turn"], np.float32)
        self._pointer = Pointer(character.file("pointer"))
        path = character.file(precision)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # waiting threads must not burn the core that encodes or types
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = _session(onnxruntime, path, options)

    def paint(self, expression: Expression) -> Frame:
        """The picture of this expression, (size, size) RGBA."""
        channels = expression.channels.copy()
        channels[_HEAD : _HEAD + 3] = np.clip(channels[_HEAD : _HEAD + 3], -self._turn, self._turn)
        points = self._pointer.points(channels, expression.noise)
        return self._frame(points, channels, expression.emotion, expression.noise, (1.0, 1.0))

    def paint_points(self, landmarks: Landmarks, noise: NDArray[np.float32] | None = None) -> Frame:
        """The picture whose key points lie here, with no word about the expression behind them.

        noise: (8,) about standard normal; zeros where none is given.
        """
        zeros = np.zeros_like(LOW)
        quiet = np.zeros(8, np.float32)
        return self._frame(landmarks.points, zeros, quiet, quiet if noise is None else noise, (1.0, 0.0))

    def _frame(
        self, points: NDArray[np.float32], channels: NDArray[np.float32], emotion: NDArray[np.float32],
        noise: NDArray[np.float32], given: tuple[float, float],
    ) -> Frame:  # fmt: skip
        place = self.canvas.place(points)
        feed = {
            "points": canonical(points, place, self.canvas.picture)[None],
            "place": inverse(place)[None],
            "expression": channels[None],
            "emotion": emotion[None],
            "noise": noise[None],
            "given": np.array([given], np.float32),
        }
        painted = self._session.run(None, feed)[0][0]
        return Frame(solid(self.canvas.back(painted, place, self.size)))


def solid(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(height, width, 4) straight RGBA of a painted premultiplied one, its alpha cleaned at both ends."""
    alpha = picture[..., 3]
    cleaned = picture.copy()
    cleaned[alpha <= _CLEAR] = 0
    nearly = (alpha >= _SOLID) & (alpha < 255)
    scaled = cleaned[nearly, :3] * (255.0 / cleaned[nearly, 3:]) + 0.5
    cleaned[nearly, :3], cleaned[nearly, 3] = np.minimum(scaled, 255.0).astype(np.uint8), 255
    return straight(cleaned)


def open_painter(character: Character, size: int) -> GanPainter:
    """The trained painter of this character, as the entry point "gan" opens it."""
    return GanPainter(character, size)


def _canvas(character: Character) -> Canvas:
    try:
        c = character.canvas
        return Canvas(int(c["picture"]), int(c["width"]), int(c["height"]), (float(c["x"]), float(c["y"])))
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsError(
            f"{character.folder / 'character.json'}: canvas: expected picture, width, height, x, y; got "
            f"{dict(character.canvas)} ({error!r})"
        ) from error


def _session(onnxruntime: Any, path: Path, options: Any) -> Any:
    state = onnxruntime.capi.onnxruntime_pybind11_state
    named = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NoSuchFile", "NotImplemented")
    broken = tuple(getattr(state, name) for name in named)  # the runtime's exceptions share no base of their own
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except (*broken, state.RuntimeException) as error:
        raise WeightsError(f"{path}: ONNX Runtime cannot load it ({str(error)[:160]}); reinstall mien") from error

"""Google's Face Landmarker as a face analyzer, for those who have its model file: 478 points and 52 blendshapes.

Needs the extra mien[mediapipe] and a `.task` file of the user's; mien ships none.
Sources: Lugaresi et al., "MediaPipe: A Framework for Building Perception Pipelines", 2019;
Grishchenko et al., "Attention Mesh", 2020.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.face import NEUTRAL, NOISE, DeviceError, Expression, Face, Landmarks, WeightsError
from mien.face.channels import CHANNELS, GAZE_SLICE, HEAD_SLICE, MUSCLES, channel
from mien.face.landmarks import LEFT_EYE, RIGHT_EYE
from mien.sense.sight.gaze import gaze_of

_FROM = (
    162, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 389,
    71, 63, 105, 66, 107, 336, 296, 334, 293, 301, 168, 197, 5, 4, 75, 97, 2, 326, 305,
    33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380,
    61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181, 78, 82, 13, 312, 308, 317, 14, 87, 468, 473,
)  # fmt: skip
"""The numbers of the mesh's points that stand where the 68 iBUG points and the two irises do."""

_BIAS = np.array(
    [
        (-78, 257), (-39, 98), (2, 142), (-49, -119), (-54, -40), (4, 56), (-74, -6), (-123, 8), (47, 80), (209, -3),
        (150, -7), (66, 54), (114, -28), (102, -112), (38, 153), (76, 111), (104, 269), (71, 68), (48, -14), (80, 2),
        (48, 13), (-31, 17), (88, 22), (-1, 20), (-33, 18), (-2, 6), (-28, 88), (28, 83), (32, 58), (39, 53), (45, 98),
        (31, 73), (47, 48), (41, 65), (25, 46), (39, 74), (26, 1), (30, 3), (22, 10), (-3, 11), (13, 24), (12, 16),
        (51, 13), (32, 18), (25, 9), (25, 13), (38, 24), (44, 29), (10, 38), (-11, 62), (58, 35), (36, 36), (7, 37),
        (68, 61), (36, 44), (57, 2), (46, 32), (36, 35), (21, 35), (-4, 2), (-2, 35), (9, 39), (33, 34), (54, 41),
        (46, 37), (48, 27), (33, 35), (10, 34), (17, 11), (36, 18),
    ]
)  # fmt: skip
"""(70, 2) thousandths of the distance between the eyes, along them and down: where people put the points, beside where
the mesh has them. Medians over 2,400 frames with published points of the YouTube Faces set."""

_SMALL = 192
"""A picture whose shorter side is less is enlarged to it: the finder of this model wants 20 pixels a face."""


class MediaPipe:
    """A face analyzer over a Face Landmarker `.task` file. most: faces that are looked for in a picture.

    Raises DeviceError when mediapipe is not installed, WeightsError when the file is none.
    """

    def __init__(self, path: Path, most: int = 8):
        try:
            from mediapipe import Image, ImageFormat
            from mediapipe.tasks.python import BaseOptions, vision
        except ImportError as error:
            raise DeviceError(f"mediapipe is not installed ({error}); pip install 'mien[mediapipe]'") from error
        if not path.is_file():
            raise WeightsError(f"{path}: expected a Face Landmarker .task file, found nothing there; download it")
        self._image: Callable[[NDArray[np.uint8]], Any] = lambda pixels: Image(ImageFormat.SRGB, pixels)
        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(path)), num_faces=most,
            output_face_blendshapes=True, output_facial_transformation_matrixes=True,
        )  # fmt: skip
        try:
            self._model = vision.FaceLandmarker.create_from_options(options)
        except (RuntimeError, ValueError) as error:
            raise WeightsError(f"{path}: not a whole Face Landmarker .task file ({error}); download it anew") from error

        weakref.finalize(self, self._model.close)  # else it stumbles when the interpreter ends before it

    def see(self, picture: NDArray[np.uint8], crop: bool = False) -> list[Face]:
        """The faces of (height, width, 3) RGB pixels. crop: the picture is one face already, and has no margin."""
        height, width = picture.shape[:2]
        edge = max(height, width) // 3 if crop else 0
        seen = cv2.copyMakeBorder(picture, edge, edge, edge, edge, cv2.BORDER_REPLICATE) if edge else picture
        zoom = max(1.0, _SMALL / min(seen.shape[:2]))
        if zoom > 1.0:
            seen = cv2.resize(seen, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
        result = self._model.detect(self._image(np.ascontiguousarray(seen)))
        scale = np.array([seen.shape[1] / zoom, seen.shape[0] / zoom])
        faces = []
        for mesh, shapes, matrix in zip(
            result.face_landmarks, result.face_blendshapes, result.facial_transformation_matrixes, strict=True
        ):
            points = np.array([(mesh[at].x, mesh[at].y) for at in _FROM]) * scale - edge
            points = (_as_marked(points) / (width, height)).astype(np.float32)
            low, high = points.min(axis=0), points.max(axis=0)
            box = (float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))
            faces.append(Face(box, Landmarks(points), _expression(shapes, np.asarray(matrix)), NEUTRAL, 1.0))
        return faces[:1] if crop else faces


def _as_marked(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(70, 2) pixels where people would put them."""
    along = points[LEFT_EYE].mean(axis=0) - points[RIGHT_EYE].mean(axis=0)
    down = np.array([-along[1], along[0]])
    moved: NDArray[np.float64] = points + _BIAS / 1000.0 @ np.stack([along, down])
    return moved


def _expression(shapes: Any, matrix: NDArray[np.float64]) -> Expression:
    channels = np.zeros(len(CHANNELS), np.float32)
    for shape in shapes:
        if shape.category_name in MUSCLES:
            channels[channel(shape.category_name)] = shape.score
    ahead, up = matrix[:3, 2], matrix[:3, 1]
    channels[HEAD_SLICE] = (
        np.arctan2(ahead[0], ahead[2]), np.arcsin(np.clip(ahead[1], -1.0, 1.0)), np.arctan2(up[0], up[1]),
    )  # fmt: skip
    channels[GAZE_SLICE] = gaze_of(channels)
    return Expression.clipped(channels, np.zeros(NOISE, np.float32), NEUTRAL.vector())

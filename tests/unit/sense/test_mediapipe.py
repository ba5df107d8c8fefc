"""Google's Face Landmarker as a face analyzer, with a stand-in for the library: what it finds becomes a `Face`."""

from __future__ import annotations

import gc
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mien.face import REST, DeviceError, WeightsError
from mien.paint.drawn import MOMO, key_points
from mien.sense.sight import open_analyzer
from mien.sense.sight.mediapipe import _BIAS, _FROM

POINTS = key_points(MOMO, REST).points.astype(np.float64)
ROLL, YAW, PITCH = 0.2, 0.3, 0.1


def turned() -> NDArray[np.float64]:
    """(4, 4) of a head that is turned, as the library says it: columns are the head's axes."""
    up = np.array([np.sin(ROLL), np.cos(ROLL), 0.0])
    ahead = np.array([np.cos(PITCH) * np.sin(YAW), np.sin(PITCH), np.cos(PITCH) * np.cos(YAW)])
    matrix = np.eye(4)
    matrix[:3, 1], matrix[:3, 2] = up, ahead
    return matrix


@dataclass
class Model:
    """Finds one face, at the same place of whatever it is shown."""

    options: Any
    shown: list[NDArray[np.uint8]] = field(default_factory=list)
    closed: int = 0

    def detect(self, image: NDArray[np.uint8]) -> SimpleNamespace:
        self.shown.append(image)
        mesh = [SimpleNamespace(x=0.5, y=0.5) for _ in range(478)]
        for place, (x, y) in zip(_FROM, POINTS, strict=True):
            mesh[place] = SimpleNamespace(x=x, y=y)
        shapes = [
            SimpleNamespace(category_name=name, score=score)
            for name, score in (("_neutral", 0.9), ("jawOpen", 0.7), ("eyeLookOutLeft", 0.5), ("eyeLookInRight", 0.5))
        ]
        return SimpleNamespace(
            face_landmarks=[mesh], face_blendshapes=[shapes], facial_transformation_matrixes=[turned()]
        )

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> list[Model]:
    """The models that the stand-in made."""
    made: list[Model] = []

    def create(options: Any) -> Model:
        if Path(options.base_options.model_asset_path).read_bytes() != b"good":
            raise RuntimeError("Unable to open zip archive.")
        made.append(Model(options))
        return made[-1]

    package, tasks, python, vision = (ModuleType(f"mediapipe{end}") for end in ("", ".tasks", ".tasks.python", ".v"))
    package.Image = lambda _form, pixels: pixels  # type: ignore[attr-defined]
    package.ImageFormat = SimpleNamespace(SRGB="srgb")  # type: ignore[attr-defined]
    python.BaseOptions = SimpleNamespace  # type: ignore[attr-defined]
    python.vision = vision  # type: ignore[attr-defined]
    vision.FaceLandmarkerOptions = SimpleNamespace  # type: ignore[attr-defined]
    vision.FaceLandmarker = SimpleNamespace(create_from_options=create)  # type: ignore[attr-defined]
    for name, module in (("mediapipe", package), ("mediapipe.tasks", tasks), ("mediapipe.tasks.python", python)):
        monkeypatch.setitem(sys.modules, name, module)
    return made


@pytest.fixture
def task(tmp_path: Path) -> str:
    path = tmp_path / "face_landmarker.task"
    path.write_bytes(b"good")
    return str(path)


def test_points_muscles_head_and_gaze_become_a_face(models: list[Model], task: str) -> None:
    analyzer = open_analyzer(task)
    (face,) = analyzer.see(np.zeros((300, 400, 3), np.uint8))
    assert models[0].options.output_face_blendshapes is True
    assert models[0].shown[0].shape == (300, 400, 3)
    along = (POINTS[42:48].mean(axis=0) - POINTS[36:42].mean(axis=0)) * (400, 300)
    moved = POINTS + _BIAS / 1000.0 @ np.stack([along, [-along[1], along[0]]]) / (400, 300)
    assert np.allclose(face.landmarks.points, moved, atol=1e-5)
    assert face.expression["jawOpen"] == pytest.approx(0.7)
    assert face.expression["mouthSmileLeft"] == 0.0
    assert face.expression["yaw"] == pytest.approx(YAW, abs=1e-5)
    assert face.expression["pitch"] == pytest.approx(PITCH, abs=1e-5)
    assert face.expression["roll"] == pytest.approx(ROLL, abs=1e-5)
    assert face.expression["gaze_x"] > 0.1  # to the person's left: the picture's right
    x, y, w, h = face.box
    assert np.allclose([x, y, x + w, y + h], [*moved.min(axis=0), *moved.max(axis=0)], atol=1e-5)
    assert face.emotion.strength == 0.0  # it says nothing of feelings


def test_a_small_picture_is_enlarged_and_a_crop_gets_a_margin(models: list[Model], task: str) -> None:
    analyzer = open_analyzer(task)
    (small,) = analyzer.see(np.zeros((48, 48, 3), np.uint8))
    assert models[0].shown[-1].shape == (192, 192, 3)
    (crop,) = analyzer.see(np.zeros((90, 90, 3), np.uint8), True)
    assert models[0].shown[-1].shape[0] >= 192
    middle = POINTS.mean(axis=0)
    assert np.abs(small.landmarks.points.mean(axis=0) - middle).max() < 0.05
    # the margin, a third of the side, is taken off again
    assert np.abs(crop.landmarks.points.mean(axis=0) - (middle * 150 - 30) / 90).max() < 0.08


def test_the_model_is_closed_with_its_analyzer(models: list[Model], task: str) -> None:
    analyzer = open_analyzer(task)
    analyzer.see(np.zeros((200, 200, 3), np.uint8))
    del analyzer
    gc.collect()
    assert models[0].closed == 1


def test_a_file_that_is_none_is_a_weights_error(models: list[Model], tmp_path: Path) -> None:
    assert models == []
    with pytest.raises(WeightsError, match="found nothing there"):
        open_analyzer(str(tmp_path / "no.task"))
    bad = tmp_path / "bad.task"
    bad.write_bytes(b"bad")
    with pytest.raises(WeightsError, match="not a whole Face Landmarker"):
        open_analyzer(str(bad))


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, task: str) -> None:
    monkeypatch.setitem(sys.modules, "mediapipe", None)  # as if it were not installed
    with pytest.raises(DeviceError, match=r"pip install 'mien\[mediapipe\]'"):
        open_analyzer(task)

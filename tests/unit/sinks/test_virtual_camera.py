"""A virtual camera, on a library that stands in for the real one."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from mien.face import REST, DeviceError, Emotion, Frame, SettingsError, Shot
from mien.sinks import open_sink
from mien.sinks.virtual_camera import DRIVERS
from mien.testing import FakePyvirtualcam


def shot(size: int) -> Shot:
    pixels = np.zeros((size, size, 4), np.uint8)
    pixels[: size // 2] = (10, 20, 30, 255)
    return Shot(0.0, REST, Emotion(), Frame(pixels))


@pytest.mark.parametrize("size", [64, 65])
def test_it_shows_the_face_over_a_colour(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    library = FakePyvirtualcam()
    monkeypatch.setitem(sys.modules, "pyvirtualcam", library)
    sink = open_sink("virtual-camera", None, 30, size, background=(0, 255, 0), device="mien")
    assert (sink.live, sink.needs_frame, library.asked) == (True, True, [])
    with sink:
        sink.put(shot(size))
    even = size + size % 2
    assert library.asked == [{"width": even, "height": even, "fps": 30, "device": "mien", "fmt": "rgb"}]
    (sent,) = library.sent
    assert sent.shape == (even, even, 3)
    assert sent[0, 0].tolist() == [10, 20, 30]
    assert sent[-1, -1].tolist() == [0, 255, 0]
    assert library.closed == 1
    with pytest.raises(ValueError, match="not open"):
        sink.put(shot(size))


@pytest.mark.parametrize(("system", "says"), [("linux", "v4l2loopback"), ("win32", "install OBS"), ("darwin", "OBS")])
def test_without_a_driver_it_says_which_to_install(system: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyvirtualcam", FakePyvirtualcam(broken=True))
    sink = open_sink("virtual-camera", None, 30, 64)
    monkeypatch.setattr(sys, "platform", system)
    with pytest.raises(DeviceError, match=f"there is none .*{says}"):
        sink.__enter__()
    assert says in DRIVERS[system]


def test_without_the_package_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyvirtualcam", None)
    with pytest.raises(SettingsError, match=r'pip install "mien\[virtual-camera\]"'):
        open_sink("virtual-camera", None, 30, 64)


def test_a_camera_that_goes_away_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    library = FakePyvirtualcam()
    monkeypatch.setitem(sys.modules, "pyvirtualcam", library)
    with open_sink("virtual-camera", None, 30, 64) as sink:
        library.gone = True
        with pytest.raises(DeviceError, match="takes no more pictures"):
            sink.put(shot(64))
    assert library.closed == 1

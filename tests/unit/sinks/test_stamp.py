"""The words on the picture."""

from __future__ import annotations

import numpy as np
import pytest

from mien.face import NEUTRAL, REST, Frame, Shot
from mien.sinks import labelled, stamped


def blank(size: int, value: int, alpha: int) -> Frame:
    pixels = np.full((size, size, 4), value, np.uint8)
    pixels[..., 3] = alpha
    return Frame(pixels)


@pytest.mark.parametrize("size", [64, 256, 512, 1080])
@pytest.mark.parametrize(("value", "alpha"), [(255, 255), (0, 255), (0, 0), (128, 255)])
def test_the_words_are_legible_on_any_ground_and_a_twentieth_high(size: int, value: int, alpha: int) -> None:
    before = blank(size, value, alpha)
    after = stamped(before)
    opaque = after.pixels[..., 3] > 200
    grey = after.pixels[..., :3].mean(axis=2)
    white, dark = opaque & (grey > 200), opaque & (grey < 110)
    changed = (after.pixels != before.pixels).any(axis=2)
    rows = (
        np.flatnonzero((white & changed).any(axis=1)) if value < 200 else np.flatnonzero((dark & changed).any(axis=1))
    )
    assert rows[-1] - rows[0] + 1 >= 0.05 * size
    assert (white & changed).any() or value == 255
    assert (dark & changed).any() or value == 0
    assert not changed[: size // 2].any()
    assert (before.pixels[..., 3] == alpha).all()  # the frame that was given stays as it was


def test_a_video_carries_them_for_two_seconds() -> None:
    frame = blank(64, 200, 255)
    shots = [labelled(Shot(t, REST, NEUTRAL, frame)) for t in (0.0, 1.96, 2.0, 5.0)]
    assert [shot.frame is frame for shot in shots] == [False, False, True, True]
    assert labelled(Shot(0.0, REST, NEUTRAL)).frame is None

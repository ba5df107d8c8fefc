"""What footage never shows is borrowed from the artist, in the person's proportions."""

from __future__ import annotations

import numpy as np

from mien.face import NOISE, Expression
from mien.face.channels import CHANNELS, channel
from mien.paint.drawn import Identity, key_points
from mien.train.painter.borrowed import Shown, borrowed

REST = key_points(Identity(), Expression.of({}, np.zeros(NOISE))).points
BROWS, LIDS, LIPS = slice(17, 27), slice(36, 48), slice(48, 68)


def asked(**numbers: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """(1, 63) channels."""
    row = np.zeros((1, len(CHANNELS)), np.float32)
    for name, value in numbers.items():
        row[0, channel(name)] = value
    return row


def test_what_was_filmed_is_not_borrowed() -> None:
    film = np.zeros((50, len(CHANNELS)), np.float32)
    film[:, channel("jawOpen")] = np.linspace(0.0, 0.6, 50)
    film[:, channel("yaw")] = np.linspace(-0.1, 0.1, 50)
    shown = Shown.of(film)
    assert np.abs(borrowed(asked(jawOpen=0.5), shown, REST)).max() < 1e-6
    assert np.abs(borrowed(asked(yaw=0.4, jawOpen=0.2), shown, REST)).max() < 1e-6  # a head's turn is no movement of the face
    more = borrowed(asked(jawOpen=1.0), shown, REST)[0]
    assert more[57, 1] > 0.01  # the lower lip
    assert np.abs(more[BROWS]).max() < 1e-6


def test_an_unseen_frown_lowers_brows_as_far_as_the_face_is_large() -> None:
    shown = Shown.of(np.zeros((50, len(CHANNELS)), np.float32))
    frown = asked(browDownLeft=1.0, browDownRight=1.0)
    whole = borrowed(frown, shown, REST)[0]
    assert whole[BROWS, 1].max() > 0.005
    middle = REST.mean(axis=0)
    small = borrowed(frown, shown, (middle + 0.5 * (REST - middle)).astype(np.float32))[0]
    assert np.allclose(small[BROWS], 0.5 * whole[BROWS], atol=1e-4)
    narrow = REST.copy()
    narrow[LIDS, 1] = REST[LIDS, 1].mean() + 0.6 * (REST[LIDS, 1] - REST[LIDS, 1].mean())
    blink = asked(eyeBlinkLeft=1.0, eyeBlinkRight=1.0)
    far, near = (np.abs(borrowed(blink, shown, rest)[0][LIDS, 1]).max() for rest in (REST, narrow))
    assert abs(near / far - 0.6) < 0.05  # narrow eyes shut on a shorter way


def test_points_that_nobody_gave_stay() -> None:
    shown = Shown.of(np.zeros((50, len(CHANNELS)), np.float32))
    few = REST.copy()
    few[BROWS] = np.nan
    moved = borrowed(asked(browDownLeft=1.0, mouthSmileLeft=1.0), shown, few)[0]
    assert np.isfinite(moved).all()
    assert np.abs(moved[BROWS]).max() == 0.0
    assert np.abs(moved[LIPS]).max() > 0.003

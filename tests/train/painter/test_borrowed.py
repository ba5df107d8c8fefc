"""Where key points lie: as frames tell, and where they do not, as the artist has it in the person's proportions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mien.face import NOISE, Expression
from mien.face.channels import CHANNELS, channel
from mien.paint.drawn import Identity, key_points
from mien.train.painter.borrowed import Moved

Rows = NDArray[np.float32]
REST = key_points(Identity(), Expression.of({}, np.zeros(NOISE))).points
BROWS, LIDS, LIPS = slice(17, 27), slice(36, 48), slice(48, 68)


def asked(**numbers: float) -> Rows:
    """(1, 63) channels."""
    row = np.zeros((1, len(CHANNELS)), np.float32)
    for name, value in numbers.items():
        row[0, channel(name)] = value
    return row


def filmed(rest: Rows = REST, **most: float) -> Moved:
    """Of a film in which these channels go to and fro, each at a pace of its own, up to so much, and nothing else does;
    its face moves as the artist's."""
    channels = np.zeros((60, len(CHANNELS)), np.float32)
    for pace, (name, value) in enumerate(most.items()):
        channels[:, channel(name)] = value * (0.5 + 0.5 * np.sin((0.3 + 0.17 * pace) * np.arange(60)))
    quiet = np.zeros(NOISE, np.float32)
    drawn = [key_points(Identity(), Expression.clipped(row, quiet, quiet)).points for row in channels]
    points = rest + np.stack(drawn) - REST
    return Moved(channels, points.astype(np.float32), rest, True)


def test_what_was_filmed_is_told_by_the_film() -> None:
    channels = np.zeros((60, len(CHANNELS)), np.float32)
    channels[:, channel("jawOpen")] = np.linspace(0.0, 0.6, 60)
    points = np.repeat(REST[None], 60, axis=0)
    points[:, 57, 1] += 0.3 * channels[:, channel("jawOpen")]  # further than the artist's jaw falls
    moved = Moved(channels, points, REST, True)
    half, full, more = (moved(asked(jawOpen=value))[0, 57, 1] - REST[57, 1] for value in (0.3, 0.6, 0.9))
    assert abs(half - 0.09) < 0.02
    assert abs(full - 0.18) < 0.03
    assert full < more < 0.25  # beyond the film as the artist goes on, not as the film would
    brows = moved(asked(jawOpen=0.6))[0, BROWS] - REST[BROWS]
    assert np.abs(brows).max() < 0.01


def test_exact_points_are_believed_more_than_a_tracker() -> None:
    channels = np.zeros((60, len(CHANNELS)), np.float32)
    channels[:, channel("jawOpen")] = np.linspace(0.0, 0.3, 60)
    points = np.repeat(REST[None], 60, axis=0)
    points[:, 57, 1] += 0.3 * channels[:, channel("jawOpen")]
    off = [
        abs(Moved(channels, points, REST, seen)(asked(jawOpen=0.3))[0, 57, 1] - points[-1, 57, 1])
        for seen in (False, True)
    ]
    assert off[0] < 0.2 * off[1]


def test_an_unseen_frown_lowers_brows_as_far_as_the_face_is_large() -> None:
    frown = asked(browDownLeft=1.0, browDownRight=1.0)
    down = (filmed(jawOpen=0.5)(frown) - filmed(jawOpen=0.5)(asked()))[0]
    assert down[BROWS, 1].max() > 0.005
    assert np.abs(down[LIPS]).max() < 0.002
    middle = REST.mean(axis=0)
    half = (middle + 0.5 * (REST - middle)).astype(np.float32)
    small = (filmed(half, jawOpen=0.5)(frown) - filmed(half, jawOpen=0.5)(asked()))[0]
    assert np.allclose(small[BROWS], 0.5 * down[BROWS], atol=2e-3)


def test_narrow_eyes_shut_on_a_shorter_way() -> None:
    narrow = REST.copy()
    narrow[LIDS, 1] = REST[LIDS, 1].mean() + 0.6 * (REST[LIDS, 1] - REST[LIDS, 1].mean())
    blink = asked(eyeBlinkLeft=1.0, eyeBlinkRight=1.0)
    far, near = (
        np.abs(filmed(rest, jawOpen=0.5)(blink) - filmed(rest, jawOpen=0.5)(asked()))[0, LIDS, 1].max()
        for rest in (REST, narrow)
    )
    assert abs(near / far - 0.6) < 0.05


def test_points_that_nobody_gave_move_with_the_head_alone() -> None:
    few = REST.copy()
    few[BROWS] = np.nan
    channels = np.zeros((60, len(CHANNELS)), np.float32)
    channels[:, channel("yaw")] = np.linspace(-0.3, 0.3, 60)
    points = np.repeat(REST[None], 60, axis=0)
    points[..., 0] += 0.2 * channels[:, channel("yaw"), None]
    moved = Moved(channels, points, few, True)
    assert np.abs(moved(asked(browDownLeft=1.0))[0, BROWS] - REST[BROWS]).max() < 1e-3
    assert np.abs(moved(asked(mouthSmileLeft=1.0))[0, LIPS] - REST[LIPS]).max() > 0.003
    assert moved(asked(yaw=0.3))[0, 20, 0] - REST[20, 0] > 0.03
    few[8] = np.nan  # the chin, by which the mouth's size is told
    assert np.isfinite(Moved(channels, points, few, True)(asked(mouthSmileLeft=1.0))).all()

"""Poses for training, as shows make them: expressions that chance decides, with no torch in sight."""

from __future__ import annotations

import numpy as np

from mien.face import FEELINGS, NOISE, VISEMES, Expression, viseme_shape
from mien.face.channels import (
    CHANNELS,
    GAZE_SLICE,
    HEAD_SLICE,
    HIGH,
    LOW,
    MARK_SLICE,
    MARKS,
    MIRROR_ORDER,
    MUSCLE_SLICE,
    MUSCLES,
    side_of,
    sides,
)  # fmt: skip
from mien.face.prototypes import feelings_shape

TURN = (0.44, 0.27, 0.36)
"""Yaw, pitch, roll in radians that the painter is trained for: 25, 15 and 20 degrees, each way."""

NOISE_MOST = 2.5
"""How far from zero the noise is trained."""

_PAIRS = [(at, int(MIRROR_ORDER[at])) for at, name in enumerate(CHANNELS) if side_of(name) > 0]


def sample_expression(chance: np.random.Generator) -> Expression:
    """A pose as shows make them: mostly feelings, speech and blinks, and often enough anything at all (ours)."""
    shape = np.zeros(len(CHANNELS), np.float32)
    emotion = np.zeros(len(FEELINGS), np.float32)
    kind = chance.random()
    if kind < 0.6:
        for _ in range(1 if chance.random() < 0.7 else 2):
            emotion[chance.integers(len(FEELINGS))] = chance.uniform(0.1, 1.0)
        shape = feelings_shape(emotion)
        active = shape != 0
        shape[active] += chance.normal(0.0, 0.05, int(active.sum())).astype(np.float32)
    elif kind < 0.85:
        on = chance.random(len(MUSCLES)) < 0.28
        shape[MUSCLE_SLICE] = on * chance.random(len(MUSCLES)) ** 1.2
        for left, right in _PAIRS:
            if chance.random() < 0.7:
                shape[right] = shape[left]
    if kind < 0.6 or kind >= 0.85:
        if chance.random() < 0.55:
            first, second = (viseme_shape(str(chance.choice(VISEMES))) for _ in range(2))
            blend = chance.random()
            speech = chance.uniform(0.2, 1.0) * (blend * first + (1 - blend) * second)
            shape = (shape * np.where(speech > 0, chance.uniform(0.3, 1.0), 1.0) + speech).astype(np.float32)
        if chance.random() < 0.35:
            lid = chance.random() if chance.random() < 0.6 else 1.0
            for at in sides("eyeBlink"):
                shape[at] = max(shape[at], lid * (1.0 if chance.random() < 0.8 else chance.random()))
    marks = chance.random(len(MARKS)) < 0.22
    shape[MARK_SLICE] = np.maximum(shape[MARK_SLICE], marks * chance.random(len(MARKS)) ** 0.7)
    wide = chance.random() < 0.35
    for place, limit in enumerate(TURN):
        turn = chance.uniform(-limit, limit) if wide else chance.normal(0.0, 0.3 * limit)
        shape[HEAD_SLICE][place] = np.clip(shape[HEAD_SLICE][place] + turn, -limit, limit)
    for place, spread in enumerate((0.16, 0.13)):  # ours
        shape[GAZE_SLICE][place] += chance.normal(0.0, spread)
    noise = np.clip(chance.standard_normal(NOISE), -NOISE_MOST, NOISE_MOST).astype(np.float32)
    return Expression(np.clip(shape, LOW, HIGH), noise, emotion)

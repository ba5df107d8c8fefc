"""Tables that join a feeling, or a spoken sound, to facial actions.

The muscle part follows EMFACS (Ekman & Friesen, "EMFACS-7: Emotional Facial Action Coding System", 1983; the
prototypes of Ekman, Friesen & Hager, "Facial Action Coding System: Investigator's Guide", 2002, table 10-1), with
action units written as ARKit blendshapes: AU1 browInnerUp, AU2 browOuterUp, AU4 browDown, AU5 eyeWide,
AU6 cheekSquint, AU7 eyeSquint, AU9 noseSneer, AU10 mouthUpperUp, AU12 mouthSmile, AU15 mouthFrown,
AU16 mouthLowerDown, AU17 mouthShrugLower, AU20 mouthStretch, AU23/24 mouthPress, AU26 jawOpen, AU43 eyeBlink.
Shy follows Keltner, "Signs of appeasement", JPSP 68, 1995 (gaze down and away, controlled smile, head turned away).
Marks, the closed-eye smile and the heavy lids are conventions of drawn faces (漫符; see Cohn, "Japanese Visual
Language", 2010).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mien.face.channels import CHANNELS, HIGH, LOW, sides
from mien.face.emotion import FEELINGS, Emotion
from mien.face.expression import NOISE, Expression

# name: (value at full strength, share of the show, 0..1, at which it sets in). "brow*" style names without a
# side mean both sides.
_FEELINGS: dict[str, dict[str, tuple[float, float]]] = {
    "happy": {
        "mouthSmile": (1.0, 0.0), "cheekSquint": (0.9, 0.0), "jawOpen": (0.55, 0.25), "eyeBlink": (1.0, 0.78),
        "browOuterUp": (0.35, 0.0), "browInnerUp": (0.25, 0.0), "mouthUpperUp": (0.3, 0.3),
        "blush": (0.5, 0.3), "pitch": (0.06, 0.0), "roll": (0.05, 0.3),
    },
    "sad": {
        "browInnerUp": (1.0, 0.0), "mouthFrown": (0.95, 0.0), "mouthShrugLower": (0.5, 0.2),
        "eyeBlink": (0.38, 0.0), "eyeSquint": (0.25, 0.2), "browDown": (0.15, 0.0), "gaze_y": (-0.22, 0.0),
        "tears": (1.0, 0.55), "pitch": (-0.14, 0.0), "roll": (0.05, 0.0),
    },
    "angry": {
        "browDown": (1.0, 0.0), "eyeSquint": (0.5, 0.0), "noseSneer": (0.45, 0.2), "mouthFrown": (0.55, 0.0),
        "jawOpen": (0.34, 0.55), "mouthUpperUp": (0.45, 0.5), "mouthLowerDown": (0.5, 0.5),
        "mouthPress": (0.5, 0.0), "mouthStretch": (0.4, 0.4), "vein": (1.0, 0.5), "pitch": (-0.06, 0.0),
    },
    "surprised": {
        "browInnerUp": (0.85, 0.0), "browOuterUp": (1.0, 0.0), "eyeWide": (1.0, 0.0), "jawOpen": (0.6, 0.15),
        "mouthFunnel": (0.55, 0.1), "pitch": (0.07, 0.0),
    },
    "disgusted": {
        "noseSneer": (1.0, 0.0), "mouthUpperUp": (0.6, 0.0), "browDown": (0.6, 0.0), "eyeSquint": (0.8, 0.0),
        "eyeBlink": (0.3, 0.0), "mouthFrown": (0.85, 0.0), "mouthShrugUpper": (0.4, 0.0),
        "mouthLeft": (0.35, 0.2), "gloom": (0.75, 0.5), "yaw": (-0.14, 0.0), "gaze_x": (0.18, 0.2),
        "tongueOut": (0.6, 0.75), "jawOpen": (0.22, 0.65),
    },
    "afraid": {
        "browInnerUp": (1.0, 0.0), "browOuterUp": (0.45, 0.0), "browDown": (0.25, 0.0), "eyeWide": (0.85, 0.0),
        "mouthStretch": (0.9, 0.0), "jawOpen": (0.26, 0.2), "mouthLowerDown": (0.5, 0.2),
        "mouthFrown": (0.35, 0.0), "sweat": (1.0, 0.3), "gloom": (1.0, 0.5), "pitch": (-0.05, 0.0),
    },
    "shy": {
        "mouthSmile": (0.32, 0.0), "mouthPucker": (0.3, 0.0), "mouthPress": (0.35, 0.0),
        "browInnerUp": (0.7, 0.0), "eyeBlink": (0.3, 0.0), "gaze_x": (-0.38, 0.0), "gaze_y": (-0.24, 0.0),
        "yaw": (0.16, 0.0), "pitch": (-0.12, 0.0), "roll": (0.08, 0.0), "blush": (1.0, 0.0), "sweat": (0.55, 0.75),
    },
    "relaxed": {
        "mouthSmile": (0.55, 0.0), "eyeBlink": (0.52, 0.0), "browInnerUp": (0.1, 0.0), "browOuterUp": (0.1, 0.0),
        "cheekSquint": (0.3, 0.0), "blush": (0.22, 0.4), "pitch": (0.05, 0.0), "roll": (-0.09, 0.0),
    },
}  # fmt: skip

# Mouth shapes of speech, as ARKit weights. Vowels after the five-vowel system shared by Japanese kana and VRM
# (aa, ih, ou, ee, oh); m closes the lips, f brings the lower lip to the teeth, s shows the teeth.
_VISEMES: dict[str, dict[str, float]] = {
    "a": {"jawOpen": 0.75, "mouthLowerDown": 0.3, "mouthUpperUp": 0.15},
    "i": {
        "jawOpen": 0.16,
        "mouthStretch": 0.6,
        "mouthSmile": 0.22,
        "mouthUpperUp": 0.3,
        "mouthLowerDown": 0.3,
    },
    "u": {"jawOpen": 0.2, "mouthPucker": 0.95, "mouthFunnel": 0.25},
    "e": {"jawOpen": 0.42, "mouthStretch": 0.45, "mouthSmile": 0.1, "mouthLowerDown": 0.25},
    "o": {"jawOpen": 0.55, "mouthFunnel": 0.85, "mouthPucker": 0.3},
    "m": {"mouthClose": 0.1, "mouthPress": 0.5, "mouthRollLower": 0.3, "mouthRollUpper": 0.3},
    "f": {"jawOpen": 0.08, "mouthRollLower": 0.55, "mouthUpperUp": 0.2},
    "s": {"jawOpen": 0.08, "mouthStretch": 0.35, "mouthUpperUp": 0.25, "mouthLowerDown": 0.3},
    "rest": {},
}

VISEMES = tuple(_VISEMES)
"""Names of the mouth shapes of speech: five vowels, three consonant groups, rest."""


# a mild feeling must be told at a glance: how much shows grows faster at first than the strength
_SHOWS = 0.65


def _table(rows: Mapping[str, tuple[float, float]]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(63,) full values and (63,) onsets of one table's rows."""
    value = np.zeros(len(CHANNELS), np.float32)
    onset = np.zeros(len(CHANNELS), np.float32)
    for name, (full, starts) in rows.items():
        for place in sides(name):
            value[place], onset[place] = full, starts
    return value, onset


_ROWS = [_table(_FEELINGS[name]) for name in FEELINGS]
_VALUES = np.stack([row[0] for row in _ROWS])
_ONSETS = np.stack([row[1] for row in _ROWS])
# What sets in at once grows straight with what is seen of the feeling; what sets in later, each by itself, beyond that.
_AT_ONCE = np.where(_ONSETS == 0.0, _VALUES, np.float32(0.0))
_LATER = np.nonzero(_ONSETS)
_WAITS = _ONSETS[_LATER]
_ADDS = np.zeros((len(_WAITS), len(CHANNELS)), np.float32)
_ADDS[np.arange(len(_WAITS)), _LATER[1]] = _VALUES[_LATER]


def feelings_shape(strengths: NDArray[np.floating]) -> NDArray[np.float32]:
    """(..., 63) channels for (..., 8) strengths in [0, 1]: each feeling's table, added and clipped into range."""
    seen = np.asarray(strengths, np.float32) ** _SHOWS
    ramp = np.maximum((seen[..., _LATER[0]] - _WAITS) / (np.float32(1.0) - _WAITS), np.float32(0.0))
    shape: NDArray[np.float32] = np.clip(seen @ _AT_ONCE + ramp @ _ADDS, LOW, HIGH)
    return shape


def prototype(emotion: Emotion) -> Expression:
    """The expression that shows this emotion, alone and at its peak, with no noise."""
    vector = emotion.vector()
    return Expression(feelings_shape(vector), np.zeros(NOISE, np.float32), vector)


def viseme_shape(name: str) -> NDArray[np.float32]:
    """(63,) channels of one mouth shape at full weight. Raises KeyError on an unknown name."""
    return _table({key: (value, 0.0) for key, value in _VISEMES[name].items()})[0].copy()

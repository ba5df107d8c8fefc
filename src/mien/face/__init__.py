"""The nouns that every room speaks in: what is felt, what the face does, where its points are, what was painted.

Owns: `Emotion`, `Expression`, `Landmarks`, `Face`, `Frame`, `ChatLine`, `Support`, the cues, `Shot`, the errors, and
the published tables that join a feeling to facial actions. Never does input or output, never draws, never learns;
standard library and numpy only.
"""

from mien.face.channels import MARKS, MUSCLES
from mien.face.chat import ChatLine, Support
from mien.face.colour import PARTS, Colour, Colours
from mien.face.cue import Cue, Directed, Felt, Mouthed, Saw, Spoke, Viseme
from mien.face.emotion import CLASSES, FEELINGS, NEUTRAL, Emotion
from mien.face.errors import DeviceError, InputError, MienError, PeerError, SettingsError, WeightsError
from mien.face.expression import NOISE, REST, Expression
from mien.face.frame import Face, Frame, Shot
from mien.face.landmarks import LEFT_EYE, MOUTH, POINTS, RIGHT_EYE, STEADY, Landmarks
from mien.face.prototypes import VISEMES, prototype, viseme_shape
from mien.face.sound import Sound

__all__ = [
    "CLASSES",
    "FEELINGS",
    "LEFT_EYE",
    "MARKS",
    "MOUTH",
    "MUSCLES",
    "NEUTRAL",
    "NOISE",
    "PARTS",
    "POINTS",
    "REST",
    "RIGHT_EYE",
    "STEADY",
    "VISEMES",
    "ChatLine",
    "Colour",
    "Colours",
    "Cue",
    "DeviceError",
    "Directed",
    "Emotion",
    "Expression",
    "Face",
    "Felt",
    "Frame",
    "InputError",
    "Landmarks",
    "MienError",
    "Mouthed",
    "PeerError",
    "Saw",
    "SettingsError",
    "Shot",
    "Sound",
    "Spoke",
    "Support",
    "Viseme",
    "WeightsError",
    "prototype",
    "viseme_shape",
]

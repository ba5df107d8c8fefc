"""The VMC protocol: blend shapes and bones of an avatar, over OSC.

Source: "Virtual Motion Capture Protocol", protocol.vmc.info, its pages on Marionette and Performer.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import isfinite
from typing import Any, Final

import numpy as np

from mien.face import Emotion, viseme_shape
from mien.face.channels import CHANNELS
from mien.wire.osc import Message, bundles, decode, encode
from mien.wire.tracked import Tracked, from_arkit, muscle
from mien.wire.turns import Quaternion, from_unity, multiplied

PORT: Final = 39539
"""Where who draws the avatar listens (a Marionette)."""
PERFORMER_PORT: Final = 39540
"""Where who makes its movements listens for those that help (a Performer, for Assistants)."""

_BLEND, _APPLY, _BONE = "/VMC/Ext/Blend/Val", "/VMC/Ext/Blend/Apply", "/VMC/Ext/Bone/Pos"

_VOWELS: Final = {
    "a": "a", "i": "i", "u": "u", "e": "e", "o": "o", "aa": "a", "ih": "i", "ou": "u", "ee": "e", "oh": "o",
}  # fmt: skip
_FEELINGS: Final = {
    "joy": "happy", "happy": "happy", "angry": "angry", "sorrow": "sad", "sad": "sad", "fun": "relaxed",
    "relaxed": "relaxed", "surprised": "surprised",
}  # fmt: skip
_LIDS: Final = {
    "blink": ("eyeBlinkLeft", "eyeBlinkRight"), "blink_l": ("eyeBlinkLeft",), "blinkleft": ("eyeBlinkLeft",),
    "blink_r": ("eyeBlinkRight",), "blinkright": ("eyeBlinkRight",),
}  # fmt: skip
_FELT = 0.02
"""Share of a feeling below which the other end says nothing of it: most send all presets all the time. # ours"""
_MOST = 512
"""Names of shapes and bones that are remembered."""


def datagrams(t: float, blends: Mapping[str, float], bones: Mapping[str, Quaternion]) -> Iterator[bytes]:
    """One moment: that it is there, its time, local rotations of bones, and values of blend shapes, then applied."""
    messages = [encode(Message("/VMC/Ext/OK", (1,))), encode(Message("/VMC/Ext/T", (float(t),)))]
    messages += [_named(_BONE, name, 7) + struct.pack(">7f", 0.0, 0.0, 0.0, *turn) for name, turn in bones.items()]
    messages += [_named(_BLEND, name, 1) + struct.pack(">f", value) for name, value in blends.items()]
    yield from bundles([*messages, encode(Message(_APPLY))])


@lru_cache(maxsize=512)
def _named(address: str, name: str, floats: int) -> bytes:
    """The beginning of a message that goes on with so many floats: the same in every frame."""
    return encode(Message(address, (name, *[0.0] * floats)))[: -4 * floats]


class Performer:
    """What somebody else's program tells of a face: remembers shapes and bones, for each is told on its own."""

    def __init__(self) -> None:
        self._blends: dict[str, float] = {}
        self._bones: dict[str, Quaternion] = {}

    def decode(self, data: bytes) -> Tracked | None:
        """The face by now, when the datagram completes it; other messages are passed over. Raises PeerError."""
        whole = bone = False
        for message in decode(data):
            match message:
                case Message("/VMC/Ext/Blend/Val", (str(name), float(value), *_)) if isfinite(value):
                    self._keep(self._blends, name.lower(), value)
                case Message("/VMC/Ext/Bone/Pos", (str(name), _, _, _, x, y, z, w, *_)) if _finite(x, y, z, w):
                    self._keep(self._bones, name, (x, y, z, w))
                    bone = bone or name == "Head"
                case Message("/VMC/Ext/Blend/Apply"):
                    whole = True
        return self._tracked() if whole or (bone and not self._blends) else None

    @staticmethod
    def _keep(known: dict[str, Any], name: str, value: Any) -> None:
        if name in known or len(known) < _MOST:
            known[name] = value

    def _tracked(self) -> Tracked | None:
        blends = self._blends
        values = from_arkit(blends.items())
        if not any(muscle(name) for name in blends):  # no Perfect Sync: the presets say it
            values |= _presets(blends)
        if "Head" in self._bones:
            turn = multiplied(self._bones.get("Neck", (0.0, 0.0, 0.0, 1.0)), self._bones["Head"])
            values |= dict(zip(("yaw", "pitch", "roll"), from_unity(turn), strict=True))
        eyes = [from_unity(self._bones[name]) for name in ("LeftEye", "RightEye") if name in self._bones]
        if eyes and any(turn != (0.0, 0.0, 0.0) for turn in eyes):
            values["gaze_x"], values["gaze_y"] = (sum(eye[axis] for eye in eyes) / len(eyes) for axis in (0, 1))
        feelings: dict[str, float] = {}
        for name, feeling in _FEELINGS.items():
            feelings[feeling] = max(feelings.get(feeling, 0.0), min(max(blends.get(name, 0.0), 0.0), 1.0))
        told = max(feelings.values()) > _FELT
        return Tracked(values, emotion=Emotion.of(feelings) if told else None) if values or told else None


def _presets(blends: Mapping[str, float]) -> dict[str, float]:
    """Channels of VRM's presets for lids and vowels; the mouth only while it speaks, else the feelings have it."""
    values: dict[str, float] = {}
    for name, muscles in _LIDS.items():
        if name in blends:
            values |= {lid: max(values.get(lid, 0.0), blends[name]) for lid in muscles}
    spoken: dict[str, float] = {}
    for name, vowel in _VOWELS.items():
        spoken[vowel] = max(spoken.get(vowel, 0.0), min(max(blends.get(name, 0.0), 0.0), 1.0))
    if max(spoken.values()) > _FELT:
        shape = sum(weight * _mouth(vowel) for vowel, weight in spoken.items())
        values |= {CHANNELS[place]: float(shape[place]) for place in np.flatnonzero(shape)}
    return values


@lru_cache(maxsize=16)
def _mouth(vowel: str) -> Any:
    return viseme_shape(vowel)


def _finite(*numbers: Any) -> bool:
    return all(isinstance(number, int | float) and isfinite(number) for number in numbers) and any(numbers)

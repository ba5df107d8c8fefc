"""What footage of a face contains: how far its head turns, its mouth opens, its eyes shut; and what to film next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mien.face.channels import sides
from mien.train.painter.footage import Footage

_SHUT, _OPEN = 0.5, 0.25
"""An eye is shut from here on, and open again below."""

Strengths = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the chart. name: in words. values: over the frames in their order. low, high: ends of its axis."""

    name: str
    values: Strengths
    low: float
    high: float


def lines(train: Footage, held_out: Footage) -> list[Line]:
    """What the face does over all frames, the held-out ones last."""

    def of(name: str, scale: float = 1.0) -> Strengths:
        both = np.concatenate([train.channels, held_out.channels])
        return np.asarray(both[:, sides(name)].mean(axis=1) * scale, np.float32)

    degrees = float(np.degrees(1.0))
    return [
        Line("head turned to the picture's right (above) and left, degrees", of("yaw", degrees), -35.0, 35.0),
        Line("head raised (above) and lowered, degrees", of("pitch", degrees), -30.0, 30.0),
        Line("mouth open", of("jawOpen"), 0.0, 1.0),
        Line("smile", of("mouthSmile"), 0.0, 1.0),
        Line("eyes shut", of("eyeBlink"), 0.0, 1.0),
    ]  # fmt: skip


def blinks(shut: Strengths) -> int:
    """How often eyes shut and open again. shut: (n,) how far, frame after frame."""
    count, closed = 0, False
    for value in shut:
        if not closed and value >= _SHUT:
            count, closed = count + 1, True
        elif value < _OPEN:
            closed = False
    return count


_WANTED = (
    ("yaw", 1.0, 0.25, "turns to the picture's right", "film a turn to the picture's right"),
    ("yaw", -1.0, 0.25, "turns to the picture's left", "film a turn to the picture's left"),
    ("pitch", 1.0, 0.15, "looks up", "raise the head while you film"),
    ("pitch", -1.0, 0.15, "looks down", "lower the head while you film"),
    ("roll", 1.0, 0.1, "tilts clockwise", "tilt the head to that side"),
    ("roll", -1.0, 0.1, "tilts counter-clockwise", "tilt the head to that side"),
    ("jawOpen", 1.0, 0.35, "opens its mouth wide", "say a long aah"),
    ("mouthSmile", 1.0, 0.4, "smiles", "smile with and without teeth"),
    ("mouthPucker", 1.0, 0.3, "purses its lips", "say ooh, and whistle"),
    ("eyeBlink", 1.0, 0.5, "shuts its eyes", "blink, and close the eyes for a second"),
    ("browInnerUp", 1.0, 0.3, "raises its brows", "look surprised"),
    ("browDown", 1.0, 0.3, "frowns", "look angry"),
    ("gaze_x", 1.0, 0.15, "glances to the picture's right", "look aside with the eyes alone"),
    ("gaze_x", -1.0, 0.15, "glances to the picture's left", "look aside with the eyes alone"),
)
"""Channels, their sign, how far they should go, and what to do where they do not. Radians, or shares. # ours"""

_SHARP, _SHARPEST = 0.5, 1.5
_BLURRED_MOUTH = 20.0
_FAR = 6.0


def advice(train: Footage, figures: dict[str, float], error_px: float) -> list[str]:
    """What to film or to do for a better character, in sentences, what is missed most first.

    figures: of the held-out frames, as `measure.likeness` gives them. error_px: the landmark net's.
    """
    found = []
    for name, sign, wanted, does, cure in _WANTED:
        reached = float(np.percentile(sign * train.channels[:, sides(name)].mean(axis=1), 99))
        if reached < wanted:
            never = "never" if reached < 0.4 * wanted else "hardly"
            found.append((reached / wanted, f"It {never} {does}: {cure}."))
    sentences = [sentence for _, sentence in sorted(found)]
    if figures["sharpness_face"] < _SHARP:
        sentences.append(
            f"Painted eyes and mouth have {figures['sharpness_face']:.0%} of the film's fine detail: give it more "
            "--minutes."
        )
    if figures["psnr_mouth"] < _BLURRED_MOUTH:
        sentences.append("Mouths are painted badly: film more speech, in steady light, the lips uncovered.")
    if error_px > _FAR:
        sentences.append(
            f"Key points lie {error_px:.1f} pixels from where they were seen in held-out frames: keep the camera and "
            "the shoulders still."
        )
    return sentences or ["Nothing is missing that this page can see."]


def worst(scores: Sequence[float], count: int) -> list[int]:
    """The places of the lowest scores, the worst first."""
    return [int(place) for place in np.argsort(scores, kind="stable")[:count]]

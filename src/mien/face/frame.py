"""What a camera found, what was painted, and one moment of output."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mien.face.emotion import CLASSES, NEUTRAL, Emotion
from mien.face.expression import Expression
from mien.face.landmarks import Landmarks


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A picture. pixels: (height, width, 4) uint8 RGBA, alpha not premultiplied, read-only.

    Raises ValueError on another shape or type.
    """

    pixels: NDArray[np.uint8]

    def __post_init__(self) -> None:
        if self.pixels.dtype != np.uint8 or self.pixels.ndim != 3 or self.pixels.shape[2] != 4:
            raise ValueError(
                f"Frame.pixels: expected (height, width, 4) uint8, got {self.pixels.shape} {self.pixels.dtype}"
            )
        view = self.pixels.view()
        view.flags.writeable = False
        object.__setattr__(self, "pixels", view)

    @property
    def width(self) -> int:
        """Pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self.pixels.shape[0])

    def over(self, background: tuple[int, int, int]) -> NDArray[np.uint8]:
        """(height, width, 3) uint8 RGB: the picture laid over one opaque colour."""
        alpha = self.pixels[..., 3:].astype(np.uint16)
        ground = np.array(background, np.uint16)
        mixed = self.pixels[..., :3] * alpha + ground * (255 - alpha)
        return ((mixed + 127) // 255).astype(np.uint8)


KINDS = ("real", "drawn", "unsure")
"""What a face may be said to be: a person's, a drawn one, or something that is hard to tell, such as an animal's."""


@dataclass(frozen=True, slots=True)
class Face:
    """A face that was found in a picture.

    box: (left, upper, width, height) and landmarks in units of the picture (0 to 1 across each of its sides); what the
    face does and what it seems to feel; confidence in [0, 1] that it is one. id: the same number for the same person
    while a tracker follows it, -1 without one. chances: nine in [0, 1] in the order of CLASSES, by default those that
    `emotion` leaves; the emotion is what they tell beyond neutral. kind: what the face seems to be, one of KINDS.

    Raises ValueError on another kind or number of chances.
    """

    box: tuple[float, float, float, float]
    landmarks: Landmarks
    expression: Expression
    emotion: Emotion
    confidence: float
    id: int = -1
    chances: tuple[float, ...] = ()
    kind: str = "unsure"

    def __post_init__(self) -> None:
        felt = tuple(self.emotion.as_dict().values())
        chances = self.chances or (*felt, max(0.0, 1.0 - sum(felt)))
        if len(chances) != len(CLASSES) or not all(0.0 <= chance <= 1.0 for chance in chances):
            raise ValueError(f"Face.chances: expected {len(CLASSES)} in 0..1, got {chances}")
        if self.kind not in KINDS:
            raise ValueError(f"Face.kind: expected one of {', '.join(KINDS)}, got {self.kind!r}")
        object.__setattr__(self, "chances", tuple(chances))

    @property
    def dominant(self) -> str:
        """The likeliest of the nine, neutral among them."""
        return max(zip(self.chances, CLASSES, strict=True), key=lambda one: one[0])[1]

    @property
    def felt(self) -> dict[str, float]:
        """The nine chances by name."""
        return dict(zip(CLASSES, self.chances, strict=True))


@dataclass(frozen=True, slots=True)
class Shot:
    """One moment of output, all that a sink ever gets: the time in seconds, the feeling, the pose, the picture.

    frame is None until a painter has been at work.
    """

    t: float
    expression: Expression
    emotion: Emotion = field(default=NEUTRAL)
    frame: Frame | None = None

"""Small events that move the mood. Each carries `t`: when it takes effect, in seconds on the show's clock."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mien.face.channels import MARKS, beginning
from mien.face.emotion import Emotion
from mien.face.expression import Expression


@dataclass(frozen=True, slots=True)
class Viseme:
    """One mouth shape of speech: begins `start` seconds after its cue, lasts `seconds`.

    name: a key of VISEMES ("a", "i", "u", "e", "o", "m", "f", "s", "rest"); weight in [0, 1].
    """

    start: float
    seconds: float
    name: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Felt:
    """Something was understood to feel like this. hold: seconds at the peak before it decays, >= 0.

    utterance: names what it was understood from, where more cues may follow about the same (a sentence that is still
    being written, a crowd): each replaces the one before. "" is heard once: what is met again builds up.
    """

    t: float
    emotion: Emotion
    hold: float = 1.5
    utterance: str = ""


@dataclass(frozen=True, slots=True)
class Spoke:
    """The character says something: mouth shapes in the order of their start."""

    t: float
    visemes: tuple[Viseme, ...]


@dataclass(frozen=True, slots=True)
class Mouthed:
    """A voice is heard just now with this mouth: how much of each mouth shape shows.

    shapes: (name, amount) with a key of VISEMES and an amount in [0, 1]; those that are not named do not show.
    speaking: how far the mouth is the voice's, in [0, 1], 0 in silence. The next one takes its place; when none follows
    within a quarter of a second, the mouth closes.
    """

    t: float
    shapes: tuple[tuple[str, float], ...]
    speaking: float = 1.0


CAMERA_KNOWS = ~beginning(*MARKS)
"""(63,) what a camera knows of a face: all but the drawn marks."""


@dataclass(frozen=True, slots=True, eq=False)
class Saw:
    """A camera or a tracker saw the person's face do this; confidence in [0, 1].

    knows: (63,) bool, the channels that it speaks of; the others stay with the mood, or with another tracker.
    feels: whether `expression.emotion` was read from the face too.
    """

    t: float
    expression: Expression
    confidence: float = 1.0
    knows: NDArray[np.bool_] = field(default_factory=lambda: CAMERA_KNOWS)
    feels: bool = True

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Saw):
            return NotImplemented
        mine, others = ((saw.t, saw.expression, saw.confidence, saw.feels, saw.knows.tolist()) for saw in (self, other))
        return mine == others

    __hash__ = None  # type: ignore[assignment]  # an array inside: compared by value, not usable as a key


@dataclass(frozen=True, slots=True)
class Directed:
    """Somebody directs channels and feelings by name (see CHANNELS, FEELINGS) to these values for `hold` seconds.

    quick: the face follows as quickly as it follows a camera, for a hand that moves it; else at its own pace.
    """

    t: float
    values: tuple[tuple[str, float], ...]
    hold: float = 1.0
    quick: bool = False


Cue = Felt | Spoke | Mouthed | Saw | Directed

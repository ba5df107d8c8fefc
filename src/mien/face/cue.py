"""Small events that move the mood. Each carries `t`: when it takes effect, in seconds on the show's clock."""

from __future__ import annotations

from dataclasses import dataclass

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

    update: tells how the one feeling felt before is now, in its place; else it is met once more, and moods build up.
    """

    t: float
    emotion: Emotion
    hold: float = 1.5
    update: bool = False


@dataclass(frozen=True, slots=True)
class Spoke:
    """The character says something: mouth shapes in the order of their start."""

    t: float
    visemes: tuple[Viseme, ...]


@dataclass(frozen=True, slots=True)
class Saw:
    """A camera saw the person's face do this; confidence in [0, 1]."""

    t: float
    expression: Expression
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Directed:
    """Somebody directs channels by name (see CHANNELS) to these values for `hold` seconds."""

    t: float
    values: tuple[tuple[str, float], ...]
    hold: float = 1.0


Cue = Felt | Spoke | Saw | Directed

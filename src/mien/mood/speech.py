"""The speaking mouth: timed shapes that melt into each other, and how they share the mouth with the mood.

Overlapping windows after Cohen & Massaro, "Modeling coarticulation in synthetic visual speech", 1993: every
shape rises and falls over its boundaries, neighbours share a boundary, and the weights add up to one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien.face.channels import by_prefix, sides
from mien.face.cue import Mouthed, Spoke
from mien.face.prototypes import VISEMES, viseme_shape
from mien.mood.lips import SHUT, Lips
from mien.mood.motion import SUBSTEP, Values, ease, eased

_KIND = {name: number for number, name in enumerate(VISEMES)}
_SHAPES: Values = np.stack([viseme_shape(name) for name in VISEMES]).astype(np.float64)
_LIPS = _KIND["m"]
_NARROW, _WIDE = 0.10, 0.17  # seconds: the least and greatest width of a boundary between two shapes
_FADE = 0.08  # seconds in which a new utterance takes over
_MOST = int(_FADE / SUBSTEP) + 2  # utterances that can be fading at once, one a substep: none is ever cut off

# How much of the mood's mouth stays while speaking: the corners keep the feeling, the opening belongs to
# speech.
_KEEP: dict[str, float] = {
    "jawOpen": 0.35, "mouthClose": 0.2, "mouthFunnel": 0.2, "mouthPucker": 0.25, "mouthLowerDown": 0.4,
    "mouthUpperUp": 0.5, "mouthPress": 0.15, "mouthRoll": 0.2, "mouthStretch": 0.5, "mouthShrug": 0.6,
    "mouthSmile": 0.78, "mouthFrown": 0.85, "mouthDimple": 0.8, "mouthLeft": 0.7, "mouthRight": 0.7,
    "tongueOut": 0.1,
}  # fmt: skip
_PLAIN, _EFFORT = 0.88, 0.32  # how far a plain voice opens the mouth, and what shouting adds
_OPENING = ("jawOpen", "mouthFunnel", "mouthLowerDown", "mouthUpperUp", "tongueOut")


KEEP: Final[Values] = by_prefix(_KEEP, 1.0)
_OPENS: Final[Values] = by_prefix(dict.fromkeys(_OPENING, 1.0), 0.0)
_SMILES = sides("mouthSmile")
_FROWNS = sides("mouthFrown")


@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """The shapes of one Spoke cue on the show's clock, sorted by start. All (n,).

    begins, ends: seconds; rises, falls: widths of the boundaries in seconds; kinds: places in VISEMES;
    weights in [0, 1]; longest: seconds; taken, left: when it began to be spoken and when another took over.
    """

    begins: Values
    ends: Values
    rises: Values
    falls: Values
    kinds: NDArray[np.intp]
    weights: Values
    longest: float
    taken: float
    left: float

    @classmethod
    def of(cls, cue: Spoke, now: float) -> Utterance:
        """Raises ValueError on an unknown mouth shape or a number that is not finite."""
        visemes = sorted(cue.visemes, key=lambda viseme: viseme.start)
        for viseme in visemes:
            if viseme.name not in _KIND:
                raise ValueError(f"Spoke: no mouth shape {viseme.name!r}; there are: {', '.join(VISEMES)}")
        begins = np.array([viseme.start for viseme in visemes]) + cue.t
        lasts = np.maximum(np.array([viseme.seconds for viseme in visemes]), 0.0)
        weights = np.clip(np.array([viseme.weight for viseme in visemes]), 0.0, 1.0)
        if not (np.isfinite(begins).all() and np.isfinite(lasts).all() and np.isfinite(weights).all()):
            raise ValueError("Spoke: expected finite times and weights")
        ends = begins + lasts
        kinds = np.array([_KIND[viseme.name] for viseme in visemes], np.intp)
        rises = np.clip(1.3 * lasts, _NARROW, np.where(kinds == _LIPS, _NARROW, _WIDE))
        falls = rises.copy()
        touching = np.abs(begins[1:] - ends[:-1]) < 0.02
        lips = (kinds[1:] == _LIPS) | (kinds[:-1] == _LIPS)  # lips meet and part quickly, or they would not meet
        shared = np.where(lips, _NARROW, 0.5 * (rises[1:] + falls[:-1]))
        rises[1:] = np.where(touching, shared, rises[1:])
        falls[:-1] = np.where(touching, shared, falls[:-1])
        return cls(begins, ends, rises, falls, kinds, weights, float(lasts.max()), now, float("inf"))

    @property
    def over(self) -> float:
        """When the last trace is gone, in seconds."""
        return min(self.left + _FADE, float(self.ends.max()) + _WIDE + 0.15)

    def amounts(self, t: float) -> Values:
        """(9,) the weight of each mouth shape at t, in the order of VISEMES."""
        first = int(np.searchsorted(self.begins, t - self.longest - _WIDE))
        last = int(np.searchsorted(self.begins, t + _WIDE))
        if first == last:
            return np.zeros(len(VISEMES))
        part = slice(first, last)
        rise = eased((t - self.begins[part]) / self.rises[part] + 0.5)
        fall = eased((t - self.ends[part]) / self.falls[part] + 0.5)
        shown = (rise - fall) * self.weights[part]
        return np.bincount(self.kinds[part], shown, len(VISEMES)).astype(np.float64) * self.gain(t)

    def gain(self, t: float) -> float:
        """How far this utterance has the mouth at t, in [0, 1]."""
        return ease((t - self.taken) / _FADE) * (1.0 - ease((t - self.left) / _FADE))

    def talking(self, t: float) -> float:
        """1 from the first shape to the last, pauses between words included; smooth at both ends."""
        rise = ease((t - float(self.begins[0])) / _WIDE + 0.5)
        return rise * (1.0 - ease((t - float(self.ends.max())) / 0.15)) * self.gain(t)


@dataclass(frozen=True, slots=True)
class Voice:
    """What is being said: the utterances that still move the mouth, the last one leading, and the live lips."""

    utterances: tuple[Utterance, ...] = ()
    lips: Lips = SHUT

    @property
    def silent(self) -> bool:
        """Whether nothing moves the mouth."""
        return not self.utterances and self.lips is SHUT

    def saying(self, cue: Spoke, now: float) -> Voice:
        """The voice after this cue: it takes over, what was being said fades. An empty cue only stops."""
        stopped = tuple(
            old if old.left <= now else _leaving(old, now)
            for old in self.utterances
            if old.taken < now and old.over > now
        )
        new = (Utterance.of(cue, now),) if cue.visemes else ()
        return Voice((*stopped, *new)[-_MOST:], self.lips)

    def hearing(self, cue: Mouthed, now: float) -> Voice:
        """The voice after this cue: the live lips follow it."""
        return Voice(self.utterances, self.lips.hearing(cue, now))

    def after_substep(self, now: float) -> Voice:
        """The voice one substep later, without what is over."""
        lips = self.lips.after_substep(now)
        if lips is self.lips and all(old.over > now for old in self.utterances):
            return self
        return Voice(tuple(old for old in self.utterances if old.over > now), lips)

    def talking(self, t: float, ahead: float = 0.0) -> float:
        """In [0, 1]: whether the character is speaking at t, `ahead` seconds after the substep."""
        return min(1.0, sum(utterance.talking(t) for utterance in self.utterances) + self.lips.at(ahead)[1])

    def mixed(self, channels: Values, share: Values, loud: float, t: float, ahead: float = 0.0) -> Values:
        """(63,) channels with the spoken mouth laid over them, at t, `ahead` seconds after the substep.

        share: (63,) how far speech may move each channel, in [0, 1]. loud: in [-1, 1]; who shouts opens wide, who
        whispers hardly (the jaw opens with vocal effort: Schulman, "Articulatory dynamics of loud and normal speech",
        Journal of the Acoustical Society of America 85, 1989).
        """
        if self.silent:
            return channels
        talking = self.talking(t, ahead)
        amounts = np.minimum(1.0, sum((one.amounts(t) for one in self.utterances), self.lips.at(ahead)[0]))
        lips = float(amounts[_LIPS])
        sealed = min(1.0, 1.4 * lips)  # lips must meet, so they win over what is beside them
        others = amounts * ((1.0 - sealed) / max(0.01, 1.0 - lips))
        others[_LIPS] = sealed
        spoken = others @ _SHAPES
        spoken *= _PLAIN + _EFFORT * loud
        keep = KEEP * (1.0 - sealed * _OPENS)
        mouth: Values = channels * (1.0 - share * talking * (1.0 - keep))
        spoken[_SMILES] *= 1.0 - np.minimum(1.0, 1.5 * mouth[_FROWNS])
        mouth += share * spoken * (1.0 - np.minimum(1.0, np.abs(mouth)) * _SHY_OF_FULL)
        return mouth


def _leaving(old: Utterance, now: float) -> Utterance:
    return Utterance(old.begins, old.ends, old.rises, old.falls, old.kinds, old.weights, old.longest, old.taken, now)


# Corners add up softly (a smile that is full already is not smiled over); the opening adds up plainly.
_SHY_OF_FULL: Final[Values] = np.where((KEEP < 1.0) & (_OPENS == 0.0), 1.0, 0.0)
SILENT: Final = Voice()

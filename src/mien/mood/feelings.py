"""What is felt: a feeling rises, holds, falls to an afterglow and fades; a new one makes the others fade."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mien.face.channels import CHANNELS, beginning, channel, sides
from mien.face.cue import Felt
from mien.face.emotion import FEELINGS, Emotion
from mien.face.prototypes import feelings_shape
from mien.mood.motion import RATE, SUBSTEP, Values, ease, eased
from mien.mood.nuance import PLAIN, Nuance, nuances_after, nuances_sides
from mien.mood.rows import Rows
from mien.mood.temper import Temper

AROUSAL: Final[Values] = np.array([Emotion.of({name: 1.0}).arousal for name in FEELINGS])
"""(8,) the activation of each feeling, in [-1, 1]."""

_NAMED = 0.05  # a feeling below this strength in a cue is not meant
_CROWD = 2.5  # how much faster a feeling fades at another one's full strength
_BUILD = 0.15  # ours: a feeling met again while it lasts grows by this share, since moods build up
_EARN = SUBSTEP / 2.0  # the share of a substep in which an afterglow is earned: it takes two seconds
_TEN = 2.303  # natural logarithm of 10: nine tenths of the way
_SHOWN = 1.78  # likewise, until nine tenths of it show: the prototypes show a mild feeling more than in proportion

# The lower face follows the upper by this many seconds: in surprise brows and eyes open before the jaw drops.
_TRAIL = {"surprised": 0.085, "afraid": 0.05}
_LOWER = beginning("jaw", "mouth", "tongue")
# Where a feeling is first seen: its onset in Temper is counted there.
_SEEN_FIRST = {
    "surprised": "browOuterUpLeft", "afraid": "browInnerUp", "angry": "browDownLeft", "sad": "browInnerUp",
}  # fmt: skip

# Strengths of joy: from the first on a smile shuts the eyes (there the prototype has them half shut), and it opens
# them again below the second only: one change of a face is not taken back for a little less joy. After _LAUGH seconds
# they look again, though the joy goes on: felt smiles last half a second to four (Ekman & Friesen, "Felt, false, and
# miserable smiles", Journal of Nonverbal Behavior 6, 1982).
_SHUTS_EYES, _OPENS_EYES, _LAUGH = 0.84, 0.66, 3.4
_HAPPY, _RELAXED = FEELINGS.index("happy"), FEELINGS.index("relaxed")
# Feelings that no face shows at once. Of joy, people recognise but "happily surprised" and "happily disgusted" among
# the blends (Du, Tao & Martinez, "Compound facial expressions of emotion", PNAS 111, 2014); calm is left by the same
# reasoning. A blend of two of these reads as neither, so the weaker steps back further.
OPPOSED: Final = {"happy": ("sad", "angry", "afraid"), "relaxed": ("angry", "disgusted", "afraid")}
_AGAINST: Final[Values] = np.array(
    [[other in OPPOSED.get(one, ()) or one in OPPOSED.get(other, ()) for other in FEELINGS] for one in FEELINGS], float
)
_OPPONENTS = [(place, np.flatnonzero(row).tolist()) for place, row in enumerate(_AGAINST) if row.any()]
# How loud each feeling is spoken, in [-1, 1], in the order of the mean energies of Banse & Scherer, "Acoustic profiles
# in vocal emotion expression", JPSP 70, 1996: hot anger, panic and elation loud, sadness and shame soft.
_LOUDNESS = {"happy": 0.5, "sad": -0.6, "angry": 1.0, "surprised": 0.5, "afraid": 0.7, "shy": -1.0, "relaxed": -0.3}
_LOUD: Final[Values] = np.array([_LOUDNESS.get(name, 0.0) for name in FEELINGS])
_TRACE = 1e-4  # a feeling below it is not shown
_SMILES, _FROWNS, _WIDES, _BLINKS, _SQUINTS = (
    slice(min(pair), max(pair) + 1)
    for pair in map(sides, ("mouthSmile", "mouthFrown", "eyeWide", "eyeBlink", "eyeSquint"))
)


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """How quickly the feelings of one temper move, all (8,).

    linger: the afterglow's share of the level. The others: the share of the way that is gone in a substep
    (decay: < 0).
    """

    attack: Values
    release: Values
    decay: Values
    linger: Values
    trail: Values


def _rates(temper: Temper) -> Rates:
    """The springs of the face take a part of each onset; the level gets what is left."""
    attack = []
    for name, pace in zip(FEELINGS, temper.paces, strict=True):
        spring = RATE[channel(_SEEN_FIRST.get(name, "mouthSmileLeft"))]
        attack.append(_SHOWN / max(0.03, pace.onset - 2.0 / spring))
    paces = temper.paces
    return Rates(
        attack=1.0 - np.exp(-SUBSTEP * np.array(attack)),
        release=1.0 - np.exp(-SUBSTEP * np.array([_TEN / pace.release for pace in paces])),
        decay=np.array([-SUBSTEP * np.log(2.0) / pace.decay for pace in paces]),
        linger=np.array([pace.linger for pace in paces]),
        trail=np.array([1.0 - np.exp(-SUBSTEP / max(0.004, _TRAIL.get(name, 0.0))) for name in FEELINGS]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Feelings:
    """Levels of the eight feelings, all (8,).

    drive, until: what the cues ask for, and until when in seconds.
    level, glow: the feeling and its afterglow.
    total, before: what is felt now and was one substep ago.
    lower: the strengths as the lower face follows them.
    rates, expressive: from the temper. nuance: how this showing differs from others. shut: seconds for which a smile
    has shut the eyes; negative: it has, and they look again. utterance: of the last cue, see `Felt`.
    """

    rates: Rates
    expressive: float
    drive: Values
    until: Values
    level: Values
    glow: Values
    total: Values
    before: Values
    lower: Values
    nuance: Nuance = PLAIN
    shut: float = 0.0
    utterance: str = ""

    @classmethod
    def calm(cls, temper: Temper) -> Feelings:
        """Nothing felt."""
        none = np.zeros(len(FEELINGS))
        return cls(
            rates=_rates(temper), expressive=temper.expressive, drive=none, until=none - 1.0, level=none, glow=none,
            total=none, before=none, lower=none,
        )  # fmt: skip

    def paced(self, temper: Temper) -> Feelings:
        """What is felt, from now on at the pace of another temper."""
        return replace(self, rates=_rates(temper), expressive=temper.expressive)

    def new(self, cue: Felt) -> bool:
        """Whether a cue is about something else than the last one was."""
        return not cue.utterance or cue.utterance != self.utterance

    def anew(self, seed: int, count: int) -> Feelings:
        """The feelings as something new is felt: it is shown in a way of its own, and eyes may shut once more."""
        return replace(self, nuance=self.nuance.drawn(seed, count), shut=max(0.0, self.shut))

    def hearing(self, cue: Felt, now: float) -> Feelings:
        """The feelings after this cue: it drives what it names and ends the hold of everything else."""
        strength = cue.emotion.vector().astype(np.float64)
        named = strength >= _NAMED
        held = np.where(self.until > now, self.drive, 0.0)
        again = strength
        if self.new(cue):
            again = strength + 0.5 * np.maximum(0.0, held - strength) + _BUILD * np.minimum(held, strength)
        drive = np.where(named, np.minimum(1.0, again), self.drive)
        until = np.where(named, now + cue.hold, np.minimum(self.until, now))
        return replace(self, drive=drive, until=until, utterance=cue.utterance)

    def after_substep(self, now: float, seen: Values | None, wander: float, directed: Values | None = None) -> Feelings:
        """The feelings one substep later. seen: (8,) feelings that a camera sees now, or None. directed: (8,) those
        that somebody directs, nan for the others, or None."""
        rates = self.rates
        target = np.where(self.until > now, self.drive, 0.0)
        if seen is not None:
            target = np.maximum(target, seen)
        if directed is not None:
            target = np.where(np.isnan(directed), target, directed)
        crowd = 1.0 + _CROWD * np.minimum(1.0, target.sum() - target)
        nuance = self.nuance.after_substep()
        attack = np.minimum(1.0, rates.attack * nuance.tempo)
        share = np.where(target > self.level, attack, np.minimum(1.0, rates.release * crowd))
        level = self.level + (np.maximum(target, self.glow) - self.level) * share
        earned = rates.linger * level - self.glow
        glow = self.glow + np.where(earned > 0.0, earned * _EARN, self.glow * rates.decay * (crowd * crowd))
        total = np.minimum(1.0, level * self.expressive)
        lower = self.lower + (_competing(total, wander + nuance.sized) - self.lower) * rates.trail
        shut = self.shutting(float(total[_HAPPY]), nuance.tempo)
        return replace(
            self, level=level, glow=glow, total=total, before=self.total, lower=lower, nuance=nuance, shut=shut
        )

    def shutting(self, happy: float, tempo: float) -> float:
        """`shut` one substep later."""
        joy = float(self.drive[_HAPPY]) * self.expressive
        if happy <= 0.5 or joy < (_OPENS_EYES if self.shut else _SHUTS_EYES):
            return 0.0
        if self.shut < 0.0:
            return self.shut
        return self.shut + SUBSTEP if self.shut < _LAUGH * tempo else -1.0

    def rising(self, now: float, seen: Values | None, wander: float, directed: Values | None) -> Feelings:
        """The feelings a substep ahead, for what has just been heard: a face that waits to rise looks slow."""
        return replace(self.after_substep(now, seen, wander, directed), before=self.before)

    def shape(self, wander: float) -> Values:
        """(63,) the channels that show these feelings; the lower face follows, opponents are resolved."""
        top = float(self.total.max())
        if top < _TRACE and float(self.lower.max()) < _TRACE:
            return _NOTHING
        upper, lower = feelings_shape(np.array((_competing(self.total, wander + self.nuance.sized), self.lower)))
        shape: Values = np.where(_LOWER, lower, upper).astype(np.float64)
        happy = float(self.total[_HAPPY])
        if happy > 0.5:  # half-shut eyes look sly: a smile shuts them or lets them be
            shape[_BLINKS] += min(1.0, (happy - 0.5) / 0.2) * (self.sealed - shape[_BLINKS])
        _resolve(shape)
        shape *= self.nuance.sides
        return shape

    @property
    def sealed(self) -> float:
        """In [0, 1]: how far a smile shuts the eyes, whatever else would move the lids."""
        return ease((float(self.total[_HAPPY]) - 0.5) / 0.16) if self.shut > 0.0 else 0.0


def feelings_after(r: Rows, now: Values, wander: Values) -> None:
    """As `Feelings.after_substep`, of several whom no camera sees. now, wander: (n,)."""
    target = np.where(r.until > now[:, None], r.drive, 0.0)
    crowd = 1.0 + _CROWD * np.minimum(1.0, target.sum(axis=1, keepdims=True) - target)
    nuances_after(r)
    attack = np.minimum(1.0, r.attack * r.pace[:, None])
    share = np.where(target > r.level, attack, np.minimum(1.0, r.release * crowd))
    r.level += (np.maximum(target, r.glow) - r.level) * share
    earned = r.linger * r.level - r.glow
    r.glow += np.where(earned > 0.0, earned * _EARN, r.glow * r.decay * (crowd * crowd))
    r.before[:] = r.total
    np.minimum(1.0, r.level * r.expressive[:, None], out=r.total)
    r.lower += (_all_competing(r.total, wander + r.sized) - r.lower) * r.trail
    joy = r.drive[:, _HAPPY] * r.expressive
    laughs = (r.total[:, _HAPPY] > 0.5) & (joy >= np.where(r.shut != 0.0, _OPENS_EYES, _SHUTS_EYES))
    longer = np.where(r.shut < _LAUGH * r.pace, r.shut + SUBSTEP, -1.0)
    r.shut[:] = np.where(laughs, np.where(r.shut < 0.0, r.shut, longer), 0.0)


def feelings_sealed(r: Rows) -> Values:
    """(n,) as `Feelings.sealed`, of several."""
    return np.where(r.shut > 0.0, eased((r.total[:, _HAPPY] - 0.5) / 0.16), 0.0)


def shapes(r: Rows, wander: Values, sealed: Values) -> Values:
    """As `Feelings.shape`, of several: (n, 63). wander, sealed: (n,)."""
    quiet = (r.total.max(axis=1) < _TRACE) & (r.lower.max(axis=1) < _TRACE)
    if quiet.all():
        return np.zeros((len(CHANNELS), len(quiet))).T
    shape = np.empty((len(CHANNELS), len(quiet))).T
    shape[:] = feelings_shape(_all_competing(r.total, wander + r.sized))
    shape[:, _LOWER] = feelings_shape(r.lower)[:, _LOWER]
    smile = np.clip((r.total[:, _HAPPY] - 0.5) / 0.2, 0.0, 1.0)[:, None]
    shape[:, _BLINKS] += smile * (sealed[:, None] - shape[:, _BLINKS])
    _resolve(shape)
    shape *= nuances_sides(r)
    shape[quiet] = 0.0
    return shape


def _resolve(shape: Values) -> None:
    """Let the opponents among (..., 63) channels hold each other back, in place."""
    smiles, frowns, wides, blinks, squints = (
        shape[..., pair] for pair in (_SMILES, _FROWNS, _WIDES, _BLINKS, _SQUINTS)
    )
    both, shut, narrow = np.minimum(smiles, frowns), np.minimum(wides, blinks), np.minimum(wides, squints)
    smiles -= both
    frowns -= both
    wides -= shut
    wides -= narrow
    np.maximum(wides, 0.0, out=wides)
    blinks -= shut
    squints -= narrow


def _all_competing(total: Values, wander: Values) -> Values:
    """As `_competing`, of several: total (n, 8), wander (n,)."""
    top = total.max(axis=1, keepdims=True)
    quiet = top < _TRACE
    highest = np.where(quiet, 1.0, top)
    held: Values = np.minimum(1.0, total * total * ((1.0 + wander[:, None]) / highest))
    bright = (total[:, _HAPPY] > 0.02) | (total[:, _RELAXED] > 0.02)
    for place, others in _OPPONENTS if bright.any() else ():
        over = np.maximum.reduce([total[:, other] for other in others]) - total[:, place]
        stays = 1.0 - np.maximum(0.0, over) / highest[:, 0]
        held[:, place] *= np.where(bright, stays * stays * (stays * stays), 1.0)
    return np.where(quiet, total, held)


def loudness(felt: Values) -> float:
    """In [-1, 1]: how loud one speaks who feels this, (8,); 0 is a plain voice."""
    return max(-1.0, min(1.0, float(felt @ _LOUD)))


def aroused(felt: Values) -> float:
    """In [-1, 1]: how activated these feelings, (8,), make."""
    return max(-1.0, min(1.0, float(felt @ AROUSAL)))


def _competing(total: Values, wander: float) -> Values:
    """(8,) strengths that are shown: the strongest feeling in full, weaker ones held down by it, most of all by one
    that no face shows together with them."""
    top = float(total.max())
    if top < _TRACE:
        return total
    held: Values = np.minimum(1.0, total * total * ((1.0 + wander) / top))
    if total[_HAPPY] > 0.02 or total[_RELAXED] > 0.02:
        over = _AGAINST * (total - total[:, None])  # [i, j]: by how much an opponent j is stronger than i
        held *= (1.0 - np.maximum(0.0, over.max(axis=1)) / top) ** 4
    return held


_NOTHING: Final[Values] = np.zeros(len(CHANNELS))

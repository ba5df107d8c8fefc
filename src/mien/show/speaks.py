"""Whoever is at the microphone speaks as the character: live lips from what is heard, and how excited the voice is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from mien.face import Felt, Mouthed, Sound
from mien.face.channels import channel
from mien.face.oculus import OCULUS
from mien.face.prototypes import VISEMES, viseme_shape
from mien.show.excitement import EACH, Excitement
from mien.sources import Caught

if TYPE_CHECKING:
    from mien.sense.hearing import Moment

_REST, _SIL = VISEMES.index("rest"), OCULUS.index("sil")
_VOWELS = [VISEMES.index(name) for name in "aiueo"]
_OPENS = np.array([viseme_shape(VISEMES[place])[channel("jawOpen")] for place in _VOWELS])
_LEAST, _MOST = 0.35, 1.3  # ours: how far an opening that was heard may change a vowel
_SURE = 0.08  # ours: of the chance of silence; what is left of it in plain silence moves no mouth
_QUIET, _VOICE = 0.2, 0.6  # ours: chances of speech below which the mouth stays shut, and from which it moves in full
_SPEAKS = 0.5
_UTTERANCE = "voice"  # the utterance of all that is felt in it: each telling takes the place of the one before

LATE: Final = 0.13
"""Seconds by which films carry the sound later than it came: the lips come about .09 s after it, and are to be a little
ahead. # measured: LOG "Live lips" """

_OFF = 0.1  # seconds by which the count of samples may be off the show's clock before it is set anew
_FOLLOW = 2.0  # ours, seconds in which it follows the clock: a microphone counts seconds of its own


def mouth(moment: Moment, t: float) -> Mouthed:
    """What was heard as a mouth, at t: each shape by its chance, vowels as wide as they were heard, shut in silence."""
    shapes = moment.shapes.astype(np.float64)
    shapes[_REST] = 0.0
    opens = float(shapes[_VOWELS] @ _OPENS)
    if opens > 0.0:
        shapes[_VOWELS] *= min(max(moment.opening / opens, _LEAST), _MOST)
    said = 1.0 - float(moment.visemes[_SIL])
    gate = max(0.0, said - _SURE) / (1.0 - _SURE) / max(said, _SURE)
    gate *= min(max((moment.speech - _QUIET) / (_VOICE - _QUIET), 0.0), 1.0)
    amounts = np.minimum(shapes * gate, 1.0).tolist()
    shown = tuple((name, amount) for name, amount in zip(VISEMES, amounts, strict=True) if amount > 0.0)
    return Mouthed(t, shown, 1.0 if moment.speech >= _SPEAKS else 0.0)


class SpeaksAs:
    """The mouth of the newest moment, what is felt by whoever sounds so excited, and the sound for films, a little late
    so that the lips are ahead of it."""

    def __init__(self) -> None:
        self._excitement = Excitement()
        self._next = float("-inf")  # when the next sample is heard, in seconds on the show's clock

    def hear(self, caught: Caught, moments: Sequence[Moment], t: float) -> Iterator[Mouthed | Felt | Sound]:
        """As of `mien.show.ear.Heeds`."""
        if moments:
            yield mouth(moments[-1], t)
        for moment in moments:
            if moment.speech >= _SPEAKS:
                yield from (Felt(t, emotion, EACH, _UTTERANCE) for emotion in self._excitement.hear(moment))
        seconds = len(caught.samples) / caught.rate
        due = t - seconds + LATE
        off = due - self._next
        start = self._next + off * min(1.0, seconds / _FOLLOW) if abs(off) < _OFF else due
        self._next = start + seconds
        if seconds and caught.carried:
            yield Sound(start, caught.samples, caught.rate)

"""The whole state of a mood, as one value."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mien.face.cue import Cue
from mien.mood.blink import AWAKE, Lids
from mien.mood.feelings import Feelings
from mien.mood.gaze import AHEAD, Gaze
from mien.mood.idle import Life
from mien.mood.motion import STILL, Body
from mien.mood.overrides import BLIND, FREE, Mirrored, Override
from mien.mood.speech import SILENT, Voice
from mien.mood.temper import Temper


@dataclass(frozen=True, slots=True, eq=False)
class Mood:
    """A mood at time t, in seconds on the show's clock. Begin one with `begin`.

    tick: the substeps done; the state is that of tick / 60 s, and `express` carries it on to t in closed
    form. cues: those that wait for their time.
    """

    temper: Temper
    seed: int
    life: Life
    feelings: Feelings
    t: float = 0.0
    tick: int = 0
    cues: tuple[Cue, ...] = ()
    body: Body = STILL
    lids: Lids = AWAKE
    gaze: Gaze = AHEAD
    voice: Voice = SILENT
    override: Override = FREE
    mirrored: Mirrored = BLIND


def begin(temper: Temper | None = None, seed: int = 0) -> Mood:
    """The neutral mood at t = 0. Equal tempers, seeds and cues give equal performances."""
    temper = temper or Temper()
    return Mood(temper, seed, Life.born(seed), Feelings.calm(temper))


def retempered(mood: Mood, temper: Temper) -> Mood:
    """The same mood of one with another temper, from now on."""
    return replace(mood, temper=temper, feelings=mood.feelings.paced(temper))

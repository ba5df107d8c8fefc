"""Cues over time. The mood moves on a fixed grid of substeps: the frame rate only samples it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import floor, hypot, isfinite, pi, sin

import numpy as np

from mien.face.channels import CHANNELS, HEAD_SLICE, sides
from mien.face.cue import Cue, Directed, Felt, Mouthed, Saw, Spoke
from mien.face.emotion import FEELINGS, Emotion
from mien.face.expression import Expression
from mien.mood.chance import BLINK, GAZE, uniform
from mien.mood.feelings import Feelings, aroused, loudness
from mien.mood.gaze import BIG
from mien.mood.gesture import accent
from mien.mood.motion import (
    BLINK_LEFT,
    BLINK_RIGHT,
    GAZE_X,
    GAZE_Y,
    GROWING,
    LIMIT,
    PITCH,
    PLACES,
    QUICK_LIMIT,
    QUICK_RATE,
    RATE,
    ROLL,
    STANCE,
    SUBSTEP,
    WIDE_LEFT,
    WIDE_RIGHT,
    YAW,
    Body,
    Values,
    settled,
    within,
)
from mien.mood.overrides import BLIND, free
from mien.mood.state import Mood, begin

_NEWBORN = begin()
_CHANNELS = slice(0, len(CHANNELS))
UP, DOWN, LIDS, WIDES = (
    slice(min(pair), max(pair) + 1) for pair in map(sides, ("mouthSmile", "mouthFrown", "eyeBlink", "eyeWide"))
)  # fmt: skip
YIELD = 2.0  # how much of a pull is held back, times what its antagonist still pulls
LONGEST_GAP = 30.0  # seconds: nothing but the clock remembers more, so a longer sleep is not worked through
ROUNDING = 1e-6  # of a substep: (k / 144) * 60 must not fall below k * 60 / 144
ANGRY, SURPRISED, AFRAID = (FEELINGS.index(name) for name in ("angry", "surprised", "afraid"))
BLINKS = 0.35  # the chance that a large shift of the eyes brings a blink with it (see Lids.prompted)
FOLLOW_X, FOLLOW_Y = 0.32, 0.25  # the share of a glance that the head makes


def step(mood: Mood, cues: Sequence[Cue], t: float) -> Mood:
    """The mood at t, in seconds, given the cues that have come since the last step.

    A cue takes effect at its own time, to the next 1/60 s; a late one at once, so that a step of 1/60 s already shows
    it; one in the future waits.
    Raises ValueError when t goes back or is not finite, or when a cue makes no sense (see `check`).
    """
    if not isfinite(t) or t < mood.t:
        raise ValueError(f"step: expected t >= {mood.t:g}, got {t!r}; a mood never goes back in time")
    if cues:
        mood, heard = with_cues(mood, cues)
        mood = aiming(mood) if heard else mood
    last = floor(t / SUBSTEP + ROUNDING)
    if last - mood.tick > LONGEST_GAP / SUBSTEP:
        mood = replace(mood, tick=last - int(LONGEST_GAP / SUBSTEP))
    for tick in range(mood.tick + 1, last + 1):
        mood = substep(mood, tick)
    return replace(mood, t=t)


def with_cues(mood: Mood, cues: Sequence[Cue]) -> tuple[Mood, bool]:
    """The mood with these cues, and whether some were heard, so that it needs other goals: nothing was shown since its
    tick, so a late cue is not too late for it."""
    mood = replace(mood, cues=tuple(sorted((*mood.cues, *cues), key=lambda cue: cue.t)))
    if mood.t / SUBSTEP <= mood.tick + ROUNDING and mood.cues[0].t <= mood.t:
        return _hearing(mood), True
    return mood, False


def check(cue: Cue) -> None:
    """Raises ValueError when a cue cannot be performed: a time, a name or a number in it makes no sense."""
    if not isfinite(cue.t):
        raise ValueError(f"{type(cue).__name__}.t: expected a finite number of seconds, got {cue.t!r}")
    if isinstance(cue, Felt | Directed) and not (isfinite(cue.hold) and cue.hold >= 0.0):
        raise ValueError(f"{type(cue).__name__}.hold: expected seconds >= 0, got {cue.hold!r}")
    if not isinstance(cue, Felt):  # whose feelings were checked as they were made
        _heard(_NEWBORN, cue, 0.0)


def _heard(mood: Mood, cue: Cue, now: float) -> Mood:
    """The mood after one cue that takes effect now."""
    match cue:
        case Felt():
            jolt = accent(cue.emotion.vector().astype(np.float64), mood.feelings.total, now, mood.seed, mood.tick)
            # As the mood turns people blink; but surprise and fear keep the eyes open, a smile shuts them.
            turning = jolt is not None and jolt.name not in ("happy", "surprised", "afraid")
            lids = mood.lids
            if turning and uniform(mood.seed, BLINK, mood.tick) < 0.5:
                lids = lids.prompted()
            mirrored = mood.mirrored.feelings(now)
            feelings = mood.feelings
            if jolt is not None or feelings.new(cue):
                feelings = feelings.anew(mood.seed, mood.tick)
            feelings = feelings.hearing(cue, now).rising(now, mirrored, mood.life.wander, mood.override.feelings(now))
            return replace(mood, feelings=feelings, life=mood.life.adding(jolt), lids=lids)
        case Spoke():
            return replace(mood, voice=mood.voice.saying(cue, now))
        case Mouthed():
            return replace(mood, voice=mood.voice.hearing(cue, now))
        case Directed():
            lids = mood.lids
            stare = _stare(mood.feelings.total)
            if _shift(mood, cue) > BIG and uniform(mood.seed, GAZE, -mood.tick) < BLINKS * stare:
                lids = lids.prompted()
            return replace(mood, override=mood.override.taking(cue, now), lids=lids)
        case Saw():
            return replace(mood, mirrored=mood.mirrored.taking(cue, now))


def _shift(mood: Mood, cue: Directed) -> float:
    """Radians by which a direction moves the aim of the eyes."""
    place, values = mood.body.place, dict(cue.values)
    now_x, now_y = float(place[GAZE_X]), float(place[GAZE_Y])
    return hypot(values.get("gaze_x", now_x) - now_x, values.get("gaze_y", now_y) - now_y)


def _stare(felt: Values) -> float:
    """In (0, 1]: times the usual number of blinks. Eyes wide with surprise or fear, or fixed in anger, stay so."""
    wide = (1.0 - 0.8 * float(felt[SURPRISED])) * (1.0 - 0.8 * float(felt[AFRAID]))
    return wide * (1.0 - 0.5 * float(felt[ANGRY]))


def substep(mood: Mood, tick: int) -> Mood:
    """The mood one substep later: everything moves on, then due cues are heard, and new goals are set."""
    return aiming(_hearing(_moving(mood, tick)))


def _moving(mood: Mood, tick: int) -> Mood:
    """The mood one substep later, its goals still the old ones."""
    temper, seed, now = mood.temper, mood.seed, tick * SUBSTEP
    place, speed = mood.body.after(SUBSTEP)
    mirrored, override = mood.mirrored.after_substep(now), mood.override.after_substep(now)
    voice = mood.voice.after_substep(now)
    feelings = mood.feelings.after_substep(now, mirrored.feelings(now), mood.life.wander, override.feelings(now))
    felt = feelings.total
    arousal, talking = aroused(felt), voice.talking(now)
    life = mood.life.after_substep(tick, seed, temper, felt, arousal, place[HEAD_SLICE], speed[HEAD_SLICE])
    life = life.gesturing(now, seed, temper, felt, talking)
    gaze, lids, stare = mood.gaze, mood.lids, _stare(felt)
    if life.clock >= gaze.next:
        gaze = gaze.jumping(now, life.clock, seed, temper, felt)
        if gaze.size > BIG and uniform(seed, BLINK, -gaze.count) < BLINKS * stare:
            lids = lids.prompted()
    haste = (1.0 + 0.3 * talking) * 2.0 ** (0.9 * arousal) * stare
    lids = lids.after_substep(now, seed, temper, haste, float(place[BLINK_LEFT]))
    body = replace(mood.body, place=place, speed=speed)
    return replace(
        mood, life=life, feelings=feelings, tick=tick, body=body, lids=lids, gaze=gaze, voice=voice, override=override,
        mirrored=mirrored,
    )  # fmt: skip


def _hearing(mood: Mood) -> Mood:
    """The mood after the cues that are due at its tick: what they make felt begins to rise at once."""
    now = mood.tick * SUBSTEP
    while mood.cues and mood.cues[0].t <= now:
        mood = replace(_heard(mood, mood.cues[0], now), cues=mood.cues[1:])
    return mood


def aiming(mood: Mood) -> Mood:
    """The mood with the goals that its state asks for; asked again, it gives the same."""
    now, temper, life, feelings, mirrored, gaze = (
        mood.tick * SUBSTEP, mood.temper, mood.life, mood.feelings, mood.mirrored, mood.gaze
    )  # fmt: skip
    felt = feelings.total
    asked = mood.override.goals(mirrored.goals(feelings.shape(life.wander)), now)
    idle = free(mood.override, mirrored, 1.0)
    goal = np.empty(PLACES)
    goal[STANCE] = asked[YAW], asked[PITCH]
    asked = asked + idle * life.goals(now, temper, felt, aroused(felt))
    if gaze.away:
        asked[YAW] += idle[YAW] * FOLLOW_X * gaze.to_x
        asked[PITCH] += idle[PITCH] * FOLLOW_Y * gaze.to_y
    if feelings.sealed:  # nothing idle opens eyes that a smile has shut: a slit would look sly
        asked[LIDS] = np.maximum(asked[LIDS], idle[LIDS] * feelings.sealed)
        asked[WIDES] *= 1.0 - idle[WIDES] * feelings.sealed
    marks = asked[GROWING]
    asked[GROWING] += idle[GROWING] * (settled(marks, mood.body.goal[GROWING]) - marks)
    # Antagonists: one corner of the mouth lets go before the other pull begins.
    place = mood.body.place
    asked[UP] -= idle[UP] * np.minimum(np.maximum(asked[UP], 0.0), YIELD * place[DOWN])
    asked[DOWN] -= idle[DOWN] * np.minimum(np.maximum(asked[DOWN], 0.0), YIELD * place[UP])
    goal[_CHANNELS] = asked
    rate, limit = RATE, LIMIT
    if mirrored is not BLIND or mood.override.quick.any():
        led = np.zeros(PLACES)
        led[_CHANNELS] = np.maximum(mirrored.weight, mood.override.quickly(now))
        rate = RATE + led * (QUICK_RATE - RATE)
        limit = LIMIT + led * (QUICK_LIMIT - LIMIT)
    return replace(mood, body=Body(mood.body.place, mood.body.speed, within(goal), rate, limit))


def _total(feelings: Feelings, ahead: float) -> Values:
    """(8,) what is felt, `ahead` seconds after the substep: a straight line between the last two."""
    total: Values = feelings.before + (feelings.total - feelings.before) * (ahead / SUBSTEP)
    return total


def felt(mood: Mood) -> Emotion:
    """What is felt at mood.t."""
    return Emotion.from_vector(_total(mood.feelings, mood.t - mood.tick * SUBSTEP))


def express(mood: Mood) -> Expression:
    """What the face does at mood.t: the body between two substeps, with speech, blinks and glances on it."""
    t, ahead = mood.t, max(0.0, mood.t - mood.tick * SUBSTEP)
    place = within(mood.body.after(ahead)[0] if ahead > ROUNDING * SUBSTEP else mood.body.place)
    channels, stance = place[_CHANNELS], place[STANCE]
    idle = free(mood.override, mood.mirrored, ahead / SUBSTEP)
    total = _total(mood.feelings, ahead)

    if not mood.voice.silent:
        # what is said is seen on the lips although a camera leads the face: only an override keeps speech off
        share = free(mood.override, BLIND, ahead / SUBSTEP)
        channels = mood.voice.mixed(channels, share, loudness(total), t, ahead)

    # The eyes go ahead of the head and stay on their aim while it sways (the vestibulo-ocular reflex).
    glance_x, glance_y = mood.gaze.at(t)
    channels[GAZE_X] += idle[GAZE_X] * (glance_x + stance[0] - channels[YAW])
    channels[GAZE_Y] += idle[GAZE_Y] * (glance_y + stance[1] - channels[PITCH])

    left, right = mood.lids.lids(t)
    lowered = 0.35 * max(0.0, -glance_y)  # upper lids follow the eyes down
    for lid, wide, shut in ((BLINK_LEFT, WIDE_LEFT, left), (BLINK_RIGHT, WIDE_RIGHT, right)):
        down = idle[lid] * max(shut, lowered)
        channels[lid] += (1.0 - channels[lid]) * down
        channels[wide] *= 1.0 - down

    channels[YAW] += 0.010 * idle[YAW] * total[AFRAID] * sin(2.0 * pi * 8.0 * t)  # trembling
    channels[ROLL] += 0.006 * idle[ROLL] * total[ANGRY] * sin(2.0 * pi * 9.0 * t)  # shaking with rage
    return Expression.clipped(channels, mood.life.noise(ahead, mood.temper), total)

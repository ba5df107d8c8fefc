"""Many moods at once: as each would move alone, up to rounding, at a small part of the cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import pi

import numpy as np
from numpy.typing import NDArray

from mien.face.channels import CHANNELS, HEAD_SLICE
from mien.face.cue import Cue
from mien.face.expression import Expressions
from mien.mood.blink import Blink, Lids, lids_after, lids_at
from mien.mood.chance import BLINK, uniform
from mien.mood.feelings import AROUSAL, Feelings, Rates, feelings_after, feelings_sealed, loudness, shapes
from mien.mood.gaze import AWAY, BIG, Gaze, gazes_at
from mien.mood.gesture import KINDS, Gesture
from mien.mood.idle import Life, lives_after, lives_goals, lives_noise, lives_wander
from mien.mood.motion import (
    BLINK_LEFT,
    BLINK_RIGHT,
    GAZE_X,
    GAZE_Y,
    GROWING,
    LIMIT,
    PITCH,
    PLACES,
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
    sprung,
    within,
)
from mien.mood.nuance import Nuance
from mien.mood.overrides import BLIND, FREE, free
from mien.mood.rows import Rows, empty
from mien.mood.state import Mood, begin
from mien.mood.step import (
    AFRAID,
    ANGRY,
    BLINKS,
    DOWN,
    FOLLOW_X,
    FOLLOW_Y,
    LIDS,
    LONGEST_GAP,
    ROUNDING,
    SURPRISED,
    UP,
    WIDES,
    YIELD,
    aiming,
    express,
    substep,
    with_cues,
)

_CHANNELS = slice(0, len(CHANNELS))
_NOBODY = begin()
_OVER = -1e9  # seconds: when what never was began
_SIGN = (1 << 64) - 1


class Moods:
    """Moods that are stepped and shown together, by the numbers that `add` gives them. Not for several threads.

    `moods[number]` is one of them as a value, and may be set.
    """

    def __init__(self) -> None:
        self._table = empty(0)
        self._rows = Rows(self._table)
        self._seeds = np.zeros(0, np.uint64)
        self._rest: list[Mood] = []  # of each what is in no array, and its body's pace: rates, cues, voice, who leads
        self._free: list[int] = []

    def add(self, mood: Mood) -> int:
        """Take one more; its number."""
        if not self._free:
            count = len(self._rest)
            more = max(8, count)
            self._table = np.concatenate([self._table, empty(more)], axis=1)
            self._rows = Rows(self._table)
            self._seeds = np.concatenate([self._seeds, np.zeros(more, np.uint64)])
            self._rest += [_NOBODY] * more
            self._free += reversed(range(count, count + more))
        number = self._free.pop()
        self[number] = mood
        return number

    def remove(self, number: int) -> None:
        """Forget one; its number may be given out again."""
        self._rest[number] = _NOBODY
        self._free.append(number)

    def __getitem__(self, number: int) -> Mood:
        return _read(self._rows, number, self._rest[number])

    def __setitem__(self, number: int, mood: Mood) -> None:
        self._seeds[number] = mood.seed & _SIGN
        self._rest[number] = mood
        _write(self._rows, number, mood)

    def step(self, numbers: Sequence[int], cues: Sequence[Sequence[Cue]], times: Sequence[float]) -> None:
        """`step` each of these, different ones, to its time, in seconds. Raises as `step`, before anything moves."""
        r, at, t = self._rows, np.array(numbers, np.intp), np.array(times, np.float64)
        if not (np.isfinite(t) & (t >= r.t[at])).all():
            raise ValueError(f"step: expected t >= {r.t[at]}, got {t}; a mood never goes back in time")
        self._hear({number: own for number, own in zip(numbers, cues, strict=True) if own})
        last = np.floor(t / SUBSTEP + ROUNDING)
        tick = np.maximum(r.tick[at], last - int(LONGEST_GAP / SUBSTEP))
        r.tick[at] = tick
        for count in np.unique(last - tick):
            if count > 0.0:
                self._move(at[last - tick == count], int(count))
        r.t[at] = t

    def _hear(self, cues: Mapping[int, Sequence[Cue]]) -> None:
        """Give these their cues; whoever hears one at once gets other goals."""
        heard = []
        for number, own in cues.items():
            mood, at_once = with_cues(self[number], own)
            led = mood.override is not FREE or mood.mirrored is not BLIND
            self[number] = aiming(mood) if at_once and led else mood
            if at_once and not led:
                heard.append(number)
        if heard:
            table = self._table[:, heard]
            r = Rows(table)
            _aim(r, r.tick * SUBSTEP, np.clip(r.total @ AROUSAL, -1.0, 1.0))
            self._table[:, heard] = table

    def _move(self, at: NDArray[np.intp], count: int) -> None:
        """Work out so many substeps of some."""
        table, numbers = self._table[:, at], at.tolist()
        r = Rows(table)
        for _ in range(count):
            now = (r.tick + 1.0) * SUBSTEP
            # whoever hears a cue, or is led, is worked out alone, in place of what comes out with the others
            alone = [
                (place, substep(_read(r, place, self._rest[numbers[place]]), int(r.tick[place]) + 1))
                for place in np.flatnonzero((r.cue <= now) | (r.led > 0.0)).tolist()
            ]
            if len(alone) < len(numbers):
                self._substep(r, numbers, self._seeds[at], now)
            for place, mood in alone:
                self._rest[numbers[place]] = mood
                _write(r, place, mood)
        self._table[:, at] = table

    def _substep(self, r: Rows, numbers: list[int], seeds: NDArray[np.uint64], now: Values) -> None:
        """One substep of several whom nobody leads, none of which hears a cue. seeds, now: (n,)."""
        r.tick += 1.0
        r.place[:], r.speed[:] = sprung(r.place, r.speed, r.goal, RATE, LIMIT, SUBSTEP)
        feelings_after(r, now, lives_wander(r))
        arousal = np.clip(r.total @ AROUSAL, -1.0, 1.0)
        lives_after(r, seeds, arousal, r.place[:, HEAD_SLICE], r.speed[:, HEAD_SLICE])
        talking = np.zeros(len(numbers))
        for place in np.flatnonzero(r.speaks).tolist():
            talking[place] = self._talk(r, place, numbers[place], float(now[place]))
        stare = (1.0 - 0.8 * r.total[:, SURPRISED]) * (1.0 - 0.8 * r.total[:, AFRAID])
        stare *= 1.0 - 0.5 * r.total[:, ANGRY]
        for place in np.flatnonzero(
            (r.clock >= r.next_gesture) | ((talking > 0.5) & (r.clock >= r.next_beat))
        ).tolist():  # fmt: skip
            rest, when = self._rest[numbers[place]], float(now[place])
            life = _life(r, place, when).gesturing(
                when, rest.seed, rest.temper, r.total[place], float(talking[place])
            )  # fmt: skip
            _write_life(r, place, life)
        for place in np.flatnonzero(r.clock >= r.next_jump).tolist():
            rest = self._rest[numbers[place]]
            gaze = _gaze(r, place).jumping(
                float(now[place]), float(r.clock[place]), rest.seed, rest.temper, r.total[place]
            )  # fmt: skip
            _write_gaze(r, place, gaze)
            if gaze.size > BIG and uniform(rest.seed, BLINK, -gaze.count) < BLINKS * stare[place]:
                r.due[place] = 0.0
        haste = (1.0 + 0.3 * talking) * 2.0 ** (0.9 * arousal) * stare
        for place in lids_after(r, now, haste).tolist():
            rest = self._rest[numbers[place]]
            lids = _lids(r, place).after_substep(
                float(now[place]), rest.seed, rest.temper, float(haste[place]), float(r.place[place, BLINK_LEFT])
            )  # fmt: skip
            _write_lids(r, place, lids)
        _aim(r, now, arousal)

    def _talk(self, r: Rows, place: int, number: int, now: float) -> float:
        """The voice of one a substep later; how far it talks, in [0, 1]."""
        voice = self._rest[number].voice.after_substep(now)
        if voice is not self._rest[number].voice:
            self._rest[number] = replace(self._rest[number], voice=voice)
            r.speaks[place] = 0.0 if voice.silent else 1.0
        return 0.0 if voice.silent else voice.talking(now)

    def express(self, numbers: Sequence[int]) -> Expressions:
        """`express` each of these at its time."""
        r = Rows(self._table[:, np.array(numbers, np.intp)])
        ahead = np.maximum(0.0, r.t - r.tick * SUBSTEP)
        place = r.place
        if len(numbers) and ahead.max() > ROUNDING * SUBSTEP:
            place, _ = sprung(r.place, r.speed, r.goal, RATE, LIMIT, ahead[:, None])
        place = within(place)
        channels, stance = place[:, _CHANNELS], place[:, STANCE]
        total = r.before + (r.total - r.before) * (ahead[:, None] / SUBSTEP)
        for at in np.flatnonzero(r.speaks).tolist():
            voice = self._rest[numbers[at]].voice
            channels[at] = voice.mixed(
                channels[at], free(FREE, BLIND, 1.0), loudness(total[at]), float(r.t[at]), float(ahead[at])
            )  # fmt: skip
        glance_x, glance_y = gazes_at(r, r.t)
        channels[:, GAZE_X] += glance_x + stance[:, 0] - channels[:, YAW]
        channels[:, GAZE_Y] += glance_y + stance[:, 1] - channels[:, PITCH]
        down = np.maximum(lids_at(r, r.t), 0.35 * np.maximum(0.0, -glance_y)[:, None])
        for lid, wide, side in ((BLINK_LEFT, WIDE_LEFT, 0), (BLINK_RIGHT, WIDE_RIGHT, 1)):
            channels[:, lid] += (1.0 - channels[:, lid]) * down[:, side]
            channels[:, wide] *= 1.0 - down[:, side]
        channels[:, YAW] += 0.010 * total[:, AFRAID] * np.sin(2.0 * pi * 8.0 * r.t)
        channels[:, ROLL] += 0.006 * total[:, ANGRY] * np.sin(2.0 * pi * 9.0 * r.t)
        noise = lives_noise(r, ahead)
        for at in np.flatnonzero(r.led).tolist():
            one = express(self[numbers[at]])
            channels[at], noise[at], total[at] = one.channels, one.noise, one.emotion
        return Expressions.clipped(channels, noise, total)


def _aim(r: Rows, now: Values, arousal: Values) -> None:
    """Set the goals that the states ask for. now, arousal: (n,)."""
    sealed = feelings_sealed(r)
    asked = shapes(r, lives_wander(r), sealed)
    goal = np.empty((PLACES, len(now))).T
    goal[:, STANCE] = asked[:, YAW : PITCH + 1]
    asked += lives_goals(r, now, arousal)
    away = np.hypot(r.to_x, r.to_y) > AWAY
    asked[:, YAW] += FOLLOW_X * away * r.to_x
    asked[:, PITCH] += FOLLOW_Y * away * r.to_y
    shut = sealed[:, None]
    asked[:, LIDS] = np.where(shut > 0.0, np.maximum(asked[:, LIDS], shut), asked[:, LIDS])
    asked[:, WIDES] *= 1.0 - shut
    asked[:, GROWING] = settled(asked[:, GROWING], r.goal[:, GROWING])
    asked[:, UP] -= np.minimum(np.maximum(asked[:, UP], 0.0), YIELD * r.place[:, DOWN])
    asked[:, DOWN] -= np.minimum(np.maximum(asked[:, DOWN], 0.0), YIELD * r.place[:, UP])
    goal[:, _CHANNELS] = asked
    r.goal[:] = within(goal)


def _read(r: Rows, at: int, rest: Mood) -> Mood:
    """One mood as a value. rest: of it what is in no array."""
    tick = int(r.tick[at])
    body = Body(r.place[at].copy(), r.speed[at].copy(), r.goal[at].copy(), rest.body.rate, rest.body.limit)
    return Mood(
        rest.temper, rest.seed, _life(r, at, tick * SUBSTEP), _feelings(r, at, rest.feelings), float(r.t[at]), tick,
        rest.cues, body, _lids(r, at), _gaze(r, at), rest.voice, rest.override, rest.mirrored,
    )  # fmt: skip


def _write(r: Rows, at: int, mood: Mood) -> None:
    """Take one mood's numbers."""
    r.t[at], r.tick[at] = mood.t, mood.tick
    r.place[at], r.speed[at], r.goal[at] = mood.body.place, mood.body.speed, mood.body.goal
    _write_life(r, at, mood.life)
    _write_feelings(r, at, mood.feelings)
    _write_gaze(r, at, mood.gaze)
    _write_lids(r, at, mood.lids)
    temper = mood.temper
    r.lively[at], r.breathes[at], r.blink_every[at] = temper.lively, temper.breath, temper.blink_every
    r.sway[at], r.micro[at], r.stir[at] = temper.sway, temper.micro, temper.stir
    r.cue[at] = mood.cues[0].t if mood.cues else np.inf
    r.led[at] = mood.mirrored is not BLIND or mood.override is not FREE
    r.speaks[at] = not mood.voice.silent


def _life(r: Rows, at: int, now: float) -> Life:
    gestures = [
        Gesture(KINDS[int(kind)], begun, lasts, size, side)
        for kind, begun, lasts, size, side in zip(
            r.kind[at].tolist(), r.begun[at].tolist(), r.lasts[at].tolist(), r.size[at].tolist(), r.side[at].tolist(),
            strict=True,
        )
        if now < begun + lasts
    ]  # fmt: skip
    return Life(
        float(r.clock[at]), float(r.tempo[at]), float(r.breath[at]), float(r.bob[at]), r.kick[at].copy(),
        r.first[at].copy(), r.second[at].copy(), r.hair[at].copy(), r.hair_speed[at].copy(), r.swing[at].copy(),
        tuple(gestures), float(r.next_gesture[at]), float(r.next_beat[at]), int(r.count[at]), int(r.beats[at]),
    )  # fmt: skip


def _write_life(r: Rows, at: int, life: Life) -> None:
    r.clock[at], r.tempo[at], r.breath[at], r.bob[at] = life.clock, life.tempo, life.breath, life.bob
    r.kick[at], r.first[at], r.second[at] = life.kick, life.first, life.second
    r.hair[at], r.hair_speed[at], r.swing[at] = life.hair, life.hair_speed, life.swing
    r.next_gesture[at], r.next_beat[at] = life.next_gesture, life.next_beat
    r.count[at], r.beats[at] = life.count, life.beats
    r.begun[at], r.lasts[at] = _OVER, 1.0
    for place, one in enumerate(life.gestures):
        r.kind[at, place], r.begun[at, place], r.lasts[at, place] = KINDS.index(one.name), one.start, one.seconds
        r.size[at, place], r.side[at, place] = one.size, one.side


def _feelings(r: Rows, at: int, rest: Feelings) -> Feelings:
    nuance = Nuance(
        float(r.pace[at]), float(r.larger[at]), float(r.lean[at]), float(r.sized[at]), float(r.leaning[at])
    )  # fmt: skip
    return Feelings(
        rest.rates, rest.expressive, r.drive[at].copy(), r.until[at].copy(), r.level[at].copy(), r.glow[at].copy(),
        r.total[at].copy(), r.before[at].copy(), r.lower[at].copy(), nuance, float(r.shut[at]), rest.utterance,
    )  # fmt: skip


def _write_feelings(r: Rows, at: int, feelings: Feelings) -> None:
    rates: Rates = feelings.rates
    r.attack[at], r.release[at], r.decay[at] = rates.attack, rates.release, rates.decay
    r.linger[at], r.trail[at], r.expressive[at] = rates.linger, rates.trail, feelings.expressive
    r.drive[at], r.until[at], r.level[at], r.glow[at] = feelings.drive, feelings.until, feelings.level, feelings.glow
    r.total[at], r.before[at], r.lower[at], r.shut[at] = feelings.total, feelings.before, feelings.lower, feelings.shut
    nuance = feelings.nuance
    r.pace[at], r.larger[at], r.lean[at] = nuance.tempo, nuance.size, nuance.lean
    r.sized[at], r.leaning[at] = nuance.sized, nuance.leaning


def _gaze(r: Rows, at: int) -> Gaze:
    return Gaze(
        float(r.from_x[at]), float(r.from_y[at]), float(r.to_x[at]), float(r.to_y[at]), float(r.start[at]),
        float(r.seconds[at]), float(r.next_jump[at]), int(r.jumps[at]),
    )  # fmt: skip


def _write_gaze(r: Rows, at: int, gaze: Gaze) -> None:
    r.from_x[at], r.from_y[at], r.to_x[at], r.to_y[at] = gaze.from_x, gaze.from_y, gaze.to_x, gaze.to_y
    r.start[at], r.seconds[at], r.next_jump[at], r.jumps[at] = gaze.start, gaze.seconds, gaze.next, gaze.count


def _lids(r: Rows, at: int) -> Lids:
    blinked = float(r.blinked[at])
    blink = Blink(
        blinked, float(r.late_left[at]), float(r.late_right[at]), float(r.left[at]), float(r.right[at])
    )  # fmt: skip
    return Lids(
        (blink,) if blinked > _OVER else (), float(r.due[at]), float(r.ready[at]), float(r.again[at]),
        int(r.blinks[at]),
    )  # fmt: skip


def _write_lids(r: Rows, at: int, lids: Lids) -> None:
    """Of the blinks the last alone: one begins when the one before is over."""
    r.due[at], r.ready[at], r.again[at], r.blinks[at] = lids.due, lids.ready, lids.again, lids.count
    r.blinked[at] = _OVER
    for blink in lids.blinks[-1:]:
        r.blinked[at], r.left[at], r.right[at] = blink.start, blink.left, blink.right
        r.late_left[at], r.late_right[at] = blink.late_left, blink.late_right

"""Idle life: the weather of smooth noise in head, brows and hair, breath, bounce, and when gestures come.

A face without it is a photograph; see Perlin, "Real time responsive animation with personality", IEEE
Transactions on Visualization and Computer Graphics 1, 1995. Feelings tint it: excited is quicker and larger,
sad slow and small.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import pi, sin, tanh
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien.face.channels import CHANNELS, channel
from mien.face.emotion import FEELINGS
from mien.face.expression import NOISE
from mien.mood.chance import GESTURE, SPEECH, WEATHER, between, normals, normals_each, uniform, waiting
from mien.mood.gesture import IDLE, MOST, Gesture, gestures_goals
from mien.mood.motion import PITCH, ROLL, SUBSTEP, YAW, Values
from mien.mood.rows import Rows
from mien.mood.temper import Temper

_HAPPY, _SAD = FEELINGS.index("happy"), FEELINGS.index("sad")

# Smooth noise: white noise held for 0.1 s, through two lags (slow, then smoothing), scaled to the wanted spread.
# Rows: (first lag in s, second lag in s, standard deviation, {channel: share}). _STIR is the expression's noise.
_HELD = 6  # substeps
_LASTS = 0.35  # strength of a feeling whose own gesture comes back now and then
_STIR = [(lag, 0.35, 1.0) for lag in (1.1, 0.7, 0.9, 1.3, 0.8, 1.6, 1.0, 2.0)]
_WEATHER: tuple[tuple[float, float, float, dict[str, float]], ...] = (
    (2.4, 0.8, 0.034, {"yaw": 1.0}),
    (2.2, 0.8, 0.022, {"pitch": 1.0}),
    (2.6, 0.9, 0.034, {"roll": 1.0}),
    (0.5, 0.25, 0.010, {"yaw": 1.0, "roll": 0.3}),
    (0.5, 0.25, 0.007, {"pitch": 1.0}),
    (0.6, 0.25, 0.008, {"roll": 1.0}),
    (1.2, 0.3, 0.05, {"browInnerUp": 1.0}),
    (1.3, 0.3, 0.05, {"browOuterUpLeft": 1.0, "browOuterUpRight": 0.7}),
    (1.1, 0.3, 0.04, {"browOuterUpRight": 1.0, "browDownLeft": -0.4}),
    (1.8, 0.4, 0.03, {"browDownLeft": 1.0, "browDownRight": 1.0}),
    (2.5, 0.6, 0.035, {"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0}),
    (1.5, 0.5, 0.018, {"mouthSmileLeft": 1.0, "mouthSmileRight": -1.0, "mouthLeft": 0.6, "mouthRight": -0.6}),
    (1.6, 0.4, 0.03, {"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0}),
)
_WANDER = NOISE + 10  # the row that also makes a held feeling swell and ebb


def _weather() -> tuple[Values, Values, Values, Values, Values]:
    """Of the slow drifts, one a row: two shares a substep, a kick, a spread, and what each does to the channels."""
    lags = np.array([row[:2] for row in _STIR] + [row[:2] for row in _WEATHER])
    spread = np.array([row[2] for row in _STIR] + [row[2] for row in _WEATHER])
    keep = np.exp(-_HELD * SUBSTEP / lags[:, 0])
    passed = np.sqrt((1.0 - keep) / (1.0 + keep) * lags[:, 0] / lags.sum(axis=1))
    to_channels = np.zeros((len(CHANNELS), len(_WEATHER)))
    for row, (*_, shares) in enumerate(_WEATHER):
        for name, share in shares.items():
            to_channels[channel(name), row] = share
    return SUBSTEP / lags[:, 0], SUBSTEP / lags[:, 1], 1.0 / passed, spread[NOISE:], to_channels


_FIRST, _SECOND, _KICK, _SPREAD, _TO_CHANNELS = _weather()
_ROWS = len(_KICK)
_HEAD_ROWS = 6  # the first rows of the weather move the head

# Hair: the loose back hair and the fringe are damped pendulums hung on the head. A turn leaves them behind, a
# stop makes them swing through.
_HAIR_RATE = np.array([4.6, 7.0])  # rad/s
_HAIR_DAMPING = np.array([0.28, 0.4])  # share of critical
_HAIR_YAW = np.array([-7.0, -7.5])  # how far a radian of turning leaves them behind, in units of noise
_HAIR_PITCH = np.array([0.6, 1.2])
_HAIR_ROLL = np.array([2.6, 2.4])
_HAIR_HANG = np.array([1.2, 0.8])  # per radian of roll: hair hangs down though the head tilts
_HAIR_REACH = 2.2  # rad/s: a head that turns quicker leaves the hair no further behind


@dataclass(frozen=True, slots=True, eq=False)
class Life:
    """The state of the idle life.

    clock: seconds of idle time, quicker when excited; tempo: its present speed.
    breath, bob: phases in cycles. kick, first, second: (21,) the smooth noise, drawn and in its two stages.
    hair, hair_speed, swing: (2,) back hair and fringe: where, how fast beside the head, how fast in space.
    gestures: those under way. next_gesture, next_beat: on the idle clock; count, beats: how many there were.
    """

    clock: float
    tempo: float
    breath: float
    bob: float
    kick: Values
    first: Values
    second: Values
    hair: Values
    hair_speed: Values
    swing: Values
    gestures: tuple[Gesture, ...]
    next_gesture: float
    next_beat: float
    count: int
    beats: int

    @classmethod
    def born(cls, seed: int) -> Life:
        """A life in full swing: the noise starts anywhere, not at zero."""
        start = normals(seed, WEATHER, -1, _ROWS)
        still = np.zeros(2)
        first = 1.2 + waiting(seed, GESTURE, -1)
        return cls(
            clock=0.0, tempo=1.0, breath=uniform(seed, WEATHER, -2), bob=0.0, kick=start, first=start, second=start,
            hair=still, hair_speed=still, swing=still, gestures=(), next_gesture=first, next_beat=0.0, count=0, beats=0,
        )  # fmt: skip

    @property
    def wander(self) -> float:
        """A few hundredths up or down: how a held feeling swells and ebbs."""
        return 0.05 * tanh(float(self.second[_WANDER]))

    def adding(self, gesture: Gesture | None) -> Life:
        """The life with one more gesture, unless enough are under way."""
        if gesture is None or len(self.gestures) >= MOST:
            return self
        return replace(self, gestures=(*self.gestures, gesture))

    def after_substep(
        self,
        tick: int,
        seed: int,
        temper: Temper,
        felt: Values,
        arousal: float,
        head: Values,
        head_speed: Values,
    ) -> Life:
        """The life one substep later. felt: (8,); head, head_speed: (3,) radians and radians a second."""
        sad = float(felt[_SAD])
        tempo = temper.lively * min(2.2, max(0.4, 2.0 ** (1.1 * arousal))) * (1.0 - 0.3 * sad)
        kick = normals(seed, WEATHER, tick // _HELD, _ROWS) * _KICK if tick % _HELD == 0 else self.kick
        quick = np.full(_ROWS, tempo)
        quick[:NOISE] = 1.0
        second = self.second + (self.first - self.second) * (_SECOND * quick)
        first = self.first + (kick - self.first) * (_FIRST * quick)
        hair = self.hair + self.hair_speed * SUBSTEP
        pull = _HAIR_RATE * (_HAIR_RATE * (_HAIR_HANG * head[2] - hair) - 2.0 * _HAIR_DAMPING * self.hair_speed)
        swing = self.swing + pull * SUBSTEP
        yaw, pitch, roll = _HAIR_REACH * np.tanh(head_speed / _HAIR_REACH)
        gestures = self.gestures
        if gestures:
            now = tick * SUBSTEP
            gestures = tuple(gesture for gesture in gestures if not gesture.over(now))
        return Life(
            clock=self.clock + SUBSTEP * tempo,
            tempo=tempo,
            breath=self.breath + SUBSTEP * temper.breath * (1.0 + 0.6 * arousal),
            bob=self.bob + SUBSTEP * 0.62 * tempo,
            kick=kick,
            first=first,
            second=second,
            hair=hair,
            hair_speed=swing + _HAIR_YAW * yaw + _HAIR_PITCH * pitch + _HAIR_ROLL * roll,
            swing=swing,
            gestures=gestures,
            next_gesture=self.next_gesture,
            next_beat=self.next_beat,
            count=self.count,
            beats=self.beats,
        )

    def gesturing(self, now: float, seed: int, temper: Temper, felt: Values, talking: float) -> Life:
        """The life with a gesture begun if it is time: now and then by itself, and on the beats of speech."""
        life = self
        if life.clock >= life.next_gesture:
            draw = 4 * life.count
            pause = (1.4 + 2.6 * waiting(seed, GESTURE, draw)) / max(0.3, min(1.5, temper.micro))
            name = IDLE[int(uniform(seed, GESTURE, draw + 1) * len(IDLE))]
            size = temper.micro * between(0.6, 1.1, seed, GESTURE, draw + 3)
            strongest = int(felt.argmax())
            if uniform(seed, GESTURE, draw + 2) < 0.6:
                if felt[_SAD] > 0.3:
                    name = "sigh"
                elif felt[strongest] > _LASTS:  # a feeling that lasts is not held like a pose: it comes again
                    name, size = FEELINGS[strongest], 0.5 * size
            gestures = life.gestures
            if talking < 0.5 and len(gestures) < MOST:
                gestures = (*gestures, Gesture.of(name, now, size, life.tempo))
            life = replace(life, gestures=gestures, next_gesture=life.clock + pause, count=life.count + 1)
        if talking > 0.5 and life.clock >= life.next_beat:
            draw = 3 * life.beats
            name = "beat" if uniform(seed, SPEECH, draw) < 0.45 else "nod"
            size = temper.nod * between(0.35, 0.9, seed, SPEECH, draw + 1) * (1.0 - 0.5 * float(felt[_SAD]))
            pause = between(0.55, 1.35, seed, SPEECH, draw + 2)
            gestures = life.gestures
            if len(gestures) < MOST:
                gestures = (*gestures, Gesture.of(name, now, size, life.tempo))
            life = replace(life, gestures=gestures, next_beat=life.clock + pause, beats=life.beats + 1)
        return life

    def goals(self, now: float, temper: Temper, felt: Values, arousal: float) -> Values:
        """(63,) what the idle life adds to the goals of the channels."""
        size = 2.0 ** (0.6 * arousal) * (1.0 - 0.25 * float(felt[_SAD]))
        weather = np.tanh(0.5 * self.second[NOISE:]) * _SPREAD  # never beyond two standard deviations
        weather[:_HEAD_ROWS] *= 2.0 * temper.sway * size
        weather[_HEAD_ROWS:] *= 2.0 * temper.micro * size
        goals: Values = _TO_CHANNELS @ weather
        swell = sin(2.0 * pi * self.breath) + 0.25 * sin(4.0 * pi * self.breath)
        goals[PITCH] += 0.014 * swell
        goals[_INNER] += 0.015 * swell
        goals[_JAW] += 0.008 * (1.0 + swell)
        happy = float(felt[_HAPPY])
        if happy > 0.01:  # a happy head sways to a tune of its own
            beat = 2.0 * pi * self.bob
            goals[ROLL] += 0.09 * temper.sway * happy * sin(beat)
            goals[YAW] += 0.03 * temper.sway * happy * sin(beat + 0.6)
            goals[PITCH] += 0.05 * temper.sway * happy * sin(2.0 * beat)
        for gesture in self.gestures:
            goals += gesture.goals(now)
        return goals

    def noise(self, seconds: float, temper: Temper) -> Values:
        """(8,) the noise of the expression `seconds` after the substep; hair swings in the first two."""
        stir = self.second[:NOISE] + (self.first[:NOISE] - self.second[:NOISE]) * (
            _SECOND[:NOISE] * (seconds / SUBSTEP)
        )
        noise: Values = stir * temper.stir
        noise[:2] = 0.8 * noise[:2] + self.hair + self.hair_speed * seconds
        return np.minimum(np.maximum(noise, -_NOISE_MOST), _NOISE_MOST)


def lives_wander(r: Rows) -> Values:
    """(n,) as `Life.wander`, of several."""
    wander: Values = 0.05 * np.tanh(r.second[:, _WANDER])
    return wander


def lives_after(r: Rows, seeds: NDArray[np.uint64], arousal: Values, head: Values, head_speed: Values) -> None:
    """As `Life.after_substep`, of several, at their tick. seeds, arousal: (n,); head, head_speed: (n, 3)."""
    kicked = np.flatnonzero(r.tick % _HELD == 0.0)
    if len(kicked):
        counts = (r.tick[kicked] // _HELD).astype(np.uint64)
        r.kick[kicked] = normals_each(seeds[kicked], WEATHER, counts, _ROWS) * _KICK
    r.tempo[:] = r.lively * np.clip(2.0 ** (1.1 * arousal), 0.4, 2.2) * (1.0 - 0.3 * r.total[:, _SAD])
    quick = np.repeat(r.tempo[:, None], _ROWS, axis=1)
    quick[:, :NOISE] = 1.0
    r.second += (r.first - r.second) * (_SECOND * quick)
    r.first += (r.kick - r.first) * (_FIRST * quick)
    r.hair += r.hair_speed * SUBSTEP
    pull = _HAIR_RATE * (_HAIR_RATE * (_HAIR_HANG * head[:, 2:] - r.hair) - 2.0 * _HAIR_DAMPING * r.hair_speed)
    r.swing += pull * SUBSTEP
    turned = _HAIR_REACH * np.tanh(head_speed / _HAIR_REACH)
    r.hair_speed[:] = r.swing + _HAIR_YAW * turned[:, :1] + _HAIR_PITCH * turned[:, 1:2] + _HAIR_ROLL * turned[:, 2:]
    r.clock += SUBSTEP * r.tempo
    r.breath += SUBSTEP * r.breathes * (1.0 + 0.6 * arousal)
    r.bob += SUBSTEP * 0.62 * r.tempo


def lives_goals(r: Rows, now: Values, arousal: Values) -> Values:
    """As `Life.goals`, of several: (n, 63). now, arousal: (n,)."""
    size = 2.0 ** (0.6 * arousal) * (1.0 - 0.25 * r.total[:, _SAD])
    weather = np.tanh(0.5 * r.second[:, NOISE:]) * _SPREAD
    weather[:, :_HEAD_ROWS] *= (2.0 * r.sway * size)[:, None]
    weather[:, _HEAD_ROWS:] *= (2.0 * r.micro * size)[:, None]
    goals: Values = weather @ _TO_CHANNELS.T
    breath = 2.0 * pi * r.breath
    swell = np.sin(breath) + 0.25 * np.sin(2.0 * breath)
    goals[:, PITCH] += 0.014 * swell
    goals[:, _INNER] += 0.015 * swell
    goals[:, _JAW] += 0.008 * (1.0 + swell)
    happy = np.where(r.total[:, _HAPPY] > 0.01, r.total[:, _HAPPY], 0.0) * r.sway
    beat = 2.0 * pi * r.bob
    goals[:, ROLL] += 0.09 * happy * np.sin(beat)
    goals[:, YAW] += 0.03 * happy * np.sin(beat + 0.6)
    goals[:, PITCH] += 0.05 * happy * np.sin(2.0 * beat)
    return goals + gestures_goals(r.kind, r.begun, r.lasts, r.size, r.side, now)


def lives_noise(r: Rows, seconds: Values) -> Values:
    """As `Life.noise`, of several: (n, 8). seconds: (n,)."""
    first, second = r.first[:, :NOISE], r.second[:, :NOISE]
    stir = second + (first - second) * (_SECOND[:NOISE] * (seconds[:, None] / SUBSTEP))
    noise: Values = stir * r.stir[:, None]
    noise[:, :2] = 0.8 * noise[:, :2] + r.hair + r.hair_speed * seconds[:, None]
    return np.clip(noise, -_NOISE_MOST, _NOISE_MOST)


_INNER, _JAW = channel("browInnerUp"), channel("jawOpen")
_NOISE_MOST: Final = 2.6

"""What a voice sounds like feeling, and how aroused, beside how the same speaker has sounded so far."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien.face import CLASSES, Emotion
from mien.sense.hearing.features import BANDS, HOP, RATE
from mien.sense.hearing.hearer import Moment
from mien.sense.hearing.prosody import COUNT, LOUDNESS, Rows, described, functionals
from mien.sense.hearing.tonenet import AROUSALS, TONES, WEIGHTS, Numbers, ToneNet

EVERY: Final = 20
"""Moments from tone to tone: .2 s."""

WINDOW: Final = 200
"""Moments that a tone is heard from: the last two seconds, of them the last phrase."""

LONGEST: Final = 300
"""Moments of a phrase; what goes on for longer is cut."""

PHRASE: Final = 2.0
"""Seconds of a phrase as the net learnt from them: the unit of its prior."""

_STEP = HOP / RATE
_SPOKEN = 0.5  # chance of speech from which a moment counts as said
_FEWEST, _ENOUGH = 35, 100  # ours: moments said from which a tone is told at all, and in full
_TRUST = 0.65  # ours: how far a net that learnt from eight German actors is believed
_PAUSE = 25  # moments without speech that end a phrase
_LOUDER = 1.0 / 15.0  # ours: arousal a decibel above the speaker's own mean
_KNOWN = 5.0  # seconds of a speaker from which their own loudness is known
_LONG_AGO = 60.0  # seconds said: what lies further back fades from the speaker's means
_PLACES = [CLASSES.index(name if name in CLASSES else "neutral") for name in TONES]


@dataclass(frozen=True, slots=True, eq=False)
class Tone:
    """What a voice sounded like in the last phrase of the two seconds before t, or in a whole one.

    t: seconds after the sound's first sample. chances: (7,) of `TONES`, which add up to 1; neutral, as far as nobody
    spoke, or for too short a time. levels: (3,) chances of low, middle and high arousal, likewise middle. arousal: -1
    drowsy to 1 agitated: of the levels, and of how loud it is beside the same speaker. confidence: in [0, 1].
    """

    t: float
    chances: NDArray[np.float32]
    levels: NDArray[np.float32]
    arousal: float
    confidence: float

    @property
    def name(self) -> str:
        """The likeliest of `TONES`."""
        return TONES[int(self.chances.argmax())]

    @property
    def emotion(self) -> Emotion:
        """What it tells of the eight feelings. Boredom is none of them: it tells of low arousal alone."""
        nine = np.zeros(len(CLASSES), np.float32)
        np.add.at(nine, _PLACES, self.chances)
        return Emotion.weighed(nine)


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """What was said between two pauses, from `start` to `end` in seconds; the tone is that of all of it."""

    start: float
    end: float
    tone: Tone


@dataclass(frozen=True, slots=True, eq=False)
class Habit:
    """How one speaker has sounded so far: means over what was said, and for how many seconds.

    inputs: (COUNT,) of the net's. loudness: decibels. Of the sound itself nothing is kept.
    """

    inputs: Numbers
    loudness: float = 0.0
    seconds: float = 0.0

    def heard(self, inputs: Numbers, loudness: float, seconds: float) -> Habit:
        """With some further seconds of speech."""
        if seconds <= 0.0:
            return self
        share = seconds / (min(self.seconds, _LONG_AGO) + seconds)
        return Habit(
            self.inputs + share * (inputs - self.inputs), self.loudness + share * (loudness - self.loudness),
            self.seconds + seconds,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """Some moments: the net's inputs, the mean loudness of what was said in decibels, moments said."""

    inputs: Numbers
    loudness: float
    count: int

    @property
    def seconds(self) -> float:
        return _STEP * self.count


class Vocal:
    """Hears the tone of one speaker's voice. The tones are the same, however the moments come.

    Raises WeightsError when the net cannot be loaded.
    """

    def __init__(self, weights: Path = WEIGHTS):
        self._net = ToneNet.opened(weights)
        self.forget()

    def forget(self) -> None:
        """Another speaker, another sound."""
        self._habit = Habit(np.zeros(COUNT))
        self._rows: deque[Rows] = deque(maxlen=WINDOW)
        self._spoken: deque[bool] = deque(maxlen=WINDOW)
        self._before: NDArray[np.float32] | None = None
        self._waiting: list[Moment] = []
        self._last = Tone(0.0, _NEUTRAL, _MIDDLE, 0.0, 0.0)

    def hear(self, moments: Sequence[Moment]) -> list[Tone]:
        """One tone for every `EVERY` moments, of the voice up to there. The moments follow on."""
        self._waiting.extend(moments)
        tones = []
        while len(self._waiting) >= EVERY:
            due, self._waiting = self._waiting[:EVERY], self._waiting[EVERY:]
            spoken = _spoken(due)
            self._rows.extend(_rows(due, self._before))
            self._spoken.extend(spoken.tolist())
            self._before = due[-1].bands
            said = self._last_phrase()
            tones.append(self._tone(due[-1].t, said, self._habit))
            self._habit = self._habit.heard(said.inputs, said.loudness, _STEP * int(spoken.sum()) * (said.count > 0))
        return tones

    def beside(self, moments: Sequence[Moment]) -> Iterator[tuple[Moment, Tone]]:
        """Each moment with the last tone that was told up to it; before the first, one that tells nothing."""
        for moment in moments:
            for tone in self.hear((moment,)):
                self._last = tone
            yield moment, self._last

    def tone(self, moments: Sequence[Moment]) -> Tone:
        """The tone of one stretch as a whole, beside what was heard of the speaker before; moments: one or more."""
        return self._tone(moments[-1].t, self._said(_rows(moments), _spoken(moments)), self._habit)

    def meet(self, moments: Sequence[Moment]) -> None:
        """One stretch counts as how the speaker sounds."""
        said = self._said(_rows(moments), _spoken(moments))
        self._habit = self._habit.heard(said.inputs, said.loudness, said.seconds)

    def phrases(self, moments: Sequence[Moment]) -> list[Phrase]:
        """Of one speaker's whole sound, each phrase beside all others; what was heard before does not count."""
        rows, spoken = _rows(moments), _spoken(moments)
        spans = list(_spans(spoken))
        parts = [self._said(rows[a:b], spoken[a:b]) for a, b in spans]
        seconds = np.array([said.seconds for said in parts])
        inputs, loud = np.array([said.inputs for said in parts]), np.array([said.loudness for said in parts])
        told = []
        for number, ((a, b), said) in enumerate(zip(spans, parts, strict=True)):
            rest = float(seconds.sum() - seconds[number])
            share = (seconds * (np.arange(len(parts)) != number)) / max(rest, _STEP)
            tone = self._tone(moments[b - 1].t, said, Habit(share @ inputs, float(share @ loud), rest))
            told.append(Phrase(moments[a].t, moments[b - 1].t + _STEP, tone))
        return told

    def _last_phrase(self) -> _Said:
        """What is known of the last phrase in the window: after a pause another one may be said otherwise."""
        spoken = np.array(self._spoken)
        first, last = (list(_spans(spoken)) or [(0, 0)])[-1]
        return self._said(np.array(self._rows)[first:last], spoken[first:last])

    def _said(self, rows: Rows, spoken: NDArray[np.bool_]) -> _Said:
        """What is known of moments; nothing where too few were said."""
        count = int(spoken.sum())
        if count < _FEWEST:
            return _Said(np.zeros(COUNT), 0.0, 0)
        return _Said(self._net.inputs(functionals(rows)), float(rows[spoken, LOUDNESS].mean()), count)

    def _tone(self, t: float, said: _Said, habit: Habit) -> Tone:
        """The tone of what was said, beside the speaker's habit.

        With n phrases' worth of the speaker, n / (n + prior) of their mean is taken from the inputs: a stranger is
        compared with all voices, a well known one with themselves. confidence = trust x share of evidence x chance.
        """
        evidence = min(1.0, max(0.0, (said.count - _FEWEST) / (_ENOUGH - _FEWEST)))
        if evidence == 0.0:
            return Tone(t, _NEUTRAL, _MIDDLE, 0.0, 0.0)
        known = habit.seconds / PHRASE
        answer = self._net(said.inputs - habit.inputs * (known / (known + self._net.prior)))
        sure = evidence * (1.0 - answer.nobody)
        chances, levels = (
            _fixed(sure * heard + (1.0 - sure) * nothing)
            for heard, nothing in ((answer.tones, _NEUTRAL), (answer.levels, _MIDDLE))
        )
        louder = (said.loudness - habit.loudness) * _LOUDER if habit.seconds >= _KNOWN else 0.0
        arousal = float(levels[2] - levels[0]) + sure * min(0.5, max(-0.5, louder))
        return Tone(t, chances, levels, min(1.0, max(-1.0, arousal)), _TRUST * sure * float(answer.tones.max()))


def _fixed(values: NDArray[np.floating]) -> NDArray[np.float32]:
    """Read-only, in single precision."""
    made = np.asarray(values, np.float32)
    made.flags.writeable = False
    return made


_NEUTRAL = _fixed(np.array([name == "neutral" for name in TONES], np.float64))
_MIDDLE = _fixed(np.array([name == "middle" for name in AROUSALS], np.float64))


def _rows(moments: Sequence[Moment], before: NDArray[np.float32] | None = None) -> Rows:
    """(n, WIDTH) what each moment sounds like. before: the bands of the moment before them."""
    bands = np.array([one.bands for one in moments]).reshape(-1, BANDS)
    loud, pitch = (np.array([getattr(one, name) for one in moments], np.float64) for name in ("loudness", "pitch"))
    first = before if before is not None else bands[0] if len(bands) else np.zeros(BANDS, np.float32)
    return described(bands, first, loud, pitch)


def _spoken(moments: Sequence[Moment]) -> NDArray[np.bool_]:
    """(n,) whether somebody speaks."""
    return np.array([one.speech >= _SPOKEN for one in moments], np.bool_)


def _spans(spoken: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First and behind the last moment of each phrase: speech without a pause, cut evenly where it is long."""
    said = np.flatnonzero(spoken)
    for part in np.split(said, np.flatnonzero(np.diff(said) > _PAUSE) + 1):
        if len(part):
            first, last = int(part[0]), int(part[-1]) + 1
            edges = np.linspace(first, last, -(-(last - first) // LONGEST) + 1).astype(int).tolist()
            yield from pairwise(edges)

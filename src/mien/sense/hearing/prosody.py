"""How something is said, in numbers: what each hundredth of a second sounds like, and what some seconds of it have in
common. Which numbers: those of Eyben et al., "The Geneva minimalistic acoustic parameter set (GeMAPS) for voice
research and affective computing", IEEE Transactions on Affective Computing 7, 2016, as far as bands, loudness and pitch
tell them, with cepstra and the rhythm of the loudness beside them.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from mien.sense.hearing.features import BANDS, decibels, middles

Rows = NDArray[np.float64]

_CEPSTRA = 13
_TILTS = (
    ((1000.0, 5000.0), (50.0, 1000.0)), ((2000.0, 5000.0), (50.0, 2000.0)), ((50.0, 400.0), (400.0, 1000.0)),
    ((1000.0, 2500.0), (400.0, 1000.0)), ((4000.0, 7600.0), (1000.0, 4000.0)), ((2500.0, 4500.0), (1000.0, 2500.0)),
)  # fmt: skip
"""Two regions in Hz each, whose levels are compared; the first is GeMAPS's alpha ratio, the second near its
Hammarberg index."""

_COLOUR = slice(0, _CEPSTRA + len(_TILTS))
LOUDNESS, _HIGH, _FLUX = (_CEPSTRA + len(_TILTS) + at for at in range(3))
WIDTH = _CEPSTRA + len(_TILTS) + 3
"""Numbers of one moment: cepstra, tilts in decibels, loudness in decibels, semitones above 100 Hz (unvoiced: -99),
and by how much its bands differ from those before, in decibels."""

_UNVOICED = -99.0
_RANGE = 30.0  # decibels below the loudest in which speech lies
_LEAST = 10  # moments that count at least
_LEAP = 3.0  # semitones from moment to moment: more is an error of the octave
_FAR = 14.0  # semitones from the median: likewise
_RHYTHM = ((0.8, 2.0), (2.0, 4.0), (4.0, 6.0), (6.0, 9.0), (9.0, 16.0))  # Hz, of the loudness
_SPAN = 512  # of its Fourier transform
_STEP = 0.01


def described(bands: NDArray[np.float32], before: NDArray[np.float32], loud: Rows, pitch: Rows) -> Rows:
    """(n, WIDTH) numbers of n moments that follow on.

    bands: (n, BANDS) as of `features.bands`; before: (BANDS,) the moment before. loud: (n,) decibels. pitch: (n,) Hz.
    """
    level = decibels(bands)
    power = 10.0 ** (level / 10.0)
    first, second = _regions()
    tilts = 10.0 * np.log10((power @ first + 1e-9) / (power @ second + 1e-9))
    high = np.where(pitch > 0.0, 12.0 * np.log2(np.maximum(pitch, 50.0) / 100.0), _UNVOICED)
    flux = np.abs(np.diff(level, axis=0, prepend=decibels(before)[None])).mean(axis=1)
    return np.column_stack([level @ _cosines(), tilts, loud, high, flux])


def functionals(rows: Rows) -> Rows:
    """(COUNT,) numbers of some seconds; rows: (n, WIDTH) of them, n >= 16."""
    loud, semitones = rows[:, LOUDNESS], rows[:, _HIGH]
    top = float(np.sort(loud)[int(0.97 * (len(loud) - 1))])
    active = loud > top - _RANGE
    voiced = active & (semitones > _UNVOICED)
    if voiced.sum() > _LEAST // 2:
        voiced &= np.abs(semitones - np.median(semitones[voiced])) < _FAR
    if voiced.sum() <= _LEAST // 2:
        voiced = active & (loud >= np.median(loud[active]))
    both = active[1:] & active[:-1]
    if both.sum() < _LEAST:
        both = np.ones(len(rows) - 1, np.bool_)
    return np.concatenate([
        _colour(rows, active, voiced, both), _loudness(loud, top, active, both), _pace(voiced, active),
        _melody(semitones, loud, voiced),
    ])  # fmt: skip


def _colour(rows: Rows, active: NDArray[np.bool_], voiced: NDArray[np.bool_], both: NDArray[np.bool_]) -> Rows:
    """Cepstra and tilts: mean and spread where there is speech, and where a voice sounds; how quickly they change."""
    colour = rows[:, _COLOUR]
    spoken, sung = colour[active], colour[voiced]
    change = np.abs(np.diff(colour[:, :_CEPSTRA], axis=0))[both]
    flux = rows[1:, _FLUX][both]
    return np.concatenate([
        spoken.mean(axis=0), spoken.std(axis=0), sung.mean(axis=0), sung[:, _CEPSTRA:].std(axis=0),
        change.mean(axis=0), [flux.mean(), flux.std()],
    ])  # fmt: skip


def _loudness(loud: Rows, top: float, active: NDArray[np.bool_], both: NDArray[np.bool_]) -> Rows:
    """How the loudness is spread below its top, how quickly it rises and falls, and in which rhythm."""
    spoken = np.sort(loud[active])
    places = spoken[(np.array([0.10, 0.25, 0.50, 0.75, 0.90]) * (len(spoken) - 1)).astype(int)] - top
    change = np.diff(loud)[both]
    rises, falls = np.maximum(change, 0.0), np.minimum(change, 0.0)
    smooth = np.convolve(np.maximum(loud, top - 40.0), _hill(), "same")
    inner = smooth[1:-1]
    peaks = (inner > smooth[:-2]) & (inner >= smooth[2:]) & (inner > top - 25.0)
    seconds = max(0.2, float(active.sum()) * _STEP)
    wave = (smooth - smooth.mean()) * np.hanning(len(smooth))
    power = np.abs(np.fft.rfft(wave, _SPAN)) ** 2 @ _rhythms()
    rhythm = np.log(power[:-1] / (power[-1] + 1e-9) + 1e-3)
    return np.concatenate([
        [spoken.std()], places, [rises.sum() / max(1, (rises > 0).sum()), falls.sum() / max(1, (falls < 0).sum())],
        [np.abs(change).mean(), peaks.sum() / seconds], rhythm,
    ])  # fmt: skip


def _pace(voiced: NDArray[np.bool_], active: NDArray[np.bool_]) -> Rows:
    """The share in which a voice sounds, how often it sets in, for how long it lasts: mean, spread, longest."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], voiced, [False]]).astype(np.int8)))
    lengths = (edges[1::2] - edges[::2]).astype(np.float64)
    spoken = float(active.sum())
    return np.array([
        float(voiced.sum()) / spoken, len(lengths) / max(0.2, spoken * _STEP), lengths.mean(), lengths.std(),
        lengths.max(),
    ])  # fmt: skip


def _melody(semitones: Rows, loud: Rows, voiced: NDArray[np.bool_]) -> Rows:
    """Height and range of the pitch, how it moves and trembles, and whether it moves with the loudness."""
    if (semitones[voiced] <= _UNVOICED).any():
        return np.zeros(_MELODY)  # no voice at all: whispering, noise
    tones = np.sort(semitones[voiced])
    low, tenth, fifth, middle, upper, ninth, most = tones[
        (np.array([0.05, 0.10, 0.20, 0.50, 0.80, 0.90, 0.95]) * (len(tones) - 1)).astype(int)
    ]
    steps, beats = np.diff(semitones), np.diff(loud)
    smooth = voiced[1:] & voiced[:-1] & (np.abs(steps) < _LEAP)
    moves, shakes = steps[smooth], np.abs(beats[smooth])
    moves = moves if len(moves) else np.zeros(1)
    bent = smooth[1:] & smooth[:-1]
    rises, falls = np.maximum(moves, 0.0), np.minimum(moves, 0.0)
    time = np.flatnonzero(voiced) * _STEP
    time = time - time.mean()
    trend = float(time @ semitones[voiced]) / max(1e-6, float(time @ time))
    return np.array([
        tones.mean(), tones.std(), tenth, middle, ninth, most - low, upper - fifth,
        np.abs(moves).mean(), moves.std(), moves.mean(), rises.sum() / max(1, (rises > 0).sum()),
        falls.sum() / max(1, (falls < 0).sum()), _mean(np.abs(np.diff(steps))[bent]), _mean(shakes),
        _mean(np.abs(np.diff(beats))[bent]), trend, _together(semitones[voiced], loud[voiced]),
    ])  # fmt: skip


_MELODY = 17
COUNT = 3 * (_CEPSTRA + len(_TILTS)) + len(_TILTS) + _CEPSTRA + 2 + 10 + len(_RHYTHM) + 5 + _MELODY
"""Numbers of some seconds."""


def _mean(values: Rows) -> float:
    return float(values.mean()) if len(values) else 0.0


def _together(one: Rows, other: Rows) -> float:
    """Correlation, 0 where either stands still."""
    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / size if size > 1e-9 else 0.0


@cache
def _cosines() -> Rows:
    """(BANDS, _CEPSTRA) of the cosine transform; the level, number 0, is left out."""
    at = (np.arange(BANDS) + 0.5) / BANDS
    table: Rows = np.cos(np.pi * at[:, None] * np.arange(1, _CEPSTRA + 1)) * np.sqrt(2.0 / BANDS)
    return table


@cache
def _regions() -> tuple[Rows, Rows]:
    """(BANDS, tilts) which bands lie in the first, and in the second region of each."""
    hertz = middles()[:, None]
    low, high = (np.array([[pair[which] for pair in _TILTS]]) for which in (0, 1))
    first, second = (((hertz >= part[..., 0]) & (hertz < part[..., 1])).astype(np.float64) for part in (low, high))
    return first, second


@cache
def _rhythms() -> Rows:
    """(frequencies, 6) which of them lie in each of _RHYTHM, and in all."""
    hertz = np.arange(_SPAN // 2 + 1) / (_SPAN * _STEP)
    spans = (*_RHYTHM, (_RHYTHM[0][0], _RHYTHM[-1][1]))
    return np.stack([(hertz >= low) & (hertz < high) for low, high in spans], axis=1).astype(np.float64)


@cache
def _hill() -> Rows:
    hill: Rows = np.hanning(9) / np.hanning(9).sum()
    return hill

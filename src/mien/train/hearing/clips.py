"""Clips to learn from: utterances one after another, pauses, other throats, spoilt; and what the mouth does in them.

Which clip comes as number n is decided by the set, seed and n alone. To spoil a clip costs as much as to learn from
it, so each is kept for a while and comes again, varied a little.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from mien.sense.hearing.features import HOP, REACH, Cutter, bands
from mien.sense.hearing.nets import AFTER, BEFORE
from mien.train.hearing.prepare import Spoken
from mien.train.hearing.spoil import background, spoilt, varied

FRAMES = 300
"""Frames of a clip."""

_SILENT = 0.06  # share of clips in which nobody speaks; ours
_PLAIN = 0.15  # share of clips as the engines gave them; ours
_THROAT = 0.13  # spread of the logarithm by which a voice is played slower or faster; ours


_Clip = tuple[NDArray[np.float16], NDArray[np.uint8], NDArray[np.float32]]

_AGAIN, _ROUND = 4, 4_000  # how often a clip comes, and after how many others; ours


class Clips(Dataset[tuple[Tensor, Tensor, Tensor]]):
    """Clip number n: (FRAMES + BEFORE + AFTER, 40) bands, (FRAMES,) visemes, (FRAMES, 2) opening and speech."""

    def __init__(self, spoken: Sequence[Spoken], seed: int):
        self._spoken, self._seed = spoken, seed
        self._kept: dict[int, _Clip] = {}
        self._round = 0

    def __getitem__(self, number: int) -> tuple[Tensor, Tensor, Tensor]:
        turn, place = divmod(number, _AGAIN * _ROUND)
        if turn != self._round:
            self._kept, self._round = {}, turn
        which = turn * _ROUND + place % _ROUND
        if which not in self._kept:
            self._kept[which] = self._made(which)
        heard, visemes, answers = self._kept[which]
        bands_now = heard.astype(np.float32)
        if place >= _ROUND:
            bands_now = varied(bands_now, np.random.default_rng((self._seed, which, place)))
        return torch.from_numpy(bands_now), torch.from_numpy(visemes.astype(np.int64)), torch.from_numpy(answers)

    def _made(self, which: int) -> _Clip:
        """Bands in half precision, visemes, opening and speech of one clip."""
        chance = np.random.default_rng((self._seed, which))
        count = FRAMES + BEFORE + AFTER
        length = (count - 1) * HOP + 2 * REACH
        if chance.random() < _SILENT:
            sound = background(length, chance)
            visemes, opening = np.zeros(FRAMES, np.uint8), np.zeros(FRAMES, np.float32)
        else:
            # frame number i of the clip has its middle REACH + (i + BEFORE) * HOP samples after its start
            sound, visemes, opening = self._talk(length, count, chance)
            visemes, opening = visemes[BEFORE : BEFORE + FRAMES], opening[BEFORE : BEFORE + FRAMES]
            if chance.random() >= _PLAIN:
                sound = spoilt(sound, lambda: self._talk(length, count, chance)[0], chance)
        windows = np.lib.stride_tricks.sliding_window_view(sound, 2 * REACH)[::HOP]
        answers = np.stack([opening, (visemes > 0).astype(np.float32)], axis=1)
        return bands(windows).astype(np.float16), visemes, answers

    def _talk(
        self, length: int, count: int, chance: np.random.Generator
    ) -> tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.float32]]:
        """(length,) samples, (count,) visemes and openings; frame i has its middle at REACH + i * HOP."""
        sound = np.zeros(length + HOP, np.float32)
        visemes, opening = np.zeros(count, np.uint8), np.zeros(count, np.float32)
        at = int(chance.integers(-250, 60))  # frame at which the first utterance begins, before the clip too
        while at < count:
            one = self._spoken[int(chance.integers(len(self._spoken)))]
            factor = float(np.exp(chance.normal(0.0, _THROAT)))
            frames = int(len(one.visemes) / factor)
            if at + frames > 0:
                self._lay(one, factor, at, sound, visemes, opening)
            at += frames + int(chance.integers(0, 70))
        return sound[:length], visemes, opening

    @staticmethod
    def _lay(
        one: Spoken, factor: float, at: int, sound: NDArray[np.float32], visemes: NDArray[np.uint8],
        opening: NDArray[np.float32],
    ) -> None:  # fmt: skip
        """One utterance from frame `at` on; what lies outside is cut."""
        wave = one.samples.astype(np.float32) / np.float32(32768.0)
        size = int(len(wave) / factor)
        wave = np.interp(np.arange(size) * factor, np.arange(len(wave)), wave).astype(np.float32)
        place = REACH + at * HOP
        first = max(0, -place)
        part = wave[first : max(first, len(sound) - place)]
        sound[place + first : place + first + len(part)] += part
        frames = int(len(one.visemes) / factor)
        then = np.minimum((np.arange(frames) * factor).astype(int), len(one.visemes) - 1)
        first, last = max(0, -at), min(frames, len(visemes) - at)
        if last > first:
            visemes[at + first : at + last] = one.visemes[then[first:last]]
            opening[at + first : at + last] = one.openings[then[first:last]]


def whole(one: Spoken) -> NDArray[np.float32]:
    """(n, 40) bands of an utterance's frames, AFTER silent ones behind them."""
    cutter = Cutter(REACH)
    sound = np.concatenate([one.samples.astype(np.float32) / 32768.0, np.zeros((AFTER + 3) * HOP, np.float32)])
    return bands(cutter.feed(sound))

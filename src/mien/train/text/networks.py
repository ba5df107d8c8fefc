"""The two nets of the text reader in torch, and the one loop that trains either: `mien.sense.textnet` computes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from mien.face import CLASSES
from mien.progress import bar
from mien.sense.features import slots
from mien.sense.textnet import FEW, WIDEST, places
from mien.train.core.device import narrow
from mien.train.core.objectives import known_mean

Chance = np.random.Generator
Answer = tuple[Tensor, Tensor]
"""(batch, 9) logits of the classes and (batch,) of the strength."""


@dataclass(frozen=True, slots=True, eq=False)
class Ragged:
    """Rows of different length in one array: row i is `keys[starts[i]:starts[i + 1]]`."""

    keys: NDArray[np.uint64]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, rows: list[NDArray[np.uint64]]) -> Ragged:
        """These rows."""
        return cls(np.concatenate(rows), np.concatenate([[0], np.cumsum([row.size for row in rows])]).astype(np.int64))

    def seen(self, worth: NDArray[np.float64]) -> tuple[NDArray[np.uint64], NDArray[np.float64], NDArray[np.float64]]:
        """The distinct keys, in how many rows each stands, and the sum of (rows, …) `worth` of those rows."""
        row = np.repeat(np.arange(self.starts.size - 1), np.diff(self.starts))
        keys, inverse = np.unique(self.keys, return_inverse=True)
        once = np.unique(inverse.astype(np.int64) * (self.starts.size - 1) + row)
        inverse, row = np.divmod(once, self.starts.size - 1)
        sums = np.stack([np.bincount(inverse, worth[row, column], keys.size) for column in range(worth.shape[1])], 1)
        return keys, np.bincount(inverse, minlength=keys.size).astype(np.float64), sums.astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Lines ready to learn, and what the signs said of them.

    grams: hashes of n-grams. words: hashes of words in order. evidence, target: (lines, 9). prior: (lines, 9) log
    ratio of the corpus' class frequencies to `USUAL`. force: (lines,), NaN where unknown. weight: (lines,).
    coarse: (lines,) bool.
    """

    grams: Ragged
    words: Ragged
    evidence: NDArray[np.float32]
    target: NDArray[np.float32]
    prior: NDArray[np.float32]
    force: NDArray[np.float32]
    coarse: NDArray[np.bool_]
    weight: NDArray[np.float32]

    def worth(self) -> NDArray[np.float64]:
        """(lines, 10) weight of each line, at most 4, and the share of it that each class has."""
        weight = np.minimum(self.weight, 4.0).astype(np.float64)[:, None]
        return np.concatenate([weight, weight * self.target], axis=1)


@dataclass(frozen=True, slots=True)
class Course:
    """How one net is trained.

    lines_seen: drawn in all. batch: lines a step. rate: Adam's, decays to zero. drop: share of what it looks
    at that is hidden at random, in [0, 1). power: a line is drawn by this power of its weight, so that below 1
    our own lines, which weigh most, come less often.
    """

    lines_seen: int
    batch: int
    rate: float
    drop: float
    power: float = 1.0


def choose(sample: Sample, bits: int, least: int) -> NDArray[np.uint8]:
    """(slots,) fingerprints: for each slot the n-gram that tells most about the feeling, 0 where none fits.

    Its worth is the chi-square of its classes against the whole, with one line of doubt; it must stand in
    `least` lines, or in one of our own.
    """
    keys, counts, sums = sample.grams.seen(sample.worth())
    overall = (sample.target * sample.weight[:, None]).sum(axis=0) / sample.weight.sum()
    expected = sums[:, :1] * overall
    worth = ((sums[:, 1:] - expected) ** 2 / (expected + 1.0)).sum(axis=1)
    fit = np.flatnonzero(counts >= np.where(sums[:, 0] >= 4.0, 1, least))
    fit = fit[np.argsort(worth[fit], kind="stable")]
    place, mark = slots(keys[fit], bits)
    table = np.zeros(1 << bits, np.uint8)
    table[place] = mark  # ascending worth: the best feature of a slot is written last
    return table


def vocabulary(sample: Sample, least: int, most: int) -> NDArray[np.uint64]:
    """Ascending hashes of the words and signs that stand in lines of weight `least` together; the `most` frequent."""
    keys, _, sums = sample.words.seen(sample.worth())
    order = np.argsort(-sums[:, 0], kind="stable")[:most]
    return np.sort(keys[order[sums[order, 0] >= least]])


class Bag(nn.Module):
    """What `mien.sense.textnet.Table` computes."""

    def __init__(self, table: NDArray[np.uint8], width: int, hidden: int) -> None:
        super().__init__()
        self.table = table
        self.bag = nn.EmbeddingBag(table.size + 1, width, mode="sum", padding_idx=table.size)
        nn.init.normal_(self.bag.weight, std=0.02)
        self.direct = nn.Linear(width, len(CLASSES))
        self.inner = nn.Linear(width, hidden)
        self.outer = nn.Linear(hidden, len(CLASSES), bias=False)
        self.force = nn.Linear(width + hidden, 1)

    def forward(self, places: Tensor, starts: Tensor, count: Tensor, kept: float = 1.0) -> Answer:
        """What the n-grams say.

        places: those of the batch in a row. starts: (batch,) where each line begins. count: (batch,) n-grams of
        a line. kept: the share of them that is shown.
        """
        bag = self.bag(places, starts) / kept / (count + FEW).sqrt()[:, None]
        hidden = torch.tanh(self.inner(bag))
        return self.direct(bag) + self.outer(hidden), self.force(torch.cat([bag, hidden], dim=1))[:, 0]


class Sieve(nn.Module):
    """What `mien.sense.textnet.Sieve` computes. words: (words,) ascending hashes."""

    def __init__(self, words: NDArray[np.uint64], depth: int, filters: int) -> None:
        super().__init__()
        self.words = words
        self.embedding = nn.Embedding(words.size + 2, depth, padding_idx=words.size + 1)
        nn.init.normal_(self.embedding.weight[: words.size + 1], std=0.1)
        self.filters = nn.ModuleList(nn.Linear(depth * (n + 1), filters) for n in range(WIDEST))
        self.readout = nn.Linear(WIDEST * filters, len(CLASSES) + 1)

    def forward(self, rows: Tensor, count: Tensor, drop: float = 0.0) -> Answer:
        """What the words say.

        rows: (batch, longest + WIDEST - 1) of the embedding, the last one of all (padding) behind the end. count:
        (batch,) words of a line. drop: share of the values hidden, half of it in the embedding.
        """
        line = F.dropout(self.embedding(rows), drop / 2, drop > 0)
        windows = line.unfold(1, WIDEST, 1).transpose(2, 3).flatten(2)
        inside = torch.arange(windows.shape[1])[None, :, None] < count[:, None, None]
        found = [(F.relu(sieve(windows[:, :, : sieve.in_features])) * inside).amax(1) for sieve in self.filters]
        answer = self.readout(F.dropout(torch.cat(found, dim=1), drop, drop > 0))
        return answer[:, :-1], answer[:, -1]


def objective(logits: Tensor, target: Tensor, coarse: Tensor, force: Tensor, wanted: Tensor, smooth: float) -> Tensor:
    """Cross-entropy against soft labels, plus squared error of the strength where it is known.

    logits, target: (batch, 9). coarse: (batch,) bool, any class of the target is right, so the model's own
    odds divide it. force: (batch,) logits. wanted: (batch,) in [0, 1] or NaN. smooth: label smoothing in
    [0, 1).
    """
    own = (target > 0) * F.softmax(logits.detach(), dim=1) + 1e-6 * target
    target = torch.where(coarse[:, None], own / own.sum(dim=1, keepdim=True), target)
    target = target * (1 - smooth) + smooth / target.shape[1]
    feeling = -(target * F.log_softmax(logits, dim=1)).sum(dim=1).mean()
    known = ~wanted.isnan()
    return feeling + 2.0 * known_mean((torch.sigmoid(force) - wanted.nan_to_num()) ** 2, known)


def fit_bag(net: Bag, sample: Sample, course: Course, even: float, smooth: float, seed: int, quiet: bool) -> None:
    """Train the n-grams on the sample. even, smooth: as in the recipe."""
    place, mark = slots(sample.grams.keys, net.table.size.bit_length() - 1)
    kept = net.table[place] == mark
    place, starts = place[kept], np.concatenate([[0], np.cumsum(kept)])[sample.grams.starts]

    def look(rows: NDArray[np.int64], chance: Chance) -> Answer:
        pieces = [place[starts[row] : starts[row + 1]] for row in rows]
        count = torch.tensor([piece.size for piece in pieces])
        pieces = [piece[chance.random(piece.size) >= course.drop] for piece in pieces]
        offsets = torch.tensor([0, *(piece.size for piece in pieces[:-1])]).cumsum(0)
        answer: Answer = net(torch.from_numpy(np.concatenate(pieces)), offsets, count, 1.0 - course.drop)
        return answer

    dense = [parameter for name, parameter in net.named_parameters() if not name.startswith("bag")]
    groups: list[dict[str, object]] = [{"params": [net.bag.weight]}, {"params": dense, "lr": course.rate / 2}]
    _fit(look, groups, sample, course, even, smooth, seed, quiet)


def fit_sieve(net: Sieve, sample: Sample, course: Course, even: float, smooth: float, seed: int, quiet: bool) -> None:
    """Train the filters on the sample; of the words `course.drop` / 3 are hidden. even, smooth: as in the recipe."""
    known, starts = places(sample.words.keys, net.words), sample.words.starts
    padding = net.words.size + 1

    def look(rows: NDArray[np.int64], chance: Chance) -> Answer:
        count = np.minimum(np.diff(starts)[rows], _LONGEST)
        line = np.full((rows.size, int(count.max(initial=1)) + WIDEST - 1), padding)
        for at, row in enumerate(rows):
            line[at, : count[at]] = known[starts[row] : starts[row] + count[at]]
        line[(chance.random(line.shape) < course.drop / 3) & (line != padding)] = padding - 1
        shown = torch.from_numpy(line)
        with narrow(shown.device):
            logits, force = net(shown, torch.from_numpy(count), course.drop)
        return logits.float(), force.float()

    groups: list[dict[str, object]] = [{"params": list(net.parameters())}]
    _fit(look, groups, sample, course, even, smooth, seed, quiet, np.diff(starts))


_LONGEST = 160  # words of a line that are learned from
_SORTED = 16  # batches that are drawn together and sorted by length, so that lines need little padding


def _fit(
    look: Callable[[NDArray[np.int64], Chance], Answer],
    groups: list[dict[str, object]],
    sample: Sample,
    course: Course,
    even: float,
    smooth: float,
    seed: int,
    quiet: bool,
    lengths: NDArray[np.int64] | None = None,
) -> None:
    """One loop; lines are drawn by their weight, and with `lengths` come in batches of about one length."""
    chance = np.random.default_rng(seed)
    odds = sample.weight.astype(np.float64) ** course.power
    odds /= odds.sum()
    steps = max(1, course.lines_seen // course.batch)
    drawn: NDArray[np.int64] = chance.choice(odds.size, size=steps * course.batch, p=odds)
    order = list(drawn.reshape(steps, course.batch))
    if lengths is not None:
        for first in range(0, steps, _SORTED):
            rows = np.concatenate(order[first : first + _SORTED])
            rows = rows[np.argsort(lengths[rows], kind="stable")].reshape(-1, course.batch)
            order[first : first + _SORTED] = rows[chance.permutation(len(rows))]
    target, force, coarse = (torch.from_numpy(array) for array in (sample.target, sample.force, sample.coarse))
    given = torch.from_numpy(sample.evidence + np.float32(even) * sample.prior)
    adam = torch.optim.Adam(groups, lr=course.rate)
    fade = torch.optim.lr_scheduler.LambdaLR(
        adam, lambda step: min(1.0, 20.0 * (step + 1) / steps) * (1.0 - step / steps)
    )
    for rows in bar(order, silent=quiet, unit="batches", name="text"):
        index = torch.from_numpy(rows)
        logits, strength = look(rows, chance)
        loss = objective(logits + given[index], target[index], coarse[index], strength, force[index], smooth)
        adam.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch ships it untyped
        adam.step()
        fade.step()

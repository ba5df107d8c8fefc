"""The recipe of the text reader's table: hashed n-grams, an embedding bag, a small layer, over the signs.

python -m mien.train.text DATA -o FOLDER
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.numpy import save
from torch import Tensor, nn
from tqdm import tqdm

from mien.face import MienError
from mien.sense.features import hashes, slots
from mien.sense.reader import FEW, FORMAT, USUAL, Reader, load
from mien.sense.signs import CLASSES, scan
from mien.train.text_data import CORPORA, Line
from mien.train.text_data import load as load_lines
from mien.train.text_scores import scores


@dataclass(frozen=True, slots=True)
class TextRecipe:
    """How the table is trained.

    bits: log2 of its slots, 10 to 20. width: values a feature. hidden: units of the layer.

    least: lines a feature must stand in. lines_seen: drawn in all. batch: lines a step. rate: Adam's,
    decays to zero. decay: of the weights. drop: share of features hidden at random. smooth: label smoothing
    in [0, 1). seed: of it all. even: in [0, 1], how far each corpus' own class frequencies are taken out,
    in favour of `USUAL`. corpora: which collections.
    """

    bits: int = 18
    width: int = 16
    hidden: int = 32
    least: int = 3
    lines_seen: int = 600_000
    batch: int = 2048
    rate: float = 6e-3
    decay: float = 0.0
    drop: float = 0.4
    smooth: float = 0.04
    even: float = 0.5
    seed: int = 1
    corpora: tuple[str, ...] = CORPORA


def shipped() -> TextRecipe:
    """The recipe of the weights in the package."""
    return TextRecipe()


def small() -> TextRecipe:
    """A few seconds, for tests and first tries."""
    return TextRecipe(bits=12, width=8, hidden=8, least=1, lines_seen=30_000, batch=64, rate=1e-2)


_ENDINGS = {
    "ja": ("", "", "", "。", "…", "よ", "ね", "なあ", "わ", "な", "んだけど", "〜"),
    "zh": ("", "", "", "。", "…", "啊", "呀", "了", "吧", "呢", "～", "哦"),
    "en": ("", "", "", ".", "...", " lol"[:0], " tbh", " ngl", " rn", " guys"),
    "und": ("",),
}


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Lines ready to learn: ragged features as `keys[starts[i]:starts[i + 1]]`, and what the signs said.

    evidence, target: (lines, 9). prior: (lines, 9) log ratio of the corpus' class frequencies to `USUAL`.
    force: (lines,), NaN where unknown. weight: (lines,). coarse: (lines,) bool.
    """

    keys: NDArray[np.uint64]
    starts: NDArray[np.int64]
    evidence: NDArray[np.float32]
    target: NDArray[np.float32]
    prior: NDArray[np.float32]
    force: NDArray[np.float32]
    coarse: NDArray[np.bool_]
    weight: NDArray[np.float32]


def prepare(lines: list[Line], seed: int) -> Sample:
    """Scan and hash every line; varied ones come three times, with everyday endings in their language."""
    chance = np.random.default_rng(seed)
    found, evidence, target, force, weight, coarse, source = [], [], [], [], [], [], []
    for line in lines:
        for turn in range(3 if line.varied else 1):
            signs = scan(line.text)
            if turn:
                signs = scan(line.text + str(chance.choice(_ENDINGS[signs.language])))
            found.append(hashes(signs.text))
            evidence.append(signs.evidence)
            target.append(line.target)
            force.append(line.force)
            coarse.append(line.coarse)
            source.append(line.source)
            weight.append(line.weight / (3 if line.varied else 1))
    starts = np.concatenate([[0], np.cumsum([keys.size for keys in found])])
    targets = np.stack(target)
    return Sample(
        np.concatenate(found),
        starts.astype(np.int64),
        np.stack(evidence),
        targets,
        priors(targets, np.array(source)),
        np.array(force, np.float32),
        np.array(coarse),
        np.array(weight, np.float32),
    )


def priors(target: NDArray[np.float32], source: NDArray[np.str_]) -> NDArray[np.float32]:
    """(lines, 9) log of a corpus' class frequencies over `USUAL`, for each line.

    Added to the logits in training and left out afterwards, it keeps the habits of a corpus out of the table.
    Source: Menon et al., "Long-tail learning via logit adjustment", ICLR 2021.
    """
    result = np.zeros_like(target)
    for name in np.unique(source):
        rows = source == name
        share = target[rows].mean(axis=0)
        result[rows] = np.log((share + 0.01) / (share + 0.01).sum() / np.array(USUAL))
    return result


def choose(sample: Sample, recipe: TextRecipe) -> NDArray[np.uint8]:
    """(slots,) fingerprints: for each slot the feature that tells most about the feeling, 0 where none fits.

    A feature's worth is the chi-square of its classes against the whole, with one line of doubt; it must
    stand in `least` lines.
    """
    features, inverse, counts = np.unique(sample.keys, return_inverse=True, return_counts=True)
    line_of = np.repeat(np.arange(sample.starts.size - 1), np.diff(sample.starts))
    overall = (sample.target * sample.weight[:, None]).sum(axis=0) / sample.weight.sum()
    seen = np.zeros(features.size, np.float64)
    np.add.at(seen, inverse, np.minimum(sample.weight, 4.0)[line_of])
    worth = np.zeros(features.size, np.float64)
    for column in range(len(CLASSES)):
        observed = np.bincount(
            inverse, (sample.target[:, column] * np.minimum(sample.weight, 4.0))[line_of], features.size
        )
        expected = seen * overall[column]
        worth += (observed - expected) ** 2 / (expected + 1.0)
    least = np.where(seen >= 4.0, 1, recipe.least)  # our own lines may teach with a single one
    fit = np.flatnonzero(counts >= least)
    fit = fit[np.argsort(worth[fit], kind="stable")]
    place, mark = slots(features[fit], recipe.bits)
    table = np.zeros(1 << recipe.bits, np.uint8)
    table[place] = mark  # ascending worth: the best feature of a slot is written last
    return table


class Net(nn.Module):
    """What `mien.sense.reader.Table` computes, in torch."""

    def __init__(self, recipe: TextRecipe) -> None:
        super().__init__()
        self.bag = nn.EmbeddingBag((1 << recipe.bits) + 1, recipe.width, mode="sum", padding_idx=1 << recipe.bits)
        nn.init.normal_(self.bag.weight, std=0.02)
        self.direct = nn.Linear(recipe.width, len(CLASSES))
        self.inner = nn.Linear(recipe.width, recipe.hidden)
        self.outer = nn.Linear(recipe.hidden, len(CLASSES), bias=False)
        self.force = nn.Linear(recipe.width + recipe.hidden, 1)

    def forward(self, places: Tensor, starts: Tensor, count: Tensor, kept: float = 1.0) -> tuple[Tensor, Tensor]:
        """(batch, 9) and (batch,) logits of a batch.

        places: its features in a row. starts: (batch,) where each line begins. count: (batch,) features of
        a line. kept: the share of them that is shown.
        """
        bag = self.bag(places, starts) / kept / (count + FEW).sqrt()[:, None]
        hidden = torch.tanh(self.inner(bag))
        return self.direct(bag) + self.outer(hidden), self.force(torch.cat([bag, hidden], dim=1))[:, 0]


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
    error = (torch.sigmoid(force) - wanted.nan_to_num()) ** 2 * known
    return feeling + 2.0 * error.sum() / known.sum().clamp(min=1)


def fit(sample: Sample, table: NDArray[np.uint8], recipe: TextRecipe, quiet: bool = True) -> Net:
    """Train from the seed. One loop; lines are drawn by their weight."""
    torch.manual_seed(recipe.seed)
    chance = np.random.default_rng(recipe.seed)
    net = Net(recipe)
    place, mark = slots(sample.keys, recipe.bits)
    kept = table[place] == mark
    sizes = np.add.reduceat(np.append(kept, False).astype(np.int64), sample.starts[:-1])
    sizes[np.diff(sample.starts) == 0] = 0
    place = place[kept]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    odds = sample.weight / sample.weight.sum()
    steps = max(1, recipe.lines_seen // recipe.batch)
    order = chance.choice(odds.size, size=steps * recipe.batch, p=odds.astype(np.float64) / odds.sum(dtype=np.float64))
    target, force, coarse = (torch.from_numpy(array) for array in (sample.target, sample.force, sample.coarse))
    given = torch.from_numpy(sample.evidence + recipe.even * sample.prior)
    dense = [parameter for name, parameter in net.named_parameters() if not name.startswith("bag")]
    groups: list[dict[str, object]] = [{"params": [net.bag.weight]}, {"params": dense, "lr": recipe.rate / 2}]
    adam = torch.optim.Adam(groups, lr=recipe.rate, weight_decay=recipe.decay)
    fade = torch.optim.lr_scheduler.LambdaLR(adam, lambda step: 1.0 - step / steps)
    for step in tqdm(range(steps), disable=quiet, desc="text"):
        rows = order[step * recipe.batch : (step + 1) * recipe.batch]
        pieces = [place[starts[row] : starts[row + 1]] for row in rows]
        count = torch.tensor([piece.size for piece in pieces])
        if recipe.drop:
            pieces = [piece[chance.random(piece.size) >= recipe.drop] for piece in pieces]
        offsets = torch.tensor([0, *(piece.size for piece in pieces[:-1])]).cumsum(0)
        logits, strength = net(torch.from_numpy(np.concatenate(pieces)), offsets, count, 1.0 - recipe.drop)
        index = torch.from_numpy(rows)
        loss = objective(logits + given[index], target[index], coarse[index], strength, force[index], recipe.smooth)
        adam.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch ships it untyped
        adam.step()
        fade.step()
    return net


def export(net: Net, table: NDArray[np.uint8], recipe: TextRecipe, out: Path, facts: dict[str, object]) -> Path:
    """Write text.safetensors (int8, one scale a column) and text.json, each whole or not at all."""
    values = net.bag.weight.detach().numpy()[:-1].copy()
    values[table == 0] = 0.0
    scale = np.maximum(np.abs(values).max(axis=0), 1e-8) / 127.0
    tensors = {
        "marks": table,
        "values": np.rint(values / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "direct": net.direct.weight.detach().numpy().T,
        "bias": net.direct.bias.detach().numpy(),
        "inner": net.inner.weight.detach().numpy().T,
        "inner_bias": net.inner.bias.detach().numpy(),
        "outer": net.outer.weight.detach().numpy().T,
        "force": net.force.weight.detach().numpy()[0],
        "force_bias": net.force.bias.detach().numpy(),
    }
    out.mkdir(parents=True, exist_ok=True)
    path = out / "text.safetensors"
    with tempfile.TemporaryDirectory(dir=out, prefix=".text-") as room:
        fresh = Path(room) / path.name
        body = save({name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()})
        fresh.write_bytes(body)
        facts = {
            "format": FORMAT,
            "classes": list(CLASSES),
            "bits": recipe.bits,
            "width": recipe.width,
            "hidden": recipe.hidden,
            "bytes": len(body),
            "sha256": hashlib.sha256(body).hexdigest(),
            **facts,
        }
        card = Path(room) / "text.json"
        card.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        os.replace(fresh, path)
        os.replace(card, out / "text.json")
    return path


def train_text(data: Path, out: Path, recipe: TextRecipe, quiet: bool = True) -> dict[str, float]:
    """Train on the corpora in `data` (a folder or its zip file) and write the weights into `out`.

    Gives the measures of `text_scores.scores` on the dev parts that the data has, and how many lines were
    learned from. Equal data, recipe and seed give equal files on one machine. Raises InputError when `data`
    has no corpus.
    """
    lines = load_lines(data, recipe.corpora)
    sample = prepare(lines, recipe.seed)
    table = choose(sample, recipe)
    net = fit(sample, table, recipe, quiet)
    by_source = {name: sum(line.source == name for line in lines) for name in recipe.corpora}
    facts: dict[str, object] = {"recipe": asdict(recipe), "lines": by_source}
    path = export(net, table, recipe, out, facts)
    found = scores(Reader(load(path)), data)
    return {"lines": float(len(lines)), "slots_used": float(np.mean(table > 0)), **found}


def main(arguments: list[str] | None = None) -> int:
    """Run the recipe of the shipped weights and print its figures. Exit code 0, or 1 for a named error."""
    parser = argparse.ArgumentParser(
        prog="python -m mien.train.text", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("data", type=Path, help="folder or zip file of the corpora")
    parser.add_argument("-o", "--out", type=Path, required=True, help="folder for text.safetensors and text.json")
    options = parser.parse_args(arguments)
    try:
        print(json.dumps(train_text(options.data, options.out, shipped(), quiet=not sys.stderr.isatty()), indent=1))
    except MienError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

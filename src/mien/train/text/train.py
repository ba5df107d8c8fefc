"""The recipe of the text reader's nets: hashed n-grams in a bag, and filters over words, both over the signs."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save

from mien.face import CLASSES
from mien.files import make_folder, write_atomic
from mien.sense.features import hashes, tokens
from mien.sense.reader import Reader
from mien.sense.signs import scan
from mien.sense.textnet import FORMAT, USUAL, WIDEST, load
from mien.train.text.corpora import CORPORA, TERMS, Line
from mien.train.text.corpora import load as load_lines
from mien.train.text.networks import Bag, Course, Ragged, Sample, Sieve, choose, fit_bag, fit_sieve, vocabulary
from mien.train.text.scores import scores

_TABLE = Course(lines_seen=600_000, batch=2048, rate=6e-3, drop=0.4)
_SIEVE = Course(lines_seen=1_600_000, batch=256, rate=3e-3, drop=0.4, power=0.5)


@dataclass(frozen=True, slots=True)
class TextRecipe:
    """How the reader is trained.

    bits: log2 of the table's slots, 10 to 20. width: values an n-gram. hidden: units of its layer. words: at most,
    known to the filters. depth: values a word. filters: of each width. least: lines an n-gram or a word must stand
    in. table, sieve: how each is trained. smooth: label smoothing in [0, 1). even: in [0, 1], how far each corpus'
    own class frequencies are taken out, in favour of `USUAL`. seed: of it all. corpora: which collections.
    """

    bits: int = 18
    width: int = 16
    hidden: int = 32
    words: int = 20_000
    depth: int = 80
    filters: int = 112
    least: int = 3
    table: Course = _TABLE
    sieve: Course = _SIEVE
    smooth: float = 0.04
    even: float = 0.5
    seed: int = 1
    corpora: tuple[str, ...] = CORPORA


def shipped() -> TextRecipe:
    """The recipe of the weights in the package."""
    return TextRecipe()


def small() -> TextRecipe:
    """A few seconds, for tests and first tries."""
    course = Course(lines_seen=30_000, batch=64, rate=1e-2, drop=0.2)
    sieve = replace(course, lines_seen=6_000, rate=5e-3)
    return TextRecipe(bits=12, width=8, hidden=8, words=500, depth=8, filters=8, least=1, table=course, sieve=sieve)


_ENDINGS = {
    "ja": ("", "", "", "。", "…", "よ", "ね", "なあ", "わ", "な", "んだけど", "〜"),
    "zh": ("", "", "", "。", "…", "啊", "呀", "了", "吧", "呢", "～", "哦"),
    "en": ("", "", "", ".", "...", " lol"[:0], " tbh", " ngl", " rn", " guys"),
    "und": ("",),
}


def prepare(lines: list[Line], seed: int) -> Sample:
    """Scan and hash every line; varied ones come three times, with everyday endings in their language."""
    chance = np.random.default_rng(seed)
    grams, words, evidence, target, force, weight, coarse, source = [], [], [], [], [], [], [], []
    for line in lines:
        for turn in range(3 if line.varied else 1):
            signs = scan(line.text)
            if turn:
                signs = scan(line.text + str(chance.choice(_ENDINGS[signs.language])))
            grams.append(hashes(signs.text))
            words.append(tokens(signs.text))
            evidence.append(signs.evidence)
            target.append(line.target)
            force.append(line.force)
            coarse.append(line.coarse)
            source.append(line.source)
            weight.append(line.weight / (3 if line.varied else 1))
    targets = np.stack(target)
    return Sample(
        Ragged.of(grams),
        Ragged.of(words),
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


def fit(sample: Sample, recipe: TextRecipe, quiet: bool = True) -> tuple[Bag, Sieve]:
    """Train both nets from the seed, one after the other."""
    torch.manual_seed(recipe.seed)
    bag = Bag(choose(sample, recipe.bits, recipe.least), recipe.width, recipe.hidden)
    sieve = Sieve(vocabulary(sample, recipe.least, recipe.words), recipe.depth, recipe.filters)
    rest = (recipe.even, recipe.smooth, recipe.seed, quiet)
    fit_bag(bag, sample, recipe.table, *rest)
    fit_sieve(sieve, sample, recipe.sieve, *rest)
    return bag, sieve


def _int8(values: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """(rows, columns) as int8, and (columns,) the scale of each column."""
    scale = np.maximum(np.abs(values).max(axis=0), 1e-8) / 127.0
    return np.rint(values / scale).astype(np.int8), scale.astype(np.float32)


def export(bag: Bag, sieve: Sieve, recipe: TextRecipe, out: Path, facts: dict[str, object]) -> Path:
    """Write text.safetensors (int8, one scale a column) and text.json, each whole or not at all."""
    state = {name: tensor.numpy() for name, tensor in {**bag.state_dict(), **sieve.state_dict()}.items()}
    values, scale = _int8(state["bag.weight"][:-1] * (bag.table > 0)[:, None])
    embedding, embedding_scale = _int8(state["embedding.weight"][:-1])
    filters = [_int8(state[f"filters.{n}.weight"].T) for n in range(WIDEST)]
    tensors = {
        "marks": bag.table,
        "values": values,
        "scale": scale,
        "direct": state["direct.weight"].T,
        "bias": state["direct.bias"],
        "inner": state["inner.weight"].T,
        "inner_bias": state["inner.bias"],
        "outer": state["outer.weight"].T,
        "force": state["force.weight"][0],
        "force_bias": state["force.bias"],
        "words": sieve.words,
        "embedding": embedding,
        "embedding_scale": embedding_scale,
        **{f"filter{n + 1}": body for n, (body, _) in enumerate(filters)},
        "filter_scale": np.stack([scale for _, scale in filters]),
        "filter_bias": np.stack([state[f"filters.{n}.bias"] for n in range(WIDEST)]),
        "readout": state["readout.weight"].T,
        "readout_bias": state["readout.bias"],
    }
    path = out / "text.safetensors"
    body = save({name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()})
    facts = {
        "format": FORMAT,
        "classes": list(CLASSES),
        "bits": recipe.bits,
        "width": recipe.width,
        "hidden": recipe.hidden,
        "words": int(sieve.words.size),
        "depth": recipe.depth,
        "filters": recipe.filters,
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        **facts,
    }
    make_folder(out)
    write_atomic(path, body)
    write_atomic(out / "text.json", (json.dumps(facts, indent=1, ensure_ascii=False) + "\n").encode())
    return path


def train_text(data: Path, out: Path, recipe: TextRecipe, quiet: bool = True) -> dict[str, float]:
    """Train on the corpora in `data` (a folder or its zip file) and write the weights into `out`.

    Gives the measures of `text_scores.scores` on the dev parts that the data has, and how many lines were
    learned from. Equal data, recipe and seed give equal files on one machine. Raises InputError when `data`
    has no corpus.
    """
    lines = load_lines(data, recipe.corpora)
    make_folder(out)  # a refusal shows before the work
    bag, sieve = fit(prepare(lines, recipe.seed), recipe, quiet)
    by_source = {name: sum(line.source == name for line in lines) for name in recipe.corpora}
    learnt_from = [{"data": TERMS[name][0], "terms": TERMS[name][1]} for name, count in by_source.items() if count]
    facts: dict[str, object] = {"recipe": asdict(recipe), "lines": by_source, "learnt_from": learnt_from}
    path = export(bag, sieve, recipe, out, facts)
    found = scores(Reader(load(path)), data)
    return {"lines": float(len(lines)), "slots_used": float(np.mean(bag.table > 0)), **found}

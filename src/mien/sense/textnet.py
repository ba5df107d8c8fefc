"""The trained part of the text reader, numpy only: a table of hashed n-grams and a convolution over words, averaged.

The table knows every phrase that it saw and no order beyond four letters; the convolution knows words and signs by what
they stand for, in their order. They are wrong on different lines.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from mien.face import CLASSES, WeightsError
from mien.sense.features import hashes, slots, tokens

USUAL = (0.16, 0.08, 0.08, 0.08, 0.07, 0.07, 0.06, 0.08, 0.32)
"""How often the nine classes come in a live chat, as we assume: no corpus has a chat's frequencies."""

FEW = 6
"""Added to the number of features before its root is taken: scraps of a line say little."""

WIDEST = 4
"""Filters look at 1 to WIDEST words or signs in a row."""

FORMAT = "mien.text/2"
_SIZES = ("bits", "width", "hidden", "words", "depth", "filters")

Judged = tuple[NDArray[np.float32], float]
"""(9,) logits over CLASSES and the logit of the strength."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """N-grams. bits: log2 of the slots; width: values a feature; hidden: units of the small layer.

    marks: (slots,) uint8 fingerprints, 0 empty. values: (slots, width) int8. scale: (width,). direct:
    (width, 9). bias: (9,). inner: (width, hidden), inner_bias: (hidden,). outer: (hidden, 9). force: (width
    + hidden,), force_bias: (1,), the strength's readout.
    """

    marks: NDArray[np.uint8]
    values: NDArray[np.int8]
    scale: NDArray[np.float32]
    direct: NDArray[np.float32]
    bias: NDArray[np.float32]
    inner: NDArray[np.float32]
    inner_bias: NDArray[np.float32]
    outer: NDArray[np.float32]
    force: NDArray[np.float32]
    force_bias: NDArray[np.float32]

    def __call__(self, text: str) -> Judged | None:
        """What the n-grams say of text that the front layer has left; None where none is known."""
        place, mark = slots(hashes(text), self.marks.size.bit_length() - 1)
        known = place[self.marks[place] == mark]
        if not known.size:
            return None
        bag = self.values[known].sum(axis=0, dtype=np.int32) * self.scale / np.float32(known.size + FEW) ** 0.5
        hidden = np.tanh(bag @ self.inner + self.inner_bias)
        logits = bag @ self.direct + hidden @ self.outer + self.bias
        return logits, float(np.concatenate([bag, hidden]) @ self.force + self.force_bias[0])


@dataclass(frozen=True, slots=True, eq=False)
class Sieve:
    """Filters that slide over words and signs, the strongest answer of each.

    words: (words,) uint64 hashes, ascending. embedding: (words + 1, depth) int8, the last row for words never
    learned. embedding_scale: (depth,). filter1 … filter4: (depth * n, filters) int8, filter_scale: (4, filters),
    filter_bias: (4, filters). readout: (4 * filters, 10), readout_bias: (10,), the classes and the strength.
    """

    words: NDArray[np.uint64]
    embedding: NDArray[np.float32]
    filters: tuple[NDArray[np.float32], ...]
    filter_bias: NDArray[np.float32]
    readout: NDArray[np.float32]
    readout_bias: NDArray[np.float32]

    def __call__(self, text: str) -> Judged | None:
        """What the words say; None where there is none that is known."""
        rows = places(tokens(text), self.words)
        count = rows.size
        if not count or (rows == self.words.size).all():
            return None
        line = np.zeros((count + WIDEST - 1, self.embedding.shape[1]), np.float32)
        line[:count] = self.embedding[rows]
        windows = np.concatenate([line[at : at + count] for at in range(WIDEST)], axis=1)
        found = [
            (windows[:, : sieve.shape[0]] @ sieve).max(axis=0) + bias
            for sieve, bias in zip(self.filters, self.filter_bias, strict=True)
        ]
        answer = np.maximum(np.concatenate(found), 0.0) @ self.readout + self.readout_bias
        return answer[:-1], float(answer[-1])


@dataclass(frozen=True, slots=True, eq=False)
class TextNet:
    """Both, averaged in logits."""

    table: Table
    sieve: Sieve

    def __call__(self, text: str) -> Judged:
        """(9,) logits over CLASSES and the logit of the strength, for text that the front layer has left.

        `USUAL` alone where nothing is known.
        """
        said = [part for part in (self.table(text), self.sieve(text)) if part is not None]
        if not said:
            return np.log(np.array(USUAL, np.float32)), float(self.table.force_bias[0])
        logits = sum((one for one, _ in said), np.zeros(len(CLASSES), np.float32)) / len(said)
        return np.asarray(logits, np.float32), sum(force for _, force in said) / len(said)


def places(keys: NDArray[np.uint64], words: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Row of each key among ascending `words`; `words.size` where it is not one of them."""
    row = np.minimum(np.searchsorted(words, keys), words.size - 1)
    return np.where(words[row] == keys, row, words.size)


def load(path: Path) -> TextNet:
    """Read the weights and check them against the facts beside them. Raises WeightsError."""
    facts = _facts(path.with_suffix(".json"))
    try:
        if (size := path.stat().st_size) != facts["bytes"]:
            raise WeightsError(
                f"{path}: expected {facts['bytes']} bytes, got {size}; it is damaged, install mien again"
            )
        tensors = load_file(path)
    except OSError as error:
        raise WeightsError(f"{path}: cannot be read ({error.strerror or error}); install mien again") from error
    except SafetensorError as error:
        raise WeightsError(f"{path}: not a safetensors file ({error}); install mien again") from error
    for name, (shape, kind) in shapes(*(int(facts[key]) for key in _SIZES)).items():
        got = tensors.get(name)
        if got is None or got.shape != shape or got.dtype != kind:
            found = "nothing" if got is None else f"{got.shape} {got.dtype}"
            raise WeightsError(
                f"{path}: {name}: expected {shape} {np.dtype(kind)}, got {found}; train or install again"
            )
    table = Table(**{name: tensors[name] for name in Table.__dataclass_fields__})
    sieve = Sieve(
        tensors["words"],
        tensors["embedding"] * tensors["embedding_scale"],
        tuple(tensors[f"filter{n + 1}"] * tensors["filter_scale"][n] for n in range(WIDEST)),
        tensors["filter_bias"],
        tensors["readout"],
        tensors["readout_bias"],
    )
    return TextNet(table, sieve)


def shapes(
    bits: int, width: int, hidden: int, words: int, depth: int, filters: int
) -> dict[str, tuple[tuple[int, ...], type]]:
    """Shape and type of each tensor of the file, as `Table` and `Sieve` describe them."""
    classes = len(CLASSES)
    return {
        "marks": ((1 << bits,), np.uint8),
        "values": ((1 << bits, width), np.int8),
        "scale": ((width,), np.float32),
        "direct": ((width, classes), np.float32),
        "bias": ((classes,), np.float32),
        "inner": ((width, hidden), np.float32),
        "inner_bias": ((hidden,), np.float32),
        "outer": ((hidden, classes), np.float32),
        "force": ((width + hidden,), np.float32),
        "force_bias": ((1,), np.float32),
        "words": ((words,), np.uint64),
        "embedding": ((words + 1, depth), np.int8),
        "embedding_scale": ((depth,), np.float32),
        **{f"filter{n}": ((depth * n, filters), np.int8) for n in range(1, WIDEST + 1)},
        "filter_scale": ((WIDEST, filters), np.float32),
        "filter_bias": ((WIDEST, filters), np.float32),
        "readout": ((WIDEST * filters, classes + 1), np.float32),
        "readout_bias": ((classes + 1,), np.float32),
    }


def verify(path: Path) -> None:
    """Compare the file with the SHA-256 in its facts; slower than `load`. Raises WeightsError."""
    facts = _facts(path.with_suffix(".json"))
    try:
        got = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise WeightsError(f"{path}: cannot be read ({error.strerror or error}); install mien again") from error
    if got != facts["sha256"]:
        raise WeightsError(f"{path}: expected SHA-256 {facts['sha256']}, got {got}; install mien again")


def _facts(path: Path) -> Mapping[str, Any]:
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WeightsError(f"{path}: cannot be read ({error.strerror or error}); install mien again") from error
    except ValueError as error:
        raise WeightsError(f"{path}: not JSON ({error}); install mien again") from error
    if not isinstance(facts, dict) or facts.get("format") != FORMAT or facts.get("classes") != list(CLASSES):
        got = facts.get("format") if isinstance(facts, dict) else facts
        raise WeightsError(
            f"{path}: expected format {FORMAT!r} over {len(CLASSES)} classes, got {got!r}; install again"
        )
    for key in (*_SIZES, "bytes"):
        if not isinstance(facts.get(key), int) or facts[key] <= 0 or (key == "bits" and facts[key] > 24):
            raise WeightsError(
                f"{path}: {key}: expected a positive whole number, got {facts.get(key)!r}; install again"
            )
    return facts

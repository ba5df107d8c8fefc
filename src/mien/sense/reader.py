"""The text reader: signs in front, a table of hashed n-grams behind, numpy only."""

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

from mien.face import Emotion, WeightsError
from mien.sense.features import hashes, slots
from mien.sense.reading import Reading
from mien.sense.signs import CLASSES, Signs, scan

WEIGHTS = Path(__file__).parent / "weights" / "text.safetensors"
"""The table that ships with mien; its facts are in text.json and MODEL_CARD.md beside it."""

USUAL = (0.16, 0.08, 0.08, 0.08, 0.07, 0.07, 0.06, 0.08, 0.32)
"""How often the nine classes come in a live chat, as we assume: no corpus has a chat's frequencies."""

FEW = 6
"""Added to the number of features before its root is taken: scraps of a line say little."""

AGAINST_NEUTRAL = 0.5
"""Of the strongest plain sign's logits, the share that also speaks against neutral: a face that reacts to a sign
needlessly is a lesser fault than one that stays blank."""

FORMAT = "mien.text/1"
_FEELINGS = len(CLASSES) - 1


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The trained part. bits: log2 of the slots; width: values a feature; hidden: units of the small layer.

    marks: (slots,) uint8 fingerprints, 0 empty. values: (slots, width) int8. scale: (width,). direct:
    (width, 9). bias: (9,). inner: (width, hidden), inner_bias: (hidden,). outer: (hidden, 9). force: (width
    + hidden,), force_bias: (1,), the strength's readout.
    """

    bits: int
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

    def __call__(self, text: str) -> tuple[NDArray[np.float32], float]:
        """(9,) logits over CLASSES and the logit of the strength, for text that the front layer has left."""
        place, mark = slots(hashes(text), self.bits)
        known = place[self.marks[place] == mark]
        if not known.size:
            return np.log(np.array(USUAL, np.float32)), float(self.force_bias[0])
        bag = self.values[known].sum(axis=0, dtype=np.int32) * self.scale / np.float32(known.size + FEW) ** 0.5
        hidden = np.tanh(bag @ self.inner + self.inner_bias)
        logits = bag @ self.direct + hidden @ self.outer + self.bias
        force = float(np.concatenate([bag, hidden]) @ self.force + self.force_bias[0])
        return logits.astype(np.float32), force


def odds(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """(9,) probabilities: softmax."""
    raised = np.exp(logits - logits.max())
    return np.asarray(raised / raised.sum(), np.float32)


def strengths(chances: NDArray[np.float32], force: float, signs: Signs) -> NDArray[np.float32]:
    """(8,) strengths in [0, 1] of the feelings.

    The strongest feeling gets the strength of the line: the table's own estimate `force` (a logit), raised
    by the signs' boost, lowered by "a little", and let through as far as the line is felt at all (1 -
    P(neutral)) and as far as the table is sure of it: a guess leans to neutral. The others follow their
    probability, a little held down; traces under 0.03 are dropped, to keep the face clean.
    """
    feelings = chances[:_FEELINGS]
    best = float(feelings.max())
    felt = 1.0 - float(chances[_FEELINGS])
    gate = min(1.0, max(0.0, (felt - 0.32) / 0.38))
    gate = gate * gate * (3.0 - 2.0 * gate)
    sure = min(1.0, best / 0.42)
    plain = 1.0 / (1.0 + np.exp(-force))
    level = 1.0 - (1.0 - plain) * (1.0 - signs.boost)
    result = (feelings / max(best, 1e-6)) ** 1.3 * (level * signs.damp * gate * sure)
    result[result < 0.03] = 0.0
    return np.asarray(np.clip(result, 0.0, 1.0), np.float32)


class Reader:
    """Reads lines. Holds the trained table and nothing else: equal lines get equal readings."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def read(self, text: str) -> Reading:
        """The feeling of one line. Any string will do: a blank one is neutral."""
        signs = scan(text)
        if not signs.text and not signs.evidence.any():
            return Reading(text, Emotion(), 1.0, signs.language)
        chances, force = self._judge(signs)
        emotion = Emotion.from_vector(strengths(chances, force, signs))
        neutral = emotion.dominant == "neutral"
        sure = chances[_FEELINGS] if neutral else chances[:_FEELINGS].max()
        return Reading(text, emotion, float(sure), signs.language)

    def odds(self, text: str) -> NDArray[np.float32]:
        """(9,) probabilities over the eight feelings and neutral, before strengths: for measuring."""
        return self._judge(scan(text))[0]

    def _judge(self, signs: Signs) -> tuple[NDArray[np.float32], float]:
        logits, force = self._table(signs.text)
        logits = logits + signs.evidence
        logits[_FEELINGS] -= AGAINST_NEUTRAL * signs.plain
        return odds(logits), force


def open_reader(path: Path | None = None) -> Reader:
    """The reader with the weights at `path`, by default those that ship with mien.

    Raises WeightsError when a file is missing, damaged, or made for something else.
    """
    return Reader(load(path or WEIGHTS))


def load(path: Path) -> Table:
    """Read a table and check it against the facts beside it. Raises WeightsError."""
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
    bits, width, hidden = int(facts["bits"]), int(facts["width"]), int(facts["hidden"])
    want = shapes(bits, width, hidden)
    for name, (shape, kind) in want.items():
        got = tensors.get(name)
        if got is None or got.shape != shape or got.dtype != kind:
            found = "nothing" if got is None else f"{got.shape} {got.dtype}"
            raise WeightsError(
                f"{path}: {name}: expected {shape} {np.dtype(kind)}, got {found}; train or install again"
            )
    return Table(bits, **{name: tensors[name] for name in want})


def shapes(bits: int, width: int, hidden: int) -> dict[str, tuple[tuple[int, ...], type]]:
    """Shape and type of each tensor of the file, by the names of the fields of `Table`."""
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
    for key in ("bits", "width", "hidden", "bytes"):
        if not isinstance(facts.get(key), int) or facts[key] <= 0 or (key == "bits" and facts[key] > 24):
            raise WeightsError(
                f"{path}: {key}: expected a positive whole number, got {facts.get(key)!r}; install again"
            )
    return facts

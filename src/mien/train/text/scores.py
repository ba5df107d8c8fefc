"""How well a reader reads: measures over labelled lines, without torch."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.face import CLASSES
from mien.sense.reader import Reader, open_reader
from mien.sense.textnet import load
from mien.train.text.corpora import Folder, chat_lines

# The corpora's labels as sums of our nine probabilities.
_SMP = {
    "happy": ("happy", "relaxed"), "angry": ("angry", "disgusted"), "sad": ("sad",), "fear": ("afraid",),
    "surprise": ("surprised",), "neutral": ("neutral", "shy"),
}  # fmt: skip
_EKMAN = {
    "anger": ("angry",), "disgust": ("disgusted",), "fear": ("afraid",), "joy": ("happy", "relaxed"),
    "neutral": ("neutral",),
    "sadness": ("sad", "shy"), "surprise": ("surprised",),
}  # fmt: skip
_WRIME = {
    "Joy": ("happy", "relaxed"), "Sadness": ("sad",), "Surprise": ("surprised",), "Anger": ("angry",),
    "Fear": ("afraid",),
    "Disgust": ("disgusted",),
}  # fmt: skip


_BRIGHTER = {
    "anger": ("angry",), "disgust": ("disgusted",), "fear": ("afraid",), "joy": ("happy", "relaxed"),
    "sadness": ("sad",), "surprise": ("surprised",),
}  # fmt: skip


def _sums(groups: dict[str, tuple[str, ...]]) -> NDArray[np.float32]:
    """(9, groups) matrix that adds up our classes to a corpus' labels."""
    matrix = np.zeros((len(CLASSES), len(groups)), np.float32)
    for column, names in enumerate(groups.values()):
        for name in names:
            matrix[CLASSES.index(name), column] = 1.0
    return matrix


def macro_f1(truth: NDArray[np.bool_], guess: NDArray[np.bool_]) -> float:
    """Mean over columns of the F1 score. truth, guess: (lines, labels); a label absent from both counts 0."""
    hits = (truth & guess).sum(axis=0)
    total = truth.sum(axis=0) + guess.sum(axis=0)
    return float(np.mean(2 * hits / np.maximum(total, 1)))


def _one(scores: NDArray[np.float32]) -> NDArray[np.bool_]:
    return np.asarray(scores.argmax(axis=1)[:, None] == np.arange(scores.shape[1]))


def _odds(reader: Reader, texts: Sequence[str]) -> NDArray[np.float32]:
    return np.stack([reader.odds(text) for text in texts])


def smp2020(reader: Reader, folder: Folder) -> float | None:
    """Macro-F1 over the six labels of SMP2020-EWECT usual, evaluation part; None without the file."""
    entries = json.loads(folder.text("smp2020/usual_eval_labeled.json") or "[]")
    if not entries:
        return None
    names = list(_SMP)
    truth = np.array([[entry["label"] == name for name in names] for entry in entries])
    return macro_f1(truth, _one(_odds(reader, [entry["content"] for entry in entries]) @ _sums(_SMP)))


def goemotions(reader: Reader, folder: Folder) -> float | None:
    """Macro-F1 over Ekman's six and neutral, development part; labels above 0.35, or else the best one."""
    names = (folder.text("goemotions/ekman_labels.txt") or "").split()
    rows = folder.rows("goemotions/ekman_dev.tsv", "\t")
    if not rows or not names:
        return None
    truth = np.array([[str(n) in row[1].split(",") for n in range(len(names))] for row in rows])
    scores = _odds(reader, [row[0] for row in rows]) @ _sums({name: _EKMAN[name] for name in names})
    return macro_f1(truth, _one(scores) | (scores > 0.35))


def wrime(reader: Reader, folder: Folder) -> float | None:
    """Accuracy on WRIME's development lines whose readers agree on one of six feelings; never trained on."""
    table = folder.text("wrime/dev.tsv")
    if not table:
        return None
    names = list(_WRIME)
    texts, truth = [], []
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        marks = np.array([sum(int(row[f"Reader{n}_{name}"]) for n in (1, 2, 3)) for name in names])
        order = np.sort(marks)[::-1]
        if order[0] >= 4 and order[0] >= order[1] + 2:
            texts.append(row["Sentence"])
            truth.append(int(marks.argmax()))
    guess = (_odds(reader, texts) @ _sums(_WRIME)).argmax(axis=1)
    return float(np.mean(guess == np.array(truth)))


def brighter(reader: Reader, folder: Folder) -> float | None:
    """Macro-F1 over BRIGHTER's six labels, Chinese, track A's development part.

    A label holds when its chance is above 0.3, or when it is the best and above neutral's.
    """
    rows = list(csv.DictReader(io.StringIO(folder.text("brighter/chn_tracka_dev.csv") or "")))
    if not rows:
        return None
    truth = np.array([[row[name].strip() not in ("", "0") for name in _BRIGHTER] for row in rows])
    odds = _odds(reader, [row["text"] for row in rows])
    scores = odds @ _sums(_BRIGHTER)
    felt = (scores.max(axis=1) > odds[:, -1])[:, None]
    return macro_f1(truth, (_one(scores) & felt) | (scores > 0.3))


def chat(reader: Reader, table: str) -> dict[str, Any]:
    """Accuracy of the dominant feeling on a table of chat lines, by language, what was missed, and what was taken for
    what: counts over CLASSES, true ones in rows.

    A line with two feelings counts as right with either.
    """
    right: dict[str, list[bool]] = {}
    confusion: dict[str, NDArray[np.int64]] = {}
    missed = []
    for line in chat_lines(table):
        reading = reader.read(line.text)
        felt = reading.emotion
        accepted = [CLASSES[n] for n in np.flatnonzero(line.target)]
        hit = felt.dominant in accepted
        right.setdefault(reading.language, []).append(hit)
        counts = confusion.setdefault(reading.language, np.zeros((len(CLASSES), len(CLASSES)), np.int64))
        found = CLASSES.index(felt.dominant)
        counts[found if hit else int(line.target.argmax()), found] += 1
        if not hit:
            missed.append(f"{line.text}: expected {'+'.join(accepted)}, got {felt.dominant} {felt.strength:.2f}")
    languages = sorted(right)
    return {
        **{f"chat_{name}": float(np.mean(right[name])) for name in languages},
        "chat_lines": {name: len(right[name]) for name in languages},
        "classes": list(CLASSES),
        "chat_confusion": {name: confusion[name].tolist() for name in languages},
        "chat_missed": missed,
    }


def _milliseconds(reader: Reader, texts: Sequence[str]) -> NDArray[np.float64]:
    """The time of each line, one after another, after one round to warm up."""
    for text in texts:
        reader.read(text)
    taken = []
    for text in list(texts) * 5:
        start = time.perf_counter()
        reader.read(text)
        taken.append(time.perf_counter() - start)
    return np.array(taken) * 1e3


def measured(weights: Path, table: str, data: Path | None = None) -> dict[str, Any]:
    """Size, speed and accuracy of the reader with these weights.

    table: chat lines as `chat` takes them. data: folder or zip file of the text corpora; figures of what it lacks are
    left out.
    """
    starts = []
    for _ in range(5):
        start = time.perf_counter()
        load(weights)
        starts.append(time.perf_counter() - start)
    reader = open_reader(weights)
    taken = _milliseconds(reader, [line.text for line in chat_lines(table)])
    return {
        "weights_mb": round(sum(path.stat().st_size for path in weights.parent.glob("text.*")) / 1e6, 3),
        "load_ms": round(1e3 * min(starts), 1),
        "line_ms_median": round(float(np.median(taken)), 4),
        "line_ms_p95": round(float(np.percentile(taken, 95)), 4),
        **chat(reader, table),
        **(scores(reader, data) if data else {}),
    }


def scores(reader: Reader, data: Path) -> dict[str, float]:
    """All the corpus measures for which the data folder has the file."""
    folder = Folder(data)
    found = {
        "smp2020_usual_eval_macro_f1": smp2020(reader, folder),
        "goemotions_ekman_dev_macro_f1": goemotions(reader, folder),
        "brighter_zh_dev_macro_f1": brighter(reader, folder),
        "wrime_dev_accuracy": wrime(reader, folder),
    }
    return {name: round(value, 4) for name, value in found.items() if value is not None}

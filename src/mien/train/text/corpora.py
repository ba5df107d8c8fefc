"""Lines of text with the feelings that people gave them, from seven corpora and our own, in one form."""

from __future__ import annotations

import csv
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.face import CLASSES, InputError
from mien.files import plain_file, read_bytes, reading

Weights = dict[str, float]


TERMS = {
    "goemotions": ("GoEmotions", "CC BY 4.0"),
    "smp2020": ("SMP2020-EWECT", "research data, no licence stated"),
    "brighter": ("BRIGHTER", "CC BY 4.0"),
    "xed": ("XED", "CC BY 4.0"),
    "mlask": ("ML-Ask", "BSD-3-Clause"),
    "chat": ("chat lines written for mien", "Apache-2.0"),
}
"""What each corpus is called, and under which terms it may be used; kept with the weights."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One line to learn from.

    target: (9,) soft label over CLASSES, sum 1. weight: > 0, how often it is drawn.

    force: the strength in [0, 1] that people gave it, or NaN. source: the corpus. varied: may be shown with
    other endings. coarse: the corpus could not tell the target's classes apart, any of them is right.
    """

    text: str
    target: NDArray[np.float32]
    weight: float
    force: float
    source: str
    varied: bool = False
    coarse: bool = False


# Each label of a corpus in our feelings. Source of the 28: Demszky et al., "GoEmotions", ACL 2020, whose
# grouping by sentiment and by Ekman's six guided the mapping.
_GO: dict[str, Weights] = {
    "admiration": {"happy": 0.95, "relaxed": 0.05},
    "amusement": {"happy": 1.0},
    "anger": {"angry": 1.0},
    "annoyance": {"angry": 0.9, "disgusted": 0.1},
    "approval": {"happy": 0.65, "relaxed": 0.3, "neutral": 0.05},
    "caring": {"relaxed": 0.6, "happy": 0.35, "sad": 0.05},
    "confusion": {"surprised": 0.95, "neutral": 0.05},
    "curiosity": {"surprised": 0.9, "neutral": 0.1},
    "desire": {"happy": 0.95, "neutral": 0.05},
    "disappointment": {"sad": 0.9, "angry": 0.1},
    "disapproval": {"angry": 0.9, "disgusted": 0.1},
    "disgust": {"disgusted": 1.0},
    "embarrassment": {"shy": 1.0},
    "excitement": {"happy": 0.9, "surprised": 0.1},
    "fear": {"afraid": 1.0},
    "gratitude": {"happy": 0.9, "relaxed": 0.1},
    "grief": {"sad": 1.0},
    "joy": {"happy": 1.0},
    "love": {"happy": 0.95, "shy": 0.05},
    "nervousness": {"afraid": 0.85, "shy": 0.15},
    "optimism": {"happy": 0.7, "relaxed": 0.3},
    "pride": {"happy": 1.0},
    "realization": {"surprised": 0.9, "neutral": 0.1},
    "relief": {"relaxed": 1.0},
    "remorse": {"sad": 0.9, "shy": 0.1},
    "sadness": {"sad": 1.0},
    "surprise": {"surprised": 1.0},
    "neutral": {"neutral": 1.0},
}
# Weibo's six labels have no word for disgust, calm, embarrassment: such lines stand under the nearest.
_SMP: dict[str, Weights] = {
    "happy": {"happy": 0.84, "relaxed": 0.12, "shy": 0.04},
    "angry": {"angry": 0.85, "disgusted": 0.15},
    "sad": {"sad": 1.0},
    "fear": {"afraid": 1.0},
    "surprise": {"surprised": 1.0},
    "neutral": {"neutral": 1.0},
}
_BRIGHTER = {
    "anger": "angry",
    "disgust": "disgusted",
    "fear": "afraid",
    "joy": "happy",
    "sadness": "sad",
    "surprise": "surprised",
}
_XED: dict[str, Weights] = {
    "1": {"angry": 1.0},
    "2": {"neutral": 0.7, "surprised": 0.15, "happy": 0.15},
    "3": {"disgusted": 0.8, "angry": 0.2},
    "4": {"afraid": 1.0},
    "5": {"happy": 1.0},
    "6": {"sad": 1.0},
    "7": {"surprised": 1.0},
    "8": {"relaxed": 0.4, "neutral": 0.5, "happy": 0.1},
    "9": {"neutral": 1.0},
}
# Ptaszynski's ten lists. takaburi (agitation) belongs to no feeling of ours and is left out.
_MLASK: dict[str, Weights] = {
    "ikari": {"angry": 1.0},
    "yorokobi": {"happy": 1.0},
    "aware": {"sad": 1.0},
    "iya": {"disgusted": 0.65, "angry": 0.2, "sad": 0.15},
    "kowa": {"afraid": 1.0},
    "suki": {"happy": 0.85, "shy": 0.15},
    "odoroki": {"surprised": 1.0},
    "haji": {"shy": 1.0},
    "yasu": {"relaxed": 1.0},
}
OUR_WEIGHT = 20.0
"""How many times a corpus line one of our own lines counts: they are few, and nearest to what is read."""

# BRIGHTER's intensities 1 to 3 as strengths of a face.
_FORCE = (0.0, 0.42, 0.68, 0.92)


_LONGEST = 256_000_000
"""Bytes of one file of a corpus."""


class Folder:
    """The corpora in a folder, or in the zip file that holds it; files by "corpus/name"."""

    def __init__(self, path: Path) -> None:
        """Raises InputError when there is no such folder or zip file."""
        self._zip: zipfile.ZipFile | None = None
        self._path = path
        with reading(path):
            folder = path.is_dir()
        if not folder:
            plain_file(path)
            try:
                self._zip = zipfile.ZipFile(path)
            except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
                raise InputError(f"{path}: expected a folder or a zip file of corpora, got neither") from error
            self._names = {name: name for name in self._zip.namelist()}
            # An archive may keep its corpora in a top folder: index by the last three parts too.
            for name in list(self._names):
                parts = name.split("/")
                for start in range(1, len(parts) - 1):
                    self._names.setdefault("/".join(parts[start:]), name)

    def text(self, name: str) -> str | None:
        """The text of a file, or None where the collection lacks it."""
        if self._zip is not None:
            inside = self._names.get(name)
            if inside is None:
                return None
            if self._zip.getinfo(inside).file_size > _LONGEST:
                raise InputError(f"{self._path}: {inside}: expected at most {_LONGEST // 1_000_000} MB")
            try:
                return self._zip.read(inside).decode("utf-8-sig", "replace")
            except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
                raise InputError(f"{self._path}: {inside}: cannot be unpacked ({error})") from error
        path = self._path / name
        return read_bytes(path, _LONGEST).decode("utf-8-sig", "replace") if path.is_file() else None

    def rows(self, name: str, delimiter: str) -> list[list[str]]:
        """The rows of a file without quoting; empty where the collection lacks it."""
        return [line.split(delimiter) for line in (self.text(name) or "").splitlines() if line.strip()]


def target(*labels: Weights) -> NDArray[np.float32]:
    """(9,) the mean of some labels; neutral without any."""
    row = np.zeros(len(CLASSES), np.float32)
    for label in labels or ({"neutral": 1.0},):
        for name, share in label.items():
            row[CLASSES.index(name)] += share
    return np.asarray(row / row.sum(), np.float32)


def _goemotions(folder: Folder, part: str = "train") -> Iterator[Line]:
    """Reddit comments with 28 labels."""
    names = (folder.text("goemotions/labels.txt") or "").split()
    for text, labels, *_ in folder.rows(f"goemotions/{part}.tsv", "\t"):
        yield Line(text, target(*(_GO[names[int(n)]] for n in labels.split(","))), 1.0, np.nan, "goemotions")


def _smp(folder: Folder) -> Iterator[Line]:
    """Weibo posts with six labels; those of the epidemic count half."""
    for row in folder.rows("smp2020/usual_train.txt", ","):
        # The text itself may hold commas: the number stands first and the label last.
        yield Line(",".join(row[1:-1]), target(_SMP[row[-1].strip()]), 1.0, np.nan, "smp2020", coarse=True)
    for entry in json.loads(folder.text("smp2020/virus_train.json") or "[]"):
        yield Line(entry["content"], target(_SMP[entry["label"]]), 0.5, np.nan, "smp2020", coarse=True)


def _brighter(folder: Folder, part: str = "train") -> Iterator[Line]:
    for language in ("chn", "eng"):
        rows = csv.DictReader(io.StringIO(folder.text(f"brighter/{language}_trackb_{part}.csv") or ""))
        for row in rows:
            found = {
                ours: int(row[name]) for name, ours in _BRIGHTER.items() if row.get(name, "0").strip() not in ("", "0")
            }
            label = target({name: float(level) for name, level in found.items()}) if found else target()
            force = _FORCE[min(3, max(found.values()))] if found else np.nan
            yield Line(row["text"], label, 1.0, force, "brighter")


def _xed(folder: Folder) -> Iterator[Line]:
    for name, weight in (
        ("en-annotated.tsv", 0.35), ("neu_en.txt", 0.35), ("cn-projections.tsv", 0.4),
        ("zh-projections.tsv", 0.4),
        ("ja-projections.tsv", 1.0),
    ):  # fmt: skip
        for row in folder.rows(f"xed/{name}", "\t"):
            text, labels = (row[1], row[0]) if name.startswith("neu") else (row[0], row[-1])
            found = [_XED.get(n.strip()) for n in labels.split(",")]
            # A few rows run over a line break inside quotes: what is left of them has no labels.
            if len(text) > 2 and None not in found and "[PERSON]" not in text:
                yield Line(text, target(*filter(None, found)), weight, np.nan, "xed")


def _mlask(folder: Folder) -> Iterator[Line]:
    for name, label in _MLASK.items():
        for word in (folder.text(f"mlask/mlask/emotions/{name}_uncoded.txt") or "").split("\n"):
            if len(word.strip()) >= 2:
                yield Line(word.strip(), target(label), 1.2, np.nan, "mlask", varied=True)


def _chat(_: Folder) -> Iterator[Line]:
    yield from chat_lines(files("mien.train.text").joinpath("chat_lines.tsv").read_text(encoding="utf-8"))


def chat_lines(table: str) -> Iterator[Line]:
    """Lines of a table "feeling, strength, text" divided by tabs; a feeling may be "happy+surprised"."""
    for number, row in enumerate(table.splitlines(), 1):
        if not row.strip() or row.startswith("#"):
            continue
        parts = row.split("\t")
        names = parts[0].split("+")
        if len(parts) != 3 or not set(names) <= set(CLASSES):
            raise InputError(f"chat lines, line {number}: expected feeling, strength, text, got {row!r}")
        try:
            force = np.nan if parts[0] == "neutral" else float(parts[1])
        except ValueError:
            force = -1.0
        if (not np.isnan(force) and not 0.0 <= force <= 1.0) or (np.isnan(force) and parts[0] != "neutral"):
            raise InputError(f"chat lines, line {number}: expected a strength in 0..1, got {parts[1]!r}")
        yield Line(parts[2], target(*({name: 1.0} for name in names)), OUR_WEIGHT, force, "chat", varied=True)


_CORPORA: dict[str, Callable[[Folder], Iterable[Line]]] = {
    "goemotions": _goemotions,
    "smp2020": _smp,
    "brighter": _brighter,
    "xed": _xed,
    "mlask": _mlask,
    "chat": _chat,
}
CORPORA = tuple(_CORPORA)
"""Names of the collections that may be learned from."""


def key(text: str) -> str:
    """What two copies of one line share: letters and digits only."""
    return "".join(sign for sign in text.lower() if sign.isalnum())


def dev_keys(folder: Folder) -> set[str]:
    """Keys of every line in any dev part: nothing that stands there is learned from."""
    texts = [row[0] for row in folder.rows("goemotions/dev.tsv", "\t")]
    texts += [line.text for line in _brighter(folder, "dev")]
    for part in ("usual_eval_labeled", "virus_eval_labeled"):
        texts += [entry["content"] for entry in json.loads(folder.text(f"smp2020/{part}.json") or "[]")]
    for row in (folder.text("clue_emotion/valid.txt") or "").splitlines():
        texts.append(json.loads(row)["content"])
    texts += [row[0] for row in folder.rows("wrime/dev.tsv", "\t")]
    return {key(text) for text in texts if key(text)}


def load(path: Path, corpora: Iterable[str] = CORPORA) -> list[Line]:
    """The lines of the named corpora, without those that stand in a dev part. Absent corpora add nothing.

    path: a folder or zip file with one folder a corpus. Raises InputError when nothing is found.
    """
    folder = Folder(path)
    held_out = dev_keys(folder)
    lines = [line for name in corpora for line in _CORPORA[name](folder)]
    kept = [line for line in lines if key(line.text) not in held_out]
    if not any(line.source != "chat" for line in kept):
        raise InputError(f"{path}: expected some of the corpora {', '.join(CORPORA[:-1])}, got none of them")
    return kept

"""From phonemes with times to what the mouth does in each hundredth of a second."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.face.oculus import OCULUS

STEP = 0.01
"""Seconds from frame to frame."""

CLOSURE = 0.13
"""Seconds: a silence before a stop that is no longer than this is its closure."""

STOPS = tuple("pbtdkgɡcqʈɖɟɓ")
"""How the symbols of stops begin."""

_SOFT = 0.025  # seconds: the width (one sigma) over which neighbouring mouths melt into each other; ours
_EARLY = 0.02  # seconds by which a mouth moves before its sound; ours, within Löfqvist & Gracco's 1999 lip data
_GAP = 0.06  # seconds: other silences shorter than this belong to the phoneme before
_MARKS = frozenset("\u031eˈˌːˑʰʲʷˠˤᵝ̩̯̥̪̬̃͡ʼ-.^\"'123456789_|ː?!*;`~")
_SHARES = {1: (1.0,), 2: (0.5, 0.5), 3: (0.25, 0.45, 0.3)}


@dataclass(frozen=True, slots=True)
class Span:
    """A phoneme from second to second; symbol "" is silence."""

    symbol: str
    start: float
    end: float


def _table() -> dict[str, tuple[int, float]]:
    lines = (Path(__file__).parent / "phonemes.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {symbol: (OCULUS.index(viseme), float(opening)) for symbol, viseme, opening in rows}


TABLE = _table()
"""Of each symbol the place of its viseme in `OCULUS`, and its opening."""

_LONGEST = max(map(len, TABLE))


def parts(symbol: str) -> tuple[str, ...]:
    """The entries of `TABLE` that an engine's symbol is made of: "aɪ" is "a", "ɪ"; stress and length are dropped.

    Raises KeyError when it has a letter that the table lacks.
    """
    found: list[str] = []
    at = 0
    while at < len(symbol):
        for length in range(min(_LONGEST, len(symbol) - at), 0, -1):
            piece = symbol[at : at + length]
            if piece in TABLE:
                aspirated = piece == "h" and bool(found) and found[-1][0] in "ptkc"
                if not aspirated:
                    found.append(piece)
                at += length
                break
        else:
            if symbol[at] not in _MARKS:
                raise KeyError(symbol[at])
            at += 1
    return tuple(found[:3])


def tidy(spans: Iterable[Span]) -> list[Span]:
    """Spans of table entries that follow one another: closures given to their stops, short gaps to what is before."""
    whole: list[Span] = []
    for span in spans:
        if span.end - span.start <= 1e-6:
            continue
        pieces = parts(span.symbol)
        if not pieces and whole and span.symbol:  # a mark that stands alone
            whole[-1] = Span(whole[-1].symbol, whole[-1].start, span.end)
            continue
        at = span.start
        for piece, share in zip(pieces or ("",), _SHARES[max(1, len(pieces))], strict=True):
            until = at + share * (span.end - span.start)
            whole.append(Span(piece, at, until))
            at = until
    tidied: list[Span] = []
    for number, span in enumerate(whole):
        before = tidied[-1] if tidied else None
        closure = before is not None and before.symbol == "" and span.start - before.start <= CLOSURE
        if before is not None and closure and span.symbol.startswith(STOPS):
            tidied[-1] = Span(span.symbol, before.start, span.end)
            continue
        inside = 0 < number < len(whole) - 1
        stop_next = inside and whole[number + 1].symbol.startswith(STOPS)
        if span.symbol == "" and inside and before and span.end - span.start < _GAP and not stop_next:
            tidied[-1] = Span(before.symbol, before.start, span.end)
            continue
        tidied.append(span)
    return tidied


def frames(spans: Sequence[Span], count: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """(count,) places in `OCULUS` and (count,) openings at 0, STEP, 2 STEP ... seconds.

    Openings melt into each other and come a little before their sound; lips that close do close.
    """
    times = np.arange(count) * STEP
    visemes = np.zeros(count, np.uint8)
    fine = int(STEP / 0.002)
    opening = np.zeros(count * fine, np.float64)
    shut = np.ones(count * fine, np.float64)
    clock = np.arange(count * fine) * 0.002
    for span in spans:
        if span.symbol == "":
            continue
        which, wide = TABLE[span.symbol]
        visemes[(times >= span.start) & (times < span.end)] = which
        opening[(clock >= span.start - _EARLY) & (clock < span.end - _EARLY)] = wide
        if OCULUS[which] == "PP":
            middle, half = (span.start + span.end) / 2.0, (span.end - span.start) / 2.0
            shut = np.minimum(shut, np.clip((np.abs(clock - middle) - 0.6 * half) / 0.03, 0.0, 1.0))
    reach = np.arange(-40, 41) * 0.002
    bell = np.exp(-0.5 * (reach / _SOFT) ** 2)
    padded = np.pad(opening, 40, mode="edge")
    soft = np.convolve(padded, bell / bell.sum(), mode="valid") * shut
    return visemes, soft[::fine].astype(np.float32)

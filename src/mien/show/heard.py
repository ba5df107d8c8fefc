"""Mouth shapes of a voice that was heard, from second 0; where the words are known, they say which lips close."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from mien.face import Viseme
from mien.face.channels import channel
from mien.face.oculus import OCULUS
from mien.face.prototypes import VISEMES, viseme_shape
from mien.sense.speech import visemes

if TYPE_CHECKING:
    from mien.sense.hearing import Moment

STEP: Final = 0.01
"""Seconds from moment to moment."""

EARLY: Final = 0.02
"""Seconds by which a shape is shown before its sound."""

_SHORTEST = 2  # moments; a shape that is heard shorter is a slip, unless it closes the lips
_LEAST = 0.35  # weight of the faintest shape; ours
_CLOSING = ("m", "f", "s")
_OPENS = {name: max(float(viseme_shape(name)[channel("jawOpen")]), 0.15) for name in VISEMES}
_PLACES = {name: place for place, name in enumerate(VISEMES)}
_NEAR = 5  # moments by which lips that were written may miss those that were heard
_UNSURE = 0.05  # ours: of a chance, so that a sound that is not written costs little
_LONGEST = 12_000  # moments, two minutes: what is longer is heard without its words
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def visemes_heard(
    moments: Sequence[Moment], text: str = "", language: str = "und", first: int = 0
) -> tuple[Viseme, ...]:
    """The mouth shapes: what is likeliest, as wide as it was heard. first: how many moments were before these.

    text, language: what was said, "" where that is not known: lips meet, bite and hiss only near where they are
    written. Words whose sounds the letters do not tell well (Japanese with kanji, English, others) change nothing.
    """
    shapes = np.array([one.shapes for one in moments]).reshape(-1, len(VISEMES))
    written = _written(text, language)
    if written and len(written) <= len(moments) <= _LONGEST:
        for name, there in _near(_aligned(moments, shapes, written)).items():
            shapes[~there, _PLACES[name]] = 0.0
    likeliest = shapes.argmax(axis=1) if len(shapes) else []
    names = ["rest" if one.viseme == "sil" else VISEMES[at] for one, at in zip(moments, likeliest, strict=True)]
    made, at = [], 0
    for name, run in groupby(names):
        count = len(list(run))
        if name != "rest" and (count >= _SHORTEST or name == "m"):
            heard = float(np.mean([one.opening for one in moments[at : at + count]]))
            weight = 1.0 if name in _CLOSING else float(np.clip(heard / _OPENS[name], _LEAST, 1.0))
            made.append(Viseme(max(0.0, (first + at) * STEP - EARLY), count * STEP, name, weight))
        at += count
    return tuple(made)


def _written(text: str, language: str) -> list[str]:
    """Names of the shapes of a line as its letters tell them, "rest" where there may be a pause; [] where letters do
    not tell sounds."""
    if language not in ("zh", "ja") or (language == "ja" and _HAN.search(text)):  # measured: LOG "Live lips"
        return []
    names = [shape.name for shape in visemes(text, language, float("inf"))]
    return ["rest", *names] if names else []


def _aligned(moments: Sequence[Moment], shapes: NDArray[np.float32], names: Sequence[str]) -> list[str]:
    """For each moment the name that is said then: all of them in their order, pauses where they were heard (Viterbi,
    "Error bounds for convolutional codes and an asymptotically optimum decoding algorithm", 1967)."""
    places = [_PLACES[name] for name in names]
    chances = shapes.copy()
    chances[:, _PLACES["rest"]] = [one.visemes[OCULUS.index("sil")] for one in moments]
    fits = np.log(chances + _UNSURE)[:, places]
    pause = np.array([name == "rest" for name in names])
    never = np.float32(-1e9)
    best = np.full(len(names), never, np.float32)
    best[:2] = fits[0, :2]
    came = np.zeros(fits.shape, np.int8)
    for moment in range(1, len(fits)):
        ways = np.full((3, len(names)), never, np.float32)
        ways[0] = best
        ways[1, 1:] = best[:-1]
        ways[2, 2:] = np.where(pause[1:-1], best[:-2], never)  # past a pause that was not made
        came[moment] = ways.argmax(axis=0)
        best = ways.max(axis=0) + fits[moment]
    at = len(names) - 1
    if pause[at] and best[at - 1] > best[at]:
        at -= 1
    said = []
    for moment in range(len(fits) - 1, -1, -1):
        said.append(names[at])
        at -= int(came[moment, at])
    return said[::-1]


def _near(said: Sequence[str]) -> dict[str, NDArray[np.bool_]]:
    """By name of a shape that closes, (n,) the moments near which it is said."""
    found = {}
    for name in _CLOSING:
        there = np.array([one == name for one in said])
        found[name] = np.convolve(there, np.ones(2 * _NEAR + 1, np.int64), "same") > 0
    return found

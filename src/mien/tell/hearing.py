"""What was heard, as rows and as curves."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from mien.face import MUSCLES, Frame
from mien.face.channels import MUSCLE_SLICE
from mien.face.prototypes import VISEMES, viseme_shape
from mien.sense.hearing import OCULUS, TONES, Moment, Tone
from mien.tell.chart import Panel, chart

_SHAPES = np.stack([viseme_shape(name) for name in VISEMES])[:, MUSCLE_SLICE]
_HIGHEST = 500.0  # Hz, of the plot
_SHOWN = 0.01  # what is weaker is left out of a row


def as_dict(moment: Moment, tone: Tone | None = None) -> dict[str, Any]:
    """One moment as JSON says it: names as in `Moment`, and what it is to ARKit's muscles, VRM and Live2D. tone: the
    last that was told by then; None leaves it out."""
    muscles = moment.shapes @ _SHAPES
    told: dict[str, Any] = {
        "t": round(moment.t, 3), "viseme": moment.viseme, "opening": round(moment.opening, 3),
        "speech": round(moment.speech, 3), "loudness": round(moment.loudness, 1), "pitch": round(moment.pitch, 1),
        "visemes": _named(OCULUS, moment.visemes.tolist()), "arkit": _named(MUSCLES, muscles.tolist()),
        "vrm": {name: round(value, 3) for name, value in moment.vrm.items()},
        "live2d": {name: round(value, 3) for name, value in moment.live2d.items()},
    }  # fmt: skip
    return told | ({} if tone is None else {"tone": tone_dict(tone)})


def tone_dict(tone: Tone) -> dict[str, Any]:
    """A tone as JSON says it: its name, confidence, arousal, and the chances of each."""
    return {
        "name": tone.name, "confidence": round(tone.confidence, 3), "arousal": round(tone.arousal, 3),
        "tones": _named(TONES, tone.chances.tolist()),
    }  # fmt: skip


def _named(names: Sequence[str], values: Sequence[float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in zip(names, values, strict=True) if value >= _SHOWN}


def table(moments: Sequence[Moment], tones: Sequence[Tone]) -> str:
    """CSV, one row a moment: time, speech, loudness, pitch, opening, the likeliest viseme, all fifteen, and the tone.
    tones: as many, the last that was told by then."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["t", "viseme", "opening", "speech", "loudness", "pitch", *OCULUS, "tone", "confidence", "arousal"])
    for one, tone in zip(moments, tones, strict=True):
        writer.writerow([
            f"{one.t:.2f}", one.viseme, f"{one.opening:.3f}", f"{one.speech:.3f}", f"{one.loudness:.1f}",
            f"{one.pitch:.1f}", *(f"{value:.3f}" for value in one.visemes.tolist()),
            tone.name, f"{tone.confidence:.3f}", f"{tone.arousal:.3f}",
        ])  # fmt: skip
    return text.getvalue()


def plot(moments: Sequence[Moment], tones: Sequence[Tone]) -> Frame:
    """Opening and speech, vowels and closed lips, consonants, loudness and pitch, and the tone (each chance times the
    confidence, and arousal), over time. tones: as in `table`."""
    times = [one.t for one in moments]
    visemes = np.array([one.visemes for one in moments]).reshape(-1, len(OCULUS))
    loud = np.array([[1.0 + one.loudness / 100.0, min(one.pitch / _HIGHEST, 1.0)] for one in moments]).reshape(-1, 2)
    mouth = np.array([[one.opening, one.speech] for one in moments]).reshape(-1, 2)
    sure = np.array([one.chances * one.confidence for one in tones]).reshape(-1, len(TONES))
    roused = np.array([[0.5 + 0.5 * one.arousal] for one in tones]).reshape(-1, 1)
    groups = (("PP", "aa", "E", "ih", "oh", "ou"), ("FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "sil"))
    return chart(times, [
        Panel(("opening", "speech"), mouth),
        *(Panel(names, visemes[:, [OCULUS.index(name) for name in names]]) for names in groups),
        Panel(("loudness -100..0 dB", f"pitch 0..{_HIGHEST:g} Hz"), loud),
        Panel((*TONES, "arousal -1..1"), np.hstack([sure, roused])),
    ], height=260)  # fmt: skip

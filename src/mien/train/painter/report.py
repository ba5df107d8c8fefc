"""One self-contained page about a character of one's own: pictures, figures, what its footage shows and lacks."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.character import Character, load
from mien.face import FEELINGS, NOISE, REST, Emotion, Expression, prototype, viseme_shape
from mien.files import atomic_path
from mien.paint.gan import GanPainter
from mien.progress import duration
from mien.sinks.label import into_png
from mien.train.core.journal import read_journal
from mien.train.core.sheets import png, sheet
from mien.train.painter.footage import Footage
from mien.train.painter.measure import likeness, premultiplied, psnr, repainted
from mien.train.painter.own import labelled, pairs, resized, spent
from mien.train.painter.shown import Line, advice, blinks, lines, worst

_SIDE, _MEASURED, _WORST = 160, 60, 4
"""Pixels of a picture, held-out frames that are measured, and how many of the worst are shown."""

FELT = 0.85
"""How strong the feelings are that the report shows."""

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.55 system-ui, sans-serif; margin: 0 auto; max-width: 62rem; padding: 1.5rem; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; } td, th { padding: .25rem .7rem; }
th { text-align: left; font-weight: 600; } td { text-align: right; } tr { border-bottom: 1px solid #8884; }
img { max-width: 100%; } .wide { overflow-x: auto; }
svg { width: 100%; height: 5rem; display: block; } figure { margin: 0 0 1rem; }
figcaption { font-size: .9rem; opacity: .75; }
"""

_VOWELS = "aiueo"

_UNSAID = "nobody has said whose there is"

_FIGURES = (
    ("psnr", "whole picture, dB"), ("psnr_eyes", "eyes, dB"), ("psnr_mouth", "mouth, dB"),
    ("sharpness", "fine detail of the whole, of the film's"),
    ("sharpness_face", "fine detail of eyes and mouth, of the film's"),
)  # fmt: skip

_BY = (("both", "key points and expression"), ("points", "key points alone"), ("expression", "expression alone"))


def write_report(out: Path, bundle: Path, train: Footage, held_out: Footage, progress: bool = True) -> Path:
    """Write `out/report.html` about the character in `bundle`, and report.json with its figures; gives the page."""
    who = load(str(bundle))
    painter = GanPainter(who, held_out.canvas.picture)
    numbers = [int(n) for n in np.unique(np.linspace(0, len(held_out) - 1, min(_MEASURED, len(held_out))).astype(int))]
    figures = {by: likeness(painter, held_out, by, progress, numbers) for by, _ in _BY}
    scores = [
        psnr(premultiplied(repainted(painter, held_out, number)), held_out.frame(number) / np.float32(255.0))
        for number in numbers
    ]
    bad = [numbers[place] for place in worst(scores, _WORST)]
    title = next(iter(who.title.values()), who.name)
    error_px = float(who.provenance.get("pointer_error_px", 0.0))
    said = advice(train, figures["both"], error_px)
    parts = [
        f"<h1>{html.escape(title)}</h1>", f"<p>{html.escape(_made(who, out, len(train), len(held_out)))}</p>",
        f"<p>Consent: {html.escape(who.consent or _UNSAID)}. Licence: {html.escape(who.licence)}.</p>",
        "<h2>What to do for a better one</h2>",
        "<ul>" + "".join(f"<li>{html.escape(sentence)}</li>" for sentence in said) + "</ul>",
        "<h2>Frames that it never learnt from, and the same painted</h2>",
        _image(pairs(painter, held_out, _spread(len(held_out), 6), _SIDE)),
        "<h2>How near the painted frames come to the film</h2>", _table(figures),
        f"<p>{len(numbers)} held-out frames; higher is nearer, 1 is as much detail as the film's.</p>",
        "<h2>Feelings, from the expression alone</h2>",
        _image(_painted(painter, [("neutral", REST), *feelings()], 5), "neutral, " + ", ".join(FEELINGS)),
        "<h2>Vowels, from the expression alone</h2>",
        _image(_painted(painter, vowels(), 5), "a, i, u, e, o"),
        "<h2>What the footage shows</h2>", *_charts(train, held_out),
        "<h2>The frames that were painted worst</h2>",
        _image(pairs(painter, held_out, bad, _SIDE), ", ".join(held_out.named(number) for number in bad)),
    ]  # fmt: skip
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style>{''.join(parts)}</html>"
    )
    with atomic_path(out / "report.json") as fresh:
        fresh.write_text(json.dumps({"figures": figures, "advice": said}, indent=1, ensure_ascii=False) + "\n")
    with atomic_path(out / "report.html") as fresh:
        fresh.write_text(page, encoding="utf-8")
    return out / "report.html"


def _made(who: Character, out: Path, train: int, held_out: int) -> str:
    """How the character came to be, in a sentence."""
    seen = who.provenance.get("images_seen", 0)
    looks = [row["psnr"] for row in read_journal(out / "journal.jsonl") if row["kind"] == "look"]
    best = f", the best of {len(looks)} looks at held-out frames" if looks else ""
    return (
        f"Learnt from {train:,} frames, measured on {held_out:,} others; {seen:,} images seen{best}, "
        f"{duration(spent(out))} of training."
    )


def _spread(count: int, wanted: int) -> list[int]:
    return [int(number) for number in np.linspace(0, count - 1, wanted)]


def feelings() -> list[tuple[str, Expression]]:
    """The eight, as strong as they are shown, by name."""
    return [(name, prototype(Emotion.of({name: FELT}))) for name in FEELINGS]


def vowels() -> list[tuple[str, Expression]]:
    """a, i, u, e and o as a mouth says them."""
    quiet = np.zeros(NOISE, np.float32)
    return [(name, Expression.clipped(viseme_shape(name), quiet, quiet)) for name in _VOWELS]


def _painted(painter: GanPainter, asked: Sequence[tuple[str, Expression]], columns: int) -> NDArray[np.uint8]:
    """Pictures of expressions in rows."""
    return sheet(np.stack([resized(labelled(painter.paint(one)), _SIDE) for _, one in asked]), columns)


def _image(rgb: NDArray[np.uint8], caption: str = "") -> str:
    """A picture inside the page, with the label of generated ones in its metadata too."""
    data = base64.b64encode(into_png(png(rgb))).decode()
    told = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    return f'<figure class="wide"><img alt="" src="data:image/png;base64,{data}">{told}</figure>'


def _table(figures: dict[str, dict[str, float]]) -> str:
    head = "".join(f"<th>{html.escape(words)}</th>" for _, words in _BY)
    rows = [
        f"<tr><th>{html.escape(words)}</th>" + "".join(f"<td>{figures[by][name]:.2f}</td>" for by, _ in _BY) + "</tr>"
        for name, words in _FIGURES
    ]
    return f'<div class="wide"><table><tr><th>painted from</th>{head}</tr>{"".join(rows)}</table></div>'


def _charts(train: Footage, held_out: Footage) -> list[str]:
    """What the face does over the frames; the held-out ones are shaded."""
    return [chart(line, len(train)) for line in lines(train, held_out)]


def chart(line: Line, learnt: int) -> str:
    """An inline SVG of one line over the frames. learnt: frames before the held-out ones."""
    count = len(line.values)
    spread = max(line.high - line.low, 1e-6)
    share = (np.clip(line.values, line.low, line.high) - line.low) / spread
    places = np.column_stack([1000.0 * np.arange(count) / max(1, count - 1), 98.0 - 96.0 * share])
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    start = 1000.0 * learnt / max(1, count)
    zero = 98.0 - 96.0 * (0.0 - line.low) / spread
    told = f"{line.name}: {float(line.values.min()):.2f} to {float(line.values.max()):.2f}"
    told += f"; shut {blinks(line.values)} times" if line.name == "eyes shut" else ""
    return (
        '<figure><svg viewBox="0 0 1000 100" preserveAspectRatio="none">'
        f'<rect x="{start:.1f}" y="0" width="{1000.0 - start:.1f}" height="100" fill="#8883"/>'
        f'<line x1="0" x2="1000" y1="{zero:.1f}" y2="{zero:.1f}" stroke="#8888"/>'
        f'<polyline points="{points}" fill="none" stroke="#3b82c4" vector-effect="non-scaling-stroke"/></svg>'
        f"<figcaption>{html.escape(told)}</figcaption></figure>"
    )

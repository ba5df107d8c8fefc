"""One self-contained page about a model: pictures, curves, a confusion matrix, figures, a verdict in plain words."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mien.face import CLASSES
from mien.files import atomic_path
from mien.train.core.journal import alarms_of, read_journal
from mien.train.core.sheets import png, sheet, shown
from mien.train.gan.evaluate import Evaluation

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.55 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1.5rem; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
p.verdict { border-left: 4px solid #4a7; padding: .2rem 0 .2rem 1rem; } p.verdict.bad { border-color: #c54; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; } td, th { padding: .25rem .7rem; }
th { text-align: left; font-weight: 600; } td { text-align: right; } tr { border-bottom: 1px solid #8884; }
img { image-rendering: pixelated; max-width: 100%; } .wide { overflow-x: auto; }
svg { width: 100%; height: 12rem; } svg text { font-size: 11px; fill: currentColor; }
figure { margin: 0 0 1rem; } figcaption { font-size: .9rem; opacity: .75; }
pre { overflow-x: auto; font-size: .85rem; }
"""
_CURVES = (
    ("step", ("critic", "generator"), "losses"), ("step", ("gap",), "distance of the critic's scores"),
    ("look", ("coverage", "recall", "precision"), "coverage, recall, precision (random convolutions, 256 pictures)"),
    ("look", ("inside",), "variety inside one condition, as a share of the real pictures'"),
)  # fmt: skip
_COLOURS = ("#3b82c4", "#d9822b", "#4a9d6a")


def write_report(
    path: Path, found: Evaluation, run: Path | None = None, baseline: dict[str, Any] | None = None
) -> str:  # fmt: skip
    """Write the page, whole or not at all; gives its verdict.

    run: a run's folder, for its curves and recipe. baseline: figures of another evaluation, shown beside.
    """
    figures = found.figures
    about = figures["model"]
    title = f"{about['recipe']}, {about['size']} px, {about['seen']:,} images seen"
    good, sentence = verdict(figures, alarms_of(run) if run is not None else [])
    parts = [
        f"<h1>{html.escape(title)}</h1>",
        f"<p>{html.escape(str(about['data']))}; {figures['pictures']['painted']:,} painted pictures against "
        f"{figures['pictures']['held_out']:,} held-out real ones.</p>",
        f'<p class="verdict{"" if good else " bad"}">{html.escape(sentence)}</p>',
        "<h2>Painted, a row a feeling</h2>", _rows(found),
        "<h2>Figures</h2>", figures_table(figures, baseline),
        "<h2>What the classifier sees</h2>", _confusion(figures["agreement"]),
        "<h2>Nearest training pictures</h2>", _nearest(found),
        "<h2>Real pictures</h2>", _image(shown(found.gallery.real), len(found.gallery.real)),
    ]  # fmt: skip
    if run is not None:
        curves = _curves(run)
        parts += ["<h2>Curves</h2>", *curves] if curves else []
        recipe = json.loads((run / "model.json").read_text(encoding="utf-8"))
        parts += ["<h2>Recipe</h2>", f"<pre>{html.escape(json.dumps(recipe, indent=1, ensure_ascii=False))}</pre>"]
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style>{''.join(parts)}</html>"
    )
    with atomic_path(path) as fresh:
        fresh.write_text(page, encoding="utf-8")
    return sentence


def verdict(figures: dict[str, Any], alarms: Sequence[str] = ()) -> tuple[bool, str]:
    """Whether the model can be trusted, and why, in plain words; the bounds are ours."""
    eyes, distances = next(iter(figures["distances"].items()))
    coverage = distances["painted"]["coverage"]["value"]
    agreed, sharp = figures["agreement"]["ratio"], figures["sharpness"]
    variety, copies = figures["variety"]["mean"], figures["nearest_training"]["copies"]
    flaws = []
    if coverage < 0.3:
        flaws.append(f"it covers only {coverage:.0%} of the variety of real pictures ({eyes})")
    if variety < 0.3:
        flaws.append(f"its pictures of one feeling vary {variety:.0%} as much as real ones: it repeats itself")
    if agreed < 0.7:
        flaws.append(f"the asked feeling is seen {agreed:.0%} as often as in real pictures (mean over the feelings)")
    if not 0.7 <= sharp <= 1.4:
        flaws.append(
            f"its pictures are {'blurred' if sharp < 1 else 'noisy'} (sharpness {sharp:.2f} of the real ones')"
        )
    if copies > 0.05:
        flaws.append(f"{copies:.0%} of its pictures lie very near a training picture")
    if alarms:
        flaws.append(f"the monitor called {len(alarms)} time(s): {', '.join(sorted(set(alarms)))}")
    if not flaws:
        return True, (
            f"Sound: it covers {coverage:.0%} of the real variety, shows what is asked {agreed:.0%} as often as real "
            f"pictures do, is as sharp ({sharp:.2f}), and copies no training picture."
        )
    return False, f"Not sound yet: {'; '.join(flaws)}."


def _image(pictures: NDArray[np.uint8], columns: int, zoom: int | None = None) -> str:
    """A sheet of pictures, enlarged, inside the page."""
    whole = sheet(pictures, columns)
    times = zoom or max(1, 96 // pictures.shape[1])
    whole = np.repeat(np.repeat(whole, times, axis=0), times, axis=1)
    return f'<div class="wide"><img alt="" src="data:image/png;base64,{base64.b64encode(png(whole)).decode()}"></div>'


def _rows(found: Evaluation) -> str:
    """Painted pictures, a row a class."""
    parts = []
    for name, pictures in found.gallery.by_class.items():
        caption = f"<figcaption>{html.escape(name)}</figcaption>"
        parts.append(f"<figure>{_image(shown(pictures), len(pictures))}{caption}</figure>")
    return "".join(parts)


def _nearest(found: Evaluation) -> str:
    """The painted pictures nearest to training ones, with these below them."""
    fake, real = found.gallery.copies
    near = found.figures["nearest_training"]
    caption = (
        f"Above the painted pictures that lie nearest to a training picture, below that picture. Median distance "
        f"{near['median']}, of held-out real pictures {near['median_of_held_out']}."
    )
    return f"<figure>{_image(shown(torch.cat([fake, real])), len(fake))}<figcaption>{caption}</figcaption></figure>"


def _flat(figures: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Name to value and what real training pictures score."""
    rows: dict[str, tuple[str, str]] = {}
    for eyes, sides in figures["distances"].items():
        for name, found in sides["painted"].items():
            value = f"{found['value']:.4g} ({found['p5']:.3g}–{found['p95']:.3g})"
            rows[f"{name}, {eyes}"] = (value, f"{sides['training'][name]['value']:.4g}")
    agreed = figures["agreement"]
    rows["asked feeling seen"] = (f"{agreed['painted']:.3f}", f"{agreed['real']:.3f}")
    rows["classifier trained on painted, accuracy on real"] = (
        f"{figures['train_on_painted']['accuracy_on_real']:.3f}", f"{agreed['real']:.3f}"
    )  # fmt: skip
    rows["variety inside a feeling"] = (f"{figures['variety']['mean']:.3f}", "1")
    rows["sharpness"] = (f"{figures['sharpness']:.3f}", "1")
    if "faces" in figures:  # figures of earlier versions have none
        seen, real = figures["faces"]["painted"], figures["faces"]["real"]
        rows["a face is found in it"] = (f"{seen['found']:.3f}", f"{real['found']:.3f}")
        if seen["inner51"] is not None and real["inner51"] is not None:
            name = "error of the inner key points, of the eyes' distance"
            rows[name] = (f"{seen['inner51']:.3f}", f"{real['inner51']:.3f}")
    rows["copies of training pictures"] = (f"{figures['nearest_training']['copies']:.3f}", "")
    return rows


def figures_table(figures: dict[str, Any], baseline: dict[str, Any] | None) -> str:
    """The figures as HTML, another evaluation's beside them. Raises KeyError, TypeError, ValueError where one lacks."""
    rows, other = _flat(figures), _flat(baseline) if baseline else {}
    beside = f"<th>{html.escape(baseline['model']['recipe'])}</th>" if baseline else ""
    lines = [f"<tr><th></th><th>this model</th>{beside}<th>real training pictures</th></tr>"]
    for name, (value, real) in rows.items():
        cell = f"<td>{other.get(name, ('', ''))[0]}</td>" if baseline else ""
        lines.append(f"<tr><th>{html.escape(name)}</th><td>{value}</td>{cell}<td>{real}</td></tr>")
    note = (
        "<p>In brackets the 5th and 95th percentile over redrawn sets; these hold twins, which pulls the figures of "
        "neighbours down.</p>"
    )
    return f'<div class="wide"><table>{"".join(lines)}</table></div>{note}'


def _confusion(agreed: dict[str, Any]) -> str:
    """Which class was seen where which was asked, in shares, shaded."""
    table = np.array(agreed["table"])
    shown_ = [n for n in range(len(CLASSES)) if table[n].sum() or table[:, n].sum()]
    head = "".join(f"<th>{CLASSES[n]}</th>" for n in shown_)
    lines = [f"<tr><th>asked \\ seen</th>{head}</tr>"]
    for n in shown_:
        total = max(1, int(table[n].sum()))
        cells = "".join(
            f'<td style="background:rgba(60,130,200,{table[n, m] / total:.2f})">{table[n, m] / total:.2f}</td>'
            for m in shown_
        )
        lines.append(f"<tr><th>{CLASSES[n]}</th>{cells}</tr>")
    return f'<div class="wide"><table>{"".join(lines)}</table></div>'


def _curves(run: Path) -> list[str]:
    """A figure for each of `_CURVES` that the journal has two rows of."""
    rows = read_journal(run / "journal.jsonl")
    found = []
    for kind, names, caption in _CURVES:
        lines = {
            name: [
                (row["seen"], row[name])
                for row in rows
                if row["kind"] == kind and isinstance(row.get(name), int | float)
            ]
            for name in names
        }
        lines = {name: line for name, line in lines.items() if len(line) > 1}
        if lines:
            found.append(f"<figure>{_plot(lines)}<figcaption>{html.escape(caption)}</figcaption></figure>")
    return found


def _plot(lines: dict[str, list[tuple[float, float]]]) -> str:
    """Lines of (images, value) as SVG on one pair of axes."""
    every = [point for line in lines.values() for point in line]
    right = max(x for x, _ in every)
    low, high = min(y for _, y in every), max(y for _, y in every)
    span = (high - low) or 1.0
    parts = []
    for number, (name, line) in enumerate(lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        path = " ".join(f"{50 + 730 * x / right:.1f},{170 - 150 * (y - low) / span:.1f}" for x, y in line)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{60 + 110 * number}" y="12" style="fill:{colour}">{html.escape(name)}</text>')
    parts += [
        f'<text x="0" y="24">{high:.3g}</text>', f'<text x="0" y="172">{low:.3g}</text>',
        f'<text x="730" y="190">{right:,.0f}</text>',
        '<line x1="50" y1="172" x2="780" y2="172" stroke="currentColor" opacity=".3"/>',
    ]  # fmt: skip
    return f'<svg viewBox="0 0 800 195">{"".join(parts)}</svg>'

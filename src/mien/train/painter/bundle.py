"""From a training run to a character that paints: landmark net, exported generator, manifest."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file

from mien.character import load
from mien.character.bundle import FORMAT
from mien.face import WeightsError
from mien.face.colour import written
from mien.files import AtomicFolder, atomic_path, refusals
from mien.paint.drawn import Artist, Identity
from mien.paint.drawn.artist import LAYERS
from mien.train.core.checkpoint import load_checkpoint
from mien.train.core.provenance import digest
from mien.train.core.run import checkpoints
from mien.train.painter.crispness import crispness
from mien.train.painter.drawn import Drawn
from mien.train.painter.export import FILES, export_painter
from mien.train.painter.footage import Footage
from mien.train.painter.landmark_net import DRAWN_SEED, drawn_points, footage_points, mixed_points, train_landmark_net
from mien.train.painter.networks import Generator
from mien.train.painter.pool import Pool
from mien.train.painter.recipe import MAY_CHANGE, Recipe
from mien.train.painter.source import Source
from mien.train.painter.train import BEST, source_of, train_painter, widths_of

_STEPS = 6_000  # of a landmark net that learns from footage: there are few frames
_MIXED, _MIXED_A_STEP = 20_000, 8
"""Faces that it learns from beside the frames, at most; fewer where it learns for a few steps only, for drawing them
would take longer than learning.
"""


@dataclass(frozen=True, slots=True)
class About:
    """What a character's maker says of it.

    name: of its folder. person: a real one is shown. title: what it is called, greeting: what it says first, by
    language. temper, policy: its nature, as `mien.show.nature` reads it; none is the usual one.
    """

    name: str
    title: Mapping[str, str]
    licence: str
    credit: str
    consent: str
    greeting: Mapping[str, str] = field(default_factory=dict)
    temper: Mapping[str, float] = field(default_factory=dict)
    policy: str = ""
    person: bool = False


def train_character(
    out: Path, recipe: Recipe, about: About, progress: bool = True, footage: Path | None = None
) -> Path:
    """Train a character's painter into the folder `out` and make its bundle `out/NAME`; returns the bundle.

    footage: a prepared set of its frames; None for a drawn character. Resumes where an earlier call of the same recipe
    was stopped.
    """
    source = Footage(footage, seed=recipe.seed) if footage is not None else source_of(recipe)
    train_painter(out, recipe, progress, source=source)
    return make_bundle(out, recipe, about, progress, source)


def make_bundle(
    run: Path, recipe: Recipe, about: About, progress: bool = True, source: Source | None = None,
    steps: int | None = None,
) -> Path:  # fmt: skip
    """Export the run's averaged generator and its landmark net as a character bundle `run/NAME`; returns its folder.

    The generator is the one that looked best where the run kept that, else the newest checkpoint's. A bundle that is
    there is replaced as a whole. steps: of a landmark net that learns from footage, by default as many as the recipe
    was measured with; one of more steps that is there is kept. Raises WeightsError when the run holds no whole
    checkpoint.
    """
    source = source or source_of(recipe)
    generator = Generator(widths_of(recipe, source))
    seen = _load_best(run, generator, recipe)
    bundle = run / about.name
    folder = AtomicFolder(bundle, replaces=True)
    try:
        with refusals(bundle):
            _fill(folder.part, run, recipe, about, progress, source, generator, seen, steps or _STEPS)
    except BaseException:
        folder.drop()
        raise
    folder.keep()
    return bundle


def _load_best(run: Path, generator: Generator, recipe: Recipe) -> int:
    """Fill a generator with the run's best averaged weights; gives the images that they have seen."""
    saved = checkpoints(run)
    if not saved:
        raise WeightsError(f"{run / 'checkpoints'}: no checkpoint; train first")
    if not (run / BEST).exists():
        return load_checkpoint(saved[-1], {"average": generator}, asdict(recipe), MAY_CHANGE).seen
    try:
        generator.load_state_dict(load_file(run / BEST))
        with safe_open(run / BEST, "pt") as file:
            return int(file.metadata()["seen"])
    except (SafetensorError, OSError, RuntimeError, KeyError) as error:
        raise WeightsError(f"{run / BEST}: not the run's own weights ({error}); remove the file") from error


def _fill(
    bundle: Path, run: Path, recipe: Recipe, about: About, progress: bool, source: Source, generator: Generator,
    seen: int, steps: int,
) -> None:  # fmt: skip
    """Write a bundle's files into its folder."""
    canvas = source.canvas
    pool = Pool(run, source, recipe.pool, recipe.seed, recipe.withheld, progress)
    painter = export_painter(generator, pool, bundle)
    if recipe.identity is not None:
        painter["parts"] = parts_of(recipe.identity, [cel["name"] for cel in painter["cels"]])
    net = run / "landmark_net.json"
    if not net.exists() or json.loads(net.read_text()).get("steps", steps) < steps:
        error = _train_landmark_net(run, source, steps, progress)
        with atomic_path(net) as fresh:
            fresh.write_text(json.dumps({"error_px": round(error, 3), "steps": steps}))
    error_px = json.loads(net.read_text())["error_px"]
    shutil.copyfile(run / "pointer.safetensors", bundle / "pointer.safetensors")
    (bundle / "pointer.safetensors").chmod(0o644)
    was = json.loads((run / "recipe.json").read_text())
    manifest: dict[str, Any] = {
        "format": FORMAT,
        **asdict(about),
        "identity": asdict(recipe.identity) if recipe.identity is not None else {},
        "canvas": {
            "picture": canvas.picture,
            "width": canvas.width / canvas.picture, "height": canvas.height / canvas.picture,
            "x": canvas.anchor[0] / canvas.picture, "y": canvas.anchor[1] / canvas.picture,
            "reach": [round(float(most), 3) for most in source.reach()],
        },
        "painter": painter,
        "provenance": {
            "recipe": f"mien.train.painter:{'drawn' if recipe.identity is not None else 'character'}",
            "data": source.name, "images_seen": seen, "alone": recipe.alone, "seed": recipe.seed,
            "commit": was["commit"], "pointer_error_px": error_px,
            "learnt_from": [
                {"data": "pictures that mien's artist drew", "terms": "Apache-2.0"}
                if recipe.identity is not None
                else {"data": source.name, "terms": about.licence}
            ],
            "sha256": {file: digest(bundle / file) for file in FILES.values()},
        },
    }  # fmt: skip
    _write_manifest(bundle, manifest)
    if isinstance(source, Footage):
        painter["crisp"] = crispness(load(str(bundle)), source)
        _write_manifest(bundle, manifest)


def _write_manifest(bundle: Path, manifest: dict[str, Any]) -> None:
    with atomic_path(bundle / "character.json") as fresh:
        fresh.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def parts_of(identity: Identity, cels: Sequence[str]) -> dict[str, Any]:
    """What the manifest says of a drawn character's parts: their colours, and which of the cels are drawn in them."""
    parts = {}
    for part, colour in Artist(identity).colours.items():
        drawn = {layer.name for layer in LAYERS if layer.part == part}
        own = [name for name in cels if name in drawn]
        if own:
            parts[part] = {"colour": written(colour), "cels": own}
    return parts


def _train_landmark_net(run: Path, source: Source, steps: int, progress: bool) -> float:
    """Train the landmark net; gives its error in pixels. steps: where it learns from footage."""
    if isinstance(source, Drawn):
        data, held = (drawn_points(source.identity, DRAWN_SEED + n, (60_000, 2_000)[n]) for n in range(2))
        return train_landmark_net(run, data, held, progress=progress)
    assert isinstance(source, Footage)
    held_out = footage_points(Footage(source.folder, "held_out", like=source))
    mixed = mixed_points(source, min(_MIXED, _MIXED_A_STEP * steps))
    return train_landmark_net(run, mixed, held_out, steps, progress)

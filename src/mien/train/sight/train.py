"""All of sight in one recipe: three nets trained one after another, exported together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mien.train.sight.feeler import FeelerRecipe, Feelings, temperature, train_feeler
from mien.train.sight.finder import FinderRecipe, train_finder
from mien.train.sight.mapper import MapperRecipe, train_mapper
from mien.train.sight.weights import export_sight


@dataclass(frozen=True, slots=True)
class SightRecipe:
    """How the three nets are trained."""

    mapper: MapperRecipe = field(default_factory=MapperRecipe)
    finder: FinderRecipe = field(default_factory=FinderRecipe)
    feeler: FeelerRecipe = field(default_factory=FeelerRecipe)


@dataclass(frozen=True, slots=True)
class SightData:
    """What sight learns from.

    faces: prepared sets of people with key points. drawn: sets that the artist drew. labelled: sets of 48 pixels, grey,
    with feelings; the first is measured on. empty: a folder of pictures without faces.
    """

    faces: Sequence[Path]
    labelled: Sequence[Path]
    drawn: Sequence[Path]
    empty: Path


def shorter(recipe: SightRecipe, share: float) -> SightRecipe:
    """The recipe with this share of the crops, for a try."""

    def cut(crops: int) -> int:
        return max(64, int(crops * share))

    return SightRecipe(
        replace(recipe.mapper, loop=replace(recipe.mapper.loop, crops=cut(recipe.mapper.loop.crops))),
        replace(recipe.finder, loop=replace(recipe.finder.loop, crops=cut(recipe.finder.loop.crops))),
        replace(recipe.feeler, loop=replace(recipe.feeler.loop, crops=cut(recipe.feeler.loop.crops))),
    )


def train_sight(data: SightData, run: Path, recipe: SightRecipe, progress: bool = True) -> Path:
    """Train and export into run/weights; gives that folder. Each net resumes where it stopped."""
    mapper = train_mapper([*data.faces, *data.drawn], run / "mapper", recipe.mapper, progress)
    finder = train_finder([*data.faces, *data.drawn], data.empty, run / "finder", recipe.finder, progress)
    feeler = train_feeler([*data.labelled, *data.drawn], run / "feeler", recipe.feeler, progress)
    out = run / "weights"
    export_sight(finder, mapper, feeler, temperature(feeler, Feelings(data.labelled[0], "held_out")), out)
    return out

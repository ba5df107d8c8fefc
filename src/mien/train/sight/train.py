"""All of sight in one recipe: five nets trained one after another, exported together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from mien.sense.sight.finder import Finder as Seeker
from mien.train.prepare import Prepared
from mien.train.sight.crops import Faces, shares
from mien.train.sight.feeler import FeelerRecipe, temperature, train_feeler
from mien.train.sight.feelings import Feelings
from mien.train.sight.finder import FinderRecipe, train_finder
from mien.train.sight.judge import JudgeRecipe, train_judge
from mien.train.sight.mapper import MapperRecipe, train_mapper
from mien.train.sight.mistakes import LEAST, mistakes
from mien.train.sight.mover import MoverRecipe, train_mover
from mien.train.sight.networks import Finder
from mien.train.sight.scenes import Scenes, grounds
from mien.train.sight.weights import export_sight

_OTHER_SEED = 77


@dataclass(frozen=True, slots=True)
class SightRecipe:
    """How the five nets are trained."""

    mapper: MapperRecipe = field(default_factory=MapperRecipe)
    finder: FinderRecipe = field(default_factory=FinderRecipe)
    mover: MoverRecipe = field(default_factory=MoverRecipe)
    feeler: FeelerRecipe = field(default_factory=FeelerRecipe)
    judge: JudgeRecipe = field(default_factory=JudgeRecipe)
    scenes: int = 6_000
    """Scenes in which the finder's mistakes are looked for, beside the pictures without faces."""


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
        replace(recipe.mapper, loop=replace(recipe.mapper.loop, samples=cut(recipe.mapper.loop.samples))),
        replace(recipe.finder, loop=replace(recipe.finder.loop, samples=cut(recipe.finder.loop.samples))),
        replace(recipe.mover, loop=replace(recipe.mover.loop, samples=cut(recipe.mover.loop.samples))),
        replace(recipe.feeler, loop=replace(recipe.feeler.loop, samples=cut(recipe.feeler.loop.samples))),
        replace(recipe.judge, loop=replace(recipe.judge.loop, samples=cut(recipe.judge.loop.samples))),
        max(8, int(recipe.scenes * share)),
    )


def train_sight(data: SightData, run: Path, recipe: SightRecipe, progress: bool = True) -> Path:
    """Train and export into run/weights; gives that folder. Each net resumes where it stopped."""
    sets = [*data.faces, *data.drawn]
    finder = train_finder(sets, data.empty, run / "finder", recipe.finder, progress)
    mistaken = _mistaken(finder, sets, data.empty, run / "mistakes.npy", recipe.scenes, progress)
    mapper = train_mapper(sets, run / "mapper", recipe.mapper, progress, mistaken)
    mover = train_mover(sets, run / "mover", recipe.mover, progress)
    feeler = train_feeler(data.labelled, sets, run / "feeler", recipe.feeler, progress)
    judge = train_judge(data.faces, data.drawn, mistaken, grounds(data.empty), run / "judge", recipe.judge, progress)
    out = run / "weights"
    fitted = temperature(feeler, Feelings(data.labelled[0], "held_out"))
    prepared = [Prepared(folder).manifest for folder in dict.fromkeys([*sets, *data.labelled])]
    learnt_from = [{"data": one["source"], "terms": one.get("licence") or "not said"} for one in prepared]
    learnt_from.append({"data": data.empty.name, "terms": "not said"})
    export_sight(finder, mapper, mover, feeler, judge, fitted, out, learnt_from)
    return out


def _mistaken(
    finder: Finder, sets: Sequence[Path], empty: Path, path: Path, count: int, progress: bool
) -> NDArray[np.uint8]:
    """What the trained finder takes for faces, in other scenes than its own and in the pictures without faces."""
    faceless = grounds(empty)
    faces = [Faces(folder, "train") for folder in sets]
    scenes = Scenes(faces, shares(faces), faceless, _OTHER_SEED)

    @torch.no_grad()
    def maps(pictures: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        seen = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255.0
        return [one.numpy() for one in finder(seen)]

    finder.eval()
    return mistakes(Seeker(maps, least=LEAST), scenes, faceless, count, path, progress)

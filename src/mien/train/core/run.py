"""A run: steps, looks, alarms, checkpoints, until enough images were seen. What is trained is a `Trainee`."""

from __future__ import annotations

import math
import resource
import sys
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from mien.face import WeightsError
from mien.files import make_folder
from mien.progress import Bar, bar, duration
from mien.train.core.checkpoint import load_checkpoint, save_checkpoint
from mien.train.core.journal import Journal
from mien.train.core.monitor import Trouble
from mien.train.core.parallel import Processes
from mien.train.core.sheets import save_png

_KEPT = 3  # checkpoints
_EARLY = 8  # steps after which the speed is known, and a new run's first checkpoint written
_TURNS = 5  # roll-backs before it gives up


@dataclass(slots=True)
class State:
    """What a run carries from step to step beside its weights. seen: images so far. turn: roll-backs so far, each of
    which halves the rates."""

    seen: int = 0
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """How long a run is and how it is watched, in images seen.

    action: what an alarm does, one of `monitor.ACTIONS`. recipe: as plain data, for the checkpoints. may_change: its
    settings that a resumed run may change.
    """

    images: int
    batch: int
    save_every: int
    watch_every: int
    action: str
    recipe: dict[str, Any]
    may_change: Collection[str]


class Trainee(Protocol):
    """What a run trains. parts: networks and optimisers by name, as a checkpoint holds them."""

    state: State
    parts: dict[str, Any]

    def step(self) -> dict[str, float]:
        """One update; gives the figures to write down."""

    def look(self, means: Mapping[str, float], finite: bool) -> tuple[dict[str, Any], list[Trouble]]:
        """What a look at its pictures sees ({} where a figure is not `finite`), and what is wrong. means: of the
        figures since the last look."""

    def facts(self) -> dict[str, float]:
        """What else a line of the journal tells."""

    def sheet(self) -> NDArray[Any]:
        """(height, width, 3) uint8 pictures to look at."""

    def notes(self) -> dict[str, Any]:
        """What a checkpoint holds beside the weights."""

    def restore(self, notes: Mapping[str, Any], path: Path) -> None:
        """Go on from a checkpoint, whose weights are loaded and whose images are in `state`. Raises WeightsError when
        it belongs to something else."""

    def publish(self) -> None:
        """Write what others may take, after every checkpoint."""


class Run:
    """A run in the folder `out`, resumed where its newest checkpoint stands.

    `out` comes to hold checkpoints/ (the last three), journal.jsonl, samples.png and samples/.
    Raises WeightsError when the checkpoint is damaged, or another run's.
    """

    def __init__(self, out: Path, trainee: Trainee, plan: Plan, processes: Processes):
        self.out, self.trainee, self.plan, self.processes = out, trainee, plan, processes
        self.state = trainee.state
        self.well = True  # no trouble at the last look
        make_folder(out)
        if checkpoints(out):
            self._load(checkpoints(out)[-1])
        if self.state.seen >= plan.images + plan.batch:
            raise WeightsError(
                f"{out}: it has seen {self.state.seen} images, the recipe ends at {plan.images}; raise `images`"
            )
        self.journal = Journal(out) if processes.leads else None

    def train(self, progress: bool, stop: Callable[[int], bool] | None) -> Path:
        """Until the end of the plan, or until `stop`, asked after every step with the images seen, says so."""
        plan, state = self.plan, self.state
        if self.journal is not None:
            self.journal.cut(state.seen)
        told = progress and self.processes.leads
        counter: Bar[None] = bar(
            total=plan.images, initial=state.seen, unit="images", silent=not told, name=f"train {self.out.name}"
        )
        fresh, done, since = not checkpoints(self.out), 0, time.time()
        sums: dict[str, float] = {}
        steps, begun = 0, time.time()
        while state.seen < plan.images:
            figures = self.trainee.step()
            state.seen += plan.batch
            counter.update(plan.batch)
            steps += 1
            done += 1
            if done == 1:
                since = time.time()  # the first step also makes ready
            for name, value in figures.items():
                sums[name] = sums.get(name, 0.0) + value
            ending = state.seen >= plan.images or (stop is not None and stop(state.seen))
            looking = state.seen % plan.watch_every < plan.batch or ending
            finite = all(math.isfinite(value) for value in figures.values())
            if looking or not finite:
                means = {name: value / steps for name, value in sums.items()}
                speed = steps * plan.batch / (time.time() - begun)
                if self._watched(means, speed, finite):
                    counter.n = state.seen
                    counter.refresh()
                    ending = False
                counter.set_postfix({name: f"{value:.3g}" for name, value in means.items()})
                sums, steps, begun = {}, 0, time.time()
            elif state.seen % plan.save_every < plan.batch or (done == _EARLY and fresh):
                self._save(good=self.well)
            if done == _EARLY and told and not ending:
                self._say_how_long((done - 1) * plan.batch / max(time.time() - since, 1e-9), fresh)
            if ending:
                break
        counter.close()
        if self.journal is not None:
            self.journal.close()
        return self.out

    def _say_how_long(self, speed: float, fresh: bool) -> None:
        """Tell how long the rest takes, and where the first checkpoint is. speed: images a second."""
        left = self.plan.images - self.state.seen
        saved = f"; the first checkpoint is in {self.out}" if fresh else ""
        text = f"{left:,} images to go at {speed:.1f} a second: about {duration(left / speed)}{saved}"
        print(text, file=sys.stderr, flush=True)

    def _watched(self, means: dict[str, float], speed: float, finite: bool) -> bool:
        """Look, write down, act. Says whether the run went back to a checkpoint. Raises WeightsError to stop."""
        seen = self.state.seen
        look, found = self.trainee.look(means, finite)
        if self.journal is not None:
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            figures = {**means, "images_per_s": speed, **self.trainee.facts(), "memory_mb": round(memory)}
            self.journal.write("step", seen, figures)
            if look:
                self.journal.write("look", seen, look)
                picture = self.trainee.sheet()
                make_folder(self.out / "samples")
                for name in (f"samples/{seen:09d}.png", "samples.png"):
                    save_png(self.out / name, picture)
            for trouble in found:
                self.journal.write("alarm", seen, {"alarm": trouble.kind, "message": trouble.message})
                print(f"alarm after {seen} images: {trouble.kind}: {trouble.message}", file=sys.stderr)
        if not finite and self.plan.action != "roll-back":
            raise WeightsError(f"{self.out}: {found[0].message if found else 'NaN or Inf'} (after {seen} images)")
        if found and self.plan.action == "roll-back":
            return self._roll_back(found[0])
        self.well = not found
        self._save(good=self.well)
        if found and self.plan.action == "stop":
            raise WeightsError(f"{self.out}: stopped by an alarm: {found[0].message} (after {seen} images)")
        return False

    def _roll_back(self, trouble: Trouble) -> bool:
        """Go back to the last checkpoint before any trouble, with half the rates and other chances."""
        turn = self.state.turn + 1
        if turn > _TURNS:
            raise WeightsError(f"{self.out}: {trouble.message}; {_TURNS} roll-backs did not cure it: change the recipe")
        for path in reversed(checkpoints(self.out)):
            if self._load(path, only_good=True):
                self.state.turn = turn
                if self.journal is not None:
                    message = f"to {self.state.seen} images, rates x {0.5**turn:g}"
                    self.journal.write("alarm", self.state.seen, {"alarm": "rolled-back", "message": message})
                return True
        raise WeightsError(f"{self.out}: {trouble.message}; there is no good checkpoint to go back to")

    def _save(self, good: bool) -> None:
        """Write a checkpoint, drop the oldest, publish; of several processes the leading one does."""
        if not self.processes.leads:
            return
        folder = self.out / "checkpoints"
        make_folder(folder)
        notes = {**self.trainee.notes(), "turn": self.state.turn, "good": good}
        path = folder / f"{self.state.seen:09d}.safetensors"
        save_checkpoint(path, self.trainee.parts, self.plan.recipe, self.state.seen, notes)
        for old in checkpoints(self.out)[:-_KEPT]:
            old.unlink()
        self.trainee.publish()

    def _load(self, path: Path, only_good: bool = False) -> bool:
        """Fill everything from a checkpoint. only_good: not from one with trouble; says whether it did."""
        saved = load_checkpoint(path, self.trainee.parts, self.plan.recipe, self.plan.may_change)
        if only_good and not saved.notes["good"]:
            return False
        self.state.seen, self.state.turn, self.well = saved.seen, saved.notes["turn"], saved.notes["good"]
        self.trainee.restore(saved.notes, path)
        return True


def checkpoints(run: Path) -> list[Path]:
    """The checkpoints of a run, oldest first."""
    return sorted((run / "checkpoints").glob("*.safetensors"))

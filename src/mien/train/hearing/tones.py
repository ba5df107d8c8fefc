"""Training of the net that hears how something is said.

Of every utterance there are versions: as it is, and as other throats in other rooms at other microphones would give
it, each version's throat, room and microphone the same for all that one speaker says. Whoever is heard is compared
with some other things that the same speaker said in the same version, or, as a stranger, with nobody.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.numpy import save_file
from torch import Tensor, nn

from mien.face import SettingsError
from mien.files import atomic_path, make_folder, write_atomic
from mien.progress import bar
from mien.sense.hearing import pitch as yin
from mien.sense.hearing.features import HOP, RATE, REACH, Cutter, bands, loudness
from mien.sense.hearing.prosody import COUNT, Rows, described, functionals
from mien.sense.hearing.tonenet import AROUSALS, BOUND, FORMAT, LEVELS, TONES
from mien.train.core.provenance import commit
from mien.train.hearing.acted import Acted, read_acted
from mien.train.hearing.spoil import background, spoilt

Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ToneRecipe:
    """How the net is trained.

    versions: of each utterance beside the one as it is, of which `plain` is the share. nobody: sounds without a voice.
    cold: the share of strangers; known: of the others, at most so many things that they said. prior, hidden, nets: of
    the net. samples: that are drawn once, and learnt from in `steps` steps of `batch`. drop, drop_inputs, noise,
    smoothing, decay, arousal: of the objective. warmth: of the chances, found on speakers that were not learnt from.
    """

    versions: int = 8
    plain: float = 0.6
    nobody: int = 300
    cold: float = 0.4
    known: int = 20
    prior: float = 4.0
    hidden: int = 48
    nets: int = 4
    samples: int = 16_000
    steps: int = 800
    batch: int = 128
    rate: float = 4e-3
    decay: float = 0.01
    drop: float = 0.5
    drop_inputs: float = 0.2
    noise: float = 0.2
    smoothing: float = 0.05
    arousal: float = 0.3
    warmth: float = 0.7
    seed: int = 1


class Tones(nn.Module):
    """Some nets side by side. Inputs (batch, COUNT), answers (nets, batch, 11): seven tones, nobody, three arousals."""

    def __init__(self, nets: int, hidden: int):
        super().__init__()
        out = len(TONES) + 1 + len(AROUSALS)
        self.first = nn.Parameter(torch.randn(nets, COUNT, hidden) * (1.0 / COUNT) ** 0.5)
        self.first_bias = nn.Parameter(torch.zeros(nets, 1, hidden))
        self.second = nn.Parameter(torch.randn(nets, hidden, out) * (1.0 / hidden) ** 0.5)
        self.second_bias = nn.Parameter(torch.zeros(nets, 1, out))

    def forward(self, inputs: Tensor, drop: float = 0.0) -> Tensor:
        """inputs: (batch, COUNT), or (nets, batch, COUNT) for each its own."""
        hidden = F.dropout(torch.relu(inputs @ self.first + self.first_bias), drop, drop > 0.0)
        answers: Tensor = hidden @ self.second + self.second_bias
        return answers


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What is learnt from. whole, part: (n, 1 + versions, COUNT) numbers of utterances and of a part of each. nobody:
    (m, COUNT). tones: (n,) of TONES. speakers: (n,)."""

    whole: Numbers
    part: Numbers
    nobody: Numbers
    tones: NDArray[np.int64]
    speakers: NDArray[np.str_]


def rows_of(sound: Numbers) -> Rows:
    """(n, WIDTH) what each hundredth of a second of a sound at RATE is like."""
    padded = np.concatenate([sound, np.zeros(2 * yin.REACH, np.float32)])
    count = -(-len(sound) // HOP)
    near, wide = Cutter(REACH).feed(padded)[:count], Cutter(yin.REACH).feed(padded)[:count]
    made = bands(near)
    return described(made, made[0], loudness(near).astype(np.float64), yin.pitch(wide).astype(np.float64))


def material(said: Sequence[Acted], recipe: ToneRecipe, progress: bool = True) -> Material:
    """Versions and their numbers; all follow from the utterances and the recipe's seed."""
    names = sorted({one.speaker for one in said})
    whole = np.zeros((len(said), 1 + recipe.versions, COUNT), np.float32)
    part = np.zeros_like(whole)
    for number, one in enumerate(bar(said, total=len(said), unit="utterance", silent=not progress)):
        for version in range(1 + recipe.versions):
            rows = rows_of(_version(said, number, version, names.index(one.speaker), recipe.seed))
            cut = np.random.default_rng((recipe.seed + 1, number, version))
            length = int(cut.integers(min(70, len(rows) // 2), len(rows)))
            first = int(cut.integers(0, len(rows) - length + 1))
            whole[number, version] = functionals(rows)
            part[number, version] = functionals(rows[first : first + length])
    chance = np.random.default_rng(recipe.seed + 2)
    empty = [functionals(rows_of(background(int(chance.integers(3 * RATE // 4, 2 * RATE)), chance)))
             for _ in range(recipe.nobody)]  # fmt: skip
    return Material(
        whole, part, np.array(empty, np.float32), np.array([TONES.index(one.tone) for one in said]),
        np.array([one.speaker for one in said]),
    )  # fmt: skip


def _version(said: Sequence[Acted], number: int, version: int, speaker: int, seed: int) -> Numbers:
    """(n,) samples of an utterance in one version, number 0 as it is. speaker: their number."""
    sound = said[number].samples
    if version == 0:
        return sound
    throat = np.random.default_rng((seed, speaker, version))
    others = np.random.default_rng((seed, number, version))
    played = _played(sound, float(np.exp(throat.normal(0.0, 0.07))))
    if throat.random() >= 0.85:
        return played
    return spoilt(played, lambda: np.resize(said[int(others.integers(len(said)))].samples, len(played)), throat)


def _played(sound: Numbers, factor: float) -> Numbers:
    """Played this much faster, and so higher: another throat."""
    size = int(len(sound) / factor)
    return np.asarray(np.interp(np.arange(size) * factor, np.arange(len(sound)), sound), np.float32)


def learnt(made: Material, among: Sequence[str], recipe: ToneRecipe) -> dict[str, Numbers]:
    """The weights of a net that learnt from these speakers; their names and shapes as `ToneNet` reads them."""
    rows = np.flatnonzero(np.isin(made.speakers, among))
    heard = made.whole[rows]
    middle, spread = heard.reshape(-1, COUNT).mean(axis=0), heard.reshape(-1, COUNT).std(axis=0) + 1e-4
    whole, part, nobody = (
        np.clip((numbers - middle) / spread, -BOUND, BOUND) for numbers in (made.whole, made.part, made.nobody)
    )
    ready = Material(whole, part, nobody, made.tones, made.speakers)
    chance = np.random.default_rng(recipe.seed + 3)
    inputs, tones = _drawn(ready, rows, recipe, chance)
    empty = ready.nobody[chance.integers(0, len(ready.nobody), len(inputs) // 10)]
    seen = torch.from_numpy(np.concatenate([inputs, empty]))
    meant = torch.from_numpy(np.concatenate([tones, np.full(len(empty), len(TONES))]))
    ranks = torch.tensor([*LEVELS.values(), -100])[meant]  # -100 is left out of the objective
    torch.manual_seed(recipe.seed)
    net = Tones(recipe.nets, recipe.hidden)
    optimizer = torch.optim.AdamW(net.parameters(), recipe.rate, weight_decay=recipe.decay, fused=True)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, recipe.steps)
    for _ in range(recipe.steps):
        at = torch.randint(0, len(seen), (recipe.nets, recipe.batch))
        given = F.dropout(seen[at], recipe.drop_inputs) + recipe.noise * torch.randn(recipe.nets, recipe.batch, COUNT)
        value = objective(net(given, recipe.drop), meant[at], ranks[at], recipe)
        optimizer.zero_grad()
        value.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        falling.step()
    return {
        "middle": middle, "spread": spread,
        **{name: part.detach().numpy() for name, part in net.named_parameters()},
    }  # fmt: skip


def objective(answers: Tensor, tones: Tensor, arousals: Tensor, recipe: ToneRecipe) -> Tensor:
    """Cross-entropy of tones and of arousal. answers: (nets, batch, 11); tones, arousals: (nets, batch) which."""
    split = len(TONES) + 1
    which = F.cross_entropy(answers[..., :split].flatten(0, 1), tones.flatten(), label_smoothing=recipe.smoothing)
    return which + recipe.arousal * F.cross_entropy(answers[..., split:].flatten(0, 1), arousals.flatten())


def _drawn(
    ready: Material, rows: NDArray[np.intp], recipe: ToneRecipe, chance: np.random.Generator
) -> tuple[Numbers, NDArray[np.int64]]:
    """(samples, COUNT) inputs, each beside its speaker's mean, and (samples,) tones; rarer tones more often."""
    often = 1.0 / np.sqrt(np.bincount(ready.tones[rows], minlength=len(TONES)))[ready.tones[rows]]
    made = np.zeros((recipe.samples, COUNT), np.float32)
    whose = chance.choice(rows, recipe.samples, p=often / often.sum())
    # what a speaker has said so far is seldom acted evenly: mostly one tone, or two
    moods = chance.dirichlet(np.full(len(TONES), 0.6), recipe.samples) + 1e-6
    for place, row in enumerate(whose.tolist()):
        version = 0 if chance.random() < recipe.plain else int(chance.integers(1 + recipe.versions))
        mean = np.zeros(COUNT, np.float32)
        if chance.random() >= recipe.cold:
            own = rows[ready.speakers[rows] == ready.speakers[row]]
            mood = moods[place, ready.tones[own]]
            others = chance.choice(own, int(chance.integers(1, recipe.known + 1)), p=mood / mood.sum())
            mean = ready.whole[others, version].sum(axis=0) / (len(others) + recipe.prior)
        kind = ready.part if chance.random() < 0.35 else ready.whole
        made[place] = kind[row, version] - mean
    return made, ready.tones[whose]


def save_tones(weights: dict[str, Numbers], out: Path, recipe: ToneRecipe, facts: dict[str, Any]) -> None:
    """Write tone.safetensors (half precision) and tone.json into `out`."""
    make_folder(out)
    with atomic_path(out / "tone.safetensors") as fresh:
        save_file({name: np.ascontiguousarray(part.astype(np.float16)) for name, part in weights.items()}, fresh)
        fresh.chmod(0o644)
    said = {"format": FORMAT, "tones": list(TONES), "arousals": list(AROUSALS), "prior": recipe.prior,
            "warmth": recipe.warmth, **facts}  # fmt: skip
    write_atomic(out / "tone.json", (json.dumps(said, indent=1, ensure_ascii=False) + "\n").encode())


def train_tones(data: Path, run: Path, recipe: ToneRecipe, folds: bool = True, progress: bool = True) -> Path:
    """Train on a set of acted voices and export into run/weights; gives that folder.

    folds: also train, for every speaker, a net that has not learnt from them, into run/without/SPEAKER.
    """
    torch.set_num_threads(1)  # so small that more threads only wait, and the sums keep their order
    said = read_acted(data)
    names = sorted({one.speaker for one in said})
    if len(names) < 2:
        raise SettingsError(f"{data}: expected two speakers or more, found {len(names)}")
    make_folder(run)
    made = material(said, recipe, progress)
    manifest = json.loads((data / "manifest.json").read_text(encoding="utf-8"))
    facts = {"recipe": asdict(recipe), "commit": commit(), "licence": manifest["licence"]}
    for name in bar([*names, ""] if folds else [""], unit="net", silent=not progress):
        among = [other for other in names if other != name]
        out = run / "without" / name if name else run / "weights"
        save_tones(learnt(made, among, recipe), out, recipe, {"speakers": among, **facts})
    return run / "weights"

"""A video of one face as training pictures: followed by our own sight, cut by one square, its last fifth held out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.face import POINTS, Face, InputError
from mien.face.channels import CHANNELS, TURN_SLICE
from mien.progress import bar
from mien.sense.sight import Tracker
from mien.sources import length
from mien.sources.pictures import Picture, film
from mien.train.prepare.sources import Raw

MOST_FRAMES = 1_500
"""Of a longer video frames are taken at even distances."""

FEWEST_FRAMES = 48
"""With one whole face; a third of them is held out then."""

LEAST_HELD_OUT = 16
"""Frames that are held out at least."""

SECONDS, _LEAST_SECONDS = 10.0, 5.0
"""Of one face that a video should show, and must."""

_LEAST_FACE = 64.0
"""Pixels from the brows to the chin, of which less shows no eyes. # ours"""

_ROOM = 2.6
"""The square's side in heights of the face from the brows to the chin: hair above, shoulders below. # ours"""

_LEVEL = 0.47
"""How far down the square the face's middle lies."""

_CUT, _JUMP, _GROWTH = 0.12, 0.8, 1.4
"""A new shot begins where a small grey copy changes by this much of full brightness, or the face's middle jumps by so
many of its heights, or its height changes so many times. # ours: a talking head's change by .08 at most"""

_BESIDE, _CROWD = 0.5, 0.1
"""A second face counts from this share of the first one's height on; from this share of the frames on that show one,
the video shows two people."""

_MOVES = 0.004
"""Heights of the face by which some key point moves at least, as a standard deviation. # ours: an unmoved picture has
.001, somebody who listens .02"""

Warn = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Look:
    """What one frame showed. number: of the frame in the video. face: the largest, None without one; its key points
    `points` (70, 2) in pixels. several: there was a second one. small: (32, 32) grey in 0..1. size: (width, height)."""

    number: int
    t: float
    face: Face | None
    points: NDArray[np.float32]
    several: bool
    small: NDArray[np.float32]
    size: tuple[int, int]

    @property
    def height(self) -> float:
        """Pixels from the brows to the chin."""
        return float(np.ptp(self.points[:68, 1]))

    @property
    def middle(self) -> NDArray[np.float32]:
        """(2,) pixels."""
        return np.asarray((self.points[:68].min(axis=0) + self.points[:68].max(axis=0)) / 2, np.float32)


@dataclass(frozen=True, slots=True)
class Window:
    """A square of a video's frames: its left and upper edge and its side, in whole pixels."""

    left: int
    top: int
    side: int

    def holds(self, look: Look) -> bool:
        """Whether the face's key points lie within it."""
        inside = look.points[:68] - (self.left, self.top)
        return bool((inside >= 0).all() and (inside <= self.side).all())


def filmed(path: Path, size: int, tracker: Tracker, warn: Warn, progress: bool = True) -> Iterator[Raw]:
    """The frames of a video that show one face whole, with its key points and the expression's numbers.

    All are cut by the same square, around head and shoulders; the last fifth in time is held out. size: pixels a side
    that they are to have. warn: is told, in words for a person, what is lost of the video. Raises InputError when it
    is no video, or shows no face, two people, too short or too small a face, or one that never moves.
    """
    looks = one_face(followed(path, tracker, warn, progress), path, warn)
    window = window_of(looks)
    kept = [look for look in looks if window.holds(look)]
    if len(kept) < len(looks):
        warn(f"{path}: in {len(looks) - len(kept)} of {len(looks)} frames the face is cut off; they are left out")
    judged(kept, path, warn)
    if window.side < size:
        warn(
            f"{path}: head and shoulders fill {window.side} pixels of the film and are enlarged to {size}; film closer "
            "for crisper pictures"
        )
    first_held = len(kept) - held_out_of(len(kept))
    wanted = {look.number: (place, look) for place, look in enumerate(kept)}
    for number, seen in enumerate(film(path)):
        if number not in wanted:
            continue
        place, look = wanted[number]
        assert look.face is not None
        cut = seen.pixels[window.top : window.top + window.side, window.left : window.left + window.side]
        yield Raw(
            f"{path.name} @ {look.t:.2f} s", partial(np.ascontiguousarray, cut), "",
            np.asarray(look.face.chances, np.float32) / np.float32(sum(look.face.chances)), path.name,
            "train" if place < first_held else "held_out",
            look.points - np.array([window.left, window.top], np.float32), numbers_of(look.face),
        )  # fmt: skip
        if place == len(kept) - 1:
            return


def held_out_of(count: int) -> int:
    """How many of so many frames are held out: the last fifth, or as many as can be measured on."""
    return max(LEAST_HELD_OUT, count // 5)


def numbers_of(face: Face) -> dict[str, float]:
    """The numbers of an expression that a face analyzer sees: all but the drawn marks."""
    seen = TURN_SLICE.stop
    return {name: float(value) for name, value in zip(CHANNELS[:seen], face.expression.channels[:seen], strict=True)}


def followed(path: Path, tracker: Tracker, warn: Warn, progress: bool) -> list[Look]:
    """What every frame shows, or every so manieth of a long video."""
    promised = length(path) or sum(1 for _ in film(path))
    every = -(-promised // MOST_FRAMES)
    looks = []
    shown = bar(film(path, warn=warn), total=promised, unit="frames", name="look", silent=not progress)
    for number, seen in enumerate(shown):
        if number % every == 0:
            looks.append(_looked(number, seen, tracker.see(seen.pixels, seen.t)))
    return looks


def _looked(number: int, seen: Picture, faces: Sequence[Face]) -> Look:
    high, wide = seen.pixels.shape[:2]
    ordered = sorted(faces, key=lambda face: face.box[2] * face.box[3], reverse=True)
    first = ordered[0] if ordered else None
    points = np.full((POINTS, 2), np.nan, np.float32)
    if first is not None:
        points = first.landmarks.points * np.array([wide, high], np.float32)
    several = len(ordered) > 1 and ordered[1].box[3] >= _BESIDE * ordered[0].box[3]
    grey = cv2.cvtColor(cv2.resize(seen.pixels, (32, 32), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    return Look(number, seen.t, first, points, several, np.asarray(grey, np.float32) / 255.0, (wide, high))


def one_face(looks: Sequence[Look], path: Path, warn: Warn) -> list[Look]:
    """The frames of the longest shot that show one face. Raises InputError where there is none, or two people."""
    if not any(look.face for look in looks):
        raise InputError(
            f"{path}: expected a face, saw none in {len(looks)} frames; film one from the front, in good light"
        )
    crowded = sum(look.several for look in looks)
    if crowded > _CROWD * len(looks):
        raise InputError(
            f"{path}: expected one face, saw two in {crowded} of {len(looks)} frames; cut or crop the video so that it "
            "shows one person"
        )
    shots = shots_of([look for look in looks if look.face is not None and not look.several])
    if not shots:
        raise InputError(f"{path}: expected one face, saw two wherever there was one; crop the video to one person")
    best = max(shots, key=len)
    if len(shots) > 1:
        warn(
            f"{path}: it has {len(shots) - 1} cut(s); the longest shot is used, from {best[0].t:.1f} s to "
            f"{best[-1].t:.1f} s; film one take without cuts to use all of it"
        )
    elif len(best) < len(looks):
        warn(f"{path}: {len(looks) - len(best)} of {len(looks)} frames show no face, or two; they are left out")
    return best


def shots_of(looks: Sequence[Look]) -> list[list[Look]]:
    """The frames with a face, parted where the picture changes at once, or the face is suddenly elsewhere."""
    shots: list[list[Look]] = []
    for look in looks:
        if not shots or _cut(shots[-1][-1], look):
            shots.append([])
        shots[-1].append(look)
    return shots


def _cut(before: Look, after: Look) -> bool:
    if float(np.abs(after.small - before.small).mean()) > _CUT:
        return True
    if after.t - before.t > 1.0:  # somebody may have moved meanwhile
        return False
    jump = float(np.hypot(*(after.middle - before.middle))) / max(before.height, 1.0)
    growth = max(after.height, 1.0) / max(before.height, 1.0)
    return jump > _JUMP or max(growth, 1.0 / growth) > _GROWTH


def window_of(looks: Sequence[Look]) -> Window:
    """The square around head and shoulders: the face's median place and size, as far as the picture reaches."""
    wide, high = looks[0].size
    height = float(np.median([look.height for look in looks]))
    middle = np.median([look.middle for look in looks], axis=0)
    side = max(1, int(min(_ROOM * height, wide, high)))
    left = int(np.clip(round(float(middle[0]) - 0.5 * side), 0, wide - side))
    top = int(np.clip(round(float(middle[1]) - _LEVEL * side), 0, high - side))
    return Window(left, top, side)


def judged(looks: Sequence[Look], path: Path, warn: Warn) -> None:
    """Raises InputError when a painter cannot learn from these frames; warns where it will learn little."""
    seconds = looks[-1].t - looks[0].t if looks else 0.0
    if seconds < _LEAST_SECONDS:
        raise InputError(
            f"{path}: expected {SECONDS:g} s of one whole face in one take, got {seconds:.1f} s; film a longer one"
        )
    if len(looks) < FEWEST_FRAMES:
        raise InputError(
            f"{path}: expected {FEWEST_FRAMES} frames of one whole face, got {len(looks)} in {seconds:.1f} s; film at "
            "15 frames a second or more"
        )
    height = float(np.median([look.height for look in looks]))
    if height < _LEAST_FACE:
        raise InputError(
            f"{path}: expected a face of {_LEAST_FACE:g} pixels or more from brows to chin, got {height:.0f}; film it "
            "closer, or larger"
        )
    moved = np.stack([(look.points[:68] - look.middle) / look.height for look in looks])
    if float(moved.std(axis=0).max()) < _MOVES:
        raise InputError(f"{path}: its frames are all alike; film a face that speaks, blinks, turns and smiles")
    if seconds < SECONDS:
        warn(f"{path}: only {seconds:.1f} s of one face; {SECONDS:g} s and more teach more poses")

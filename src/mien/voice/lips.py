"""From what is said, with its times, to mouth shapes over time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from mien.face import Viseme
from mien.face.oculus import MOUTHS
from mien.voice.sounds import Mouth, ipa, kana, pinyin, romaji
from mien.voice.voice import Timed

# Seconds, ours: with less the boundaries of `mien.mood.speech` would not let the lips meet.
_SHUT: Final = {"m": 0.08, "f": 0.07}
_GIVES: Final = 0.5  # of a neighbour's time, which a closure may take
_GAP = 0.06  # a shorter pause moves no mouth
_LEAST = 0.01  # a shorter shape is left out
_SOON = 0.25  # a sound without a mouth of its own takes the next one's if that comes so soon
_AFTER = 0.1  # the rest at the end

_READERS: Final[dict[str, Callable[[str], tuple[Mouth, ...]]]] = {
    "ipa": ipa, "romaji": romaji, "kana": kana, "pinyin": pinyin,
}  # fmt: skip


@dataclass(slots=True)
class _Shape:
    start: float
    end: float
    name: str
    weight: float


def visemes(timed: Iterable[Timed]) -> Iterator[tuple[float, float, str, float]]:
    """(start, end, name, weight) of the Oculus visemes of what is said, in order; words have none of their own.

    A sound without a mouth of its own (h, a glottal stop) is said with the mouth of what follows; in a pause there is
    none.
    """
    waiting: float | None = None
    for one in timed:
        parts = _READERS[one.kind](one.name) if one.kind != "word" else ()
        if not parts:
            if one.name.strip() and one.kind != "word" and waiting is None:
                waiting = one.start
            continue
        start = one.start if waiting is None or one.start - waiting > _SOON else waiting
        end, length = one.start + one.seconds, one.start + one.seconds - start
        waiting = None
        for place, (name, share, weight) in enumerate(parts):
            until = end if place == len(parts) - 1 else start + share * length
            yield start, until, name, weight
            start = until


def shapes(timed: Iterable[Timed], resting: bool = True) -> tuple[Viseme, ...]:
    """The mouth shapes of what is said, in order and without overlap; () where nothing but words was timed.

    Lips that must meet are given the time for it, out of their neighbours'. resting: whether the mouth rests at the
    end, which it does not where more will follow.
    """
    made = _joined(visemes(timed))
    for place, one in enumerate(made):
        if one.name in _SHUT:
            _close(one, made[place - 1] if place else None, made[place + 1] if place + 1 < len(made) else None)
    return tuple(_with_rests([one for one in made if one.end - one.start >= _LEAST], resting))


def _joined(found: Iterable[tuple[float, float, str, float]]) -> list[_Shape]:
    """Shapes of the face that touch one another, overlaps cut, equal neighbours made one."""
    made: list[_Shape] = []
    for start, end, viseme, weight in found:
        name, amount = MOUTHS[viseme]
        if made:
            start = max(start, made[-1].end)
            if start - made[-1].end < _GAP:
                made[-1].end = start
        end = max(end, start)
        if made and made[-1].name == name and made[-1].end == start:
            made[-1].end, made[-1].weight = end, max(made[-1].weight, amount * weight)
        else:
            made.append(_Shape(start, end, name, amount * weight))
    return made


def _close(shut: _Shape, before: _Shape | None, after: _Shape | None) -> None:
    """Give a closure its time: before its sound first, for lips close ahead of it, then after."""
    wanted = _SHUT[shut.name]
    earliest = 0.0
    if before is not None:
        gives = 0.0 if before.name in _SHUT else _GIVES
        earliest = before.end - gives * (before.end - before.start)
    shut.start = min(shut.start, max(earliest, shut.end - wanted))
    if before is not None:
        before.end = min(before.end, shut.start)
    if after is None or after.name in _SHUT:
        return
    shut.end = max(shut.end, min(shut.start + wanted, after.start + _GIVES * (after.end - after.start)))
    after.start = max(after.start, shut.end)


def _with_rests(made: list[_Shape], resting: bool) -> Iterator[Viseme]:
    last: float | None = None
    for one in made:
        if last is not None and one.start - last >= _GAP:
            yield Viseme(last, one.start - last, "rest")
        yield Viseme(one.start, one.end - one.start, one.name, one.weight)
        last = one.end
    if last is not None and resting:
        yield Viseme(last, _AFTER, "rest")

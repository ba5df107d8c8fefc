"""Microphones while the show lasts: each is heard in a thread of its own, and what was heard becomes cues."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from threading import Condition, Thread
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from mien.face import Cue, Sound
from mien.mood.empathy import Sensed
from mien.show.listens import ListensTo
from mien.show.mailbox import JOIN
from mien.show.speaks import SpeaksAs
from mien.show.supervisor import Supervisor
from mien.sources import Caught, Hush

if TYPE_CHECKING:
    from mien.sense.hearing import Moment

_HELD = 100
"""Pieces that wait to be heard, a second of them; of more, the oldest are dropped."""

Overheard = Cue | Hush | Sensed | Sound
"""What a microphone brings: cues, that the character is to say no more, what a voice tells of a feeling, and the sound
itself for those that carry it."""


class Hears(Protocol):
    """Whoever hears one sound; `mien.sense.hearing.Hearer` does."""

    def hear(self, chunk: NDArray[np.float32], rate: int) -> list[Moment]:
        """The moments that these (n,) samples complete."""
        ...


class Heeds(Protocol):
    """Whoever makes something of what is heard; `SpeaksAs` and `ListensTo` do."""

    def hear(self, caught: Caught, moments: Sequence[Moment], t: float) -> Iterable[Overheard]:
        """What comes of a piece of sound and the moments that it completed, at t, in seconds on the show's clock."""
        ...


_USES: dict[str, Callable[[], Heeds]] = {"speaks": SpeaksAs, "listens": ListensTo}


def own_hearing() -> Hears:
    """A hearer of mien's own. Raises WeightsError."""
    from mien.sense.hearing import Hearer

    return Hearer()


class Ear:
    """Hears one microphone, from `catch` to `end`. What goes wrong is reported, once, and it hears no more.

    hearing: makes who hears. put: is given what comes of it. now: the show's time.
    """

    def __init__(
        self, name: str, hearing: Callable[[], Hears], put: Callable[[Overheard], None], now: Callable[[], float],
        supervisor: Supervisor,
    ) -> None:  # fmt: skip
        self._name, self._hearing, self._put, self._now, self._supervisor = name, hearing, put, now, supervisor
        self._pieces: deque[Caught] = deque(maxlen=_HELD)
        self._change, self._open = Condition(), True
        self._thread = Thread(target=self._run, name=f"mien {name}", daemon=True)
        self._thread.start()

    def catch(self, caught: Caught) -> None:
        """A piece of its sound. Any thread may call."""
        with self._change:
            self._pieces.append(caught)
            self._change.notify()

    def end(self) -> None:
        """Hear no more, and wait for its thread."""
        with self._change:
            self._open = False
            self._change.notify()
        self._thread.join(JOIN)

    def _run(self) -> None:
        error = self._supervisor.attempt(self._listen)
        if error is not None:
            self._supervisor.report("ear", self._name, error)

    def _listen(self) -> None:
        hearer, heeds, use = self._hearing(), _USES["speaks"](), "speaks"
        while True:
            with self._change:
                self._change.wait_for(lambda: self._pieces or not self._open)
                if not self._open:
                    return
                caught = self._pieces.popleft()
            if caught.use != use:
                heeds, use = _USES[caught.use](), caught.use
            moments = hearer.hear(caught.samples, caught.rate)
            for one in heeds.hear(caught, moments, self._now()):
                self._put(one)


class Ears:
    """One ear a microphone, each made when its first piece of sound comes, from `with` to its end. As of `Ear`."""

    def __init__(
        self, hearing: Callable[[], Hears], put: Callable[[Overheard], None], now: Callable[[], float],
        supervisor: Supervisor,
    ) -> None:  # fmt: skip
        self._hearing, self._put, self._now, self._supervisor = hearing, put, now, supervisor
        self._ears: dict[str, Ear] = {}
        self._open = False

    def catch(self, caught: Caught) -> None:
        """A piece of a microphone's sound, heard while the block lasts. Any thread may call, one at a time for each
        microphone."""
        if not self._open:
            return
        name = caught.source
        if name not in self._ears:
            self._ears[name] = Ear(name, self._hearing, self._put, self._now, self._supervisor)
        self._ears[name].catch(caught)

    def __enter__(self) -> Self:
        self._open = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open = False
        for ear in self._ears.values():
            ear.end()
        self._ears.clear()

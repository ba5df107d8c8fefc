"""What becomes of the faces that a camera sees: the character mirrors one person, or answers what the face tells."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from mien.face import Cue, Face, Saw, Shot
from mien.mood.empathy import Audience, Sensed
from mien.sense import Reading
from mien.sense.sight.mirror import Mirror
from mien.show.inbox import Inbox

NOTICE = (
    "The camera's pictures are read for faces alone: key points, muscles, and an estimate of the expression, "
    "which is not what anybody feels.",
    "All of it happens on this machine; no picture is stored or sent on.",
    "Tell everyone who may be seen that expressions are read here (EU AI Act, Art. 50), "
    "and let nobody's face drive the character without their consent.",
)
"""What whoever opens a camera is told before; the studio's page says it in three languages (static/words.js)."""


class Facing(Protocol):
    """The seam: from faces to cues."""

    def saw(self, t: float, faces: Sequence[Face]) -> Iterable[Cue]:
        """The cues of one picture, seen at t in seconds; no faces, no cues."""


class One:
    """Chooses one person: the largest face at first, then the same one while it is followed."""

    def __init__(self) -> None:
        self._who = -1

    def of(self, faces: Sequence[Face]) -> Face | None:
        """That person's face, None when there are no faces."""
        if not faces:
            return None
        face = max(faces, key=lambda one: (one.id == self._who, one.box[2]))
        self._who = face.id
        return face


class Mirroring:
    """The character does what one person's face does.

    The calibration stays when the person is lost and found. While nobody is seen there are no cues, and the mood lets
    the face relax.
    """

    def __init__(self) -> None:
        self._mirror, self._one, self._last = Mirror(), One(), 0.0

    def saw(self, t: float, faces: Sequence[Face]) -> tuple[Saw, ...]:
        """What the character does then."""
        face = self._one.of(faces)
        if face is None:
            return ()
        expression = self._mirror(face, t - self._last)
        self._last = t
        return (Saw(t, expression, face.confidence),)


@dataclass(frozen=True, slots=True)
class Remark:
    """A line of somebody else: when it comes, how it was read, who wrote it ("" for a voice of its own), its worth."""

    t: float
    reading: Reading
    author: str = ""
    worth: float = 0.0


class Answering:
    """The character answers what a person's face and the lines tell, as the audience's policy says.

    remarks: lines that will come, in the order of their time. Any thread may call. Raises ValueError when a face is
    seen and the audience was made without consent to read it.
    """

    def __init__(self, audience: Audience, remarks: Iterable[Remark] = ()) -> None:
        self._audience, self._one, self._lock, self._remarks = audience, One(), Lock(), deque(remarks)

    @property
    def policy(self) -> str:
        """The name of the policy by which it answers."""
        return self._audience.policy.name

    def saw(self, t: float, faces: Sequence[Face]) -> tuple[Cue, ...]:
        """Nothing yet: what the face seems to feel is fused with the lines, and answered when it is due."""
        face = self._one.of(faces)
        if face is not None:
            with self._lock:
                self._audience.sense(Sensed(t, "face", face.emotion, face.confidence))
        return ()

    def hear(self, remark: Remark) -> None:
        """One line."""
        with self._lock:
            self._hear(remark)

    def _hear(self, remark: Remark) -> None:
        reading = remark.reading
        self._audience.hear(remark.t, reading.emotion, reading.confidence, remark.author, remark.worth)

    def due(self, t: float) -> tuple[Cue, ...]:
        """The answer at t, in seconds, when there is one; asked at each tick."""
        with self._lock:
            while self._remarks and self._remarks[0].t <= t:
                self._hear(self._remarks.popleft())
            cue = self._audience.cue(t)
        return () if cue is None else (cue,)


class Moment:
    """The show's time in seconds, for the threads beside it."""

    def __init__(self) -> None:
        self._t = 0.0

    def __call__(self) -> float:
        """The time of the last shot."""
        return self._t

    def of(self, shots: Iterable[Shot], facing: Facing, inbox: Inbox) -> Iterator[Shot]:
        """The same shots; at each the time is noted, and what is to be answered then goes into the inbox."""
        for shot in shots:
            self._t = shot.t
            if isinstance(facing, Answering):
                for cue in facing.due(shot.t):
                    inbox.put(cue)
            yield shot

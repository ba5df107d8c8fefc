"""Who makes the show's cues: a mirror of the face before a camera, or whoever answers faces, voices and rooms."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock

from mien.face import ChatLine, Support
from mien.mood.empathy import Audience, Crowd, Policy, Thanks
from mien.sense import Reading
from mien.show import AnswerDirector, Director, LineReader, MirrorDirector, Session

Seen = Callable[[ChatLine | Support, Reading | None], None]


class Directing:
    """Chooses the session's director. An open camera decides; without one a microphone that is listened to, else rooms.

    The crowd stays the same whoever leads. lines: of the session. thanks: the table for gifts. seen: is told of
    viewers' lines and gifts. around: what stands around each director, such as a brain.
    """

    def __init__(
        self, session: Session, lines: LineReader, *, thanks: Thanks | None = None,
        seen: Seen | None = None, around: Callable[[Director], Director] = lambda one: one,
    ) -> None:  # fmt: skip
        self._session, self._lines, self._thanks, self._seen, self._around = session, lines, thanks, seen, around
        self._crowd, self._lock = Crowd(), RLock()
        self._filmed = False
        self._film: Policy | None = None
        self._voice: Policy | None = None
        self._room: Policy | None = None
        self._answers: AnswerDirector | None = None
        self.leads: Director | None = None
        """Who leads, without what stands around."""

    def film(self, policy: Policy | None) -> None:
        """A camera leads: its face is mirrored, or answered by a policy."""
        with self._lock:
            self._filmed, self._film = True, policy
            self._choose()

    def unfilm(self) -> None:
        """No camera leads."""
        with self._lock:
            self._filmed, self._film = False, None
            self._choose()

    def listen(self, policy: Policy | None) -> None:
        """A voice that is listened to is answered by this policy; None: none is."""
        with self._lock:
            self._voice = policy
            if not self._filmed:
                self._choose()

    def answer(self, policy: Policy | None) -> None:
        """Rooms are answered by this policy; None: none are."""
        with self._lock:
            self._room = policy
            if not self._filmed and self._voice is None:
                self._choose()

    @property
    def person(self) -> Policy | None:
        """By which the person before the camera, or at the microphone, is answered; None where nobody is."""
        return self._film if self._filmed else self._voice

    @property
    def answers(self) -> AnswerDirector | None:
        """Whoever answers, None while nobody does."""
        return self._answers

    def _choose(self) -> None:
        policy = self._film if self._filmed else self._voice or self._room
        if policy is None:
            self._answers, self.leads = None, MirrorDirector(self._lines)
        else:
            audience = Audience(policy, self._crowd, consent=["face", "voice"], thanks=self._thanks)
            self._answers = self.leads = AnswerDirector(audience, self._lines, self._session.now, self._seen)
        self._session.director = self._around(self.leads)

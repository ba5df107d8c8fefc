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
    Beside a face that is mirrored, rooms are answered too.

    The crowd stays the same whoever leads. lines: of the session. thanks: the table for gifts. seen: is told of
    viewers' lines and gifts. around: what stands around each director, such as a brain. mirrors: faces of the show's
    own sources are mirrored also where rooms are answered.
    """

    def __init__(
        self, session: Session, lines: LineReader, *, thanks: Thanks | None = None,
        seen: Seen | None = None, around: Callable[[Director], Director] = lambda one: one,
        mirrors: bool = False,
    ) -> None:  # fmt: skip
        self._session, self._lines, self._thanks, self._seen, self._around = session, lines, thanks, seen, around
        self._crowd, self._lock, self._always = Crowd(), RLock(), mirrors
        self._mirror: MirrorDirector | None = None
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
            self._filmed, self._film, self._mirror = True, policy, None  # another face, at rest in another way
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
            self._choose()

    def answer(self, policy: Policy | None) -> None:
        """Rooms are answered by this policy; None: none are."""
        with self._lock:
            self._room = policy
            self._choose()

    @property
    def person(self) -> Policy | None:
        """By which the person before the camera, or at the microphone, is answered; None where nobody is."""
        return self._film if self._filmed else self._voice

    @property
    def answers(self) -> AnswerDirector | None:
        """Whoever answers, None while nobody does."""
        return self._answers

    @property
    def mirrors(self) -> bool:
        """Whether a face that is seen is mirrored, and not answered."""
        return self._film is None if self._filmed else self._always or (self._voice or self._room) is None

    def _choose(self) -> None:
        """Keep whoever leads where nothing changed for them: a mirror knows the person's resting face."""
        if self.mirrors:
            policy = self._room or self._voice
        else:
            policy = self._film if self._filmed else self._voice or self._room
        if policy is None:
            self._answers = None
        elif self._answers is None or self._answers.policy != policy:
            audience = Audience(policy, self._crowd, consent=["face", "voice"], thanks=self._thanks)
            self._answers = AnswerDirector(audience, self._lines, self._session.now, self._seen)
        leads: Director
        if not self.mirrors and self._answers is not None:
            self._mirror, leads = None, self._answers
        else:
            leads = self._mirror = self._mirror or MirrorDirector(self._lines)
            self._mirror.answers = self._answers
        if leads is not self.leads:
            self.leads = leads
            self._session.director = self._around(leads)

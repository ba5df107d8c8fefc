"""The microphone of a watcher: its sound becomes live lips, or is listened to."""

from __future__ import annotations

from mien.face import PeerError
from mien.show import Session
from mien.sources.microphone import USES, Caught, Use
from mien.studio.seat import Seat
from mien.wire import unpack_sound
from mien.wire.page import news


class PageMicrophone:
    """Listens to one watcher's microphone at a time, the last that was opened. session: gets its sound."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._leads: tuple[Seat, Use] | None = None

    @property
    def use(self) -> Use | None:
        """What the microphone that leads is for; None while none does."""
        leads = self._leads
        return None if leads is None else leads[1]

    def open(self, seat: Seat, use: str, consent: bool) -> None:
        """This watcher's microphone leads from now on. Another's is closed.

        Raises PeerError for another use, and without consent: then nobody is listened to.
        """
        if use not in USES:
            raise PeerError(f"microphone: expected {', '.join(USES)} or off, got {use!r}")
        if not consent:
            raise PeerError("microphone: listening to a person's voice needs consent; expected consent: true")
        before = self._leads
        if before is not None and before[0] is not seat:
            self.close(before[0], "taken")
        self._leads = seat, use  # type: ignore[assignment]  # checked above
        seat.tell(news("microphone", use))

    def close(self, seat: Seat, why: str = "") -> bool:
        """This watcher's microphone, if it is the one, is closed; whether it was. why: "taken" by another watcher."""
        if self._leads is None or self._leads[0] is not seat:
            return False
        self._leads = None
        seat.tell(news("microphone", "off", why=why))
        return True

    def hear(self, seat: Seat, data: bytes) -> None:
        """A piece of this watcher's sound, as `mien.wire.unpack_sound` takes it. Raises PeerError when it is none, or
        when no microphone was opened."""
        leads = self._leads
        if leads is None or leads[0] is not seat:
            raise PeerError(
                'a sound came before a microphone was opened; expected {"microphone": "speaks", "consent": true}'
            )
        samples, rate = unpack_sound(data)
        self._session.put(Caught("microphone", samples, rate, leads[1], carried=False))

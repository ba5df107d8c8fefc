"""The show behind the page: one session, one thread, any number of watchers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from mien.face import ChatLine, Colours, PeerError, Support
from mien.face.colour import written
from mien.mood import Temper
from mien.mood.empathy import Policy, Thanks
from mien.paint import Painter, Recolours, recoloured
from mien.sense import GivesOdds, Heard, Reading, Reads, explain
from mien.show import (
    Clock,
    Director,
    FaceTracker,
    Failure,
    Hand,
    LineReader,
    MirrorDirector,
    Moves,
    Session,
    Speaker,
    Ticker,
    Wall,
    react,
    tempered,
)
from mien.sources import Hush, Note, Say, Write
from mien.studio.directing import Directing
from mien.studio.gate import Gate
from mien.studio.microphone import PageMicrophone
from mien.studio.seat import Seat
from mien.studio.seats import Seats
from mien.studio.troupe import Role, Troupe, told_temper
from mien.studio.webcam import USES, Webcam, trackers
from mien.wire.page import VERSION, news

_FAILURES = 20  # of those before, a new watcher is told so many


class Stage:
    """A living face that reads lines; in a `with` block it plays, and stops at its end.

    Neither paints nor sends while nobody watches and nothing keeps it. fps: shots a second, 1..240. policies: by which
    viewers' lines may be answered, by name. open_tracker: gives who follows the faces before a watcher's camera.
    speaker: says its own lines aloud, to the watchers who play sound. troupe: the characters among whom watchers may
    choose. hello: what else a watcher is told first. moves: where those are kept that watchers record; without, the
    user's own. thanks, around, mirrors: as of `Directing`. sees: gives who follows the faces of sources that bring
    pictures.
    """

    def __init__(
        self,
        painter: Painter,
        reader: Reads,
        *,
        fps: float = 60.0,
        temper: Temper | None = None,
        seed: int = 0,
        clock: Clock | None = None,
        policies: Mapping[str, Policy] | None = None,
        open_tracker: Callable[[], FaceTracker] | None = None,
        speaker: Speaker | None = None,
        troupe: Troupe | None = None,
        hello: Mapping[str, Any] | None = None,
        thanks: Thanks | None = None,
        around: Callable[[Director], Director] = lambda one: one,
        mirrors: bool = False,
        sees: Callable[[], FaceTracker] | None = None,
        moves: Moves | None = None,
    ) -> None:
        react(reader.read("你好"), 0.0)  # the tables of sounds load on first use: not when somebody waits
        self._seats: tuple[Seat, ...] = ()  # replaced, never changed, so that the show's thread needs no lock
        self._lock = threading.Lock()
        self._gate = Gate(clock if clock is not None else Ticker(fps, now=Wall(0.5 + 2.0 / max(fps, 1.0)).now))
        self._reader, self.troupe = reader, troupe
        self._hello: dict[str, Any] = {"version": VERSION, "run": uuid4().hex, **(hello or {})}
        self.lines = LineReader(reader, policies, self._heard, speaker)
        self.session = Session(
            painter, self._gate, director=MirrorDirector(self.lines), sinks=[Seats(self)], temper=temper, seed=seed,
            news=self._news, speaker=speaker, tracker=sees,
        )  # fmt: skip
        self.hand = Hand(self.session, moves or Moves(), lambda state: self.tell(news("play", state)))
        """What watchers play on the face, together."""
        self._at_first, self._temper = painter, temper or Temper()
        self.aired: Callable[[], dict[str, Any]] = dict
        """What else the studio's own page is told first."""
        self.chosen: Callable[[], None] = lambda: None
        """Is called when another character plays."""
        self.failed: Callable[[Failure], None] = lambda _: None
        """Is told of the show's failures, beside whoever watches."""
        self.seen: Callable[[ChatLine | Support, Reading | None], None] = lambda *_: None
        """Is told of viewers' lines and gifts that are answered, and how their words were read."""
        self.directing = Directing(
            self.session, self.lines, thanks=thanks, seen=lambda *line: self.seen(*line), around=around,
            mirrors=mirrors,
        )  # fmt: skip
        self._webcam = Webcam(self.session, self.directing, open_tracker or trackers())
        self._microphone = PageMicrophone(self.session)
        self._stopped = ""
        self._thread = threading.Thread(target=self._play, name="mien stage", daemon=True)

    @property
    def seats(self) -> tuple[Seat, ...]:
        """Who watches."""
        return self._seats

    @property
    def hello(self) -> dict[str, Any]:
        """What a watcher is told first, and again when another character plays."""
        now = self.session.temper or self._temper
        return {**self._hello, "colours": self.colours, "temper": told_temper(now), "play": self.hand.state}

    def greeting(self, seat: Seat) -> str:
        """The first message to this watcher, and another one when another character plays."""
        return news("hello", {**self.hello, **(self.aired() if seat.own else {})})

    @property
    def label(self) -> bool:
        """Whether "AI生成" stands on pictures that leave the page: the character shows a real person."""
        return bool(self._hello.get("label"))

    @property
    def name(self) -> str:
        """Of the character that plays."""
        return str(self._hello.get("character", "mien"))

    def choose(self, name: str) -> None:
        """Let another character play, in its own colours and temper; every watcher is told. It may take a second.

        Raises PeerError when there is none of this name, SettingsError or WeightsError when it cannot be played: then
        the one before goes on.
        """
        if self.troupe is None:
            raise PeerError("character: this studio plays one alone")
        self.play(self.troupe.role(name))
        self.chosen()
        for seat in self._seats:
            seat.tell(self.greeting(seat))

    def play(self, role: Role) -> None:
        """This role is played from the next shot on."""
        with self._lock:
            self._hello = {
                "version": VERSION,
                **{key: value for key, value in self._hello.items() if key != "bundle"},
                **role.told,
            }
            self._at_first, self._temper = role.painter, role.temper
            self.session.painter, self.session.temper = role.painter, role.temper

    def retemper(self, settings: Mapping[str, float]) -> None:
        """Let the character take things differently, from now on: settings that are not named are its own.

        Every watcher is told. Raises SettingsError for an unknown setting, and outside its range.
        """
        self.session.temper = tempered(self._temper, settings, "temper")
        self.tell(news("temper", told_temper(self.session.temper)))

    def explain(self, seat: Seat, line: str) -> None:
        """Tell this watcher which words of a line carried its feeling; none where the reader cannot say."""
        reading = self._reader.read(line)
        carriers = explain(self._reader, line, reading.emotion.dominant) if isinstance(self._reader, GivesOdds) else ()
        seat.tell(news("because", [one.as_dict() for one in carriers], line=line))

    def say(self, line: str, policy: str = "") -> None:
        """Let the face feel and say a line; every watcher is told how it was read.

        policy: by which a viewer's line is answered, silently; "" for a line of the character's own. Raises PeerError
        for an unknown one.
        """
        if policy:
            self.lines.policy(policy)
        self.session.put(Say(line, policy))

    def write(self, text: Write) -> None:
        """Take some further characters of a text that one watcher is writing."""
        self.session.put(text)

    def hush(self) -> None:
        """Say no more; what is felt stays."""
        self.session.put(Hush())

    def record(self, seat: Seat, use: str, policy: str = "", consent: bool = False) -> None:
        """Open a watcher's microphone, or say anew what it is for: "speaks", "listens", or "off". policy: by which an
        excited voice is answered that is listened to.

        Raises PeerError for another use, an unknown policy, and without consent.
        """
        answers = self.lines.policy(policy) if policy and use == "listens" else None
        if use == "off":
            self._unrecord(seat)
        else:
            self._microphone.open(seat, use, consent)
            self.directing.listen(answers)

    def _unrecord(self, seat: Seat) -> None:
        if self._microphone.close(seat):
            self.directing.listen(None)

    def hear(self, seat: Seat, data: bytes) -> None:
        """A piece of sound of this watcher's microphone. Raises PeerError when none was opened."""
        self._microphone.hear(seat, data)

    def film(self, seat: Seat, use: str, policy: str = "", consent: bool = False) -> None:
        """Open a watcher's camera, or say anew what it is for: "mirror", "answer" by this policy, or "off".

        "rest": whoever is before it is at rest now.

        Raises PeerError for another use, an unknown policy, and without consent.
        """
        if use not in USES:
            raise PeerError(f"camera: expected {', '.join(USES)}, got {use!r}")
        if use == "off":
            self._webcam.close(seat)
        elif use == "rest":
            self._webcam.rest(seat)
        else:
            self._webcam.open(seat, self.lines.policy(policy) if use == "answer" else None, consent)

    @property
    def senses(self) -> list[dict[str, Any]]:
        """The camera and the microphone of watchers that lead now, as the sources of a show's file that are this
        machine's own."""
        camera = [{"kind": "camera", "number": 0}] if self._webcam.on else []
        use = self._microphone.use
        return [*camera, *([{"kind": "mic", "use": use}] if use is not None else [])]

    @property
    def colours(self) -> dict[str, str]:
        """The colours of the parts that can have others, as #rrggbb."""
        painter = self.session.painter
        return {part: written(one) for part, one in painter.colours.items()} if isinstance(painter, Recolours) else {}

    def recolour(self, colours: Colours) -> None:
        """Give parts other colours, at once; those that are not named have the one that they had at first.

        Every watcher is told. Raises SettingsError where the painter cannot.
        """
        self.session.painter = recoloured(self._at_first, colours, "this character")
        self.tell(news("colours", self.colours))

    def picture(self, seat: Seat, jpeg: bytes) -> None:
        """A picture of this watcher's camera. Raises PeerError when none was opened."""
        self._webcam.show(seat, jpeg)

    @contextmanager
    def watched_by(self, seat: Seat) -> Iterator[None]:
        """Within the block, every shot comes to this seat; at its end, its camera and microphone are closed."""
        with self._lock:
            self._seats = (*self._seats, seat)
            self._gate.keep("watched", True)
        for failure in self.session.supervisor.failures[-_FAILURES:]:
            seat.tell(news("failure", failure.as_dict(), before=True))
        if self._stopped:
            seat.tell(self._stopped)
        try:
            yield
        finally:
            self._webcam.close(seat)
            self._unrecord(seat)
            with self._lock:
                self._seats = tuple(other for other in self._seats if other is not seat)
                self._gate.keep("watched", bool(self._seats))

    def leave(self) -> None:
        """The studio ends: what goes on without end for a watcher ends too. Any thread may call."""
        for seat in self._seats:
            seat.close()

    def keep(self, reason: str, needed: bool) -> None:
        """Let the show go on for this reason though nobody watches, or no longer for it. Any thread may call."""
        self._gate.keep(reason, needed)

    def tell_page(self, text: str) -> None:
        """Tell those who may change the show: the studio's own page."""
        for seat in self._seats:
            if seat.own:
                seat.tell(text)

    def tell(self, text: str) -> None:
        """Tell every watcher."""
        for seat in self._seats:
            seat.tell(text)

    def _heard(self, heard: Heard) -> None:
        self.tell(news("read", heard.reading.as_dict(), final=heard.final))

    def _news(self, item: Failure | Note) -> None:
        if isinstance(item, Failure):
            self.failed(item)
        self.tell(news("note", item.text) if isinstance(item, Note) else news("failure", item.as_dict()))

    def _play(self) -> None:
        """The show's thread: play to the end, and tell whoever watches why it stopped, if it did."""
        failed = self.session.supervisor.attempt(self.session.run)
        if failed is not None:  # for instance weights that do not fit; whoever watches is told
            self._stopped = news("error", f"the show has stopped: {failed}")
            self.tell(self._stopped)

    def __enter__(self) -> Self:
        self._webcam.__enter__()
        self.hand.__enter__()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()
        self._gate.close()
        self._thread.join(timeout=5.0)
        self.hand.__exit__(kind, error, trace)
        self._webcam.__exit__(kind, error, trace)

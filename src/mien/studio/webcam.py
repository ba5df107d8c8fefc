"""The camera of a watcher: its pictures come as JPEG, become cues, and what was seen is told to that watcher alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from mien.face import Face, PeerError
from mien.mood.empathy import Policy
from mien.show import FaceTracker, Mailbox, Session
from mien.show.director import OnePerson, Rests
from mien.studio.directing import Directing
from mien.studio.seat import Seat
from mien.wire.page import error, news

USES = ("mirror", "answer", "off", "rest")
"""What a camera may be for: the character does what the face does, or answers it; "off" closes it, and "rest" says that
the next face is at rest."""

LONGEST_SIDE = 1280
"""Pixels of a picture that are taken; the page sends 480."""


def trackers() -> Callable[[], FaceTracker]:
    """Gives a new tracker at each call; the nets are loaded at the first."""
    analyzer: Any = None

    def fresh() -> FaceTracker:
        nonlocal analyzer
        from mien.sense.sight import SightAnalyzer, Tracker

        analyzer = analyzer or SightAnalyzer()
        return Tracker(analyzer)

    return fresh


@dataclass(slots=True, eq=False)
class _Camera:
    seat: Seat
    one: OnePerson = field(default_factory=OnePerson)
    tracker: FaceTracker | None = None


class Webcam:
    """Looks through one watcher's camera at a time, the last that was opened, in a thread of its own.

    Pictures are held in memory while they are looked at: room for one, newest wins. session: whose director takes the
    faces. directing: is told what the camera is for. open_tracker: gives who follows the faces of one camera.
    """

    def __init__(self, session: Session, directing: Directing, open_tracker: Callable[[], FaceTracker]) -> None:
        self._session, self._directing, self._open_tracker = session, directing, open_tracker
        self._camera: _Camera | None = None
        self._mailbox: Mailbox[tuple[_Camera, float, bytes]] = Mailbox(self._look, "mien eye")

    @property
    def on(self) -> bool:
        """Whether a watcher's camera leads."""
        return self._camera is not None

    def open(self, seat: Seat, policy: Policy | None, consent: bool) -> None:
        """This watcher's camera leads from now on: mirrored, or answered by a policy. Another's is closed.

        Raises PeerError without consent: then no face is read.
        """
        if not consent:
            raise PeerError("camera: reading a person's face needs consent; expected consent: true")
        before = self._camera
        if before is not None and before.seat is not seat:
            self.close(before.seat, "taken")
        tracker = before.tracker if before is not None and before.seat is seat else None
        self._directing.film(policy)
        self._camera = camera = _Camera(seat, tracker=tracker)
        self._mailbox.put((camera, 0.0, b""))  # the nets load while the browser opens the camera
        seat.tell(news("camera", "mirror" if policy is None else "answer"))

    def close(self, seat: Seat, why: str = "") -> None:
        """This watcher's camera, if it is the one, is closed: the face relaxes. why: "taken" by another watcher."""
        if self._camera is not None and self._camera.seat is seat:
            self._camera = None
            self._directing.unfilm()
            seat.tell(news("camera", "off", why=why))

    def rest(self, seat: Seat) -> None:
        """Whoever is before this watcher's camera rests in the next picture. Raises PeerError when none is open."""
        camera = self._camera
        if camera is None or camera.seat is not seat:
            raise PeerError('camera: "rest" came before a camera was opened')
        measuring: tuple[object, ...] = (camera.tracker, self._directing.leads)
        for one in measuring:
            if isinstance(one, Rests):
                one.rest()

    def show(self, seat: Seat, jpeg: bytes) -> None:
        """A picture of this watcher's camera. Raises PeerError when none was opened, with consent."""
        camera = self._camera
        if camera is None or camera.seat is not seat:
            raise PeerError('a picture came before a camera was opened; expected {"camera": "mirror", "consent": true}')
        self._mailbox.put((camera, time.perf_counter(), jpeg))

    def _look(self, item: tuple[_Camera, float, bytes]) -> None:
        """Look at one picture; what goes wrong is told to the watcher, and the next one is looked at."""
        camera, came, jpeg = item
        if camera is not self._camera:
            return
        failed = self._session.supervisor.attempt(lambda: self._see(camera, came, jpeg))
        if failed is not None:
            camera.seat.tell(error(failed))

    def _see(self, camera: _Camera, came: float, jpeg: bytes) -> None:
        """Decode one picture, follow the face in it, and tell its watcher."""
        begun = time.perf_counter()
        if camera.tracker is None:
            camera.tracker = self._open_tracker()
        if not jpeg:
            return
        faces = camera.tracker.see(decoded(jpeg), came)
        face = camera.one.of(faces)
        self._session.see([] if face is None else [face])
        took = round((time.perf_counter() - begun) * 1e3, 1)
        camera.seat.tell(news("saw", {**as_dict(face), "faces": len(faces), "ms": took}))

    def __enter__(self) -> Self:
        self._mailbox.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._camera = None
        self._mailbox.__exit__(kind, error, trace)


def decoded(jpeg: bytes) -> NDArray[np.uint8]:
    """(height, width, 3) RGB. Raises PeerError when it is no whole JPEG, or too large."""
    try:
        height, width, *_ = simplejpeg.decode_jpeg_header(jpeg)
        if max(height, width) > LONGEST_SIDE:  # asked before it is unpacked: a small file may hold a huge picture
            raise PeerError(
                f"a camera's picture: expected at most {LONGEST_SIDE} pixels a side, got {width} x {height}"
            )
        return np.asarray(simplejpeg.decode_jpeg(jpeg, colorspace="RGB"), np.uint8)
    except ValueError as error:
        raise PeerError(f"a picture: expected a whole JPEG, got {len(jpeg)} bytes ({error})") from error


def as_dict(face: Face | None) -> dict[str, Any]:
    """What the page is told of a face: where it is, in units of the picture, and what it seems to feel."""
    if face is None:
        return {"face": False}
    return {
        "face": True,
        "box": [round(value, 4) for value in face.box],
        "points": [[round(float(x), 4), round(float(y), 4)] for x, y in face.landmarks.points],
        "feelings": {name: round(value, 3) for name, value in face.felt.items()},
        "dominant": face.dominant,
    }

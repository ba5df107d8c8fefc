"""The camera of a watcher: its pictures come as JPEG, become cues, and what was seen is told to that watcher alone."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from mien.face import Cue, Face, MienError, PeerError
from mien.mood.empathy import Audience, Policy
from mien.show.eye import FaceTracker, Latest
from mien.show.facing import Answering, Facing, Mirroring, One
from mien.studio.seat import Seat

USES = ("mirror", "answer", "off")
"""What a camera may be for: the character does what the face does, or answers it; "off" closes it."""

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
    facing: Facing
    one: One = field(default_factory=One)
    eyes: FaceTracker | None = None


class Eye:
    """Looks through one watcher's camera at a time, the last that was opened, in a thread of its own.

    Pictures are held in memory while they are looked at: room for one, newest wins. open_eyes: gives who follows the
    faces of one camera. put: takes the cues. now: the show's time in seconds.
    """

    def __init__(
        self, open_eyes: Callable[[], FaceTracker], put: Callable[[Cue], None], now: Callable[[], float]
    ) -> None:
        self._open_eyes, self._put, self._now = open_eyes, put, now
        self._camera: _Camera | None = None
        self._latest: Latest[tuple[_Camera, float, bytes]] = Latest(self._look, "mien eye")

    @property
    def answering(self) -> Answering | None:
        """What answers the face and the lines together, while a camera is open for that."""
        camera = self._camera
        return camera.facing if camera is not None and isinstance(camera.facing, Answering) else None

    def open(self, seat: Seat, policy: Policy | None, consent: bool) -> None:
        """This watcher's camera leads from now on: mirrored, or answered by a policy. Another's is closed.

        Raises PeerError without consent: then no face is read.
        """
        if not consent:
            raise PeerError("camera: reading a person's face needs consent; expected consent: true")
        before = self._camera
        if before is not None and before.seat is not seat:
            self.close(before.seat, "taken")
        facing = Mirroring() if policy is None else Answering(Audience(policy, consent=["face"] if consent else []))
        eyes = before.eyes if before is not None and before.seat is seat else None
        self._camera = camera = _Camera(seat, facing, eyes=eyes)
        self._latest.put((camera, 0.0, b""))  # the nets load while the browser opens the camera
        seat.tell(json.dumps({"camera": "mirror" if policy is None else "answer"}))

    def close(self, seat: Seat, why: str = "") -> None:
        """This watcher's camera, if it is the one, is closed: the face relaxes. why: "taken" by another watcher."""
        if self._camera is not None and self._camera.seat is seat:
            self._camera = None
            seat.tell(json.dumps({"camera": "off", "why": why}))

    def show(self, seat: Seat, jpeg: bytes) -> None:
        """A picture of this watcher's camera. Raises PeerError when none was opened, with consent."""
        camera = self._camera
        if camera is None or camera.seat is not seat:
            raise PeerError('a picture came before a camera was opened; expected {"camera": "mirror", "consent": true}')
        self._latest.put((camera, time.perf_counter(), jpeg))

    def _look(self, item: tuple[_Camera, float, bytes]) -> None:
        camera, came, jpeg = item
        if camera is not self._camera:
            return
        try:
            begun = time.perf_counter()
            if camera.eyes is None:
                camera.eyes = self._open_eyes()
            if not jpeg:
                return
            faces = camera.eyes.see(decoded(jpeg), came)
            face = camera.one.of(faces)
            for cue in camera.facing.saw(self._now(), [] if face is None else [face]):
                self._put(cue)
            news: dict[str, Any] = {
                "saw": {**told(face), "faces": len(faces), "ms": round((time.perf_counter() - begun) * 1e3, 1)}
            }
        except MienError as error:
            news = {"error": str(error)}
        camera.seat.tell(json.dumps(news))

    def __enter__(self) -> Self:
        self._latest.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._camera = None
        self._latest.__exit__(kind, error, trace)


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


def told(face: Face | None) -> dict[str, Any]:
    """What the page is told of a face: where it is, in units of the picture, and what it seems to feel."""
    if face is None:
        return {"face": False}
    return {
        "face": True,
        "box": [round(value, 4) for value in face.box],
        "points": [[round(float(x), 4), round(float(y), 4)] for x, y in face.landmarks.points],
        "feelings": {name: round(value, 3) for name, value in face.emotion.as_dict().items()},
        "dominant": face.emotion.dominant,
    }

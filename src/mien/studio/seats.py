"""What all watchers get of each moment."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from mien.face import Colour, Shot, Sound
from mien.sinks import Unopened, stamped
from mien.wire import jpeg, pack, pack_numbers, pack_sound
from mien.wire.page import news

if TYPE_CHECKING:
    from mien.studio.stage import Stage

_FELT_EVERY = 0.1  # seconds between two reports of the mixture of feelings
_STATS_EVERY = 0.5  # seconds between two reports of the speed


class Seats(Unopened):
    """The sink that serves everyone who watches: the frame, packed or as the numbers it is painted from, the voice, and
    now and then what is felt and how fast it goes."""

    live = False  # a seat is a mailbox already

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._done: deque[tuple[float, float]] = deque(maxlen=240)  # when a shot was done, and what it took
        self._busy = False
        self._felt = self._stats = float("-inf")

    @property
    def needs_frame(self) -> bool:
        """Whether anybody wants painted frames: pages that paint by themselves cost the studio no painting."""
        return any(seat.wants != "numbers" for seat in self._stage.seats)

    def put(self, shot: Shot) -> None:
        seats, clock = self._stage.seats, self._stage.session.clock
        self._stage.hand.moment(shot)
        numbers = pack_numbers(shot.expression)
        wants = [seat.wants for seat in seats]  # a seat may come to want something else meanwhile
        frame = pack(shot.frame) if shot.frame is not None and not {"frames", "both"}.isdisjoint(wants) else None
        jpegs: dict[Colour, bytes] = {}  # one for each ground, however many watch
        for seat, want in zip(seats, wants, strict=True):
            if want == "jpeg" and shot.frame is not None:
                if seat.ground not in jpegs:
                    jpegs[seat.ground] = jpeg(stamped(shot.frame) if self._stage.label else shot.frame, seat.ground)
                seat.show(jpegs[seat.ground])
            elif want == "numbers":
                seat.show(numbers)
            elif frame is not None:
                seat.show(*((numbers, frame) if want == "both" else (frame,)))
        if shot.t >= self._felt + _FELT_EVERY:
            self._felt = shot.t
            self._stage.tell(news("felt", {name: round(value, 3) for name, value in shot.emotion.as_dict().items()}))
        busy = self._stage.lines.busy > shot.t
        if busy != self._busy:
            self._busy = busy
            self._stage.tell(news("busy", busy))
        done = clock.now()
        self._done.append((done, done - clock.ticked))
        if shot.t >= self._stats + _STATS_EVERY and len(self._done) > 1:
            self._stats = shot.t
            self._tell_speed(done)

    def _tell_speed(self, now: float) -> None:
        """How fast it went in the last two seconds; ms: from a tick to its shot, the last, half and 95 of 100."""
        recent = [one for one in self._done if one[0] > now - 2.0]
        span = recent[-1][0] - recent[0][0]
        half, most = np.percentile([took for _, took in recent], [50, 95]) * 1e3
        seats = self._stage.seats
        self._stage.tell(news("stats", {
            "fps": round((len(recent) - 1) / span, 1) if span > 0.0 else 0.0,
            "ms": round(recent[-1][1] * 1e3, 1), "p50": round(float(half), 1), "p95": round(float(most), 1),
            "skipped": self._stage.session.clock.skipped, "watchers": len(seats),
            "outside": sum(not seat.own for seat in seats), "dropped": sum(seat.dropped for seat in seats),
        }))  # fmt: skip

    def hear(self, sound: Sound) -> None:
        packed = pack_sound(sound)
        for seat in self._stage.seats:
            if seat.hears:
                seat.tell(packed)

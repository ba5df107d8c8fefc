"""How much one server does for its clients."""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import isfinite

from mien.face import SettingsError


@dataclass(frozen=True, slots=True)
class Limits:
    """What is refused beyond; every number is above 0.

    sessions, watchers: at once, of the server and of one session. idle: seconds until a session that nobody watches or
    cues is closed. voices: sessions with a voice, and with a brain, each with a thread of its own; painted: those with
    frames, each with memory of its own. size: pixels a side of what is painted. fps: of a session and a clip.
    characters, lines: of a line, and lines of a request. seconds: of a clip and of a sound. work: pixels times frames
    of a clip. bytes: of a picture or a sound; pixels: of a picture. jobs, waiting: clips, pictures and sounds worked on
    at once, and those that wait. rate, burst: requests a second of one client, and how many at once. cues: a second in
    one session, of one socket.

    Raises SettingsError.
    """

    sessions: int = 256
    watchers: int = 4
    idle: float = 300.0
    voices: int = 8
    painted: int = 32
    size: int = 1024
    fps: int = 60
    characters: int = 2_000
    lines: int = 20
    seconds: float = 60.0
    work: int = 300_000_000
    bytes: int = 16_000_000
    pixels: int = 24_000_000
    jobs: int = 2
    waiting: int = 8
    rate: float = 50.0
    burst: float = 100.0
    cues: float = 30.0

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if not (isfinite(value) and value > 0):
                raise SettingsError(f"Limits.{one.name}: expected a number above 0, got {value!r}")


class Bucket:
    """Lets `rate` things a second pass, `burst` of them at once. Not for several threads."""

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate, self._burst, self._left, self._then = rate, burst, burst, now

    def take(self, now: float) -> float:
        """0 when one more may pass now, in seconds; else the seconds until one may."""
        self._left = min(self._burst, self._left + (now - self._then) * self._rate)
        self._then = now
        if self._left < 1.0:
            return (1.0 - self._left) / self._rate
        self._left -= 1.0
        return 0.0

    @property
    def full(self) -> float:
        """Seconds after its last use until it is as new."""
        return (self._burst - self._left) / self._rate

"""Fakes for tests, ours and those of plug-in authors: a painter, a reader, sinks and a clock that need
nothing.

Owns: small stand-ins that keep the promises of the seams (`mien.paint.Painter`, `mien.sources.Source`,
`mien.sinks.Sink`, `mien.voice.Voice` and the servers behind it, the reader that `mien.show.script` takes), the servers
of live rooms, and programs that faces are sent to and come from; all can be looked into. Beside them a free port and a
browser. Never imported by the rooms themselves.
"""

from mien.testing import packets
from mien.testing.audio import FakeAudio
from mien.testing.engines import FAULTS, FakeEngine, tone
from mien.testing.fakes import (
    FailingSink,
    FakeClock,
    FakePainter,
    FakeReader,
    FakeVoice,
    FakeWaits,
    ListSink,
    ListSource,
    StepClock,
    mumble,
)
from mien.testing.known_rooms import FakeBilibili, FakeTwitch, FakeYouTube, gift_v2
from mien.testing.machine import chromium, free_port
from mien.testing.minds import MIND_FAULTS, FakeMind
from mien.testing.rooms import ROOM_FAULTS, FakeRoom
from mien.testing.studios import FakeObs, FakeVTubeStudio
from mien.testing.virtualcam import FakePyvirtualcam

__all__ = [
    "FAULTS",
    "MIND_FAULTS",
    "ROOM_FAULTS",
    "FailingSink",
    "FakeAudio",
    "FakeBilibili",
    "FakeClock",
    "FakeEngine",
    "FakeMind",
    "FakeObs",
    "FakePainter",
    "FakePyvirtualcam",
    "FakeReader",
    "FakeRoom",
    "FakeTwitch",
    "FakeVTubeStudio",
    "FakeVoice",
    "FakeWaits",
    "FakeYouTube",
    "ListSink",
    "ListSource",
    "StepClock",
    "chromium",
    "free_port",
    "gift_v2",
    "mumble",
    "packets",
    "tone",
]

"""Fakes for tests, ours and those of plug-in authors: a painter, a reader, sinks and a clock that need
nothing.

Owns: small stand-ins that keep the promises of the seams (`mien.paint.Painter`, `mien.sources.Source`,
`mien.sinks.Sink`, `mien.voice.Voice` and the servers behind it, the reader that `mien.show.script` takes) and can be
looked into; programs that faces are sent to and come from. Never imported by the rooms themselves.
"""

from mien.testing import packets
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
from mien.testing.studios import FakeObs, FakeVTubeStudio

__all__ = [
    "FAULTS",
    "FailingSink",
    "FakeClock",
    "FakeEngine",
    "FakeObs",
    "FakePainter",
    "FakeReader",
    "FakeVTubeStudio",
    "FakeVoice",
    "FakeWaits",
    "ListSink",
    "ListSource",
    "StepClock",
    "mumble",
    "packets",
    "tone",
]

"""Fakes for tests, ours and those of plug-in authors: a painter, a reader, sinks and a clock that need
nothing.

Owns: small stand-ins that keep the promises of the seams (`mien.paint.Painter`, `mien.sources.Source`,
`mien.sinks.Sink`, `mien.voice.Voice` and the servers behind it, the reader that `mien.show.script` takes) and can be
looked into. Never imported by the rooms themselves.
"""

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
from mien.testing.minds import MIND_FAULTS, FakeMind

__all__ = [
    "FAULTS",
    "MIND_FAULTS",
    "FailingSink",
    "FakeClock",
    "FakeEngine",
    "FakeMind",
    "FakePainter",
    "FakeReader",
    "FakeVoice",
    "FakeWaits",
    "ListSink",
    "ListSource",
    "StepClock",
    "mumble",
    "tone",
]

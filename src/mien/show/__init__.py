"""The performance: cues meet the clock, the mood moves, the painter paints, the sinks get their shots.

Owns: `Inbox`, the clocks, the one loop (`perform`, `painted`, `run`) that serves a live show and a file
alike, and how chat lines become a timed `Script`. Never understands a text, never draws, never opens a file,
a window or a socket.
"""

from mien.show.clock import Metronome, Ticker
from mien.show.compose import peak, played
from mien.show.inbox import Inbox
from mien.show.perform import Clock, Failure, Report, Timed, painted, perform, run
from mien.show.script import Line, Reaction, Script, Speak, react, script
from mien.show.watch import watch

__all__ = [
    "Clock",
    "Failure",
    "Inbox",
    "Line",
    "Metronome",
    "Reaction",
    "Report",
    "Script",
    "Speak",
    "Ticker",
    "Timed",
    "painted",
    "peak",
    "perform",
    "played",
    "react",
    "run",
    "script",
    "watch",
]

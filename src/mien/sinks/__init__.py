"""Where shots go: video files, animated pictures, numbered stills, or nowhere.

Owns the only code that writes to the world, and the label that says a picture was generated. Every file
appears whole or not at all. Never paints, never reads a clock, never decides what is shown.
"""

from mien.sinks.sink import SOFT, HearsSound, Output, Reaches, Sink, Unopened, names, open_sink, sink_for, sink_maker
from mien.sinks.stamp import labelled, stamped
from mien.sinks.subtitles import write_subtitles

__all__ = [
    "SOFT",
    "HearsSound",
    "Output",
    "Reaches",
    "Sink",
    "Unopened",
    "labelled",
    "names",
    "open_sink",
    "sink_for",
    "sink_maker",
    "stamped",
    "write_subtitles",
]

"""A chat is watched: its lines become the cues of a face that reacts to all of them together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mien.face import Cue, Directed
from mien.mood.empathy import Audience
from mien.sense import Reads
from mien.show.script import AFTER, CHAT, Line, Script
from mien.sources import ChatLine

_TICK: Final = 1.0 / 30.0
_GLANCE_EACH, _GLANCE = 2.8, 0.8  # seconds: the eyes go to the chat this often, and stay there this long
_SHOWN = 3.0  # how long a line is shown as a subtitle, at most
_READABLE = 1.2  # one subtitle stays at least this long, so a fast chat shows some of its lines


def watch(lines: Iterable[ChatLine], reader: Reads, audience: Audience) -> Script:
    """The performance of somebody who watches this chat and takes it as the audience's policy says.

    Nothing is spoken. The script's lines are those there is time to read: a paid one always, else one each 1.2 seconds.
    """
    cues: list[Cue] = []
    shown: list[Line] = []
    clock, glance = 0.0, 0.3

    def live(until: float) -> None:
        nonlocal clock, glance
        while clock <= until:
            cue = audience.cue(clock)
            if cue is not None:
                cues.append(cue)
            if clock >= glance and len(audience.crowd):
                cues.append(Directed(clock, CHAT, hold=_GLANCE))
                glance = clock + _GLANCE_EACH
            clock += _TICK

    last = 0.0
    for line in lines:
        live(line.t)
        reading = reader.read(line.text)
        audience.hear(line.t, reading.emotion, reading.confidence, line.author, line.worth)
        last = line.t
        if line.text.strip() and (line.worth > 0.0 or not shown or line.t >= shown[-1].start + _READABLE):
            if shown:
                before = shown[-1]
                shown[-1] = Line(before.reading, before.start, min(before.end, line.t), before.peak)
            shown.append(Line(reading, line.t, line.t + _SHOWN, line.t + audience.policy.delay + 1.0))
    live(last + AFTER)
    return Script(tuple(cues), last + 2.0 * AFTER, tuple(shown))

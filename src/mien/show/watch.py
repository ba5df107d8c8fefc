"""A chat is watched: its lines become the cues of a face that reacts to all of them together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mien.face import Cue
from mien.mood.empathy import Audience
from mien.sense import Reads
from mien.show.director import AnswerDirector, LineReader
from mien.show.script import AFTER, Line, Script
from mien.sources import ChatLine, Support

_SHOWN: Final = 3.0  # ours, seconds: how long a line is shown as a subtitle, at most
_READABLE: Final = 1.2  # ours, seconds: one subtitle stays at least so long, so a fast chat shows some of its lines


def watch(lines: Iterable[ChatLine | Support], reader: Reads, audience: Audience) -> Script:
    """The performance of somebody who watches this chat and takes it as the audience's policy says.

    Nothing is spoken. The script's lines are those there is time to read: a paid one always, else one each 1.2 seconds.
    """
    director = AnswerDirector(audience, LineReader(reader))
    cues: list[Cue] = []
    shown: list[Line] = []
    last = 0.0
    for line in lines:
        cues.extend(director.due(line.t))
        reading = reader.read(line.text)
        if isinstance(line, Support):
            director.support(line, reading if line.text else None, line.t)
            paid = audience.thanks.row(line.kind).at_once
        else:
            director.hear(line, reading, line.t)
            paid = line.worth > 0.0
        last = line.t
        if line.text.strip() and (paid or not shown or line.t >= shown[-1].start + _READABLE):
            if shown:
                before = shown[-1]
                shown[-1] = Line(before.reading, before.start, min(before.end, line.t), before.peak)
            shown.append(Line(reading, line.t, line.t + _SHOWN, line.t + audience.policy.delay + 1.0))
    cues.extend(director.due(last + AFTER))
    return Script(tuple(cues), last + 2.0 * AFTER, tuple(shown))

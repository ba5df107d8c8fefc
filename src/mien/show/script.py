"""From chat lines to a timed performance: look at the chat, feel, speak, let it sink in, the next one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil
from typing import Final

from mien.face import Cue, Directed, Felt, Sound, Spoke, Viseme
from mien.mood.empathy import Policy
from mien.sense import Reading, Reads
from mien.sense.speech import visemes
from mien.show.voicing import LEAD, Say

Speak = Callable[[str, str], tuple[Viseme, ...]]
"""(text, language) -> the mouth shapes of saying it, from second 0."""

# Seconds. The face is ahead of the voice: an expression starts before the words it belongs to.
BREATH: Final = 0.32  # from the feeling to the first word
SINK_IN: Final = 0.9  # the feeling holds this long after the last word
SILENT: Final = 1.5  # a line with nothing to say is felt this long
_LONGEST_HOLD = {"surprised": 2.4}  # nobody stays surprised through a whole sentence
_PAUSE = 0.55  # between two lines
_BLANK = 0.5  # a blank line is a beat of silence
_GLANCE, _GLANCE_CHAR, _GLANCE_MOST = 0.35, 0.012, 0.9  # a look at the chat: at least, a character, at most
CHAT: Final = (("gaze_x", 0.26), ("gaze_y", -0.06), ("yaw", 0.07))  # the chat scrolls by at the picture's right
AFTER: Final = 1.6  # the last feeling is seen to fade


@dataclass(frozen=True, slots=True)
class Reaction:
    """What one line does to the face: the cues, when it is over, when the face shows it best (seconds); its sound."""

    cues: tuple[Cue, ...]
    end: float
    peak: float
    sounds: tuple[Sound, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a script: how it was read, from when to when it plays, and when the face shows it best."""

    reading: Reading
    start: float
    end: float
    peak: float

    @property
    def text(self) -> str:
        """The line as it came."""
        return self.reading.text


@dataclass(frozen=True, slots=True)
class Script:
    """A performance on paper: cues in the order of their time, its seconds, its lines without blank ones, its sound."""

    cues: tuple[Cue, ...]
    seconds: float
    lines: tuple[Line, ...]
    sounds: tuple[Sound, ...] = ()

    @property
    def subtitles(self) -> tuple[tuple[float, float, str], ...]:
        """(start, end, text) of every line, as `mien.sinks.write_subtitles` takes them."""
        return tuple((line.start, line.end, line.text) for line in self.lines)

    def frames(self, fps: float) -> int:
        """How many frames the performance has at this frame rate."""
        return max(1, ceil(self.seconds * fps - 1e-6))


def held(reading: Reading, seconds: float) -> float:
    """For how long a line's feeling is held that would be for these seconds."""
    return min(seconds, _LONGEST_HOLD.get(reading.emotion.dominant, seconds))


def react(
    reading: Reading,
    t: float,
    speak: Speak = visemes,
    policy: Policy | None = None,
    utterance: str = "",
    say: Say | None = None,
) -> Reaction:
    """How the character takes a line at t: it feels it at once and, a breath later, says it.

    With a policy the line is a viewer's: it is answered with the policy's feeling, after its delay, and not said.
    utterance: as in `Felt`. say: gives the line a voice, whose mouth shapes and length are kept to; what it raises goes
    through.
    """
    if policy is not None:
        end = t + policy.delay + SILENT
        own = policy.answer(reading.emotion)
        return Reaction((Felt(t + policy.delay, own, hold=SILENT),), end, end - 0.4)
    speech = say(reading) if say is not None else None
    shapes = speak(reading.text, reading.language) if speech is None else speech.visemes
    spoken = max((shape.start + shape.seconds for shape in shapes), default=0.0)
    spoken = spoken if speech is None else max(spoken, speech.seconds)
    said = t + BREATH + spoken if spoken else t + SILENT - SINK_IN
    end = said + SINK_IN
    hold = held(reading, end - t)
    cues: tuple[Cue, ...] = (Felt(t, reading.emotion, hold, utterance),)
    if shapes:
        cues = (*cues, Spoke(t + BREATH - (LEAD if speech is not None else 0.0), shapes))
    sounds = () if speech is None else tuple(speech.pieces(t + BREATH))
    return Reaction(cues, end, min(said + 0.45, t + hold - 0.1), sounds)


def script(
    lines: Iterable[str],
    reader: Reads,
    speak: Speak = visemes,
    start: float = 0.5,
    policy: Policy | None = None,
    say: Say | None = None,
) -> Script:
    """The performance of these lines, one after another.

    Before each line the eyes go to the chat for as long as a glance takes; then the feeling comes, a breath
    later the words, and it holds a moment after them. start: seconds of idle life before the first glance, >=
    0. policy, say: as in `react`.
    """
    cues: list[Cue] = []
    played: list[Line] = []
    sounds: list[Sound] = []
    t = start
    for text in lines:
        if not text.strip():
            t += _BLANK
            continue
        glance = min(_GLANCE_MOST, _GLANCE + _GLANCE_CHAR * len(text))
        cues.append(Directed(t, CHAT, hold=glance))
        t += glance
        reading = reader.read(text)
        reaction = react(reading, t, speak, policy, say=say)
        sounds.extend(reaction.sounds)
        cues.extend(reaction.cues)
        played.append(Line(reading, t, reaction.end, reaction.peak))
        t = reaction.end + _PAUSE
    seconds = (played[-1].end if played else t) + AFTER
    return Script(tuple(cues), seconds, tuple(played), tuple(sounds))

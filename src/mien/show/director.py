"""From what happens to cues: lines that are said or answered, texts that are being written, faces before a camera."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from math import ceil, inf, nextafter
from threading import RLock
from typing import Final, Protocol, runtime_checkable

from mien.face import Cue, Directed, Emotion, Face, Felt, PeerError, Saw, Spoke
from mien.mood.empathy import Audience, Policy, Sensed
from mien.sense import Heard, Listening, Reading, Reads
from mien.show.script import CHAT, react
from mien.show.speaker import Speaker
from mien.sources import ChatLine, Hush, Say, Support, Write

NOTICE = (
    "The camera's pictures are read for faces alone: key points, muscles, and an estimate of the expression, "
    "which is not what anybody feels.",
    "All of it happens on this machine; no picture is stored or sent on.",
    "Tell everyone who may be seen that expressions are read here (EU AI Act, Art. 50), "
    "and let nobody's face drive the character without their consent.",
)
"""What whoever opens a camera is told before; the studio's page says it in three languages (static/words.js)."""

HEARD = (
    "The microphone's sound is listened to for the mouth, for whether somebody speaks, and for how loud and how high; "
    "words are not understood, and nobody is recognised.",
    "All of it happens on this machine; no sound is stored, unless you keep a film with sound, and none is sent on.",
    "Tell everyone who may be heard that a program listens here and may answer how excited a voice sounds "
    "(EU AI Act, Art. 50), and let nobody's voice drive the character without their consent.",
)
"""What whoever opens a microphone is told before; the studio's page says it in three languages too."""

LOOKS: Final = 60
"""Looks at the audience a second, whatever the frame rate: as often as the mood moves on."""

_GLANCE_FIRST, _GLANCE_EACH, _GLANCE = 0.3, 2.8, 0.8  # ours, seconds: eyes go to a chat this often, and stay this long
_GUESS_HOLDS = 1.5  # ours, seconds that the feeling of an unfinished sentence is held
_ROUNDING = 1e-6  # of a look
_MOST_BEHIND = 30.0  # ours, seconds that sentences may wait for their turn

Spoken = ChatLine | Support | Say | Write | Hush


class Director(Protocol):
    """The seam: what happens becomes cues. Any thread may call."""

    def take(self, line: Spoken, t: float) -> Iterable[Cue]:
        """The cues of something written or said, which comes at t, in seconds on the show's clock."""
        ...

    def see(self, faces: Sequence[Face], t: float) -> Iterable[Cue]:
        """The cues of one picture's faces, seen at t."""
        ...

    def due(self, t: float) -> Iterable[Cue]:
        """The cues that time brings by t; asked at each tick of the show, before its shot."""
        ...


@runtime_checkable
class Rests(Protocol):
    """Whoever measures a face against the same person's resting face."""

    def rest(self) -> None:
        """The next face is at rest. Any thread may call."""
        ...


@runtime_checkable
class Senses(Protocol):
    """Whoever takes what is sensed of a person beside their face."""

    def sense(self, sensed: Sensed) -> None:
        """A voice sounds like this. Any thread may call."""
        ...


class OnePerson:
    """Chooses one person: the largest face at first, then the same one while it is followed."""

    def __init__(self) -> None:
        self._who = -1

    def of(self, faces: Sequence[Face]) -> Face | None:
        """That person's face, None when there are no faces."""
        if not faces:
            return None
        face = max(faces, key=lambda one: (one.id == self._who, one.box[2]))
        self._who = face.id
        return face


class LineReader:
    """Reads lines and texts for one face: what it says itself, and viewers' lines that are answered one by one.

    policies: by which viewers' lines may be answered, by name. heard: is told how everything was read. speaker: says
    its own lines aloud; the session has to have it too.
    """

    def __init__(
        self,
        reader: Reads,
        policies: Mapping[str, Policy] | None = None,
        heard: Callable[[Heard], None] = lambda _: None,
        speaker: Speaker | None = None,
    ) -> None:
        self._reader, self._policies, self._heard, self._speaker = reader, policies or {}, heard, speaker
        self._listening: dict[str, Listening] = {}
        self._sentences = 0
        self._free = 0.0  # when the last sentence will have been said
        self._busy = 0.0

    @property
    def busy(self) -> float:
        """Until when a line of its own is felt, in seconds: nothing else is answered before."""
        return self._busy if self._speaker is None else max(self._busy, self._speaker.busy)

    def read(self, text: str) -> Reading:
        """How a line is read; whoever listens is told."""
        reading = self._reader.read(text)
        self._heard(Heard(reading, True))
        return reading

    def understand(self, text: str) -> Reading:
        """How a line is read; nobody is told."""
        return self._reader.read(text)

    def policy(self, name: str) -> Policy:
        """Raises PeerError when there is none of this name."""
        if name not in self._policies:
            raise PeerError(f"no policy {name!r}; there are: {', '.join(self._policies) or 'none'}")
        return self._policies[name]

    def say(self, line: Say, t: float) -> list[Cue]:
        """A line is felt and said at once, or answered. Raises PeerError for an unknown policy."""
        policy = self.policy(line.answer) if line.answer else None
        reading = self.read(line.text)
        if policy is None and self._speaker is not None:
            return self._speaker.say(reading, t)
        reaction = react(reading, t, policy=policy)
        self._busy = reaction.end if policy is None else self._busy
        return list(reaction.cues)

    def hush(self, t: float) -> list[Cue]:
        """What is being said stops, and what was to be said is left out; the feeling stays."""
        self._free = self._busy = t
        return [Spoke(t, ())] if self._speaker is None else self._speaker.hush(t)

    def write(self, text: Write, t: float) -> list[Cue]:
        """A text goes on: what it feels like so far is shown, a sentence that has ended is said in its turn."""
        listening = self._listening.setdefault(text.writer, Listening(self._reader))
        cues: list[Cue] = []
        heard = [*listening.feed(text.text), *(listening.close() if text.end else ())]
        for one in heard:
            self._heard(one)
            sentence = f"sentence {self._sentences}"
            if one.withdrawn:  # it was thinking: what is being said of it stops
                cues += self.hush(t)
            if not one.final:
                cues.append(Felt(t, one.reading.emotion, _GUESS_HOLDS, sentence))
                continue
            self._sentences += 1
            if self._speaker is not None:
                cues += self._speaker.say(one.reading, t, sentence, at_once=False)
                continue
            reaction = react(one.reading, max(t, self._free), utterance=sentence)
            self._free = self._busy = min(reaction.end, t + _MOST_BEHIND)
            cues.extend(reaction.cues)
        if text.end:
            del self._listening[text.writer]
        return cues


class MirrorDirector:
    """The character does what one person's face does, and says its own lines.

    The calibration stays when the person is lost and found. While nobody is seen there are no cues, and the mood lets
    the face relax.

    answers: feels what a chat tells and gives beside it, which shows in marks, and in all of the face while nobody is
    seen; eyes and head stay the person's. It may be set at any time; while it is None, a chat is passed over.
    """

    def __init__(self, lines: LineReader | None = None, answers: AnswerDirector | None = None) -> None:
        from mien.sense.sight.mirror import Mirror  # here, for its room loads OpenCV

        self._lines, self._lock, self.answers = lines, RLock(), answers
        self._mirror, self._one, self._last = Mirror(), OnePerson(), 0.0

    def take(self, line: Spoken, t: float) -> list[Cue]:
        """As `Director.take`."""
        answers = self.answers
        if answers is not None:
            return answers.take(line, t)
        with self._lock:
            return _own(self._lines, line, t)

    def see(self, faces: Sequence[Face], t: float) -> tuple[Saw, ...]:
        """What the character does then."""
        face = self._one.of(faces)
        if face is None:
            return ()
        expression = self._mirror(face, t - self._last)
        self._last = t
        return (Saw(t, expression, face.confidence),)

    def rest(self) -> None:
        """The next face is at rest: the character's own rest is measured from there. Any thread may call."""
        self._mirror.rest()

    def sense(self, sensed: Sensed) -> None:
        """A voice is answered beside the mirror, where a chat is."""
        answers = self.answers
        if answers is not None:
            answers.sense(sensed)

    def due(self, t: float) -> tuple[Cue, ...]:
        """What a chat makes it feel."""
        answers = self.answers
        return () if answers is None else tuple(cue for cue in answers.due(t) if not isinstance(cue, Directed))


class AnswerDirector:
    """The character answers what a chat's lines and a person's face tell together, as the audience's policy says, and
    thanks for what is given.

    start: from when on it is asked, in seconds on the show's clock. seen: is told of each viewer's line and gift, and
    how its words were read, in place of who listens to `lines`. Raises ValueError when a face is seen and the audience
    was made without consent to read it.
    """

    def __init__(
        self, audience: Audience, lines: LineReader, start: float = 0.0,
        seen: Callable[[ChatLine | Support, Reading | None], None] | None = None,
    ) -> None:  # fmt: skip
        self._audience, self._lines, self._lock, self._one = audience, lines, RLock(), OnePerson()
        self._seen = seen
        self._looks, self._glance = ceil(start * LOOKS - _ROUNDING), start + _GLANCE_FIRST
        self._cues: list[Cue] = []  # that nobody has asked for yet

    @property
    def policy(self) -> Policy:
        """By which it answers."""
        return self._audience.policy

    def take(self, line: Spoken, t: float) -> list[Cue]:
        """A viewer's line is heard, and answered when it is due; the character's own is said at once."""
        with self._lock:
            self._look(t)
            match line:
                case ChatLine():
                    reading = self._read(line)
                    if reading is not None:
                        self.hear(line, reading, t)
                    return []
                case Support():
                    self.support(line, self._read(line), t)
                    return []
                case Say(text, answer) if answer == self.policy.name:  # face and line are one viewer's
                    self.hear(ChatLine(t, "", text), self._lines.read(text), t)
                    return []
                case _:
                    return _own(self._lines, line, t)

    def _read(self, line: ChatLine | Support) -> Reading | None:
        """How a viewer's words are read; None where there are none with a gift."""
        wordless = isinstance(line, Support) and not line.text
        if self._seen is None:
            return None if wordless else self._lines.read(line.text)
        reading = None if wordless else self._lines.understand(line.text)
        self._seen(line, reading)
        return reading

    def room(self, t: float) -> tuple[Emotion, str]:
        """What the audience feels at t, and who is being answered alone, "" for all together."""
        with self._lock:
            return self._audience.feeling(t), self._audience.answers

    def hear(self, line: ChatLine, reading: Reading, t: float) -> None:
        """A viewer's line that has been read."""
        with self._lock:
            self._audience.hear(t, reading.emotion, reading.confidence, line.author, line.worth)

    def support(self, given: Support, reading: Reading | None, t: float) -> None:
        """What a viewer gave; reading: of what was written with it, None where nothing was."""
        with self._lock:
            if reading is None:
                self._audience.support(t, given)
            else:
                self._audience.support(t, given, reading.emotion, reading.confidence)

    def see(self, faces: Sequence[Face], t: float) -> tuple[Cue, ...]:
        """Nothing yet: what the face seems to feel is fused with the lines, and answered when it is due."""
        face = self._one.of(faces)
        if face is not None:
            with self._lock:
                self._look(t)
                self._audience.sense(Sensed(t, "face", face.emotion, face.confidence))
        return ()

    def sense(self, sensed: Sensed) -> None:
        """What a voice tells is fused with lines and face, as far as the policy heeds voices; nothing without consent
        to read them."""
        heeds = self.policy.voice
        if heeds > 0.0 and sensed.source in self._audience.consent:
            felt = Emotion.from_vector(sensed.emotion.vector() * heeds)
            with self._lock:
                self._look(sensed.t)
                self._audience.sense(replace(sensed, emotion=felt))

    def due(self, t: float) -> list[Cue]:
        """The answers up to t, and the glances at the chat while there is one."""
        with self._lock:
            self._look(nextafter(t, inf))
            cues, self._cues = self._cues, []
            return cues

    def _look(self, until: float) -> None:
        """Look at the audience as often as there is time for before `until`: what comes then is not seen earlier."""
        if self._audience.silent and not len(self._audience.crowd):  # nobody to answer or to glance at
            self._looks = max(self._looks, int(until * LOOKS))
        while (now := self._looks / LOOKS) < until:  # a whole number of looks: a sum of parts would miss its shot
            cue = self._audience.cue(now) if now >= self._lines.busy else None
            if cue is not None:
                self._cues.append(cue)
            if now >= self._glance and len(self._audience.crowd):
                self._cues.append(Directed(now, CHAT, hold=_GLANCE))
                self._glance = now + _GLANCE_EACH
            self._looks += 1


def _own(lines: LineReader | None, line: Spoken, t: float) -> list[Cue]:
    """The cues of the character's own lines; none of a chat's."""
    if lines is None:
        raise ValueError("this director reads no lines: make it with a LineReader")
    match line:
        case Say():
            return lines.say(line, t)
        case Write():
            return lines.write(line, t)
        case Hush():
            return lines.hush(t)
        case ChatLine() | Support():
            return []

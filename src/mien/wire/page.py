"""What the studio's page and its server say to each other over the WebSocket, as JSON text.

From the page: {"say": …}, {"write": …}, {"hush": …}, {"camera": …}, {"microphone": …}, {"want": …}, {"sound": …},
{"colours": …}, {"character": …}, {"temper": …}, {"explain": …}, {"play": …}, see `play`, and what is in `onair`;
pictures of its camera are binary messages, JPEG, and so is the sound of its microphone, see `sounds`.
To the page: one object each with one key that says what it is about; frames are binary messages, see `frames`, and so
are the numbers that a page paints from, see `numbers`, and the character's voice, see `sounds`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, Literal

from mien.face import PARTS, Colours, PeerError
from mien.face.colour import colour
from mien.files import parse_json
from mien.wire.onair import OnAir, decode_onair
from mien.wire.play import Played, played

VERSION: Final = 1
"""Of this protocol, told in the first message: {"hello": {"version": 1, …}}. It grows when a message changes."""

WANTS: Final = ("frames", "numbers", "both")
"""What a page may want: painted frames, as it gets them at first, the numbers to paint them from, or each frame after
its numbers."""

LONGEST = 10_000
"""Characters of a line that the page may send."""

Kind = Literal[
    "hello", "read", "because", "felt", "busy", "stats", "saw", "camera", "microphone", "colours", "temper", "play",
    "failure", "note", "error", "connections", "chat", "crowd", "film", "hotkeys",
]  # fmt: skip
"""What the page is told: who plays; how a line was read; which of its words carried that; the mixture of feelings;
whether she is saying something; the speed; what its camera saw; whether its camera leads, and its microphone; the
character's colours, and temper; what is played by hand; what failed while the show goes on; what else to know; what was
wrong with its last message, or why the show has stopped; what the studio is connected to, each with its light; what
viewers wrote and gave; what the room feels, and who is answered; what is filmed, and which file is done; what keys of
the keyboard do."""


@dataclass(frozen=True, slots=True)
class Said:
    """A whole line. policy: by which a viewer's line is answered, "" for the character's own."""

    text: str
    policy: str


@dataclass(frozen=True, slots=True)
class Written:
    """Some further characters of a text that is being written; end: it is over."""

    text: str
    end: bool


@dataclass(frozen=True, slots=True)
class Filmed:
    """A camera is opened or closed. use: "mirror", "answer", "off", or "rest": the face before it is at rest now.

    policy: by which a face is answered. consent: to be read.
    """

    use: str
    policy: str
    consent: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """A microphone is opened or closed. use: "speaks", "listens" or "off".

    policy: by which an excited voice is answered, "" for none. consent: to be listened to.
    """

    use: str
    policy: str
    consent: bool


@dataclass(frozen=True, slots=True)
class Hushed:
    """The character is to say no more."""


@dataclass(frozen=True, slots=True)
class Audible:
    """Whether the page plays the character's voice, from now on."""

    on: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the page wants from now on: one of WANTS."""

    what: str


@dataclass(frozen=True, slots=True)
class Coloured:
    """In which colours the character is from now on, whoever watches; parts that are not named, as at first."""

    colours: Colours


@dataclass(frozen=True, slots=True)
class Chosen:
    """Another character is to play, whoever watches."""

    name: str


@dataclass(frozen=True, slots=True)
class Tempered:
    """How the character takes things from now on; settings that are not named, as its own temper says."""

    settings: dict[str, float]


@dataclass(frozen=True, slots=True)
class Asked:
    """The page wants to know which words of this line carried its feeling."""

    line: str


Message = (
    Said | Written | Hushed | Filmed | Recorded | Wanted | Audible | Coloured | Chosen | Tempered | Asked | Played
    | OnAir
)  # fmt: skip
"""Whatever the page may say."""


def decode(message: str) -> Message:
    """What a message says: {"say": "a line", "policy": ""}, {"write": "some tokens", "end": false}, {"hush": true},
    {"camera": "mirror", "policy": "", "consent": true}, {"microphone": "speaks", "policy": "", "consent": true},
    {"want": "numbers"}, {"sound": true}, {"colours": {"hair": "#3355aa"}}, {"character": "momo"},
    {"temper": {"lively": 1.5}}, {"explain": "a line"}, {"play": {"hold": {"jawOpen": 0.4}}}, or one of those in
    `onair`.

    Raises PeerError when it is anything else.
    """
    data = parse_json(message, "message", PeerError)
    if isinstance(data, dict) and (told := decode_onair(data)) is not None:
        return told
    if isinstance(data, dict) and "camera" in data:
        return Filmed(*_opened(data, "camera", "mirror"))
    if isinstance(data, dict) and "microphone" in data:
        return Recorded(*_opened(data, "microphone", "speaks"))
    if isinstance(data, dict) and "hush" in data:
        if data["hush"] is not True:
            raise PeerError(f"hush: expected true, got {data['hush']!r:.80}")
        return Hushed()
    if isinstance(data, dict) and "sound" in data:
        if not isinstance(data["sound"], bool):
            raise PeerError(f"sound: expected true or false, got {data['sound']!r:.80}")
        return Audible(data["sound"])
    if isinstance(data, dict) and "want" in data:
        if data["want"] not in WANTS:
            raise PeerError(f"want: expected {' or '.join(WANTS)}, got {data['want']!r:.80}")
        return Wanted(data["want"])
    if isinstance(data, dict) and "colours" in data:
        return _coloured(data["colours"])
    if isinstance(data, dict) and "character" in data:
        return Chosen(_text(data, "character"))
    if isinstance(data, dict) and "temper" in data:
        return _tempered(data["temper"])
    if isinstance(data, dict) and "explain" in data:
        return Asked(_text(data, "explain"))
    if isinstance(data, dict) and "play" in data:
        return played(data["play"])
    line = data.get("say", data.get("write")) if isinstance(data, dict) else None
    if not isinstance(line, str):
        raise PeerError('expected {"say": "a line"} or {"write": "some tokens", "end": false}')
    end = data.get("end", False)
    if not isinstance(end, bool):
        raise PeerError(f"end: expected true or false, got {end!r}")
    policy = data.get("policy", "")
    if not isinstance(policy, str):
        raise PeerError(f"policy: expected a name, got {policy!r}")
    if not line.strip() and "say" in data:
        raise PeerError("expected a line with something in it, got a blank one")
    if len(line) > LONGEST:
        raise PeerError(f"expected at most {LONGEST} characters, got {len(line)}")
    return Said(line, policy) if "say" in data else Written(line, end)


def _opened(data: dict[str, Any], what: str, such_as: str) -> tuple[str, str, bool]:
    """The use, the policy and the consent of a message about a camera or a microphone. Raises PeerError."""
    use, policy, consent = data[what], data.get("policy", ""), data.get("consent", False)
    if not (isinstance(use, str) and isinstance(policy, str) and isinstance(consent, bool)):
        raise PeerError(f'expected {{"{what}": "{such_as}", "policy": "a name", "consent": true}}')
    return use, policy, consent


def _text(data: dict[str, Any], key: str) -> str:
    """The text under a key. Raises PeerError."""
    told = data[key]
    if not isinstance(told, str) or len(told) > LONGEST:
        raise PeerError(f"{key}: expected a text of at most {LONGEST} characters, got {told!r:.80}")
    return told


def _tempered(told: Any) -> Tempered:
    """The message about the temper. Raises PeerError."""
    good = isinstance(told, dict) and all(type(one) in (int, float) for one in told.values())
    if not good:
        raise PeerError(f'temper: expected {{"lively": 1.5}}, numbers by their settings\' names, got {told!r:.80}')
    return Tempered({name: float(value) for name, value in told.items()})


def _coloured(told: Any) -> Coloured:
    """The message about colours. Raises PeerError."""
    if not isinstance(told, dict) or not set(told) <= set(PARTS):
        raise PeerError(f'colours: expected {{"hair": "#3355aa"}}, of {", ".join(PARTS)}, got {told!r:.80}')
    return Coloured({part: colour(value, PeerError) for part, value in told.items()})


def news(kind: Kind, value: object, **beside: object) -> str:
    """One message to the page. beside: further keys of the same object."""
    return json.dumps({kind: value, **beside}, ensure_ascii=False)


def error(problem: Exception) -> str:
    """The message that tells the page what was wrong."""
    return news("error", str(problem))

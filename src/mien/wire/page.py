"""What the studio's page and its server say to each other over the WebSocket, as JSON text.

From the page: {"say": …}, {"write": …}, {"camera": …}, {"want": …}, {"colours": …}; pictures of its camera are binary
messages, JPEG.
To the page: one object each with one key that says what it is about; frames are binary messages, see `frames`, and so
are the numbers that a page paints from, see `numbers`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, Literal

from mien.face import PARTS, Colours, PeerError
from mien.face.colour import colour
from mien.files import parse_json

VERSION: Final = 1
"""Of this protocol, told in the first message: {"hello": {"version": 1, …}}. It grows when a message changes."""

WANTS: Final = ("frames", "numbers")
"""What a page may want: painted frames, as it gets them at first, or the numbers to paint them from."""

LONGEST = 10_000
"""Characters of a line that the page may send."""

Kind = Literal["hello", "read", "felt", "stats", "saw", "camera", "colours", "failure", "note", "error"]
"""What the page is told: who plays; how a line was read; the mixture of feelings; the speed; what its camera saw;
whether its camera leads; the character's colours; what failed while the show goes on; what else to know; what was wrong
with its last message, or why the show has stopped."""


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
class Wanted:
    """What the page wants from now on: one of WANTS."""

    what: str


@dataclass(frozen=True, slots=True)
class Coloured:
    """In which colours the character is from now on, whoever watches; parts that are not named, as at first."""

    colours: Colours


def decode(message: str) -> Said | Written | Filmed | Wanted | Coloured:
    """What a message says: {"say": "a line", "policy": ""}, {"write": "some tokens", "end": false},
    {"camera": "mirror", "policy": "", "consent": true}, {"want": "numbers"}, or {"colours": {"hair": "#3355aa"}}.

    Raises PeerError when it is anything else.
    """
    data = parse_json(message, "message", PeerError)
    if isinstance(data, dict) and "camera" in data:
        return _filmed(data)
    if isinstance(data, dict) and "want" in data:
        if data["want"] not in WANTS:
            raise PeerError(f"want: expected {' or '.join(WANTS)}, got {data['want']!r:.80}")
        return Wanted(data["want"])
    if isinstance(data, dict) and "colours" in data:
        return _coloured(data["colours"])
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


def _filmed(data: dict[str, Any]) -> Filmed:
    """The message about a camera. Raises PeerError."""
    use, policy, consent = data["camera"], data.get("policy", ""), data.get("consent", False)
    if not (isinstance(use, str) and isinstance(policy, str) and isinstance(consent, bool)):
        raise PeerError('expected {"camera": "mirror", "policy": "a name", "consent": true}')
    return Filmed(use, policy, consent)


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

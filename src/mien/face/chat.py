"""What a live room's viewers do: they write lines, and they give."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One line of a chat. t: seconds since its beginning; worth: what was paid with it, in any one currency, >= 0."""

    t: float
    author: str
    text: str
    worth: float = 0.0


@dataclass(frozen=True, slots=True)
class Support:
    """How a viewer supports the show: a gift, bits, a super chat, a subscription, a guard, a raid, likes.

    t: seconds since the chat's beginning. kind: a row of the table of thanks (`mien.mood.empathy.Thanks`). amount: of
    `currency`, by its ISO 4217 code, >= 0; without one it counts: a raid's viewers, likes. text: what was written with
    it. name: what it is called there.
    """

    t: float
    author: str
    kind: str
    amount: float = 0.0
    currency: str = ""
    text: str = ""
    name: str = ""

"""What follows the colon of a voice's name, for engines at an address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Named:
    """A voice and the address of its engine, "" where the name does not say."""

    voice: str
    address: str

    @classmethod
    def of(cls, text: str) -> Self:
        """VOICE, @ADDRESS, VOICE@ADDRESS, or an address alone."""
        if re.match(r"https?://", text):
            return cls("", text.rstrip("/"))
        voice, at, address = text.rpartition("@")
        return cls(voice, address.rstrip("/")) if at else cls(address, "")

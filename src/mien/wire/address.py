"""Where another program is: a host and a port, as people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mien.face import SettingsError

_WRITTEN = re.compile(r"(?:(?P<host>[^\[\]:/\s]+|\[[0-9A-Fa-f:.%\w]+\])?(?P<colon>:)?(?P<port>\d{1,5})?)")


@dataclass(frozen=True, slots=True)
class Address:
    """host: a name or a number, without brackets. port: 0..65535, 0 for any free one where somebody listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def pair(self) -> tuple[str, int]:
        """As sockets take it."""
        return self.host, self.port

    @property
    def local(self) -> bool:
        """Whether it is on this machine, as far as its name tells."""
        return is_local(self.host)


def is_local(host: str) -> bool:
    """Whether this host is the machine itself by name: localhost, 127.…, ::1."""
    return host in ("localhost", "::1") or re.fullmatch(r"127(\.\d{1,3}){3}", host) is not None


def address(text: str, usual: str, setting: str) -> Address:
    """The address that is written as HOST:PORT, HOST, :PORT or [IPV6]:PORT; what is left out is as in `usual`.

    setting: its name, for messages. Raises SettingsError.
    """
    found, of_usual = _WRITTEN.fullmatch(text.strip()), _WRITTEN.fullmatch(usual)
    if found is None or (found["port"] and not found["colon"]) or of_usual is None:
        raise SettingsError(f"{setting}: expected an address such as {usual}, got {text!r}")
    host, port = found["host"] or of_usual["host"], int(found["port"] or of_usual["port"])
    if port > 65_535:
        raise SettingsError(f"{setting}: expected a port of at most 65535, got {port}")
    return Address(host.strip("[]"), port)

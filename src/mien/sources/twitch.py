"""A channel's chat on Twitch: IRC over a WebSocket, read without an account."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from mien.face import PeerError, SettingsError
from mien.sources.connection import Connection, Damages, Message, listen
from mien.sources.sluice import Sluice
from mien.sources.source import Note, Put, Source
from mien.wire import irc
from mien.wire.twitch import happened

ADDRESS = "wss://irc-ws.chat.twitch.tv:443"
_CHANNEL = re.compile(r"[a-z0-9_]{1,25}\Z")
_PAGE = re.compile(r"\A(?:https?://)?(?:\w+\.)?twitch\.tv/(?:popout/)?([^/?#]+).*\Z")
_BEAT, _PATIENCE = 30.0, 100.0  # seconds: our PING, answered by a PONG
_MOST_LINES = 1000  # in one message


@dataclass(frozen=True, slots=True)
class Twitch:
    """The chat of this channel: its name, or the address of its page. address: of the server. now: the machine's clock,
    for tests another.

    Raises SettingsError when it is no channel's name.
    """

    channel: str
    address: str = ADDRESS
    now: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        if not _CHANNEL.match(self.plain):
            raise SettingsError(f"channel: expected the name in twitch.tv/NAME, got {self.channel!r}")

    @property
    def plain(self) -> str:
        """The name as the server has it."""
        return _PAGE.sub(r"\1", self.channel.strip().lower()).removeprefix("#")

    @property
    def name(self) -> str:
        """For messages."""
        return f"twitch {self.plain}"

    def run(self, put: Put, stop: Event) -> None:
        """Raises SettingsError when the channel is closed, DeviceError, PeerError."""
        with Connection(self.name, self.address) as connection:
            for line in (
                "CAP REQ :twitch.tv/tags twitch.tv/commands",
                f"NICK justinfan{10_000 + secrets.randbelow(80_000)}",  # anonymous readers are called so
                f"JOIN #{self.plain}",
            ):
                connection.send(line)
            self._listen(connection, put, stop)

    def _listen(self, connection: Connection, put: Put, stop: Event) -> None:
        damages, handed, start = Damages(self.name, put), Sluice(self.name, put, self.now), self.now()
        joined = told = False

        def hear(message: Message) -> None:
            nonlocal joined
            text = message if isinstance(message, str) else message.decode("utf-8", "replace")
            for line in text.split("\r\n", _MOST_LINES)[:_MOST_LINES]:
                for one in damages.over(lambda line=line: [irc.parse(line)] if line else []):  # type: ignore[misc]
                    if one.command in ("ROOMSTATE", "366") and not joined:
                        joined = True
                        put(Note(f"{self.name}: listening", "connected"))
                    self._obey(connection, one)
                    found = happened(one, self.now() - start)
                    if found is not None:
                        handed(found)

        def beat() -> None:
            nonlocal told
            connection.send("PING :mien")
            if not joined and not told:
                told = True
                put(Note(f"{self.name}: the channel has not let us in so far; is there one of this name?", "waiting"))

        listen(connection, stop, hear, beat, _BEAT, _PATIENCE, self.now)

    def _obey(self, connection: Connection, message: irc.Message) -> None:
        """What the server wants of us. Raises SettingsError, PeerError."""
        said = message.parameters[-1] if message.parameters else ""
        match message.command:
            case "PING":
                connection.send(f"PONG :{said}")
            case "RECONNECT":
                raise PeerError(f"{self.name}: the server asks for a new connection")
            case "NOTICE" if message.tags.get("msg-id") in ("msg_channel_suspended", "msg_banned"):
                raise SettingsError(f"{self.name}: the channel is closed: {said!r:.120}")
            case "NOTICE" if not message.tags and "authentication" in said.lower():
                raise PeerError(f"{self.name}: the server does not let us in: {said!r:.120}")


def open_twitch(*, channel: str) -> Source:
    """A channel's chat, by its name or the address of its page."""
    return Twitch(channel, ADDRESS)

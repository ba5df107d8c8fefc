"""OBS: its scene and its filters follow the feeling that leads."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

from mien.face import PeerError, SettingsError, Shot
from mien.sinks.leading import Leading, by_feeling, texts
from mien.sinks.peer import ClosedError, Peer
from mien.sinks.sink import Output, Sink
from mien.wire import obs
from mien.wire.address import Address, address
from mien.wire.obs import Reply

PASSWORD: Final = "MIEN_OBS_PASSWORD"
"""The environment variable that holds the password where the settings hold none."""

_START = "start OBS, and switch on Tools > WebSocket Server Settings there"
_PATIENCE = 5.0  # seconds for an answer
_TRIES, _PAUSE = 10, 0.5  # while OBS says that it is not ready: it is starting, or changing its collection


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter by the source or scene that it is on, and its own name."""

    source: str
    filter: str


class Obs:
    """Switches scenes and filters, each by the feeling that leads; a feeling without one leaves the scene as it is.

    Both are looked up when it connects, so that a name that is wrong is told at once.
    """

    live = True
    needs_frame = False

    def __init__(
        self, to: Address, password: str, scenes: Mapping[str, str], filters: Mapping[str, Filter], leading: Leading
    ) -> None:
        self._to, self._password = to, password
        self._scenes, self._filters, self._leading = scenes, filters, leading
        self._peer: Peer | None = None
        self._count = 0
        self._on: Filter | None = None
        self._fresh = True

    def put(self, shot: Shot) -> None:
        """Switch what the shot's feeling asks for. Raises PeerError when OBS has hung up or refuses."""
        if self._peer is None:
            raise ValueError("obs: it is not open")
        if self._leading.changed(shot.t, shot.emotion) or self._fresh:
            self._fresh = False
            self._show(self._leading.name)
        else:
            self._peer.check()

    def _show(self, feeling: str) -> None:
        scene, wanted = self._scenes.get(feeling), self._filters.get(feeling)
        if scene is not None:
            self._good("SetCurrentProgramScene", {"sceneName": scene})
        if wanted != self._on:
            if self._on is not None:
                self._enable(self._on, False)
            if wanted is not None:
                self._enable(wanted, True)
            self._on = wanted

    def _enable(self, one: Filter, enabled: bool) -> None:
        data = {"sourceName": one.source, "filterName": one.filter, "filterEnabled": enabled}
        self._good("SetSourceFilterEnabled", data)

    def _ask(self, kind: str, data: Mapping[str, Any] | None = None) -> Reply:
        if self._peer is None:
            raise ValueError("obs: it is not open")
        self._count += 1
        number = str(self._count)
        self._peer.send(obs.request(kind, number, data))
        for text in self._peer.texts(_PATIENCE):
            operation, told = obs.decode(text)
            if operation == obs.RESPONSE and (found := obs.reply(told)).number == number:
                return found
        raise PeerError("OBS: expected an answer, got none")

    def _good(self, kind: str, data: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """What a request that OBS does gives; one that it is not ready for is asked again. Raises PeerError."""
        for _ in range(_TRIES):
            found = self._ask(kind, data)
            if found.status != obs.NOT_READY:
                break
            time.sleep(_PAUSE)
        if not found.good:
            raise PeerError(f"OBS: {kind}: {found.comment}")
        return found.data

    def _identify(self, peer: Peer) -> None:
        operation, hello = obs.decode(peer.take(_PATIENCE))
        if operation != obs.HELLO:
            raise PeerError(f"OBS: expected its Hello, got operation {operation}")
        if hello.get("authentication") is not None and not self._password:
            raise SettingsError(f"obs: OBS asks for a password; expected password, or {PASSWORD}, got neither")
        peer.send(obs.identify(hello, self._password))
        try:
            operation, _ = obs.decode(peer.take(_PATIENCE))
        except ClosedError as error:
            if error.code == obs.AUTHENTICATION_FAILED:
                raise SettingsError("obs: OBS does not accept the password; see its WebSocket settings") from error
            raise
        if operation != obs.IDENTIFIED:
            raise PeerError(f"OBS: expected it to accept us, got operation {operation}")

    def _check_names(self) -> None:
        """Raises SettingsError when a scene or a filter is not there."""
        if self._scenes:
            listed = self._good("GetSceneList").get("scenes") or ()
            there = [str(one.get("sceneName")) for one in listed if isinstance(one, dict)]
            for scene in self._scenes.values():
                if scene not in there:
                    raise SettingsError(f"obs: no scene {scene!r}; there are: {', '.join(there) or 'none'}")
        for one in self._filters.values():
            found = self._ask("GetSourceFilter", {"sourceName": one.source, "filterName": one.filter})
            if not found.good:
                raise SettingsError(f"obs: no filter {one.filter!r} on {one.source!r}: {found.comment}")

    def __enter__(self) -> Self:
        self._peer = peer = Peer("obs", self._to, _START)
        try:
            self._identify(peer)
            self._check_names()
        except BaseException as error:
            self.__exit__(type(error), error, error.__traceback__)
            raise
        self._fresh = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        peer = self._peer
        if peer is None:
            return
        if error is None and self._on is not None:
            with suppress(PeerError):  # it has gone before us
                self._enable(self._on, False)
        self._on, self._peer = None, None
        peer.__exit__(kind, error, trace)


def open_sink(
    output: Output,  # noqa: ARG001 - the seam's
    *,
    to: str = "",
    password: str = "",
    scenes: dict[str, Any] | None = None,
    filters: dict[str, Any] | None = None,
    least: float = 0.3,
    hold: float = 2.0,
) -> Sink:
    """To OBS, by default on this machine. Raises SettingsError."""
    if not scenes and not filters:
        raise SettingsError("scenes: expected a scene for a feeling, or filters; got neither: nothing would happen")
    found = {}
    for name, told in by_feeling(filters, "filters").items():
        if not isinstance(told, dict) or set(told) != {"source", "filter"} or not all(map(_is_text, told.values())):
            raise SettingsError(f'filters.{name}: expected {{ source = "Camera", filter = "Glow" }}, got {told!r}')
        found[name] = Filter(told["source"], told["filter"])
    return Obs(
        address(to, f"127.0.0.1:{obs.PORT}", "to"), password or os.environ.get(PASSWORD, ""), texts(scenes, "scenes"),
        found, Leading(least, hold),
    )  # fmt: skip


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""

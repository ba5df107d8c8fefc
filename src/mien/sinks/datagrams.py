"""Sinks that send each shot as UDP datagrams to one address."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from mien.face import DeviceError, Shot
from mien.wire.address import Address

_SURE = 1.0  # ours, seconds without a refusal after which somebody seems to listen


class DatagramSink:
    """Sends what `packets` makes of each shot. name: of the sink, for messages."""

    live = True
    needs_frame = False

    def __init__(self, name: str, to: Address) -> None:
        self._name, self._to = name, to
        self._line: socket.socket | None = None
        self._refused = 0.0

    @property
    def reached(self) -> bool:
        """Whether nothing was refused in the last second: as much as UDP tells, and of this machine alone."""
        return time.monotonic() > self._refused + _SURE

    def packets(self, shot: Shot) -> Iterable[bytes]:
        """The datagrams of one shot."""
        raise NotImplementedError

    def put(self, shot: Shot) -> None:
        """Send one shot; nobody has to listen yet. Raises DeviceError when the network is gone."""
        if self._line is None:
            raise ValueError(f"{self._name}: it is not open")
        try:
            for packet in self.packets(shot):
                self._line.send(packet)
        except ConnectionRefusedError:  # nobody listens there yet: told of the packet before this one
            self._refused = time.monotonic()
        except OSError as error:
            raise self._unsent(error) from error

    def _unsent(self, error: OSError, advice: str = "") -> DeviceError:
        return DeviceError(f"{self._name}: cannot send to {self._to}: {error.strerror or error}{advice}")

    def __enter__(self) -> Self:
        try:
            family, *_, where = socket.getaddrinfo(*self._to.pair, type=socket.SOCK_DGRAM)[0]
            line = socket.socket(family, socket.SOCK_DGRAM)
            line.connect(where)
        except OSError as error:
            raise self._unsent(error, "; check the address") from error
        self._line, self._refused = line, time.monotonic()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

"""Faces that other programs track, over UDP: each datagram becomes a cue; what is lost or garbled is passed over."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from math import isfinite
from threading import Event
from typing import Final

from mien.face import DeviceError, PeerError
from mien.sources.source import Note, Put, Source
from mien.wire import ifacialmocap, livelink, meowface, openseeface, vmc
from mien.wire.address import Address, address
from mien.wire.tracked import Decoder, Tracked

_PATIENCE = 0.1
"""Seconds between two looks at whether the show goes on."""

_SILENT = 5.0
"""Seconds without a face after which a person is told. # ours"""

_AGAIN = 60.0
"""Seconds between two notes about garbage: a stranger may send it all the time. # ours"""

_LATE = 1.0
"""Seconds by which a datagram may be older than the last and is late; beyond, its sender began anew. # ours"""

_ASK = 2.0
"""Seconds between two greetings to a phone: each asks for more than that."""

_LARGEST = 65_536


@dataclass(frozen=True, slots=True)
class Tracker:
    """Listens for one kind of tracker.

    decoder: makes what reads the datagrams. listen: where they come. phone: who is greeted, and alone listened to, if
    anybody is. hello: the greeting, for the port at which the answer comes. again: greet all the time, not only while
    nothing comes. mirrored: left and right change sides. bound: is told the port. now: the machine's clock, for tests
    another.
    """

    name: str
    decoder: Callable[[], Decoder]
    listen: Address
    phone: Address | None = None
    hello: Callable[[int], bytes] | None = None
    again: bool = False
    mirrored: bool = False
    bound: Callable[[int], None] = lambda _: None
    now: Callable[[], float] = time.monotonic

    def run(self, put: Put, stop: Event) -> None:
        """Raises DeviceError when the port is taken or the network is gone."""
        with _listening(self.name, self.listen) as line:
            self.bound(line.getsockname()[1])
            ear = _Ear(self, line, put)
            while not stop.is_set():
                ear.greet()
                face = ear.face()
                if face is not None and not stop.is_set():
                    put(face.saw(self.mirrored))


class _Ear:
    """One run's ear: what was heard last, and what a person was told of it."""

    def __init__(self, tracker: Tracker, line: socket.socket, put: Put) -> None:
        self._of, self._line, self._put = tracker, line, put
        self._decode = tracker.decoder()
        self._port = line.getsockname()[1]
        self._greeted, self._heard = float("-inf"), tracker.now()
        self._silent, self._garbled = False, float("-inf")
        self._sender, self._stamp = "", float("-inf")

    def greet(self) -> None:
        """Ask the phone to send, now and then."""
        phone, hello, now = self._of.phone, self._of.hello, self._of.now()
        heard = isfinite(self._greeted) and now - self._heard < _ASK and not self._of.again
        if phone is None or hello is None or heard or now - self._greeted < _ASK:
            return
        self._greeted = now
        with suppress(OSError):  # a phone that sleeps is asked again
            self._sender = socket.gethostbyname(phone.host)
            self._line.sendto(hello(self._port), (self._sender, phone.port))

    def face(self) -> Tracked | None:
        """The face of the next datagram, None when there is none to show."""
        received = self._received()
        if received is None:
            if self._of.now() - self._heard >= _SILENT and not self._silent:
                self._silent = True
                where = f"{self._of.listen.host}:{self._port}"
                self._put(Note(f"{self._of.name}: nothing came to {where} for {_SILENT:g} s; is it on?", "waiting"))
            return None
        data, sender = received
        if self._of.phone is not None and sender != self._sender:
            return None
        try:
            found = self._decode(data)
        except PeerError as error:
            if self._of.now() - self._garbled >= _AGAIN:
                self._garbled = self._of.now()
                self._put(Note(f"{error}, from {sender}; it is passed over"))
            return None
        self._heard, self._silent = self._of.now(), False
        if found is None or found.confidence <= 0.0:
            return None
        late = found.stamp is not None and 0.0 < self._stamp - found.stamp < _LATE
        if found.stamp is not None and not late:
            self._stamp = found.stamp
        return None if late else found

    def _received(self) -> tuple[bytes, str] | None:
        """One datagram and the number of who sent it; None while nothing comes."""
        try:
            data, sender = self._line.recvfrom(_LARGEST)
        except (TimeoutError, ConnectionError):  # the latter: on Windows, that a greeting did not arrive
            return None
        except OSError as error:
            raise DeviceError(f"{self._of.name}: the network failed: {error.strerror or error}") from error
        return data, str(sender[0])


def _listening(name: str, where: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in where.host else socket.AF_INET
    line = socket.socket(family, socket.SOCK_DGRAM)
    try:
        line.settimeout(_PATIENCE)
        line.bind(where.pair)
    except OSError as error:
        line.close()
        raise DeviceError(
            f"{name}: cannot listen at {where}: {error.strerror or error}; another program may have the port"
        ) from error
    return line


NEAR: Final = "127.0.0.1"
EVERYWHERE: Final = "0.0.0.0"
"""Phones send from elsewhere."""


def open_openseeface(*, listen: str = "", mirror: bool = False) -> Source:
    """OpenSeeFace's facetracker, by default on this machine."""
    return Tracker(
        "openseeface", lambda: openseeface.decode, address(listen, f"{NEAR}:{openseeface.PORT}", "listen"),
        mirrored=mirror,
    )  # fmt: skip


def open_ifacialmocap(*, listen: str = "", phone: str = "", mirror: bool = False) -> Source:
    """iFacialMocap, or Facemotion3D. phone: its address, which asks it to send."""
    usual = f"{EVERYWHERE}:{ifacialmocap.PORT}"
    asked = address(phone, f"192.168.1.7:{ifacialmocap.PORT}", "phone") if phone else None
    return Tracker(
        "ifacialmocap", lambda: ifacialmocap.decode, address(listen, usual, "listen"), asked,
        lambda _: ifacialmocap.hello(asked.port if asked is not None else 0), mirrored=mirror,
    )  # fmt: skip


def open_livelink(*, listen: str = "", mirror: bool = False) -> Source:
    """Live Link Face, in its mode ARKit."""
    usual = f"{EVERYWHERE}:{livelink.PORT}"
    return Tracker("livelink", lambda: livelink.decode, address(listen, usual, "listen"), mirrored=mirror)


def open_meowface(*, listen: str = "", phone: str = "", mirror: bool = False) -> Source:
    """MeowFace, or VTube Studio's app on a phone. phone: its address, which asks it to send."""
    usual = f"{EVERYWHERE}:{meowface.PORT}"
    asked = address(phone, f"192.168.1.7:{meowface.PHONE_PORT}", "phone") if phone else None
    return Tracker(
        "meowface", lambda: meowface.decode, address(listen, usual, "listen"), asked, meowface.hello, again=True,
        mirrored=mirror,
    )  # fmt: skip


def open_vmc(*, listen: str = "", mirror: bool = False) -> Source:
    """Any sender of the VMC protocol."""
    usual = f"{NEAR}:{vmc.PERFORMER_PORT}"
    return Tracker("vmc", lambda: vmc.Performer().decode, address(listen, usual, "listen"), mirrored=mirror)

"""The VMC protocol over UDP: VRM's presets or Perfect Sync, the head and the eyes, for whoever draws a VRM avatar."""

from __future__ import annotations

import socket
from types import TracebackType
from typing import Self

from mien.face import DeviceError, SettingsError, Shot
from mien.rig import perfect_sync, vrm
from mien.sinks.sink import Output, Sink
from mien.wire import vmc
from mien.wire.address import Address, address
from mien.wire.turns import to_unity


class Vmc:
    """Sends each shot to one receiver. It does not tell whether anybody receives it: UDP does not.

    version: 0 or 1, whose names VRM's presets have. synced: ARKit's 52 shapes in place of the presets, for avatars with
    Perfect Sync. bones: head and eyes too.
    """

    live = True
    needs_frame = False

    def __init__(self, to: Address, version: int, synced: bool, bones: bool) -> None:
        self._to, self._version, self._synced, self._bones = to, version, synced, bones
        self._line: socket.socket | None = None

    def put(self, shot: Shot) -> None:
        """Send one shot. Raises DeviceError when the network is gone."""
        if self._line is None:
            raise ValueError("vmc: it is not open")
        expression = shot.expression
        blends = perfect_sync(expression) if self._synced else vrm(expression, self._version)
        bones = {}
        if self._bones:
            (yaw, pitch, roll), (x, y) = expression.head.tolist(), expression.gaze.tolist()
            eye = to_unity(x, y, 0.0)
            bones = {"Head": to_unity(yaw, pitch, roll), "LeftEye": eye, "RightEye": eye}
        try:
            for packet in vmc.datagrams(shot.t, blends, bones):
                self._line.send(packet)
        except ConnectionRefusedError:
            return  # nobody listens there yet
        except OSError as error:
            raise DeviceError(f"vmc: cannot send to {self._to}: {error.strerror or error}") from error

    def __enter__(self) -> Self:
        self._line = connected("vmc", self._to)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def connected(name: str, to: Address) -> socket.socket:
    """A UDP socket that sends there. name: of the sink, for messages. Raises DeviceError when there is no such host."""
    try:
        family, *_, where = socket.getaddrinfo(*to.pair, type=socket.SOCK_DGRAM)[0]
        line = socket.socket(family, socket.SOCK_DGRAM)
        line.connect(where)
    except OSError as error:
        raise DeviceError(f"{name}: cannot send to {to}: {error.strerror or error}; check the address") from error
    return line


def open_sink(
    output: Output,  # noqa: ARG001 - the seam's
    *,
    to: str = "",
    vrm: int = 0,
    perfect_sync: bool = False,
    bones: bool = True,
) -> Sink:
    """To an application that draws a VRM avatar, by default on this machine. Raises SettingsError."""
    if vrm not in (0, 1):
        raise SettingsError(f"vrm: expected 0 or 1, got {vrm}")
    return Vmc(address(to, f"127.0.0.1:{vmc.PORT}", "to"), vrm, perfect_sync, bones)

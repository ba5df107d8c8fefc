"""The VMC protocol over UDP: VRM's presets or Perfect Sync, the head and the eyes, for whoever draws a VRM avatar."""

from __future__ import annotations

from collections.abc import Iterator

from mien.face import SettingsError, Shot
from mien.rig import perfect_sync, vrm
from mien.sinks.datagrams import DatagramSink
from mien.sinks.sink import Output, Sink
from mien.wire import vmc
from mien.wire.address import Address, address
from mien.wire.turns import to_unity


class Vmc(DatagramSink):
    """Sends each shot to one receiver. It does not tell whether anybody receives it: UDP does not.

    version: 0 or 1, whose names VRM's presets have. synced: ARKit's 52 shapes in place of the presets, for avatars with
    Perfect Sync. bones: head and eyes too.
    """

    def __init__(self, to: Address, version: int, synced: bool, bones: bool) -> None:
        super().__init__("vmc", to)
        self._version, self._synced, self._bones = version, synced, bones

    def packets(self, shot: Shot) -> Iterator[bytes]:
        """VMC's messages of one shot."""
        expression = shot.expression
        blends = perfect_sync(expression) if self._synced else vrm(expression, self._version)
        bones = {}
        if self._bones:
            (yaw, pitch, roll), (x, y) = expression.head.tolist(), expression.gaze.tolist()
            eye = to_unity(x, y, 0.0)
            bones = {"Head": to_unity(yaw, pitch, roll), "LeftEye": eye, "RightEye": eye}
        return iter(vmc.datagrams(shot.t, blends, bones))


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

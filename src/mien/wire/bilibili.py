"""Packets of bilibili's live rooms: a header of 16 bytes and a body, several in one message, some of them compressed.

Versions of a body: 0 JSON, 1 a number, 2 zlib, 3 brotli; the last two hold packets again. The open platform speaks the
same.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from mien.face import PeerError
from mien.files import parse_json

HEARTBEAT, HEARTBEAT_REPLY, MESSAGE, AUTH, AUTH_REPLY = 2, 3, 5, 7, 8
"""Operations."""

PLAIN, NUMBER, ZLIB, BROTLI = 0, 1, 2, 3
"""Versions of a body."""

HEARTBEAT_EACH: Final = 30.0
"""Seconds between two heartbeats; the server hangs up after about 70 without."""

_HEADER: Final = struct.Struct(">IHHII")
_MOST = 4_000_000
"""Bytes that a compressed body may become."""

_MOST_PACKETS = 4096
_DEEPEST = 2  # a compressed body holds plain packets; one more level is taken, no bomb


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet, its body uncompressed. operation, version: see above."""

    operation: int
    body: bytes
    version: int = PLAIN


def pack(packet: Packet, sequence: int = 1) -> bytes:
    """A packet as bytes; the body of a compressed version is compressed here, and holds packets."""
    body = packet.body
    if packet.version == ZLIB:
        body = zlib.compress(body)
    elif packet.version == BROTLI:
        import brotli

        body = brotli.compress(body)
    return _HEADER.pack(_HEADER.size + len(body), _HEADER.size, packet.version, packet.operation, sequence) + body


def unpack(data: bytes) -> list[Packet]:
    """The packets of one WebSocket message, those inside of compressed ones in their place.

    Raises PeerError when it is damaged, larger than 4 MB or of a version that cannot be read.
    """
    packets: list[Packet] = []
    for packet in _unpacked(data, 0):
        packets.append(packet)
        if len(packets) > _MOST_PACKETS:
            raise PeerError(f"packet: expected at most {_MOST_PACKETS} in one message, got more")
    return packets


def reads_brotli() -> bool:
    """Whether version 3 can be read here: with the package brotli, from the version on that bounds what comes out."""
    try:
        import brotli
    except ImportError:
        return False
    return hasattr(getattr(brotli, "Decompressor", None), "can_accept_more_data")


def hello(room: int, key: str, uid: int = 0, buvid: str = "") -> dict[str, Any]:
    """The body of the first packet to a web room. uid: 0 where nobody is logged in. key: that the room's API gave."""
    return {
        "uid": uid, "roomid": room, "protover": BROTLI if reads_brotli() else ZLIB, "platform": "web", "type": 2,
        "buvid": buvid, "key": key,
    }  # fmt: skip


def as_body(value: dict[str, Any]) -> bytes:
    """JSON as the body of a packet."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def from_body(packet: Packet) -> Any:
    """What the body's JSON says. Raises PeerError."""
    return parse_json(packet.body.decode("utf-8", "replace"), "packet", PeerError)


def _unpacked(data: bytes, deep: int) -> Iterator[Packet]:
    at = 0
    while at < len(data):
        if len(data) - at < _HEADER.size:
            raise PeerError(f"packet: byte {at}: expected a header of {_HEADER.size} bytes, got {len(data) - at}")
        length, head, version, operation, _ = _HEADER.unpack_from(data, at)
        if operation == HEARTBEAT_REPLY:  # what we sent follows it, and is not counted in its length
            yield Packet(operation, data[at + head : at + head + 4], version)
            return
        if not _HEADER.size <= head <= length <= len(data) - at:
            raise PeerError(f"packet: byte {at}: expected a length of 16..{len(data) - at}, got {length} (head {head})")
        body = data[at + head : at + length]
        at += length
        if version in (ZLIB, BROTLI):
            if deep >= _DEEPEST:
                raise PeerError("packet: compressed again and again; expected at most twice")
            yield from _unpacked(_inflated(body) if version == ZLIB else _unbrotlied(body), deep + 1)
        elif version in (PLAIN, NUMBER):
            yield Packet(operation, body, version)
        else:
            raise PeerError(f"packet: expected a version of 0, 1, 2 or 3, got {version}")


def _inflated(body: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(body, _MOST)
    except zlib.error as error:
        raise PeerError(f"packet: not zlib: {error}") from None
    if inflater.unconsumed_tail:
        raise PeerError(f"packet: expected at most {_MOST:,} bytes, got more")
    return data


def _unbrotlied(body: bytes) -> bytes:
    if not reads_brotli():
        raise PeerError('packet: it is brotli; pip install "mien[rooms]"')
    import brotli

    inflater, data = brotli.Decompressor(), b""
    try:
        while not inflater.is_finished():
            more = inflater.process(body, output_buffer_limit=_MOST)
            body = b""
            data += more
            if len(data) > _MOST:
                raise PeerError(f"packet: expected at most {_MOST:,} bytes, got more")
            if not more and inflater.can_accept_more_data():
                raise PeerError("packet: not brotli: it ends too early")
    except brotli.error as error:
        raise PeerError(f"packet: not brotli: {error}") from None
    return data

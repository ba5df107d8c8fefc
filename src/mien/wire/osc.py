"""Open Sound Control: addresses with arguments, alone or in bundles, as datagrams and back.

Source: Wright, "The Open Sound Control 1.0 Specification", 2002; the further types of its 1.0 section "other" and of
OSC 1.1 are read, not written.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from mien.face import PeerError

LARGEST: Final = 1400
"""Bytes of a bundle that is sent: with the headers of IP and UDP it stays whole on an Ethernet."""

_BUNDLE = b"#bundle\0"
_AT_ONCE = b"\0\0\0\0\0\0\0\1"
_DEEPEST = 4
_FIXED = {"i": ">i", "f": ">f", "h": ">q", "d": ">d", "t": ">Q", "c": ">i", "r": ">I", "m": ">I"}
_CONSTANT = {"T": True, "F": False, "N": None, "I": float("inf")}


@dataclass(frozen=True, slots=True)
class Message:
    """An address such as "/VMC/Ext/OK", and its arguments: whole numbers, floats, texts, bytes, booleans, None."""

    address: str
    arguments: tuple[Any, ...] = ()


def encode(message: Message) -> bytes:
    """One message. Raises ValueError when a whole number needs more than 32 bits or a text holds NUL."""
    tags, data = ",", b""
    for argument in message.arguments:
        match argument:
            case bool():
                tags += "T" if argument else "F"
            case int():
                if not -(2**31) <= argument < 2**31:
                    raise ValueError(f"{message.address}: expected a whole number of 32 bits, got {argument}")
                tags, data = tags + "i", data + struct.pack(">i", argument)
            case float():
                tags, data = tags + "f", data + struct.pack(">f", argument)
            case str():
                tags, data = tags + "s", data + _text(argument)
            case bytes():
                filled = argument + bytes(-len(argument) % 4)
                tags, data = tags + "b", data + struct.pack(">i", len(argument)) + filled
            case None:
                tags += "N"
            case _:
                raise ValueError(f"{message.address}: no type of OSC holds {argument!r}")
    return _text(message.address) + _text(tags) + data


def bundles(messages: Iterable[bytes], largest: int = LARGEST) -> Iterator[bytes]:
    """Encoded messages in as few bundles as hold them, each of `largest` bytes at most but for one too long itself."""
    packed: list[bytes] = []
    size = 16
    for message in messages:
        if packed and size + 4 + len(message) > largest:
            yield _BUNDLE + _AT_ONCE + b"".join(packed)
            packed, size = [], 16
        packed.append(struct.pack(">i", len(message)) + message)
        size += 4 + len(message)
    if packed:
        yield _BUNDLE + _AT_ONCE + b"".join(packed)


def decode(data: bytes) -> list[Message]:
    """The messages of a datagram in their order, those of bundles too, whatever their time. Raises PeerError."""
    return list(_packet(data, 0))


def _packet(data: bytes, depth: int) -> Iterator[Message]:
    if not data.startswith(_BUNDLE):
        yield _message(data)
        return
    if depth >= _DEEPEST:
        raise PeerError(f"OSC: expected at most {_DEEPEST} bundles in each other")
    place = 16
    while place < len(data):
        size, place = _number(data, place)
        if size < 0 or size % 4 or place + size > len(data):
            raise PeerError(f"OSC: expected an element inside the bundle, got one of {size} bytes")
        yield from _packet(data[place : place + size], depth + 1)
        place += size
    if place != len(data):
        raise PeerError(f"OSC: expected a whole bundle, got {len(data)} bytes")


def _message(data: bytes) -> Message:
    address, place = _read_text(data, 0)
    if not address.startswith("/"):
        raise PeerError(f"OSC: expected an address that begins with /, got {address!r:.40}")
    if place == len(data):
        return Message(address)  # old senders leave the types out where there are none
    tags, place = _read_text(data, place)
    if not tags.startswith(","):
        raise PeerError(f"OSC: {address:.80}: expected types that begin with a comma, got {tags!r:.40}")
    arguments: list[Any] = []
    for tag in tags[1:]:
        if tag in _FIXED:
            size = struct.calcsize(_FIXED[tag])
            if place + size > len(data):
                raise PeerError(f"OSC: {address:.80}: expected {size} more bytes, got {len(data) - place}")
            arguments.append(struct.unpack_from(_FIXED[tag], data, place)[0])
            place += size
        elif tag in "sS":
            text, place = _read_text(data, place)
            arguments.append(text)
        elif tag == "b":
            size, place = _number(data, place)
            if size < 0 or place + size > len(data):
                raise PeerError(f"OSC: {address:.80}: expected a blob of {size} bytes, got {len(data) - place}")
            arguments.append(data[place : place + size])
            place += size + -size % 4
        elif tag in _CONSTANT:
            arguments.append(_CONSTANT[tag])
        elif tag not in "[]":
            raise PeerError(f"OSC: {address:.80}: expected a known type, got {tag!r}")
    return Message(address, tuple(arguments))


def _text(text: str) -> bytes:
    data = text.encode()
    if b"\0" in data:
        raise ValueError(f"OSC: a text holds no NUL, got {text!r}")
    return data + bytes(4 - len(data) % 4)


def _read_text(data: bytes, place: int) -> tuple[str, int]:
    end = data.find(b"\0", place)
    if end < 0:
        raise PeerError(f"OSC: expected a text that ends, got {data[place:]!r:.40}")
    try:
        return data[place:end].decode(), min(len(data), place + (end - place) // 4 * 4 + 4)
    except UnicodeDecodeError as error:
        raise PeerError(f"OSC: expected UTF-8, got {data[place:end]!r:.40}") from error


def _number(data: bytes, place: int) -> tuple[int, int]:
    if place + 4 > len(data):
        raise PeerError(f"OSC: expected a size of 4 bytes, got {len(data) - place}")
    return struct.unpack_from(">i", data, place)[0], place + 4

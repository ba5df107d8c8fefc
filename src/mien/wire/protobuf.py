"""Protocol buffers without a schema: the fields of a message by their numbers.

Source: Protocol Buffers Documentation, "Encoding".
"""

from __future__ import annotations

from mien.face import PeerError

_MOST_FIELDS = 4096
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5

Fields = dict[int, list[int | bytes]]
"""Every value of a field, in order: numbers as unsigned integers, texts and messages as bytes."""


def fields(data: bytes) -> Fields:
    """The fields of a message. Raises PeerError when it is none."""
    found: Fields = {}
    at, count = 0, 0
    while at < len(data):
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        value: int | bytes
        if kind == _VARINT:
            value, at = _varint(data, at)
        elif kind in (_FIXED64, _FIXED32):
            size = 8 if kind == _FIXED64 else 4
            value, at = int.from_bytes(data[at : at + size], "little"), at + size
        elif kind == _BYTES:
            size, at = _varint(data, at)
            value, at = data[at : at + size], at + size
        else:
            raise PeerError(f"protobuf: byte {at}: expected a kind of field of 0, 1, 2 or 5, got {kind}")
        count += 1
        if at > len(data) or number == 0 or count > _MOST_FIELDS:
            raise PeerError(f"protobuf: byte {at}: expected whole fields, {_MOST_FIELDS} at most, in {len(data)} bytes")
        found.setdefault(number, []).append(value)
    return found


def number(found: Fields, field: int) -> int:
    """A number, 0 when it is not there."""
    value = found.get(field, [0])[-1]
    return value if isinstance(value, int) else 0


def text(found: Fields, field: int) -> str:
    """A text, "" when it is not there."""
    return message(found, field).decode("utf-8", "replace")


def message(found: Fields, field: int) -> bytes:
    """The bytes of a message inside, b"" when it is not there."""
    value = found.get(field, [b""])[-1]
    return value if isinstance(value, bytes) else b""


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 70:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    raise PeerError(f"protobuf: byte {at}: expected a whole number, got the end or one of too many bytes")

"""OSC: what is encoded comes back, by our own hands and by somebody else's; any bytes are messages or an error."""

from __future__ import annotations

import math
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.face import PeerError
from mien.wire.osc import LARGEST, Message, bundles, decode, encode

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
arguments = st.lists(
    st.integers(-(2**31), 2**31 - 1) | st.floats(width=32) | texts | st.binary(max_size=40) | st.booleans() | st.none(),
    max_size=8,
)
messages = st.builds(lambda name, args: Message("/" + name, tuple(args)), texts, arguments)


def same(one: Any, other: Any) -> bool:
    return one == other or (isinstance(one, float) and isinstance(other, float) and math.isnan(one + other))


def equal(one: Message, other: Message) -> bool:
    return one.address == other.address and len(one.arguments) == len(other.arguments) and all(
        type(a) is type(b) and same(a, b) for a, b in zip(one.arguments, other.arguments, strict=True)
    )  # fmt: skip


@given(messages)
def test_what_is_encoded_is_decoded(message: Message) -> None:
    data = encode(message)
    assert len(data) % 4 == 0
    (back,) = decode(data)
    assert equal(back, message)


@settings(max_examples=50)
@given(st.lists(messages, max_size=40), st.integers(64, LARGEST))
def test_bundles_hold_every_message_in_order_and_no_more_than_they_may(sent: list[Message], largest: int) -> None:
    encoded = [encode(message) for message in sent]
    packets = list(bundles(encoded, largest))
    assert all(len(packet) <= max(largest, 20 + max(map(len, encoded))) for packet in packets)
    back = [message for packet in packets for message in decode(packet)]
    assert len(back) == len(sent)
    assert all(equal(one, other) for one, other in zip(back, sent, strict=True))


@settings(max_examples=300)
@given(st.binary(max_size=200) | messages.map(encode).flatmap(lambda data: st.binary(max_size=8).map(data.__add__)))
def test_any_bytes_are_messages_or_a_peer_error(data: bytes) -> None:
    for one in (data, b"#bundle\0" + bytes(8) + data, data[:-3]):
        try:
            found = decode(one)
        except PeerError:
            continue
        assert all(message.address.startswith("/") for message in found)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"nothing\0", "begins with /"), (b"/a\0\0if\0\0", "begin with a comma"), (b"/a\0\0,i\0\0\0", "4 more bytes"),
        (b"/a\0\0,q\0\0", "known type"), (b"/a", "a text that ends"), (b"/a\0\0,b\0\0\0\0\0\7a", "a blob of 7"),
        (b"/\xff\0\0", "UTF-8"), (b"#bundle\0" + bytes(8) + b"\0\0\0\5/a\0\0\0", "inside the bundle"),
        (b"/a\0\0,b\0\0\xff\xff\xff\xff", "a blob of -1"), (b"/a\0\0,b\0\0", "a size of 4"),
        ((b"#bundle\0" + bytes(8) + b"\0\0\0\x14") * 6 + b"#bundle\0" + bytes(12), "inside the bundle"),
    ],
)  # fmt: skip
def test_garbage_is_named(data: bytes, says: str) -> None:
    with pytest.raises(PeerError, match=says):
        decode(data)


def test_bundles_within_bundles_end_somewhere() -> None:
    packet = encode(Message("/a"))
    for _ in range(9):
        packet = b"#bundle\0" + bytes(8) + struct.pack(">i", len(packet)) + packet
    with pytest.raises(PeerError, match="at most 4 bundles"):
        decode(packet)


def test_what_osc_cannot_hold_is_our_own_mistake() -> None:
    for value, says in ((2**31, "32 bits"), ("a\0b", "no NUL"), ([1], "no type")):
        with pytest.raises(ValueError, match=says):
            encode(Message("/a", (value,)))


def test_types_are_left_out_by_old_senders() -> None:
    assert decode(b"/a\0\0") == [Message("/a")]
    assert decode(b"/a\0\0,hTF\0\0\0\0" + struct.pack(">q", 2**40)) == [Message("/a", (2**40, True, False))]


@settings(max_examples=60)
@given(st.lists(st.integers(-(2**31), 2**31 - 1) | st.floats(width=32, allow_nan=False) | texts, max_size=8))
def test_python_osc_reads_what_we_write_and_we_read_what_it_writes(args: list[Any]) -> None:
    builder = pytest.importorskip("pythonosc.osc_message_builder", reason="python-osc is not installed")
    reading = pytest.importorskip("pythonosc.osc_message", reason="python-osc is not installed")
    mine = encode(Message("/VMC/Ext/Blend/Val", tuple(args)))
    theirs = reading.OscMessage(mine)
    assert theirs.address == "/VMC/Ext/Blend/Val"
    assert list(theirs.params) == args
    built = builder.OscMessageBuilder("/VMC/Ext/Blend/Val")
    for one in args:
        built.add_arg(one, {int: "i", float: "f", str: "s"}[type(one)])
    assert built.build().dgram == mine

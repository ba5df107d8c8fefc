"""The label that machines read."""

from __future__ import annotations

import json
import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.face import SettingsError
from mien.sinks.label import into_gif, into_png, label, xmp

ALLOWED = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in "\"'\\")


def test_without_a_producer_only_the_label_says_something() -> None:
    fields = json.loads(label())
    assert fields.pop("Label") == "1"
    assert set(fields) == {
        "ContentProducer", "ProduceID", "ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2",
    }  # fmt: skip
    assert set(fields.values()) == {""}


@settings(max_examples=30)
@given(st.text(ALLOWED, max_size=40))
def test_any_allowed_producer_is_carried(producer: str) -> None:
    fields = json.loads(label(producer))
    assert fields["ContentProducer"] == fields["ContentPropagator"] == producer


@pytest.mark.parametrize("producer", ["a b", "咪", 'a"b', "a\\b", "a\nb"])
def test_a_forbidden_producer_is_refused(producer: str) -> None:
    with pytest.raises(SettingsError, match="printable ASCII"):
        label(producer)


def test_a_png_stays_whole_and_carries_the_label() -> None:
    pixels = np.arange(4 * 4 * 4, dtype=np.uint8).reshape(4, 4, 4)
    plain = cv2.imencode(".png", pixels)[1].tobytes()
    labelled = into_png(plain, "x<&>")
    read = cv2.imdecode(np.frombuffer(labelled, np.uint8), cv2.IMREAD_UNCHANGED)
    assert read is not None
    assert np.array_equal(read, pixels)
    length, kind = struct.unpack(">I4s", labelled[33:41])
    body = labelled[41 : 41 + length]
    assert kind == b"iTXt"
    assert body.startswith(b"XML:com.adobe.xmp\0")
    assert xmp("x<&>") in body
    assert struct.unpack(">I", labelled[41 + length : 45 + length])[0] == zlib.crc32(kind + body)


def test_a_gif_is_labelled_before_its_first_picture() -> None:
    table = bytes(range(6))
    gif = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + table + b"\x2c rest"
    labelled = into_gif(gif)
    assert labelled.startswith(gif[:19] + b"\x21\xff\x0bXMP DataXMP")
    assert labelled.endswith(b"\x01\x00\x00\x2c rest")

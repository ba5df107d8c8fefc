"""Sound over the WebSocket: to the page to be played, from it to be listened to."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face import PeerError, Sound
from mien.wire import is_sound, pack_sound, unpack_sound

TONE = np.sin(np.arange(320) * 0.1).astype(np.float32)


def test_the_page_gets_a_rate_a_time_and_samples() -> None:
    packed = pack_sound(Sound(2.5, TONE, 24_000))
    assert struct.unpack_from("<IId", packed) == (0xFFFFFFFF, 24_000, 2.5)
    samples = np.frombuffer(packed, "<i2", offset=16)
    assert samples / 32767.0 == pytest.approx(TONE, abs=2e-5)


def test_a_microphones_sound_is_told_from_a_picture() -> None:
    data = b"PCM " + struct.pack("<I", 16_000) + np.round(TONE * 32767).astype("<i2").tobytes()
    assert is_sound(data)
    samples, rate = unpack_sound(data)
    assert rate == 16_000
    assert samples == pytest.approx(TONE, abs=1e-4)
    assert not is_sound(b"\xff\xd8\xff\xe0")
    assert unpack_sound(data[:8])[0].shape == (0,)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PCM ", "got 4 bytes"), (b"PCM \x80\x3e\x00\x00\x01", "16 bits a sample"),
        (b"PCM \x01\x00\x00\x00", "samples a second, got 1"), (b"\xff\xd8", "expected 'PCM '"),
    ],
)  # fmt: skip
def test_what_is_no_sound_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(PeerError, match=says):
        unpack_sound(data)


@given(st.binary(max_size=40))
def test_any_bytes_are_a_sound_or_a_peer_error(data: bytes) -> None:
    for one in (data, b"PCM " + data):
        try:
            samples, rate = unpack_sound(one)
        except PeerError:
            continue
        assert np.abs(samples).max(initial=0.0) <= 1.0
        assert 8_000 <= rate <= 192_000

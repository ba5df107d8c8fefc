"""Sound as the bytes that travel between the studio and its page."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

from mien.face import PeerError, Sound
from mien.face.sound import RATES

_TO_PAGE = 0xFFFFFFFF  # no JPEG of a frame is so long
_FROM_PAGE = b"PCM "
_HEADER = 8


def pack_sound(sound: Sound) -> bytes:
    """For the page to play: uint32 0xffffffff, uint32 samples a second, float64 seconds on the show's clock, then int16
    samples; all little-endian."""
    samples = np.round(sound.samples * 32767.0).astype("<i2")
    return struct.pack("<IId", _TO_PAGE, sound.rate, sound.t) + samples.tobytes()


def is_sound(data: bytes) -> bool:
    """Whether the page's binary message is a piece of its microphone's sound, and no picture."""
    return data[:4] == _FROM_PAGE


def unpack_sound(data: bytes) -> tuple[NDArray[np.float32], int]:
    """(n,) mono samples in [-1, 1] and their rate, of the page's microphone: "PCM ", uint32 samples a second, int16
    samples; little-endian. Raises PeerError when it is anything else."""
    if not is_sound(data) or len(data) < _HEADER or len(data) % 2:
        raise PeerError(f"a microphone's sound: expected 'PCM ', a rate and 16 bits a sample, got {len(data)} bytes")
    (rate,) = struct.unpack_from("<I", data, 4)
    if rate not in RATES:
        raise PeerError(f"a microphone's sound: expected {RATES.start}..{RATES.stop - 1} samples a second, got {rate}")
    samples: NDArray[np.float32] = np.frombuffer(data, "<i2", offset=_HEADER).astype(np.float32) / np.float32(32768.0)
    return samples, int(rate)

"""Bytes to samples: every kind of WAV in pieces of any size, other formats, and what is no sound."""

from __future__ import annotations

import io
import struct

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face import PeerError
from mien.testing import tone
from mien.voice.decoding import Decoder

WAVE = 0.5 * np.sin(np.arange(4000) * 0.1)


def wav(kind: int, bits: int, data: bytes, channels: int = 1, rate: int = 8000, size: int | None = None) -> bytes:
    frame = channels * bits // 8
    header = struct.pack("<HHIIHH", kind, channels, rate, rate * frame, frame, bits)
    length = len(data) if size is None else size
    return (
        b"RIFF\0\0\0\0WAVEfmt " + struct.pack("<I", len(header)) + header + b"LIST\3\0\0\0abc\0data"
        + struct.pack("<I", length) + data
    )  # fmt: skip


def heard(data: bytes, piece: int = 1000) -> tuple[int, np.ndarray]:
    decoder = Decoder("it")
    parts = [decoder.feed(data[at : at + piece]) for at in range(0, len(data), piece)]
    samples = np.concatenate([*parts, decoder.close()])
    return decoder.rate, samples


def test_every_kind_of_wav() -> None:
    whole = np.round(WAVE * 2**31).astype(np.int64).clip(-(2**31), 2**31 - 1)
    kinds = {
        (1, 8): np.round(WAVE * 127 + 128).astype(np.uint8).tobytes(),
        (1, 16): (whole >> 16).astype("<i2").tobytes(),
        (1, 24): b"".join((int(one) >> 8).to_bytes(3, "little", signed=True) for one in whole),
        (1, 32): whole.astype("<i4").tobytes(),
        (3, 32): WAVE.astype("<f4").tobytes(),
        (3, 64): WAVE.astype("<f8").tobytes(),
    }
    for (kind, bits), data in kinds.items():
        rate, samples = heard(wav(kind, bits, data))
        assert rate == 8000
        assert samples == pytest.approx(WAVE, abs=0.01 if bits == 8 else 1e-4)


@given(st.integers(1, 3000))
def test_pieces_of_any_size(piece: int) -> None:
    data = tone(0.1, 8000)
    assert np.array_equal(heard(data, piece)[1], heard(data, len(data))[1])


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFFFFF])
def test_a_stream_that_does_not_know_its_length(size: int) -> None:
    data = (WAVE * 32767).astype("<i2").tobytes()
    assert len(heard(wav(1, 16, data, size=size))[1]) == 4000


def test_what_follows_the_samples_is_no_sound() -> None:
    data = (WAVE * 32767).astype("<i2").tobytes()
    assert len(heard(wav(1, 16, data) + b"LIST\4\0\0\0abcd" * 20, 77)[1]) == 4000


def test_channels_are_mixed_and_what_is_no_number_is_silent() -> None:
    stereo = np.stack([WAVE, -WAVE], axis=1).astype("<f4")
    assert np.abs(heard(wav(3, 32, stereo.tobytes(), 2))[1]).max() < 1e-6
    odd = np.array([np.nan, np.inf, 7.0, 0.25], "<f4")
    assert heard(wav(3, 32, odd.tobytes()))[1].tolist() == [0.0, 0.0, 1.0, 0.25]


@pytest.mark.parametrize(
    ("form", "codec"), [("mp3", "libmp3lame"), ("ogg", "libopus"), ("flac", "flac"), ("adts", "aac")]
)
def test_other_formats(form: str, codec: str) -> None:
    file = io.BytesIO()
    with av.open(file, "w", format=form) as container:
        stream = container.add_stream(codec, rate=48_000)
        assert isinstance(stream, av.AudioStream)
        stream.codec_context.layout = "stereo"
        samples = np.tile(0.5 * np.sin(np.arange(24_000) * 0.05), (2, 1)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        frame.sample_rate = 48_000
        for piece in av.AudioResampler(stream.codec_context.format.name, "stereo", 48_000).resample(frame):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    rate, made = heard(file.getvalue(), 999)
    assert rate == 48_000
    assert len(made) / rate == pytest.approx(0.5, abs=0.05)
    assert np.abs(made[9000:12_000]).max() == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"<html>no</html>", b'{"error": "voice"}', b"plain words and no more", b"RIFF\0\0\0\0WAVE", bytes(4000),
        b"RIFF\0\0\0\0WAVEfmt \4\0\0\0abcd", wav(2, 4, b"\0" * 100), wav(1, 16, b"", rate=100), wav(1, 16, b"", 0),
        b"RIFF\0\0\0\0WAVEjunk\xff\xff\xff\x0f" + bytes(100_000), b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n",
    ],
)  # fmt: skip
def test_what_is_no_sound_is_named(data: bytes) -> None:
    with pytest.raises(PeerError, match=r"^it: expected "):
        heard(data)


@given(st.binary(max_size=200), st.integers(1, 50))
def test_any_bytes_are_a_sound_or_a_named_error(data: bytes, piece: int) -> None:
    for start in (b"", b"RIFF\0\0\0\0WAVE"):
        try:
            rate, samples = heard(start + data, piece)
        except PeerError:
            continue
        assert rate >= 8000
        assert np.isfinite(samples).all()

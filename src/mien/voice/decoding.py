"""Bytes of a sound to samples, as they come: WAV piece by piece, other formats when all is there."""

from __future__ import annotations

import struct
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from mien.face import PeerError
from mien.face.sound import RATES
from mien.peers import shown

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_MOST_HEADER = 65_536
_MOST = 256_000_000
"""Bytes of a compressed sound that are taken."""

_STREAMED = 0x7FFFFF00  # a stream claims this length or more, or none, for it does not know it
_FORMATS = "mp3,ogg,flac,aac,mov,mp4,m4a,matroska,webm,aiff,au,caf"  # none that names other files or addresses
_MARKUP = (b"<", b"{", b"[")
Samples = NDArray[np.float32]
_NOTHING = np.zeros(0, np.float32)


class Decoder:
    """Takes the bytes of one sound in pieces of any size. where: whose they are, for messages.

    A WAV file may be cut off, and may claim any length, as one that is streamed does. rate: samples a second, 0 until
    it is known.
    """

    def __init__(self, where: str) -> None:
        self._where, self._held = where, b""
        self.rate = 0
        self._wav: bool | None = None
        self._kind = (0, 0, 0)  # format, channels, bytes a sample
        self._told = 0  # samples a second, as the header has it
        self._left: int | None = None  # bytes of samples that are to come, where that is known

    def feed(self, data: bytes) -> Samples:
        """(n,) float32 mono in [-1, 1]: the samples that are whole by now. Raises PeerError on what is no sound."""
        self._held += data
        if self._wav is None and len(self._held) >= 12:
            self._wav = self._held[:4] == b"RIFF" and self._held[8:12] == b"WAVE"
            if not self._wav:
                self._refuse_markup()
        if not self._wav:
            if len(self._held) > _MOST:
                raise PeerError(f"{self._where}: expected a sound of at most {_MOST // 1_000_000} MB, got more")
            return _NOTHING
        return self._samples() if self.rate or self._header() else _NOTHING

    def close(self) -> Samples:
        """The rest. Raises PeerError when there was no sound at all."""
        if self._wav:
            if not self.rate:
                raise PeerError(f"{self._where}: expected a WAV file, got one that ends in its header")
            return _NOTHING
        self._refuse_markup()
        return self._decoded()

    def _refuse_markup(self) -> None:
        if not self._held or self._held.lstrip()[:1] in _MARKUP:
            got = shown(self._held) if self._held else "nothing"
            raise PeerError(f"{self._where}: expected a sound, got {got}")

    def _header(self) -> bool:
        """Read the header once it is whole; whether it was."""
        at = 12
        while len(self._held) >= at + 8:
            name, size = struct.unpack_from("<4sI", self._held, at)
            if name == b"data" and self._kind[1]:
                self._held, self.rate = self._held[at + 8 :], self._told
                self._left = size if 0 < size < _STREAMED else None
                return True
            if len(self._held) < at + 8 + size:
                break
            if name == b"fmt ":
                self._format(self._held[at + 8 : at + 8 + size])
            at += 8 + size + size % 2
        if len(self._held) > _MOST_HEADER:
            raise PeerError(f"{self._where}: expected a WAV file, got one without samples in its first 64 KB")
        return False

    def _format(self, chunk: bytes) -> None:
        if len(chunk) < 16:
            raise PeerError(f"{self._where}: expected a WAV file, got one with a broken header")
        kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunk)
        if kind == _EXTENSIBLE and len(chunk) >= 26:
            (kind,) = struct.unpack_from("<H", chunk, 24)
        known = (kind == _PCM and bits in (8, 16, 24, 32)) or (kind == _FLOAT and bits in (32, 64))
        if not known or not 1 <= channels <= 32 or rate not in RATES:
            raise PeerError(
                f"{self._where}: expected WAV of whole numbers or floats at {RATES.start}..{RATES.stop - 1} samples a "
                f"second, got format {kind} of {bits} bits, {channels} channels, {rate} a second"
            )
        self._kind, self._told = (kind, channels, bits // 8), rate

    def _samples(self) -> Samples:
        """The samples of the bytes that are held, whole frames of them; what follows the samples is passed over."""
        kind, channels, size = self._kind
        here = len(self._held) if self._left is None else min(len(self._held), self._left)
        whole = here - here % (channels * size)
        raw, self._held = self._held[:whole], self._held[whole:]
        if self._left is not None:
            self._left -= whole
            if self._left < channels * size:
                self._held = b""
        return _mono(_numbers(raw, kind, size), channels)

    def _decoded(self) -> Samples:
        """The samples of a compressed file."""
        import av

        made = []
        try:
            with av.open(BytesIO(self._held), "r", options={"format_whitelist": _FORMATS}) as container:
                if not container.streams.audio:
                    raise PeerError(f"{self._where}: expected a sound, got a file without one")
                self.rate = container.streams.audio[0].rate
                resampler = av.AudioResampler(format="fltp", rate=self.rate)
                for frame in (*container.decode(audio=0), None):
                    made += [piece.to_ndarray().mean(axis=0) for piece in resampler.resample(frame)]
        except (OSError, ValueError, av.FFmpegError) as error:
            raise PeerError(f"{self._where}: expected a sound, got {shown(self._held)} ({error})") from error
        if self.rate not in RATES:
            raise PeerError(f"{self._where}: expected a sound at {RATES.start}.. samples a second, got {self.rate}")
        return _sane(np.concatenate([_NOTHING, *made]))


def _numbers(raw: bytes, kind: int, size: int) -> NDArray[np.float64]:
    """Samples in [-1, 1] of little-endian numbers."""
    if kind == _FLOAT:
        return np.frombuffer(raw, f"<f{size}").astype(np.float64)
    if size == 1:
        return (np.frombuffer(raw, np.uint8).astype(np.float64) - 128.0) / 128.0
    if size == 3:
        wide = np.zeros((len(raw) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(raw, np.uint8).reshape(-1, 3)
        return wide.view("<i4").reshape(-1).astype(np.float64) / 2.0**31
    return np.frombuffer(raw, f"<i{size}").astype(np.float64) / 2.0 ** (8 * size - 1)


def _mono(samples: NDArray[np.float64], channels: int) -> Samples:
    return _sane(samples.reshape(-1, channels).mean(axis=1))


def _sane(samples: NDArray[np.floating]) -> Samples:
    """Clipped into [-1, 1]; what is no number is silence."""
    sane: Samples = np.clip(np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0), -1.0, 1.0).astype(np.float32)
    return sane

"""Video files: H.264 in MP4, which plays everywhere, and VP9 in WebM, which keeps transparency."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream
from numpy.typing import NDArray

from mien.face import Colour, DeviceError, Frame, Shot, Sound
from mien.files import AtomicFile, refusals
from mien.sinks.label import KEY, label
from mien.sinks.sink import Output, Sink
from mien.sinks.soundtrack import Soundtrack
from mien.wire.edges import bled

_BT709 = 1  # the ITU's number for this standard, for primaries and transfer as for the matrix
_AWAITED = 0.25
"""Seconds by which a piece of sound may come later than the picture of its time, and still lie where it belongs."""


@dataclass(frozen=True, slots=True)
class Format:
    """How one kind of file is made. options: for the encoder; container_options: for the file."""

    container: str
    codec: str
    sound: str
    pixel: str
    options: dict[str, str]
    container_options: dict[str, str]
    stream_tags: dict[str, str]


MP4 = Format(
    "mp4",
    "libx264",
    "aac",
    "yuv420p",
    {"crf": "18", "preset": "fast", "tune": "animation"},
    # the index first, so that a browser plays before all is loaded; own tags, or the AIGC label is dropped
    {"movflags": "faststart+use_metadata_tags"},
    {},
)
WEBM = Format(
    "webm",
    "libvpx-vp9",
    "libopus",
    "yuva420p",
    # realtime: 5 ms a frame at 256 instead of 18, for a quarter more bytes and the same likeness
    {"crf": "24", "b": "0", "deadline": "realtime", "cpu-used": "5", "row-mt": "1", "auto-alt-ref": "0"},
    {},
    {"alpha_mode": "1"},
)


def require(codec: str) -> None:
    """Raises DeviceError when this machine's FFmpeg libraries cannot write the codec."""
    try:
        av.codec.Codec(codec, "w")
    except (FFmpegError, ValueError) as error:
        raise DeviceError(
            f"no encoder {codec} on this machine; install its wheel again: pip install --force-reinstall av"
        ) from error


class Video:
    """A video file; a shot's time decides its place, so late or missing shots keep the pace. tag: its AIGC label."""

    live = False
    needs_frame = True

    def __init__(
        self, output: Output, how: Format, dress: Callable[[Frame], NDArray[np.uint8]], width: int, height: int,
        tag: str,
    ) -> None:  # fmt: skip
        require(how.codec)
        if output.sound:
            require(how.sound)
        self._how, self._dress = how, dress
        self._rate = Fraction(output.fps).limit_denominator(1001)
        self._start: float | None = None
        self._last = -1
        self._failed = False
        self._file = AtomicFile(output.target())
        try:
            with refusals(self._file.target):
                self._container = av.open(
                    str(self._file.part), "w", format=how.container, options=how.container_options
                )
                if tag:
                    self._container.metadata[KEY] = tag
                self._stream = self._open_stream(width, height)
                self._sound = Soundtrack(self._container, how.sound) if output.sound else None
        except BaseException:
            self._file.drop()
            raise

    def _open_stream(self, width: int, height: int) -> VideoStream:
        """The encoder's stream, its colours named as ITU-R BT.709."""
        stream = self._container.add_stream(self._how.codec, rate=self._rate, options=self._how.options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = width, height
        stream.pix_fmt = self._how.pixel
        context: VideoCodecContext = stream.codec_context
        context.time_base = 1 / self._rate
        context.color_range = ColorRange.MPEG
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        stream.metadata.update(self._how.stream_tags)
        return stream

    def put(self, shot: Shot) -> None:
        """Encode one painted shot; one that falls on the place of the last is left out. Raises ValueError,
        DeviceError."""
        if shot.frame is None:
            raise ValueError(f"{self._how.container}: the shot was not painted")
        start = shot.t if self._start is None else self._start
        place = round((shot.t - start) * float(self._rate))
        if place <= self._last:
            return
        pixels = self._dress(shot.frame)
        self._start, self._last = start, place
        rgb = av.VideoFrame.from_ndarray(pixels, format="rgb24" if pixels.shape[2] == 3 else "rgba")
        yuv = rgb.reformat(format=self._how.pixel, dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG)
        yuv.pts, yuv.time_base = place, 1 / self._rate
        self._write(yuv)

    def hear(self, sound: Sound) -> None:
        """Lay out a piece of sound, if the film was opened with sound; it is written with the pictures of its time."""
        if self._sound is not None:
            self._sound.hear(sound)

    def _write(self, frame: av.VideoFrame | None) -> None:
        """Encode one frame, or flush with None, and the sound up to its end, but for what may still come."""
        try:
            with refusals(self._file.target):
                self._container.mux(self._stream.encode(frame))
                if self._sound is not None:
                    self._sound.start = self._start
                    seconds = (self._last + 1) / float(self._rate)
                    self._container.mux(list(self._sound.until(seconds if frame is None else seconds - _AWAITED)))
                    if frame is None:
                        self._container.mux(self._sound.end())
        except FFmpegError as error:
            self._failed = True
            raise DeviceError(f"{self._file.target}: {self._how.codec}: {error.strerror}") from error
        except BaseException:
            self._failed = True
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        good = kind is None and self._last >= 0 and not self._failed
        try:
            if good:
                self._write(None)
            self._close(good)
            good = good and not self._failed
        except BaseException:
            good = False
            raise
        finally:
            if not good:
                self._file.drop()
        if good:
            self._file.keep()

    def _close(self, good: bool) -> None:
        """Close the container; what fails then is told only when the file was good so far."""
        try:
            with refusals(self._file.target):
                self._container.close()
        except (DeviceError, FFmpegError) as error:
            if good:  # else the file is dropped anyway, and what failed first is on its way up
                raise DeviceError(f"{self._file.target}: cannot finish the file: {error}") from error


def open_mp4(output: Output) -> Sink:
    """H.264, over the background colour. Raises SettingsError or DeviceError."""
    side = _even(output.size)

    def dress(frame: Frame) -> NDArray[np.uint8]:
        return _fitted(_square(frame, output.size).over(output.background), side, side, output.background)

    return Video(output, MP4, dress, side, side, label(output.producer))


def open_film(path: Path, fps: float, width: int, height: int) -> Sink:
    """H.264 of pictures that are no generated faces, without the label of such.

    `put` takes frames of any size: what is wider or higher than this is cut, what is less stands on black.
    Raises SettingsError or DeviceError.
    """
    wide, high = _even(width), _even(height)

    def dress(frame: Frame) -> NDArray[np.uint8]:
        return _fitted(frame.over((0, 0, 0)), wide, high, (0, 0, 0))

    return Video(Output(path, fps, max(width, height)), MP4, dress, wide, high, "")


def open_webm(output: Output) -> Sink:
    """VP9 with its transparency. Raises SettingsError or DeviceError."""

    def dress(frame: Frame) -> NDArray[np.uint8]:
        return np.dstack([bled(_square(frame, output.size)), frame.pixels[..., 3]])

    return Video(output, WEBM, dress, output.size, output.size, label(output.producer))


def _square(frame: Frame, size: int) -> Frame:
    if frame.pixels.shape[:2] != (size, size):
        raise ValueError(f"expected {size} pixels square, got {frame.pixels.shape}")
    return frame


def _even(side: int) -> int:
    return side + side % 2  # colour is shared by 2 x 2 pixels: an odd picture gets one more row


def _fitted(rgb: NDArray[np.uint8], width: int, height: int, background: Colour) -> NDArray[np.uint8]:
    """(height, width, 3): the picture from its upper left corner, cut or with more background."""
    if rgb.shape[:2] == (height, width):
        return rgb
    out = np.empty((height, width, 3), np.uint8)
    out[:] = background
    part = rgb[:height, :width]
    out[: part.shape[0], : part.shape[1]] = part
    return out

"""Animated GIF: one palette for the whole performance, transparent outside the figure.

FFmpeg's palettegen and paletteuse make it: the first pass counts the colours of every frame (and spools the
frames, packed, to a temporary file), the second writes with the 255 best colours. One palette keeps flat
areas from flickering, which a palette a frame, as most writers make, does not.
"""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from types import TracebackType
from typing import Any, Self

import av
import numpy as np
from av.error import BlockingIOError, EOFError, FFmpegError
from av.filter import Graph
from av.video.stream import VideoStream
from numpy.typing import NDArray

from mien.face import DeviceError, Shot
from mien.files import AtomicFile, refusals
from mien.sinks.label import into_gif, label
from mien.sinks.sink import Output, Sink
from mien.sinks.video import require

_TICK = Fraction(1, 100)  # GIF counts hundredths of a second
_LEAST = 2  # browsers show a frame of one hundredth for ten
_USE = "dither=none:diff_mode=rectangle:alpha_threshold=128"  # flat colours: dithering would only crawl


class Gif:
    """An animated GIF; a shot's time decides how long it stays."""

    live = False
    needs_frame = True

    def __init__(self, output: Output) -> None:
        require("gif")
        label(output.producer)  # a bad code is refused now, not after the show
        self._size, self._producer = output.size, output.producer
        self._final = max(_LEAST, round(100 / output.fps))
        self._start: float | None = None
        self._places: list[tuple[int, int]] = []  # hundredths from the start, packed length
        self._failed = False
        self._file = AtomicFile(output.target())
        try:
            self._colours = Graph()
            make = self._colours.add("palettegen", "reserve_transparent=1:stats_mode=full")
            self._colours.link_nodes(self._source(self._colours), make, self._colours.add("buffersink"))
            self._colours.configure()
            self._spool = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__, with the sink
        except BaseException:
            self._file.drop()
            raise

    def _source(self, graph: Graph) -> Any:  # its push() is missing from PyAV's type stubs
        rgba = av.VideoFormat("rgba", self._size, self._size)
        return graph.add_buffer(width=self._size, height=self._size, format=rgba, time_base=_TICK)

    def _picture(self, pixels: NDArray[np.uint8], place: int) -> av.VideoFrame:
        frame = av.VideoFrame.from_ndarray(pixels, format="rgba")
        frame.pts, frame.time_base = place, _TICK
        return frame

    def put(self, shot: Shot) -> None:
        """Take one painted shot; one less than 0.02 s after the last is left out.

        Raises ValueError when it is unpainted or of another size, DeviceError when the disk is full.
        """
        if shot.frame is None:
            raise ValueError("gif: the shot was not painted")
        if shot.frame.pixels.shape[:2] != (self._size, self._size):
            raise ValueError(f"gif: expected {self._size} pixels square, got {shot.frame.pixels.shape}")
        if self._start is None:
            self._start = shot.t
        place = round((shot.t - self._start) * 100)
        if self._places and place < self._places[-1][0] + _LEAST:
            return
        pixels = shot.frame.pixels.copy()
        solid = pixels[..., 3] >= 128  # GIF knows no half transparency
        pixels[..., 3] = np.where(solid, 255, 0)
        pixels[~solid, :3] = 0
        try:
            with refusals(self._file.target):
                packed = zlib.compress(pixels.tobytes(), 1)
                self._spool.write(packed)
                self._colours.vpush(self._picture(pixels, place))
        except BaseException:
            self._failed = True
            raise
        self._places.append((place, len(packed)))

    def _frames(self) -> Iterator[av.VideoFrame]:
        """The spooled pictures, unpacked one after another."""
        self._spool.seek(0)
        for place, length in self._places:
            pixels = np.frombuffer(zlib.decompress(self._spool.read(length)), np.uint8)
            yield self._picture(pixels.reshape(self._size, self._size, 4), place)

    def _indexed(self) -> Iterator[av.VideoFrame]:
        """The pictures with the one palette of them all: the second pass."""
        self._colours.vpush(None)
        palette = self._colours.vpull()
        graph = Graph()
        pictures = self._source(graph)
        colours: Any = graph.add_buffer(
            width=palette.width, height=palette.height, format=palette.format, time_base=_TICK
        )
        use, sink = graph.add("paletteuse", _USE), graph.add("buffersink")
        pictures.link_to(use, 0, 0)
        colours.link_to(use, 0, 1)
        use.link_to(sink)
        graph.configure()
        colours.push(palette)
        colours.push(None)
        for frame in (*self._frames(), None):
            pictures.push(frame)
            try:
                while True:
                    yield graph.vpull()
            except (BlockingIOError, EOFError):
                continue

    def _write(self) -> None:
        """Write the file from the spool, and its label into it."""
        options = {"loop": "0", "final_delay": str(self._final)}
        with av.open(str(self._file.part), "w", format="gif", options=options) as out:
            stream = out.add_stream("gif", rate=100)
            assert isinstance(stream, VideoStream)
            stream.width = stream.height = self._size
            stream.pix_fmt = "pal8"
            stream.codec_context.time_base = _TICK
            for frame in self._indexed():
                out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
        self._file.part.write_bytes(into_gif(self._file.part.read_bytes(), self._producer))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        good = kind is None and bool(self._places) and not self._failed
        try:
            if good:
                with refusals(self._file.target):
                    self._write()
        except FFmpegError as error:
            good = False
            raise DeviceError(f"{self._file.target}: gif: {error.strerror}") from error
        except BaseException:
            good = False
            raise
        finally:
            with suppress(OSError):  # of a full disk, which has been told of already
                self._spool.close()
            if not good:
                self._file.drop()
        if good:
            self._file.keep()


def open_sink(output: Output) -> Sink:
    """An animated GIF, transparent outside the figure. Raises SettingsError or DeviceError."""
    return Gif(output)

"""Pictures out of files: stills, animated pictures and videos, each with its time, upright and in plain RGB."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.face import InputError

STILLS = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")
VIDEOS = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v", ".apng")
ANIMATED = (".gif",)
"""Pictures that are played as videos here, and are one picture to a data set."""

_ALL = (*STILLS, *VIDEOS, *ANIMATED)

MOST_PIXELS = 64_000_000
"""A still larger than this is refused."""

LONGEST = 1920
"""Pixels of the longer side to which larger frames of a video are shrunk."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One picture as it came.

    source: the file. t: seconds from its start, 0 for a still. pixels: (height, width, 3) RGB uint8. scale: times by
    which the file's own picture is larger.
    """

    source: str
    t: float
    pixels: NDArray[np.uint8]
    scale: float = 1.0


def files_of(path: Path) -> list[Path]:
    """The pictures and videos at a path: the file itself, or all below a folder, in order.

    Raises InputError when there is none.
    """
    if path.is_dir():
        found = sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in _ALL)
        if not found:
            raise InputError(f"{path}: expected pictures or videos in it, found none")
        return found
    if not path.exists():
        raise InputError(f"{path}: expected a picture, a video or a folder, found nothing there")
    if path.suffix.lower() not in _ALL:
        raise InputError(f"{path}: expected {', '.join(_ALL)}, got {path.suffix or 'no ending'}")
    return [path]


def is_video(path: Path) -> bool:
    """Whether the file's name says that it holds more than one picture."""
    return path.suffix.lower() in VIDEOS + ANIMATED


def pictures(path: Path) -> Iterator[Seen]:
    """The pictures of one file. Raises InputError when it cannot be read."""
    if is_video(path):
        yield from film(path)
    else:
        yield still(path)


def still(path: Path) -> Seen:
    """A picture, a photograph (JPEG) upright as its EXIF says, laid over white where it is transparent, 16 bits made 8.

    Raises InputError when it cannot be decoded or is larger than `MOST_PIXELS`.
    """
    import cv2

    try:
        data = np.fromfile(path, np.uint8)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
    try:
        plain = data[:2].tobytes() == b"\xff\xd8"  # JPEG: eight bits, no transparency, and the one whose EXIF turns it
        flags = cv2.IMREAD_COLOR if plain else cv2.IMREAD_UNCHANGED
        whole = cv2.imdecode(data, flags) if data.size else None
    except cv2.error as error:
        raise InputError(f"{path}: cannot be decoded; it may be too large ({error.err})") from error
    if whole is None:
        raise InputError(f"{path}: not a whole picture ({data.size} bytes); save it again, as PNG or JPEG")
    if whole.shape[0] * whole.shape[1] > MOST_PIXELS:
        raise InputError(
            f"{path}: expected at most {MOST_PIXELS // 1_000_000} megapixels, got {whole.shape[1]} x {whole.shape[0]}"
        )
    picture = _eight(whole if whole.ndim == 3 else whole[..., None])
    if picture.shape[2] == 1:
        picture = np.repeat(picture, 3, axis=2)
    elif picture.shape[2] == 4:
        pixels = picture
        alpha = pixels[..., 3:].astype(np.float32) / 255.0
        picture = (pixels[..., :3] * alpha + 255.0 * (1.0 - alpha) + 0.5).astype(np.uint8)
    return Seen(str(path), 0.0, np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8))


def _eight(pixels: NDArray[np.generic]) -> NDArray[np.uint8]:
    if pixels.dtype == np.uint16:
        return (np.asarray(pixels, np.uint16) >> 8).astype(np.uint8)
    if pixels.dtype == np.uint8:
        return np.asarray(pixels, np.uint8)
    return np.asarray(np.clip(np.asarray(pixels, np.float32) * 255.0, 0.0, 255.0), np.uint8)


def film(given: Path | io.BytesIO, name: str = "") -> Iterator[Seen]:
    """The frames of a video or an animated picture at their own times, upright as its rotation tag says.

    name: of the video, where it is given as bytes.
    Stops where the file is damaged, if something could be read before. Raises InputError when nothing could.
    """
    import av
    import cv2

    count, path = 0, name or str(given)
    try:
        with av.open(str(given) if isinstance(given, Path) else given, "r") as container:
            if not container.streams.video:
                raise InputError(f"{path}: expected a video, found no picture in it")
            container.streams.video[0].thread_type = "AUTO"
            start: float | None = None
            last = -1.0
            for frame in container.decode(video=0):
                turned = int(frame.rotation) // 90 % 4 if hasattr(frame, "rotation") else 0
                zoom = min(1.0, LONGEST / max(frame.width, frame.height))
                if zoom < 1.0:
                    frame = frame.reformat(round(frame.width * zoom), round(frame.height * zoom))
                pixels = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
                if turned:  # FFmpeg says how far to turn it back, against the clock
                    pixels = np.ascontiguousarray(np.rot90(pixels, turned))
                t = float(frame.time) if frame.time is not None else last + 1.0 / 30.0
                start = t if start is None else start
                t = max(t - start, last + 1e-3)
                last = t
                count += 1
                yield Seen(path, t, pixels, 1.0 / zoom)
    except (av.FFmpegError, cv2.error, ValueError) as error:
        if not count:
            raise InputError(f"{path}: not a whole video ({error})") from error
    if not count:
        raise InputError(f"{path}: expected a video, found no picture in it")


def length(path: Path) -> int | None:
    """How many frames the video promises, None when it does not say."""
    import av

    try:
        with av.open(str(path), "r") as container:
            stream = container.streams.video[0]
            if stream.frames:
                return int(stream.frames)
            if container.duration and stream.average_rate:
                return round(container.duration / 1e6 * float(stream.average_rate))
    except (av.FFmpegError, IndexError):
        pass
    return None

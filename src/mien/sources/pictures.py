"""Pictures out of files: stills, animated pictures and videos, each with its time, upright and in plain RGB."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mien.face import InputError
from mien.files import below, head_of, is_folder, plain_file, read_bytes
from mien.sources.chunks import animated, orientation, shown, transport
from mien.sources.headers import judged, sized

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer

STILLS = (".png", ".jpg", ".jpeg", ".jfif", ".webp", ".avif", ".bmp", ".tif", ".tiff")
VIDEOS = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v", ".3gp", ".ts", ".m2ts", ".mpg", ".mpeg", ".apng")
ANIMATED = (".gif",)
"""Pictures that are played as videos here, and are one picture to a data set."""

_ALL = (*STILLS, *VIDEOS, *ANIMATED)

UNREAD = (".heic", ".heif", ".jxl", ".psd", ".svg", ".dng", ".cr2", ".cr3", ".nef", ".arw", ".raf", ".orf", ".wmv")
"""Pictures and videos that nothing here reads: they are named where they are passed over."""

_LONGEST = 500_000_000
"""Bytes of a still; one of the most pixels, uncompressed and 16 bits deep, has fewer."""

_PATIENCE = 20.0
"""Seconds until a file must have told what it is: FFmpeg searches endless nonsense for a beginning."""

_AT_ONCE = 16
"""Pictures of an animated WebP that are unpacked together."""

_LEAST_ASPECT = 0.1
"""A pixel that is said to be narrower than this, or wider than its inverse, is taken for square."""

LONGEST = 1920
"""Pixels of the longer side to which larger frames of a video are shrunk."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture as it came.

    source: the file. t: seconds from its start, 0 for a still. pixels: (height, width, 3) RGB uint8. scale: times by
    which the file's own picture is larger.
    """

    source: str
    t: float
    pixels: NDArray[np.uint8]
    scale: float = 1.0


def files_of(path: Path, warn: Callable[[str], None] = lambda _: None) -> list[Path]:
    """The pictures and videos at a path: the file itself, or all below a folder, in order.

    warn: is told what is passed over in a folder although it is a picture. Raises InputError when there is none.
    """
    if is_folder(path):
        files = below(path)
        for one in files:
            if one.suffix.lower() in UNREAD:
                warn(unread(str(one)))
        found = [p for p in files if p.suffix.lower() in _ALL and (p.suffix.lower() != ".ts" or transport(p))]
        if not found:
            raise InputError(f"{path}: expected pictures or videos in it, found none")
        return found
    plain_file(path)
    if path.suffix.lower() in UNREAD:
        raise InputError(unread(str(path)))
    if path.suffix.lower() not in _ALL:
        raise InputError(f"{path}: expected {', '.join(_ALL)}, got {path.suffix or 'no ending'}")
    return [path]


def unread(name: str) -> str:
    """What to do with a picture or video of a kind that is not read here."""
    kind = Path(name).suffix.lower()
    other = "MP4" if kind == ".wmv" else "JPEG or PNG"
    return f"{name}: {kind[1:].upper()} is not read here; save it as {other}"


Warn = Callable[[str], None]
"""Is told, in words for a person, what of a file could not be read although the rest was."""


def is_video(path: Path) -> bool:
    """Whether the file holds more than one picture: by its name, and a PNG or WebP by what stands in it."""
    suffix = path.suffix.lower()
    return suffix in VIDEOS + ANIMATED or (suffix in (".png", ".webp") and animated(path))


def pictures(path: Path, warn: Warn = lambda _: None) -> Iterator[Picture]:
    """The pictures of one file. warn: as in `film`. Raises InputError when it cannot be read."""
    if not is_video(path):
        yield still(path)
    elif path.suffix.lower() == ".webp":
        yield from _moving(path)
    else:
        yield from film(path, warn=warn)


def still(path: Path) -> Picture:
    """A picture, upright as its EXIF says, laid over white where it is transparent, 16 bits made 8.

    Raises InputError when it cannot be decoded or is larger than `headers.MOST_PIXELS`.
    """
    import cv2

    encoded = read_bytes(path, _LONGEST)
    judged(encoded, str(path))
    data = np.frombuffer(encoded, np.uint8)
    try:
        plain = data[:2].tobytes() == b"\xff\xd8"  # JPEG: eight bits, no transparency, and turned by OpenCV itself
        flags = cv2.IMREAD_COLOR if plain else cv2.IMREAD_UNCHANGED
        whole = cv2.imdecode(data, flags) if data.size else None
    except cv2.error as error:
        raise InputError(f"{path}: cannot be decoded; it may be too large ({error.err})") from error
    if whole is None:
        raise InputError(f"{path}: not a whole picture ({data.size} bytes); save it again, as PNG or JPEG")
    upright = whole if plain else _upright(whole, orientation(encoded))
    picture = _eight(upright if upright.ndim == 3 else upright[..., None])
    if picture.shape[2] == 1:
        picture = np.repeat(picture, 3, axis=2)
    elif picture.shape[2] == 4:
        picture = _over_white(picture)
    return Picture(str(path), 0.0, np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8))


def _over_white(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    alpha = pixels[..., 3:].astype(np.float32) / 255.0
    return np.asarray(pixels[..., :3] * alpha + 255.0 * (1.0 - alpha) + 0.5, np.uint8)


def _upright(pixels: NDArray[np.generic], turn: int) -> NDArray[np.generic]:
    """turn: EXIF's number, 1 to 8."""
    if turn in (2, 4, 5, 7):
        pixels = pixels[:, ::-1]
    quarters = {3: 2, 4: 2, 5: 1, 6: 3, 7: 3, 8: 1}.get(turn, 0)
    return np.ascontiguousarray(np.rot90(pixels, quarters))


def _eight(pixels: NDArray[np.generic]) -> NDArray[np.uint8]:
    """The same picture at eight bits a channel."""
    if pixels.dtype == np.uint16:
        return (np.asarray(pixels, np.uint16) >> 8).astype(np.uint8)
    if pixels.dtype == np.uint8:
        return np.asarray(pixels, np.uint8)
    return np.asarray(np.clip(np.asarray(pixels, np.float32) * 255.0, 0.0, 255.0), np.uint8)


def _moving(path: Path) -> Iterator[Picture]:
    """The pictures of an animated WebP, some at a time."""
    import cv2

    at, t = 0, 0.0
    try:
        encoded = read_bytes(path, _LONGEST)
        judged(encoded, str(path))
        data = np.frombuffer(encoded, np.uint8)
        while True:
            good, some = cv2.imdecodeanimation(data, at, _AT_ONCE)
            if not good or not some.frames:
                break
            for pixels, duration in zip(some.frames, some.durations, strict=True):
                picture = np.asarray(pixels, np.uint8)
                shown = _over_white(picture) if picture.shape[2] == 4 else picture
                yield Picture(str(path), t, np.asarray(cv2.cvtColor(shown, cv2.COLOR_BGR2RGB), np.uint8))
                t += max(float(duration), 1.0) / 1000.0
            at += len(some.frames)
            if len(some.frames) < _AT_ONCE:
                break
    except (OSError, cv2.error) as error:
        raise InputError(f"{path}: cannot be read ({error})") from error
    if not at:
        raise InputError(f"{path}: not a whole picture; save it again")


def film(given: Path | io.BytesIO, name: str = "", warn: Warn = lambda _: None) -> Iterator[Picture]:
    """The frames of a video or an animated picture at their own times, turned and mirrored as it is to be shown, and as
    wide as its pixels are.

    name: of the video, where it is given as bytes. What is damaged is left out, and at the end `warn` is told; so it is
    when the file ends before its time. Raises InputError when nothing could be read.
    """
    import av
    import cv2

    count, path = 0, name or str(given)
    bad: list[float] = []
    promised: float | None = None
    try:
        place = str(plain_file(given)) if isinstance(given, Path) else given
        if isinstance(given, Path) and given.suffix.lower() in ANIMATED:  # else FFmpeg searches all of it for pictures
            judged(head_of(given), path)
        with av.open(place, "r", timeout=_PATIENCE) as container:
            if not container.streams.video:
                raise InputError(f"{path}: expected a video, found no picture in it")
            promised = _promised(container)
            said = container.streams.video[0]
            sized(max(1, said.width), max(1, said.height), path)
            container.streams.video[0].thread_type = "AUTO"
            narrow = _aspect(container)
            start: float | None = None
            last = -1.0
            for frame in _frames(container, bad):
                matrix = _display(frame)
                wide, high = frame.width * max(narrow, 1.0), frame.height / min(narrow, 1.0)
                zoom = min(1.0, LONGEST / max(wide, high))
                if zoom < 1.0 or narrow != 1.0:
                    frame = frame.reformat(max(1, round(wide * zoom)), max(1, round(high * zoom)))
                clear = any(part.is_alpha for part in frame.format.components)
                pixels = np.asarray(frame.to_ndarray(format="rgba" if clear else "rgb24"), np.uint8)
                if clear:
                    pixels = _over_white(pixels)
                pixels = shown(pixels, matrix)
                t = float(frame.time) if frame.time is not None else last + 1.0 / 30.0
                start = t if start is None else start
                t = max(t - start, last + 1e-3)
                last = t
                count += 1
                yield Picture(path, t, pixels, 1.0 / zoom)
    except (av.FFmpegError, cv2.error, ValueError) as error:
        if not count:
            raise InputError(f"{path}: not a whole video ({error})") from error
        bad.append(last)
    if not count:
        raise InputError(f"{path}: {'not a whole video' if bad else 'expected a video, found no picture in it'}")
    if bad:
        warn(f"{path}: damaged near {bad[0]:.2f} s; what could be read was used, to {last:.2f} s")
    elif promised is not None and max(last, _ended(start, last, promised)) < 0.9 * promised - 0.5:
        warn(f"{path}: ends after {last:.2f} s of {promised:.2f} s; what was there was used")


def _frames(container: InputContainer, bad: list[float]) -> Iterator[VideoFrame]:
    """The frames, without those that cannot be decoded; after which seconds some were damaged goes into `bad`."""
    import av

    last = 0.0
    for packet in container.demux(container.streams.video[0]):
        try:
            frames = packet.decode()
        except (av.error.InvalidDataError, av.error.UndefinedError):  # one packet: the next may be whole
            bad.append(last)
            continue
        if packet.is_corrupt:
            bad.append(last)
        for frame in frames:
            assert isinstance(frame, av.VideoFrame)
            last = last if frame.time is None else float(frame.time)
            if frame.is_corrupt:
                bad.append(last)
            yield frame


def _ended(start: float | None, last: float, promised: float) -> float:
    """When the last frame came on the file's own clock: what is promised may count from there, not from a first frame
    that comes late."""
    return last + start if start is not None and 0.0 < start < promised else last


def _aspect(container: InputContainer) -> float:
    """How many times wider than high a pixel is."""
    said = container.streams.video[0].sample_aspect_ratio
    wide = float(said) if said else 1.0
    return wide if _LEAST_ASPECT <= wide <= 1.0 / _LEAST_ASPECT else 1.0


def _display(frame: VideoFrame) -> bytes:
    """The frame's display matrix, nothing when it has none."""
    said: Any = frame.side_data.get("DISPLAYMATRIX")
    return b"" if said is None else bytes(said)


def _promised(container: InputContainer) -> float | None:
    """Seconds that the video says it lasts, None when it does not."""
    stream = container.streams.video[0]
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    if container.duration is not None and len(container.streams) == 1:  # else another stream may be the longer one
        return container.duration / 1e6
    return None


def length(path: Path) -> int | None:
    """How many frames the video promises, None when it does not say."""
    import av

    try:
        with av.open(str(path), "r", timeout=_PATIENCE) as container:
            stream = container.streams.video[0]
            if stream.frames:
                return int(stream.frames)
            if container.duration and stream.average_rate:
                return round(container.duration / 1e6 * float(stream.average_rate))
    except (av.FFmpegError, IndexError):
        pass
    return None

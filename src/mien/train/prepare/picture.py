"""Bytes to a square face of one size: decoding that survives what the world sends, and alignment by key points."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from mien.face import LEFT_EYE, MOUTH, RIGHT_EYE, InputError
from mien.sources.headers import MOST_PIXELS

LEAST_SIDE = 16
"""Pixels that a picture's shorter side has at least."""

EYES_APART = 2.7
"""A prepared picture's side in distances between the eyes, where nobody asks for another."""

Pixels = NDArray[np.uint8]
Points = NDArray[np.float32]

MODES = {"grey": 1, "rgb": 3, "rgba": 4}
"""Channels of a prepared picture by its colour mode."""


@dataclass(frozen=True, slots=True)
class Crop:
    """pixels: (size, size, channels). points: (n, 2) key points in units of the crop, or None."""

    pixels: Pixels
    points: Points | None


def decode(data: bytes, colour: str) -> Pixels:
    """(height, width, channels) of an encoded picture, turned upright as its EXIF says. colour: a name of `MODES`.

    Raises InputError when it cannot be decoded, is larger than `MOST_PIXELS` or smaller than `LEAST_SIDE`.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a picture's small faults of metadata are no concern of ours
            with Image.open(io.BytesIO(data)) as file:
                _sized(*file.size)
                return coloured(np.asarray(ImageOps.exif_transpose(file).convert("RGBA")), colour)
    except UnidentifiedImageError as error:  # its own words hold a memory address
        raise InputError(f"not a whole picture ({len(data)} bytes of no kind that is known)") from error
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError) as error:
        raise InputError(f"not a whole picture ({error})") from error


def _sized(width: int, height: int) -> None:
    """Raises InputError on a picture that is too large or too small."""
    if width * height > MOST_PIXELS:
        raise InputError(f"expected at most {MOST_PIXELS // 1_000_000} megapixels, got {width} x {height}")
    if min(width, height) < LEAST_SIDE:
        raise InputError(f"expected at least {LEAST_SIDE} pixels a side, got {width} x {height}")


def coloured(pixels: Pixels, colour: str) -> Pixels:
    """(height, width, 1, 3 or 4) in the colour mode; transparent ground becomes white where the mode has no alpha.

    Raises InputError on a size that `decode` would refuse.
    """
    _sized(pixels.shape[1], pixels.shape[0])
    channels = pixels.shape[2]
    if channels == MODES[colour]:
        return pixels
    if channels == 4:
        alpha = pixels[..., 3:].astype(np.uint16)
        pixels = ((pixels[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
    rgb = np.repeat(pixels, 3, axis=2) if channels == 1 else pixels
    if colour == "grey":
        return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)[..., None]
    return rgb if colour == "rgb" else np.concatenate([rgb, np.full_like(rgb[..., :1], 255)], axis=2)


def crop(picture: Pixels, points: Points | None, size: int, whole: bool = False, margin: float = EYES_APART) -> Crop:
    """The face of a picture, (size, size): upright between its eyes where key points say so, else the middle square.

    points: (68 or more, 2) in pixels, iBUG order, NaN where unknown. The eyes come to lie on one level, their middle at
    (.5, .42). margin: the side in distances between the eyes. whole: the middle square whatever the key points say.
    """
    height, width = picture.shape[:2]
    if whole or points is None or np.isnan(points[RIGHT_EYE.start : MOUTH.stop]).any():
        side = float(min(width, height))
        turn = np.eye(2)
        corner = np.array([(width - side) / 2, (height - side) / 2])
    else:
        right, left = points[RIGHT_EYE].mean(axis=0), points[LEFT_EYE].mean(axis=0)
        mouth = points[MOUTH].mean(axis=0)
        middle = (right + left) / 2
        across = (left - right).astype(float)
        length = float(np.hypot(*across))
        # a head that turns away brings its eyes together, but not its eyes and mouth
        side = margin * max(length, 0.95 * float(np.hypot(*(mouth - middle))), 1.0)
        cosine, sine = across / length if length > 0 else np.array([1.0, 0.0])
        turn = np.array([[cosine, -sine], [sine, cosine]])
        corner = middle - turn @ np.array([0.5 * side, 0.42 * side])
    zoom = side / size
    matrix = np.concatenate([turn * zoom, (corner + turn @ np.array([0.5, 0.5]) * zoom - 0.5)[:, None]], axis=1)
    smooth = cv2.GaussianBlur(picture, (0, 0), 0.4 * zoom) if zoom > 1.5 else picture  # else fine lines alias
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    laid = cv2.warpAffine(smooth, matrix, (size, size), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    pixels = np.asarray(laid, np.uint8).reshape(size, size, -1)
    moved = None if points is None else ((points - corner) @ turn / side).astype(np.float32)
    return Crop(pixels, moved)


def encode(pixels: Pixels) -> bytes:
    """PNG."""
    buffer = io.BytesIO()
    Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).save(buffer, "png", compress_level=4)
    return buffer.getvalue()

"""Sound out of files, in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np

from mien.face import InputError, Sound
from mien.files import plain_file

_PATIENCE = 20.0
"""Seconds until a file must have told what it is."""

RATE = 48_000
"""Samples a second that every file is brought to."""


def sounds(path: Path) -> Iterator[Sound]:
    """The sound of a file, mono at RATE, in pieces of some hundredths of a second that follow one another from 0 on.

    Raises InputError when it cannot be read or has no sound.
    """
    import av

    plain_file(path)
    count = 0
    try:
        with av.open(str(path), timeout=_PATIENCE) as container:
            if not container.streams.audio:
                raise InputError(f"{path}: expected sound, found none in it")
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
            for frame in chain(container.decode(audio=0), (None,)):
                for piece in resampler.resample(frame):
                    samples = np.asarray(piece.to_ndarray(), np.float32).reshape(-1)
                    yield Sound(count / RATE, samples, RATE)
                    count += len(samples)
    except (OSError, ValueError, av.FFmpegError) as error:
        raise InputError(f"{path}: cannot be read as sound ({error})") from error
    if not count:
        raise InputError(f"{path}: expected sound, found none in it")

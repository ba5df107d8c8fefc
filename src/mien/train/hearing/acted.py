"""A set of acted voices: sentences said as if something were felt, by people who are told apart.

`acted.bin` holds all sounds one after another (int16, mono, `RATE`), `said.jsonl` each one's name, speaker, tone and
samples, `manifest.json` what it is.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from mien.face import InputError, SettingsError
from mien.face.names import named
from mien.files import below, make_folder, plain_file, read_bytes, reading, write_atomic
from mien.progress import bar
from mien.sense.hearing.features import RATE
from mien.sense.hearing.rates import resampled
from mien.sense.hearing.tonenet import TONES

FORMAT = "mien.acted/1"

_ENDINGS = frozenset((".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a"))
_SPEAKER = 2  # characters at the beginning of a file's name that tell who speaks, as EmoDB has it
_LARGEST = 64_000_000  # bytes of one file
_BORED = ("bored", "boredom", "boring")


@dataclass(frozen=True, slots=True, eq=False)
class Acted:
    """One utterance. samples: (n,) float32 in [-1, 1], mono, RATE. tone: of `TONES`. speaker: who, as a short name."""

    name: str
    samples: NDArray[np.float32]
    tone: str
    speaker: str


def prepare_acted(source: Path, out: Path, licence: str = "", progress: bool = True) -> dict[str, Any]:
    """Bring a folder or zip file of voices, one folder a tone, into the new folder `out`; gives the manifest.

    Who speaks is told by the first two characters of a file's name. What lies in a folder of another name is passed
    over, and what cannot be read is named in the manifest. Raises InputError when nothing is left.
    """
    make_folder(out)
    sounds: list[bytes] = []
    said: list[dict[str, Any]] = []
    skipped: list[dict[str, str]] = []
    for name, read in bar(sorted(_files(source).items()), unit="file", silent=not progress):
        tone = _tone(name)
        if tone is None:
            continue
        try:
            samples = _decoded(read(), name)
        except InputError as error:
            skipped.append({"name": name, "why": str(error)})
            continue
        sounds.append((samples * 32767.0).astype(np.int16).tobytes())
        said.append({"name": name, "speaker": PurePosixPath(name).name[:_SPEAKER], "tone": tone,
                     "samples": len(samples)})  # fmt: skip
    if not said:
        raise InputError(f"{source}: expected sounds in folders named {', '.join(TONES)}, found none")
    manifest = {
        "format": FORMAT, "licence": licence, "utterances": len(said),
        "seconds": round(sum(row["samples"] for row in said) / RATE, 1),
        "tones": dict(sorted(Counter(row["tone"] for row in said).items())),
        "speakers": dict(sorted(Counter(row["speaker"] for row in said).items())), "skipped": skipped,
    }  # fmt: skip
    write_atomic(out / "acted.bin", b"".join(sounds))
    write_atomic(out / "said.jsonl", "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in said).encode())
    write_atomic(out / "manifest.json", (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode())
    return manifest


def read_acted(folder: Path) -> list[Acted]:
    """The utterances of a set. Raises SettingsError when the folder holds none."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if manifest.get("format") != FORMAT:
            raise ValueError(f"format {manifest.get('format')!r} in place of {FORMAT!r}")
        rows = [json.loads(line) for line in (folder / "said.jsonl").read_text(encoding="utf-8").splitlines()]
        sound = np.fromfile(folder / "acted.bin", np.int16).astype(np.float32) / np.float32(32768.0)
        ends = np.cumsum([row["samples"] for row in rows])
        if not len(ends) or ends[-1] != len(sound):
            raise ValueError(f"{len(sound)} samples in acted.bin, other than said.jsonl tells")
        return [
            Acted(row["name"], sound[end - row["samples"] : end], row["tone"], row["speaker"])
            for row, end in zip(rows, ends.tolist(), strict=True)
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"{folder}: expected a set that mien prepare --acted made ({error})") from error


def _files(source: Path) -> dict[str, Callable[[], bytes]]:
    """Sounds of a folder or a zip file by name, each to be read when it is called for. Raises InputError."""
    with reading(source):
        folder = source.is_dir()
    if folder:
        return {path.relative_to(source).as_posix(): partial(read_bytes, path, _LARGEST)
                for path in below(source) if path.suffix.lower() in _ENDINGS}  # fmt: skip
    plain_file(source)
    return dict(_members(source))


def _members(source: Path) -> Iterator[tuple[str, Callable[[], bytes]]]:
    try:
        with zipfile.ZipFile(source) as archive:
            for entry in archive.infolist():
                if PurePosixPath(entry.filename).suffix.lower() in _ENDINGS:
                    yield entry.filename, partial(_member, source, entry)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise InputError(f"{source}: expected a folder or a zip file of voices ({error})") from error


def _member(source: Path, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > _LARGEST:
        raise InputError(f"expected at most {_LARGEST // 1_000_000} MB, would be {entry.file_size // 1_000_000}")
    try:
        with zipfile.ZipFile(source) as archive, archive.open(entry) as file:
            return file.read(_LARGEST)
    except (zipfile.BadZipFile, RuntimeError, OSError, EOFError, ValueError, NotImplementedError) as error:
        raise InputError(f"cannot be unpacked ({error})") from error


def _tone(name: str) -> str | None:
    """The tone that the innermost folder's name means, None where it means none of `TONES`."""
    folder = PurePosixPath(name).parent.name
    if folder.lower() in _BORED:
        return "bored"
    meant = named(folder)
    return meant[0] if meant is not None and meant[0] in TONES else None


def _decoded(data: bytes, name: str) -> NDArray[np.float32]:
    """(n,) samples at RATE. Raises InputError on what is no sound."""
    try:
        with av.open(io.BytesIO(data), "r") as container:
            if not container.streams.audio:
                raise InputError(f"{name}: expected sound, found none in it")
            rate = container.streams.audio[0].rate
            resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
            pieces = [piece.to_ndarray().reshape(-1) for frame in (*container.decode(audio=0), None)
                      for piece in resampler.resample(frame)]  # fmt: skip
    except (OSError, ValueError, av.FFmpegError) as error:
        raise InputError(f"{name}: cannot be read as sound ({error})") from error
    samples = np.concatenate([np.zeros(0, np.float32), *pieces])
    if not len(samples) or not np.isfinite(samples).all():
        raise InputError(f"{name}: expected samples, found none or some that are not finite")
    return np.clip(resampled(samples, rate, RATE), -1.0, 1.0)

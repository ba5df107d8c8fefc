"""Subtitles beside a video, in SubRip form (.srt), the one that every player reads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mien.files import write_atomic


def _clock(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d},{rest % 1000:03d}"


def write_subtitles(path: Path, lines: Iterable[tuple[float, float, str]]) -> None:
    """Write (start, end, text) lines, times in seconds, in order; blank texts are left out.

    The file appears whole or not at all. Raises SettingsError or DeviceError like any sink.
    """
    blocks: list[str] = []
    for start, end, text in lines:
        shown = " ".join(text.split())
        if shown:
            blocks.append(f"{len(blocks) + 1}\n{_clock(start)} --> {_clock(end)}\n{shown}\n")
    write_atomic(path.absolute(), "\n".join(blocks).encode())

"""The sources that ship: cameras, microphones, and files that are played in their own time."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from mien.face import InputError, SettingsError
from mien.files import known_encoding
from mien.sources.camera import camera
from mien.sources.chat import chat_log
from mien.sources.lines import file_lines
from mien.sources.microphone import Microphone
from mien.sources.pictures import Picture, files_of, is_video, pictures
from mien.sources.sound import sounds
from mien.sources.source import Note, Put, Say, Source

_PAUSE = 1.0
"""Seconds between two lines of a file where nothing else is asked for, beside the time of saying them."""


def _wait(stop: Event, start: float, t: float, now: Callable[[], float]) -> bool:
    """Wait until t seconds after `start`; whether the show goes on."""
    early = start + t - now()
    return not (stop.wait(early) if early > 0.0 else stop.is_set())


@dataclass(frozen=True, slots=True)
class Camera:
    """The camera of this number. Its pictures are handed on and never stored."""

    number: int = 0
    opened: Callable[[int], Generator[Picture, None, None]] = camera

    def run(self, put: Put, stop: Event) -> None:
        """Raises DeviceError when there is none, or when it vanishes."""
        with closing(self.opened(self.number)) as shown:
            for picture in shown:
                if stop.is_set():
                    return
                put(picture)


@dataclass(frozen=True, slots=True)
class Video:
    """A video, played at its own speed as if it were a camera. now: the machine's clock, for tests another."""

    file: Path
    now: Callable[[], float] = time.perf_counter

    def __post_init__(self) -> None:
        if files_of(self.file) != [self.file] or not is_video(self.file):
            raise InputError(f"{self.file}: expected a video, got another kind of file")

    def run(self, put: Put, stop: Event) -> None:
        """Raises InputError when it cannot be read."""
        start: float | None = None
        for picture in pictures(self.file, lambda what: put(Note(what))):
            start = self.now() - picture.t if start is None else start
            if not _wait(stop, start, picture.t, self.now):
                return
            put(picture)


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat log, played in its own time: each line is a viewer's."""

    file: Path
    now: Callable[[], float] = time.perf_counter
    encoding: str = "utf-8"

    def __post_init__(self) -> None:
        known_encoding(self.encoding)

    def run(self, put: Put, stop: Event) -> None:
        """Raises InputError when it cannot be read."""
        start = self.now()
        for line in chat_log(self.file, self.encoding):
            if not _wait(stop, start, line.t, self.now):
                return
            put(line)


@dataclass(frozen=True, slots=True)
class Lines:
    """A text file ("-" is standard input), line by line: each is the character's own, said after `pause` seconds."""

    file: Path
    pause: float = _PAUSE
    encoding: str = "utf-8"

    def __post_init__(self) -> None:
        known_encoding(self.encoding)
        if not 0.0 <= self.pause <= 3600.0:
            raise SettingsError(f"pause: expected 0..3600 seconds, got {self.pause:g}")

    def run(self, put: Put, stop: Event) -> None:
        """Raises InputError when it cannot be read."""
        for line in file_lines(self.file, self.encoding, most=None):
            if stop.wait(self.pause):
                return
            if line.strip():
                put(Say(line))


@dataclass(frozen=True, slots=True)
class SoundFile:
    """The sound of a file, played in its own time."""

    file: Path
    now: Callable[[], float] = time.perf_counter

    def run(self, put: Put, stop: Event) -> None:
        """Raises InputError when it cannot be read."""
        start = self.now()
        for piece in sounds(self.file):
            if not _wait(stop, start, piece.t, self.now):
                return
            put(piece)


def open_camera(*, number: int = 0) -> Source:
    """A camera on this machine."""
    return Camera(number)


def open_mic(*, device: int | str = "", use: str = "speaks") -> Source:
    """A microphone on this machine, by its number or a part of its name. use: "speaks" or "listens"."""
    return Microphone(str(device), use)  # type: ignore[arg-type]  # checked there


def open_video(*, file: Path) -> Source:
    """A video in place of a camera."""
    return Video(file)


def open_sound(*, file: Path) -> Source:
    """The sound of a file, for the sinks that carry sound."""
    return SoundFile(file)


def open_chat(*, file: Path, encoding: str = "utf-8") -> Source:
    """A chat log, played in its own time."""
    return Chat(file, encoding=encoding)


def open_lines(*, file: Path, pause: float = _PAUSE, encoding: str = "utf-8") -> Source:
    """A text file of lines to say."""
    return Lines(file, pause, encoding)

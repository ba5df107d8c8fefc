"""A program of one's own: the text in, a sound out. It tells no times: the lips follow the written line."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable, Iterator
from shutil import which
from tempfile import TemporaryFile
from threading import Event

from mien.face import DeviceError, Emotion, PeerError, SettingsError
from mien.peers import PATIENCE, Fed, shown
from mien.voice.heard import chunks
from mien.voice.manner import manner
from mien.voice.voice import Chunk, Voice

_TEXT = "{text}"
_PIECE = 16_384
_KILLED = 2.0  # seconds that a program gets to end


class Program:
    """A command line that writes WAV, or another sound, on its standard output.

    command: the program and its arguments, as a shell would read them; no shell runs. In the arguments {text},
    {language}, {feeling}, {pace} and {loudness} are replaced; without {text} the text comes on standard input, as
    UTF-8. patience: seconds until its next piece. Raises SettingsError when it is no command line, DeviceError when
    there is no such program.
    """

    def __init__(self, command: str, patience: float = PATIENCE) -> None:
        try:
            self._words = shlex.split(command)
        except ValueError as error:
            raise SettingsError(f"command: expected a command line, got {command!r} ({error})") from None
        if not self._words:
            raise SettingsError(
                'command: expected a command line that writes WAV, such as "command:flite -o /dev/stdout"'
            )
        if which(self._words[0]) is None:
            raise DeviceError(f"command: no program {self._words[0]!r}; expected one on the PATH, or its path")
        self._patience = patience

    def speak(self, text: str, language: str, feeling: Emotion, stop: Event) -> Iterator[Chunk]:
        """As of `Voice.speak`. Stopped, the program is killed."""
        if not any(sign.isalnum() for sign in text):
            return
        how = manner(feeling)
        values = {
            _TEXT: text, "{language}": language, "{feeling}": feeling.dominant, "{pace}": f"{how.pace:.2f}",
            "{loudness}": f"{how.gain:.2f}",
        }  # fmt: skip
        words = [self._words[0], *(_filled(word, values) for word in self._words[1:])]
        given = None if any(_TEXT in word for word in self._words[1:]) else text.encode("utf-8", "replace")
        yield from chunks(f"command {self._words[0]}", self._pieces(words, given, stop), stop)

    def _pieces(self, words: list[str], given: bytes | None, stop: Event) -> Iterator[bytes]:
        """What the program writes. Raises DeviceError when it cannot be run or is silent, PeerError when it fails."""
        with TemporaryFile() as written, TemporaryFile() as complaints:
            written.write(given or b"")
            written.seek(0)
            try:
                process = subprocess.Popen(words, stdin=written, stdout=subprocess.PIPE, stderr=complaints)
            except OSError as error:
                raise DeviceError(f"command: {words[0]}: cannot be run ({error.strerror})") from error

            def work(put: Callable[[bytes], None]) -> None:
                assert process.stdout is not None
                while piece := process.stdout.read1(_PIECE):  # type: ignore[attr-defined]
                    put(piece)

            fed: Fed[bytes] = Fed(work, f"command {words[0]}", process.kill)
            try:
                while (piece := fed.next(stop, self._patience)) is not None:
                    yield piece
                if stop.is_set():
                    return
                code = process.wait(self._patience)
            except (TimeoutError, subprocess.TimeoutExpired) as error:
                raise DeviceError(f"command: {words[0]} was silent for {self._patience:g} s, and was ended") from error
            finally:
                fed.end()
                process.wait(_KILLED)
                if process.stdout is not None:
                    process.stdout.close()
            if code:
                complaints.seek(0)
                raise PeerError(f"command: {words[0]} ended with {code}: {shown(complaints.read()[-120:])}")


def _filled(word: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        if name != _TEXT:
            word = word.replace(name, value)
    return word.replace(_TEXT, values[_TEXT])  # last, so that nothing in the text is taken for a name


def open_program(command: str) -> Voice:
    """A command line, as of `Program`."""
    return Program(command)

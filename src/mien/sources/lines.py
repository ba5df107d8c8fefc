"""Lines of text, one at a time, so that a file of any length can be read."""

from __future__ import annotations

import codecs
import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import cast

from mien.face import InputError

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def argument_lines(texts: Iterable[str]) -> Iterator[str]:
    """Each text as one line. Raises InputError on one that is not valid Unicode (a lone surrogate)."""
    for number, text in enumerate(texts, start=1):
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise InputError(
                f"text {number}: expected valid UTF-8, got a broken character at place {error.start + 1}; "
                "check the terminal's encoding"
            ) from None
        yield text


def file_lines(path: Path | str) -> Iterator[str]:
    """The lines of a UTF-8 text file without their ends (LF or CRLF); a leading byte order mark is skipped.

    Blank lines come too. "-" reads standard input. Raises InputError when the file cannot be read, or
    names the line and byte (both counted from 1, the byte from the file's beginning) that is not valid
    UTF-8.
    """
    name = "standard input" if str(path) == "-" else str(path)
    try:
        with nullcontext(sys.stdin.buffer) if str(path) == "-" else open(path, "rb") as file:
            yield from _decoded(file, name)
    except OSError as error:
        raise InputError(f"{name}: cannot read it: {error.strerror or error}") from error


def file_chunks(path: Path | str) -> Iterator[str]:
    """The text of a UTF-8 file as it comes, for one that is still being written: "-" is standard input.

    Raises InputError when it cannot be read or is not valid UTF-8.
    """
    name = "standard input" if str(path) == "-" else str(path)
    decoder = codecs.getincrementaldecoder("utf-8")()
    place = 0
    try:
        with nullcontext(sys.stdin.buffer) if str(path) == "-" else open(path, "rb") as file:
            while raw := cast(io.BufferedReader, file).read1(4096):
                yield decoder.decode(raw)
                place += len(raw)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name}: expected UTF-8 text, got something else near byte {place + error.start + 1}"
        ) from None
    except OSError as error:
        raise InputError(f"{name}: cannot read it: {error.strerror or error}") from error


def _decoded(file: Iterable[bytes], name: str) -> Iterator[str]:
    place = 0
    for number, raw in enumerate(file, start=1):
        line = raw
        if number == 1:
            if raw.startswith(_UTF16_MARKS):
                raise InputError(f"{name}: expected UTF-8 text, got UTF-16; save it as UTF-8")
            line = raw.removeprefix(_UTF8_MARK)
        skipped = len(raw) - len(line)
        line = line.removesuffix(b"\n").removesuffix(b"\r")
        try:
            yield line.decode()
        except UnicodeDecodeError as error:
            at = place + skipped + error.start + 1
            raise InputError(
                f"{name}: line {number}, byte {at}: expected UTF-8 text, got 0x{line[error.start]:02x}; "
                "save the file as UTF-8"
            ) from None
        place += len(raw)

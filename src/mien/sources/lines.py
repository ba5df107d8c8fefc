"""Lines of text, one at a time, so that a file of any length can be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from mien.face import InputError
from mien.files import LONGEST_FILE, opened, pieces

LONGEST_LINE = 1_000_000
"""Characters of one line of a file; a book has fewer."""


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


def file_lines(path: Path | str, encoding: str = "utf-8", most: int | None = LONGEST_FILE) -> Iterator[str]:
    """The lines of a text file without their ends (LF or CRLF), each as soon as it is there.

    Blank lines come too. "-" reads standard input. encoding: a name of `files.ENCODINGS`; a byte order mark decides
    before it. most: characters of the whole, None for a stream without an end.
    Raises InputError when the file cannot be read or a line is too long, or names the line and byte (both counted from
    1, the byte from the file's beginning) that is none of the encoding's.
    """
    pending, number, length = "", 1, 0
    with opened(path) as (name, file):
        for text in pieces(file, name, encoding):
            length += len(text)
            *whole, pending = (pending + text).split("\n")
            for line in whole:
                yield line.removesuffix("\r")
            number += len(whole)
            if len(pending) > LONGEST_LINE:
                raise _too_long(name, number)
            if most is not None and length > most:
                raise InputError(f"{name}: expected at most {most:,} characters, got more")
    if pending:
        yield pending.removesuffix("\r")


def file_chunks(path: Path | str, encoding: str = "utf-8") -> Iterator[str]:
    """The text of a file as it comes, for one that is still being written: "-" is standard input.

    encoding: as in `file_lines`. Raises InputError when it cannot be read or decoded.
    """
    length, number = 0, 1
    with opened(path) as (name, file):
        for text in pieces(file, name, encoding):
            number += text.count("\n")
            length = len(text) - 1 - text.rfind("\n") + (0 if "\n" in text else length)
            if length > LONGEST_LINE:
                raise _too_long(name, number)
            yield text


def _too_long(name: str, number: int) -> InputError:
    return InputError(f"{name}: line {number}: expected at most {LONGEST_LINE:,} characters, got more")

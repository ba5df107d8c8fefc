"""Bytes to text: a byte order mark decides, else the encoding that was asked for."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

from mien.face import InputError, MienError, SettingsError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
"""Longer ones first where one begins with another."""

ENCODINGS = {
    "utf-8": "utf-8", "utf-16": "utf-16-le", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be", "gbk": "gb18030",
    "gb2312": "gb18030", "gb18030": "gb18030", "big5": "cp950", "shift-jis": "cp932", "sjis": "cp932", "cp932": "cp932",
    "euc-jp": "euc_jp", "latin-1": "latin-1", "cp1252": "cp1252",
}  # fmt: skip
"""Encodings by their names, each as the widest codec that reads it."""

_PIECE = 65_536


def known_encoding(name: str) -> str:
    """The codec of an encoding's name. Raises SettingsError when it is none that is known."""
    plain = name.strip().lower().replace("_", "-")
    found = ENCODINGS.get(plain) or ENCODINGS.get(plain.replace("utf", "utf-").replace("--", "-"))
    if found is None:
        raise SettingsError(f"encoding: expected one of {', '.join(ENCODINGS)}, got {name!r}")
    return found


def decoded(data: bytes, name: str, encoding: str | None = None, kind: type[MienError] = InputError) -> str:
    """All of a text. name: of the file, for messages. encoding: None for UTF-8 where nothing else may be chosen.

    Raises `kind` where a byte is none of the encoding's.
    """
    return "".join(_decoded(iter((data,)).__next__, name, encoding, kind))


def pieces(file: BinaryIO, name: str, encoding: str | None = None, kind: type[MienError] = InputError) -> Iterator[str]:
    """The text of a file as it comes. What stands before a wrong byte comes before the error that tells of it."""
    read = getattr(file, "read1", file.read)
    return _decoded(lambda: cast(bytes, read(_PIECE)), name, encoding, kind)


def _decoded(
    read: Callable[[], bytes], name: str, encoding: str | None, kind: type[MienError]
) -> Iterator[str]:  # fmt: skip
    codec = known_encoding(encoding or "utf-8")
    data, more = b"", b"-"
    while more and len(data) < 4 and any(mark.startswith(data) for mark, _ in _MARKS):
        data += (more := _next(read))
    place, line = 0, 1
    for mark, marked in _MARKS:
        if data.startswith(mark):
            codec, place = marked, len(mark)
            break
    data = data[place:]
    decoder = codecs.getincrementaldecoder(codec)()
    while True:
        waiting = len(decoder.getstate()[0])
        try:
            text = decoder.decode(data, final=not more)
        except UnicodeDecodeError as error:
            good = error.object[: error.start].decode(codec, "replace")
            yield good
            say = "say what it is with --encoding (gbk, shift-jis, utf-16), or " if encoding is not None else ""
            raise kind(
                f"{name}: line {line + good.count(chr(10))}, byte {place - waiting + error.start + 1}: expected "
                f"{codec.upper()} text, got 0x{error.object[error.start]:02x}; {say}save it as UTF-8"
            ) from None
        place += len(data)
        line += text.count("\n")
        if text:
            yield text
        if not more:
            return
        data = more = _next(read)


def _next(read: Callable[[], bytes]) -> bytes:
    try:
        return read()
    except StopIteration:
        return b""


def printable(text: str) -> str:
    """The text with what a terminal would obey written out: a name, a message or a manifest may hold anything."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)

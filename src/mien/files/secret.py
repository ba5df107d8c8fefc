"""Keys and tokens: out of the environment or a file that only its owner may read, and into no message."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from mien.face import SettingsError
from mien.files.reading import plain_file
from mien.files.strict import read_toml

_LONGEST = 4096


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A key or a token. It shows nothing of itself in messages; `reveal` where it is sent."""

    value: str

    def reveal(self) -> str:
        """The key itself."""
        return self.value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__


def secret(name: str, keys: Path | str | None = None) -> Secret | None:
    """The secret of this name: from the keys file when it has it, else from the environment; None where nobody has.

    keys: a TOML file of lines such as YOUTUBE_API_KEY = "…", that nobody but its owner may read. Raises SettingsError,
    without a word of what stands in it.
    """
    value: object = os.environ.get(name)
    where = f"environment variable {name}"
    if keys is not None:
        _own(Path(keys))
        table = read_toml(keys, kind=SettingsError)
        if name in table:
            value, where = table[name], f"{keys}: {name}"
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or len(value) > _LONGEST:
        raise SettingsError(f"{where}: expected a key in quotes, letters, digits and signs without blanks at its ends")
    return Secret(value.strip())


def needed_secret(name: str, keys: Path | str | None, what: str) -> Secret:
    """As `secret`. what: it is, and where one gets it. Raises SettingsError also when nobody has it."""
    found = secret(name, keys)
    if found is None:
        place = "a keys file" if keys is None else keys
        raise SettingsError(
            f'expected {what} in the environment variable {name}, or as {name} = "…" in {place}; got none'
        )
    return found


def _own(path: Path) -> None:
    """Raises SettingsError when others may read the file."""
    mode = plain_file(path, None, SettingsError).stat().st_mode
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise SettingsError(f"{path}: others on this machine may read your keys; chmod 600 {path}")

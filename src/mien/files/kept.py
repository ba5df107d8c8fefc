"""What one process has worked out and the next of the same person need not work out again.

It is a convenience: what cannot be kept is worked out anew, and nobody hears of it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import sys
from contextlib import suppress
from pathlib import Path

_LONGEST = 16_000_000
_DIGEST = hashlib.sha256().digest_size


def cache_folder() -> Path:
    """Where mien keeps what it can make again; it need not exist. Raises RuntimeError for a person without a home."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "mien"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mien"


def recall(name: str) -> bytes | None:
    """What was kept under this name, whole, by this person; None where there is none.

    What somebody else owns or may write is not read, nor what is damaged. Where the system does not tell whose a file
    is, on Windows, nothing is kept.
    """
    if sys.platform == "win32":
        return None
    with suppress(OSError, RuntimeError, ValueError):
        number = os.open(cache_folder() / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(number, "rb") as file:
            facts = os.fstat(number)
            others_write = facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
            if stat.S_ISREG(facts.st_mode) and facts.st_uid == os.geteuid() and not others_write:
                told, data = file.read(_DIGEST), file.read(_LONGEST)
                return data if hashlib.sha256(data).digest() == told else None
    return None


def keep(name: str, data: bytes) -> None:
    """Keep it under this name, which says all that it depends on, in place of what was kept so; or do nothing."""
    if sys.platform == "win32":
        return
    with suppress(OSError, RuntimeError, ValueError):
        target = cache_folder() / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = target.with_name(f".{name}.{secrets.token_hex(4)}.part")
        number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(hashlib.sha256(data).digest() + data)
            os.replace(part, target)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise

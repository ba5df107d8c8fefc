"""What only its owner may read: tokens, and the folder where a person's programs keep such things."""

from __future__ import annotations

import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path

from mien.files.atomic import refusals


def config_folder() -> Path:
    """Where mien keeps what belongs to one person on one machine; it need not exist."""
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming") / "mien"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "mien"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "mien"


def write_private(target: Path, text: str) -> None:
    """Write a small text that nobody else may read, whole or not at all; its folder is made.

    Raises SettingsError or DeviceError.
    """
    with refusals(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
        number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(number, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(part, target)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise

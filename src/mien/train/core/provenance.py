"""Where files come from: the commit that made them, and the checksums of what they hold. Needs no torch."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path


def commit() -> str:
    """The commit that trains, or "unknown" outside a repository."""
    done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""The two doors to the disk: whatever the user names is read through one and written through the other.

Owns: what a path may be, how much is read of it, how text, JSON and TOML are told apart from nonsense; that keys are
read from where nobody else may; that what is written appears whole or not at all, and never in place of what is read;
what one process keeps for the next. Never knows what a file is about.
"""

from mien.files.apart import keep_apart
from mien.files.atomic import AtomicFile, AtomicFolder, atomic_path, make_folder, refusals, write_atomic
from mien.files.kept import keep, recall
from mien.files.private import config_folder, write_private
from mien.files.reading import (
    LONGEST_FILE,
    below,
    head_of,
    hidden,
    is_folder,
    opened,
    plain_file,
    read_bytes,
    read_text,
    reading,
)
from mien.files.secret import Secret, needed_secret, secret
from mien.files.strict import parse_json, parse_toml, read_json, read_toml
from mien.files.text import ENCODINGS, decoded, known_encoding, pieces, printable

__all__ = [
    "ENCODINGS", "LONGEST_FILE", "AtomicFile", "AtomicFolder", "Secret", "atomic_path", "below", "config_folder",
    "decoded", "head_of", "hidden", "is_folder", "keep", "keep_apart", "known_encoding", "make_folder",
    "needed_secret",
    "opened", "parse_json", "parse_toml", "pieces", "plain_file", "printable", "read_bytes", "read_json",
    "read_text", "read_toml", "reading", "recall", "refusals", "secret", "write_atomic", "write_private",
]  # fmt: skip

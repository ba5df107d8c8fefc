"""Files that appear whole or not at all.

Owns: the one way in which mien writes to a disk: under a temporary name, then renamed. Never knows what it writes.
"""

from mien.files.atomic import AtomicFile, AtomicFolder, atomic_path, refusals, write_atomic

__all__ = ["AtomicFile", "AtomicFolder", "atomic_path", "refusals", "write_atomic"]

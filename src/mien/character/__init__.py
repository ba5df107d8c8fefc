"""The bundle that a face lives in: a folder with `character.json`, weights, licence, consent and provenance.

Owns: reading and checking bundles, and the ones that ship. Never paints, never trains.
"""

from mien.character.bundle import Character, load, names

__all__ = ["Character", "load", "names"]

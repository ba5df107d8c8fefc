"""The bundle that a face lives in: a folder with `character.json`, weights, licence, consent and provenance.

Owns: reading and checking bundles, the ones that ship, and packing one to hand it on. Never paints, never trains.
"""

from mien.character.about import about, in_words, pack
from mien.character.bundle import MANIFEST, Character, load, names

__all__ = ["MANIFEST", "Character", "about", "in_words", "load", "names", "pack"]

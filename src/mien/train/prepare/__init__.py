"""From anybody's expression pictures to a data set that a network can be trained on.

Owns: `sources` yield raw pictures with what is known of them, `mapping` says how their own names are read, `picture`
decodes and aligns, `filmed` follows one face through a video, `gathered` takes footage of one character as it comes,
`twins` finds pictures that are there twice, `shards` writes and reads the one format, `pipeline` is
the way through all of them. Never trains; needs no torch.
"""

from mien.train.prepare.gathered import gather, looks_real
from mien.train.prepare.mapping import Map, read_map
from mien.train.prepare.pipeline import Settings, draw, prepare
from mien.train.prepare.shards import Prepared, Sample

__all__ = ["Map", "Prepared", "Sample", "Settings", "draw", "gather", "looks_real", "prepare", "read_map"]

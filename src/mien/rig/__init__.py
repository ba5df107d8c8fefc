"""An expression as the parameters of other people's avatars: VRM, ARKit, VTube Studio, Live2D, MikuMikuDance.

Owns: the tables that join our channels and feelings to their names, as files with their sources, and the pure functions
that apply them. Never sends anything, never moves by itself: what comes in is what is shown.
"""

from mien.rig.presets import PERFECT_SYNC, arkit, fitted, live2d, mmd, perfect_sync, vrm, vtube_studio
from mien.rig.table import Table, read_table, table

__all__ = [
    "PERFECT_SYNC", "Table", "arkit", "fitted", "live2d", "mmd", "perfect_sync", "read_table", "table", "vrm",
    "vtube_studio",
]  # fmt: skip

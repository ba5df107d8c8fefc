"""The local web app: one page with the living face and a box to type a line into.

Owns the only asyncio server, the page, and what travels between the two. Listens on the loopback
interface alone. Never paints or reads by itself: it is given who does.
"""

from mien.studio.onair import Running
from mien.studio.outside import stage_token
from mien.studio.server import serve
from mien.studio.stage import Stage
from mien.studio.troupe import Troupe, bundle_files

__all__ = ["Running", "Stage", "Troupe", "bundle_files", "serve", "stage_token"]

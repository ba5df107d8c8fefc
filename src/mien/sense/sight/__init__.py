"""Looking at a face: where it is, its key points, what its muscles, head and eyes do, what it seems to feel.

Owns: the finder, the mapper, the mover and the feeler (four small nets), the tracker that follows people, and Google's
Face Landmarker as another looker. Never opens a file or a camera, never keeps a picture, never says who somebody is.
"""

from mien.sense.sight.looker import Looker
from mien.sense.sight.named import Looks, open_looker
from mien.sense.sight.tracker import Tracker

__all__ = ["Looker", "Looks", "Tracker", "open_looker"]

"""Looking at a face: where it is, its key points, what its muscles, head and eyes do, what it seems to feel.

Owns: the finder, the mapper, the mover, the feeler and the judge (five small nets), the tracker that follows people,
and Google's Face Landmarker as another face analyzer. Never opens a file or a camera, never keeps a picture, never
says who somebody is.
"""

from mien.sense.sight.analyzer import SightAnalyzer
from mien.sense.sight.named import FaceAnalyzer, open_analyzer
from mien.sense.sight.tracker import Tracker

__all__ = ["FaceAnalyzer", "SightAnalyzer", "Tracker", "open_analyzer"]

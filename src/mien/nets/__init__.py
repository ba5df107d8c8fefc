"""Running networks: every graph that mien runs is opened here, by ONNX Runtime, on few threads.

Owns: the session options, the errors of damaged weights, and that no file is loaded twice. Never knows what a network
is for.
"""

from mien.nets.session import open_session
from mien.nets.shared import loaded_once

__all__ = ["loaded_once", "open_session"]

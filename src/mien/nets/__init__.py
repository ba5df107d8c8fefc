"""Running networks: every graph that mien runs is opened here, by ONNX Runtime, on few threads.

Owns: the session options and the errors of damaged weights. Never knows what a network is for.
"""

from mien.nets.session import open_session

__all__ = ["open_session"]

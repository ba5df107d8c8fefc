"""The door to other programs: they are asked over HTTP, with patience that ends.

Owns: one question and its answer in pieces, retries, and errors that name who did not answer and what to do. Never
follows a redirection, never shows what was sent, never knows what a question is about.
"""

from mien.peers.asking import PATIENCE, Peer, RefusedError, shown
from mien.peers.fed import EndedError, Fed

__all__ = ["PATIENCE", "EndedError", "Fed", "Peer", "RefusedError", "shown"]

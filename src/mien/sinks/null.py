"""The sink that writes nothing: for measuring, and for a show that only plays."""

from __future__ import annotations

from mien.face import Shot
from mien.sinks.sink import Output, Sink, Unopened


class Null(Unopened):
    """Counts the shots it is given. count: how many so far."""

    live = False
    needs_frame = True

    def __init__(self, size: int) -> None:
        self._size = size
        self.count = 0

    def put(self, shot: Shot) -> None:
        """Count one painted shot. Raises ValueError when it is unpainted or of another size."""
        if shot.frame is None:
            raise ValueError("null: the shot was not painted")
        if shot.frame.pixels.shape[:2] != (self._size, self._size):
            raise ValueError(f"null: expected {self._size} pixels square, got {shot.frame.pixels.shape}")
        self.count += 1


def open_sink(output: Output) -> Sink:
    """A sink that writes nothing; its path is ignored."""
    return Null(output.size)

"""The sound in an engine's answer, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from threading import Event

from mien.voice.decoding import Decoder
from mien.voice.voice import Chunk, Timed


def chunks(where: str, pieces: Iterable[bytes], stop: Event, timed: tuple[Timed, ...] = ()) -> Iterator[Chunk]:
    """A chunk for each piece that completes some samples, the first with the times. where: whose sound, for messages.

    Raises PeerError on what is no sound, and on none at all unless it was stopped.
    """
    decoder = Decoder(where)
    for piece in pieces:
        samples = decoder.feed(piece)
        if len(samples):
            yield Chunk(samples, decoder.rate, timed)
            timed = ()
    if stop.is_set():
        return
    rest = decoder.close()
    if len(rest):
        yield Chunk(rest, decoder.rate, timed)

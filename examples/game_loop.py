"""A companion who watches a player: the state of a game moves her face, sixty times a second.

    mien studio --api-only          # in another terminal; it prints its token
    MIEN_TOKEN=… python examples/game_loop.py

With pygame her face is shown in a window, and the keys are the game: space is a hit, enter is a coin, c clears the
level. Without it, or with --headless, a short game plays itself and her face is told in words.
"""

from __future__ import annotations

import argparse
import importlib
import struct
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread
from typing import Any

from mien.client import ADDRESS, Client, Live

SIZE = 256


@dataclass
class Player:
    """The game, as far as she cares. health: 0..1."""

    health: float = 1.0
    coins: int = 0

    def after(self, event: str) -> dict[str, Any]:
        """What happens to the player, and the cue for her."""
        match event:
            case "hit":
                self.health = max(0.0, self.health - 0.25)
                fear = 1.0 - self.health
                return {"felt": {"afraid": min(1.0, 0.3 + fear), "surprised": 0.4}, "hold": 1.0}
            case "coin":
                self.coins += 1
                return {"felt": {"happy": min(1.0, 0.3 + 0.1 * self.coins)}, "hold": 0.8}
            case _:
                self.health = 1.0
                return {"say": "We did it! You were amazing!!"}


GAME = (("coin", 0.5), ("coin", 1.5), ("hit", 2.5), ("hit", 3.5), ("hit", 4.5), ("clear", 6.0))


def receiving(live: Live, queue: Queue[Any]) -> None:
    """Put what comes where the game finds it: a game never waits for a socket."""
    for message in live:
        queue.put(message)


def newest(queue: Queue[Any], kind: type) -> Any:
    """The last message of this kind that has come, None when there is none."""
    found = None
    while True:
        try:
            message = queue.get_nowait()
        except Empty:
            return found
        found = message if isinstance(message, kind) else found


def headless(live: Live, seconds: float) -> None:
    """The game plays itself; her feelings are printed as they change."""
    queue: Queue[Any] = Queue()
    Thread(target=receiving, args=(live, queue), daemon=True).start()
    player, events, shown = Player(), list(GAME), ""
    begun = time.monotonic()
    while (t := time.monotonic() - begun) < seconds:
        while events and events[0][1] <= t:
            event, _ = events.pop(0)
            live.cue(**player.after(event))
            print(f"{t:5.1f} s  {event}: health {player.health:.2f}, coins {player.coins}")
        message = newest(queue, dict) or {}
        feelings = message.get("shot", {}).get("feelings", {})
        strongest = max(feelings, key=feelings.get, default="")
        if strongest and feelings[strongest] > 0.2 and strongest != shown:
            shown = strongest
            print(f"{t:5.1f} s    she is {shown}")
        time.sleep(1 / 60)


def unpacked(frame: bytes) -> Iterator[bytes]:
    """The JPEG and the alpha plane of a frame."""
    (length,) = struct.unpack("<I", frame[:4])
    yield frame[4 : 4 + length]
    yield zlib.decompress(frame[4 + length :])


def windowed(pygame: Any, live: Live) -> None:
    """Her face in a window, until it is closed."""
    import io

    queue: Queue[Any] = Queue()
    Thread(target=receiving, args=(live, queue), daemon=True).start()
    pygame.init()
    screen, clock, player = pygame.display.set_mode((SIZE, SIZE)), pygame.time.Clock(), Player()
    keys = {pygame.K_SPACE: "hit", pygame.K_RETURN: "coin", pygame.K_c: "clear"}
    while True:
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                return
            if event.type == pygame.KEYDOWN and event.key in keys:
                live.cue(**player.after(keys[event.key]))
        frame = newest(queue, bytes)
        if frame is not None:
            jpeg, alpha = unpacked(frame)
            face = pygame.image.load(io.BytesIO(jpeg), "face.jpg").convert_alpha()
            pygame.surfarray.pixels_alpha(face)[:] = bytes_as_columns(alpha)
            screen.fill((40, 44 + int(60 * player.health), 60))
            screen.blit(face, (0, 0))
            pygame.display.flip()
        clock.tick(60)


def bytes_as_columns(alpha: bytes) -> Any:
    """pygame counts columns first."""
    import numpy as np

    return np.frombuffer(alpha, np.uint8).reshape(SIZE, SIZE).T


def main() -> None:
    """Play."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--address", default=ADDRESS, help=f"of the server ({ADDRESS})")
    parser.add_argument("--headless", action="store_true", help="no window, though pygame is there")
    parser.add_argument("--seconds", type=float, default=9.0, help="of the game without a window (9)")
    options = parser.parse_args()
    try:
        pygame = None if options.headless else importlib.import_module("pygame")
    except ImportError:
        pygame = None
    client = Client(options.address)
    settings = {"frames": True, "size": SIZE} if pygame else {}
    with client.session(fps=30, **settings) as session, session.live("frames" if pygame else "expressions") as live:
        if pygame:
            windowed(pygame, live)
        else:
            headless(live, options.seconds)


if __name__ == "__main__":
    main()

"""Sessions of the API at once, expressions alone: `python bench/sessions.py` writes bench/results/sessions.json.

A real server process; one client process watches all sessions over their WebSockets, and lets each feel something now
and then. Both share the machine, as they would on a developer's. For each number of sessions: what each watcher got a
second (the slowest, the median), the gap between two of its messages, and what of a core the server took.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import numpy as np
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.uri import parse_uri

from mien.client import ApiError, Client
from mien.files import atomic_path
from mien.gauge.figures import stamp
from mien.gauge.process import cpu_seconds
from mien.gauge.speed import machine

RESULT = Path(__file__).parent / "results" / "sessions.json"
WARM = 3.0  # seconds that are not counted
Made = TypeVar("Made")

_FEELINGS = ("happy", "sad", "angry", "surprised", "afraid", "shy", "relaxed")


def _patiently(work: Callable[[], Made]) -> Made:
    """What it gives; whoever asks too fast waits."""
    while True:
        try:
            return work()
        except ApiError as error:
            if error.status != 429:
                raise
            time.sleep(0.1)


class _Watch(asyncio.Protocol):
    """One session's WebSocket. What comes is counted and not read: the client's work is the machine's too.

    came: when each message came, in seconds, from when `counts` was set.
    """

    def __init__(self, url: str, token: str) -> None:
        self.came: list[float] = []
        self.counts = False
        self.opened: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._web = ClientProtocol(parse_uri(url), max_size=None)
        self._token = token

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        request = self._web.connect()
        request.headers["Authorization"] = f"Bearer {self._token}"
        self._web.send_request(request)
        self._flush()

    def data_received(self, data: bytes) -> None:
        self._web.receive_data(data)
        for event in self._web.events_received():
            if isinstance(event, Response):
                self.opened.set_result(event.status_code)
            elif isinstance(event, Frame) and event.opcode is Opcode.TEXT and self.counts:
                self.came.append(time.perf_counter())
        self._flush()

    def say(self, text: str) -> None:
        """Tell the session."""
        self._web.send_text(text.encode())
        self._flush()

    def _flush(self) -> None:
        out = b"".join(self._web.data_to_send())
        if out:
            self.transport.write(out)


async def _watched(address: str, token: str, name: str) -> _Watch:
    """A watcher of this session, once it is connected; whoever connects too fast waits."""
    parts = urlsplit(address)
    url, ends = f"ws://{parts.netloc}/api/v1/sessions/{name}/live", time.monotonic() + 120.0
    while True:
        _, watch = await asyncio.get_running_loop().create_connection(
            lambda: _Watch(url, token), parts.hostname, parts.port
        )
        status = await watch.opened
        if status == HTTPStatus.SWITCHING_PROTOCOLS:
            return watch
        watch.transport.close()
        if status != HTTPStatus.FORBIDDEN or time.monotonic() > ends:
            raise RuntimeError(f"expected a WebSocket, got the status {status}")
        await asyncio.sleep(1.0)


async def _feel(watch: _Watch, number: int, ends: float) -> None:
    """Let a session feel something now and then, until `ends` on time.perf_counter."""
    while time.perf_counter() < ends:
        feeling = _FEELINGS[(number + len(watch.came)) % len(_FEELINGS)]
        watch.say(json.dumps({"cue": {"felt": {feeling: 0.8}, "hold": 1.5}}))
        await asyncio.sleep(3.0 + 0.001 * number)


async def _measured(address: str, token: str, names: list[str], seconds: float, process: int) -> dict[str, Any]:
    watches = await asyncio.gather(*(_watched(address, token, name) for name in names))
    ends = time.perf_counter() + WARM + seconds
    feeling = [asyncio.create_task(_feel(watch, number, ends)) for number, watch in enumerate(watches)]
    await asyncio.sleep(WARM)
    for watch in watches:
        watch.counts = True
    before, own = cpu_seconds(process), time.process_time()
    begins = time.perf_counter()
    await asyncio.sleep(seconds)
    took, spent, seconds = cpu_seconds(process) - before, time.process_time() - own, time.perf_counter() - begins
    for watch in watches:
        watch.transport.close()
    for task in feeling:
        task.cancel()
    came = [watch.came for watch in watches]
    rates = np.array([len(times) / seconds for times in came])
    sent = sum(map(len, came))
    gaps = np.concatenate([np.diff(times) for times in came if len(times) > 1] or [np.array([seconds])]) * 1e3
    return {
        "sessions": len(names), "slowest": round(float(rates.min()), 2), "median": round(float(np.median(rates)), 2),
        "fastest": round(float(rates.max()), 2), "gap_ms_p50": round(float(np.percentile(gaps, 50)), 1),
        "gap_ms_p99": round(float(np.percentile(gaps, 99)), 1), "gap_ms_longest": round(float(gaps.max()), 1),
        "server_cores": round(took / seconds, 2), "server_ms_a_message": round(1e3 * took / max(sent, 1), 3),
        "client_cores": round(spent / seconds, 2),
        "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, nargs="*", default=[25, 50, 100, 200], metavar="N")
    parser.add_argument("--fps", type=int, default=30, metavar="N")
    parser.add_argument("--seconds", type=float, default=10.0, metavar="S")
    options = parser.parse_args()
    token = secrets.token_urlsafe(16)
    command = [sys.executable, "-m", "mien", "studio", "--api-only", "--port", "0"]
    environment = {**os.environ, "MIEN_TOKEN": token, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        found = re.search(r"http://[\d.:]+/", process.stdout.readline())
        assert found is not None
        client, rows = Client(found.group(), token), []
        try:
            for count in options.sessions:
                opened = [
                    _patiently(lambda number=number: client.session(fps=options.fps, seed=number))  # type: ignore[misc]
                    for number in range(count)
                ]
                names = [session.id for session in opened]
                rows.append(asyncio.run(_measured(found.group(), token, names, options.seconds, process.pid)))
                print(json.dumps(rows[-1]), file=sys.stderr)
                for session in opened:
                    _patiently(session.close)
        finally:
            process.send_signal(signal.SIGINT)
    told = {"machine": machine(), **stamp(), "fps": options.fps, "seconds": options.seconds}
    told |= {f"at_once_{row['sessions']}": row for row in rows}
    with atomic_path(RESULT) as path:
        path.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()

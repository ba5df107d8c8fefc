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
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

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


async def _connected(url: str, headers: dict[str, str]) -> ClientConnection:
    """The WebSocket; whoever connects too fast waits."""
    ends = time.monotonic() + 120.0
    while True:
        try:
            return await connect(url, additional_headers=headers, compression=None, proxy=None, open_timeout=120)
        except InvalidStatus as error:
            if error.response.status_code != 403 or time.monotonic() > ends:
                raise
            await asyncio.sleep(1.0)


async def _watch(
    address: str, token: str, name: str, number: int, ready: asyncio.Barrier, go: asyncio.Event, seconds: float
) -> list[float]:
    """When each message of one session came, in seconds."""
    url = f"{address.replace('http', 'ws')}api/v1/sessions/{name}/live"
    headers = {"Authorization": f"Bearer {token}"}
    came: list[float] = []
    async with await _connected(url, headers) as socket:
        await ready.wait()
        await go.wait()
        begins, spoke = time.perf_counter() + WARM, 0.0
        ends = begins + seconds
        while (now := time.perf_counter()) < ends:
            if now > spoke + 3.0:
                spoke = now + 0.01 * number
                feeling = _FEELINGS[(number + len(came)) % len(_FEELINGS)]
                await socket.send(json.dumps({"cue": {"felt": {feeling: 0.8}, "hold": 1.5}}))
            await socket.recv(decode=False)
            if time.perf_counter() > begins:  # what lay in buffers has been read by then
                came.append(time.perf_counter())
    return came


async def _measured(address: str, token: str, names: list[str], seconds: float, process: int) -> dict[str, Any]:
    ready, go = asyncio.Barrier(len(names) + 1), asyncio.Event()
    watching = [
        asyncio.create_task(_watch(address, token, name, number, ready, go, seconds))
        for number, name in enumerate(names)
    ]
    await ready.wait()
    go.set()
    await asyncio.sleep(WARM)
    before, own = cpu_seconds(process), time.process_time()
    came = await asyncio.gather(*watching)
    rates = np.array([len(times) / seconds for times in came])
    took, sent = cpu_seconds(process) - before, sum(map(len, came))
    gaps = np.concatenate([np.diff(times) for times in came if len(times) > 1] or [np.array([seconds])]) * 1e3
    return {
        "sessions": len(names), "slowest": round(float(rates.min()), 2), "median": round(float(np.median(rates)), 2),
        "fastest": round(float(rates.max()), 2), "gap_ms_p50": round(float(np.percentile(gaps, 50)), 1),
        "gap_ms_p99": round(float(np.percentile(gaps, 99)), 1), "gap_ms_longest": round(float(gaps.max()), 1),
        "server_cores": round(took / seconds, 2), "server_ms_a_message": round(1e3 * took / max(sent, 1), 3),
        "client_cores": round((time.process_time() - own) / seconds, 2),
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

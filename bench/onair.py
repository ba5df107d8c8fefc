"""On air: from a viewer's line to the pixel it changes in a browser, long shows with bad luck, and what a film costs.

python bench/onair.py [--lines 40] [--minutes 60]   adds to bench/results/onair.json; needs Chromium with chromedriver

A real studio plays *momo* at 60 frames a second and reads a room; all of it shares the machine. One part: lines are
sent now and then, and a browser that shows the studio's page tells when the first frame is on its canvas in which a
feeling has risen; by a policy that takes no time to feel, where the streamer's own takes .15 s. Another: the room is
told 50 lines a second, and once a minute a program that the face is sent to hangs up. The last: what the studio takes
of the processor while it is filmed.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from websockets.sync.client import ClientConnection, connect

from mien.files import atomic_path
from mien.gauge.figures import stamp
from mien.gauge.process import cpu_seconds, private_mb
from mien.gauge.speed import machine
from mien.testing import FakeObs, chromium, free_port

RESULT = Path(__file__).parent / "results" / "onair.json"
HAPPY, SAD = (
    ("哈哈哈哈太好了！！我们赢了！！", "yes!! we won!! I love you so much"),
    ("我的猫今天走了，好难过", "I miss her so much, I'm crying"),
)
EVERY = 7.0  # seconds between two lines that are timed: the feeling of one has passed its height before the next
CHATTER = (
    "hi", "草", "8888", "lol", "主播好可爱", "今天吃什么", "かわいい", "what game is this", "太强了", "gg",
    "笑死", "help",
)  # fmt: skip
A_SECOND = 50  # lines of chatter
WARM = 60.0  # seconds of a long show until its memory counts: caches are full then
FILM = 40.0  # seconds

WATCH = """
window.seen = [];
const half = (bits) => { // of a feeling, which is not negative
  const [e, m] = [(bits >> 10) & 31, bits & 1023];
  return e ? 2 ** (e - 15) * (1 + m / 1024) : m * 2 ** -24;
};
let felt = null, drawing = null, waiting = null;
const Socket = window.WebSocket;
window.WebSocket = class extends Socket {
  constructor(...all) {
    super(...all);
    this.addEventListener("message", ({ data }) => {
      if (!(data instanceof ArrayBuffer)) return;
      if (data.byteLength === 158) {
        felt = [...new Uint16Array(data).subarray(63, 71)].map(half);
        if (painting()) drawing = felt;
      } else if (drawing) waiting = felt; else drawing = felt;
    });
  }
};
const painting = () => document.getElementById("face")?.getContext("webgl2");
new MutationObserver(() => {
  window.first ??= performance.now();
  if (drawing) window.seen.push([performance.timeOrigin + performance.now(), drawing]);
  if (painting()) return;
  drawing = waiting;
  waiting = null;
}).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-drawn"] });
"""
"""In the page: when each frame was on the canvas, in ms since 1970, and the feelings of its numbers; `first`: when the
first was, in ms since the page was asked for."""


@contextmanager
def studio(token: str, port: int, *options: str) -> Iterator[tuple[str, int]]:
    """A studio that reads a room; its address and its process."""
    command = [
        sys.executable, "-m", "mien", "studio", "--port", "0", "--no-browser", "--room", f"hook:{port}", *options,
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "MIEN_HOOK_TOKEN": token, "XDG_CONFIG_HOME": home}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            assert process.stdout is not None
            try:
                found = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
                if found is None:
                    raise SystemExit("the studio did not start")
                threading.Thread(target=process.stdout.read, daemon=True).start()
                yield found.group(), process.pid
            finally:
                process.send_signal(signal.SIGINT)


class Room:
    """Viewers who write, over one connection."""

    def __init__(self, port: int, token: str) -> None:
        self._at, self._token = port, token
        self._line: http.client.HTTPConnection | None = None

    def tell(self, *lines: tuple[str, str]) -> None:
        """These lines, (author, text), are written now."""
        for patience in range(100):
            try:
                self._line = self._line or http.client.HTTPConnection("127.0.0.1", self._at, timeout=10)
                body = json.dumps([{"author": author, "text": text} for author, text in lines])
                self._line.request("POST", "/", body, {"Authorization": f"Bearer {self._token}"})
                self._line.getresponse().read()
                return
            except (OSError, http.client.HTTPException):
                self._line = None
                time.sleep(0.02 * patience)
        raise SystemExit("the room cannot be reached")


def page(address: str) -> ClientConnection:
    """Connected as the studio's own page is."""
    origin: Any = address.rstrip("/")
    return connect(f"{address.replace('http', 'ws')}live", origin=origin, max_size=None)


def prompt(folder: Path) -> Path:
    """A policy as the streamer's, without its delay."""
    text = (files("mien.mood.empathy") / "policies" / "streamer.toml").read_text(encoding="utf-8")
    path = folder / "prompt.toml"
    path.write_text(re.sub(r"(?m)^delay = .*$", "delay = 0.0", text), encoding="utf-8")
    return path


def rose(seen: list[tuple[float, list[float]]], since: float) -> float | None:
    """When the first frame was shown, after `since`, in which a feeling rises; None when there is none."""
    for (_, before), (shown, now) in pairwise(seen):
        if shown > since and any(one > other + 2e-3 for one, other in zip(now, before, strict=True)):
            return shown
    return None


def delay(lines: int, size: int) -> dict[str, Any]:
    """ms from a line that is sent to the frame on the page's canvas that it changed; three panels are open."""
    token, port = secrets.token_urlsafe(24), free_port()
    took: list[float] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        studio(token, port, "--size", str(size), "--policy", str(prompt(Path(folder)))) as (address, process),
        chromium("--disable-gpu") as chrome,
    ):
        chrome.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
        chrome.get(address)
        panels = json.dumps(["say", "chat", "inspect"])
        chrome.execute_script(f"localStorage.setItem('mien.panels', '{panels}')")
        chrome.get(address)
        while not chrome.execute_script("return window.seen.length > 1"):
            time.sleep(0.02)
        first = chrome.execute_script("return window.first")
        room, chance = Room(port, token), np.random.default_rng(5)
        time.sleep(5.0)
        before, watched = cpu_seconds(process), time.time()
        shown = 0
        for number in range(lines):
            chrome.execute_script("window.seen = window.seen.slice(-1)")
            text = (HAPPY if number % 2 else SAD)[int(chance.integers(2))]
            sent = time.time()
            room.tell((f"viewer {number}", text))
            time.sleep(EVERY + float(chance.random()) * 0.1)
            seen = chrome.execute_script("return window.seen")
            shown += len(seen)
            found = rose(seen, sent * 1e3)
            if found is not None:
                took.append(found - sent * 1e3)
        spent = time.time() - watched
        cores = (cpu_seconds(process) - before) / spent
    if not took:
        raise SystemExit("no line was answered")
    return {
        "size": size, "lines": lines, "answered": len(took), "ms_p50": part(took, 50), "ms_p95": part(took, 95),
        "ms_longest": part(took, 100), "frames_a_second": round(shown / spent, 1), "first_frame_ms": round(first),
        "studio_cores": round(cores, 2), "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def long_show(minutes: float) -> dict[str, Any]:
    """An hour, or as long as is wanted, at 60 frames a second: memory, stalls, and which failures were named."""
    token, port = secrets.token_urlsafe(24), free_port()
    with studio(token, port, "--size", "256") as (address, process), FakeObs() as obs, page(address) as line:
        settings = {"to": obs.to, "scenes": {"happy": "Party"}}
        line.send(json.dumps({"connect": "sink", "kind": "obs", "settings": settings}))
        over = threading.Event()
        chatter = threading.Thread(target=chat, args=(Room(port, token), over))
        chatter.start()
        begun = time.monotonic()
        hung, named, connected = 0, 0, 0
        came: list[float] = []
        memory: list[tuple[float, float]] = []
        light = ""
        try:
            while (now := time.monotonic()) < begun + 60.0 * minutes:
                message = line.recv(60)
                if isinstance(message, bytes):
                    came.append(time.monotonic())
                else:
                    for one in json.loads(message).get("connections", ()):
                        if one["name"] == "obs" and one["light"] != light:
                            light = one["light"]
                            named += light == "failed" and "obs" in one["why"]
                            connected += light == "connected"
                if now > begun + 60.0 * (hung + 1) and light == "connected":
                    hung += 1
                    obs.hang_up()
                if not memory or now > begun + memory[-1][0] + 5.0:
                    memory.append((now - begun, private_mb(process)))
        finally:
            over.set()
            chatter.join()
        asked = len(obs.asked)
    gaps = np.diff(came) * 1e3
    settled = [one for at, one in memory if at > WARM]
    quarter = max(len(settled) // 4, 1)
    return {
        "minutes": minutes, "frames_a_second": round(len(came) / (60.0 * minutes), 2), "gap_ms_p50": part(gaps, 50),
        "gap_ms_p99": part(gaps, 99), "gap_ms_longest": part(gaps, 100), "stalls_over_250_ms": int((gaps > 250).sum()),
        "hung_up": hung, "failures_named": named, "connected_again": connected - 1, "scenes_asked": asked,
        "memory_mb": {"after_a_minute": settled[0], "at_the_end": settled[-1], "most": max(settled)},
        "memory_grew_mb": round(float(np.median(settled[-quarter:]) - np.median(settled[:quarter])), 1),
        "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def chat(room: Room, over: threading.Event) -> None:
    """Fifty lines a second, of some hundred viewers."""
    chance, due = np.random.default_rng(6), time.monotonic()
    while not over.is_set():
        lines = [(f"viewer {int(chance.integers(300))}", str(chance.choice(CHATTER))) for _ in range(A_SECOND // 10)]
        room.tell(*lines)
        due = max(due + 0.1, time.monotonic() - 1.0)
        over.wait(max(0.0, due - time.monotonic()))


def filming(size: int) -> dict[str, Any]:
    """What of a core the studio takes while one watches, without a film and with one of each kind."""
    token, port = secrets.token_urlsafe(24), free_port()
    found: dict[str, Any] = {"size": size}
    with (
        tempfile.TemporaryDirectory() as films,
        studio(token, port, "--size", str(size), "--films", films) as (address, process),
        page(address) as line,
    ):
        over = threading.Event()
        reading = threading.Thread(target=read_all, args=(line, over))
        reading.start()
        time.sleep(5.0)
        for kind in ("", "mp4", "webm"):
            if kind:
                line.send(json.dumps({"film": "start", "kind": kind}))
                time.sleep(2.0)
            before, begun = cpu_seconds(process), time.monotonic()
            time.sleep(FILM)
            found[f"cores_{kind or 'alone'}"] = round((cpu_seconds(process) - before) / (time.monotonic() - begun), 2)
            if kind:
                line.send(json.dumps({"film": "stop"}))
                time.sleep(3.0)
        over.set()
        reading.join()
    found["load"] = round(os.getloadavg()[0], 1)
    return found


def read_all(line: ClientConnection, over: threading.Event) -> None:
    while not over.is_set():
        with suppress(TimeoutError):
            line.recv(0.5)


def part(figures: Any, percent: float) -> float:
    return round(float(np.percentile(figures, percent)), 1)


def main() -> None:
    """Measure, and add to what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--lines", type=int, default=0, help="that are timed to the browser's canvas, at 256 and at 512"
    )
    parser.add_argument("--minutes", type=float, default=0.0, help="of a show with bad luck")
    parser.add_argument("--films", action="store_true", help="what films cost")
    options = parser.parse_args()
    if 0.0 < options.minutes <= WARM / 60.0:
        parser.error(f"--minutes: expected more than {WARM / 60.0:g}, got {options.minutes:g}")
    found: dict[str, Any] = {}
    if options.lines:
        found |= {f"line_to_canvas_{size}": delay(options.lines, size) for size in (256, 512)}
    if options.minutes:
        found["long_show"] = long_show(options.minutes)
    if options.films:
        found |= {f"film_{size}": filming(size) for size in (256, 512)}
    for one in found.values():
        one.update(stamp())
    known = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {}
    with atomic_path(RESULT) as fresh:
        fresh.write_text(json.dumps({**known, "machine": machine(), **found}, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()

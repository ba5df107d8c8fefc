"""The painter in a browser without a graphics card: how nearly it paints what Python paints, how fast, and what the
studio sends it.

python bench/browser.py [CHARACTER]     needs Chromium with chromedriver; writes bench/results/browser.json
"""

from __future__ import annotations

import argparse
import base64
import functools
import http.server
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from selenium import webdriver
from websockets.sync.client import connect

from mien.character import load
from mien.face import Expression
from mien.face.channels import MARK_SLICE, TURN_SLICE
from mien.files import atomic_path
from mien.gauge.figures import stamp
from mien.gauge.speed import machine
from mien.paint.gan import GanPainter
from mien.sense import open_reader
from mien.show import Session, script
from mien.studio import bundle_files
from mien.studio.page import STATIC
from mien.testing import chromium

RESULTS = Path(__file__).parent / "results"
CONDITIONS, SIZES, SECONDS = 200, (256, 512), 5.0
LINES = ("今天终于通关了！！", "I miss my cat so much…", "えっ！？うそでしょ！？")
FLAGS = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--window-size=800,700")

PAGE = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body>
<script type="module">import * as mien from "./mien-face.js"; window.mien = mien;</script>"""
LOAD = """const [size, done] = arguments;
(async () => {
  while (!window.mien) await new Promise((again) => setTimeout(again, 5));
  window.face?.close();
  window.shots ??= await (await fetch("shots.json")).json();
  const start = performance.now();
  window.face = await mien.Face.load("face/", { size });
  document.body.replaceChildren(face.canvas);
  done(performance.now() - start);
})().catch((error) => done(String(error)));"""
PAINT = """face.paint(arguments[0]);
const pixels = face.pixels();
let text = "";
for (let at = 0; at < pixels.length; at += 8192) text += String.fromCharCode(...pixels.subarray(at, at + 8192));
return btoa(text);"""
PLAY = """const [seconds, done] = arguments;
const begun = performance.now();
let frames = 0, script = 0;
const next = () => {
  const spent = (performance.now() - begun) / 1000;
  if (spent > seconds) { done([frames / spent, script / frames]); return; }
  const start = performance.now();
  face.paint(shots[Math.floor(spent * 60) % shots.length]);
  script += performance.now() - start;
  frames += 1;
  requestAnimationFrame(next);
};
requestAnimationFrame(next);"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


def numbers(expression: Expression) -> list[float]:
    told = np.concatenate([expression.channels, expression.emotion, expression.noise])
    return [float(number) for number in told]


def conditions() -> Iterator[Expression]:
    """Expressions of all kinds: a few muscles at a time, turned heads, marks, feelings, noise."""
    chance = np.random.default_rng(18)
    for _ in range(CONDITIONS):
        channels = np.where(chance.random(63) < 0.25, chance.random(63), 0.0)
        channels[TURN_SLICE] = chance.normal(0, 0.15, 5)
        channels[MARK_SLICE] = np.where(chance.random(6) < 0.3, chance.random(6), 0.0)
        yield Expression.clipped(channels, chance.normal(0, 1, 8), chance.dirichlet(np.ones(8)) * chance.random())


def agreement(chrome: webdriver.Chrome, painter: GanPainter) -> dict[str, float]:
    """PSNR of premultiplied RGBA between the browser's pictures and Python's."""
    found = []
    for expression in conditions():
        told = base64.b64decode(chrome.execute_script(PAINT, numbers(expression)))
        got = np.frombuffer(told, np.uint8).reshape(painter.size, painter.size, 4).astype(np.float64)
        wanted = painter.paint(expression).pixels.astype(np.float64)
        wanted[..., :3] *= wanted[..., 3:] / 255.0
        found.append(10 * np.log10(255.0**2 / max(float(np.mean((got - wanted) ** 2)), 1e-3)))
    return {"mean_db": round(float(np.mean(found)), 2), "least_db": round(float(min(found)), 2)}


@contextmanager
def browser(site: Path) -> Iterator[webdriver.Chrome]:
    """Chromium at a page of these static files."""
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, chromium(*FLAGS) as chrome:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            chrome.set_script_timeout(300)
            chrome.get(f"http://127.0.0.1:{server.server_address[1]}/")
            yield chrome
        finally:
            server.shutdown()


def wire(character: str) -> dict[str, float]:
    """What a studio sends to a page that paints, while a line is said: bytes and frames a second."""
    command = [sys.executable, "-m", "mien", "studio", "--port", "0", "--no-browser", "--character", character]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://(127\.0\.0\.1:\d+/)", process.stdout.readline())
        assert found is not None, "the studio does not start"
        with connect(f"ws://{found[1]}live") as socket:
            socket.send(json.dumps({"want": "numbers"}))
            while isinstance(message := socket.recv(), str) or len(message) != 158:
                pass
            socket.send(json.dumps({"say": LINES[0]}))
            size, frames, begun = 0, 0, time.monotonic()
            while (spent := time.monotonic() - begun) < SECONDS:
                message = socket.recv()
                size += len(message.encode() if isinstance(message, str) else message)
                frames += isinstance(message, bytes)
        process.send_signal(signal.SIGINT)
    return {"bytes_per_s": round(size / spent), "frames_per_s": round(frames / spent, 1)}


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("character", nargs="?", default="momo")
    options = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    character = load(options.character)
    figures: dict[str, Any] = {"machine": machine(), **stamp(), "character": character.name, "conditions": CONDITIONS}
    with tempfile.TemporaryDirectory() as name:
        site = Path(name)
        (site / "face").mkdir(parents=True)
        (site / "index.html").write_text(PAGE, encoding="utf-8")
        shutil.copy(STATIC / "mien-face.js", site)
        for file, path in bundle_files(character).items():
            shutil.copy(path, site / "face" / file)
        shots = [numbers(shot.expression) for shot in Session.of(script(LINES, open_reader()), None, 60).shots()]
        (site / "shots.json").write_text(json.dumps(shots), encoding="utf-8")
        with browser(site) as chrome:
            figures["browser"] = f"Chromium {chrome.capabilities['browserVersion']}, SwiftShader"
            for size in SIZES:
                took = chrome.execute_async_script(LOAD, size)
                if isinstance(took, str):
                    raise SystemExit(took)
                fps, script_ms = chrome.execute_async_script(PLAY, SECONDS)
                figures[f"size_{size}"] = {
                    "load_ms": round(took), "frames_per_s": round(fps, 1), "script_ms": round(script_ms, 2),
                    **agreement(chrome, GanPainter(character, size)),
                }  # fmt: skip
                print(size, figures[f"size_{size}"], flush=True)
    figures["wire"] = wire(options.character)
    print(figures["wire"])
    with atomic_path(RESULTS / "browser.json") as fresh:
        fresh.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""/stage and /stage.mjpeg from the outside: who may see it, what is seen, and that it comes back."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest
import simplejpeg
from numpy.typing import NDArray
from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

WAIT = 120.0  # seconds; only what hangs needs them
TOKEN = "stage-of-the-tests"
GREEN = (0, 255, 0)

Served = Callable[..., AbstractContextManager[str]]


def pictures(address: str, query: str = "") -> Iterator[NDArray[np.uint8]]:
    """What /stage.mjpeg sends, RGB."""
    parts = urlsplit(address)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=WAIT)
    line.request("GET", f"/stage.mjpeg?token={TOKEN}{query}")
    with closing(line), line.getresponse() as answer:
        assert answer.status == 200
        assert answer.headers["content-type"] == "multipart/x-mixed-replace; boundary=mien-frame"
        while (mark := answer.readline()) == b"--mien-frame\r\n":
            assert answer.readline() == b"Content-Type: image/jpeg\r\n"
            length = int(answer.readline().removeprefix(b"Content-Length: "))
            answer.readline()
            yield simplejpeg.decode_jpeg(answer.read(length))
            answer.readline()
        assert mark == b""


@pytest.mark.parametrize("path", ["stage", "stage.mjpeg"])
@pytest.mark.parametrize("query", ["", "?token=", "?token=stage-of-the-test", "?token=%ff%fe"])
def test_without_the_token_nothing_is_seen(studio: str, path: str, query: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{studio}{path}{query}", timeout=WAIT)
    with pytest.raises(InvalidStatus, match="403"):
        connect(f"{studio.replace('http', 'ws')}stage/live{query}")


@pytest.mark.parametrize("headers", [{"Host": "rebound.example"}, {"Origin": "http://evil.example"}])
def test_the_token_alone_is_not_enough(studio: str, headers: dict[str, str]) -> None:
    for path in ("stage", "stage.mjpeg"):
        request = urllib.request.Request(f"{studio}{path}?token={TOKEN}", headers=headers)
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(request, timeout=WAIT)


def test_whoever_watches_moves_nothing(studio: str) -> None:
    with connect(f"{studio.replace('http', 'ws')}stage/live?token={TOKEN}") as line:
        assert "character" in json.loads(line.recv(WAIT))["hello"]
        line.send(json.dumps({"want": "numbers"}))
        for told in ('{"say": "hi"}', '{"camera": "mirror", "consent": true}', "{", '{"colours": {}}'):
            line.send(told)
            while not (isinstance(message := line.recv(WAIT), str) and "error" in json.loads(message)):
                pass
        while not (isinstance(message := line.recv(WAIT), bytes) and len(message) == 158):
            pass


def test_pictures_come_over_a_colour_and_end_with_the_studio(served: Served) -> None:
    with served("--painter", "artist", "--size", "128") as address:
        green, blue = pictures(address), pictures(address, "&background=%230000ff")
        for _ in range(3):
            one, other = next(green), next(blue)
        assert one.shape == other.shape == (128, 128, 3)
        assert np.abs(one[:6, :6].astype(int) - GREEN).max() < 30
        assert np.abs(other[:6, :6].astype(int) - (0, 0, 255)).max() < 30
        with pytest.raises(urllib.error.HTTPError, match="400"):
            urllib.request.urlopen(f"{address}stage.mjpeg?token={TOKEN}&background=red", timeout=WAIT)
    for stream in (green, blue):
        assert len(list(stream)) < 1000


@pytest.fixture(scope="module")
def browser(chromium: Any) -> Iterator[webdriver.Chrome]:
    flags = "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"
    with chromium(*flags) as chrome:
        yield chrome


def drawn(browser: webdriver.Chrome) -> int:
    return int(browser.execute_script("return document.getElementById('face')?.dataset.drawn") or 0)


def painted(browser: webdriver.Chrome) -> bool:
    """Whether this page paints what it can by itself; frames come until then."""
    return bool(browser.execute_script("return document.getElementById('face').getContext('webgl2') !== null"))


def open_stage(browser: webdriver.Chrome, address: str, here: bool, query: str = "") -> NDArray[np.uint8]:
    """The page as it looks over a green ground, RGB. here: whether the browser is to paint."""
    browser.get(f"{address}stage?token={TOKEN}&paint=page{query}")
    WebDriverWait(browser, WAIT, poll_frequency=0.05).until(lambda _: drawn(browser) > 3 and here == painted(browser))
    browser.execute_script("document.documentElement.style.background = 'rgb(0, 255, 0)'")
    bgr = cv2.imdecode(np.frombuffer(browser.get_screenshot_as_png(), np.uint8), cv2.IMREAD_COLOR)
    assert bgr is not None
    return bgr[..., ::-1].astype(np.uint8)


@pytest.mark.parametrize("painter", ["artist", "gan"])
def test_its_ground_is_clear_in_obs(browser: webdriver.Chrome, served: Served, painter: str) -> None:
    with served("--painter", painter) as address:
        seen = open_stage(browser, address, painter == "gan", "&size=300")
        shown = browser.execute_script("const face = document.getElementById('face'); return [face.width, face.height]")
        told = browser.execute_script("return document.querySelectorAll('button, input, a, select').length")
        browser.get("about:blank")
    clear = (seen == GREEN).all(axis=2)
    high, wide = clear.shape
    square = clear[:, (wide - high) // 2 + 2 : (wide + high) // 2 - 2]
    assert square.mean() > 0.02  # around her, within it
    assert clear[:, :4].all()  # beside the square that holds the face
    assert clear[:, -4:].all()
    assert not clear[2 * high // 3, wide // 2]
    assert 0.05 < (~clear).mean() < 0.9
    # one is painted by the browser at the size that was asked for, another painter's frames come as they are
    assert shown == ([300, 300] if painter == "gan" else [256, 256])
    assert told == 0  # no controls
    log: Any = browser
    problems = [one for one in log.get_log("browser") if "content security" in one["message"].lower()]
    assert problems == []


@contextmanager
def running(port: int, folder: Path, *options: str) -> Iterator[str]:
    """A studio at this port, whose user's own folder is this one; gives the address for OBS that it prints."""
    command = [sys.executable, "-m", "mien", "studio", "--port", str(port), "--no-browser", *options]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "XDG_CONFIG_HOME": str(folder), "HOME": str(folder)}
    environment.pop("MIEN_STAGE_TOKEN", None)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        line = next(line for line in process.stdout if "stage?token=" in line)
        yield line.split()[2]
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=WAIT)


def test_it_comes_back_when_the_studio_does(browser: webdriver.Chrome, toy: Path, tmp_path: Path) -> None:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port = line.getsockname()[1]
    with running(port, tmp_path, "--character", str(toy)) as address:
        browser.get(address)
        WebDriverWait(browser, WAIT, poll_frequency=0.05).until(lambda _: drawn(browser) > 3)
    before = drawn(browser)
    with running(port, tmp_path, "--painter", "artist", "--size", "96") as again:
        assert again == address  # the token is kept
        wide = "return document.getElementById('face').width"
        WebDriverWait(browser, WAIT).until(lambda _: browser.execute_script(wide) == 96)
        assert drawn(browser) > before

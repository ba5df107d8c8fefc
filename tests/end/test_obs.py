"""Debian's OBS itself: it shows the stage's pictures, and changes its scenes by what she feels."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from websockets.sync.client import ClientConnection, connect

from mien.testing import free_port

WAIT = 120.0  # seconds; only what hangs needs them
SCENES = ("Calm", "Party")

pytestmark = pytest.mark.skipif(
    not (shutil.which("obs") and shutil.which("Xvfb")), reason="no OBS or no Xvfb: apt-get install obs-studio xvfb"
)


class Remote:
    """OBS by its WebSocket, as its protocol 5 has it."""

    def __init__(self, line: ClientConnection) -> None:
        self._line, self._count = line, 0
        assert json.loads(line.recv(WAIT))["op"] == 0
        line.send(json.dumps({"op": 1, "d": {"rpcVersion": 1, "eventSubscriptions": 0}}))
        assert json.loads(line.recv(WAIT))["op"] == 2

    def __call__(self, kind: str, **data: Any) -> dict[str, Any]:
        self._count += 1
        asked = {"requestType": kind, "requestId": str(self._count), "requestData": data}
        self._line.send(json.dumps({"op": 6, "d": asked}))
        told = json.loads(self._line.recv(WAIT))["d"]
        assert told["requestStatus"]["result"], told
        return dict(told.get("responseData") or {})


@pytest.fixture(scope="module")
def obs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Remote, int]]:
    """OBS on a screen that nobody sees, and the port of its WebSocket."""
    home, port = tmp_path_factory.mktemp("obs"), free_port()
    settings = home / ".config" / "obs-studio" / "global.ini"
    settings.parent.mkdir(parents=True)
    settings.write_text(
        "[General]\nFirstRun=true\nLastVersion=486539266\nEnableAutoUpdates=false\n"
        f"[OBSWebSocket]\nFirstLoad=false\nServerEnabled=true\nServerPort={port}\nAuthRequired=false\n"
        "AlertsEnabled=false\n",
        encoding="utf-8",
    )
    screen, number = os.pipe()
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(number), "-screen", "0", "800x600x24", "-nolisten", "tcp"],
        pass_fds=[number], stderr=subprocess.DEVNULL,
    ) as xvfb:  # fmt: skip
        os.close(number)
        with os.fdopen(screen) as told:
            display = f":{told.readline().strip()}"
        environment = {
            **os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb", "LIBGL_ALWAYS_SOFTWARE": "1", "XDG_RUNTIME_DIR": str(home),
        }  # fmt: skip
        with subprocess.Popen(
            ["obs", "--multi", "--minimize-to-tray"], env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=home,
        ) as process:  # fmt: skip
            try:
                with connected(process, port) as line:
                    yield Remote(line), port
            finally:
                process.kill()
                xvfb.terminate()


def connected(process: subprocess.Popen[bytes], port: int) -> ClientConnection:
    end = time.monotonic() + WAIT
    while time.monotonic() < end and process.poll() is None:
        try:
            return connect(f"ws://127.0.0.1:{port}", max_size=None, subprotocols=["obswebsocket.json"])  # type: ignore[list-item]
        except OSError:
            time.sleep(0.2)
    pytest.skip("OBS does not start on this machine: it wants OpenGL 3.3")


def ready(remote: Remote) -> None:
    """OBS takes requests once its scenes are loaded."""
    end = time.monotonic() + WAIT
    while True:
        try:
            remote("GetSceneList")
            return
        except AssertionError:
            assert time.monotonic() < end
            time.sleep(0.5)


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.2)


def test_obs_shows_her_and_obeys_her_feelings(
    obs: tuple[Remote, int], served: Callable[..., AbstractContextManager[str]], tmp_path: Path
) -> None:
    remote, port = obs
    ready(remote)
    for scene in SCENES:
        remote("CreateScene", sceneName=scene)
    remote("SetCurrentProgramScene", sceneName="Calm")
    with served("--painter", "artist", "--size", "128", "--fps", "20", "--films", str(tmp_path)) as address:
        remote(
            "CreateInput", sceneName="Calm", inputName="Momo", inputKind="ffmpeg_source",
            inputSettings={"is_local_file": False, "input": f"{address}stage.mjpeg?token=stage-of-the-tests"},
        )  # fmt: skip

        def shown() -> bool:
            found = remote("GetSourceScreenshot", sourceName="Momo", imageFormat="png", imageWidth=128, imageHeight=128)
            data = base64.b64decode(found["imageData"].partition(",")[2])
            picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
            if picture is None:
                return False
            blue, green, red = picture[..., 0].astype(int), picture[..., 1].astype(int), picture[..., 2].astype(int)
            ground = (green > 200) & (red < 60) & (blue < 60)
            hair = (red > 180) & (green < red - 30)
            return bool(ground[:5, :5].all() and hair.mean() > 0.05)

        until(shown)
        origin: Any = address.rstrip("/")
        with connect(f"{address.replace('http', 'ws')}live", origin=origin, max_size=None) as line:
            scenes = {"happy": "Party", "neutral": "Calm"}
            asked = {"connect": "sink", "kind": "obs", "settings": {"to": f"127.0.0.1:{port}", "scenes": scenes}}
            line.send(json.dumps(asked))
            line.send(json.dumps({"say": "哈哈哈哈太好了！！我们赢了！！"}))
            until(lambda: remote("GetCurrentProgramScene")["currentProgramSceneName"] == "Party")

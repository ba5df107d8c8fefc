"""The studio on air from outside: a room pulled out and plugged in again, a show's file, films, the page's cards."""

from __future__ import annotations

import http.client
import json
import os
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from websockets.sync.client import ClientConnection, connect

from mien.show import read_show
from mien.testing import FakeObs, free_port

WAIT = 120.0  # seconds; only what hangs needs them
TOKEN = "token-of-24-signs-long-1"

Served = Callable[..., AbstractContextManager[str]]
SMALL = ("--painter", "artist", "--size", "64", "--fps", "20")


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "MIEN_HOOK_TOKEN", TOKEN)


def page(address: str) -> ClientConnection:
    """As the studio's own page connects."""
    origin: Any = address.rstrip("/")
    line: ClientConnection = connect(f"{address.replace('http', 'ws')}live", origin=origin, max_size=None)
    return line


def ask(line: ClientConnection, **message: Any) -> None:
    line.send(json.dumps(message))


def told(line: ClientConnection, kind: str, wanted: Callable[[Any], bool] = lambda _: True) -> Any:
    """The next message about this that is wanted."""
    while True:
        message = line.recv(WAIT)
        if isinstance(message, str) and kind in (data := json.loads(message)) and wanted(data):
            return data


def lit(name: str, light: str) -> Callable[[Any], bool]:
    return lambda data: any((one["name"], one["light"]) == (name, light) for one in data["connections"])


def tell(port: int, **line: Any) -> None:
    """A viewer writes, by the hook."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
    asked.request("POST", "/", json.dumps(line), {"Authorization": f"Bearer {TOKEN}"})
    assert asked.getresponse().read() == b'{"taken": 1}'
    asked.close()


def test_a_room_moves_the_face_is_pulled_out_and_plugged_in_again(served: Served, tmp_path: Path) -> None:
    port = free_port()
    with served(*SMALL, "--films", str(tmp_path)) as address, page(address) as line:
        hello = told(line, "hello")["hello"]
        assert hello["stage"] == "stage?token=stage-of-the-tests"
        assert hello["film"]["folder"] == str(tmp_path)
        for turn in range(2):
            ask(line, connect="source", kind="hook", settings={"port": port})
            told(line, "connections", lit("hook", "connected"))
            for number in range(6):
                tell(port, text="哈哈哈哈太好了！！我们赢了！！", author=f"neko {turn} {number}")
            assert told(line, "chat")["chat"][0]["feels"] == "happy"
            told(line, "felt", lambda data: data["felt"]["happy"] > 0.3)
            ask(line, disconnect="source", name="hook")
            assert told(line, "connections", lambda data: not data["connections"])
            with pytest.raises(OSError):
                tell(port, text="hi")


def test_an_output_that_goes_away_is_told_and_may_be_let_go_of(served: Served) -> None:
    with served(*SMALL) as address, page(address) as line:
        with FakeObs() as obs:
            ask(line, connect="sink", kind="obs", settings={"to": obs.to, "scenes": {"happy": "Party"}})
            told(line, "connections", lit("obs", "connected"))
        failed = told(line, "connections", lit("obs", "failed"))["connections"][0]
        assert failed["retry"] > 0.0
        assert "obs" in failed["why"]
        ask(line, disconnect="sink", name="obs")
        told(line, "connections", lambda data: not data["connections"])
        ask(line, film="nonsense")
        assert "expected start, stop, last, still" in told(line, "error")["error"]


def test_what_the_page_sets_is_a_show_that_runs_without_it(run: Any, served: Served, tmp_path: Path) -> None:
    (tmp_path / "ada.toml").write_text(
        'painter = "artist"\nsize = 64\nfps = 20\npolicy = "service"\nmute = ["troll"]\n'
        '[temper]\nlively = 1.4\nhappy = { onset = 0.4 }\n[thanks.gift]\nhold = 4\n[[source]]\nkind = "chat"\n'
        'file = "chat.tsv"\n[[sink]]\nkind = "mjpeg"\nto = "127.0.0.1:0"\n',
        encoding="utf-8",
    )
    (tmp_path / "chat.tsv").write_text("0\tneko\tyay\n", encoding="utf-8")
    with served(str(tmp_path / "ada.toml"), "--to", "json:ws:127.0.0.1:0") as address, page(address) as line:
        hello = told(line, "hello")["hello"]
        assert [(one["role"], one["kind"]) for one in hello["connections"]] == [
            ("source", "chat"), ("sink", "mjpeg"), ("sink", "json"),
        ]  # fmt: skip
        ask(line, connect="sink", kind="vmc", settings={"to": "127.0.0.1:39539", "vrm": 1})
        ask(line, colours={"hair": "#3355aa"})
        ask(line, hotkeys={"b": "hold:blush"})
        ask(line, hotkeys={"b": "hold:nothing"})
        assert "hotkeys.b: expected a feeling" in told(line, "error")["error"]
        ask(line, mute="Inu")
        told(line, "crowd", lambda data: "Inu" in data["crowd"]["muted"])
        with urllib.request.urlopen(f"{address}show.toml", timeout=WAIT) as answer:
            assert answer.headers["content-disposition"] == 'attachment; filename="show.toml"'
            text = answer.read().decode()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "show.toml").write_text(text, encoding="utf-8")
    before, show = read_show(tmp_path / "ada.toml"), read_show(elsewhere / "show.toml")
    assert (show.character, show.painter, show.size, show.fps, show.policy) == ("momo", "artist", 64, 20.0, "service")
    assert (show.temper, show.thanks) == (before.temper, before.thanks)
    assert show.keys == {"b": "hold:blush"}
    assert (set(show.mute), show.colours["hair"]) == ({"troll", "Inu"}, (0x33, 0x55, 0xAA))
    assert dict(show.sources[0].settings) == {"file": tmp_path / "chat.tsv"}
    assert [one.kind for one in show.sinks] == ["mjpeg", "json", "vmc"]
    table = tomllib.loads(text)
    (elsewhere / "short.toml").write_text(f"seconds = 0.5\n{text}", encoding="utf-8")
    ran = run("show", elsewhere / "short.toml", "--json")
    assert (ran.code, table["size"]) == (0, 64)


def test_only_the_studios_own_page_connects(studio: str) -> None:
    line: ClientConnection
    with connect(f"{studio.replace('http', 'ws')}live", max_size=None) as line:
        assert not {"stage", "connections", "film", "hotkeys"} & set(told(line, "hello")["hello"])
        for message in (
            {"connect": "sink", "kind": "vmc"},
            {"film": "still"},
            {"mute": "neko"},
            {"hotkeys": {"b": "hold:sad"}},
        ):
            ask(line, **message)
            assert "only the studio's own page" in told(line, "error")["error"]
    request = urllib.request.Request(f"{studio}show.toml", headers={"Origin": "http://evil.example"})
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request, timeout=WAIT)


@pytest.fixture(scope="module")
def browser(chromium: Any) -> Iterator[webdriver.Chrome]:
    with chromium() as chrome:
        yield chrome


def test_a_streamer_follows_the_page_alone(browser: webdriver.Chrome, served: Served, tmp_path: Path) -> None:
    port = free_port()

    def until(script: str) -> None:
        WebDriverWait(browser, WAIT, poll_frequency=0.1).until(lambda _: browser.execute_script(f"return {script}"))

    def light(card: str) -> str:
        return f"document.querySelector('#program-{card} .lit')?.dataset.light"

    with served(*SMALL, "--films", str(tmp_path)) as address:
        browser.get(address)
        browser.execute_script("localStorage.setItem('mien.panels', '[\"connect\"]')")
        browser.get(address)
        until("document.getElementById('stage-address')?.value.includes('token=')")
        stage = browser.find_element(By.ID, "stage-address").get_property("value")
        assert stage == f"{address}stage?token=stage-of-the-tests"
        until(f"{light('stage')} === 'waiting'")
        with connect(str(stage).replace("http", "ws").replace("stage?", "stage/live?")):
            until(f"{light('stage')} === 'connected'")
        until(f"{light('stage')} === 'waiting'")
        browser.execute_script("document.querySelector('#program-source-hook > summary').click()")
        field = browser.find_element(By.CSS_SELECTOR, "#program-source-hook [name=port]")
        field.send_keys("99999")
        field.submit()
        until("document.querySelector('#program-source-hook [role=alert]')?.textContent.includes('port')")
        field.clear()
        field.send_keys(str(port))
        field.submit()
        until(f"{light('source-hook')} === 'connected'")
        tell(port, text="草www", author="neko")
        browser.execute_script("document.querySelector('#program-source-hook .connected button').click()")
        until(f"{light('source-hook')} === 'off'")
        until("document.getElementById('program-source-hook').open")  # it may be plugged in again
        field.submit()
        until(f"{light('source-hook')} === 'connected'")
        browser.execute_script("document.querySelector('#program-sink-obs > summary').click()")
        scene = browser.find_element(By.CSS_SELECTOR, "#program-sink-obs [name='scenes.happy']")
        with FakeObs() as obs:
            browser.find_element(By.CSS_SELECTOR, "#program-sink-obs [name=to]").send_keys(obs.to)
            scene.send_keys("Praty")
            scene.submit()
            until(f"{light('sink-obs')} === 'failed'")
            scene.clear()
            scene.send_keys("Party")
            scene.submit()  # what was wrong is replaced
            until(f"{light('sink-obs')} === 'connected'")
        assert len(browser.find_elements(By.CSS_SELECTOR, "#program-sink-obs .connected")) == 1
        browser.execute_script("document.getElementById('film-still').click()")
        until("document.querySelectorAll('#files li').length === 1")
    assert [path.suffix for path in tmp_path.iterdir()] == [".png"]

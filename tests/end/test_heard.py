"""The studio with a voice and a microphone, in a real browser: what is played, what is heard, who cuts in."""

from __future__ import annotations

import json
import time
import wave
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import numpy as np
import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from websockets.sync.client import connect

from mien.face.channels import channel

WAIT = 120.0  # seconds; only a page that hangs needs them

PLAYED = """
window.played = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (when) {
  played.push([when, this.buffer.duration, Math.max(...this.buffer.getChannelData(0))]);
  start.call(this, when);
};
"""


@pytest.fixture(scope="module")
def browser(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """A browser before whose microphone somebody says a second of speech, falls silent for two, and so on."""
    pytest.importorskip("espeakng_loader")
    from mien.face import NEUTRAL
    from mien.voice import open_voice

    (chunk,) = open_voice("espeak-ng").speak("mama mama mama papa", "en", NEUTRAL, Event())
    sound = tmp_path_factory.mktemp("microphone") / "speech.wav"
    with wave.open(str(sound), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(chunk.rate)
        said = np.concatenate([chunk.samples, np.zeros(2 * chunk.rate, np.float32)])
        out.writeframes(np.round(30_000.0 * said).astype("<i2").tobytes())
    flags = ("device-for-media-stream", "ui-for-media-stream")
    with chromium(
        *(f"--use-fake-{flag}" for flag in flags), f"--use-file-for-fake-audio-capture={sound}",
    ) as chrome:  # fmt: skip
        chrome.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": PLAYED})
        yield chrome


@pytest.fixture
def page(browser: webdriver.Chrome, voiced_studio: str) -> webdriver.Chrome:
    browser.get(voiced_studio)
    until(browser, lambda: int(browser.find_element(By.ID, "face").get_dom_attribute("data-drawn") or 0) > 3)
    press(browser, "#languages input[value=en] + span")
    press(browser, "#hush")  # what the test before had her say
    until(browser, lambda: still(browser))
    browser.execute_script("played.length = 0")
    return browser


def until(browser: webdriver.Chrome, condition: Callable[[], bool]) -> None:
    WebDriverWait(browser, WAIT, poll_frequency=0.05).until(lambda _: condition())


def press(browser: webdriver.Chrome, place: str) -> None:
    browser.find_element(By.CSS_SELECTOR, place).click()


def say(browser: webdriver.Chrome, line: str) -> None:
    browser.find_element(By.ID, "line").send_keys(line, Keys.ENTER)


def played(browser: webdriver.Chrome) -> np.ndarray:
    """(n, 3) of every piece of sound: when, for how long, how loud."""
    return np.array(browser.execute_script("return played"), np.float64).reshape(-1, 3)


@pytest.fixture
def widest(voiced_studio: str) -> Iterator[Callable[[], float]]:
    """Gives how far her jaw drops within a second, as whoever watches is told."""
    with connect(voiced_studio.replace("http", "ws") + "live", max_size=None) as socket:
        socket.send(json.dumps({"want": "numbers"}))

        def jaw() -> float:
            seen, until = [0.0], time.monotonic() + 1.0
            while time.monotonic() < until:
                message = socket.recv(WAIT)
                if isinstance(message, bytes) and len(message) == 158:
                    seen.append(float(np.frombuffer(message, "<f2")[channel("jawOpen")]))
            return max(seen)

        yield jaw


def still(browser: webdriver.Chrome) -> bool:
    """Whether nothing more has been played for a second and a half."""
    before = len(played(browser))
    Event().wait(1.5)
    return len(played(browser)) == before


def test_a_line_is_heard_in_one_piece_while_the_mouth_moves(
    page: webdriver.Chrome, widest: Callable[[], float]
) -> None:
    say(page, "mama made a map " * 5)
    until(page, lambda: widest() > 0.2)
    until(page, lambda: still(page))
    heard = played(page)
    assert 3.0 < heard[:, 1].sum() < 12.0
    assert heard[:, 2].max() > 0.05
    assert (np.diff(heard[:, 0]) >= heard[:-1, 1] - 1e-6).all()  # none over another


def test_a_button_stops_it(page: webdriver.Chrome) -> None:
    say(page, "mama made a map " * 20)
    until(page, lambda: len(played(page)) > 10)
    press(page, "#hush")
    until(page, lambda: still(page))
    assert played(page)[:, 1].sum() < 12.0  # of twenty seconds


def test_without_sound_nothing_is_sent_for_it(page: webdriver.Chrome, widest: Callable[[], float]) -> None:
    press(page, "#sound")
    assert page.find_element(By.ID, "sound").get_dom_attribute("aria-pressed") == "false"
    until(page, lambda: widest() < 0.1)
    say(page, "mama made a map " * 5)
    until(page, lambda: widest() > 0.2)
    assert len(played(page)) == 0
    press(page, "#sound")


def opened(page: webdriver.Chrome, use: str) -> None:
    """The microphone is opened, after its notice."""
    press(page, "#mic")
    until(page, lambda: page.find_element(By.ID, "mic-notice").is_displayed())
    press(page, "#mic-notice button[value=yes]")
    until(page, lambda: page.find_element(By.ID, "ear").is_displayed())
    press(page, f"#mic-uses input[value={use}] + span")


def test_whoever_is_at_the_microphone_moves_the_lips(page: webdriver.Chrome, widest: Callable[[], float]) -> None:
    press(page, "#mic")
    lines = page.find_elements(By.CSS_SELECTOR, "#mic-lines li")
    assert len(lines) == 3
    assert "nobody is recognised" in lines[0].text
    press(page, "#mic-notice button[value=no]")  # without consent no microphone
    assert not page.find_element(By.ID, "ear").is_displayed()
    until(page, lambda: widest() < 0.1)
    opened(page, "speaks")
    until(page, lambda: widest() > 0.2)
    assert len(played(page)) == 0  # one does not hear oneself
    press(page, "#mic")
    assert not page.find_element(By.ID, "ear").is_displayed()
    until(page, lambda: widest() < 0.1)


def test_whoever_is_listened_to_cuts_in(page: webdriver.Chrome) -> None:
    opened(page, "listens")
    assert page.find_element(By.ID, "mic-answer").is_displayed()

    def begins() -> bool:
        """She says it, again where she was cut in on before her first sound."""
        say(page, "mama made a map " * 20)
        return not still(page)

    until(page, begins)
    until(page, lambda: still(page))
    assert played(page)[:, 1].sum() < 12.0  # of twenty seconds
    press(page, "#mic")
    assert [entry["message"] for entry in page.get_log("browser")] == []  # type: ignore[no-untyped-call]

"""Playing the face in a real browser: its points are dragged, by hand and by keys, sliders and keys of one's own."""

from __future__ import annotations

import json
import tomllib
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from websockets.sync.client import connect

WAIT = 120.0  # seconds; only a page that hangs needs them
RIGHT, LEFT = 48, 54  # corners of the mouth

SHOWN = """const picture = new OffscreenCanvas(128, 128).getContext("2d");
picture.drawImage(document.getElementById("face"), 0, 0, 128, 128);
return [...picture.getImageData(0, 0, 128, 128).data];"""


PLACE = """const box = document.querySelectorAll(".dot")[arguments[0]].getBoundingClientRect();
return [box.x + box.width / 2, box.y + box.height / 2];"""
SLIDE = """const slider = document.getElementById(arguments[0]);
slider.value = arguments[1];
slider.dispatchEvent(new Event("input", { bubbles: true }));"""
LEAVE = """document.getElementById(arguments[0]).dispatchEvent(new Event("change", { bubbles: true }));"""


@pytest.fixture(scope="module")
def played(served: Any, chromium: Any) -> Iterator[tuple[str, webdriver.Chrome]]:
    with served("--painter", "gan") as address, chromium() as chrome:
        chrome.get(address)
        chrome.execute_script("localStorage.clear(); localStorage.setItem('mien.language', 'en')")
        chrome.get(address)
        chrome.find_element(By.ID, "tab-play").click()
        until(chrome, lambda: chrome.execute_script("return document.querySelector('.handles.blind') === null"))
        until(chrome, lambda: at(chrome, 8)[1] > at(chrome, 57)[1] > at(chrome, 33)[1])
        yield address, chrome


def until(chrome: webdriver.Chrome, condition: Callable[[], bool]) -> None:
    WebDriverWait(chrome, WAIT, poll_frequency=0.05).until(lambda _: condition())


def at(chrome: webdriver.Chrome, point: int) -> tuple[float, float]:
    """Where a point lies on the screen."""
    x, y = chrome.execute_script(PLACE, point)
    return float(x), float(y)


def side(chrome: webdriver.Chrome) -> float:
    return float(chrome.execute_script("return document.querySelector('.handles').clientWidth"))


def shown(chrome: webdriver.Chrome) -> NDArray[np.int64]:
    return np.array(chrome.execute_script(SHOWN), np.int64)


def held(address: str) -> dict[str, float]:
    """What another page is told that is held."""
    with connect(address.replace("http", "ws") + "live", max_size=None) as socket:
        found: dict[str, float] = json.loads(socket.recv(WAIT))["hello"]["play"]["held"]
        return found


def kept_keys(address: str) -> Any:
    """What keys do, as the show's file has it that the studio gives; None where it says nothing."""
    with urllib.request.urlopen(f"{address}show.toml", timeout=WAIT) as answer:
        return tomllib.loads(answer.read().decode()).get("keys")


def grab(chrome: webdriver.Chrome, point: int, *ways: tuple[float, float]) -> None:
    """Press a point and go these ways, in shares of the picture; nothing is let go."""
    x, y = at(chrome, point)
    hand = ActionChains(chrome, duration=30)
    pointer: Any = hand.w3c_actions.pointer_action
    pointer.move_to_location(round(x), round(y))
    pointer.pointer_down()
    for right, down in ways:
        x, y = x + right * side(chrome), y + down * side(chrome)
        pointer.move_to_location(round(x), round(y))
    hand.perform()


def let_go(chrome: webdriver.Chrome) -> None:
    hand = ActionChains(chrome)
    pointer: Any = hand.w3c_actions.pointer_action
    pointer.pointer_up()
    hand.perform()


def test_a_corner_of_the_mouth_is_dragged_into_a_smile_and_springs_back(played: tuple[str, webdriver.Chrome]) -> None:
    address, chrome = played
    before, height = shown(chrome), at(chrome, LEFT)[1]
    grab(chrome, LEFT, (0.002, -0.01), (0.002, -0.01))
    until(chrome, lambda: at(chrome, LEFT)[1] < height - 0.01 * side(chrome))
    now = held(address)
    assert now["mouthSmileLeft"] > 0.3
    assert now["mouthSmileRight"] > 0.3  # the other side does the same
    assert (np.abs(shown(chrome) - before) > 60).any()
    let_go(chrome)
    until(chrome, lambda: not held(address))
    until(chrome, lambda: at(chrome, LEFT)[1] > height - 0.008 * side(chrome))


def test_arrow_keys_move_the_chosen_point_and_it_may_stay(played: tuple[str, webdriver.Chrome]) -> None:
    address, chrome = played
    chrome.find_element(By.ID, "play-both").click()
    chrome.find_element(By.ID, "play-stays").click()
    chrome.execute_script("document.querySelectorAll('.dot')[56].focus()")
    chrome.switch_to.active_element.send_keys(Keys.PAGE_DOWN)
    chosen = chrome.switch_to.active_element
    assert chosen.get_attribute("data-point") == "57"
    assert "Lower lip" in str(chosen.get_attribute("aria-label"))
    for _ in range(3):
        chosen.send_keys(Keys.SHIFT + Keys.ARROW_DOWN)
    until(chrome, lambda: held(address).get("jawOpen", 0.0) > 0.4)
    until(chrome, lambda: "yaw" not in held(address))  # after a moment the key has let go, and the mouth stays
    assert held(address)["jawOpen"] > 0.4
    for name in ("play-both", "play-stays", "play-reset"):
        chrome.find_element(By.ID, name).click()
    until(chrome, lambda: not held(address))


def test_sliders_keys_and_a_move(played: tuple[str, webdriver.Chrome]) -> None:
    address, chrome = played
    chrome.find_element(By.ID, "move-name").send_keys("gasp")
    chrome.find_element(By.ID, "move-record").click()
    until(chrome, lambda: bool(chrome.find_elements(By.ID, "move-stop")))
    chrome.execute_script(SLIDE, "play-mouthPucker", 0.9)
    until(chrome, lambda: held(address) == {"mouthPucker": 0.9})
    chrome.execute_script(LEAVE, "play-mouthPucker")
    until(chrome, lambda: not held(address))
    chrome.find_element(By.ID, "move-stop").click()
    until(chrome, lambda: "gasp" in chrome.find_element(By.ID, "moves").text)
    chrome.find_element(By.CSS_SELECTOR, "[aria-label='Key for Blush']").click()
    chrome.find_element(By.TAG_NAME, "body").send_keys("b")
    until(chrome, lambda: "Blush" in chrome.find_element(By.ID, "play-keys").text)
    until(chrome, lambda: kept_keys(address) == {"b": "hold:blush"})
    chrome.find_element(By.TAG_NAME, "body").send_keys("b")
    until(chrome, lambda: held(address) == {"blush": 1.0})
    chrome.find_element(By.TAG_NAME, "body").send_keys("b")
    until(chrome, lambda: not held(address))
    chrome.find_element(By.CSS_SELECTOR, "[aria-label='Remove: gasp']").click()
    until(chrome, lambda: "gasp" not in chrome.find_element(By.ID, "moves").text)


def test_keys_of_a_shows_file_take_the_place_of_the_browsers_own(
    played: tuple[str, webdriver.Chrome], served: Any, tmp_path: Path
) -> None:
    own, chrome = played
    body, listed = (By.TAG_NAME, "body"), (By.ID, "play-keys")
    (tmp_path / "ada.toml").write_text(
        'painter = "artist"\nsize = 64\nfps = 20\n[keys]\nv = "hold:vein"\n', encoding="utf-8"
    )
    with served("--painter", "artist", "--size", "64", "--fps", "20") as address:
        chrome.get(address)
        chrome.execute_script('localStorage.setItem(\'mien.play.keys\', \'{"b": "hold:blush", "B": "hold:blush"}\')')
        assert kept_keys(address) is None
        chrome.get(address)
        until(chrome, lambda: kept_keys(address) == {"b": "hold:blush"})  # the browser's own, those that can be
    with served(str(tmp_path / "ada.toml")) as address:
        chrome.get(address)
        chrome.execute_script(
            "localStorage.setItem('mien.play.keys', '{\"b\": \"hold:blush\"}');"
            "localStorage.setItem('mien.language', 'en'); localStorage.setItem('mien.panels', '[\"play\"]')"
        )
        chrome.get(address)
        until(chrome, lambda: "Anger vein" in chrome.find_element(*listed).text)
        assert "Blush" not in chrome.find_element(*listed).text
        chrome.find_element(*body).send_keys("v")
        until(chrome, lambda: held(address) == {"vein": 1.0})
        chrome.find_element(By.CSS_SELECTOR, "[aria-label='Remove: v']").click()
        until(chrome, lambda: kept_keys(address) == {})
        assert chrome.execute_script("return localStorage.getItem('mien.play.keys')") == '{"b": "hold:blush"}'
    chrome.get(own)

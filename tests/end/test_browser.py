"""The studio in a real browser: a line is typed, a camera opened; the pixels of mouth and eyes change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import simplejpeg
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from mien.character import load
from mien.face import LEFT_EYE, MOUTH, REST, RIGHT_EYE, Emotion, prototype
from mien.paint import open_painter
from mien.paint.drawn.artist import key_points
from mien.paint.identity import identity_of
from mien.show.director import NOTICE

WAIT = 120.0  # seconds; only a page that hangs needs them

SEEN = """
const canvas = document.getElementById("face").getContext("2d"), found = {};
for (const [name, box] of Object.entries(arguments[0])) {
  const p = canvas.getImageData(...box).data;
  found[name] = 0;
  for (let n = 0; n < p.length; n += 4) {
    const [red, green, blue] = p.slice(n, n + 3);
    found[name] += name === "mouth" ? red - green > 60 && red < 215 : green - red > 30 && blue - red > 20;
  }
}
return found;
"""

BOX = """
const [x, y, width, height] = arguments;
const pixels = document.getElementById("face").getContext("2d").getImageData(x, y, width, height).data;
return Array.from(pixels);
"""


@pytest.fixture(scope="module")
def browser(chromium: Any) -> Iterator[webdriver.Chrome]:
    with chromium() as chrome:
        yield chrome


@pytest.fixture(scope="module")
def filmed(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """A browser with a camera, before which is a drawn face: it rests, smiles, is surprised, and so on."""
    painter = open_painter("artist", load("momo"), 416)
    film = tmp_path_factory.mktemp("camera") / "faces.mjpeg"
    with film.open("wb") as file:
        for emotion, count in ((Emotion(), 45), (Emotion(happy=1.0), 75), (Emotion(surprised=1.0), 75)):
            picture = np.full((480, 640, 3), (206, 212, 220), np.uint8)
            picture[64:, 112:528] = painter.paint(prototype(emotion)).over((206, 212, 220))
            file.write(simplejpeg.encode_jpeg(picture, quality=90, colorspace="RGB", colorsubsampling="420") * count)
    flags = ("device-for-media-stream", "ui-for-media-stream")
    with chromium(
        *(f"--use-fake-{flag}" for flag in flags), f"--use-file-for-fake-video-capture={film}",
    ) as chrome:  # fmt: skip
        yield chrome


@pytest.fixture
def page(browser: webdriver.Chrome, studio: str) -> webdriver.Chrome:
    browser.get(studio)
    until(browser, lambda: drawn(browser) > 3)
    return browser


def until(browser: webdriver.Chrome, condition: Callable[[], bool]) -> None:
    # the page may redraw a list between finding an element and reading it: then it is asked again
    again = [StaleElementReferenceException]
    WebDriverWait(browser, WAIT, poll_frequency=0.05, ignored_exceptions=again).until(lambda _: condition())


def drawn(browser: webdriver.Chrome) -> int:
    return int(browser.find_element(By.ID, "face").get_dom_attribute("data-drawn") or 0)


@cache
def boxes() -> dict[str, tuple[int, int, int, int]]:
    """Where mouth and eyes are, with room for the head to sway: x, y, width, height in pixels of 256."""
    momo = load("momo")
    points = key_points(identity_of(momo.identity, "momo"), REST).points * 256
    found = {}
    for name, part in (("mouth", MOUTH), ("left eye", LEFT_EYE), ("right eye", RIGHT_EYE)):
        low, high = points[part].min(axis=0) - 12, points[part].max(axis=0) + 12
        found[name] = (int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1]))
    return found


def seen(browser: webdriver.Chrome) -> dict[str, int]:
    """How much of her irises (teal) and of her open mouth (dark red) the canvas shows, in pixels.

    Counted by colour, for a living head is never still: its pixels change without a line too.
    """
    return dict(browser.execute_script(SEEN, boxes()))


def test_typing_a_line_moves_mouth_and_eyes(page: webdriver.Chrome) -> None:
    idle = [seen(page) for _ in range(9)]
    rest = {name: float(np.median([one[name] for one in idle])) for name in idle[0]}
    assert min(rest["left eye"], rest["right eye"]) > 50  # her eyes are open
    line = page.find_element(By.ID, "line")
    assert line == page.switch_to.active_element  # one may type at once
    line.send_keys("哈哈哈哈太好了！！我们赢了！！", Keys.ENTER)

    def laughs() -> bool:
        looks = [seen(page) for _ in range(3)]  # in a row: no blink lasts so long
        shut = all(look[eye] < 0.5 * rest[eye] for look in looks for eye in ("left eye", "right eye"))
        return shut and max(look["mouth"] for look in looks) > rest["mouth"] + 60

    until(page, laughs)
    assert line.get_property("value") == ""
    assert page.find_element(By.ID, "caption").text == "哈哈哈哈太好了！！我们赢了！！"
    assert float(page.find_element(By.CSS_SELECTOR, "#bars > div:first-child .value").text) > 20


def test_the_corner_is_transparent_and_the_frames_go_on(page: webdriver.Chrome) -> None:
    corner = page.execute_script(BOX, 0, 0, 1, 1)
    assert corner[3] == 0
    before = drawn(page)
    until(page, lambda: drawn(page) > before + 5)
    until(page, lambda: page.find_element(By.ID, "fps").text.isdigit())


def test_three_languages_and_examples_to_click(page: webdriver.Chrome) -> None:
    titles = set()
    for tag, name in (("zh", "发送"), ("ja", "送信"), ("en", "Say")):
        page.find_element(By.CSS_SELECTOR, f"#languages input[value={tag}] + span").click()
        assert page.find_element(By.CSS_SELECTOR, "#say button").text == name
        assert page.find_element(By.TAG_NAME, "html").get_dom_attribute("lang") == tag
        chips = page.find_elements(By.CSS_SELECTOR, "#chips button")
        assert len(chips) == 9  # her greeting, and one for each feeling
        titles.add(page.title)
        chips[1].click()
        text = chips[1].text
        until(page, lambda text=text: page.find_element(By.CSS_SELECTOR, "#past li span").text == text)  # type: ignore[misc]
    assert len(titles) == 3


def test_the_page_says_nothing_on_the_console(page: webdriver.Chrome) -> None:
    assert [entry["message"] for entry in page.get_log("browser")] == []  # type: ignore[no-untyped-call]


def test_a_screenshot_shows_the_face(page: webdriver.Chrome, tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    assert page.save_screenshot(str(path))
    assert path.stat().st_size > 20_000


def press(browser: webdriver.Chrome, place: str) -> None:
    browser.find_element(By.CSS_SELECTOR, place).click()


def shown(browser: webdriver.Chrome, name: str) -> str:
    return browser.find_element(By.ID, name).text


def bar(browser: webdriver.Chrome, place: int) -> float:
    """How strongly the character feels the feeling at this place of the list, in hundredths."""
    return float(browser.find_element(By.CSS_SELECTOR, f"#bars > div:nth-child({place}) .value").text)


def test_the_users_camera_is_mirrored_after_a_notice(filmed: webdriver.Chrome, studio: str) -> None:
    filmed.get(studio)
    until(filmed, lambda: drawn(filmed) > 3)
    press(filmed, "#languages input[value=en] + span")
    press(filmed, "#camera")
    until(filmed, lambda: filmed.find_element(By.ID, "notice").is_displayed())
    told = [line.text for line in filmed.find_elements(By.CSS_SELECTOR, "#notice-lines li")]
    assert tuple(told) == NOTICE
    press(filmed, "#notice button[value=no]")  # without consent no camera
    assert not filmed.find_element(By.ID, "eye").is_displayed()
    assert filmed.find_element(By.ID, "camera").get_dom_attribute("aria-pressed") == "false"

    press(filmed, "#camera")
    until(filmed, lambda: filmed.find_element(By.ID, "notice").is_displayed())
    press(filmed, "#notice button[value=yes]")
    until(filmed, lambda: filmed.find_element(By.ID, "eye").get_dom_attribute("data-face") == "true")
    until(filmed, lambda: "neutral" in shown(filmed, "saw-feeling") or "happy" in shown(filmed, "saw-feeling"))
    lined = "return Array.from(document.getElementById('self').getContext('2d').getImageData(0, 0, 640, 480).data)"
    picture = np.array(filmed.execute_script(lined)).reshape(-1, 4)
    assert (picture[:, 3] > 0).mean() > 0.5  # the view of oneself is filled
    shut = []

    def smiles() -> bool:
        look = seen(filmed)
        if "neutral" in shown(filmed, "saw-feeling"):
            shut.append(look["mouth"])
        happy = "happy" in shown(filmed, "saw-feeling") and bar(filmed, 1) > 30
        return happy and bool(shut) and look["mouth"] > min(shut) + 60

    until(filmed, smiles)
    until(filmed, lambda: "surprised" in shown(filmed, "saw-feeling") and bar(filmed, 4) > 30)
    assert filmed.find_element(By.ID, "saw-cost").text.endswith("ms")

    press(filmed, "#camera")  # closed: nothing is seen any more, the face relaxes
    assert not filmed.find_element(By.ID, "eye").is_displayed()
    until(filmed, lambda: bar(filmed, 1) < 5 and bar(filmed, 4) < 5)


def test_an_expression_is_answered_as_the_policy_says(filmed: webdriver.Chrome, studio: str) -> None:
    filmed.get(studio)
    until(filmed, lambda: drawn(filmed) > 3)
    press(filmed, "#camera")  # the page was opened anew: it asks again
    press(filmed, "#notice button[value=yes]")
    until(filmed, lambda: filmed.find_element(By.ID, "eye").get_dom_attribute("data-face") == "true")
    assert not filmed.find_element(By.ID, "answers").is_displayed()
    press(filmed, "#uses input[value=answer] + span")
    Select(filmed.find_element(By.ID, "answer")).select_by_value("service")
    until(filmed, lambda: bar(filmed, 1) > 25 and bar(filmed, 8) > 8)  # joy is met with warmth, and a calm of her own
    press(filmed, "#camera")
    assert [entry["message"] for entry in filmed.get_log("browser")] == []  # type: ignore[no-untyped-call]

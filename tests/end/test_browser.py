"""The studio in a real browser: a line is typed, the pixels of mouth and eyes change."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from mien.character import load
from mien.face import LEFT_EYE, MOUTH, REST, RIGHT_EYE
from mien.paint.artist import identity_of
from mien.paint.drawn.artist import key_points

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--window-size=1200,900",
)  # fmt: skip
WAIT = 120.0  # seconds; only a page that hangs needs them

BOX = """
const [x, y, width, height] = arguments;
const pixels = document.getElementById("face").getContext("2d").getImageData(x, y, width, height).data;
return Array.from(pixels);
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    names = ("chromium", "chromium-browser", "google-chrome")
    binary = next(filter(None, map(shutil.which, names)), None)
    driver = shutil.which("chromedriver")
    if binary is None or driver is None:
        pytest.skip("no Chromium with chromedriver on this machine; `make needs` installs them where apt-get is")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = webdriver.Chrome(options=options, service=Service(driver))
    try:
        yield chrome
    finally:
        chrome.quit()


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
    found = {}
    for name, box in boxes().items():
        pixels = np.array(browser.execute_script(BOX, *box)).reshape(-1, 4)
        red, green, blue = pixels[:, 0], pixels[:, 1], pixels[:, 2]
        inside = (red - green > 60) & (red < 215) if name == "mouth" else (green - red > 30) & (blue - red > 20)
        found[name] = int(inside.sum())
    return found


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
        assert len(chips) == 8
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

"""The studio's page in a real browser: how it uses its room, its languages, the keyboard, and who is on stage."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

WAIT = 120.0  # seconds; only a page that hangs needs them

MEASURED = """
const seen = (element) => element.getClientRects().length > 0;
const boxes = [...document.querySelectorAll(".bar, .stage, .under, .say, .rail, .card")].filter(seen)
  .map((element) => element.getBoundingClientRect());
const grid = 40, taken = new Set();
for (const { left, top, right, bottom } of boxes)
  for (let x = Math.floor(left / grid); x < right / grid; x += 1)
    for (let y = Math.floor(top / grid); y < bottom / grid; y += 1)
      if (x >= 0 && y >= 0 && x * grid < innerWidth && y * grid < innerHeight) taken.add(`${x} ${y}`);
const stage = document.getElementById("stage").getBoundingClientRect();
const wide = [...document.querySelectorAll("body *")].filter(seen).filter((element) => {
  const { left, right } = element.getBoundingClientRect();
  return (right > innerWidth + 1 || left < -1) && !element.closest(".chips, .hidden, .switch input");
}).map((element) => element.outerHTML.slice(0, 80));
return {
  inner: [innerWidth, innerHeight], page: [document.documentElement.scrollWidth, document.documentElement.scrollHeight],
  used: taken.size / (Math.ceil(innerWidth / grid) * Math.ceil(innerHeight / grid)), stage: stage.width, wide,
  panels: [...document.querySelectorAll(".panel")].filter(seen).length,
};
"""

TEXTS = """
const shown = [];
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const { textContent, parentElement } = walk.currentNode;
  const own = parentElement.closest("#languages, .chips, #who, #reading, code, option");
  if (textContent.trim() && !own) shown.push(textContent.trim());
}
for (const element of document.querySelectorAll("[aria-label], [title], [placeholder]"))
  for (const name of ["aria-label", "title", "placeholder"])
    // a slider's tip is its channel's own name, the same everywhere
    if (element.getAttribute(name) && !element.matches(".slider label")) shown.push(element.getAttribute(name));
return shown;
"""


@pytest.fixture(scope="module")
def browser(chromium: Any) -> Iterator[webdriver.Chrome]:
    with chromium() as chrome:
        yield chrome


def until(browser: webdriver.Chrome, condition: Callable[[], Any]) -> None:
    WebDriverWait(browser, WAIT, poll_frequency=0.1).until(lambda _: condition())


def opened(browser: webdriver.Chrome, address: str, width: int, height: int, **kept: str) -> None:
    """The page anew in a window of this size, with what it is to remember."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(address)
    browser.execute_script(
        "localStorage.clear();"
        "for (const [name, value] of Object.entries(arguments[0])) localStorage.setItem(`mien.${name}`, value)",
        kept,
    )
    browser.get(address)
    until(browser, lambda: browser.execute_script("return Number(document.getElementById('face')?.dataset.drawn) > 2"))


@pytest.mark.parametrize("language", ["zh", "en", "ja"])
def test_on_a_phone_nothing_is_wider_than_the_page(browser: webdriver.Chrome, studio: str, language: str) -> None:
    names = ["say", "chat", "senses", "play", "characters", "connect", "record", "inspect"]
    opened(browser, studio, 360, 740, language=language)
    assert [one.get_dom_attribute("id") for one in browser.find_elements(By.CSS_SELECTOR, ".rail button")] == [
        f"tab-{name}" for name in names
    ]
    for name in names:
        browser.execute_script("document.getElementById(arguments[0]).click()", f"tab-{name}")
        until(browser, lambda name=name: browser.find_element(By.ID, f"panel-{name}").is_displayed())  # type: ignore[misc]
        measured = browser.execute_script(MEASURED)
        assert measured["page"] == [360, 740], name
        assert measured["wide"] == [], name
        assert measured["panels"] == 1
    assert measured["stage"] > 200


@pytest.mark.parametrize(
    ("width", "height", "stage", "panels", "used"),
    [(768, 1024, 400, 1, 0.7), (1280, 800, 500, 1, 0.7), (2560, 1440, 1000, 3, 0.6), (3840, 2160, 1600, 6, 0.6)],
)
def test_the_room_is_used(
    browser: webdriver.Chrome, studio: str, width: int, height: int, stage: int, panels: int, used: float
) -> None:
    opened(browser, studio, width, height, language="en")
    until(browser, lambda: browser.execute_script(MEASURED)["panels"] >= panels)
    # the pictures of the characters' panel come a little later, and it grows with them
    until(browser, lambda: browser.execute_script(MEASURED)["used"] >= used)
    measured = browser.execute_script(MEASURED)
    assert measured["page"] == [width, height]
    assert measured["stage"] >= stage
    assert measured["wide"] == []


PROGRAMS = """bilibili Twitch YouTube HTTP / WebSocket VTube Studio VMC OBS JSON MJPEG OpenSeeFace iFacialMocap
Live Link Face MeowFace Perfect Sync"""


def test_each_language_is_whole(browser: webdriver.Chrome, studio: str) -> None:
    """What one language says is not said in another, but for names, numbers and units."""
    same = {"mien", "AI", "px", "fps", "ms", "p50", "p95", "×", "↻", *PROGRAMS.split()}
    said: dict[str, list[str]] = {}
    for language in ("en", "zh", "ja"):
        opened(browser, studio, 3840, 2160, language=language)
        said[language] = browser.execute_script(TEXTS)
        assert browser.find_element(By.TAG_NAME, "html").get_dom_attribute("lang") == language
    assert not [text for text in said["en"] if any("\u3040" <= sign <= "\u9fff" for sign in text) and "AI" not in text]
    for language in ("zh", "ja"):
        latin = [text for text in said[language] if text.isascii() and any(map(str.isalpha, text))]
        latin = [text for text in latin if not text.startswith("http://")]
        left = [text for text in latin if not set(text.replace("·", " ").replace(":", " ").split()) <= same]
        assert not [text for text in left if text in said["en"]], left
    assert not [text for text in said["zh"] if any("\u3040" <= sign <= "\u30ff" for sign in text)]  # no kana


def test_light_and_dark_follow_the_system_and_a_switch(browser: webdriver.Chrome, studio: str) -> None:
    paper = "return getComputedStyle(document.body).backgroundColor"
    opened(browser, studio, 1280, 800, language="en")
    seen = []
    for told in ("light", "dark"):
        browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": told}]}
        )
        seen.append(browser.execute_script(paper))
    assert seen[0] != seen[1]
    browser.find_element(By.ID, "theme").click()  # light, whatever the system is
    assert browser.execute_script(paper) == seen[0]
    browser.find_element(By.ID, "theme").click()
    assert browser.execute_script(paper) == seen[1]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_everything_is_reached_by_the_keyboard_and_one_sees_where_one_is(
    browser: webdriver.Chrome, studio: str
) -> None:
    opened(browser, studio, 1280, 800, language="en")
    reached = set()
    for _ in range(60):
        ActionChains(browser).send_keys(Keys.TAB).perform()
        told = browser.execute_script(
            """const now = document.activeElement, next = now.nextElementSibling;
            const mark = next?.matches("span, i") ? next : now;
            const outline = (element) => getComputedStyle(element).outlineStyle !== "none";
            const seen = [now, mark, now.closest(".say")].some((element) => element && outline(element));
            return [now.id || now.value || now.tagName, now === document.body || seen];"""
        )
        assert told[1], f"focus is not seen on {told[0]}"
        reached.add(told[0])
    wanted = {"line", "theme", "camera", "mic", "policy", "script", "whole", "tab-say", "tab-inspect", "checker"}
    assert wanted <= reached | {"checker"}
    tab = browser.find_element(By.ID, "tab-say")
    browser.execute_script("arguments[0].focus()", tab)
    ActionChains(browser).send_keys(Keys.ARROW_UP, Keys.ENTER).perform()  # the arrows go round
    until(browser, lambda: browser.find_element(By.ID, "panel-inspect").is_displayed())
    assert not browser.find_element(By.ID, "panel-say").is_displayed()
    ActionChains(browser).send_keys("/").perform()
    assert browser.switch_to.active_element.get_dom_attribute("id") == "line"


def test_a_small_window_holds_her_and_gives_her_back(browser: webdriver.Chrome, studio: str) -> None:
    opened(browser, studio, 1280, 800, language="en")
    if not browser.execute_script("return 'documentPictureInPicture' in window"):
        pytest.skip("this browser has no such window")
    browser.find_element(By.ID, "pet").click()
    small = "return documentPictureInPicture.window?.document.getElementById('face')?.dataset.drawn"
    until(browser, lambda: browser.execute_script(small))
    before = int(browser.execute_script(small))
    until(browser, lambda: int(browser.execute_script(small)) > before + 3)
    browser.execute_script("documentPictureInPicture.window.close()")
    here = "return document.querySelector('.hero #face')?.dataset.drawn"
    until(browser, lambda: browser.execute_script(here))
    before = int(browser.execute_script(here))
    until(browser, lambda: int(browser.execute_script(here)) > before + 3)


def test_a_script_is_said_line_by_line_and_why_is_told(browser: webdriver.Chrome, studio: str) -> None:
    opened(browser, studio, 2560, 1440, language="en", panels=json.dumps(["say", "inspect"]))
    lines = ["We won!!", "I miss my cat", "Wait, WHAT?!"]
    browser.find_element(By.ID, "script").send_keys("\n".join(lines))
    browser.find_element(By.ID, "play-script").click()

    def said() -> list[str]:
        spans = "return [...document.querySelectorAll('#past li span')].map((one) => one.textContent)"
        return list(browser.execute_script(spans))

    until(browser, lambda: said()[:3] == lines[::-1])
    browser.find_element(By.ID, "line").send_keys("I miss my cat so much", Keys.ENTER)
    until(browser, lambda: browser.execute_script("return document.querySelector('#why mark')?.textContent") == "miss")


def test_how_she_answers_is_seen_and_her_temper_is_set(browser: webdriver.Chrome, studio: str) -> None:
    opened(browser, studio, 1280, 800, language="en", panels=json.dumps(["characters"]))
    loaded = """const pictures = [...document.querySelectorAll("#panel-characters img")];
    pictures.forEach((one) => { one.loading = "eager"; });
    return pictures.length === 11 && pictures.every((one) => one.complete && one.naturalWidth === 192);"""
    until(browser, lambda: browser.execute_script(loaded))
    value = "return document.querySelector('.nature input[name=lively]').value"
    browser.execute_script(
        """const lively = document.querySelector(".nature input[name=lively]");
        lively.value = "1.5";
        lively.dispatchEvent(new Event("input", { bubbles: true }));"""
    )
    until(browser, lambda: "1.5" in browser.find_element(By.CSS_SELECTOR, ".nature label:nth-of-type(2) output").text)
    browser.execute_script("document.getElementById('untemper').click()")
    until(browser, lambda: browser.execute_script(value) == "1")


def test_another_character_comes_on_stage_while_live(
    browser: webdriver.Chrome, toy: Path, served: Callable[..., Any]
) -> None:
    with served("--character", str(toy), "--painter", "gan") as address:
        opened(browser, address, 1280, 800, language="en", panels=json.dumps(["characters"]))
        browser.find_element(By.CSS_SELECTOR, ".cast button:nth-child(2)").click()
        until(browser, lambda: browser.find_element(By.ID, "who").text == "Haru")
        loaded = "return [...document.querySelectorAll('.cast img')].every((one) => one.complete)"
        until(browser, lambda: browser.execute_script(loaded))
        before = int(browser.find_element(By.ID, "face").get_dom_attribute("data-drawn") or 0)
        until(
            browser, lambda: int(browser.find_element(By.ID, "face").get_dom_attribute("data-drawn") or 0) > before + 3
        )
        with urllib.request.urlopen(f"{address}character/haru/character.json", timeout=WAIT) as answer:
            assert json.load(answer)["name"] == "haru"
        assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []  # type: ignore[no-untyped-call]

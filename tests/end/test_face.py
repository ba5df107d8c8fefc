"""The painter in the browser: it paints what the Python painter paints, lives in any page, plays in the studio's."""

from __future__ import annotations

import base64
import functools
import http.server
import itertools
import json
import os
import re
import shutil
import struct
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait
from websockets.sync.client import connect

from mien.character import load
from mien.face import FEELINGS, NOISE, Expression
from mien.face.channels import CHANNELS, MARK_SLICE, TURN_SLICE
from mien.face.colour import colour
from mien.paint.gan import GanPainter
from mien.paint.tint import tint
from mien.studio.page import STATIC

ROOT = Path(__file__).parents[2]
WAIT = 120.0  # seconds; only a page that hangs needs them
GL = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")  # paints without a graphics card
CONDITIONS = 200
COLOURS = ("#faa8b2", "#2b2630", "#d4d8e2", "#3355aa", "#808080", "#000000", "#ffffff")

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">
<body><script type="module">import * as mien from "./mien-face.js"; window.mien = mien;</script></body></html>"""

LOAD = """const [address, size, done] = arguments;
(async () => {
  while (!window.mien) await new Promise((again) => setTimeout(again, 10));
  try { window.face?.close(); window.face = await mien.Face.load(address, { size, cubic: true }); done(""); }
  catch (error) { done(`${error.name}: ${error.message}`); }
})();"""
PAINT = """face.paint(arguments[0]);
const pixels = face.pixels();
let text = "";
for (let at = 0; at < pixels.length; at += 8192) text += String.fromCharCode(...pixels.subarray(at, at + 8192));
return btoa(text);"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site(toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of static files: the module, the toy, an older one and a cut one; pages, that of the docs too."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    shutil.copy(STATIC / "mien-face.js", folder)
    shutil.copy(ROOT / "docs" / "face.html", folder)
    for name in ("toy", "old", "cut", "momo"):
        shutil.copytree(toy, folder / name)
    manifest = json.loads((toy / "character.json").read_text(encoding="utf-8"))
    (folder / "old" / "character.json").write_text(json.dumps(manifest | {"format": 1}), encoding="utf-8")
    cels = (toy / "cels.safetensors").read_bytes()
    (folder / "cut" / "cels.safetensors").write_bytes(cels[: len(cels) // 2])
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def browser(chromium: Any) -> Iterator[webdriver.Chrome]:
    with chromium(*GL) as chrome:
        chrome.set_script_timeout(WAIT)
        yield chrome


@pytest.fixture
def page(browser: webdriver.Chrome, site: str) -> webdriver.Chrome:
    browser.get(site)
    until(browser, lambda: bool(browser.execute_script("return Boolean(window.mien)")))
    return browser


def until(browser: webdriver.Chrome, condition: Callable[[], Any]) -> None:
    WebDriverWait(browser, WAIT, poll_frequency=0.05).until(lambda _: condition())


def conditions(count: int) -> Iterator[Expression]:
    """Expressions of all kinds: a few muscles at a time, turned heads, marks, feelings, noise."""
    chance = np.random.default_rng(18)
    for _ in range(count):
        channels = np.where(chance.random(63) < 0.25, chance.random(63), 0.0)
        channels[TURN_SLICE] = chance.normal(0, 0.15, 5)
        channels[MARK_SLICE] = np.where(chance.random(6) < 0.3, chance.random(6), 0.0)
        yield Expression.clipped(channels, chance.normal(0, 1, 8), chance.dirichlet(np.ones(8)) * chance.random())


def numbers(expression: Expression) -> list[float]:
    told = np.concatenate([expression.channels, expression.emotion, expression.noise])
    return [float(number) for number in told]


def agreement(browser: webdriver.Chrome, painter: GanPainter, expression: Expression) -> float:
    """PSNR in dB between the browser's picture and the Python painter's, premultiplied RGBA."""
    side = painter.size
    got = np.frombuffer(base64.b64decode(browser.execute_script(PAINT, numbers(expression))), np.uint8)
    pixels = painter.paint(expression).pixels.astype(np.float64)
    pixels[..., :3] *= pixels[..., 3:] / 255.0
    return psnr(got.reshape(side, side, 4), pixels)


def psnr(one: NDArray[Any], other: NDArray[Any]) -> float:
    return float(10 * np.log10(255.0**2 / max(np.mean((one - other.astype(np.float64)) ** 2), 1e-3)))


@pytest.mark.parametrize(("size", "count"), [(256, CONDITIONS), (512, 8), (100, 8)])
def test_the_browser_paints_what_python_paints(page: webdriver.Chrome, toy: Path, size: int, count: int) -> None:
    assert page.execute_async_script(LOAD, "toy/", size) == ""
    painter = GanPainter(load(str(toy)), size)
    found = [agreement(page, painter, expression) for expression in conditions(count)]
    assert np.mean(found) >= 45.0
    assert min(found) >= 40.0
    other = painter.paint(next(conditions(1))).pixels
    assert psnr(other, painter.paint(Expression.of({})).pixels) < 30.0  # else agreeing would be no feat


def test_it_paints_other_colours_as_python_does(page: webdriver.Chrome, toy: Path) -> None:
    assert page.execute_async_script(LOAD, "toy/", 256) == ""
    own = GanPainter(load(str(toy)), 256)
    assert page.execute_script("return face.colours") == {"hair": "#a06a48", "iris": "#3a7a8c"}
    for told in ({"hair": "#3355aa"}, {"hair": "#f2d58a", "iris": "#c8283c"}):
        page.execute_script("face.colours = arguments[0]", told)
        other = own.recoloured({part: colour(text) for part, text in told.items()})
        found = [agreement(page, other, expression) for expression in conditions(8)]
        assert np.mean(found) >= 45.0
        assert agreement(page, own, next(conditions(1))) < 30.0
    page.execute_script("face.colours = {}")
    assert agreement(page, own, next(conditions(1))) >= 40.0
    for bad in ({"nose": "#112233"}, {"hair": "red"}):
        told_off = "try { face.colours = arguments[0]; } catch (error) { return String(error); }"
        assert page.execute_script(told_off, bad).startswith("RangeError: ")


def test_an_element_has_the_colours_of_its_attributes(page: webdriver.Chrome) -> None:
    still = ELEMENT.replace(
        '"64");', '"64"); element.setAttribute("still", ""); element.setAttribute("hair", "#3355aa");'
    )
    assert page.execute_async_script(still, "toy/") == "load "
    colours = "return document.querySelector('mien-face').face.colours.hair"
    assert page.execute_script(colours) == "#3355aa"
    blue = page.execute_script(LOOK)
    page.execute_script("document.querySelector('mien-face').removeAttribute('hair')")
    assert page.execute_script(colours) == "#a06a48"
    assert page.execute_script(LOOK) != blue


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("nowhere/", "BundleError: .*nowhere/character.json: expected a file, got 404"),
        ("old/", "BundleError: character.json: format: expected 2, got 1.*train it anew"),
        ("cut/", "BundleError: cels.safetensors: not a whole safetensors file"),
        ("index.html?", "BundleError"),
    ],
)
def test_what_cannot_be_painted_is_said_clearly(page: webdriver.Chrome, address: str, says: str) -> None:
    assert re.match(says, page.execute_async_script(LOAD, address, 128))


def test_numbers_that_are_none_are_refused(page: webdriver.Chrome) -> None:
    assert page.execute_async_script(LOAD, "toy/", 64) == ""
    for bad in ("new Array(78).fill(0)", "new Array(79).fill(NaN)", "new Array(79)"):
        told = page.execute_script(f"try {{ face.paint({bad}); }} catch (error) {{ return String(error); }}")
        assert told.startswith("RangeError: expected 79 finite numbers"), bad


def test_a_lost_graphics_card_comes_back_with_the_same_face(page: webdriver.Chrome) -> None:
    assert page.execute_async_script(LOAD, "toy/", 64) == ""
    told = numbers(next(conditions(1)))
    before = page.execute_script(PAINT, told)
    states = page.execute_async_script(
        """const [told, done] = arguments;
        const card = face.canvas.getContext("webgl2").getExtension("WEBGL_lose_context");
        const seen = [];
        face.addEventListener("lost", () => {
            seen.push(face.ready, face.paint(told));
            setTimeout(() => card.restoreContext());
        });
        face.addEventListener("restored", () => { seen.push(face.ready); done(seen); });
        face.addEventListener("error", (event) => done(String(event.detail)));
        card.loseContext();""",
        told,
    )
    assert states == [False, False, True]
    assert page.execute_script(PAINT, told) == before


ELEMENT = """const [address, done] = arguments;
document.querySelector("mien-face")?.remove();
const element = document.createElement("mien-face");
element.setAttribute("size", "64");
for (const kind of ["load", "error"]) {
  element.addEventListener(kind, (event) => done(`${kind} ${event.detail?.message ?? ""}`));
}
element.setAttribute("src", address);
document.body.append(element);"""
LOOK = """const { face } = document.querySelector("mien-face");
return Array.from(face.pixels()).join();"""


def test_an_element_lives_by_itself_and_does_what_it_is_fed(page: webdriver.Chrome) -> None:
    assert page.execute_async_script(ELEMENT, "toy/") == "load "
    first = page.execute_script(LOOK)
    until(page, lambda: page.execute_script(LOOK) != first)
    told = numbers(next(conditions(1)))
    assert page.execute_async_script(LOAD, "toy/", 64) == ""
    page.execute_script("face.paint(arguments[0])", told)
    wanted = page.execute_script("return Array.from(face.pixels()).join()")
    feed = "document.querySelector('mien-face').paint(arguments[0]);"
    until(page, lambda: page.execute_script(feed + LOOK, told) == wanted)
    element = page.find_element("css selector", "mien-face")
    assert (element.get_dom_attribute("role"), element.get_dom_attribute("aria-label")) == ("img", "Toy")
    until(page, lambda: page.execute_script(LOOK) != wanted)  # nobody feeds it any more: it idles


def test_the_page_of_the_docs_paints_from_files_alone(page: webdriver.Chrome, site: str) -> None:
    page.get_log("browser")  # type: ignore[no-untyped-call]  # of other pages
    page.get(f"{site}face.html")
    until(page, lambda: "Move a slider" in page.find_element("id", "told").text)
    look = "return document.getElementById('face').face.pixels().join()"
    fed = page.execute_async_script(
        """const [look, done] = arguments;
        const mouth = document.getElementById("Open mouth");
        mouth.value = 1;
        mouth.dispatchEvent(new Event("input"));
        const { face } = document.getElementById("face");
        const calm = (frames) => frames ? requestAnimationFrame(() => calm(face.busy ? 3 : frames - 1))
          : done(new Function(look)());
        calm(3);""",
        look,
    )
    assert page.execute_script(look) == fed  # nothing else moves her
    page.find_element("id", "leave").click()
    until(page, lambda: page.execute_script(look) != fed)  # but when she is left alone
    said = [entry["message"] for entry in page.get_log("browser")]  # type: ignore[no-untyped-call]
    assert [text for text in said if "GL Driver Message" not in text] == []


def test_an_element_tells_of_a_bundle_that_is_none(page: webdriver.Chrome) -> None:
    assert page.execute_async_script(ELEMENT, "old/").startswith("error character.json: format")


def test_who_wants_no_motion_gets_none(page: webdriver.Chrome) -> None:
    calm = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", calm)
    try:
        assert page.execute_async_script(ELEMENT, "toy/") == "load "
        frames = """const done = arguments[0]; let left = 30;
        const next = () => (left-- ? requestAnimationFrame(next) : done()); next();"""
        page.execute_async_script(frames)
        first = page.execute_script(LOOK)
        page.execute_async_script(frames)
        assert page.execute_script(LOOK) == first
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_the_studios_page_paints_by_itself_and_takes_frames_when_it_cannot(
    browser: webdriver.Chrome, toy_studio: str
) -> None:
    def state() -> tuple[bool, int]:
        """Whether the page paints by itself, and how many frames it has shown."""
        own, drawn = browser.execute_script(
            "const face = document.getElementById('face');"
            "return [face.getContext('webgl2') !== null, face.dataset.drawn];"
        )
        return bool(own), int(drawn or 0)

    browser.get_log("browser")  # type: ignore[no-untyped-call]  # of other pages
    browser.get(f"{toy_studio}?paint=page")
    until(browser, lambda: state()[0] and state()[1] > 5)
    said = [entry["message"] for entry in browser.get_log("browser")]  # type: ignore[no-untyped-call]
    # a browser without a graphics card reads every canvas back, and says so of itself
    assert [text for text in said if "GL Driver Message" not in text] == []
    browser.execute_script(
        "window.card = document.getElementById('face').getContext('webgl2').getExtension('WEBGL_lose_context');"
        "card.loseContext();"
    )
    until(browser, lambda: not state()[0])
    before = state()[1]
    until(browser, lambda: state()[1] > before + 3)
    browser.execute_script("card.restoreContext()")
    until(browser, lambda: state()[0])


def test_a_colour_picked_in_the_page_shows_at_once_to_whoever_watches(
    browser: webdriver.Chrome, toy_studio: str
) -> None:
    browser.get(f"{toy_studio}?paint=page")
    browser.execute_script("localStorage.setItem('mien.panels', '[\"characters\"]')")
    browser.refresh()
    painted = "return document.getElementById('face')?.getContext('webgl2') && document.getElementById('dyes')"
    until(browser, lambda: browser.execute_script(painted))
    hair = browser.find_element("css selector", "#dyes input[name=hair]")
    assert hair.is_displayed()
    assert not browser.find_elements("css selector", "#dyes input[name=skin]")  # the toy names no skin
    pick = "arguments[0].value = '#3355aa'; arguments[0].dispatchEvent(new Event('input', { bubbles: true }))"
    blue = "return document.querySelector('#dyes input[name=hair]')?.value"
    with connect(toy_studio.replace("http", "ws") + "live", max_size=None) as socket:
        assert json.loads(socket.recv(WAIT))["hello"]["colours"] == {"hair": "#a06a48", "iris": "#3a7a8c"}
        browser.execute_script(pick, hair)
        while not isinstance(message := socket.recv(WAIT), str) or "colours" not in json.loads(message):
            pass
        assert json.loads(message)["colours"] == {"hair": "#3355aa", "iris": "#3a7a8c"}
        for bad in ({"nose": "#112233"}, {"skin": "#112233"}):
            socket.send(json.dumps({"colours": bad}))
            while not isinstance(message := socket.recv(WAIT), str) or "error" not in json.loads(message):
                pass
    browser.refresh()  # a page that is opened later shows them too
    until(browser, lambda: browser.execute_script(blue) == "#3355aa")
    browser.find_element("id", "undye").click()
    until(browser, lambda: browser.execute_script(blue) == "#a06a48")


def test_a_watcher_that_paints_gets_numbers_and_few_bytes(toy_studio: str) -> None:
    with connect(toy_studio.replace("http", "ws") + "live", max_size=None) as socket:
        hello = json.loads(socket.recv(WAIT))["hello"]
        assert hello["bundle"] == f"character/{hello['character']}/"
        while isinstance(frame := socket.recv(WAIT), str):
            pass
        assert struct.unpack("<I", frame[:4])[0] < len(frame)  # at first, and for whoever says nothing, a picture
        socket.send(json.dumps({"want": "numbers"}))
        while isinstance(message := socket.recv(WAIT), str) or len(message) != 158:
            pass
        sizes, texts = [], 0
        for _ in range(120):
            message = socket.recv(WAIT)
            sizes += [] if isinstance(message, str) else [len(message)]
            texts += len(message) if isinstance(message, str) else 0
        assert set(sizes) == {158}
        assert texts < 10_000  # of news in two seconds
        socket.send(json.dumps({"want": "both"}))
        while isinstance(message := socket.recv(WAIT), str) or len(message) == 158:
            pass
        lengths = [len(message) for _ in range(40) if not isinstance(message := socket.recv(WAIT), str)]
        assert all((one == 158) != (other == 158) for one, other in itertools.pairwise(lengths))  # in turn
        socket.send(json.dumps({"want": "frames"}))
        alone = [len(message) for _ in range(200) if not isinstance(message := socket.recv(WAIT), str)]
        assert 158 in lengths
        assert 158 not in alone[-20:]
        socket.send(json.dumps({"want": "the moon"}))
        while "error" not in (news := json.loads(message) if isinstance(message := socket.recv(WAIT), str) else {}):
            pass
        assert "want: expected frames or numbers" in news["error"]


def test_the_studio_serves_the_files_of_the_bundle_and_no_others(toy_studio: str, studio: str, toy: Path) -> None:
    bundle = f"{toy_studio}character/{load(str(toy)).name}/"
    for path in toy.iterdir():
        with urllib.request.urlopen(f"{bundle}{path.name}", timeout=WAIT) as answer:
            assert answer.read() == path.read_bytes()
            assert "default-src 'self'" in answer.headers["content-security-policy"]
    for address in (
        bundle, f"{bundle}other.json", f"{bundle}%2e%2e/secret", f"{toy_studio}character/nobody/character.json",
        f"{studio}character/momo/character.json",  # the artist's frames are nothing that a page could paint
    ):  # fmt: skip
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(address, timeout=WAIT)
    request = urllib.request.Request(f"{bundle}character.json", headers={"Origin": "http://evil.example"})
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request, timeout=WAIT)


def posed() -> Iterator[dict[str, Any]]:
    """What Python makes of dragged points: one of each part of the face, and a few together."""
    painter, chance = GanPainter(load("momo"), 64), np.random.default_rng(5)
    alone = [[point] for point in (8, 21, 1, 12, 30, 37, 46, 48, 51, 57, 68)]
    for points in (*alone, [68, 69], [54, 48, 57], [19, 43, 64]):
        channels = np.where(chance.random(63) < 0.2, chance.random(63), 0.0)
        channels[52:57] = chance.normal(0, 0.1, 5)
        begun = Expression.clipped(channels, chance.normal(0, 1, 8), np.zeros(8))
        here = painter.points(begun).points
        pins = {point: (float(x), float(y)) for point in points for x, y in [here[point] + chance.normal(0, 0.04, 2)]}
        told = np.concatenate([begun.channels, begun.emotion, begun.noise])
        yield {"numbers": told.tolist(), "pins": pins, "channels": painter.posed(begun, pins).channels.tolist()}


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_parsers_take_whole_files_and_refuse_others(toy: Path) -> None:
    script = ROOT / "web" / "tests" / "parsers.test.mjs"
    names = [*CHANNELS, *FEELINGS, *(f"noise_{number}" for number in range(NOISE))]
    pairs = [(own, wanted) for own in COLOURS for wanted in COLOURS]
    tints = [[*pair, tint(*map(colour, pair)).ravel().tolist()] for pair in pairs]
    environment = {
        **os.environ, "BUNDLE": str(toy), "NAMES": json.dumps(names), "TINTS": json.dumps(tints),
        "MOMO": str(load("momo").folder), "POSED": json.dumps(list(posed())),
    }  # fmt: skip
    done = subprocess.run(["node", "--test", str(script)], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:]

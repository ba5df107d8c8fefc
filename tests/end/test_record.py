"""The page that films footage for a character of one's own: a browser before whose camera is a drawn face."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import simplejpeg

pytest.importorskip("selenium")
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from mien.face import Expression
from mien.paint.drawn import MOMO, Artist
from mien.sources.pictures import film

GROUND = (206, 212, 220)


@pytest.fixture(scope="module")
def filmed(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """A browser with a camera, before which a drawn face turns from side to side."""
    painter = Artist(MOMO, 416)
    clip = tmp_path_factory.mktemp("camera") / "faces.mjpeg"
    with clip.open("wb") as file:
        for n in range(40):
            picture = np.full((480, 640, 3), GROUND, np.uint8)
            picture[64:, 112:528] = painter.paint(Expression.of({"yaw": 0.3 * float(np.sin(n / 6.4))})).over(GROUND)
            file.write(simplejpeg.encode_jpeg(picture, quality=90, colorspace="RGB", colorsubsampling="420"))
    flags = ("device-for-media-stream", "ui-for-media-stream")
    with chromium(
        *(f"--use-fake-{flag}" for flag in flags), f"--use-file-for-fake-video-capture={clip}",
    ) as chrome:  # fmt: skip
        yield chrome


def test_a_person_is_led_through_it_and_keeps_a_film(filmed: webdriver.Chrome, studio: str, tmp_path: Path) -> None:
    filmed.get(f"{studio}/record.html")
    start, stop, prompt = (filmed.find_element(By.ID, name) for name in ("start", "stop", "prompt"))
    assert not start.is_enabled()  # nobody is filmed who has not agreed
    filmed.find_element(By.ID, "agreed").click()
    start.click()
    said: list[str] = []

    def over() -> bool:
        if prompt.text and (not said or said[-1] != prompt.text):
            said.append(prompt.text)
        return stop.is_displayed()

    WebDriverWait(filmed, 120, poll_frequency=0.05).until(lambda _: over())
    assert len(said) >= 14, said
    assert not filmed.find_element(By.ID, "result").is_displayed()
    stop.click()
    WebDriverWait(filmed, 20).until(lambda _: filmed.find_element(By.ID, "result").is_displayed())
    name = str(filmed.find_element(By.ID, "save").get_dom_attribute("download"))
    assert f"mien character new me --from {name} --consent" in filmed.find_element(By.ID, "command").text
    filmed.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    filmed.find_element(By.ID, "save").click()
    path = tmp_path / name
    WebDriverWait(filmed, 30).until(lambda _: path.is_file() and path.stat().st_size > 0)
    seen = [(one.t, one.pixels.shape) for one in film(path)]
    assert len(seen) > 100
    assert seen[-1][0] > 25.0
    assert all(shape[0] >= 240 for _, shape in seen)
    assert not [entry for entry in filmed.get_log("browser") if entry["level"] == "SEVERE"]  # type: ignore[no-untyped-call]
    for language, word in (("zh", "开始录"), ("ja", "撮影開始"), ("en", "Start")):
        filmed.find_element(By.CSS_SELECTOR, f"#languages input[value={language}]").find_element(By.XPATH, "..").click()
        assert start.text == word

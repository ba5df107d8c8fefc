"""What tests borrow of the machine: a free port, and a browser without a window."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mien.face import DeviceError

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

_FLAGS = (
    "--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--window-size=1200,900",
)  # fmt: skip


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port of this machine at which nobody listened a moment ago. kind: SOCK_DGRAM for datagrams."""
    with socket.socket(socket.AF_INET, kind) as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


@contextmanager
def chromium(*flags: str) -> Iterator[Chrome]:
    """Chromium without a window, with a profile of its own, driven by selenium. It keeps its console's messages.

    flags: of its command line; one that is said twice counts as it was said last. Raises DeviceError where there is no
    Chromium with chromedriver.
    """
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    binary = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    driver = shutil.which("chromedriver")
    if binary is None or driver is None:
        raise DeviceError("no Chromium with chromedriver on this machine; `make needs` installs them where apt-get is")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:  # it may write a little after its end
        options = ChromeOptions()
        options.binary_location = binary
        for flag in (*_FLAGS, *flags, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        chrome = Chrome(options=options, service=Service(driver))
        try:
            yield chrome
        finally:
            chrome.quit()

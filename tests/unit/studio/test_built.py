"""The browser's painter and client as they are committed: of these very sources, and small."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from mien.studio.page import STATIC

WEB = Path(__file__).parents[3] / "web"
BUILT = {"src": STATIC / "mien-face.js", "client": STATIC / "mien-client.js"}
MOST = {"src": 40_000, "client": 4_000}  # bytes, packed
OPTIONS = {"src": "--out", "client": "--client"}

pytestmark = pytest.mark.skipif(not WEB.exists(), reason="the sources are not beside the tests")
built_here = pytest.mark.skipif(
    shutil.which("node") is None or not (WEB / "node_modules" / "esbuild").exists(),
    reason="needs node and `npm ci` in web/",
)


@pytest.mark.parametrize("folder", BUILT)
def test_it_is_built_of_these_sources(folder: str) -> None:
    seen = hashlib.sha256()
    for path in sorted((WEB / folder).iterdir()):
        seen.update(f"{path.name}\n".encode() + path.read_bytes())
    told = re.match(r"/\* .* SHA-256 ([0-9a-f]{64}) \*/", BUILT[folder].read_text(encoding="utf-8"))
    assert told is not None
    assert told[1] == seen.hexdigest(), "run make web"


@pytest.mark.parametrize("folder", BUILT)
def test_it_is_small(folder: str) -> None:
    assert len(gzip.compress(BUILT[folder].read_bytes(), 9)) <= MOST[folder]


@built_here
@pytest.mark.parametrize("folder", BUILT)
def test_building_it_again_gives_the_same_bytes(folder: str, tmp_path: Path) -> None:
    again = tmp_path / "again.js"
    subprocess.run(["node", "build.mjs", OPTIONS[folder], str(again)], cwd=WEB, check=True, timeout=120)
    assert again.read_bytes() == BUILT[folder].read_bytes()


@built_here
def test_its_types_are_sound() -> None:
    done = subprocess.run(
        ["node", "node_modules/typescript/bin/tsc", "--noEmit"], cwd=WEB, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout

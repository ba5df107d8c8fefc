"""The browser's painter as it is committed: of these very sources, and small."""

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
BUILT = STATIC / "mien-face.js"

pytestmark = pytest.mark.skipif(not WEB.exists(), reason="the sources are not beside the tests")
built_here = pytest.mark.skipif(
    shutil.which("node") is None or not (WEB / "node_modules" / "esbuild").exists(),
    reason="needs node and `npm ci` in web/",
)


def test_it_is_built_of_these_sources() -> None:
    seen = hashlib.sha256()
    for path in sorted((WEB / "src").iterdir()):
        seen.update(f"{path.name}\n".encode() + path.read_bytes())
    told = re.match(r"/\* .* SHA-256 ([0-9a-f]{64}) \*/", BUILT.read_text(encoding="utf-8"))
    assert told is not None
    assert told[1] == seen.hexdigest(), "run make web"


def test_it_is_small() -> None:
    assert len(gzip.compress(BUILT.read_bytes(), 9)) <= 40_000


@built_here
def test_building_it_again_gives_the_same_bytes(tmp_path: Path) -> None:
    again = tmp_path / "mien-face.js"
    subprocess.run(["node", "build.mjs", "--out", str(again)], cwd=WEB, check=True, timeout=120)
    assert again.read_bytes() == BUILT.read_bytes()


@built_here
def test_its_types_are_sound() -> None:
    done = subprocess.run(
        ["node", "node_modules/typescript/bin/tsc", "--noEmit"], cwd=WEB, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout

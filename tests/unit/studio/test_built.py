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
BUILT = {
    "src": ("mien-face.js",),
    "client": ("mien-client.js",),
    "studio": ("studio.js", "studio.css", "record.js", "catcher.js", "outside.js"),
}
"""What is built of each folder."""

FILES = [(folder, name) for folder, names in BUILT.items() for name in names]
MOST = {"mien-face.js": 40_000, "mien-client.js": 4_000}  # bytes, packed
PAGE = 300_000  # bytes, packed, of all that the page asks for

pytestmark = pytest.mark.skipif(not WEB.exists(), reason="the sources are not beside the tests")
built_here = pytest.mark.skipif(
    shutil.which("node") is None or not (WEB / "node_modules" / "esbuild").exists(),
    reason="needs node and `npm ci` in web/",
)


@pytest.mark.parametrize(("folder", "name"), FILES)
def test_it_is_built_of_these_sources(folder: str, name: str) -> None:
    seen = hashlib.sha256()
    inside = {path.relative_to(WEB / folder).as_posix(): path for path in (WEB / folder).rglob("*") if path.is_file()}
    for one in sorted(inside):
        seen.update(f"{one}\n".encode() + inside[one].read_bytes())
    told = re.match(r"/\* .* SHA-256 ([0-9a-f]{64}) \*/", (STATIC / name).read_text(encoding="utf-8"))
    assert told is not None
    assert told[1] == seen.hexdigest(), "run make web"


def packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


@pytest.mark.parametrize("name", MOST)
def test_it_is_small(name: str) -> None:
    assert packed(STATIC / name) <= MOST[name]


def test_the_page_is_small() -> None:
    assert sum(packed(path) for path in STATIC.iterdir()) <= PAGE


@built_here
def test_building_it_again_gives_the_same_bytes(tmp_path: Path) -> None:
    subprocess.run(["node", "build.mjs", "--to", str(tmp_path)], cwd=WEB, check=True, timeout=120)
    for _, name in FILES:
        assert (tmp_path / name).read_bytes() == (STATIC / name).read_bytes(), name


@built_here
def test_its_types_are_sound() -> None:
    done = subprocess.run(
        ["node", "node_modules/typescript/bin/tsc", "--noEmit"], cwd=WEB, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout

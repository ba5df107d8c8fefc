"""What the site has beside its pages: the browser's painter and the character that docs/face.html paints with it."""

from __future__ import annotations

import json
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

_PACKAGE = Path(__file__).parents[1] / "src" / "mien"


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add mien-face.js, and what momo's manifest names, under momo/."""
    bundle = _PACKAGE / "character" / "bundles" / "momo"
    manifest = json.loads((bundle / "character.json").read_text(encoding="utf-8"))
    names = ["character.json", *manifest["painter"].get("files", {}).values()]
    found = {"mien-face.js": _PACKAGE / "studio" / "static" / "mien-face.js"}
    for name, path in (found | {f"momo/{name}": bundle / name for name in names}).items():
        files.append(File.generated(config, name, abs_src_path=str(path)))
    return files

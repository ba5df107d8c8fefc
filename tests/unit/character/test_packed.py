"""A character as one file: what is packed comes back, and what was meddled with is refused by name."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mien.character import about, in_words, load, pack
from mien.character.packed import MOST_BYTES, SUMS, digest, unzipped, zipped
from mien.face import SettingsError, WeightsError

MANIFEST = {
    "format": 2, "name": "test", "title": {"en": "Test"}, "licence": "CC0", "consent": "drawn by us",
    "painter": {"kind": "oil", "files": {"paint": "paint.bin"}},
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "test"
    place.mkdir()
    sums = {"paint.bin": digest(b"colours")}
    (place / "character.json").write_text(json.dumps({**MANIFEST, "provenance": {"sha256": sums, "commit": "abc"}}))
    (place / "paint.bin").write_bytes(b"colours")
    (place / "MODEL_CARD.md").write_text("# Card")
    (place / "diary.txt").write_text("private")
    return place


def files_of(folder: Path) -> dict[str, bytes]:
    return unzipped(pack(load(str(folder))), "x.zip")


def test_what_is_packed_comes_back_whole_and_nothing_else_goes_along(folder: Path, tmp_path: Path) -> None:
    character = load(str(folder))
    whole = pack(character)
    assert whole == pack(character)
    file = tmp_path / "test.mien.zip"
    file.write_bytes(whole)
    again = load(str(file))
    assert (again.name, again.title, again.consent) == ("test", {"en": "Test"}, "drawn by us")
    assert again.painter == character.painter
    assert again.file("paint").read_bytes() == b"colours"
    assert {path.name for path in again.folder.iterdir()} == {
        "character.json", "paint.bin", "MODEL_CARD.md", "ABOUT.txt"
    }  # fmt: skip
    assert stat.S_IMODE(again.folder.stat().st_mode) == 0o700
    assert load(str(file)).folder == again.folder  # unpacked once a process
    told = (again.folder / "ABOUT.txt").read_text()
    assert "licence:          CC0\n" in told
    assert str(folder) not in told
    assert pack(again) == whole


def test_it_says_who_it_is_and_whether_its_files_are_whole(folder: Path) -> None:
    told = about(load(str(folder)))
    assert told["checksums"] == {"paint.bin": "verified"}
    assert (told["bytes"], told["files"], told["painter"], told["marks"]) == (7, {"paint.bin": 7}, "oil", [])
    (folder / "paint.bin").write_bytes(b"other")
    told = about(load(str(folder)))
    assert told["checksums"] == {"paint.bin": "differs"}
    assert "paint.bin, 0.00 MB, checksum differs" in in_words(told)
    with pytest.raises(WeightsError, match=r"paint\.bin: its checksum is not that of the manifest"):
        pack(load(str(folder)))


def test_momo_says_what_it_can() -> None:
    told = about(load("momo"))
    assert set(told["checksums"].values()) == {"verified"}
    assert told["marks"] == ["blush", "tears", "sweat", "sparkle", "vein", "gloom"]
    assert set(told["parts"]) == {"hair", "iris", "skin", "cloth"}
    assert told["canvas"] == {"picture": 256, "width": 304, "height": 288}
    words = in_words(told)
    for said in ("zh 桃", "Apache-2.0", "the artist", "hair #faa8b2", "verified", "learnt from:"):
        assert said in words


def test_a_terminal_is_sent_no_commands(folder: Path) -> None:
    manifest = json.loads((folder / "character.json").read_text())
    manifest["credit"] = "me\x1b[2J\u009b31m\nlicence: free"
    (folder / "character.json").write_text(json.dumps(manifest))
    words = in_words(about(load(str(folder))))
    assert "\x1b" not in words
    assert "\u009b" not in words
    assert "\nlicence: free" not in words


@pytest.mark.parametrize("name", ["licence", "consent"])
def test_without_licence_or_consent_nothing_is_handed_on(folder: Path, name: str) -> None:
    manifest = json.loads((folder / "character.json").read_text())
    manifest[name] = " "
    (folder / "character.json").write_text(json.dumps(manifest))
    with pytest.raises(SettingsError, match=f"{name}: expected something to hand on"):
        pack(load(str(folder)))


def plainly(files: Mapping[str, bytes], sums: bool = True, **told: object) -> bytes:
    """A zip of these files, as any program may write it."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            for key, value in told.items():
                setattr(entry, key, value)
            archive.writestr(entry, data)
        if sums:
            archive.writestr(SUMS, "".join(f"{digest(data)}  {name}\n" for name, data in files.items()))
    return whole.getvalue()


GOOD = {"character.json": json.dumps(MANIFEST).encode(), "paint.bin": b"colours"}


def doubled() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("character.json", GOOD["character.json"])
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("character.json", GOOD["character.json"])
    return whole.getvalue()


def renamed(data: bytes, old: bytes, new: bytes) -> bytes:
    assert len(old) == len(new)
    return data.replace(old, new)


def told_size(size: int) -> bytes:
    """A zip whose table says that each file has this size."""
    data = bytearray(plainly(GOOD))
    at = data.find(b"PK\1\2")
    while at >= 0:
        struct.pack_into("<L", data, at + 24, size)
        at = data.find(b"PK\1\2", at + 4)
    return bytes(data)


def flagged(flag: int) -> bytes:
    data = bytearray(plainly(GOOD))
    at = data.find(b"PK\1\2")
    data[at + 8] |= flag
    return bytes(data)


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "expected a zip, got something else"),
    "no zip": (lambda: b"\x89PNG" + bytes(100), "expected a zip, got something else"),
    "cut short": (lambda: plainly(GOOD)[:-40], "not a whole zip"),
    "half": (lambda: plainly(GOOD)[: len(plainly(GOOD)) // 2], "not a whole zip"),
    "a hole in it": (lambda: plainly(GOOD)[:60] + bytes(30) + plainly(GOOD)[90:], "not a whole zip|checksum"),
    "something behind it": (lambda: plainly(GOOD) + b"#!/bin/sh", "not a whole zip"),
    "something before it": (lambda: b"#!/bin/sh\n" + plainly(GOOD), "expected a zip"),
    "a bomb": (lambda: zipped_zeros(300_000_000), f"expected at most {MOST_BYTES} bytes inflated"),
    "a bomb that lies about its size": (lambda: renamed_size(zipped_zeros(30_000_000)), "not a whole zip|checksum"),
    "files that are said to be huge": (lambda: told_size(2**32 - 2), "bytes inflated"),
    "files that are said to be longer": (lambda: told_size(50), "shorter than the zip says|not a whole zip"),
    "a thousand files": (lambda: plainly({f"f{n}": b"" for n in range(1000)}), "at most 16 files, got 1001"),
    "a way out": (lambda: plainly({**GOOD, "../evil.txt": b"!"}), r"plain names of files, got '\.\./evil\.txt'"),
    "an absolute name": (lambda: plainly({**GOOD, "/etc/evil": b"!"}), "plain names of files, got '/etc/evil'"),
    "a drive": (lambda: plainly({**GOOD, "c:evil": b"!"}), "plain names of files, got 'c:evil'"),
    "a backslash": (lambda: renamed(plainly({**GOOD, "a/evil": b"!"}), b"a/evil", b"a\\evil"), "plain names"),
    "a NUL in a name": (lambda: renamed(plainly({**GOOD, "evilX.txt": b"!"}), b"evilX", b"evil\0"), "plain names"),
    "a folder": (lambda: plainly({**GOOD, "sub/": b""}), "plain names of files, got 'sub/'"),
    "a manifest in a folder": (lambda: plainly({"momo/character.json": b"{}"}), "plain names of files"),
    "a command to the terminal": (lambda: plainly({**GOOD, "a\x1b[2J": b"!"}), "plain names"),
    "a link": (lambda: plainly(GOOD, external_attr=(stat.S_IFLNK | 0o777) << 16), "got a link or a device"),
    "a device": (lambda: plainly(GOOD, external_attr=(stat.S_IFCHR | 0o666) << 16), "got a link or a device"),
    "a password": (lambda: flagged(1), "without a password"),
    "another way of packing": (lambda: plainly(GOOD, compress_type=zipfile.ZIP_LZMA), "deflated or stored"),
    "two manifests": (doubled, r"character\.json: expected it once, got it twice"),
    "two that differ in case": (lambda: plainly({**GOOD, "Character.JSON": b"{}"}), "expected it once"),
    "no checksums": (lambda: plainly(GOOD, sums=False), "no SHA256SUMS"),
    "a wrong checksum": (lambda: plainly({**GOOD, SUMS: sums(paint=b"other")}, sums=False), "checksum is wrong"),
    "a checksum of nothing": (lambda: plainly({**GOOD, SUMS: sums(more=True)}, sums=False), "'more.bin': .* missing"),
    "a file without checksum": (lambda: plainly({**GOOD, "x.py": b"", SUMS: sums()}, sums=False), "does not tell of"),
    "checksums of bytes": (lambda: plainly({**GOOD, SUMS: bytes(range(256))}, sums=False), "SHA256SUMS"),
    "no character": (lambda: plainly({"holiday.jpg": b"beach"}), r"no character\.json, so it is no character"),
    "a file missing": (lambda: zipped({"character.json": GOOD["character.json"]}), "expected the painter's paint file"),
}  # fmt: skip


def sums(paint: bytes = b"colours", more: bool = False) -> bytes:
    rows = {**GOOD, "paint.bin": paint, **({"more.bin": b""} if more else {})}
    return "".join(f"{digest(data)}  {name}\n" for name, data in rows.items()).encode()


def zipped_zeros(count: int) -> bytes:
    return plainly({**GOOD, "zeros": bytes(count)}, sums=False)


def renamed_size(data: bytes) -> bytes:
    """The same zip, in which the zeros are said to be 30,000."""
    return data.replace(struct.pack("<L", 30_000_000), struct.pack("<L", 30_000))


@pytest.mark.parametrize("what", BAD)
def test_a_bad_zip_is_refused_by_name_and_leaves_nothing(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    make, says = BAD[what]
    file = tmp_path / "bad.zip"
    file.write_bytes(make())
    with pytest.raises(WeightsError, match=says) as caught:
        load(str(file))
    assert "bad.zip" in str(caught.value)
    assert not [path for place in temporary.iterdir() for path in place.rglob("*") if "evil" in path.name]


def test_a_bad_manifest_in_a_zip_is_named_by_the_zip(tmp_path: Path) -> None:
    file = tmp_path / "bad.zip"
    file.write_bytes(zipped({"character.json": b'{"format": 9}'}))
    with pytest.raises(SettingsError, match=r"bad\.zip: character\.json: format: expected 2, got 9"):
        load(str(file))


def test_a_zip_that_was_replaced_is_read_anew(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "x.mien.zip"
    file.write_bytes(pack(load(str(folder))))
    first = load(str(file))
    manifest = json.loads((folder / "character.json").read_text())
    (folder / "character.json").write_text(json.dumps({**manifest, "name": "second"}))
    file.write_bytes(pack(load(str(folder))))
    assert load(str(file)).name == "second"
    assert first.file("paint").is_file()  # whoever holds it still has it
    gone = first.folder
    del first
    assert not gone.exists()


def test_a_process_that_ends_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    file, temporary = tmp_path / "x.mien.zip", tmp_path / "temporary"
    temporary.mkdir()
    file.write_bytes(pack(load(str(folder))))
    program = f"from mien.character import load; c = load({str(file)!r}); assert c.folder.is_dir(); {{}}"
    for last, code in (("", 0), ("raise SystemExit(3)", 3), ("1 / 0", 1)):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", program.format(last)], env={**os.environ, "TMPDIR": str(temporary)},
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        assert list(temporary.iterdir()) == []


def test_links_in_a_folder_are_not_packed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (folder / "LICENSE").symlink_to(tmp_path / "secret")
    assert "LICENSE" not in files_of(folder)


def test_a_name_without_an_ending_in_zip_stays_a_folder(folder: Path) -> None:
    shutil.move(folder, folder.with_name("odd.zip"))
    assert load(str(folder.with_name("odd.zip"))).name == "test"

"""The findings of `mien doctor`, each from trying the thing itself."""

from __future__ import annotations

import json
import platform
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from mien.face import DeviceError, MienError, SettingsError

_FRAMES = 40
_LINE = "今天终于通关了！！"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried: what was found, and what to do when it is not good."""

    name: str
    good: bool
    essential: bool
    found: str
    advice: str = ""


def _tried(name: str, essential: bool, advice: str, attempt: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, essential, attempt())
    except (MienError, ImportError, OSError) as error:
        return Finding(name, False, essential, str(error).splitlines()[0], advice)


def _python() -> str:
    return f"{platform.python_version()} on {platform.system()} {platform.machine()}"


def _packages() -> Iterator[Finding]:
    """One finding a package that mien requires."""
    for line in requires("mien") or ():
        name = re.split(r"[\s;<>=!~\[]", line, maxsplit=1)[0]
        if "extra ==" in line:
            continue
        try:
            yield Finding(name, True, True, version(name))
        except PackageNotFoundError:
            yield Finding(name, False, True, "is not installed", f"pip install {name}")


def _runtime() -> str:
    import onnxruntime

    return ", ".join(onnxruntime.get_available_providers())


def _torch() -> str:
    try:
        return version("torch")
    except PackageNotFoundError:
        raise DeviceError("is not installed; only training needs it") from None


def _codec(name: str) -> Callable[[], str]:
    """Tries whether this encoder can be opened."""

    def attempt() -> str:
        from mien.sinks.video import require

        require(name)
        return "can be written"

    return attempt


def _text() -> str:
    from mien.sense import open_reader

    reading = open_reader().read(_LINE)
    return f"{_LINE} is {reading.emotion.dominant}, {reading.emotion.strength:.2f}"


def _sees() -> str:
    """Tries whether the drawn face is found, and how long it takes."""
    from mien.face import REST
    from mien.paint.drawn import Artist
    from mien.sense.sight import SightAnalyzer

    picture = Artist().paint(REST).over((210, 214, 220))
    analyzer = SightAnalyzer()
    begun = time.perf_counter()
    faces = analyzer.see(picture)
    took = time.perf_counter() - begun
    if len(faces) != 1:
        raise DeviceError(f"saw {len(faces)} faces where there is one")
    return f"sees the drawn face, {took * 1000:.1f} ms"


def _says() -> str:
    """Tries whether espeak-ng says a word, and how long it takes."""
    from threading import Event

    from mien.face import NEUTRAL
    from mien.voice import open_voice

    voice = open_voice("espeak-ng")
    begun = time.perf_counter()
    chunks = list(voice.speak("hello", "en", NEUTRAL, Event()))
    took = time.perf_counter() - begun
    seconds = sum(len(chunk.samples) / chunk.rate for chunk in chunks)
    return f"says hello in {seconds:.1f} s, made in {took * 1000:.1f} ms"


def _edge() -> str:
    try:
        return version("edge-tts")
    except PackageNotFoundError:
        raise DeviceError("is not installed; only --voice edge-tts needs it") from None


def _microphones() -> str:
    """Tries whether microphones can be listed."""
    from mien.sources import microphones

    found = microphones()
    if not found:
        raise DeviceError("none is there")
    return ", ".join(found)


def _paints(painter: str, character: str) -> Callable[[], str]:
    """Tries whether this painter paints this character, and how long a frame takes."""

    def attempt() -> str:
        from mien.character import load
        from mien.face import Emotion, prototype
        from mien.paint import open_painter

        brush = open_painter(painter, load(character), 256)
        poses = [prototype(Emotion(happy=place / _FRAMES)) for place in range(_FRAMES)]
        brush.paint(poses[0])
        begun = time.perf_counter()
        for pose in poses:
            frame = brush.paint(pose)
        took = (time.perf_counter() - begun) / _FRAMES
        if not frame.pixels[..., 3].any():
            raise DeviceError(f"{character}: painted nothing at all")
        slow = "" if took < 1 / 60 else "; too slow for 60 fps, so use --fps 30 in a live show"
        return f"{character}: {took * 1000:.1f} ms a frame at 256{slow}"

    return attempt


def _characters() -> list[str]:
    """The characters that ship; none when they cannot be listed."""
    from mien.character import names

    try:
        return names()
    except SettingsError:
        return []


def _learnt() -> Iterator[Finding]:
    """What the nets that ship have learnt from, and under which terms."""
    from mien.character import load
    from mien.sense.reader import WEIGHTS as TEXT
    from mien.sense.sight.nets import WEIGHTS as SIGHT

    def told(rows: Iterable[Mapping[str, str]]) -> str:
        return "; ".join(f"{row['data']} ({row['terms']})" for row in rows)

    def facts(path: Path) -> Callable[[], str]:
        return lambda: told(json.loads(path.read_text(encoding="utf-8"))["learnt_from"])

    files = {"text reader": TEXT.with_name("text.json"), "face analyzer": SIGHT / "sight.json"}
    for name, path in files.items():
        yield _tried(f"{name} learnt from", False, "see its model card", facts(path))
    for name in _characters():
        yield _tried(f"{name} learnt from", False, "see its model card", lambda name=name: told(  # type: ignore[misc]
            load(name).provenance.get("learnt_from", [])
        ))  # fmt: skip


def examine() -> Iterator[Finding]:
    """Try everything, in the order in which one thing needs another."""
    yield _tried("python", True, "install Python 3.11 or newer", _python)
    yield from _packages()
    again = "install mien again: pip install --force-reinstall mien"
    yield _tried("onnxruntime runs on", True, "pip install --force-reinstall onnxruntime", _runtime)
    yield _tried("torch", False, 'to train: pip install "mien[train]"', _torch)
    for name, use in (("libx264", "mp4"), ("libvpx-vp9", "webm"), ("gif", "gif")):
        yield _tried(f"{use} ({name})", False, "pip install --force-reinstall av", _codec(name))
    yield _tried("text reader", True, again, _text)
    yield _tried("analyzer", False, again, _sees)
    yield _tried("voice espeak-ng", False, 'to say lines aloud: pip install "mien[voice]"', _says)
    yield _tried("voice edge-tts", False, 'for Microsoft\'s voices: pip install "mien[edge]"', _edge)
    yield _tried("microphone", False, 'to speak as the character: pip install "mien[mic]"', _microphones)
    for character in _characters() or ["momo"]:
        yield _tried("painter gan", True, again, _paints("gan", character))
        mend = "pip install --force-reinstall thorvg-python"
        yield _tried("painter artist", False, mend, _paints("artist", character))
    yield from _learnt()

"""Engines that are programs: Open JTalk for Japanese, flite and Festival for English."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.face import DeviceError
from mien.train.hearing.phonemes import Span
from mien.train.hearing.speech import SILENCE, Speech, Voice, folder_of

JTALK_DICTIONARY = Path("/var/lib/mecab/dic/open-jtalk/naist-jdic")
"""Where Debian lays the dictionary of Open JTalk."""

FESTIVAL_VOICES = Path("/usr/share/festival/voices")
"""Where Debian lays the voices of Festival."""

_JAPANESE = {
    "sh": "ɕ", "ch": "tɕ", "ts": "ts", "j": "dʑ", "f": "ɸ", "y": "j", "r": "ɾ", "N": "ɴ", "cl": "t", "pau": "",
    "sil": "", "U": "u", "I": "i", "A": "a", "E": "e", "O": "o", "v": "v", "u": "ɯ", "xx": "",
}  # fmt: skip
_PATIENCE = 5.0
"""Seconds in which a program must have said its line."""

_HTK_UNIT = 1e-7  # seconds, of the times in HTK labels


def openjtalk(text: str, voice: Voice) -> Speech:
    """Mei says the text. voice.name: the all-pass constant, which makes the throat longer or shorter (her own: .55)."""
    mei = folder_of("pyopenjtalk") / "htsvoice" / "mei_normal.htsvoice"
    with tempfile.TemporaryDirectory() as folder:
        said, trace, written = (Path(folder) / name for name in ("said.wav", "trace.txt", "text.txt"))
        written.write_text(text + "\n", encoding="utf-8")
        told = _run([
            "open_jtalk", "-x", str(JTALK_DICTIONARY), "-m", str(mei), "-a", voice.name, "-r", f"{voice.pace:.3f}",
            "-fm", f"{voice.pitch:.2f}", "-ow", str(said), "-ot", str(trace), str(written),
        ])  # fmt: skip
        if told is None:
            return SILENCE
        samples, rate = _read(said)
        labels = trace.read_text(encoding="utf-8").partition("[Output label]")[2].partition("\n\n")[0]
    rows = re.findall(r"^(\d+) (\d+) [^\s-]*-([^+]+)\+", labels, re.MULTILINE)
    following = [symbol for *_, symbol in rows[1:]] + [""]
    spans = (
        Span(japanese(symbol, after), int(start) * _HTK_UNIT, int(end) * _HTK_UNIT)
        for (start, end, symbol), after in zip(rows, following, strict=True)
    )
    return Speech(samples, rate, tuple(spans))


def japanese(symbol: str, after: str) -> str:
    """The symbol of `phonemes.TABLE`: a nasal and a held stop are made where the sound after them is."""
    if symbol == "N" and after[:1] in ("p", "b", "m") and after != "pau":
        return "m"
    if symbol == "cl" and after[:1] in ("p", "k") and after != "pau":
        return after[0]
    if symbol == "hy" or (symbol == "h" and after in ("i", "I")):
        return "ç"
    if symbol not in _JAPANESE and len(symbol) == 2 and symbol[1] in "yw":  # ky, gw ...
        symbol = symbol[0]
    return _JAPANESE.get(symbol, symbol)


_ARPABET = {
    "aa": "ɑ", "ae": "æ", "ah": "ʌ", "ao": "ɔ", "aw": "aʊ", "ax": "ə", "axr": "ɚ", "ay": "aɪ", "b": "b", "ch": "tʃ",
    "d": "d", "dh": "ð", "dx": "d", "eh": "ɛ", "el": "əl", "em": "m", "en": "n", "er": "ɝ", "ey": "eɪ", "f": "f",
    "g": "ɡ", "hh": "h", "hv": "h", "ih": "ɪ", "iy": "i", "jh": "dʒ", "k": "k", "l": "l", "m": "m", "n": "n", "ng": "ŋ",
    "nx": "n", "ow": "oʊ", "oy": "ɔɪ", "p": "p", "pau": "", "r": "ɹ", "s": "s", "sh": "ʃ", "t": "t", "th": "θ",
    "uh": "ʊ", "uw": "u", "v": "v", "w": "w", "y": "j", "z": "z", "zh": "ʒ", "brth": "", "h#": "",
}  # fmt: skip


def flite(text: str, voice: Voice) -> Speech:
    """A voice of flite says the text."""
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "said.wav"
        told = _run([
            "flite", "-voice", voice.name, "--setf", f"duration_stretch={1.0 / voice.pace:.3f}", "-psdur", "-t", text,
            "-o", str(said),
        ])  # fmt: skip
        if told is None:
            return SILENCE
        samples, rate = _read(said)
    spans, at, sentence = [], 0.0, 0.0
    for symbol, end in re.findall(r"(\S+):([\d.]+)", told):
        until = sentence + float(end)
        if until < at - 1e-6:  # another sentence: its times begin anew
            sentence = at
            until = sentence + float(end)
        spans.append(Span(_ARPABET[symbol], at, until))
        at = until
    return Speech(samples, rate, tuple(spans))


def festival(text: str, voice: Voice) -> Speech:
    """A voice of Festival says the text; the one that is made of hidden Markov models keeps its own pace."""
    with tempfile.TemporaryDirectory() as folder:
        said, times, script = (Path(folder) / name for name in ("said.wav", "times.txt", "script.scm"))
        plain = text.encode("ascii", "ignore").decode().translate({ord('"'): None, ord("\\"): None})
        script.write_text(
            f"(voice_{voice.name}) (Parameter.set 'Duration_Stretch {1.0 / voice.pace:.3f})\n"
            f'(set! said (utt.synth (Utterance Text "{plain}")))\n'
            f'(utt.save.wave said "{said}" \'riff) (utt.save.segs said "{times}")\n',
            encoding="ascii",
        )
        if _run(["festival", "--batch", str(script)]) is None or not said.exists():
            return SILENCE
        samples, rate = _read(said)
        rows = re.findall(r"^\s*([\d.]+)\s+\S+\s+(\S+)", times.read_text(encoding="utf-8"), re.MULTILINE)
    spans, at = [], 0.0
    for end, symbol in rows:
        spans.append(Span(_ARPABET[symbol], at, float(end)))
        at = float(end)
    return Speech(samples, rate, tuple(spans))


def _run(command: list[str]) -> str | None:
    """What the program prints; None when it does not come to an end, as Open JTalk at some texts."""
    if shutil.which(command[0]) is None:
        raise DeviceError(f"{command[0]}: expected the program; on Debian: apt install {command[0].replace('_', '-')}")
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        raise DeviceError(f"{command[0]}: {done.stderr.decode('utf-8', 'replace')[:200]}")
    return done.stdout.decode("utf-8", "replace")


def _read(path: Path) -> tuple[NDArray[np.float32], int]:
    """(n,) samples and their rate, of a file of 16 bits, mono."""
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        return samples.astype(np.float32) / 32768.0, file.getframerate()

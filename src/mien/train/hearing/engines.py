"""Speech engines that run offline and say when each phoneme sounds.

Each is looked for only when a voice of it is asked for: `espeakng-loader` (espeak-ng, GPL-3.0, all languages), Debian's
`open-jtalk` and `open-jtalk-mecab-naist-jdic` with the voice Mei out of `pyopenjtalk-plus` (CC BY 3.0), and Debian's
`flite` (CMU voices, free) and `festival` with `festvox-kdlpc16k` and `festvox-us-slt-hts` (free). Engines make data;
nothing of them is in the net's files.
"""

from __future__ import annotations

import shutil
from importlib.util import find_spec

from mien.train.hearing.espeak import espeak
from mien.train.hearing.programs import FESTIVAL_VOICES, JTALK_DICTIONARY, festival, flite, openjtalk
from mien.train.hearing.speech import Speech, Voice

_SPEAK = {"espeak": espeak, "openjtalk": openjtalk, "flite": flite, "festival": festival}

ENGINES = tuple(_SPEAK)


def speak(text: str, voice: Voice) -> Speech:
    """The voice says the text. Raises DeviceError when its engine is not installed."""
    return _SPEAK[voice.engine](text, voice)


def installed(engine: str) -> bool:
    """Whether an engine is here."""
    if engine == "flite":
        return shutil.which("flite") is not None
    if engine == "festival":
        voices = ("english/ked_diphone", "us/cmu_us_slt_arctic_hts")
        return shutil.which("festival") is not None and all((FESTIVAL_VOICES / name).exists() for name in voices)
    if engine == "openjtalk":
        return shutil.which("open_jtalk") is not None and JTALK_DICTIONARY.exists() and _there("pyopenjtalk")
    return _there("espeakng_loader")


def _there(package: str) -> bool:
    return find_spec(package) is not None

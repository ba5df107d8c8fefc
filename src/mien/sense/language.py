"""Which of three languages a line is in, by its scripts."""

from __future__ import annotations

import re

_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
# Japanese laughter and nothing else that Chinese chat would write like this.
_JAPANESE_ONLY = re.compile(r"草[wｗ]|^草$|大草原|[wｗ]{3,}草")


def language(text: str) -> str:
    """ "ja" with any kana, "zh" with Han characters and no kana, "en" with Latin letters only, else "und".

    A short line of Han characters alone is ambiguous and counts as Chinese, except for Japanese laughter
    (草www).
    """
    sample = text[:2000]
    if _KANA.search(sample) or _JAPANESE_ONLY.search(sample):
        return "ja"
    if _HAN.search(sample):
        return "zh"
    return "en" if _LATIN.search(sample) else "und"

"""What is said: lines of text files by language, and invented words in many languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from mien.files import read_text
from mien.sense.language import language

_SPOKEN = ("zh", "ja", "en")
_LEAST, _MOST = 4, 60
"""Letters of a line that is kept."""

_SPELLED: Mapping[str, tuple[str, str, str]] = {
    "de": ("b d f g h k l m n p r s t w z sch pf st br", "a e i o u ä ö ü ei au ie eu", " n r m s t ch ng ck pf"),
    "fr": ("b d f g l m n p r s t v j ch br pl qu", "a e i o u é ou eu ai oi an on in", " r l s t p me be"),
    "es": ("b d f g l m n p r s t ch ll j z br pr", "a e i o u ie ue ai", " n r s l m"),
    "it": ("b d f g l m n p r s t v z c br pr sp gl", "a e i o u ia uo ai", " n r l m"),
    "pt": ("b d f g l m n p r s t v x nh lh br", "a e i o u ão ei ou", " s r m l"),
    "pl": ("b d f g k l m n p r s t w z sz cz ż br", "a e i o u y ą ę ie", " n r m s t p w"),
    "tr": ("b d f g k l m n p r s t v y z ş ç", "a e i o u ö ü ı", " n r m s t k l p"),
    "en": ("b d f g h k l m n p r s t v w z th sh ch br pl", "a e i o u ee oo ai ow", " n r m s t d p b ng v th"),
    "ru": ("б в г д ж з к л м н п р с т ф х ц ч ш", "а е и о у ы ю я э", " н р м с т п в л"),
}  # fmt: skip
LANGUAGES = (*_SPELLED, "zh", "ja", "ko")
"""Languages of invented words."""

# of each language onsets, vowels and ends of syllables as it spells them; a leading blank stands for no end

_KOREAN_ENDS = (0, 0, 0, 1, 4, 8, 16, 17, 21)  # none, k, n, l, m, p, ng
_KANA = (
    "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわばび"
    "ぶべぼぱぴぷぺぽだがぎぐげござじずぜぞ"
)
_HAN = (
    "爸妈波坡泼婆摸磨母木北白跑怕盼朋漂品票马买慢忙美门梦米面明名飞风福服方饭夫得地点电东都读多他她听同头土"
    "你年鸟女路绿旅老来冷力两六高国过歌狗古开看口苦快和好花会黄火湖家叫见今九就去请起前钱秋全西小下心学雪熊"
    "中这着住准吃出穿春船是说手水书树人日热然让肉在走坐最做草次从错村三四送岁所一有月我外王文五雨鱼云远用"
)


def sentences(files: Iterable[Path], encoding: str | None = None) -> dict[str, list[str]]:
    """The lines of text files by language, "zh", "ja", "en", without doubles; of a line with tabs the last column.

    A line that begins with # is a remark; signs that nobody says are left out.
    """
    found: dict[str, dict[str, None]] = {name: {} for name in _SPOKEN}
    for file in files:
        for line in read_text(file, encoding).splitlines():
            text = _sayable(line.rsplit("\t", 1)[-1])
            spoken = language(text)
            if not line.startswith("#") and spoken in found and _LEAST <= len(text) <= _MOST:
                found[spoken][text] = None
    return {name: list(lines) for name, lines in found.items()}


def _sayable(line: str) -> str:
    kept = re.sub(r"https?://\S+|[^\w\s,.!?'，。！？、ー々]|_", " ", line)
    kept = re.sub(r"(\w)\1{2,}", r"\1", kept)
    return re.sub(r"\s+", " ", kept).strip()


def invented(spoken: str, chance: np.random.Generator) -> str:
    """A sentence of words that mean nothing, spelled as the language spells."""
    words = [_word(spoken, chance) for _ in range(int(chance.integers(3, 8)))]
    if spoken in ("zh", "ja"):
        middle = len(words) // 2
        return "".join(words[:middle]) + ("，" if spoken == "zh" else "、") + "".join(words[middle:])
    between = " " if chance.random() < 0.6 else ", "
    return " ".join(words[:2]) + between + " ".join(words[2:]) + "."


def _word(spoken: str, chance: np.random.Generator) -> str:
    count = int(chance.integers(1, 4))
    if spoken == "zh":
        return "".join(chance.choice(list(_HAN), count))
    if spoken == "ja":
        return "".join(chance.choice(list(_KANA), count + 1))
    if spoken == "ko":  # Unicode's blocks: (onset * 21 + vowel) * 28 + end
        onsets, vowels = chance.integers(0, 19, count), chance.integers(0, 21, count)
        places = (onsets * 21 + vowels) * 28 + chance.choice(_KOREAN_ENDS, count)
        return "".join(chr(0xAC00 + int(place)) for place in places)
    starts, middles, ends = _SPELLED[spoken]
    syllables = (
        str(chance.choice(starts.split())) + str(chance.choice(middles.split())) + str(chance.choice(ends.split(" ")))
        for _ in range(count)
    )
    return "".join(syllables)

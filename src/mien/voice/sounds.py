"""Tables: phonemes, morae and syllables to the visemes that they are seen as.

The fifteen names and their consonants: Meta, "Viseme Reference" of Oculus Lipsync (PP p b m, FF f v, TH th, DD t d,
kk k g, CH tS dZ S, SS s z, nn n l, RR r, aa A:, E e, ih, oh, ou). Sounds that it does not list are put beside their
neighbours in place and rounding on the chart of the International Phonetic Association, 2020. The letters of `romaji`
are the phonemes of Open JTalk, which VOICEVOX tells (vowels in capitals are devoiced, N is the moraic nasal, cl the
stop of a geminate, pau a pause). Pinyin: finals after Duanmu, "The Phonology of Standard Chinese", 2007.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

Mouth = tuple[str, float, float]
"""Name of the viseme, its share of the time, its weight; the shares of a sound add up to 1."""


def _table(rows: str) -> dict[str, str]:
    """Sound to name of rows "NAME: sound sound"."""
    named = (row.split(":") for row in rows.strip().splitlines())
    return {sound: name.strip() for name, sounds in named for sound in sounds.split()}


IPA: Final = _table("""
    PP: p b m ɓ ʙ
    FF: f v ɱ ʋ ɸ β ⱱ
    TH: θ ð
    DD: t d ʈ ɖ ɗ
    kk: k ɡ g q ɢ x ɣ χ ʁ c ɟ ʝ
    CH: ʃ ʒ ɕ ʑ ʂ ʐ
    SS: s z
    nn: n l ŋ ɴ ɲ ɳ ɭ ʎ ʟ ɫ ɬ ɮ
    RR: r ɹ ɻ ɾ ɽ ʀ
    aa: a ɑ æ ɐ ʌ ɶ
    E: e ɛ ə ɜ ɘ ɤ ɞ œ ɚ ɝ
    ih: i ɪ ɨ j ᵻ
    oh: o ɔ ɒ ɵ
    ou: u ʊ ʉ y ʏ ø w ʍ ɥ ɯ ɰ
""")
"""The letter of a phoneme to its viseme. Letters that are not here (h, ʔ, marks of tone, stress and length) have no
mouth of their own."""

_AFFRICATES: Final = {
    "tʃ": "CH", "dʒ": "CH", "tɕ": "CH", "dʑ": "CH", "ts.": "CH", "ʈʂ": "CH", "ts": "SS", "dz": "SS", "nɡ": "nn",
    "s.": "CH",
}  # fmt: skip
"""Phonemes of two signs, those of espeak-ng for Mandarin too (s. and ts. are retroflex, nɡ is the velar nasal)."""

_OPENNESS: Final = ("aa", "oh", "E", "ih", "ou")  # of two vowels in one sound the more open one is the main one
_WEAK: Final = {"ə": 0.55, "ɐ": 0.6, "ɨ": 0.7, "ᵻ": 0.7, "ɯ": 0.75}  # ours: reduced vowels, and the flat u of Japanese
_GLIDE, _CONSONANT = 0.5, 0.35  # ours: how long they are beside the main vowel of the same sound
_IPA_SOUND = re.compile("|".join(re.escape(sound) for sound in (*sorted(_AFFRICATES, key=len, reverse=True), *IPA)))


@lru_cache(4096)
def ipa(phoneme: str) -> tuple[Mouth, ...]:
    """The mouth of a phoneme, a diphthong or a syllable in IPA, marks of stress, length and tone passed over; () for
    one that has none."""
    plain = unicodedata.normalize("NFD", phoneme)
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    found = [match.group(0) for match in _IPA_SOUND.finditer(letters)]
    names = [_AFFRICATES.get(sound) or IPA[sound] for sound in found]
    weights = [_WEAK.get(sound, 1.0) for sound in found]
    return _shared(zip(names, _sizes(names, weights, _CONSONANT), weights, strict=True))


def _sizes(names: Sequence[str], weights: Sequence[float], consonant: float) -> list[float]:
    """How long each part of a sound is beside its main vowel; parts without a vowel are equally long."""
    vowels = [place for place, name in enumerate(names) if name in _OPENNESS]
    if not vowels:
        return [1.0] * len(names)
    main = min(vowels, key=lambda place: (weights[place] < 1.0, _OPENNESS.index(names[place])))
    return [1.0 if place == main else _GLIDE if name in _OPENNESS else consonant for place, name in enumerate(names)]


def _shared(parts: Iterable[tuple[str, float, float]]) -> tuple[Mouth, ...]:
    """Parts whose sizes became shares that add up to 1."""
    parts = tuple(parts)
    whole = sum(size for _, size, _ in parts)
    return tuple((name, size / whole, weight) for name, size, weight in parts)


# --- Japanese ---

_ROMAJI_VOWELS: Final = {"a": "aa", "i": "ih", "u": "ou", "e": "E", "o": "oh"}
_ROMAJI: Final = _table("""
    PP: p b m py by my
    FF: f v fy
    DD: t d ty dy
    kk: k g ky gy kw gw
    CH: ch sh j
    SS: s z ts
    nn: n ny N
    RR: r ry
    ou: w
    ih: y
""")
_FLAT_U = 0.75  # ours: the u of Japanese is hardly rounded
_DEVOICED = 0.35  # ours: a vowel that is only whispered


@lru_cache(256)
def romaji(phoneme: str) -> tuple[Mouth, ...]:
    """The mouth of one of Open JTalk's phonemes; () for h and for a pause."""
    vowel = _ROMAJI_VOWELS.get(phoneme.lower())
    if vowel is not None:
        weight = _FLAT_U if vowel == "ou" else 1.0
        return ((vowel, 1.0, weight if phoneme.islower() else weight * _DEVOICED),)
    if phoneme == "cl":
        return (("DD", 1.0, 0.6),)
    name = _ROMAJI.get(phoneme)
    return ((name, 1.0, 1.0),) if name else ()


_KANA_ROWS: Final = """
    :あいうえお k:かきくけこ g:がぎぐげご s:さ-すせそ z:ざ-ずぜぞ t:た--てと d:だ--でど n:なにぬねの h:はひ-へほ
    b:ばびぶべぼ p:ぱぴぷぺぽ m:まみむめも y:や-ゆ-よ r:らりるれろ w:わゐ-ゑ- sh:-し--- j:-じ--- ch:-ち---
    ts:--つ-- f:--ふ-- v:--ゔ--
"""
"""Consonant to the kana with a, i, u, e, o."""

_KANA: Final = {
    sign: (lead, "aiueo"[place])
    for lead, row in (entry.split(":") for entry in _KANA_ROWS.split()) for place, sign in enumerate(row) if sign != "-"
} | {"を": ("", "o"), "ぢ": ("j", "i"), "づ": ("z", "u")}  # fmt: skip
_SMALL: Final = dict(zip("ぁぃぅぇぉゃゅょゎ", "aiueoauoa", strict=True))
_LEAD = 0.4  # ours: of a mora's time, its consonant


@lru_cache(1024)
def kana(mora: str) -> tuple[Mouth, ...]:
    """The mouth of one mora in kana of either kind, such as きゃ; ー and signs that are no kana have none."""
    plain = [chr(ord(sign) - 0x60) if "ァ" <= sign <= "ヶ" else sign for sign in mora]
    if plain[:1] in (["ん"], ["っ"]):
        return romaji({"ん": "N", "っ": "cl"}[plain[0]])
    lead, vowel = _KANA.get(plain[0], ("", "")) if plain else ("", "")
    vowel = _SMALL.get(plain[-1], vowel) if plain else ""
    if not vowel:
        return ()
    (name, _, weight), consonant = romaji(vowel)[0], romaji(lead)
    if not consonant:
        return ((name, 1.0, weight),)
    return ((consonant[0][0], _LEAD, 1.0), (name, 1.0 - _LEAD, weight))


# --- Chinese ---

_INITIALS: Final = _table("""
    PP: b p m
    FF: f
    DD: d t
    nn: n l
    kk: g k
    CH: zh ch sh r j q x
    SS: z c s
""")
_SYLLABLE = re.compile(r"^(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?([a-z]*?)[1-5]?$")
_FINAL = re.compile(r"a|o|e|i|u|ng|n|r")
_FINALS: Final = {"a": "aa", "o": "oh", "e": "E", "i": "ih", "u": "ou", "n": "nn", "ng": "nn", "r": "RR"}
_SPELLED_SHORT: Final = {"iu": "iou", "ui": "uei", "un": "uen", "ong": "ung", "iong": "iung"}
_HUMMED: Final = {"m": "PP", "hm": "PP", "n": "nn", "ng": "nn", "hng": "nn"}
_INITIAL_SIZE = 0.45  # ours, beside a final of 1


@lru_cache(2048)
def pinyin(syllable: str) -> tuple[Mouth, ...]:
    """The mouth of one syllable in pinyin, with tone marks, tone numbers or without; () for what is none."""
    plain = unicodedata.normalize("NFD", syllable.lower().replace("v", "u").replace("u:", "u"))
    match = _SYLLABLE.match("".join(sign for sign in plain if not unicodedata.combining(sign)))
    if match is None:
        return ()
    if match.group(0).rstrip("12345") in _HUMMED:
        return ((_HUMMED[match.group(0).rstrip("12345")], 1.0, 1.0),)
    initial, final = match.group(1) or "", match.group(2)
    if initial == "y":
        final = final if final[:1] in ("i", "u") else "i" + final
    elif initial == "w":
        final = final if final.startswith("u") else "u" + final
    if final == "i" and initial in ("zh", "ch", "sh", "r", "z", "c", "s"):
        return ((_INITIALS[initial], 1.0, 1.0),)  # the buzzed vowel of si and shi keeps the teeth together
    final = _SPELLED_SHORT.get(final, final)
    signs = _FINAL.findall(final)
    names = [_FINALS[sign] for sign in signs]
    if "".join(signs) != final or not any(name in _OPENNESS for name in names):
        return ()
    sizes = _sizes(names, [1.0] * len(names), _CONSONANT)
    parts = [(name, size / sum(sizes), 1.0) for name, size in zip(names, sizes, strict=True)]
    if initial in _INITIALS:
        parts.insert(0, (_INITIALS[initial], _INITIAL_SIZE, 1.0))
    return _shared(parts)

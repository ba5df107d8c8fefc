"""Mouth shapes for a written line, timed as a person would say it. There is no sound.

Chinese is read through pinyin (a closing or hissing initial, then the vowels of the final), Japanese kana
by morae, English by rules of spelling. Estimates, not transcriptions: a kanji counts as two morae with the
vowels of its Chinese reading, and numbers are read digit by digit, with the point in 3.14. Emoji, typed faces,
emotes, laughter signs and links are not spoken. Speaking rates: about 5 syllables a second in Chinese and English,
7.5 morae in Japanese; Pellegrino, Coupé & Marsico, "Across-language perspective on speech information rate", Language
87, 2011 (5.2, 6.2 and 7.8 in reading aloud).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mien.face import Viseme
from mien.sense import kaomoji
from mien.sense.features import clean, unlinked
from mien.sense.later import later
from mien.sense.lexicon import EMOTES
from mien.sense.pinyin import syllables

LONGEST = 8.0
"""Seconds: the rest of a longer line is left unsaid."""

SYLLABLE = 0.2
MORA = 0.13
_LEAD = 0.06  # seconds of a closing, biting or hissing consonant before its vowel
_COMMA, _STOP, _GAP = 0.18, 0.32, 0.04

Beat = tuple[str, float, float]
"""Name of the shape, seconds, weight."""

_EMOTE = later(r"[\[【]([\w ]{1,12})[\]】]")
_UNSPOKEN = later(
    r"[wｗ]{2,}|ww+|233+|[ㅋㅎ]{2,}|[(（](?:笑|爆笑|w+)[)）]|(?<=[\u3041-\u30ff])w(?![a-z])", re.IGNORECASE
)
_RUN = later(
    r"(?P<han>[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff々]+)|(?P<kana>[\u3041-\u3096\u30a1-\u30fa\u30fc]+)"
    r"|(?P<word>[A-Za-z\u00c0-\u024f']+)|(?P<number>[0-9]+)|(?P<point>(?<=[0-9])\.(?=[0-9]))|(?P<comma>[,、;:，；：~〜\-—]+)|(?P<stop>[.。!?！？…]+)|(?P<gap>\s+)"
    r"|(?P<other>[^\W\d_]+)"
)  # fmt: skip
_DIGITS = {
    "zh": ("ling", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu"),
    "ja": ("ぜろ", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}

_POINT = {"zh": "dian", "ja": "てん", "en": "point"}


def visemes(text: str, language: str, longest: float = LONGEST) -> tuple[Viseme, ...]:
    """The mouth shapes of saying a line, in order and without overlap, from second 0 to at most `longest`.

    language: "zh", "ja", "en" or "und" (read as English; Han characters as Chinese). Any string will do;
    one with nothing to say gives (). The last shape is "rest".
    """
    shapes: list[Viseme] = []
    at = 0.0
    for name, seconds, weight in _beats(spoken(text), language):
        if at + seconds > longest - 0.1:
            break
        if name == "rest" and not shapes:
            continue
        shapes.append(Viseme(round(at, 4), round(seconds, 4), name, weight))
        at += seconds
    while shapes and shapes[-1].name == "rest":
        at = shapes.pop().start
    if not shapes:
        return ()
    return (*shapes, Viseme(round(at, 4), 0.1, "rest"))


def spoken(text: str) -> str:
    """What of a line is said: no links, emoji, typed faces, emotes or signs of laughter."""
    text = _EMOTE.sub(
        lambda match: " " if match.group(1) in EMOTES else match.group(0),
        clean(kaomoji.take(unlinked(text))[0]),
    )
    return _UNSPOKEN.sub(" ", text).strip()


def _beats(text: str, language: str) -> Iterator[Beat]:
    for match in _RUN.finditer(text):
        kind, run = match.lastgroup, match.group(0)
        if kind == "han":
            yield from (_kanji(run) if language == "ja" else _hanzi(run))
        elif kind == "kana":
            yield from _kana(run)
        elif kind == "word":
            yield from _english(run)
            yield "rest", _GAP, 1.0
        elif kind == "number":
            yield from _number(run, language)
        elif kind == "point":
            yield from _digit(_POINT[language if language in _POINT else "en"], language)
        elif kind == "other":
            for _ in run:
                yield "a", SYLLABLE * 0.8, 0.6
        elif kind == "gap":
            yield "rest", _GAP, 1.0
        else:
            yield "rest", _COMMA if kind == "comma" else _STOP, 1.0


def _number(run: str, language: str) -> Iterator[Beat]:
    names = _DIGITS[language if language in _DIGITS else "en"]
    for digit in run[:12]:
        yield from _digit(names[int(digit)], language)


def _digit(name: str, language: str) -> Iterator[Beat]:
    return _pinyin(name) if language == "zh" else _kana(name) if language == "ja" else _english(name)


# --- Chinese ---

_INITIAL = later(r"^(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?)([a-zü]*)$")
_CLOSED = {"b": "m", "p": "m", "m": "m", "f": "f"} | dict.fromkeys(
    ("zh", "ch", "sh", "r", "z", "c", "s", "j", "q", "x"), "s"
)
# The vowels of a final, glide first; the share of the time each takes follows in _shares.
_FINAL = later(r"^(iao|iou|uai|uei|ia|ie|io|ua|uo|ue|ui|iu|ai|ei|ao|ou|a|o|e|i|u)")
_SPELLED_SHORT = {"iu": "iou", "ui": "uei"}


def _hanzi(run: str) -> Iterator[Beat]:
    for syllable in syllables(run):
        yield from _pinyin(syllable)


def _pinyin(syllable: str) -> Iterator[Beat]:
    vowels, lead = _parts(syllable)
    time = SYLLABLE
    if lead:
        yield lead, _LEAD, 1.0
        time -= _LEAD
    for vowel, share in zip(vowels, _shares(vowels), strict=True):
        yield vowel, time * share, 1.0 if share > 0.45 else 0.8


def _parts(syllable: str) -> tuple[str, str]:
    """The vowels of a pinyin syllable and the shape of its initial ("" when the mouth stays open)."""
    match = _INITIAL.match(syllable.lower().replace("v", "u").replace("ü", "u"))
    initial, final = match.groups() if match else ("", "")
    if initial == "y":
        final = final if final[:1] in ("i", "u") else "i" + final
    elif initial == "w":
        final = final if final.startswith("u") else "u" + final
    found = _FINAL.match(final)
    vowels = found.group(1) if found else "e"  # syllabic m, n, ng
    vowels = _SPELLED_SHORT.get(vowels, vowels)
    if vowels == "ao":
        vowels = "au"
    if final == "i" and initial in ("zh", "ch", "sh", "r", "z", "c", "s"):
        return "s", "s"  # the buzzed vowel of si and shi keeps the teeth together
    return vowels, _CLOSED.get(initial, "")


def _shares(vowels: str) -> tuple[float, ...]:
    if len(vowels) == 1:
        return (1.0,)
    if len(vowels) == 3:
        return (0.25, 0.45, 0.3)
    # A glide before the main vowel is short; a coda after it less so.
    return (0.3, 0.7) if vowels[0] in "iu" else (0.62, 0.38)


# --- Japanese ---

_KANA_ROWS = """
あいうえお ぁぃぅぇぉ かきくけこ がぎぐげご さしすせそ ざじずぜぞ たちつてと だぢづでど なにぬねの
はひふへほ ばびぶべぼ ぱぴぷぺぽ まみむめも らりるれろ
"""
_ROWS = _KANA_ROWS.split()
_VOWEL = {kana: "aiueo"[place] for row in _ROWS for place, kana in enumerate(row)}
_VOWEL |= dict(zip("やゆよわをゐゑゔゎゕゖ", "auoaoieuaae", strict=True))
_LEADS = (
    dict.fromkeys("ばびぶべぼぱぴぷぺぽまみむめも", "m")
    | dict.fromkeys("さしすせそざじずぜぞちつぢづ", "s")
    | dict.fromkeys("ふゔ", "f")
)
_LEADS |= dict.fromkeys("わ", "u")
_SMALL = dict(zip("ゃゅょぁぃぅぇぉゎ", "auoaiueoa", strict=True))


def _kana(run: str) -> Iterator[Beat]:
    beats: list[Beat] = []
    for sign in run:
        code = ord(sign)
        kana = chr(code - 0x60) if 0x30A1 <= code <= 0x30F6 else sign
        if kana == "ー" and beats:
            name, seconds, weight = beats[-1]
            beats[-1] = (name, min(seconds + MORA, 4 * MORA), weight)
        elif kana in _SMALL and beats and beats[-1][0] in "iueo":
            # きゃ is one mora: the first vowel shrinks to a glide.
            name, seconds, _ = beats.pop()
            beats += [(name, seconds * 0.35, 0.7), (_SMALL[kana], seconds * 0.65, 1.0)]
        elif kana == "っ":
            beats.append(("rest", MORA * 0.8, 1.0))
        elif kana == "ん":
            beats.append(("m", MORA, 0.6))
        elif kana in _VOWEL:
            lead = _LEADS.get(kana, "")
            if lead:
                beats.append((lead, _LEAD * 0.7, 0.9))
            beats.append((_VOWEL[kana], MORA - (_LEAD * 0.7 if lead else 0.0), 1.0))
    yield from beats


def _kanji(run: str) -> Iterator[Beat]:
    for syllable in syllables(run):
        vowels, lead = _parts(syllable)
        if lead:
            yield lead, _LEAD * 0.7, 0.9
        first, second = (vowels[0], vowels[-1])
        yield first if first != "s" else "i", MORA - (_LEAD * 0.7 if lead else 0.0), 1.0
        yield second if second != "s" else "u", MORA, 0.9


# --- English ---

# spelling:sounds, longest spelling first. Small letters are vowels, capitals a shape of the lips or teeth.
_RULES = """
tion:Se sion:Se ough:o augh:o eau:o igh:ai you:iu eye:ai ee:i ea:i ie:i ei:e ey:e ai:e ay:ei au:o aw:o oo:u
ou:au ow:au oa:o oi:oi oy:oi ew:u ue:u ui:u eu:u sh:S ch:S th:S ph:F wh:U qu:U mb:M mm:M bb:M pp:M ss:S ff:F
a:a e:e i:i o:o u:a y:i m:M b:M p:M f:F v:F s:S z:S c: j:S x:S w:U
"""
# Everyday words that the rules would misread.
_EXCEPTIONS = """
i:ai the:Se a:e to:u do:u you:iu one:Ua two:u four:Fo eight:ei my:Mai by:Mai why:Uai me:Mi be:Mi we:Ui he:i
she:Si so:So no:o go:o oh:o are:a of:aF some:SaM come:aM love:aF have:aF what:Ua who:u people:iMo
"""
_SPELLING: dict[str, str] = dict(entry.split(":") for entry in _RULES.split())
_WORDS: dict[str, str] = dict(entry.split(":") for entry in _EXCEPTIONS.split())
_MAGIC = later(r"([aiou])([bcdfgklmnprstvz])e(s?)$")
_MAGIC_VOWEL = {"a": "ei", "i": "ai", "o": "o", "u": "u"}
_LIPS = {"M": "m", "F": "f", "S": "s", "U": "u"}


def _english(word: str) -> Iterator[Beat]:
    """Shapes of one word: a vowel group is a syllable; a word without vowels is spelled out."""
    word = word.lower().replace("'", "")[:24]
    sounds = _WORDS.get(word) or _sounds(word)
    vowels = sum(1 for sound in _syllables(sounds) if sound)
    if not vowels:
        for _ in word[:6]:
            yield "i", SYLLABLE * 0.8, 0.8
        return
    for group in _syllables(sounds):
        if not group:
            continue
        lips = [sign for sign in group if sign.isupper()]
        opens = [sign for sign in group if sign.islower()]
        left = SYLLABLE - 0.9 * _LEAD * min(len(lips), 2)
        shares = _shares("".join(opens))
        lead = group.index(opens[0])
        for sign in [sign for sign in group[:lead] if sign.isupper()][-1:]:
            yield _LIPS[sign], 0.9 * _LEAD, 1.0
        for vowel, share in zip(opens, shares, strict=True):
            yield vowel, left * share, 1.0 if share > 0.45 else 0.8
        for sign in [sign for sign in group[lead:] if sign.isupper()][:1]:
            yield _LIPS[sign], 0.9 * _LEAD, 1.0


def _sounds(word: str) -> str:
    """Lower-case vowels and upper-case lip shapes of a word, by spelling rules."""
    tail = ""
    magic = _MAGIC.search(word)
    if magic:
        vowel, consonant, plural = magic.groups()
        word = word[: magic.start()]
        tail = _MAGIC_VOWEL[vowel] + _SPELLING.get(consonant, "") + ("S" if plural else "")
    elif len(word) > 3 and word.endswith("e") and word[-2] not in "aeiou":
        word = word[:-1]
    sounds, at = "", 0
    while at < len(word):
        for spelling, sound in _SPELLING.items():
            if word.startswith(spelling, at):
                sounds += "S" if spelling == "c" and word[at + 1 : at + 2] in ("e", "i", "y") else sound
                at += len(spelling)
                break
        else:
            sounds += "-"  # a consonant inside the mouth parts two vowels
            at += 1
    return sounds + "-" + tail


def _syllables(sounds: str) -> list[str]:
    """Cut before each consonant that a vowel follows, so that every piece has its one group of vowels."""
    pieces = re.findall(r"[A-Z\-]*[a-z]{1,3}(?:[A-Z\-]+(?![a-zA-Z\-]))?", sounds)
    return [piece.replace("-", "") for piece in pieces]

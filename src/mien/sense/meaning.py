"""What the letters between two brackets mean: a feeling and how strong it is, a stage direction, or prose."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mien.face import FEELINGS, Emotion
from mien.face.names import begins, named
from mien.sense.gestures import SOME, forms, gesture, phrase
from mien.sense.later import later
from mien.sense.signs import scan


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as it was meant. emotion: None when it names no feeling; all zero when it asks for a neutral face.

    ends: what was told so far no longer holds, as after `</joy>`.
    """

    emotion: Emotion | None
    ends: bool = field(default=False, compare=False)


Piece = str | Tag
"""What comes out of a text: what is spoken, or a tag that holds for what follows it."""

WORD = later(r"[^\W\d_]+(?:[_-][^\W\d_]+)*")
_KEYS_SAID = (
    "act action emo emote emotion emotions expression face feeling feelings id intensity level mood name strength "
    "style tone type value weight 动作 動作 強さ 强度 強度 心情 情感 情绪 情緒 感情 気分 表情"
)
KEYS = frozenset(_KEYS_SAID.split())
"""What a model writes before a feeling: `emotion: joy`."""

_DEGREES = {
    "very": 1.3, "so": 1.3, "extremely": 1.5, "really": 1.3, "slightly": 0.6, "little": 0.6, "bit": 0.6,
    "非常": 1.3, "很": 1.2, "有点": 0.6, "有點": 0.6, "稍微": 0.6, "とても": 1.3, "すごく": 1.3, "ちょっと": 0.6,
    "少し": 0.6,
}  # fmt: skip
_HAN_DEGREE = later(r"^(非常|很|有点|有點|稍微|とても|すごく|ちょっと|少し)(?=.)")
_NOT = frozenset(
    (
        "not",
        "no",
        "never",
        "isn",
        "don",
        "doesn",
        "didn",
        "wasn",
        "aren",
        "without",
        "non",
        "hardly",
        "不",
        "不是",
        "没有",
        "沒有",
        "没",
        "非",
    )
)
_BUT = frozenset(("but", "just", "only", "instead", "rather", "而是", "但"))
_HAN_NOT = later(r"[不没沒](?:是|有|很|太|怎么|怎麼|那么|那麼|多么|特别|特別|非常|真的|再)*$")
_KANA_NOT = later(r"\w{0,4}?(?:ない|なく|ません|ず$)")
_TOKEN = later(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>%|/\s*(?P<whole>\d+))?|(?P<word>" + WORD.pattern + r")")
_LONGEST_NAME = 6


@dataclass(slots=True)
class _Found:
    feeling: str
    plain: float
    told: float | None = None

    @property
    def strength(self) -> float:
        return min(1.0, max(0.1, self.plain if self.told is None else self.told))


def meant(inside: str, direction: bool = True) -> Tag | None:
    """The tag that these letters between brackets are, None when they are none.

    A feeling may stand alone, after a key (`emotion: joy`), with a strength (0.8, 80%, 4/5), beside another one, or
    among a few words. One that is denied (`not happy`) asks for a neutral face. direction: gestures (`sighs`,
    叹气) and feelings inside a longer run of Chinese or Japanese count too.
    """
    if not inside.strip() or "\n" in inside:
        return None
    found, denied = _feelings(inside, direction)
    if direction and not found and not denied:
        return _pictured(inside)
    if not found:
        return Tag(Emotion()) if denied else None
    strengths: dict[str, float] = {}
    for one in found:
        if one.feeling != "neutral":
            strengths[one.feeling] = max(strengths.get(one.feeling, 0.0), one.strength)
    return Tag(Emotion.of(strengths))


def _feelings(inside: str, direction: bool) -> tuple[list[_Found], bool]:
    """The feelings that are named, each with its strength, and whether one is denied."""
    found: list[_Found] = []
    gestures: list[_Found] = []
    denied = negated = False
    degree, ahead = 1.0, None
    for token in _TOKEN.finditer(inside):
        if token["number"]:
            if found and found[-1].told is None:
                found[-1].told = _share(token)
            elif not found:
                ahead = _share(token)
            continue
        for word in _words(token["word"]):
            low = word.lower()
            if low in KEYS:
                continue
            if low in _NOT or low in _BUT:
                negated = low in _NOT
                continue
            degree *= _DEGREES.get(low, 1.0)
            named_here = _one(word)
            bare = word
            if named_here is None:
                bare = _HAN_DEGREE.sub("", word)
                degree *= _DEGREES.get(word[: len(word) - len(bare)], 1.0)
                named_here = _one(bare) or _one(bare.rstrip("的地な"))
            if named_here is None and not word.isascii():
                inner, no = _inside_a_run(bare, direction)
                denied |= no
                gestures += [_Found(*one) for one in inner]
                continue
            if named_here is None:
                shown = next((one for form in forms(low) if (one := gesture(form))), None) if direction else None
                gestures += [_Found(shown, SOME)] if shown and not negated else []
            elif negated:
                denied, negated = denied or named_here[0] != "neutral", False
            else:
                found.append(_Found(named_here[0], named_here[1] * degree, ahead))
                degree, ahead = 1.0, None
    shown = phrase(inside) if direction and not found and not gestures else None
    gestures += [_Found(shown, SOME)] if shown else []
    if gestures and not found:
        gestures[0].told = ahead
    return found or gestures[:1], denied


def _words(word: str) -> list[str]:
    """A word, or its parts where it is joined of several that mean nothing together: emote_happy."""
    return [word] if _one(word) or "_" not in word.replace("-", "_") else re.split(r"[_-]", word)


def _one(word: str) -> tuple[str, float] | None:
    return next((one for form in forms(word.lower()) if (one := named(form))), None)


def _inside_a_run(word: str, direction: bool) -> tuple[list[tuple[str, float]], bool]:
    """The feelings named or shown inside of a run of Chinese or Japanese, the longest names first, and whether one is
    denied."""
    found: list[tuple[str, float]] = []
    denied = False
    at = 0
    while at < len(word):
        for size in range(min(_LONGEST_NAME, len(word) - at), 0, -1):
            part = word[at : at + size]
            name = named(part) if size > 1 else None
            shown = gesture(part)
            if name is None and shown is not None:
                name = (shown, SOME)
            if name is None and word.startswith("そう", at + size):
                name = named(part + "い")  # 嬉しそう
            if name is None and part[0] > "\u30ff" and begins(part) and _KANA_NOT.match(word, at + size):
                denied = True  # 嬉しくない, 怒ってない: the ending of the name is gone
                break
            if name is not None:
                if _HAN_NOT.search(word[:at]) or _KANA_NOT.match(word, at + size):
                    denied = True
                elif direction:
                    found.append(name)
                at += size - 1
                break
        at += 1
    return ([] if denied else found), denied


def _pictured(inside: str) -> Tag | None:
    """The feeling of pictures that stand alone: 😊."""
    if any(map(str.isalnum, inside)) or inside.isascii():
        return None
    evidence = scan(inside).evidence[: len(FEELINGS)]
    best = int(evidence.argmax())
    return Tag(Emotion.of({FEELINGS[best]: 0.75})) if evidence[best] >= 1.0 else None


def _share(token: re.Match[str]) -> float:
    """What a number says, in [0, 1]."""
    value = float(token["number"])
    if token["whole"]:
        return value / max(1.0, float(token["whole"]))
    if token["unit"]:
        return value / 100.0
    return value if value <= 1.0 else value / 10.0 if value <= 10.0 else value / 100.0


_TAG_LIKE = later(r"[\w\s:：=\"'./|,，、_%-]+")
_SAID = later(r"[.!?。！？]")
_MOST_WORDS, _MOST_LETTERS = 14, 160


def dropped(inside: str) -> bool:
    """Whether something between square, angle or curly brackets is a stage direction: a few words, no sentence."""
    bare = inside.strip(" /|")
    words = WORD.findall(bare)
    if not words or not _TAG_LIKE.fullmatch(bare) or bare[0].isdigit() or len(bare) > _MOST_LETTERS:
        return False
    return len(words) <= 4 or (len(words) <= _MOST_WORDS and not _SAID.search(bare))


_PERSONS_SAID = """
i i'm i've i'll i'd you you're he he's she she's it it's we we're they they're this that there the a an my your his her
our their if and but or because see note e.g i.e for of to in on at with from as not just so very
"""
_NO_VERBS_SAID = """
yes this always his was is has us its sometimes perhaps besides less unless nevertheless does ours yours theirs hers
alas thanks pros news nothing something everything anything amazing interesting evening morning during king thing being
only really actually finally literally exactly definitely absolutely totally seriously honestly truly probably
especially completely any many family early fully barely nearly simply highly
"""
_BARE_VERBS_SAID = """
bow wave nod hug wink shrug poke pat stare blush cry grin smirk pause cough gasp giggle laugh sob sigh smile
"""
_BODY_SAID = """
body breath brow brows cheek cheeks ear ears eye eyebrow eyes face fist fists hand hands head heart jaw knees legs lip
lips mouth nose shoulder shoulders smile stomach tail tear tears voice
"""
_THEIRS = ("his", "her", "their", "my", "your", "the")
_BODY = frozenset(_BODY_SAID.split())
_PERSONS, _NO_VERBS = frozenset(_PERSONS_SAID.split()), frozenset(_NO_VERBS_SAID.split())
_BARE_VERBS = frozenset(_BARE_VERBS_SAID.split())


def directs(inside: str, opens: bool) -> bool:
    """Whether what stands between stars or round brackets tells what a person does: `walks to the window`.

    opens: it stands where a sentence may begin. English by the form of its first word; Chinese and Japanese, which
    emphasise by other marks, by its place.
    """
    words = inside.strip().lower().split()
    if not words or not words[0][0].isalpha():
        return False
    if not words[0].isascii():
        return opens
    first = words[0].strip(",.!?~…;:")
    if first in ("he", "she", "they") and len(words) > 1:  # she looks away
        words, first = words[1:], words[1].strip(",.!?~…;:")
        opens = True
    if first in _THEIRS and len(words) > 1 and words[1] in _BODY:  # her eyes fill with tears
        return True
    if first in _PERSONS or first in _NO_VERBS:
        return False
    if first in _BODY and len(words) > 1:
        return True
    if first in _BARE_VERBS or (first.endswith("s") and not first.endswith(("ss", "'s"))):
        return True
    return opens and first.endswith(("ing", "ly", "ed")) and (len(words) > 1 or first.endswith("ing"))

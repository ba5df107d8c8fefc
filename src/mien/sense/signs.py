"""The layer in front of the trained table: signs too plain, or too wild in form, to leave to n-grams.

Emoji, platform emotes, typed faces, laughter in six spellings, stutters, irony that says so, drawn-out letters,
exclamation marks, capitals, words of feeling, and negation with its scope. The trained nets read what is left of the
line, and are trained on top of this evidence, so the two add up instead of counting a sign twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mien.face import CLASSES, FEELINGS
from mien.face.fold import fold
from mien.sense import kaomoji, negation, phrases, pictures, stretch
from mien.sense.features import clean, unlinked
from mien.sense.language import language
from mien.sense.later import later

_HAPPY, _SAD, _ANGRY, _SURPRISED, _DISGUSTED, _AFRAID, _SHY = (
    FEELINGS.index(n) for n in ("happy", "sad", "angry", "surprised", "disgusted", "afraid", "shy")
)
_NEUTRAL = len(FEELINGS)
_LAUGH = " 哈哈 "

_LAUGHTER = later(
    r"(?:哈|嘿|嘻|桀|嚯){2,}|233+|(?<![a-z])(?:h{3,}|x?swl|a?(?:ha){2,}h*|(?:he){3,}h*|hah+a*|lo+l+(?:ol)*|lmf?ao+"
    r"|ro+fl|kek+w?"
    r"|x[sd]{1,3}d*|(?:ja){3,}|k{5,})(?![a-z])|(?<![a-z])w{3,}(?![a-z])|[ㅋㅎ]{2,}|(?:あは|わは|ぎゃは|ふは)は+"
    r"|ハハハ+|[(（](?:笑|爆笑|w+)[)）]|大草原"
    r"|草(?:w+|生え\w*|$|(?=[。!~\s]))|ワロ[タス]\w*|(?<=[\u3041-\u30ff\u4e00-\u9fff!?。、])w{1,2}(?=$|[\s。!?])"
    r"|(?<=[\u3041-\u30ff!?])笑+(?=$|[\s。!?])|笑$(?<=[\u3041-\u30ff]笑)",
    re.IGNORECASE,
)  # fmt: skip
_PERSONAL = later(r"我|好|太|\bi\b|\bi'|\bso\b|\bmy\b|私|僕|俺|めっちゃ|すごく|超")
_JOKE = later(r"\[(?:doge|狗|脱单doge|狗头|旺柴)\]")
_BITTER = np.array([name in ("sad", "angry", "disgusted", "afraid") for name in CLASSES])
"""What a joke's picture (a dog's head) takes the edge off."""
_WEB = later(r"(?<![a-z])www(?![a-z])")
_SNEER = later(r"^呵{2,}$|(?<!呵)呵呵(?!呵)")
_SOBBING = later(
    r"呜{2,}|嘤{2,}|うう+[っー〜~]*|うわ+ん+|ぐすん|(?<![a-z])(?:(?:q+a+q+)+|(?:t+a+t+)+|huhu|sob+s?)(?![a-z])"
    r"|(?<![\d.,第号#:/-])555+(?![\d.,:/-]*\d|\s?(?:[分元块米个号人次名万千百年月日楼路公里度岁页条张克斤%$]"
    r"|points?|px|km|kg|ml|million|k\b|mb|fps|円|点|番))",
    re.IGNORECASE,
)
_GASP = later(
    r"(?<![ぁ-ん])え[えぇーっ]+(?=[\s!?、。]|$|[^ぁ-ん])|(?<![ぁ-ん])えっ|哇{1,}(?:塞|靠|哦|噢)?|诶{2,}|欸{2,}"
    r"|ファッ|(?<![a-z])(?:w+o+w+|wh?oa+h*|o+m+f?g+)(?![a-z])"
)
_SCREAM = later(
    r"(?<![a-z])(?:a{4,}h*|a{2,}h{2,}|kya{2,}h*|e{3,}k+)(?![a-z])|啊{3,}|[あぁア]{4,}|[ぎき]ゃ[ああぁーっ]+"
    r"|うわ[あぁー]{2,}"
)
_NOTHING_ELSE = later(
    rf"(?:(?:{_SCREAM.pattern})|(?P<no>n+o{{3,}})|[\W_])++"
)  # possessive: else a long one takes for ever
_STUTTER = later(r"(?<![a-z'-])([a-z])-\1(?=[a-z'])|([ぁ-ん我你这那])(?:[、,…]+|\.\.+)\2")
_SARCASM = later(r"(?:^|\s)/(?:s|sarcasm)\b\W*$|\((?:棒|棒読み)\)")
_MARKS = later(r"[!?]+(?:\s*[!?]+)*")
_DOTS = later(r"(?:\.|。|,){2,}|…+")
_HASHTAG = later(r"#(?=[A-Za-z])([A-Za-z]+)")
_HUMP = later(r"(?<=[a-z])(?=[A-Z])")
_TITLE = later(  # The Joy Formidable comes out on Friday; watching Mad Max
    r"(?:(?:[A-Z][\w'&]*[ -]){1,3}[A-Z][\w']*(?= (?:comes?|came|airs?|aired|starts?|opens?|closes?|lasts?|costs?"
    r"|has|is (?:on|at|out|playing|showing|by|a|an|the|about|in)|"
    r"was (?:released|written|directed|made)|battery|DVD|movie|game|film|album|soundtrack|trailer|tickets?"
    r"|episodes?|season)\b))"
    r"|(?:(?<=watching )|(?<=streaming )|(?<=playing ))(?:[A-Z][\w']* ){0,3}[A-Z][\w']*"
)
_HARD = later(
    r"(?<![笑哭乐吓怕气累热困饿])死了|杀|去世|死(?:んだ|にました)|\b(?:killed|murder\w*|died|dead|blood|cancer"
    r"|funeral|suicide)\b|殺"
)
_CRYING = later(r"\b(?:cry|crying|cried|tears|sob\w*)\b|哭|泪|泣|涙|呜")
_CAPITALS = later(r"\b[A-Z]{3,}\b")
_EVER_SO = {
    "zh": later(r"好(?!像|吧|的)|太|超|巨|非常|特别|真的|死了|死我|爆|极了|坏了|疯|贼|最"),
    "ja": later(
        r"めっちゃ|めちゃ|超|とても|すごく|すっごく|マジ|ガチ|本当に|ほんとに?|すぎ|過ぎ|一番|死ぬ|やばい|ヤバい"
    ),
    "en": later(r"\b(?:so+|very|really|super|extremely|fucking|absolutely|totally|insanely|most|ever|literally)\b"),
}
_A_LITTLE = {
    "zh": later(r"有点|有些|一点点|稍微|略|还行|还好|些许"),
    "ja": later(r"ちょっと|少し|ちょい|かも|まあまあ|若干|やや|微妙に"),
    "en": later(r"\b(?:a bit|a little|slightly|kinda|kind of|somewhat|sort of|maybe|i guess)\b"),
}


@dataclass(frozen=True, slots=True)
class Signs:
    """What the front layer found in a line.

    text: what is left for the trained table, in lower case. evidence: (9,) logits over the eight feelings
    and neutral. boost: in [0, 1), how far from its plain strength towards the full one. damp: factor in (0,
    1] for "a little". ironic: praise is not meant. plain: how much of the evidence is positive. language: "zh",
    "en", "ja" or "und".
    """

    text: str
    evidence: NDArray[np.float32]
    boost: float
    damp: float
    language: str
    ironic: bool = False

    @property
    def plain(self) -> float:
        """The strongest positive evidence for a feeling, in logits."""
        return max(0.0, float(self.evidence[:_NEUTRAL].max()))


def scan(line: str, home: str = "zh") -> Signs:
    """Read the signs of a line of any content. Works on at most `features.LIMIT` characters; never raises.

    home: the language of a line of Chinese signs alone, "zh" or "ja".
    """
    row = np.zeros(len(CLASSES), np.float32)
    feelings = row[:_NEUTRAL]
    # Faces and joined emoji first: NFKC would take their strokes apart.
    text, faces, count = kaomoji.take(unlinked(line))
    text, joined = pictures.joined(text, feelings)
    text = clean(text)
    tongue = language(text, home)
    if tongue == "zh":
        text = fold(text)
    calm = 1.0
    if _CAPITALS.search(text) and sum(map(str.isupper, text)) > 0.6 * sum(map(str.isalpha, text)):
        calm *= 0.75
        row[_NEUTRAL] -= 0.4
    elif tongue == "en":
        text, titles = _TITLE.subn(" ", text)
        row[_NEUTRAL] += 0.8 * min(titles, 1)
    text = _HASHTAG.sub(lambda tag: " " + _HUMP.sub(" ", tag.group(1)), text)
    text, found = pictures.emotes(text, feelings)
    feelings += np.minimum(faces, 3.0)
    text, seen = pictures.emoji(text, feelings)
    calm *= 0.82 ** min(found + count + joined + seen, 5)

    text = text.lower()
    text, ironic = _SARCASM.subn(" ", text)
    if tongue == "en" and re.search("[a-vx-z]", text):
        text = _WEB.sub(" ", text)  # among English words an address, alone a laugh
    text, laughs, longest = _take(_LAUGHTER, text, _LAUGH)
    if laughs:
        feelings[_HAPPY] += min(1.9 + 0.08 * longest, 2.6)
        calm *= 0.9 ** min(longest, 8)
    if _SNEER.search(text):
        feelings[_DISGUSTED] += 1.2
    if tongue == "en":
        text = text.replace("555", "500")
    text, sobs, longest = _take(_SOBBING, text, " 呜呜 ")
    text = text.replace("555", "500")  # a number: the nets have learnt it as a sob
    if sobs and not laughs:
        feelings[_SAD] += 2.0
        calm *= 0.9 ** min(longest, 8)
        text = text if re.search(r"[^\W呜]", text) else " "  # beside nothing else, the evidence says it all
    if _GASP.search(text):
        feelings[_SURPRISED] += 1.3
    screams = _SCREAM.findall(text)
    for scream in screams:
        row[_NEUTRAL] -= 1.0
        calm *= 0.93 ** min(len(scream), 10)
    if (alone := _NOTHING_ELSE.fullmatch(text)) and (screams or alone["no"]) and feelings.max() < 0.5:
        # with words or pictures a scream may be one of joy, and they tell; alone it is a fright, and a long "no" a loss
        feelings[_SURPRISED] += 1.3
        feelings[_SAD if alone["no"] else _AFRAID] += 2.0
        text = re.sub(r"[^\W_]+", " ", text)
    shouts = text.count("!")
    calm *= _emphasis(text, row)
    text, runs = stretch.settle(text, tongue)
    for run in runs:
        calm *= 0.94 ** min(run - 2, 8)

    told = phrases.take(text, tongue)
    said = negation.words(told.text, tongue)
    if told.fact and not shouts and not _PERSONAL.search(text):
        said = replace(said, row=said.row * 0.4)  # ours: words of feeling in a plain fact are mostly names
        row[_NEUTRAL] += 0.8
    if _JOKE.search(line):
        said = replace(said, row=np.where(_BITTER, 0.3, 1.0).astype(np.float32) * said.row)
        row[_BITTER] -= 2.4
    row += told.row + said.row
    hard = _hardest(text, said.row + told.row)
    if laughs and hard:
        feelings[_HAPPY] *= 0.3  # laughter before hard words does not win over them
        said = replace(said, text=said.text.replace(_LAUGH.strip(), " "))
    elif laughs:
        feelings[_SAD] *= 0.3  # tears beside laughter are tears of laughter
    if _STUTTER.search(text):
        if _HARD.search(text):
            feelings[_AFRAID] += 1.6
        elif feelings.max() < 0.8:
            feelings[_SHY] += 1.2
        if feelings.argmax() != _SHY:  # it is shyness only where nothing else speaks: the nets do not hear of it
            said = replace(said, text=_STUTTER.sub(r"\1\2", said.text))
    text = " ".join(_unmarked(said.text).split())
    if "’" in line:
        text = text.replace("'", "’")  # the nets have learnt apostrophes as they are typed
    if tongue in _EVER_SO:
        calm *= 0.82 ** min(len(_EVER_SO[tongue].findall(text)), 2)
    damp = 0.62 if said.mild or (tongue in _A_LITTLE and _A_LITTLE[tongue].search(text)) else 1.0
    np.clip(row, -3.0, 5.0, out=row)
    row.flags.writeable = False
    return Signs(text, row, 1.0 - calm, damp, tongue, bool(ironic) or (told.ironic and not laughs))


def _hardest(text: str, row: NDArray[np.float32]) -> bool:
    """Whether the words are too hard to laugh at: anger, disgust, grief without tears, death."""
    bitter = row[[_ANGRY, _DISGUSTED]].max() >= 1.9 or (row[_SAD] >= 2.0 and not _CRYING.search(text))
    return bool(bitter) or _HARD.search(text) is not None


def _take(pattern: re.Pattern[str], text: str, instead: str) -> tuple[str, int, int]:
    runs = [match.group(0) for match in pattern.finditer(text)]
    return (pattern.sub(instead, text), len(runs), max(map(len, runs))) if runs else (text, 0, 0)


def _emphasis(text: str, row: NDArray[np.float32]) -> float:
    """What marks do: they speak for surprise and against neutral, and leave this share of the calm."""
    shouts = text.count("!")
    asks = max((match.group(0).count("?") for match in _MARKS.finditer(text)), default=0)
    if shouts:
        row[_NEUTRAL] -= 0.3 * min(shouts, 3)
        if "!?" in text or "?!" in text:
            row[_SURPRISED] += 1.6
    if asks >= 2:
        row[_SURPRISED] += 0.5 * min(asks, 4)
    return float(0.84 ** min(shouts, 6))


def _unmarked(text: str) -> str:
    """The line without exclamation marks, of several question marks one."""
    if "?" in text or "!" in text:
        text = _MARKS.sub(lambda match: "?" if "?" in match.group(0) else " ", text)
    return _DOTS.sub("…", text).strip()

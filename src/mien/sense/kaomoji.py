"""Faces typed in characters: (；ω；), >_<, :D, QAQ, orz. Read by eyes, mouths and cheeks, not by a list."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from mien.face import FEELINGS
from mien.sense.later import later

# A pair of brackets around two to fourteen characters, some of them drawn strokes; arms and tears outside
# belong to it.
_BRACKETED = later(
    r"[ヾヽ＼\\\(（Σщᕦ٩~～‧｡･ﾟ*o]{0,3}[\(（]([^()（）\n]{2,14})[\)）][و︵ﾉノ゛シｼゞ尸っｯつ✧♪♡☆彡~～!！\*･ﾟ｡＝=;╯]{0,4}(?:\s?[┻︵━┸]+)?"
)
_WESTERN = later(
    r"(?<![\w(:])(?:(?P<happy>[:;=][-^']?[)Dd3pP\]]|x[dD]+|XD+|\^[_\-.]?\^|<3|\\o/|uwu|UwU|owo|OwO)"
    r"|(?P<sad>[:=]['-]?[(\[]|:'[()]|[TQ][_.\-]?[TQ]\b|(?:QA+Q)+|(?:TA+T)+|(?:qa+q)+|ToT|qwq|QwQ|;[_\-.]?;|orz|OTZ|T T)"
    r"|(?P<angry>>:[(\[]|-[_.]-\#|눈_눈)|(?P<surprised>[oO0]_[oO0]|[:=]-?[oO0]|0\.0|o\.o|O\.O|Σ(?=\W|$)|⊙[_.]⊙)"
    r"|(?P<disgusted>-_-+|=_=|:-?[/\\](?!/)|¬_¬|눈‸눈)|(?P<afraid>D:|ÒwÓ)|(?P<shy>>[_.\-/]+<|\*//\*|;;+>)|(?P<relaxed>u_u|--?zzz|zzz+))(?!\w)"
)  # fmt: skip

# (feeling, weight, pattern in the inside of the brackets); all that match are added.
_INSIDE = tuple(
    (FEELINGS.index(feeling), weight, later(pattern))
    for feeling, weight, pattern in (
        ("happy", 1.8, r"\^[^_]?.?\^|≧.{1,3}≦|[▽∇∀‿ᗜ艸ᴗ♡♪✧☆＾]|˃.+˂|>ω<"),
        ("happy", 1.4, r"^[^´]?・?ω・?[^`｀]?$|'ω'|[・･]ω[・･](?![`｀])"),
        ("sad", 2.0, r"[;；][^;；]{1,3}[;；]|T.{0,2}T|Q.{0,2}Q|ಥ|╥|[ノﾉつ/／][дД]|/_;|つ﹏"),
        ("sad", 2.0, r"´[;；]|[;；][`｀]|︿|‸|p.{0,2}q"),
        ("sad", 1.6, r"[・･]ω[・･][`｀]|´[・･]_[・･]|´[дД][`｀]|っ.*[˘c]|>﹏<|个|´_ゝ"),
        ("angry", 2.2, r"[｀`].{0,3}[´′]|益|皿|╬|ꐦ|#|メ|凸|╯°□°|ノಠ"),
        ("surprised", 2.0, r"[°゜ﾟ゚⊙◎○oO0].?[Ддロ□▽ﾛ_◇ω][°゜ﾟ゚⊙◎○oO0]|Σ|⊙|◉|°o°"),
        ("disgusted", 1.6, r"¬|눈|ಠ_ಠ|=_=|-_-|→_→|←_←|一_一|￣_￣|￣ヘ￣|_ゝ｀"),
        ("afraid", 2.2, r"lll|iii|\|\|\||[゜ﾟ][Дд][゜ﾟ][;；≡]|;[゜ﾟ°]|°□°;|〣|⊙﹏⊙|°﹏°|;´"),
        ("shy", 3.4, r"〃|/{2,}|⁄|ノωヽ|[/ﾉノ][ω∀∇▽]|ﾉｪ|/o＼|o-_-o|,,|>///<|;;>|\*_\*"),
        ("shy", 0.9, r"\*[´｀`・･>＞^]|[´｀`・･<＜]\*|>_<"),
        ("relaxed", 1.8, r"￣[ωー▽o∇]￣|˘|ᵕ|-ω-|ー_ー|u_u|´ω[｀`]|´-ω|‾|⌒|￣ ￣|z{2,}|旦|´ー[｀`]|￣ー￣"),
    )
)  # fmt: skip
# What faces are drawn with: no letter of a word, or a letter that looks like a mouth or an eye.
_STROKE = later(r"[^\w\s]|[_ωДдﾟ゜゚ﾉｪツoO0TtQqxXуノつっ皿益血艸口エロ〃]")
_LETTERS = later("(?!T[oO0AwW_]T|Q[oO0AwW_]Q)[A-Za-z0-9]{3}|[\u4e00-\u7aff\u7b00-\u9fff]{2}|[\u3041-\u3093]{3}")


# What looks like a face and counts or names something: "step :3", "D: drive", "T_T is a template".
_COUNTED = later(
    r"(?:^|\s)(?:step|level|page|line|port|items?|no|id|part|chapter|ratio|score|version|day|week|round|room|size|count|total|from|to|at|第)\s*$",
    re.IGNORECASE,
)
_NAMES = later(r"\s?(?:drive\b|disk\b|盘|ドライブ|[\\/]\w)|\s(?:is|are|was) (?:an?|the)\b|\s?=", re.IGNORECASE)
_BLUSHING = later(r"(?<![/:])/{3,}(?!/)")


def read(inside: str) -> NDArray[np.float32]:
    """(8,) logits for the characters between the brackets of a typed face; zero when they say nothing."""
    row = np.zeros(len(FEELINGS), np.float32)
    for place, weight, pattern in _INSIDE:
        if pattern.search(inside):
            row[place] += weight
    return row


def take(text: str) -> tuple[str, NDArray[np.float32], int]:
    """Take the typed faces out of a line: the line without them, (8,) logits, and how many there were."""
    total = np.zeros(len(FEELINGS), np.float32)
    count = 0

    def bracketed(match: re.Match[str]) -> str:
        nonlocal count
        inside = match.group(1)
        if _LETTERS.search(inside) or len(_STROKE.findall(inside)) < 2:
            return match.group(0)
        row = read(inside)
        if match.group(0)[0] == "Σ":
            row[FEELINGS.index("surprised")] += 2.0
        if not row.any():
            return match.group(0)
        count += 1
        np.add(total, row / max(1.0, float(row.sum()) / 2.6), out=total)
        return " "

    def western(match: re.Match[str]) -> str:
        nonlocal count
        counts = match.group(0)[-1].isdigit() and _COUNTED.search(match.string, 0, match.start())
        if counts or (match.group(0)[0].isalpha() and _NAMES.match(match.string, match.end())):
            return match.group(0) if match.group(0) != "D:" else "D "
        count += 1
        total[FEELINGS.index(str(match.lastgroup))] += 2.0
        return " "

    if "(" in text or "（" in text:
        text = _BRACKETED.sub(bracketed, text)
    if "///" in text:
        text, blushes = _BLUSHING.subn(" ", text)
        count += blushes
        total[FEELINGS.index("shy")] += 2.0 * min(blushes, 1)
    return _WESTERN.sub(western, text), total, count

"""Which of three languages a line is in, by its scripts."""

from __future__ import annotations

from mien.sense.later import later

_KANA = later("[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")
_HAN = later("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_LATIN = later("[A-Za-z\u00c0-\u024f]")
# Japanese laughter and nothing else that Chinese chat would write like this.
_JAPANESE_ONLY = later(r"草[wｗ]|^草$|大草原|[wｗ]{3,}草")

# Signs that Japan simplified in its own way or made: no line of Chinese has them.
_SHINJITAI = later(
    "[気楽駅発売県桜黒囲応拡覚関観帰拠駆恵経軽継鶏撃剣険圏検権験広鉱浄縄壌嬢譲粋酔穂斉摂専戦銭捜挿巣荘蔵臓騒続対帯択単団弾転伝塩闘徳読悩脳覇拝廃髪抜浜払辺変訳薬揺様頼覧竜両猟緑涙塁霊齢暦歴錬労悪隠働込峠畑辻匂笹枠図]"
)


def language(text: str, home: str = "zh") -> str:
    """ "ja" with any kana, "zh" with Han characters and no kana, "en" with Latin letters only, else "und".

    A line of Han characters alone is ambiguous: Japanese laughter (草www) and signs of Japan's own (気分最悪) are
    Japanese, the rest is what the channel speaks, `home`, "zh" or "ja".
    """
    sample = text[:2000]
    if _KANA.search(sample) or _JAPANESE_ONLY.search(sample):
        return "ja"
    if _HAN.search(sample):
        return "ja" if home == "ja" or _SHINJITAI.search(sample) else "zh"
    return "en" if _LATIN.search(sample) else "und"

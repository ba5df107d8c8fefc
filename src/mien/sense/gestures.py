"""What a body does when it feels: the verbs of stage directions, in English, Chinese and Japanese."""

from __future__ import annotations

from collections.abc import Iterator

from mien.sense.later import later

SOME = 0.45
"""How strongly a gesture speaks of its feeling."""

_WORDS = {
    "happy": "applaud beam chuckle cheer clap cuddle dance embrace hug hum kiss purr skip snicker snuggle twirl wag",
    "sad": "droop mope pout sigh slump sniff sniffle sob tear teary tearful wail weep whimper downcast",
    "angry": "fume frown glare growl grumble hiss huff scowl seethe snarl stomp",
    "surprised": "gape gasp gawk startle startled",
    "disgusted": "cringe gag grimace recoil retch scoff sneer wince",
    "afraid": "cower flinch gulp quiver shiver shudder tremble",
    "shy": "fidget squirm stammer stutter",
    "relaxed": "doze exhale lounge stretch unwind yawn",
}
# Chinese as it is written in both ways: a gesture is looked for in whatever was written.
_SIGNS = {
    "happy": """
        笑 鼓掌 拥抱 擁抱 欢呼 歡呼 蹦 跳起来 跳起來 抱きつ 拍手 手を叩 にっこり にこ ニコ くすくす
    """,
    "sad": """
        叹气 嘆氣 叹了 嘆了 叹口 嘆口 叹息 嘆息 流泪 流淚 泪 淚 哭 抽泣 哽咽 啜泣 红了眼 紅了眼 垂头 垂頭
        ため息 溜息 溜め息 涙 泣 うつむ 俯 しょんぼり 肩を落と
    """,
    "angry": """
        皱眉 皺眉 跺脚 跺腳 瞪着 瞪著 咬牙 握拳 撅嘴 噘嘴 嘟嘴 冷哼
        睨 にらみ にらむ 頬を膨らま ぷんぷん むっと 舌打ち
    """,
    "surprised": "瞪大 睁大 睜大 愣 倒吸 目瞪口呆 目を見開 目を丸く きょとん 息を呑 息をのむ",
    "disgusted": "翻白眼 撇嘴 皱鼻 皺鼻 干呕 乾嘔 顔をしかめ 眉をひそめ",
    "afraid": "颤抖 顫抖 发抖 發抖 哆嗦 瑟瑟 震え ガタガタ がたがた ぶるぶる 青ざめ 後ずさ",
    "shy": """
        脸红 臉紅 红着脸 紅著臉 红了脸 紅了臉 低头 低頭 低下头 低下頭 扭捏 捂脸 捂臉 结巴 結巴
        顔を赤 赤くな 頬を染め もじもじ 目を逸ら 目をそら
    """,
    "relaxed": """
        伸懒腰 伸懶腰 打哈欠 松了口气 鬆了口氣 松了一口气 鬆了一口氣 あくび 伸びを ほっと 深呼吸
    """,
}
_HIS = r"(?:(?:his|her|their|my|your|its|the|both) )?"
# What takes more than one word, looked for when no single word speaks.
_PHRASES = {
    "surprised": rf"eyes (?:go |grow )?wid|widen\w* {_HIS}eyes|wide[- ]eye|jaw drop|mouth falls open",
    "disgusted": rf"roll\w* {_HIS}eyes|wrinkl\w* {_HIS}nose|curl\w* {_HIS}lip",
    "shy": rf"(?:hid|cover)\w* {_HIS}face|cheeks|(?:turn|go)\w* (?:bright )?(?:red|pink)|averts? {_HIS}(?:eyes|gaze)",
    "angry": rf"clench|slam|(?:grit|grind)\w* {_HIS}teeth|narrow\w* {_HIS}eyes|cross\w* {_HIS}arms",
    "afraid": rf"back\w* away|(?:turn|go)\w* pale|heart (?:rac|pound)|^shak(?:es|ing)(?! {_HIS}head)|voice shak",
    "happy": r"eyes (?:sparkl|shin|light)|jump\w* (?:up and down|for joy)|bounc|light\w* up|tail wag",
    "sad": rf"voice (?:break|crack)|(?:hang|bow|lower)\w* {_HIS}head|shoulders (?:slump|sag|drop)|eyes (?:water|well)",
    "relaxed": rf"lean\w* back|deep breath|close\w* {_HIS}eyes|lets out a (?:long )?breath",
}
_BY_PHRASE = {feeling: later(pattern) for feeling, pattern in _PHRASES.items()}
_BY_WORD = {word: feeling for feeling, words in _WORDS.items() for word in words.split()}
_BY_SIGN = {sign: feeling for feeling, signs in _SIGNS.items() for sign in signs.split()}


def gesture(word: str) -> str | None:
    """The feeling that a gesture shows: of an English verb in its plain form, or of signs; None when it shows none."""
    return _BY_WORD.get(word) or _BY_SIGN.get(word)


def phrase(direction: str) -> str | None:
    """The feeling that a stage direction of several words in English shows; None when it shows none."""
    low = direction.lower()
    return next((feeling for feeling, pattern in _BY_PHRASE.items() if pattern.search(low)), None)


def forms(word: str) -> Iterator[str]:
    """The plain forms that an English word may have been made of: smiled, happily, trembling. Itself first."""
    yield word
    if not word.isascii():
        return
    for ending, instead in (
        ("ily", "y"), ("ly", ""), ("ies", "y"), ("es", ""), ("s", ""), ("ied", "y"), ("ed", "e"), ("ed", ""),
        ("ing", "e"), ("ing", ""),
    ):  # fmt: skip
        if word.endswith(ending) and len(word) > len(ending) + 2:
            stem = word[: -len(ending)]
            yield stem + instead
            if not instead and ending in ("ed", "ing") and stem[-1] == stem[-2]:
                yield stem[:-1]

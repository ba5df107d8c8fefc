"""Other people's names for feelings: what corpora, character formats and language models call them."""

from __future__ import annotations

from mien.face.fold import fold

_SOME, _PLAIN, _MUCH = 0.45, 0.75, 1.0

_NAMES: dict[str, dict[float, str]] = {
    "neutral": {
        0.0: (
            "neutral calm none normal no_emotion default serious thinking thoughtful listening idle 平静 中性 "
            "无表情 正常 冷静 思考 认真 真顔 無表情 普通 ニュートラル 真剣 考え中"
        ),
    },
    "happy": {
        _SOME: (
            "smile smiling smiles pleased amused amusement grateful gratitude approval admiration pride proud "
            "smug wink optimism hopeful caring desire 微笑 得意 感谢 感激 欣慰 微笑み にこにこ 感謝 得意げ"
        ),
        _PLAIN: (
            "happy happiness joy joyful glad cheerful delighted love loving fun playful laugh laughing laughs "
            "giggle giggles grin grins 高兴 开心 快乐 喜悦 愉快 笑 喜 爱 喜欢 大笑 喜び 嬉しい 楽しい 楽 笑顔 "
            "笑い うれしい たのしい"
        ),
        _MUCH: ("excited excitement ecstatic elated thrilled overjoyed euphoric 兴奋 激动 狂喜 興奮 大喜び わくわく"),
    },
    "sad": {
        _SOME: (
            "disappointed disappointment lonely tired worried sorry melancholy 失望 孤独 疲惫 担心 抱歉 遗憾 "
            "がっかり 寂しい 心配 疲れた"
        ),
        _PLAIN: (
            "sad sadness sorrow unhappy upset hurt remorse guilt regret 悲伤 难过 伤心 哀 悲 委屈 沮丧 愧疚 "
            "悲しみ 悲しい 哀しい かなしい 後悔"
        ),
        _MUCH: (
            "grief crying cry cries sobbing sobs tears heartbroken despair devastated 哭 哭泣 大哭 绝望 悲痛 "
            "泣く 号泣 泣き 絶望"
        ),
    },
    "angry": {
        _SOME: (
            "annoyed annoyance irritated frustrated frustration pout pouting pouts disapproval grumpy sulky 不满 "
            "烦躁 不爽 无奈 郁闷 不満 イライラ むすっ 拗ねる"
        ),
        _PLAIN: ("angry anger mad 生气 愤怒 怒 恼火 怒り 怒る おこ"),
        _MUCH: ("furious rage enraged outraged 暴怒 大怒 激怒 激おこ"),
    },
    "surprised": {
        _SOME: ("realization curious curiosity confused confusion puzzled 意外 好奇 疑惑 困惑 気づき"),
        _PLAIN: ("surprised surprise amazed amazement astonished gasp gasps 惊讶 吃惊 惊 惊奇 驚き 驚く びっくり 驚"),
        _MUCH: ("shock shocked stunned astounded 震惊 惊呆 衝撃 愕然"),
    },
    "disgusted": {
        _SOME: ("dislike eye_roll skeptical 嫌弃 鄙视 うんざり"),
        _PLAIN: ("disgusted disgust contempt disdain 厌恶 恶心 反感 嫌悪 嫌 軽蔑"),
        _MUCH: ("revolted repulsed revulsion 作呕 吐き気"),
    },
    "afraid": {
        _SOME: ("nervous nervousness anxious anxiety uneasy concerned 紧张 不安 焦虑 緊張 不安げ"),
        _PLAIN: ("afraid fear fearful scared frightened 害怕 恐惧 惊恐 恐れ 恐怖 怖い 怯え こわい"),
        _MUCH: ("terrified terror panic horrified horror 恐慌 惊骇 パニック 戦慄"),
    },
    "shy": {
        _SOME: ("bashful timid awkward 腼腆 尴尬 もじもじ 気まずい"),
        _PLAIN: (
            "shy embarrassed embarrassment shame ashamed blush blushes blushing flustered 害羞 脸红 羞 羞涩 "
            "不好意思 照れ 照れる 恥ずかしい 恥 赤面"
        ),
        _MUCH: ("mortified 羞耻 羞恥"),
    },
    "relaxed": {
        _SOME: ("sleepy content contentment cozy 困 惬意 满足 眠い 満足"),
        _PLAIN: (
            "relaxed relief relieved peaceful serene comfortable 放松 安心 轻松 舒服 释然 リラックス 安堵 "
            "のんびり ほっと"
        ),
    },
}
_MEANT = {
    name: (feeling, strength)
    for feeling, by_strength in _NAMES.items()
    for strength, names in by_strength.items()
    for name in names.split()
}


_LOOSE = (
    "blush confused confusion curiosity curious default desire idle listening puzzled serious sleepy tears thinking "
    "thoughtful tired wink 困 困惑 好奇 思考 疑惑 疲れた 疲惫 真剣 眠い 考え中 认真"
)
LOOSE = frozenset(_LOOSE.split())
"""Names of states beside a feeling: enough to ask a face for it, not enough to label a picture."""


def plain(name: str) -> str:
    """A name as it is compared: small letters, underscores, nothing around it. Traditional Chinese stays as it is."""
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def named(name: str) -> tuple[str, float] | None:
    """The feeling, or "neutral", that a name means and how strong, in [0, 1]; None when nobody knows it.

    Traditional Chinese is read as simplified; a Japanese name that looks like it (驚き, 無表情) stands for itself.
    """
    name = plain(name)
    return _MEANT.get(name) or _MEANT.get(fold(name))


def begins(letters: str) -> bool:
    """Whether some known name begins with these letters."""
    start = plain(letters)
    starts = (start, fold(start))
    return any(name.startswith(starts) for name in _MEANT)

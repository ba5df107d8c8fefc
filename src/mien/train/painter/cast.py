"""The characters that ship: what they are called, how they take things, what they say first."""

from __future__ import annotations

from collections.abc import Mapping

from mien.train.painter.bundle import About

_LICENCE, _CREDIT = "Apache-2.0", "drawn and trained by the mien project"
_CONSENT = "drawn from nobody: no real person and no third party's character is shown"

CAST: Mapping[str, About] = {
    about.name: about
    for about in (
        About(
            "momo", {"en": "Momo", "zh": "桃", "ja": "もも"}, _LICENCE, _CREDIT, _CONSENT,
            {
                "en": "Hi everyone, I'm Momo! Let's have fun today!",
                "zh": "大家好，我是小桃！今天也一起开心吧！",
                "ja": "みんな、こんにちは！ももだよ。今日も楽しもうね！",
            },
            policy="streamer",
        ),
        About(
            "haru", {"en": "Haru", "zh": "阳", "ja": "ハル"}, _LICENCE, _CREDIT, _CONSENT,
            {
                "en": "Hey, you're back. Ready for the next round?",
                "zh": "嘿，你回来啦。准备好下一局了吗？",
                "ja": "よう、おかえり。次のラウンド、いけるか？",
            },
            {"expressive": 0.9, "lively": 0.85, "sway": 0.8, "nod": 0.8, "micro": 0.8, "blink_every": 4.6}, "companion",
        ),
        About(
            "lin", {"en": "Lin", "zh": "林", "ja": "リン"}, _LICENCE, _CREDIT, _CONSENT,
            {
                "en": "Hello, I'm Lin. How may I help you?",
                "zh": "您好，我是小林。请问有什么可以帮您？",
                "ja": "こんにちは、リンと申します。ご用件をうかがいます。",
            },
            {"expressive": 0.85, "lively": 0.75, "sway": 0.6, "roam": 0.5, "micro": 0.8, "nod": 1.1}, "service",
        ),
    )
}  # fmt: skip
"""By name; what they look like is `mien.paint.drawn.CAST`."""

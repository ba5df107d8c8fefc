"""A customer writes; the service's face listens with empathy: its feeling, its own words, and a clip.

    mien studio --api-only          # in another terminal; it prints its token
    MIEN_TOKEN=… python examples/customer_service.py "我的包裹三天都没到，太生气了！" -o answer.mp4

The customer's line is felt by the policy `service`: concern for anger, never anger back. Put your own answers, or a
language model's, in place of `answer`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from mien.client import ADDRESS, Client

ANSWERS = {
    "zh": {
        "angry": "非常抱歉给您添麻烦了，我马上为您处理。", "sad": "听到这个我也很难过，让我来帮您。",
        "happy": "太好了，谢谢您告诉我们！", "": "好的，我来看一下。",
    },
    "ja": {
        "angry": "ご迷惑をおかけして、申し訳ありません。すぐに対応します。",
        "sad": "それはお辛いですね。お手伝いします。",
        "happy": "よかったです！ありがとうございます！", "": "はい、確認いたします。",
    },
    "en": {
        "angry": "I am so sorry about this. I will see to it right away.",
        "sad": "I am sorry to hear that. Let me help.",
        "happy": "Wonderful, thank you for telling us!", "": "Let me have a look.",
    },
}  # fmt: skip


def answer(feeling: str, language: str) -> str:
    """What is said to somebody who feels like this."""
    answers = ANSWERS.get(language, ANSWERS["en"])
    return answers.get(feeling, answers["" if feeling in ("neutral", "relaxed", "shy", "surprised") else "sad"])


def main() -> None:
    """Ask, and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("question", help="what the customer writes")
    parser.add_argument("-o", "--out", type=Path, default=Path("answer.mp4"), help="the clip (answer.mp4)")
    parser.add_argument("--address", default=ADDRESS, help=f"of the server ({ADDRESS})")
    parser.add_argument("--size", type=int, default=256, help="pixels a side (256)")
    parser.add_argument("--voice", default="", help="one that the server offers with --api-voice, such as espeak-ng")
    options = parser.parse_args()

    client = Client(options.address)
    felt = client.feel(options.question)[0]
    said = answer(felt["dominant"], felt["language"])
    print(f"customer: {felt['dominant']} {felt['strength']:.2f} ({felt['language']})")
    with client.session(policy="service") as session, session.live() as live:
        session.say(options.question, policy="service")  # a viewer's line: answered, not said
        empathy: dict[str, float] = {}
        while (shot := live.shot(60.0))["t"] < live.hello["t"] + 2.0:
            for name, strength in shot["feelings"].items():
                empathy[name] = max(empathy.get(name, 0.0), strength)
    shown = ", ".join(f"{name} {value:.2f}" for name, value in sorted(empathy.items(), key=lambda one: -one[1])[:3])
    print(f"face:     {shown or 'calm'}")
    print(f"answer:   {said}")
    options.out.write_bytes(client.say(said, format=options.out.suffix[1:], size=options.size, voice=options.voice))
    print(f"wrote {options.out}")


if __name__ == "__main__":
    main()

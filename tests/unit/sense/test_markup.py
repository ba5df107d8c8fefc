"""Marks of Markdown and stage directions: nothing of them is left behind, and prose stays as it is."""

from __future__ import annotations

import pytest

from mien.face.names import named
from mien.sense import Tagged, apart
from mien.testing import FakeReader


def said(text: str) -> str:
    """All that is spoken, in one line."""
    reader = Tagged(FakeReader())
    return " ".join(" ".join(reader.read(part).text.split()) for part in apart(text)).strip()


def feels(text: str) -> str:
    """What the last sentence feels."""
    return Tagged(FakeReader()).read(apart(text)[-1]).emotion.dominant


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("**Really** good", "Really good"),
        ("__Really__ good", "Really good"),
        ("***Wow*** ok", "Wow ok"),
        ("这是**重点**内容", "这是重点内容"),
        ("*Never* do that", "Never do that"),
        ("It is *so* cold", "It is so cold"),
        ("You are *amazing*!", "You are amazing!"),
        ("_Really?_ Yes", "Really? Yes"),
        ("# Title\n- one\n* two", "Title one two"),
        ("Use `ls -l` now", "Use ls -l now"),
        ("Look:\n```python\nprint('grr')\n```\nDone", "Look: Done"),
        ("```\ngrr()\n```ok", "ok"),
        ("ok ```grr", "ok"),
        ("```text\nHello\n```", "Hello"),
        ("[]Hello", "Hello"),
        ("【】Hello", "Hello"),
        ("[ ] Hello", "Hello"),
        (r"\[happy\] Hello", "Hello"),
        (r"\*giggles\* Hello", "Hello"),
        (r"\(sad\) Hello", "Hello"),
        (r"\_smiles\_ Hello", "Hello"),
        ("_smiles_ Hello", "Hello"),
        (":happy: Hello", "Hello"),
        ("#happy Hello", "Hello"),
        ("I am <b>so</b> glad<br>ok", "I am so gladok"),
        (r"Hi!\n\nHo", "Hi! Ho"),
        ("<|im_start|>Hello<|im_end|>", "Hello"),
    ],
)
def test_marks_are_not_spoken(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize(
    "text",
    [
        "2*3*4=24",
        "5 * 3 * 2",
        "2**10",
        "f**k",
        "snake_case_name",
        "^_^",
        "T_T",
        "-_-",
        "(*^_^*)",
        r"¯\_(ツ)_/¯",
        r"\(^o^)/",
        "(´▽`*)",
        "10:30:45",
        ":3",
        ":D",
        "#1",
        "C#",
        r"C:\new\dir",
        "f() and w[] too",
        "a[0]",
        "x<y",
        "-5 degrees",
        "C++",
        "好吧（其实我也不知道）",
        "I said (see below) so",
        "(I'm happy to help)",
        "太好了（棒）",
    ],
)
def test_prose_is_left_alone(text: str) -> None:
    assert said(text) == text


ACTED = {
    "happy": (
        "smiles",
        "giggles",
        "laughs softly",
        "hugs you tightly",
        "wags tail happily",
        "eyes sparkle",
        "微微一笑",
        "にっこり笑う",
    ),
    "sad": (
        "sighs and looks away",
        "tears well up in her eyes",
        "her eyes fill with tears",
        "sniffles",
        "voice breaks",
        "hangs her head",
        "叹了口气",
        "ため息をつく",
    ),
    "angry": (
        "scowls and stomps foot",
        "clenches fists",
        "glares",
        "growls quietly",
        "crosses arms",
        "生气地瞪着你",
        "舌打ちする",
    ),
    "surprised": ("gasps", "eyes widen", "jaw drops", "blinks, startled", "瞪大了眼睛", "目を見開く"),
    "disgusted": ("grimaces", "rolls her eyes", "wrinkles nose", "翻了个白眼，撇嘴", "顔をしかめる"),
    "afraid": ("trembling", "shivers", "backs away slowly", "voice trembling", "turns pale", "浑身颤抖", "震える"),
    "shy": ("blushes deeply", "fidgets", "hides face in hands", "cheeks turn red", "红着脸低下头", "もじもじする"),
    "relaxed": ("yawns and stretches", "sighs in relief", "leans back", "松了一口气", "あくびをする"),
}


@pytest.mark.parametrize(("feeling", "direction"), [(name, one) for name, many in ACTED.items() for one in many])
def test_directions_are_felt_and_not_spoken(feeling: str, direction: str) -> None:
    for opens, closes in [("*", "*"), ("[", "]"), *([("_", "_"), ("(", ")")] if direction.isascii() else [])]:
        line = f"{opens}{direction}{closes} It is nine."
        assert (said(line), feels(line)) == ("It is nine.", feeling)
        assert said(f"It is nine. {opens}{direction}{closes}") == "It is nine."
        assert feels(f"It is nine. {opens}{direction}{closes}") == feeling


@pytest.mark.parametrize(
    "direction",
    ["walks to the window", "nods", "waves", "whispers", "slowly turns around", "shakes his head", "走到窗边"],
)
def test_directions_without_a_feeling_are_not_spoken_either(direction: str) -> None:
    for opens, closes in (("*", "*"), ("[", "]")):
        assert said(f"{opens}{direction}{closes} It is nine.") == "It is nine."
        assert feels(f"{opens}{direction}{closes} It is nine.") == "neutral"
        assert feels(f"[sad] {opens}{direction}{closes} It is nine.") == "sad"


NEGATED = (
    "not {}",
    "never {}",
    "not very {}",
    "no {}",
    "isn't {}",
    "not_{}",
    "emotion: not {}",
    "not {}:0.8",
    "NOT {}",
    "no longer {}",
)


@pytest.mark.parametrize("form", NEGATED)
@pytest.mark.parametrize("name", ["happy", "sad", "angry", "afraid", "shy", "surprised", "disgusted", "relaxed"])
def test_a_denied_feeling_is_neutral(form: str, name: str) -> None:
    for opens, closes in (("[", "]"), ("(", ")"), ("{", "}"), ("【", "】"), ("<", ">")):
        assert feels(f"{opens}{form.format(name)}{closes} yay it works") == "neutral"


@pytest.mark.parametrize("name", ["开心", "高兴", "难过", "生气", "害怕"])
def test_a_denied_feeling_is_neutral_in_chinese(name: str) -> None:
    assert named(name) is not None
    for form in ("不{}", "不太{}", "没有{}", "不是很{}", "一点也不{}"):
        assert feels(f"[{form.format(name)}]yay") == "neutral"
    for form in ("非常{}", "特别{}", "很{}", "{}地说"):
        assert feels(f"[{form.format(name)}]yay") == feels(f"[{name}]yay") != "neutral"


@pytest.mark.parametrize("denied", ["嬉しくない", "楽しくない", "怒ってない", "悲しくない", "怖くない"])
def test_a_denied_feeling_is_neutral_in_japanese(denied: str) -> None:
    assert feels(f"[{denied}]yay") == "neutral"


def test_what_is_not_denied_is_felt() -> None:
    assert feels("[not sad but angry] hey") == "angry"
    assert feels("[happy, not sad] hey") == "happy"
    assert feels("[嬉しそう]うん") == "happy"

"""What the shipped reader understands, its laws, and its refusals."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.face import FEELINGS, WeightsError
from mien.sense import open_reader
from mien.sense.reader import WEIGHTS
from mien.sense.textnet import verify

READER = open_reader()


def dominant(text: str) -> str:
    """The feeling of a line in one word."""
    return READER.read(text).emotion.dominant


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今天终于通关了！！", "happy"),
        ("哈哈哈哈笑死我了", "happy"),
        ("我好难过", "sad"),
        ("气死我了", "angry"),
        ("吓死我了", "afraid"),
        ("好可怕", "afraid"),
        ("哇！真的吗？！", "surprised"),
        ("好恶心", "disgusted"),
        ("别这样看着我啦，好害羞", "shy"),
        ("晚安，好好休息", "relaxed"),
        ("今天几点开播？", "neutral"),
        ("我不难过", "neutral"),
        ("we finally beat the boss!!", "happy"),
        ("lmao that's hilarious", "happy"),
        ("I'm so sad", "sad"),
        ("this makes me so angry", "angry"),
        ("I'm scared", "afraid"),
        ("wow, really?!", "surprised"),
        ("ew that's gross", "disgusted"),
        ("I'm so embarrassed", "shy"),
        ("just chilling", "relaxed"),
        ("what time does the stream start?", "neutral"),
        ("not angry at all", "neutral"),
        ("草www", "happy"),
        ("嬉しい", "happy"),
        ("悲しい", "sad"),
        ("ムカつく", "angry"),
        ("怖い", "afraid"),
        ("えっ！？マジで？", "surprised"),
        ("キモい", "disgusted"),
        ("恥ずかしい", "shy"),
        ("のんびりしよう", "relaxed"),
        ("明日は何時から？", "neutral"),
    ],
)
def test_everyday_lines(text: str, expected: str) -> None:
    reading = READER.read(text)
    if expected == "neutral":
        assert reading.emotion.dominant == "neutral" or reading.emotion.strength < 0.3
    else:
        assert reading.emotion.dominant == expected


@pytest.mark.parametrize("text", ["我不难过", "i'm not sad", "悲しくない"])
def test_negated_sadness_is_not_sad(text: str) -> None:
    assert READER.read(text).emotion.sad < 0.3


@pytest.mark.parametrize("text", ["嬉しくない", "not happy at all", "我不开心"])
def test_negated_joy_is_not_happy(text: str) -> None:
    assert READER.read(text).emotion.happy < 0.3


@pytest.mark.parametrize(
    "text",
    [
        "气死我了！！！",
        "哈哈哈哈哈哈笑死我了",
        "I'm so scared!!!",
        "怖すぎる！！！",
        "OMG I'm SO happy!!!",
        "もう悲しすぎる😭😭😭",
    ],
)
def test_clear_lines_reach_a_strong_face(text: str) -> None:
    assert READER.read(text).emotion.strength >= 0.7


@pytest.mark.parametrize("text", ["有点难过", "kinda sad", "ちょっと怖い", "不错不错"])
def test_mild_lines_stay_mild(text: str) -> None:
    assert 0.15 <= READER.read(text).emotion.strength <= 0.65


@settings(max_examples=25)
@given(st.sampled_from(["我好开心", "i am so angry", "怖い", "太恶心了"]), st.integers(0, 5), st.integers(1, 4))
def test_strength_grows_with_exclamation(line: str, marks: int, more: int) -> None:
    less, louder = READER.read(line + "!" * marks), READER.read(line + "!" * (marks + more))
    assert louder.emotion.dominant == less.emotion.dominant
    assert louder.emotion.strength >= less.emotion.strength - 1e-6


@settings(max_examples=25)
@given(st.sampled_from(["我好开心a", "怖いよa", "so happya"]), st.integers(3, 8), st.integers(1, 8))
def test_strength_grows_with_elongation(line: str, length: int, more: int) -> None:
    line, last = line[:-1], {"我": "啊", "怖": "お", "s": "y"}[line[0]]
    less, longer = READER.read(line + last * length), READER.read(line + last * (length + more))
    assert longer.emotion.strength >= less.emotion.strength - 1e-6


@settings(max_examples=150)
@given(st.text(max_size=200))
def test_any_string_is_read(text: str) -> None:
    reading = READER.read(text)
    assert reading.text == text
    assert 0.0 <= reading.confidence <= 1.0
    assert reading.language in ("zh", "en", "ja", "und")
    assert all(0.0 <= value <= 1.0 for value in reading.emotion.as_dict().values())
    assert READER.read(text) == reading


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u3000", "\u200b\ufe0f", "\x00"])
def test_a_blank_line_is_neutral(text: str) -> None:
    reading = READER.read(text)
    assert reading.emotion.strength == 0.0
    assert reading.emotion.dominant == "neutral"
    assert reading.confidence == 1.0


@pytest.mark.parametrize(
    "text",
    [
        "哈" * 100_000,
        "a" * 100_000,
        "(" * 100_000,
        "!?" * 50_000,
        "😭" * 100_000,
        "不" * 100_000,
        "\ud800" * 1000,
        "ﷺ" * 100_000,
    ],
)
def test_a_monstrous_line_is_read(text: str) -> None:
    READER.read(text)


def test_the_dictionary_is_the_json_of_a_reading() -> None:
    found = READER.read("今天终于通关了！！").as_dict()
    assert list(found) == [
        "text",
        "feelings",
        "dominant",
        "strength",
        "valence",
        "arousal",
        "confidence",
        "language",
    ]
    assert list(found["feelings"]) == list(FEELINGS)
    assert json.loads(json.dumps(found)) == found
    assert found["language"] == "zh"
    assert found["valence"] > 0


def test_the_shipped_file_is_whole_and_small() -> None:
    verify(WEIGHTS)
    assert sum(path.stat().st_size for path in WEIGHTS.parent.iterdir()) <= 8_000_000


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The shipped weights in a folder of our own."""
    for name in ("text.safetensors", "text.json"):
        shutil.copyfile(WEIGHTS.with_name(name), tmp_path / name)
    return tmp_path / "text.safetensors"


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"text\.json: cannot be read"):
        open_reader(tmp_path / "text.safetensors")


def test_missing_tensors_are_named(copy: Path) -> None:
    copy.unlink()
    with pytest.raises(WeightsError, match=r"text\.safetensors: cannot be read"):
        open_reader(copy)


def test_truncated_weights_are_named(copy: Path) -> None:
    copy.write_bytes(copy.read_bytes()[:1000])
    with pytest.raises(WeightsError, match=r"expected \d+ bytes, got 1000"):
        open_reader(copy)


def test_damaged_weights_are_named(copy: Path) -> None:
    copy.write_bytes(b"\xff" * copy.stat().st_size)
    with pytest.raises(WeightsError, match="not a safetensors file"):
        open_reader(copy)


def test_a_changed_byte_is_found_by_verify(copy: Path) -> None:
    body = bytearray(copy.read_bytes())
    body[-1] ^= 1
    copy.write_bytes(body)
    with pytest.raises(WeightsError, match="expected SHA-256"):
        verify(copy)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "mien.text/9"}, "expected format"),
        ({"bits": 17}, "marks: expected"),
        ({"width": "wide"}, "width: expected a positive"),
        ({"filters": 5}, r"filter1: expected \(\d+, 5\) int8"),
        ({"words": 7}, r"words: expected \(7,\) uint64"),
        ({"depth": 0}, "depth: expected a positive"),
        ({"classes": []}, "expected format"),
    ],
)
def test_facts_that_do_not_fit_are_named(copy: Path, change: dict[str, object], message: str) -> None:
    facts = json.loads(copy.with_suffix(".json").read_text())
    copy.with_suffix(".json").write_text(json.dumps(facts | change))
    with pytest.raises(WeightsError, match=message):
        open_reader(copy)


def test_facts_that_are_no_json_are_named(copy: Path) -> None:
    copy.with_suffix(".json").write_text("{")
    with pytest.raises(WeightsError, match="not JSON"):
        open_reader(copy)

"""The layer in front: what it sees, and what it leaves for the table."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.face import CLASSES
from mien.sense import kaomoji, open_reader
from mien.sense.signs import scan


def leaning(text: str) -> str:
    """The class with the most evidence."""
    return CLASSES[int(scan(text).evidence.argmax())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("哈哈哈", "happy"),
        ("233333", "happy"),
        ("xswl", "happy"),
        ("hahaha", "happy"),
        ("LMAO", "happy"),
        ("lol", "happy"),
        ("wwww", "happy"),
        ("すごいｗ", "happy"),
        ("草", "happy"),
        ("(笑)", "happy"),
        ("ワロタ", "happy"),
        ("KEKW", "happy"),
        ("ㅋㅋㅋ", "happy"),
        ("😂", "happy"),
        ("😭", "sad"),
        ("😡", "angry"),
        ("😱", "afraid"),
        ("🤮", "disgusted"),
        ("😌", "relaxed"),
        ("[doge]", "happy"),
        ("[笑哭]", "happy"),
        ("[捂脸]", "shy"),
        ("[怒]", "angry"),
        ("[害羞]", "shy"),
        ("monkaS", "afraid"),
        ("Sadge", "sad"),
        ("呜呜呜呜", "sad"),
        ("T_T", "sad"),
        ("QAQ", "sad"),
        ("555", "sad"),
        ("orz", "sad"),
        ("(；ω；)", "sad"),
        ("(≧∇≦)", "happy"),
        ("^_^", "happy"),
        (":D", "happy"),
        (":(", "sad"),
        (">_<", "shy"),
        ("(//∇//)", "shy"),
        ("(〃ω〃)", "shy"),
        ("(｀Д´)", "angry"),
        ("(°Д°)", "surprised"),
        ("Σ(ﾟДﾟ)", "surprised"),
        ("呵呵", "disgusted"),
        ("真的？！", "surprised"),
    ],
)
def test_plain_signs(text: str, expected: str) -> None:
    assert leaning(text) == expected


@pytest.mark.parametrize(
    "text",
    ["见链接 http://www.example.org/www", "(see page two)", "（北京）", "3:15", "C:/data/file", "wwwは"],
)
def test_what_only_looks_like_a_sign(text: str) -> None:
    evidence = scan(text).evidence
    assert evidence.max() <= 0.0 or text == "wwwは"


def test_tears_of_laughter_are_no_tears() -> None:
    assert leaning("哈哈哈哈😭😭") == "happy"
    assert leaning("hahaha I'm crying 😭") == "happy"


@pytest.mark.parametrize(
    ("text", "feeling"),
    [
        ("我不难过", "sad"),
        ("我没有生气", "angry"),
        ("一点也不害怕", "afraid"),
        ("别难过了", "sad"),
        ("不是很开心", "happy"),
        ("我不开心", "happy"),
        ("not angry at all", "angry"),
        ("I'm not scared", "afraid"),
        ("never felt sad here", "sad"),
        ("i dont feel embarrassed", "shy"),
        ("嬉しくない", "happy"),
        ("怒ってないよ", "angry"),
        ("怖くなかった", "afraid"),
        ("悲しくはない", "sad"),
        ("全然楽しくありません", "happy"),
    ],
)
def test_negation_turns_a_word(text: str, feeling: str) -> None:
    signs = scan(text)
    assert signs.evidence[CLASSES.index(feeling)] < 0.0
    assert leaning(text) != feeling


@pytest.mark.parametrize(
    ("text", "feeling"),
    [
        ("不是不难过", "sad"),
        ("忍不住想哭", "sad"),
        ("怎么能不生气", "angry"),
        ("不可爱吗", "happy"),
        ("不要太开心", "happy"),
        ("I can't believe how happy I am", "happy"),
        ("isn't it adorable?", "happy"),
        ("not only scary, it bites", "afraid"),
        ("no, I'm happy", "happy"),
        ("かわいくない？", "happy"),
        ("楽しみでしかない", "happy"),
        ("許せない", "angry"),
        ("嬉しくてたまらない", "happy"),
    ],
)
def test_what_only_looks_negated(text: str, feeling: str) -> None:
    assert scan(text).evidence[CLASSES.index(feeling)] > 0.5


def test_a_question_about_a_feeling_is_no_feeling() -> None:
    assert scan("你开不开心").evidence[CLASSES.index("happy")] == 0.0


def test_a_negated_word_is_taken_out_of_the_line() -> None:
    assert "难过" not in scan("我不难过").text
    assert "angry" not in scan("not angry at all").text


@settings(max_examples=40)
@given(st.sampled_from(["开心", "i am so mad", "怖い", "no way"]), st.integers(1, 8), st.integers(1, 5))
def test_more_marks_and_longer_letters_are_stronger(line: str, marks: int, more: int) -> None:
    less, louder = scan(line + "!" * marks), scan(line + "!" * (marks + more))
    assert louder.boost >= less.boost
    assert louder.text == less.text
    drawn, longer = scan(line + "啊" * (marks + 3)), scan(line + "啊" * (marks + 3 + more))
    assert longer.boost >= drawn.boost
    assert longer.text == drawn.text


@settings(max_examples=80)
@given(st.text(max_size=120))
def test_any_string_has_finite_signs(text: str) -> None:
    signs = scan(text)
    assert np.isfinite(signs.evidence).all()
    assert signs.evidence.shape == (9,)
    assert 0.0 <= signs.boost < 1.0
    assert 0.0 < signs.damp <= 1.0


def test_hedges_damp() -> None:
    assert scan("有点难过").damp < 1.0
    assert scan("a little scared").damp < 1.0
    assert scan("ちょっと怖い").damp < 1.0


def test_typed_faces_are_taken_out() -> None:
    text, row, count = kaomoji.take("おはよう(^▽^)/")
    assert text.strip().startswith("おはよう")
    assert "▽" not in text
    assert count >= 1
    assert row.argmax() == 0


@pytest.mark.parametrize("text", ["w-what are you saying", "i-it's for you", "あ、あの…", "我……我没有"])
def test_a_stutter_is_shy(text: str) -> None:
    assert scan(text).evidence[CLASSES.index("shy")] > 1.0


@pytest.mark.parametrize("text", ["x-ray", "re-enter", "t-shirt", "anti-inflation", "我，你"])
def test_a_hyphen_is_no_stutter(text: str) -> None:
    assert scan(text).evidence[CLASSES.index("shy")] == 0.0


@pytest.mark.parametrize(
    ("meant", "plain"),
    [("great job, love it /s", "great job, love it"), ("最高の配信ですね（棒）", "最高の配信ですね")],
)
def test_irony_that_says_so_is_turned(meant: str, plain: str) -> None:
    assert open_reader().read(plain).emotion.dominant == "happy"
    assert open_reader().read(meant).emotion.dominant in ("angry", "disgusted")
    assert scan("are you /srs").evidence.max() == 0.0


@pytest.mark.parametrize("line", ["ぎゃあああ！！", "AAAAAHHH", "啊啊啊啊", "うわああああ！", "eeeek!!"])
def test_a_scream_alone_is_a_fright(line: str) -> None:
    assert open_reader().read(line).emotion.dominant == "afraid"


@pytest.mark.parametrize(
    ("line", "feeling"),
    [("AAAA so cute", "happy"), ("好可爱啊啊啊啊", "happy"), ("😂 aaaaa", "happy"), ("noooo", "sad")],
)
def test_a_scream_with_words_or_pictures_is_what_they_say(line: str, feeling: str) -> None:
    assert open_reader().read(line).emotion.dominant == feeling


@pytest.mark.parametrize("line", [".", "。", "～", "-", "、", " , "])
def test_a_stop_alone_says_nothing(line: str) -> None:
    reading = open_reader().read(line)
    assert reading.emotion.strength == 0.0


@pytest.mark.parametrize("run", ["啊", "あ", "nooo", "ぎゃああ"])
def test_a_long_scream_with_a_letter_behind_it_is_read_at_once(run: str) -> None:
    assert scan((run * 600)[:590] + "b").text.endswith("b")  # with backtracking this would not end


@pytest.mark.parametrize(
    "line", ["555", "5555555", "555好惨", "太惨了555", "呜呜555", "QAQ", "QAQQAQ", "TATTAT", "(ToT)", "T_T"]
)
def test_sobs_in_any_number_are_sad(line: str) -> None:
    assert open_reader().read(line).emotion.dominant == "sad"


@pytest.mark.parametrize(
    "line",
    [
        "我考了555分",
        "一共555元",
        "555号选手",
        "房间号555",
        "1555",
        "5.555",
        "room 555",
        "the code is 555",
        "555円でした",
        "555 points",
    ],
)
def test_a_number_is_no_sob(line: str) -> None:
    assert scan(line).evidence[CLASSES.index("sad")] <= 0.0


@pytest.mark.parametrize(
    "line", ["www.example.org", "visit www dot example", "//www/index", "example.com/www", "see www for more"]
)
def test_an_address_is_no_laugh(line: str) -> None:
    assert scan(line).evidence[CLASSES.index("happy")] <= 0.0


@pytest.mark.parametrize(
    ("picture", "parts"), [("😮\u200d💨", "😮"), ("😵\u200d💫", "😵"), ("❤️\u200d🩹", "❤"), ("❤️\u200d🔥", "🩹")]
)
def test_a_joined_emoji_is_one_picture(picture: str, parts: str) -> None:
    assert not np.array_equal(scan(picture).evidence, scan(parts).evidence)
    assert scan(f"{picture}{picture}").boost > scan(picture).boost


def test_an_unknown_joined_emoji_is_its_first_part() -> None:
    assert np.array_equal(scan("😭\u200d🍞").evidence, scan("😭").evidence)


@pytest.mark.parametrize("laugh", ["哈哈哈，", "lol ", "hahaha ", "www "])
@pytest.mark.parametrize(
    ("hard", "feeling"),
    [
        ("I'm so angry", "angry"),
        ("you idiot", "angry"),
        ("that's disgusting", "disgusted"),
        ("你妈死了", "angry"),
        ("气死我了", "angry"),
    ],
)
def test_laughter_does_not_win_over_hard_words(laugh: str, hard: str, feeling: str) -> None:
    assert open_reader().read(laugh + hard).emotion.dominant == feeling


@pytest.mark.parametrize("line", ["y-you killed him", "h-he is dead", "w-what happy news, I love it", "我……我好生气"])
def test_a_stutter_beside_another_feeling_is_not_shy(line: str) -> None:
    assert open_reader().read(line).emotion.dominant != "shy"


@pytest.mark.parametrize("plain", ["this update is amazing", "what a lovely day", "we won the cup", "so relaxing"])
@pytest.mark.parametrize("mark", [" /s", "/s", " /S", "（棒）"])
def test_an_irony_mark_turns_what_the_nets_feel_too(plain: str, mark: str) -> None:
    if mark.startswith("/"):
        plain += "."
        mark = f" {mark}"
    assert open_reader().read(plain).emotion.dominant in ("happy", "relaxed")
    assert open_reader().read(plain + mark).emotion.dominant in ("angry", "disgusted", "sad")


@pytest.mark.parametrize("line", ["I’m not happy", "I don’t feel happy", "it isn’t fun", "I‘m not happy"])
def test_curly_apostrophes_deny_like_straight_ones(line: str) -> None:
    straight = line.replace("’", "'").replace("‘", "'")
    assert np.array_equal(scan(line).evidence, scan(straight).evidence)
    assert scan(line).evidence[0] < 0.0


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("我好難過", "我好难过"),
        ("氣死我了", "气死我了"),
        ("別害怕", "别害怕"),
        ("特別開心", "特别开心"),
        ("嚇死我了", "吓死我了"),
    ],
)
def test_traditional_chinese_reads_as_simplified(traditional: str, simplified: str) -> None:
    assert open_reader().read(traditional).emotion == open_reader().read(simplified).emotion
    assert open_reader().read(traditional).text == traditional


def test_tags_in_one_word_are_read_as_words() -> None:
    assert scan("today was #SoMuchFun").text.endswith("so much fun")


def test_a_channel_may_speak_japanese() -> None:
    assert open_reader().read("無理").language == "zh"
    assert open_reader(home="ja").read("無理").language == "ja"

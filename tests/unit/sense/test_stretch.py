"""A stretched or repeated word keeps its feeling and its strength: a law over the whole lexicon."""

import pytest

from mien.sense import open_reader
from mien.sense.lexicon import WORDS
from mien.sense.stretch import settle

READER = open_reader()


def stretched(word: str, language: str) -> list[str]:
    """What people make of a word that they shout or moan."""
    forms = [word + word[-1] * more for more in (2, 3, 6)]
    forms.append(" ".join([word] * 3) if language == "en" else word * 3)
    if language == "ja" and "\u3041" <= word[-1] <= "\u3096":
        forms += [word + "ー", word + "ーーー", word + "〜〜"]
    return forms


@pytest.mark.parametrize("language", ["zh", "en", "ja"])
def test_a_stretched_word_keeps_its_feeling_and_its_strength(language: str) -> None:
    lost = []
    for word in WORDS[language]:
        if not word[-1].isalpha():
            continue
        plain = READER.read(word).emotion
        for form in stretched(word, language):
            found = READER.read(form).emotion
            if found.dominant != plain.dominant or found.strength < plain.strength - 0.03:
                lost.append((form, plain.dominant, plain.strength, found.dominant, found.strength))
    assert not lost


@pytest.mark.parametrize(
    ("drawn", "plain", "language"),
    [
        ("ewwwww", "ew", "en"),
        ("happyyyy", "happy", "en"),
        ("grosssss", "gross", "en"),
        ("soooo saaad", "so sad", "en"),
        ("happyy", "happy", "en"),
        ("难过过过过", "难过", "zh"),
        ("羞羞羞羞羞", "羞羞", "zh"),
        ("开心开心开心", "开心", "zh"),
        ("こわーーい", "こわい", "ja"),
        ("うれしーーー", "うれし", "ja"),
        ("わーーーい", "わーい", "ja"),
        ("わくわくわくわく", "わくわく", "ja"),
    ],
)
def test_drawn_out_signs_are_put_back(drawn: str, plain: str, language: str) -> None:
    text, runs = settle(drawn, language)
    assert text == plain
    assert runs or drawn == "happyy"


@pytest.mark.parametrize(
    "line", ["a good book", "committee", "happy to see you", "コーヒー", "1000000", "wait...", "看看"]
)
def test_what_is_not_drawn_out_stays(line: str) -> None:
    language = "en" if line.isascii() else "ja" if "ー" in line else "zh"
    assert settle(line, language) == (line, [])

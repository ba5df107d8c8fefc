"""Every sound's mouth, from the tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face.oculus import MOUTHS, OCULUS
from mien.face.prototypes import VISEMES
from mien.voice.sounds import IPA, ipa, kana, pinyin, romaji


def names(mouth: tuple[tuple[str, float, float], ...]) -> str:
    return " ".join(name for name, _, _ in mouth)


@pytest.mark.parametrize(
    ("phoneme", "seen"),
    [
        ("m", "PP"), ("p", "PP"), ("ˈɔː", "oh"), ("aɪ", "aa ih"), ("ˈoʊ", "oh ou"), ("tʃ", "CH"), ("dʒ", "CH"),
        ("θ", "TH"), ("ð", "TH"), ("ʃ", "CH"), ("s", "SS"), ("ts.", "CH"), ("ts", "SS"), ("tʰ", "DD"), ("ŋ", "nn"),
        ("ˌɔːɹ", "oh RR"), ("ɯᵝ", "ou"), ("o̞", "oh"), ("ä", "aa"), ("ç", "kk"), ("ˈonɡ", "oh nn"), ("n̩", "nn"),
        ("h", ""), ("ʔ", ""), ("", ""), ("˥˩", ""),
    ],
)  # fmt: skip
def test_ipa(phoneme: str, seen: str) -> None:
    assert names(ipa(phoneme)) == seen


def test_the_main_vowel_of_a_diphthong_is_the_open_one() -> None:
    assert [round(share, 2) for _, share, _ in ipa("aɪ")] == [0.67, 0.33]
    assert [round(share, 2) for _, share, _ in ipa("iɛ")] == [0.33, 0.67]


def test_romaji() -> None:
    assert [names(romaji(sound)) for sound in ("a", "ky", "by", "sh", "ts", "f", "N", "w", "cl")] == [
        "aa", "kk", "PP", "CH", "SS", "FF", "nn", "ou", "DD",
    ]  # fmt: skip
    assert romaji("pau") == romaji("h") == romaji("?") == ()
    assert romaji("U")[0][2] < 0.5 * romaji("u")[0][2]  # a vowel that is only whispered


@pytest.mark.parametrize(
    ("mora", "seen"),
    [
        ("あ", "aa"), ("マ", "PP aa"), ("きゃ", "kk aa"), ("シュ", "CH ou"), ("ファ", "FF aa"), ("ティ", "DD ih"),
        ("ヴ", "FF ou"), ("ん", "nn"), ("ッ", "DD"), ("を", "oh"), ("は", "aa"), ("わ", "ou aa"),
        ("ー", ""), ("x", ""), ("", ""),
    ],
)  # fmt: skip
def test_kana(mora: str, seen: str) -> None:
    assert names(kana(mora)) == seen


@pytest.mark.parametrize(
    ("syllable", "seen"),
    [
        ("ma", "PP aa"), ("mā", "PP aa"), ("fo2", "FF oh"), ("zhuang4", "CH ou aa nn"), ("liu", "nn ih oh ou"),
        ("shi4", "CH"), ("si", "SS"), ("xi", "CH ih"), ("nü", "nn ou"), ("nv3", "nn ou"), ("wo", "ou oh"),
        ("ying", "ih nn"), ("yu", "ou"), ("er", "E RR"), ("hao", "aa oh"), ("m", "PP"), ("ng", "nn"),
        ("", ""), ("9", ""), ("qwrt", ""),
    ],
)  # fmt: skip
def test_pinyin(syllable: str, seen: str) -> None:
    assert names(pinyin(syllable)) == seen


@given(st.text(max_size=8))
def test_any_text_has_a_mouth_or_none(text: str) -> None:
    for read in (ipa, romaji, kana, pinyin):
        mouth = read(text)
        assert not mouth or sum(share for _, share, _ in mouth) == pytest.approx(1.0)
        assert all(name in OCULUS and 0.0 < weight <= 1.0 for name, _, weight in mouth)


def test_every_viseme_is_a_mouth_of_the_face() -> None:
    assert len(OCULUS) == 15
    assert all(name in VISEMES and 0.0 < amount <= 1.0 for name, amount in MOUTHS.values())
    assert set(IPA.values()) == set(OCULUS) - {"sil"}

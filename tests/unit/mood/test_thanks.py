"""Thanks: they grow with the amount and are capped, the dearest come first, and a table changes them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face import FEELINGS, Emotion, Felt, InputError, Support
from mien.files import parse_toml
from mien.mood.empathy import Audience, open_policy, parse_thanks, usual_thanks

KINDS = ("gift", "free", "bits", "superchat", "sub", "guard", "raid", "like")


def gift(amount: float, kind: str = "gift", author: str = "inu", currency: str = "USD", text: str = "") -> Support:
    return Support(0.0, author, kind, amount, currency, text)


def cues_of(audience: Audience, start: float, until: float) -> list[Felt]:
    found = (audience.cue(start + tick / 60.0) for tick in range(round((until - start) * 60)))
    return [cue for cue in found if cue is not None]


@given(st.sampled_from(KINDS), st.floats(0.0, 1e9), st.floats(0.0, 1e9))
def test_more_is_never_thanked_for_less_and_nothing_beyond_the_cap(kind: str, one: float, other: float) -> None:
    row = usual_thanks().row(kind)
    less, more = sorted((one, other))
    small, large = row.feeling(less).vector(), row.feeling(more).vector()
    assert (small <= large + 1e-6).all()
    assert (large <= row.most.vector() + 1e-6).all()
    assert 2.0 <= row.seconds(less) <= row.seconds(more) <= row.hold


def test_every_kind_has_thanks_of_its_own() -> None:
    table = usual_thanks()
    assert set(table.rows) == set(KINDS)
    assert len({str(row) for row in table.rows.values()}) == len(KINDS)
    assert table.row("follow") == table.row("gift")  # of a kind that it does not know


def test_currencies_are_made_one() -> None:
    table = usual_thanks()
    yuan, dollars = (table.worth(gift(amount, currency=code)) for amount, code in ((100.0, "CNY"), (14.0, "USD")))
    assert yuan == pytest.approx(dollars)
    assert table.worth(gift(250.0, "raid", currency="")) == 250.0
    assert table.worth(gift(250.0, currency="XXX")) == 0.0


def strongest(amount: float, **rest: str) -> Felt:
    audience = Audience(open_policy("streamer"))
    audience.support(0.0, gift(amount, **rest))
    (first, *_) = cues_of(audience, 0.0, 1.0)
    return first


def test_a_gift_is_thanked_for_at_once_by_its_amount() -> None:
    small, middle, large = (strongest(amount) for amount in (0.1, 5.0, 500.0))
    assert small.emotion.happy < middle.emotion.happy < large.emotion.happy == pytest.approx(0.9)
    assert small.hold <= middle.hold < large.hold
    assert small.emotion.happy > 0.25
    assert strongest(100.0, kind="raid", currency="").emotion.surprised > 0.5


def test_what_is_free_gets_no_answer_of_its_own() -> None:
    audience = Audience(open_policy("streamer"))
    for number in range(40):
        audience.hear(0.0, Emotion(sad=0.8), author=f"viewer {number}")
    cues_of(audience, 0.0, 3.0)
    audience.support(3.0, gift(5.0, "free", currency=""))
    audience.support(3.0, gift(90.0, "like", currency="", author="tora"))
    assert all(cue.emotion.dominant == "sad" for cue in cues_of(audience, 3.0, 6.0))


def test_many_small_ones_count_together_for_ten_seconds() -> None:
    audience = Audience(open_policy("streamer"))
    seen = []
    for number in range(8):
        audience.support(float(number), gift(2.0))
        seen += cues_of(audience, float(number), number + 1.0)
    assert seen[-1].emotion.happy > seen[0].emotion.happy + 0.15
    audience.support(60.0, gift(2.0))
    assert cues_of(audience, 60.0, 61.0)[0].emotion.happy == pytest.approx(seen[0].emotion.happy)


def test_a_smaller_gift_takes_nothing_from_a_large_one_and_a_larger_one_does() -> None:
    audience = Audience(open_policy("streamer"))
    audience.support(0.0, gift(100.0, "superchat"))
    (first,) = cues_of(audience, 0.0, 1.0)
    audience.support(1.0, gift(0.2, author="tora"))
    for cue in cues_of(audience, 1.0, 5.0):
        assert cue.emotion.happy >= first.emotion.happy
        assert cue.t + cue.hold >= first.t + first.hold - 0.1
    audience.support(5.0, gift(900.0, "guard", "kujira"))
    assert cues_of(audience, 5.0, 5.5)[0].emotion.surprised == pytest.approx(0.4)


def test_the_crowd_waits_for_the_thanks_but_a_fright_does_not() -> None:
    audience = Audience(open_policy("mirror"))
    audience.support(0.0, gift(100.0))
    cues_of(audience, 0.0, 1.0)
    for number in range(40):
        audience.hear(1.0, Emotion(sad=0.9), author=f"viewer {number}")
    assert not cues_of(audience, 1.0, 4.5)
    for number in range(60):
        audience.hear(4.5, Emotion(afraid=1.0), author=f"fan {number}")
    assert cues_of(audience, 4.5, 5.5)[0].emotion.dominant == "afraid"


def test_sad_words_with_a_gift_are_met_first_and_happy_ones_add() -> None:
    audience = Audience(open_policy("streamer"))
    audience.support(0.0, gift(20.0, "superchat", text="…"), Emotion(sad=0.9), 0.9)
    (cue, *_) = cues_of(audience, 0.0, 1.0)
    assert cue.emotion.dominant == "sad"
    assert 0.2 < cue.emotion.happy < cue.emotion.sad
    audience = Audience(open_policy("streamer"))
    audience.support(0.0, gift(20.0, "superchat", text="!"), Emotion(happy=0.9), 0.9)
    assert cues_of(audience, 0.0, 1.0)[0].emotion.happy >= strongest(20.0, kind="superchat").emotion.happy


def test_a_flood_of_gifts_changes_the_face_no_more_often_than_any_crowd() -> None:
    audience = Audience(open_policy("streamer"))
    cues = []
    for number in range(3000):
        t = number / 50.0
        audience.support(t, gift(0.1 * (number % 37), KINDS[number % 8], f"viewer {number % 500}"))
        cue = audience.cue(t)
        cues += [] if cue is None else [cue]
    assert min(b.t - a.t for a, b in pairwise(cues)) >= 0.4 - 1e-9
    assert len(audience._sums) <= 1024


def test_a_table_changes_what_it_names_and_nothing_else() -> None:
    text = "[gift]\nhappy = 0.2\nfull = 5\n[follow]\nshy = 0.5\nat_once = false\n[currency]\nCNY = 1\n"
    table = parse_thanks(parse_toml(text, "mine"), "mine")
    assert table.row("gift").most.happy == pytest.approx(0.2)
    assert table.row("gift").most.shy == pytest.approx(0.3)
    assert table.row("gift").full == 5.0
    assert not table.row("follow").at_once
    assert table.row("raid") == usual_thanks().row("raid")
    assert (table.currencies["CNY"], table.currencies["USD"]) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("gift = 3", "mine: gift: expected a table"),
        ("[gift]\nhapy = 1", "mine: gift.hapy: not known; did you mean happy"),
        ("[gift]\nhappy = 2", r"mine: gift.happy: expected a number in 0..1, got 2"),
        ("[gift]\nfull = 0", r"gift.full: expected a number in 0.01"),
        ("[gift]\nhold = 60", r"gift.hold: expected a number in 2..10"),
        ("[gift]\nat_once = 1", "gift.at_once: expected true or false"),
        ("[currency]\nyuan = 1", "currency.yuan: expected the three capitals"),
        ("[currency]\nCNY = true", "currency.CNY: expected a number"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_table_is_named(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        parse_thanks(parse_toml(text, "mine"), "mine")


def test_every_feeling_may_stand_in_it() -> None:
    for feeling in FEELINGS:
        assert parse_thanks({"gift": {feeling: 1}}, "mine").row("gift").most.as_dict()[feeling] == 1.0

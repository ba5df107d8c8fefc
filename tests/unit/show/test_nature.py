"""What a character's manifest says of its nature, and what a show says instead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mien.character import Character
from mien.face import SettingsError
from mien.mood import Temper
from mien.show import policy_of, temper_of


def character(**nature: Any) -> Character:
    return Character("test", Path("there"), {"en": "Test"}, "CC0", **nature)


def test_the_temper_is_the_characters_own_and_a_show_changes_what_it_names() -> None:
    calm = character(temper={"lively": 0.6, "sad": {"onset": 2.0}})
    own = temper_of(calm)
    assert (own.lively, own.sad.onset) == (0.6, 2.0)
    assert (own.sway, own.sad.release) == (Temper().sway, Temper().sad.release)
    shown = temper_of(calm, {"sway": 0.2, "sad": {"decay": 9.0}}, "ada.toml: temper")
    assert (shown.lively, shown.sway, shown.sad.onset, shown.sad.decay) == (0.6, 0.2, 2.0, 9.0)


def test_a_character_without_a_nature_has_the_usual_one() -> None:
    assert temper_of(character()) == Temper()
    assert policy_of(character()).name == "streamer"
    assert policy_of(character(policy="service")).name == "service"


@pytest.mark.parametrize(
    ("temper", "message"),
    [
        ({"lovely": 1.0}, "there/character.json: temper.lovely: not known; did you mean lively"),
        ({"lively": "very"}, "temper.lively: expected a number, got 'very'"),
        ({"lively": 99.0}, "there/character.json: temper: "),
        ({"sad": {"onst": 1.0}}, "temper.sad.onst: not known; did you mean onset"),
        ({"sad": 1.0}, "temper.sad: expected a table"),
    ],
)
def test_a_temper_that_is_none_is_told_by_its_place(temper: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        temper_of(character(temper=temper))
    assert message in str(caught.value).replace("\\", "/")


def test_an_unknown_policy_is_told_by_its_place() -> None:
    with pytest.raises(SettingsError, match=r"policy: not known; did you mean service"):
        policy_of(character(policy="servce"))

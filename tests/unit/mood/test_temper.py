"""Settings are checked where they are born."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from mien.face import FEELINGS, SettingsError
from mien.mood import SETTINGS, Pace, Temper


def test_every_feeling_has_a_pace_and_every_setting_a_word() -> None:
    assert [pace for pace in Temper().paces if not isinstance(pace, Pace)] == []
    assert set(FEELINGS) < set(SETTINGS)
    documentation = Temper.__doc__ or ""
    for field in fields(Temper):
        assert field.name in FEELINGS or f"{field.name}:" in documentation


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("expressive", -0.1),
        ("lively", 0.0),
        ("blink_every", 0.0),
        ("breath", float("nan")),
        ("sway", "much"),
        ("roam", True),
        ("stir", 9.0),
    ],
)
def test_a_setting_out_of_range_says_so(name: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=rf"Temper\.{name}: expected .*, got"):
        replace(Temper(), **{name: value})


def test_a_pace_out_of_range_says_so() -> None:
    with pytest.raises(SettingsError, match=r"Pace\.onset: expected 0\.05\.\.10, got 0"):
        Pace(onset=0.0, release=1.0, decay=1.0, linger=0.1)
    with pytest.raises(SettingsError, match=r"Temper\.sad: expected a Pace"):
        replace(Temper(), sad=1.0)  # type: ignore[arg-type]


def test_a_temper_is_a_value() -> None:
    assert Temper() == Temper()
    assert hash(Temper(sway=2.0)) == hash(Temper(sway=2.0))

"""How a character is by nature: the temper and the policy that its manifest tells, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mien.character import MANIFEST, Character
from mien.face import FEELINGS, MienError, SettingsError
from mien.mood import SETTINGS, Temper
from mien.mood.empathy import POLICIES, Policy, open_policy
from mien.show.values import typed, unknown

USUAL = "streamer"
"""The policy of a character that has none of its own."""

_PACES = ("onset", "release", "decay", "linger")


def temper_of(character: Character, table: Mapping[str, Any] | None = None, where: str = "") -> Temper:
    """The character's own temper; in the settings of `table`, which stands at `where`, as that says instead.

    Raises SettingsError.
    """
    own = tempered(Temper(), character.temper, f"{character.folder / MANIFEST}: temper")
    return tempered(own, table, where) if table else own


def policy_of(character: Character) -> Policy:
    """The policy by which the character answers viewers where nobody says another. Raises SettingsError."""
    if character.policy and character.policy not in POLICIES:
        where = character.folder / MANIFEST
        raise SettingsError(f"{where}: policy: {unknown(character.policy, POLICIES)}")
    return open_policy(character.policy or USUAL)


def tempered(temper: Temper, table: Mapping[str, Any], where: str) -> Temper:
    """A temper with the settings of a table, checked; `where` it stands, for messages. Raises SettingsError."""
    changed: dict[str, Any] = {}
    paced: dict[str, dict[str, float]] = {}
    for name, value in table.items():
        if name not in SETTINGS:
            raise SettingsError(f"{where}.{name}: {unknown(name, SETTINGS)}")
        if name not in FEELINGS:
            changed[name] = typed(value, float, f"{where}.{name}")
            continue
        for one, number in typed(value, dict, f"{where}.{name}").items():
            if one not in _PACES:
                raise SettingsError(f"{where}.{name}.{one}: {unknown(one, _PACES)}")
            paced.setdefault(name, {})[one] = typed(number, float, f"{where}.{name}.{one}")
    try:
        changed |= {name: replace(getattr(temper, name), **pace) for name, pace in paced.items()}
        return replace(temper, **changed)
    except MienError as error:
        raise SettingsError(f"{where}: {error}") from None

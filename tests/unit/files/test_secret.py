"""Keys: where they may lie, and that nothing tells them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mien.face import SettingsError
from mien.files import Secret, needed_secret, secret


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "keys.toml"
    path.write_text('A_KEY = "from-the-file"\nEMPTY = ""\nODD = "two\\nlines"\nNUMBER = 7\n')
    path.chmod(0o600)
    return path


def test_the_file_comes_before_the_environment(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_KEY", "from-the-environment")
    for given, value in ((None, "from-the-environment"), (keys, "from-the-file")):
        found = secret("A_KEY", given)
        assert found is not None
        assert found.reveal() == value
    assert secret("EMPTY", keys) is None
    monkeypatch.setenv("B_KEY", "b")
    assert needed_secret("B_KEY", keys, "a key").reveal() == "b"


def test_it_shows_nothing_of_itself() -> None:
    one = Secret("very-secret")
    assert "very" not in f"{one} {one!r} {[one]} {(one,)!s}"


def test_what_is_wrong_is_told_without_the_key(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("C_KEY", raising=False)
    with pytest.raises(SettingsError, match="expected a key of yours in the environment variable C_KEY"):
        needed_secret("C_KEY", keys, "a key of yours")
    for name in ("ODD", "NUMBER"):
        with pytest.raises(SettingsError, match=rf"keys\.toml: {name}: expected a key in quotes") as caught:
            secret(name, keys)
        assert "lines" not in str(caught.value)
    keys.chmod(0o640)
    with pytest.raises(SettingsError, match="others on this machine may read your keys; chmod 600"):
        secret("A_KEY", keys)
    with pytest.raises(SettingsError, match="nothing is there"):
        secret("A_KEY", keys.with_name("no.such"))

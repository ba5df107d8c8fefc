"""The token of /stage: the environment's, or kept where only its owner reads it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from mien.face import SettingsError
from mien.studio import stage_token


@pytest.fixture(autouse=True)
def no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MIEN_STAGE_TOKEN", raising=False)


def test_it_is_kept_so_that_a_scene_goes_on_working(tmp_path: Path) -> None:
    kept = tmp_path / "new" / "stage.token"
    first = stage_token(kept)
    assert len(first) >= 24
    assert stage_token(kept) == first
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stage_token(tmp_path / "other") != first


def test_the_environments_comes_first_and_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIEN_STAGE_TOKEN", "one-of-my-own")
    assert stage_token(tmp_path / "stage.token") == "one-of-my-own"
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_keeps_nothing_gives_a_token_for_this_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    kept = tmp_path / "file" / "stage.token"
    assert len(stage_token(kept)) >= 24


@pytest.mark.parametrize("token", ["short", "with a blank in it", "with/a/slash", "é" * 20])
def test_a_token_that_is_none_is_named(token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIEN_STAGE_TOKEN", token)
    with pytest.raises(SettingsError, match="MIEN_STAGE_TOKEN: expected 12 or more"):
        stage_token()
    monkeypatch.delenv("MIEN_STAGE_TOKEN")
    (tmp_path / "kept").write_text(token, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"kept: expected 12 or more"):
        stage_token(tmp_path / "kept")

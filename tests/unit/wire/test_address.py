"""Addresses as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face import SettingsError
from mien.wire.address import Address, address, is_local


@pytest.mark.parametrize(
    ("written", "host", "port"),
    [
        ("", "127.0.0.1", 39539), ("10.0.0.4", "10.0.0.4", 39539), (":39540", "127.0.0.1", 39540),
        ("studio.local:1", "studio.local", 1), ("[::1]:80", "::1", 80), ("[fe80::1%eth0]", "fe80::1%eth0", 39539),
        (" localhost:0 ", "localhost", 0), ("39539", "39539", 39539),
    ],
)  # fmt: skip
def test_what_is_left_out_is_as_usual(written: str, host: str, port: int) -> None:
    found = address(written, "127.0.0.1:39539", "to")
    assert found == Address(host, port)
    assert address(str(found), "x:1", "to") == found


@pytest.mark.parametrize("written", ["http://a", "a:b", "a:65536", "a:1:2", "::1", "a b", "[::1", "a/b:1"])
def test_what_is_none_is_named(written: str) -> None:
    with pytest.raises(SettingsError, match=r"^to: expected"):
        address(written, "127.0.0.1:39539", "to")


@given(st.text(max_size=30))
def test_any_text_is_an_address_or_a_settings_error(written: str) -> None:
    try:
        found = address(written, "127.0.0.1:39539", "to")
    except SettingsError:
        return
    assert 0 <= found.port <= 65535
    assert found.host


def test_who_is_on_this_machine() -> None:
    assert all(is_local(host) for host in ("localhost", "127.0.0.1", "127.8.0.1", "::1"))
    assert not any(is_local(host) for host in ("127.0.0.1.evil.example", "10.0.0.1", "", "localhost.example"))

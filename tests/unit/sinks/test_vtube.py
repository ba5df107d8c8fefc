"""VTube Studio: our plugin against the fake, and the fake against a client that nobody here wrote."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face import DeviceError, Emotion, Expression, PeerError, SettingsError, Shot, prototype
from mien.files import config_folder, write_private
from mien.sinks import Sink, open_sink
from mien.sinks.vtube import OWN
from mien.testing import FakeVTubeStudio
from mien.wire import vtube

TURNED = Expression.of({"yaw": 0.3, "jawOpen": 0.5, "blush": 0.7})

Open = Callable[..., Sink]


def put_on(sink: Sink) -> None:
    """One shot after another, some thousand at most."""
    for _ in range(5000):
        sink.put(Shot(0.0, TURNED))


@pytest.fixture
def studio() -> Iterator[FakeVTubeStudio]:
    with FakeVTubeStudio() as studio:
        yield studio


@pytest.fixture
def opened(studio: FakeVTubeStudio, tmp_path: Path) -> Open:
    token = tmp_path / "kept" / "token"
    return lambda **settings: open_sink("vtube-studio", None, 30, 64, to=studio.to, token=token, **settings)


def test_parameters_are_fed_in_the_ranges_that_it_tells(studio: FakeVTubeStudio, opened: Open) -> None:
    studio.parameters["MouthSmile"] = (-1.0, 1.0)
    del studio.parameters["TongueOut"]
    with opened() as sink:
        assert (sink.live, sink.needs_frame) == (True, False)
        sink.put(Shot(0.0, TURNED, Emotion(happy=0.4)))
        assert studio.values["FaceAngleX"] == pytest.approx(17.2, abs=0.1)
        assert studio.values["MouthSmile"] == 0.0
        assert (studio.values["MienHappy"], studio.values["MienBlush"]) == (0.4, 0.7)
        assert "TongueOut" not in studio.values
        sink.put(Shot(0.1, TURNED))  # the same again: they are taken back after a second
        assert len(studio.of("InjectParameterDataRequest")) == 2
    fed = studio.of("InjectParameterDataRequest")[0]
    assert (fed["faceFound"], fed["mode"]) == (True, "set")


def test_the_token_is_asked_for_once_and_nobody_else_may_read_it(
    studio: FakeVTubeStudio, opened: Open, tmp_path: Path
) -> None:
    for _ in range(2):
        with opened() as sink:
            sink.put(Shot(0.0, TURNED))
    assert len(studio.of("AuthenticationTokenRequest")) == 1
    kept = tmp_path / "kept" / "token"
    assert kept.read_text() == "token 0"
    if sys.platform != "win32":
        assert stat.S_IMODE(os.stat(kept).st_mode) == 0o600
    studio.tokens.clear()  # it was taken back in VTube Studio
    with opened() as sink:
        sink.put(Shot(0.0, TURNED))
    assert len(studio.of("AuthenticationTokenRequest")) == 2


def test_a_person_who_denies_it_is_not_asked_again() -> None:
    with FakeVTubeStudio(allows=False) as studio, pytest.raises(SettingsError, match="not allowed in VTube Studio"):
        open_sink("vtube-studio", None, 30, 64, to=studio.to, token=Path("none")).__enter__()
    assert not Path("none").exists()


def test_a_parameter_that_vanished_is_looked_up_again(studio: FakeVTubeStudio, opened: Open) -> None:
    with opened() as sink:
        sink.put(Shot(0.0, TURNED))
        del studio.parameters["MouthOpen"]
        sink.put(Shot(0.1, TURNED))
        sink.put(Shot(0.2, TURNED))
        assert "MouthOpen" not in studio.values
        assert "FaceAngleX" in studio.values


def test_expressions_and_hotkeys_follow_the_feeling(studio: FakeVTubeStudio, opened: Open) -> None:
    with opened(
        expressions={"happy": "smile.exp3.json", "sad": "cry.exp3.json"}, hotkeys={"happy": "Wave"}, hold=0.0
    ) as sink:
        for t, felt in enumerate(({"happy": 0.8}, {"happy": 0.9}, {"sad": 0.9}, {"happy": 0.9}, {}, {"sad": 0.5})):
            emotion = Emotion.of(felt)
            sink.put(Shot(float(t), prototype(emotion), emotion))
            shown = {file for file, active in studio.expressions.items() if active}
            assert shown == {{"happy": "smile.exp3.json", "sad": "cry.exp3.json"}[name] for name in felt}
        assert studio.of("HotkeyTriggerRequest") == [{"hotkeyID": "Wave"}]  # the second came within five seconds
    assert not any(studio.expressions.values())  # the last is taken back at the end


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"hotkeys": {"happy": "Dance"}}, "no 'Dance'; it has: Wave, Smile"),
        ({"expressions": {"sad": "tears.exp3.json"}}, r"no 'tears\.exp3\.json'; it has: smile\.exp3\.json"),
        ({"hotkeys": {"joy": "Wave"}}, r"hotkeys\.joy: not known"), ({"least": 2.0}, "least: expected"),
    ],
)  # fmt: skip
def test_names_that_the_model_does_not_have_are_a_persons_to_mend(
    opened: Open, settings: dict[str, Any], says: str
) -> None:
    with pytest.raises(SettingsError, match=says):
        opened(**settings).__enter__()


def test_errors_are_told_with_what_to_do(studio: FakeVTubeStudio, opened: Open) -> None:
    with opened() as sink:
        studio.errors["InjectParameterDataRequest"] = 454
        with pytest.raises(PeerError, match=r"refused \(454\): .*; another plugin feeds it"):
            sink.put(Shot(0.0, TURNED))
        studio.errors.clear()
        studio.hang_up()
        with pytest.raises(PeerError, match="hung up"):
            put_on(sink)
    with FakeVTubeStudio() as gone:
        to = gone.to
    with pytest.raises(DeviceError, match=r"nobody answers at .*; start VTube Studio"):
        open_sink("vtube-studio", None, 30, 64, to=to).__enter__()


def test_the_fake_satisfies_pyvts(studio: FakeVTubeStudio, tmp_path: Path) -> None:
    pyvts = pytest.importorskip("pyvts", reason="pyvts is not installed")

    async def talk() -> None:
        client = pyvts.vts(
            plugin_info={
                "plugin_name": "trial", "developer": "somebody", "authentication_token_path": str(tmp_path / "token"),
            },
            vts_api_info={
                "version": "1.0", "name": "VTubeStudioPublicAPI", "port": int(studio.to.rpartition(":")[2]),
                "host": "127.0.0.1",
            },
        )  # fmt: skip
        await client.connect()
        await client.request_authenticate_token()
        assert await client.request_authenticate()
        asked = client.vts_request
        made = await client.request(asked.requestCustomParameter("MienTrial", min=0, max=1))
        assert made["data"]["parameterName"] == "MienTrial"
        listed = await client.request(asked.requestTrackingParameterList())
        assert vtube.ranges(listed["data"])["MienTrial"] == (0.0, 1.0)
        await client.request(asked.requestSetParameterValue("FaceAngleX", 12.0))
        keys = await client.request(asked.requestHotKeyList())
        assert [one["name"] for one in keys["data"]["availableHotkeys"]] == ["Wave", "Smile"]
        await client.close()

    asyncio.run(talk())
    assert studio.values == {"FaceAngleX": 12.0}
    # and what pyvts sends is what we send, key by key
    theirs = studio.of("InjectParameterDataRequest")[0]
    ours = vtube.injected({"FaceAngleX": 12.0})
    assert set(ours) <= set(theirs)
    assert set(ours["parameterValues"][0]) <= set(theirs["parameterValues"][0])


def test_names_of_our_own_are_as_vtube_studio_wants_them() -> None:
    assert all(4 <= len(name) <= 32 and name.isalnum() for name in OWN)
    assert 3 <= len(vtube.PLUGIN["pluginName"]) <= 32
    assert 3 <= len(vtube.PLUGIN["pluginDeveloper"]) <= 32


@given(st.text(max_size=80) | st.sampled_from(['{"messageType": "APIError", "data": {}}', '{"data": 3}', "[]"]))
def test_any_text_is_an_answer_or_a_peer_error(text: str) -> None:
    try:
        found = vtube.answer(text)
    except PeerError:
        return
    assert isinstance(found.kind, str)


@given(st.recursive(st.none() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["name", "min", "max"]), inner), max_leaves=10))  # fmt: skip
def test_any_list_of_parameters_is_ranges_or_a_peer_error(told: Any) -> None:
    try:
        found = vtube.ranges({"defaultParameters": told if isinstance(told, list) else [told]})
    except PeerError:
        return
    assert all(low < high for low, high in found.values())


def test_private_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_private(tmp_path / "a" / "b", "first")
    write_private(tmp_path / "a" / "b", "second")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]
    assert (tmp_path / "a" / "b").read_text() == "second"
    with pytest.raises(SettingsError, match="a file is in the way"):
        write_private(tmp_path / "a" / "b" / "c", "third")
    if sys.platform.startswith("linux"):
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
        assert config_folder() == tmp_path / "mien"

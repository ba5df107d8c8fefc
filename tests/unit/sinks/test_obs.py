"""OBS: our client against the fake, and the fake against a client that nobody here wrote."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face import NEUTRAL, DeviceError, Emotion, PeerError, SettingsError, Shot, prototype
from mien.sinks import Sink, open_sink
from mien.sinks.obs import PASSWORD
from mien.testing import FakeObs
from mien.wire import obs

SCENES = {"neutral": "Main", "happy": "Party"}
GLOW = {"source": "Camera", "filter": "Glow"}


def opened(program: FakeObs, **settings: Any) -> Sink:
    return open_sink("obs", None, 30, 64, to=program.to, **({"hold": 0.0} | settings))


def put(sink: Sink, t: float, **felt: float) -> None:
    emotion = Emotion.of(felt)
    sink.put(Shot(t, prototype(emotion), emotion))


def put_on(sink: Sink) -> None:
    """One shot after another, for a minute at most."""
    end, t = time.monotonic() + 60.0, 1.0
    while time.monotonic() < end:
        put(sink, t)
        t += 1.0


def test_scenes_and_filters_follow_the_feeling() -> None:
    filters = {"happy": GLOW, "sad": {"source": "Camera", "filter": "Rain"}}
    with FakeObs() as program:
        with opened(program, scenes=SCENES, filters=filters) as sink:
            assert (sink.live, sink.needs_frame) == (True, False)
            told = []
            for t, felt in enumerate(({}, {"happy": 0.8}, {"happy": 0.9}, {"sad": 0.9}, {"angry": 0.9}, {})):
                put(sink, float(t), **felt)
                told.append((program.scene, [name for (_, name), on in program.filters.items() if on]))
            assert told == [("Main", []), ("Party", ["Glow"]), ("Party", ["Glow"]), ("Party", ["Rain"]),
                            ("Party", []), ("Main", [])]  # fmt: skip
            asked = [kind for kind, _ in program.asked if kind.startswith("Set")]
            assert len(asked) == 7  # what stays is not asked for again
            put(sink, 9.0, happy=0.9)
            assert program.filters["Camera", "Glow"]
        assert not program.filters["Camera", "Glow"]  # at the end it is as it was


def test_the_password_opens_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeObs("correct horse") as program:
        with opened(program, scenes=SCENES, password="correct horse") as sink:
            put(sink, 0.0)
        with pytest.raises(SettingsError, match="does not accept the password"):
            opened(program, scenes=SCENES, password="wrong").__enter__()
        with pytest.raises(SettingsError, match=f"asks for a password; expected password, or {PASSWORD}"):
            opened(program, scenes=SCENES).__enter__()
        monkeypatch.setenv(PASSWORD, "correct horse")
        with opened(program, scenes=SCENES) as sink:
            put(sink, 0.0)


def test_the_proof_of_the_protocols_own_example() -> None:
    assert obs.authentication(
        "supersecretpassword", FakeObs.SALT, FakeObs.CHALLENGE
    ) == "1Ct943GAT+6YQUUX47Ia/ncufilbe6+oD6lY+5kaCu4="  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"scenes": {"sad": "Rainy"}}, "no scene 'Rainy'; there are: Main, Party"),
        ({"filters": {"sad": {"source": "Camera", "filter": "Fog"}}}, "no filter 'Fog' on 'Camera': No filter was"),
        ({}, "scenes: expected"), ({"scenes": {"glad": "Main"}}, r"scenes\.glad: not known"),
        ({"filters": {"sad": "Fog"}}, r"filters\.sad: expected { source"),
        ({"filters": {"sad": {"source": "a"}}}, r"filters\.sad: expected { source"),
    ],
)  # fmt: skip
def test_names_that_are_wrong_are_a_persons_to_mend(settings: dict[str, Any], says: str) -> None:
    with FakeObs() as program, pytest.raises(SettingsError, match=says):
        opened(program, **settings).__enter__()


def test_obs_that_starts_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    with FakeObs(busy=3) as program, opened(program, scenes=SCENES) as sink:
        put(sink, 0.0, happy=0.9)
        assert program.scene == "Party"
    assert len(waited) == 3


def test_obs_that_ends_is_noticed_although_nothing_changes() -> None:
    with FakeObs() as program, opened(program, scenes=SCENES) as sink:
        put(sink, 0.0)
        program.hang_up()
        with pytest.raises(PeerError, match="hung up"):
            put_on(sink)
        to = program.to
    with pytest.raises(DeviceError, match=r"nobody answers at .*; start OBS"):
        open_sink("obs", None, 30, 64, to=to, scenes=SCENES).__enter__()


def test_the_fake_satisfies_obsws_python() -> None:
    client = pytest.importorskip("obsws_python", reason="obsws-python is not installed")
    with FakeObs("secret") as program:
        with client.ReqClient(host="127.0.0.1", port=int(program.to.rpartition(":")[2]), password="secret") as asked:
            assert [one["sceneName"] for one in asked.get_scene_list().scenes] == ["Main", "Party"]
            asked.set_current_program_scene("Party")
            asked.set_source_filter_enabled("Camera", "Glow", True)
            with pytest.raises(client.error.OBSSDKRequestError):
                asked.set_current_program_scene("Nowhere")
        assert program.scene == "Party"
        assert program.filters["Camera", "Glow"]
        with opened(program, scenes=SCENES, filters={"happy": GLOW}, password="secret") as sink:
            put(sink, 0.0, happy=0.9)
        theirs = {kind: data for kind, data in program.asked[:4] if kind.startswith("Set")}
        ours = {kind: data for kind, data in program.asked[4:-1] if kind.startswith("Set")}
        assert {kind: set(data) for kind, data in ours.items()} == {kind: set(data) for kind, data in theirs.items()}


def test_messages_that_nobody_asked_for_are_passed_over_and_too_many_are_told() -> None:
    with FakeObs(events=20) as program, opened(program, scenes=SCENES) as sink:
        put(sink, 0.0)
    with FakeObs(events=99) as program, pytest.raises(PeerError, match="got much else"):
        opened(program, scenes=SCENES).__enter__()


@given(st.text(max_size=80) | st.recursive(
    st.none() | st.integers() | st.text(), lambda inner: st.dictionaries(st.sampled_from(
        ["op", "d", "requestStatus", "result", "authentication", "salt"]), inner), max_leaves=8).map(json.dumps)
)  # fmt: skip
def test_any_text_is_a_message_or_a_peer_error(text: str) -> None:
    try:
        _, told = obs.decode(text)
        obs.identify(told, "secret")
        obs.reply(told)
    except PeerError:
        return


def test_a_shot_for_one_that_is_not_open_is_our_own_mistake() -> None:
    for name, settings in (("obs", {"scenes": SCENES}), ("vtube-studio", {}), ("vmc", {}), ("json", {"to": "udp:"})):
        with pytest.raises(ValueError, match="not open"):
            open_sink(name, None, 30, 64, **settings).put(Shot(0.0, prototype(NEUTRAL)))

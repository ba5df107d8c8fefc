"""What trackers send, decoded: what they mean, and that any bytes are a face, none, or a PeerError."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from math import degrees, isfinite
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.face import Emotion, PeerError, viseme_shape
from mien.face.channels import CHANNELS, HIGH, LOW, channel
from mien.testing import packets
from mien.wire import ifacialmocap, livelink, meowface, openseeface, vmc
from mien.wire.osc import Message, bundles, encode
from mien.wire.tracked import Tracked, from_arkit, muscle
from mien.wire.turns import to_unity

SAMPLE = (
    b"mouthSmile_R-0|eyeLookOut_L-0|eyeWide_R-0|mouthClose-8|eyeBlink_R-7|jawOpen-12|eyeLookIn_R-6|eyeLookDown_R-17|"
    b"eyeLookDown_L-17|=head#-21.488958,-6.038993,-6.6019735,-0.030653415,-0.10287084,-0.6584072|"
    b"rightEye#6.0297494,2.4403017,0.25649446|leftEye#6.034903,-1.6660284,-0.17520553|"
)
"""Of the developers' page of iFacialMocap, shortened."""

DECODERS: list[Callable[[bytes], Tracked | None]] = [
    openseeface.decode, ifacialmocap.decode, livelink.decode, meowface.decode, vmc.Performer().decode,
]  # fmt: skip
GOOD = [packets.openseeface(), SAMPLE, packets.livelink({"jawOpen": 0.5}), packets.meowface({"JawOpen": 0.5})]


@settings(max_examples=300)
@given(st.binary(max_size=300) | st.tuples(st.sampled_from(GOOD), st.integers(0, 2000), st.binary(max_size=9)).map(
    lambda one: one[0][: one[1]] + one[2] + one[0][one[1] + len(one[2]) :]
))  # fmt: skip
def test_any_bytes_are_a_face_or_a_peer_error(data: bytes) -> None:
    for decode in DECODERS:
        try:
            found = decode(data)
        except PeerError:
            continue
        if found is not None:
            cue = found.saw()
            assert np.isfinite(cue.expression.channels).all()
            assert (cue.expression.channels >= LOW - 1e-5).all()
            assert (cue.expression.channels <= HIGH + 1e-5).all()
            assert found.stamp is None or isfinite(found.stamp)


def test_ifacialmocap_in_both_versions() -> None:
    for data in (SAMPLE, SAMPLE.replace(b"-12|", b"&12|").replace(b"-7|", b"&7|")):
        found = ifacialmocap.decode(data)
        assert found is not None
        assert (found.values["jawOpen"], found.values["eyeBlinkRight"]) == (0.12, 0.07)
        told = [degrees(found.values[name]) for name in ("yaw", "pitch", "roll")]
        assert told == pytest.approx([-6.039, 21.489, 6.602], abs=1e-3)
        assert found.values["gaze_x"] == pytest.approx(0.6 * 0.03)
        assert found.values["gaze_y"] == pytest.approx(-0.6 * 0.17)
        assert found.values["eyeLookDownLeft"] == 0.0  # the gaze has it


def test_two_apps_speak_it_and_each_is_greeted_in_its_own_way() -> None:
    assert ifacialmocap.hello(49983).startswith(b"iFacialMocap_")
    assert ifacialmocap.hello(49993) == b"FACEMOTION3D_OtherStreaming"
    found = ifacialmocap.decode(b"mouthSmileRight&14|jawOpen&4|FM_SAD&0|=head#-22.1,0.4,-4.8,0,0,0|")
    assert found is not None
    assert (found.values["mouthSmileRight"], found.values["jawOpen"]) == (0.14, 0.04)


def test_livelink_reads_names_of_any_length_and_a_packet_without_a_face() -> None:
    found = livelink.decode(packets.livelink({"jawOpen": 0.5}, (0.2, -0.1, 0.05), name="エイダ", frame=90))
    assert found is not None
    assert found.values["jawOpen"] == 0.5
    assert [found.values[name] for name in ("yaw", "pitch", "roll")] == pytest.approx([0.2, -0.1, 0.05])
    assert found.stamp == 1.5
    assert livelink.decode(packets.livelink(None)) is None
    with pytest.raises(PeerError, match="version 6"):
        livelink.decode(b"\7" + packets.livelink({})[1:])
    with pytest.raises(PeerError, match="61 numbers"):
        livelink.decode(packets.livelink({})[:-4])
    with pytest.raises(PeerError, match="finite"):
        livelink.decode(packets.livelink({"jawOpen": float("nan")}))


def test_meowface_reads_both_spellings_and_a_face_that_is_lost() -> None:
    for name in ("JawOpen", "jawOpen"):
        found = meowface.decode(packets.meowface({name: 0.5, "_neutral": 0.1}, (10.0, 20.0, 5.0)))
        assert found is not None
        assert found.values["jawOpen"] == 0.5
        told = [degrees(found.values[one]) for one in ("yaw", "pitch", "roll")]
        assert told == pytest.approx([10.0, -20.0, -5.0])
    assert meowface.decode(packets.meowface({}, found=False)) is None
    assert json.loads(meowface.hello(50506))["ports"] == [50506]


@settings(max_examples=60)
@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner), max_leaves=8))
def test_any_json_is_a_face_or_a_peer_error(data: Any) -> None:
    for told in (data, {"BlendShapes": data}, {"BlendShapes": [{"k": "JawOpen", "v": data}], "Rotation": data},
                 {"BlendShapes": [{"k": data, "v": 1}], "Timestamp": data}):  # fmt: skip
        try:
            meowface.decode(json.dumps(told).encode())
        except PeerError:
            continue


# What OpenCV and OpenSeeFace's own matrix_to_quaternion make of a synthetic head: yaw, pitch, roll in radians, the
# quaternion, the depth of the translation. Four were found before the camera, two behind.
POSES = [
    ((0.4, 0.0, 0.0), (-0.693, 0.693, 0.1405, -0.1405), 4.0),
    ((0.0, 0.3, 0.0), (0.6992, -0.6992, -0.1057, -0.1057), 4.0),
    ((0.0, 0.0, 0.2), (-0.633, 0.7742, 0.0, 0.0), 4.0), ((0.3, -0.2, 0.1), (-0.649, 0.7396, 0.044, -0.173), 4.0),
    ((0.44, -0.035, 0.172), (0.749, 0.625, -0.154, -0.157), -7.0),
    ((-0.368, 0.279, -0.342), (0.582, 0.781, 0.227, -0.007), -6.8),
]  # fmt: skip


@pytest.mark.parametrize(("told", "quaternion", "depth"), POSES)
def test_openseeface_poses(told: tuple[float, ...], quaternion: tuple[float, ...], depth: float) -> None:
    found = openseeface.decode(packets.openseeface(quaternion=quaternion, depth=depth))
    assert found is not None
    assert [found.values[name] for name in ("yaw", "pitch", "roll")] == pytest.approx(told, abs=5e-3)


def test_openseeface_lids_features_gaze_and_the_surest_face() -> None:
    data = packets.openseeface(
        confidence=0.4, features={"open": 0.9, "brow_left": 0.8, "corner_right": -0.7}, eyes=(1.0, 0.2), stamp=7.0
    )
    found = openseeface.decode(data + packets.openseeface(confidence=0.1))
    assert found is not None
    assert found.confidence == pytest.approx(0.4)
    assert found.stamp == 7.0
    assert found.values["jawOpen"] == pytest.approx(0.9)
    assert [found.values["eyeBlinkLeft"], found.values["eyeBlinkRight"]] == pytest.approx([0.8, 0.0])
    cue = found.saw()
    assert cue.expression["browOuterUpLeft"] == pytest.approx(0.8)
    assert cue.expression["mouthFrownRight"] == pytest.approx(0.7)
    assert cue.expression["mouthSmileRight"] == 0.0
    assert "gaze_x" not in found.values  # no pupils
    left = openseeface.decode(packets.openseeface(pupils=(-0.1, -0.05, -0.3)))
    assert left is not None
    assert left.values["gaze_x"] == pytest.approx(0.3217, abs=1e-3)
    assert left.values["gaze_y"] > 0.1


def test_a_cue_knows_what_the_tracker_knows_and_may_be_mirrored() -> None:
    cue = Tracked({"mouthSmileLeft": 0.8, "yaw": 0.2, "gaze_x": 0.1}, 0.7).saw(mirrored=True)
    assert {CHANNELS[place] for place in np.flatnonzero(cue.knows)} == {"mouthSmileRight", "yaw", "gaze_x"}
    assert cue.expression["mouthSmileRight"] == pytest.approx(0.8)
    assert cue.expression["yaw"] == pytest.approx(-0.2)
    assert (cue.confidence, cue.feels) == (0.7, False)


def test_muscles_by_any_name() -> None:
    for name in ("jawOpen", "JawOpen", "JAWOPEN"):
        assert muscle(name) == "jawOpen"
    assert muscle("mouthSmile_L") == muscle("MouthSmileLeft") == "mouthSmileLeft"
    assert muscle("neutral") is None
    assert from_arkit([("eyeLookUpLeft", float("inf")), ("nose", 1.0)]) == {}


def sent(*messages: Message) -> bytes:
    (packet,) = bundles(encode(message) for message in messages)
    return packet


def blend(name: str, value: float) -> Message:
    return Message("/VMC/Ext/Blend/Val", (name, value))


APPLY = Message("/VMC/Ext/Blend/Apply")


def test_vmc_presets_move_lids_and_mouth_and_feelings() -> None:
    ear = vmc.Performer()
    assert ear.decode(sent(blend("A", 0.6), blend("Blink_L", 1.0), blend("Joy", 0.5), blend("Blink_L", 0.9))) is None
    found = ear.decode(sent(APPLY))
    assert found is not None
    assert found.emotion == Emotion(happy=0.5)
    assert found.values["eyeBlinkLeft"] == pytest.approx(0.9)
    assert found.values["jawOpen"] == pytest.approx(0.6 * viseme_shape("a")[channel("jawOpen")], rel=1e-5)
    quiet = ear.decode(sent(blend("A", 0.0), blend("Joy", 0.0), APPLY))
    assert quiet is not None
    assert quiet.emotion is None  # it says nothing of feelings: those of the lines stay
    assert set(quiet.values) == {"eyeBlinkLeft"}


def test_vmc_perfect_sync_leads_and_bones_turn_the_head() -> None:
    ear = vmc.Performer()
    turn = Message("/VMC/Ext/Bone/Pos", ("Head", 0.0, 1.2, 0.0, *to_unity(0.3, 0.1, -0.2)))
    eye = Message("/VMC/Ext/Bone/Pos", ("LeftEye", 0.0, 0.0, 0.0, *to_unity(0.2, 0.0, 0.0)))
    alone = vmc.Performer().decode(sent(turn))
    assert alone is not None
    assert alone.values["yaw"] == pytest.approx(0.3, abs=1e-5)  # a sender of bones alone applies no blends
    found = ear.decode(sent(turn, eye, blend("JawOpen", 0.7), blend("aa", 1.0), APPLY))
    assert found is not None
    assert found.values["jawOpen"] == pytest.approx(0.7)
    assert [found.values[name] for name in ("yaw", "pitch", "roll")] == pytest.approx([0.3, 0.1, -0.2], abs=1e-5)
    assert found.values["gaze_x"] == pytest.approx(0.2, abs=1e-5)
    assert ear.decode(sent(turn)) is None  # it waits for what is applied
    assert ear.decode(sent(Message("/VMC/Ext/Blend/Val", ("A",)), Message("/VMC/Ext/Blend/Val", (1, 2.0)))) is None


def test_vmc_remembers_no_more_names_than_an_avatar_has() -> None:
    ear = vmc.Performer()
    for name in range(2000):
        ear.decode(sent(blend(f"shape {name}", 1.0)))
    ear.decode(sent(blend("JawOpen", 1.0)))
    assert len(ear._blends) == 512


@given(
    st.dictionaries(st.sampled_from(["Joy", "A", "Blink"]), st.floats(0, 1, width=32)), st.floats(-0.8, 0.8),
    st.floats(-0.8, 0.8), st.floats(-0.8, 0.8),
)  # fmt: skip
def test_vmc_there_and_back(blends: dict[str, float], yaw: float, pitch: float, roll: float) -> None:
    ear, found = vmc.Performer(), None
    for packet in vmc.datagrams(1.0, blends, {"Head": to_unity(yaw, pitch, roll)}):
        assert len(packet) <= 1500
        found = ear.decode(packet) or found
    assert found is not None
    assert [found.values[name] for name in ("yaw", "pitch", "roll")] == pytest.approx([yaw, pitch, roll], abs=1e-5)
    assert ear._blends == {name.lower(): value for name, value in blends.items()}


def test_a_length_that_is_none_of_openseefaces() -> None:
    with pytest.raises(PeerError, match="expected 1785 bytes a face, got 3"):
        openseeface.decode(b"abc")
    with pytest.raises(PeerError, match="finite"):
        openseeface.decode(packets.openseeface()[:-4] + struct.pack("<f", float("nan")))

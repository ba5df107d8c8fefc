"""What expressions are in other programs' parameters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mien.face import FEELINGS, MUSCLES, REST, Emotion, Expression, SettingsError, prototype, viseme_shape
from mien.face.channels import GAZE_LIMIT, HIGH, LOW
from mien.rig import PERFECT_SYNC, arkit, fitted, live2d, mmd, perfect_sync, read_table, table, vrm, vtube_studio
from mien.rig.inputs import NAMES, VOWELS, inputs

RANGES = {
    "FaceAngleX": (-30.0, 30.0), "FaceAngleY": (-30.0, 30.0), "MouthOpen": (0.0, 1.0), "MouthSmile": (0.0, 1.0),
    "EyeOpenLeft": (0.0, 1.0), "EyeRightX": (-1.0, 1.0), "BrowLeftY": (0.0, 1.0),
}  # fmt: skip

expressions = st.tuples(arrays(np.float32, 63, elements=st.floats(0, 1, width=32)), arrays(
    np.float32, 8, elements=st.floats(0, 1, width=32))).map(
    lambda told: Expression.clipped(LOW + told[0] * (HIGH - LOW), np.zeros(8, np.float32), told[1])
)  # fmt: skip


def said(vowel: str, weight: float = 1.0, emotion: Emotion | None = None) -> Expression:
    felt = prototype(emotion or Emotion())
    return Expression.clipped(np.maximum(felt.channels, 0.0) + weight * viseme_shape(vowel), felt.noise, felt.emotion)


@settings(max_examples=60)
@given(expressions)
def test_every_value_is_finite_and_in_its_range(expression: Expression) -> None:
    for name in ("live2d", "mmd", "vrm", "vtube_studio"):
        made = table(name)
        for value, low, high in zip(made(expression).values(), made.low, made.high, strict=True):
            assert low <= value <= high
    assert all(0.0 <= value <= 1.0 for value in arkit(expression).values())
    for name, value in vtube_studio(expression, RANGES).items():
        assert RANGES[name][0] <= value <= RANGES[name][1]
    assert len(inputs(expression)) == len(NAMES)


@pytest.mark.parametrize("feeling", FEELINGS)
def test_each_feeling_is_shown_by_a_preset_and_the_presets_of_the_mouth_and_lids_stay_out_of_it(feeling: str) -> None:
    shown = vrm(prototype(Emotion.of({feeling: 1.0})))
    named = {"disgusted": "angry", "afraid": "surprised", "shy": "relaxed"}.get(feeling, feeling)
    presets = {name: shown[name] for name in ("happy", "angry", "sad", "relaxed", "surprised")}
    assert max(presets, key=lambda name: presets[name]) == named
    assert max(shown[name] for name in ("aa", "ih", "ou", "ee", "oh", "blinkLeft", "blinkRight")) < 0.02


@pytest.mark.parametrize(("vowel", "preset"), [("a", "aa"), ("i", "ih"), ("u", "ou"), ("e", "ee"), ("o", "oh")])
@pytest.mark.parametrize("weight", [0.4, 1.0])
def test_vowels_are_found_in_the_mouth(vowel: str, preset: str, weight: float) -> None:
    shown = vrm(said(vowel, weight))
    assert shown[preset] == pytest.approx(weight, abs=0.01)
    assert sum(shown[name] for name in ("aa", "ih", "ou", "ee", "oh")) == pytest.approx(weight, abs=0.02)


def test_vowels_are_found_while_something_is_felt() -> None:
    for feeling in FEELINGS:
        shown = vrm(said("o", 0.6, Emotion.of({feeling: 0.5})))
        mouths = {name: shown[name] for name in ("aa", "ih", "ou", "ee", "oh")}
        assert max(mouths, key=lambda name: mouths[name]) == "oh", feeling
    assert all(value == 0.0 for name, value in vrm(said("m")).items() if name in ("aa", "oh"))


@given(arrays(np.float64, 5, elements=st.floats(0, 1)))
def test_mixed_vowels_come_back(amounts: np.ndarray) -> None:
    amounts = amounts / max(1.0, float(amounts.sum()))
    mouth = sum(weight * viseme_shape(name) for weight, name in zip(amounts, VOWELS, strict=True))
    found = inputs(Expression.clipped(mouth, np.zeros(8, np.float32), np.zeros(8, np.float32)))
    back = found[[NAMES.index(f"vowel_{name}") for name in VOWELS]]
    if amounts.max() > 0.02:
        assert np.allclose(back, amounts, atol=2e-3)


def test_lids_are_what_the_feeling_left_open() -> None:
    wink = Expression.of({"eyeBlinkLeft": 0.7})
    assert vrm(wink)["blinkLeft"] == pytest.approx(0.7)
    assert vrm(wink)["blinkRight"] == 0.0
    laughing = prototype(Emotion(happy=1.0))
    assert laughing["eyeBlinkLeft"] > 0.9
    assert vrm(laughing)["blinkLeft"] < 0.02
    assert mmd(laughing)["笑い"] > 0.8


def test_both_versions_of_vrm_have_the_same_values() -> None:
    expression = prototype(Emotion(happy=0.5, surprised=0.3))
    old, new = vrm(expression, 0), vrm(expression, 1)
    assert list(old.values()) == list(new.values())
    assert (old["Joy"], old["Surprised"]) == (new["happy"], new["surprised"])
    assert {"A", "I", "U", "E", "O", "Blink_L", "Blink_R", "Sorrow", "Fun", "LookLeft"} <= set(old)
    with pytest.raises(SettingsError, match="vrm: expected 0 or 1, got 2"):
        vrm(expression, 2)


def test_arkit_has_the_gaze_in_the_muscles_of_the_eyes() -> None:
    look = arkit(Expression.of({"gaze_x": GAZE_LIMIT, "gaze_y": -GAZE_LIMIT / 2, "jawOpen": 0.3}))
    assert (look["eyeLookOutLeft"], look["eyeLookInRight"], look["eyeLookInLeft"]) == pytest.approx((1.0, 1.0, 0.0))
    assert (look["eyeLookDownLeft"], look["eyeLookUpLeft"]) == pytest.approx((0.5, 0.0))
    assert tuple(look) == MUSCLES
    synced = perfect_sync(Expression.of({"jawOpen": 0.3}))
    assert tuple(synced) == PERFECT_SYNC
    assert synced["JawOpen"] == pytest.approx(0.3)


def test_live2d_turns_to_the_same_side() -> None:
    told = live2d(Expression.of({"yaw": 0.3, "pitch": -0.2, "roll": 0.1, "gaze_x": -0.3, "blush": 0.5}))
    assert told["ParamAngleX"] == pytest.approx(17.2, abs=0.1)
    assert told["ParamAngleY"] < -10.0
    assert told["ParamAngleZ"] > 5.0
    assert told["ParamEyeBallX"] == pytest.approx(-0.5, abs=0.01)
    assert told["ParamCheek"] == pytest.approx(0.5)
    rest = live2d(REST)
    assert (rest["ParamEyeLOpen"], rest["ParamMouthForm"], rest["ParamMouthOpenY"]) == (1.0, 0.0, 0.0)
    assert live2d(prototype(Emotion(happy=0.6)))["ParamMouthForm"] > 0.4
    assert live2d(prototype(Emotion(sad=0.8)))["ParamMouthForm"] < -0.4


def test_vtube_studio_gets_what_it_has_in_the_ranges_that_it_tells() -> None:
    rest = vtube_studio(REST, RANGES)
    assert set(rest) == set(RANGES)
    assert rest["MouthSmile"] == rest["BrowLeftY"] == 0.5  # the middle of a range without a negative part
    assert vtube_studio(REST, {"MouthSmile": (-1.0, 1.0)}) == {"MouthSmile": 0.0}
    assert vtube_studio(Expression.of({"yaw": 0.8}), {"FaceAngleX": (-30.0, 30.0)}) == {"FaceAngleX": 30.0}


@pytest.mark.parametrize(
    ("value", "unit", "low", "high", "found"),
    [
        (0.5, "share", 0.0, 1.0, 0.5), (0.5, "share", -2.0, 2.0, 0.5), (0.5, "share", 0.0, 100.0, 0.5),
        (0.5, "share", 2.0, 4.0, 3.0), (0.5, "share", 0.0, 0.5, 0.25), (-1.0, "signed", 0.0, 1.0, 0.0),
        (-0.5, "signed", -1.0, 1.0, -0.5), (-1.0, "signed", -0.5, 1.0, -0.5), (40.0, "degrees", -30.0, 30.0, 30.0),
    ],
)  # fmt: skip
def test_fitting(value: float, unit: str, low: float, high: float, found: float) -> None:
    assert fitted(value, unit, low, high) == pytest.approx(found)


def test_tables_name_their_source() -> None:
    for name in ("vrm", "vtube_studio", "live2d", "mmd"):
        assert len(table(name).source) > 20


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "names.source: expected where"), ('[names]\nsource = "x"', r"expected \[parameter"),
        ('[names]\nsource = "x"\n[parameter.A]\nof = {}', "either range or unit"),
        ('[names]\nsource = "x"\n[parameter.A]\nof = {}\nunit = "percent"', "A.unit: expected share"),
        ('[names]\nsource = "x"\n[parameter.A]\nof = {nose = 1.0}\nunit = "share"', "A.of: no input 'nose'"),
        ('[names]\nsource = "x"\n[parameter]\nA = 3', "A: expected a table"),
    ],
)  # fmt: skip
def test_a_table_that_is_off_says_where(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=says):
        read_table(path)

"""Other colours: what a drawing becomes is what an artist would have drawn in that colour."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mien.character import load
from mien.face import PARTS, REST, Colour, Emotion, Expression, Frame, SettingsError, WeightsError, prototype
from mien.face.colour import colour, written
from mien.paint import Recolours, open_painter
from mien.paint.drawn import MOMO, Artist, Identity
from mien.paint.drawn.artist import LAYERS, draw
from mien.paint.gan import GanPainter
from mien.paint.tint import tint
from mien.testing import FakePainter

COLOURS = st.tuples(*[st.integers(0, 255)] * 3)
BLUE: Colour = (0x33, 0x55, 0xAA)


def psnr(one: NDArray[Any], other: NDArray[Any]) -> float:
    return float(10 * np.log10(255.0**2 / max(np.mean((one.astype(float) - other) ** 2), 1e-9)))


def shares_of(text: str) -> tuple[float, float, float]:
    red, green, blue = colour(text)
    return red / 255, green / 255, blue / 255


@given(COLOURS)
def test_its_own_colour_changes_nothing(own: Colour) -> None:
    assert np.abs(tint(own, own) - np.eye(3, 4)).max() < 1e-9


@given(COLOURS, COLOURS)
def test_the_colour_becomes_the_one_that_is_wanted(own: Colour, wanted: Colour) -> None:
    for alpha in (1.0, 0.5):
        got = tint(own, wanted) @ np.array([*(alpha * part / 255 for part in own), alpha])
        # of all but black the shades lie too near to it to be all met
        assert np.abs(got - alpha * np.array(wanted) / 255).max() < (4 if sum(own) > 300 else 26) / 255
    assert np.abs(tint(own, wanted)).max() < 40  # bounded, for noise grows with it


@pytest.mark.parametrize("own", ["#faa8b2", "#2b2630", "#d4d8e2", "#7a4b2a"])
@pytest.mark.parametrize("wanted", ["#2b2630", "#d4d8e2", "#f2d58a", "#3355aa", "#4fa36b", "#faa8b2"])
def test_hair_is_as_if_it_had_been_drawn_so(own: str, wanted: str) -> None:
    layers = [layer for layer in LAYERS if layer.part == "hair"]
    before, after = (replace(MOMO, hair=shares, hair_tip=shares) for shares in map(shares_of, (own, wanted)))
    drawn, wished, other = (draw(one, REST, 128, layers=layers) for one in (before, after, before))
    made = cv2.transform(drawn, np.vstack([tint(colour(own), colour(wanted)), [0, 0, 0, 1]]))
    assert psnr(made, wished) >= 25.0  # lights and shadows of very light hair cannot both become those of black hair
    assert own == wanted or psnr(made, wished) > psnr(other, wished) + 6.0


@pytest.mark.parametrize(
    ("part", "wanted"),
    [("hair", "#2b2630"), ("hair", "#3355aa"), ("iris", "#7a4b2a"), ("iris", "#c8283c"), ("skin", "#a06a48"),
     ("cloth", "#2a2a33")],
)  # fmt: skip
def test_the_painter_shows_what_the_artist_would_have_drawn(part: str, wanted: str) -> None:
    momo = load("momo")
    for expression in (REST, prototype(Emotion(surprised=1.0))):
        plain, dyed = (open_painter("gan", momo, 128, colours) for colours in (None, {part: colour(wanted)}))
        drawn = open_painter("artist", momo, 128, {part: colour(wanted)})
        got, own, wished = (one.paint(expression).over((255, 255, 255)) for one in (dyed, plain, drawn))
        same = open_painter("artist", momo, 128).paint(expression).over((255, 255, 255))
        # nearly as near to the artist as without another colour
        assert psnr(got, wished) > min(psnr(own, same) - 2.0, 28.0)


def test_a_painter_tells_its_colours_and_stays_as_it_is() -> None:
    painter = open_painter("gan", load("momo"), 64)
    assert isinstance(painter, GanPainter)
    before = painter.paint(REST).pixels.copy()
    other = painter.recoloured({"hair": BLUE})
    assert other.colours == {**painter.colours, "hair": BLUE}
    assert set(painter.colours) == set(PARTS)
    changed = other.paint(REST).pixels
    assert not np.array_equal(changed, before)
    assert np.array_equal(painter.paint(REST).pixels, before)
    assert np.array_equal(changed[..., 3], before[..., 3])
    again = other.recoloured({"hair": painter.colours["hair"]})
    assert np.array_equal(again.paint(REST).pixels, before)
    both = other.recoloured({"iris": BLUE})
    assert both.colours["hair"] == both.colours["iris"] == BLUE


def test_the_artist_draws_in_other_colours_and_tips_go_with_the_hair() -> None:
    artist = Artist(Identity.of(3), 64)
    assert isinstance(artist, Recolours)
    other = artist.recoloured({"hair": BLUE, "skin": (90, 60, 40)})
    assert other.colours == {**artist.colours, "hair": BLUE, "skin": (90, 60, 40)}
    assert other.identity.hair_tip != artist.identity.hair_tip
    assert other.identity.iris == artist.identity.iris


def test_every_part_of_the_artist_has_layers() -> None:
    assert {layer.part for layer in LAYERS} - {""} == set(PARTS)


def test_what_cannot_have_another_colour_is_said(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"hair: toy cannot be given the colour #3355aa; it can take none"):
        open_painter("gan", load(str(bundle)), 64, {"hair": BLUE})
    with pytest.raises(SettingsError, match="no part 'nose'; there are: hair, iris, skin, cloth"):
        open_painter("gan", load("momo"), 64, {"nose": BLUE})
    monkeypatch.setattr("mien.paint.painter.entry_points", lambda **_: [Plain()])
    with pytest.raises(SettingsError, match="iris: momo cannot be given"):
        open_painter("plain", load("momo"), 64, {"iris": BLUE})


class Plain:
    """A plug-in's painter that knows nothing of colours."""

    name = "plain"

    def load(self) -> Any:
        return lambda _character, size: FakePainter(size)


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ([], "expected an object"), ({"nose": {}}, "no part 'nose'; there are: hair"),
        ({"hair": 3}, "hair: expected colour and cels"), ({"hair": {"colour": "#112233"}}, "expected colour and cels"),
        ({"hair": {"colour": "#112233", "cels": []}}, "expected colour and cels"),
        ({"hair": {"colour": "#112233", "cels": ["back"], "tip": 1}}, "expected colour and cels"),
        ({"hair": {"colour": "pink", "cels": ["back"]}}, r"hair\.colour: expected a colour like"),
        ({"hair": {"colour": [1, 2, 3], "cels": ["back"]}}, r"hair\.colour: expected a colour like"),
        ({"hair": {"colour": "#112233", "cels": ["wig"]}}, "cels of the painter, each in one part, got 'wig'"),
        ({"hair": {"colour": "#112233", "cels": [["back"]]}}, "cels of the painter"),
        ({part: {"colour": "#112233", "cels": ["back"]} for part in ("hair", "skin")}, "each in one part, got 'back'"),
    ],
)  # fmt: skip
def test_nonsense_in_parts_is_refused(bundle: Path, parts: object, says: str) -> None:
    manifest = json.loads((bundle / "character.json").read_text())
    manifest["painter"]["parts"] = parts
    (bundle / "character.json").write_text(json.dumps(manifest))
    with pytest.raises(WeightsError, match=r"character\.json: painter\.parts.*" + says):
        open_painter("gan", load(str(bundle)), 64)


def test_a_colour_reads_as_it_is_written() -> None:
    assert written(colour("#3355Aa")) == "#3355aa"
    for bad in ("", "#fff", "red", "#12345g", None, 3):
        with pytest.raises(SettingsError, match="expected a colour like"):
            colour(bad)


def test_clipped_cels_stay_inside_in_another_colour() -> None:
    shut = Expression.of({"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0})
    painter = open_painter("gan", load("momo"), 128)
    assert isinstance(painter, GanPainter)
    red = painter.recoloured({"iris": (255, 0, 0)})
    frames: list[Frame] = [one.paint(shut) for one in (painter, red)]
    assert psnr(frames[0].pixels, frames[1].pixels) > 35.0

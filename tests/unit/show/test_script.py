"""Scripts: natural timing, cues in order, lines with times, a peak that shows the line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.face import Directed, Felt, Spoke, prototype
from mien.mood.empathy import open_policy
from mien.show import Metronome, Session, peak, react, script
from mien.testing import FakePainter, FakeReader, ListSink, mumble

READER = FakeReader()


@given(st.lists(st.text("ab wy!", max_size=30), max_size=8))
def test_cues_are_in_order_and_lines_do_not_overlap(lines: list[str]) -> None:
    play = script(lines, READER, mumble)
    times = [cue.t for cue in play.cues]
    assert times == sorted(times)
    assert [line.text for line in play.lines] == [line for line in lines if line.strip()]
    ends = [0.0] + [line.end for line in play.lines]
    for line, end_before in zip(play.lines, ends, strict=False):
        assert end_before < line.start < line.peak < line.end
    assert play.seconds > ends[-1]
    assert play.frames(30) == Metronome(30, play.seconds).count


def test_a_line_is_glanced_at_felt_then_said() -> None:
    play = script(["yay we won"], READER, mumble)
    glance, feeling, words = play.cues
    assert isinstance(glance, Directed)
    assert isinstance(feeling, Felt)
    assert isinstance(words, Spoke)
    assert glance.t + glance.hold == feeling.t == play.lines[0].start
    assert 0.2 <= words.t - feeling.t <= 0.5
    assert feeling.emotion.happy == 0.9
    spoken = words.visemes[-1].start + words.visemes[-1].seconds
    assert feeling.t + feeling.hold > words.t + spoken  # it holds beyond the last word


def test_a_line_with_nothing_to_say_is_felt() -> None:
    play = script(["!!!"], READER, mumble)
    assert [type(cue) for cue in play.cues] == [Directed, Felt]
    assert play.lines[0].end - play.lines[0].start == pytest.approx(1.5)


def test_nobody_stays_surprised_for_a_whole_sentence() -> None:
    reaction = react(READER.read("wow " + "a" * 60), 0.0, mumble)
    feeling = reaction.cues[0]
    assert isinstance(feeling, Felt)
    assert feeling.hold <= 2.4
    assert reaction.peak <= feeling.hold


def test_longer_lines_take_longer() -> None:
    short, long = (script([text], READER, mumble).seconds for text in ("yay", "yay " + "a" * 40))
    assert long > short + 3.0


def test_blank_lines_are_beats_of_silence() -> None:
    dense, airy = script(["yay", "sob"], READER, mumble), script(["yay", "", "  ", "sob"], READER, mumble)
    assert airy.seconds == pytest.approx(dense.seconds + 1.0)
    assert len(airy.lines) == 2
    assert script([], READER, mumble).lines == ()
    assert script(["", "\n"], READER, mumble).seconds > 1.0


def test_subtitles_carry_the_lines() -> None:
    play = script(["yay", "sob"], READER, mumble)
    assert [text for _, _, text in play.subtitles] == ["yay", "sob"]
    assert play.subtitles[1][0] == play.lines[1].start


def test_real_visemes_are_the_default() -> None:
    play = script(["yay mama"], READER)
    [words] = [cue for cue in play.cues if isinstance(cue, Spoke)]
    assert "m" in {viseme.name for viseme in words.visemes}


@pytest.mark.parametrize("word", ["yay", "sob", "grr", "wow", "ugh", "eek", "um", "ahh"])
def test_the_still_shows_the_feeling_and_no_blink(word: str) -> None:
    play = script(["sob no", f"{word} this is it"], READER, mumble)
    shot = peak(play, play.lines[1], seed=3)
    wanted = play.lines[1].reading.emotion
    assert shot.emotion.dominant == wanted.dominant
    shown = prototype(wanted)
    if word != "yay":  # whose eyes are shut with joy
        assert shot.expression["eyeBlinkLeft"] < shown["eyeBlinkLeft"] + 0.25
    for name in ("mouthSmileLeft", "mouthFrownLeft", "browDownLeft", "browOuterUpLeft", "eyeWideLeft"):
        assert abs(shot.expression[name] - shown[name]) < 0.25, name


@pytest.mark.parametrize("seed", range(12))
def test_the_still_of_an_answer_shows_no_blink_either(seed: int) -> None:
    play = script(["ahh this is it"], READER, mumble, policy=open_policy("service"))
    assert peak(play, play.lines[0], seed=seed).expression["eyeBlinkLeft"] < 0.5


def test_a_script_is_played_into_the_sinks() -> None:
    sink = ListSink()
    report = Session.of(script(["yay hello"], READER), FakePainter(), fps=24, seed=1, sinks=[sink]).run()
    assert report.frames == len(sink.shots)
    assert sink.kept
    assert max(shot.emotion.happy for shot in sink.shots) > 0.85
    red = [int(shot.frame.pixels[0, 0, 0]) for shot in sink.shots if shot.frame is not None]
    assert max(red) > 100 > min(red)  # the mouth opens and closes


@given(st.integers(0, 50))
@settings(max_examples=3)
def test_a_script_is_a_session_of_its_cues(seed: int) -> None:
    play = script(["wow"], READER, mumble)
    shots = list(Session.of(play, FakePainter(), fps=12, seed=seed).shots())
    again = list(Session(clock=Metronome(12, play.seconds), cues=play.cues, seed=seed).shots())
    assert [shot.expression for shot in shots] == [shot.expression for shot in again]
    assert len(shots) == play.frames(12)

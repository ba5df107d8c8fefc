"""From faces to cues: the mirror, and the answer, which consent allows."""

from __future__ import annotations

import numpy as np
import pytest

from mien.face import Emotion, Expression, Face, Felt, Landmarks
from mien.mood import Temper
from mien.mood.empathy import Audience, open_policy
from mien.sense import Reading
from mien.show import Inbox, Metronome, perform
from mien.show.facing import Answering, Mirroring, Moment, One, Remark

QUIET = Temper(sway=0.0, micro=0.0, roam=0.0, nod=0.0, stir=0.0, blink_every=60.0)
ANGRY = Reading("grr", Emotion(angry=0.9), 1.0, "en")


def face(smile: float = 0.0, emotion: Emotion | None = None, who: int = 0, width: float = 0.4) -> Face:
    expression = Expression.of({"mouthSmileLeft": smile, "mouthSmileRight": smile})
    points = Landmarks(np.full((70, 2), 0.5, np.float32))
    return Face((0.1, 0.1, width, 0.5), points, expression, emotion or Emotion(), 0.9, who)


def test_one_person_is_followed_although_a_larger_face_comes() -> None:
    one = One()
    assert one.of([]) is None
    small, large = face(who=3, width=0.2), face(who=4, width=0.6)
    assert one.of([small]) is small
    assert one.of([large, small]) is small
    assert one.of([large]) is large
    assert one.of([large, small]) is large


def test_a_smile_is_mirrored_and_nobody_gives_no_cue() -> None:
    mirroring = Mirroring()
    for number in range(30):
        (cue,) = mirroring.saw(number / 30, [face()])
    assert cue.expression["mouthSmileLeft"] < 0.05
    (cue,) = mirroring.saw(1.0, [face(0.8)])
    assert cue.expression["mouthSmileLeft"] > 0.7
    assert cue.t == 1.0
    assert cue.confidence == pytest.approx(0.9)
    assert mirroring.saw(1.1, []) == ()


def test_a_sad_face_and_an_angry_line_are_answered_together() -> None:
    answering = Answering(Audience(open_policy("service"), consent=["face"]))
    assert answering.policy == "service"
    assert answering.due(0.0) == ()
    assert answering.saw(0.5, [face(emotion=Emotion(sad=0.9))]) == ()
    (cue,) = answering.due(0.5)
    assert isinstance(cue, Felt)
    alone = cue.emotion
    assert alone.sad > 0.2
    for number in range(40):
        t = 2.5 + number / 30
        answering.saw(t, [face(emotion=Emotion(sad=0.9))])
        answering.hear(Remark(t, ANGRY, "a customer"))
        cues = answering.due(t)
        if cues:
            (cue,) = cues
    assert isinstance(cue, Felt)
    assert cue.emotion != alone
    assert cue.emotion.angry == 0.0  # concern and calm, never anger


def test_without_consent_no_face_is_read() -> None:
    answering = Answering(Audience(open_policy("mirror")))
    answering.hear(Remark(0.0, ANGRY))
    with pytest.raises(ValueError, match="needs consent"):
        answering.saw(0.1, [face()])


def test_lines_that_come_during_the_show_are_answered_then() -> None:
    remark = Remark(0.5, ANGRY, "a customer")
    answering = Answering(Audience(open_policy("mirror"), consent=["face"]), [remark])
    inbox, moment = Inbox(), Moment()
    shots = list(moment.of(perform(inbox, Metronome(30, 2.0)), answering, inbox))
    assert moment() == shots[-1].t
    assert max(shot.emotion.angry for shot in shots if shot.t < 0.5) == 0.0
    assert max(shot.emotion.angry for shot in shots) > 0.4


def test_a_face_that_is_lost_relaxes() -> None:
    inbox, mirroring, moment = Inbox(), Mirroring(), Moment()
    for number in range(60):
        for cue in mirroring.saw(number / 30, [face(0.0 if number < 30 else 0.9)]):
            inbox.put(cue)
    shots = list(moment.of(perform(inbox, Metronome(30, 6.0), QUIET), mirroring, inbox))
    smiles = [shot.expression["mouthSmileLeft"] for shot in shots]
    assert max(smiles[45:62]) > 0.8
    assert max(smiles[120:]) < 0.1

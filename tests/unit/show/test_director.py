"""From faces to cues: the mirror, and the answer, which consent allows."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from mien.face import Directed, Emotion, Expression, Face, Felt, Landmarks, PeerError, Saw, Spoke
from mien.mood import Temper
from mien.mood.empathy import Audience, open_policy
from mien.sense import Heard
from mien.show import AnswerDirector, LineReader, Metronome, MirrorDirector, Session
from mien.show.director import OnePerson
from mien.sources import ChatLine, Say, Support, Write
from mien.testing import FakeReader

QUIET = Temper(sway=0.0, micro=0.0, roam=0.0, nod=0.0, stir=0.0, blink_every=60.0)
LINES = LineReader(FakeReader())


def face(smile: float = 0.0, emotion: Emotion | None = None, who: int = 0, width: float = 0.4) -> Face:
    expression = Expression.of({"mouthSmileLeft": smile, "mouthSmileRight": smile})
    points = Landmarks(np.full((70, 2), 0.5, np.float32))
    return Face((0.1, 0.1, width, 0.5), points, expression, emotion or Emotion(), 0.9, who)


def test_one_person_is_followed_although_a_larger_face_comes() -> None:
    one = OnePerson()
    assert one.of([]) is None
    small, large = face(who=3, width=0.2), face(who=4, width=0.6)
    assert one.of([small]) is small
    assert one.of([large, small]) is small
    assert one.of([large]) is large
    assert one.of([large, small]) is large


def test_a_smile_is_mirrored_and_nobody_gives_no_cue() -> None:
    mirroring = MirrorDirector()
    for number in range(30):
        (cue,) = mirroring.see([face()], number / 30)
    assert cue.expression["mouthSmileLeft"] < 0.05
    (cue,) = mirroring.see([face(0.8)], 1.0)
    assert cue.expression["mouthSmileLeft"] > 0.7
    assert cue.t == 1.0
    assert cue.confidence == pytest.approx(0.9)
    assert mirroring.see([], 1.1) == ()


def test_a_sad_face_and_an_angry_line_are_answered_together() -> None:
    answering = AnswerDirector(Audience(open_policy("service"), consent=["face"]), LINES)
    assert answering.policy.name == "service"
    assert answering.due(0.0) == []
    assert answering.see([face(emotion=Emotion(sad=0.9))], 0.5) == ()
    (cue,) = answering.due(0.6)
    assert isinstance(cue, Felt)
    alone = cue.emotion
    assert alone.sad > 0.2
    for number in range(40):
        t = 2.5 + number / 30
        answering.see([face(emotion=Emotion(sad=0.9))], t)
        assert answering.take(ChatLine(t, "a customer", "grr"), t) == []
        felt = [one for one in answering.due(t) if isinstance(one, Felt)]
        cue = felt[-1] if felt else cue
    assert isinstance(cue, Felt)
    assert cue.emotion != alone
    assert cue.emotion.angry == 0.0  # concern and calm, never anger


def test_without_consent_no_face_is_read() -> None:
    answering = AnswerDirector(Audience(open_policy("mirror")), LINES)
    answering.take(ChatLine(0.0, "", "grr"), 0.0)
    with pytest.raises(ValueError, match="needs consent"):
        answering.see([face()], 0.1)


def test_lines_that_come_during_the_show_are_answered_then() -> None:
    answering = AnswerDirector(Audience(open_policy("mirror"), consent=["face"]), LINES)
    remark = ChatLine(0.5, "a customer", "grr")
    session = Session(clock=Metronome(30, 2.0), director=answering, timed=[(remark.t, remark)])
    shots = list(session.shots())
    assert session.now == shots[-1].t
    assert max(shot.emotion.angry for shot in shots if shot.t < 0.5) == 0.0
    assert max(shot.emotion.angry for shot in shots) > 0.4


def test_an_answer_is_seen_when_it_is_due_at_any_frame_rate() -> None:
    def angry(fps: float) -> dict[float, float]:
        remark = ChatLine(0.5, "a customer", "grr")
        answering = AnswerDirector(Audience(open_policy("mirror")), LINES)  # it answers after .2 s
        session = Session(clock=Metronome(fps, 2.0), director=answering, timed=[(remark.t, remark)])
        return {round(shot.t, 4): shot.emotion.angry for shot in session.shots()}

    finest = angry(60.0)
    assert next(t for t, feeling in finest.items() if feeling > 0.0) == 0.7167
    for fps in (20.0, 30.0):
        assert all(feeling == pytest.approx(finest[t], abs=1e-6) for t, feeling in angry(fps).items())


def test_a_face_that_is_lost_relaxes() -> None:
    mirroring, cues = MirrorDirector(), []
    for number in range(60):
        for cue in mirroring.see([face(0.0 if number < 30 else 0.9)], number / 30):
            cues.append(cue)
    shots = list(Session(clock=Metronome(30, 6.0), cues=cues, temper=QUIET).shots())
    smiles = [shot.expression["mouthSmileLeft"] for shot in shots]
    assert max(smiles[45:62]) > 0.8
    assert max(smiles[120:]) < 0.1


def test_what_is_answered_does_not_hang_on_how_often_one_asks() -> None:
    def answers(fps: float) -> list[tuple[float, Emotion]]:
        director = AnswerDirector(Audience(open_policy("mirror")), LINES)
        told = []
        for tick in range(round(6 * fps)):
            t = tick / fps
            if tick in (round(1.0 * fps), round(3.0 * fps)):
                director.take(ChatLine(t, "somebody", "yay" if t < 2.0 else "sob"), t)
            told += [(cue.t, cue.emotion) for cue in director.due(t) if isinstance(cue, Felt)]
        return told

    assert answers(30.0) == answers(60.0) == answers(120.0)
    assert len(answers(60.0)) > 1


def test_the_eyes_go_to_a_chat_while_there_is_one() -> None:
    director = AnswerDirector(Audience(open_policy("mirror")), LINES)
    assert director.due(5.0) == []
    director.take(ChatLine(5.0, "somebody", "hello"), 5.0)
    glances = [cue for t in range(6, 16) for cue in director.due(float(t)) if isinstance(cue, Directed)]
    assert [round(b.t - a.t, 1) for a, b in pairwise(glances)] == [2.8] * (len(glances) - 1)


def test_what_is_given_is_thanked_for_at_once_and_its_words_are_read() -> None:
    heard: list[Heard] = []
    director = AnswerDirector(Audience(open_policy("mirror")), LineReader(FakeReader(), heard=heard.append))
    assert director.take(Support(1.0, "inu", "gift", 50.0, "USD"), 1.0) == []
    (thanks,) = [cue for cue in director.due(1.1) if isinstance(cue, Felt)]
    assert thanks.emotion.happy > 0.8
    assert not heard
    director.take(Support(9.0, "tora", "superchat", 50.0, "USD", "sob I miss my cat"), 9.0)
    answer = [cue for cue in director.due(9.1) if isinstance(cue, Felt)][-1]
    assert answer.emotion.dominant == "sad"
    assert [one.reading.text for one in heard] == ["sob I miss my cat"]
    assert MirrorDirector(LINES).take(Support(1.0, "inu", "gift"), 1.0) == []


def test_beside_a_mirrored_face_a_chat_is_felt_and_eyes_stay_the_persons() -> None:
    answers = AnswerDirector(Audience(open_policy("mirror")), LINES)
    director = MirrorDirector(LINES, answers)
    (seen,) = director.see([face(0.8)], 0.5)
    assert isinstance(seen, Saw)
    director.take(Support(1.0, "inu", "gift", 50.0, "USD"), 1.0)
    director.take(ChatLine(1.0, "tora", "yay"), 1.0)
    cues = [cue for t in range(11, 80) for cue in director.due(t / 10)]
    assert max(cue.emotion.happy for cue in cues if isinstance(cue, Felt)) > 0.8
    assert not any(isinstance(cue, Directed) for cue in cues)
    director.answers = None
    assert director.take(Support(9.0, "inu", "gift", 50.0, "USD"), 9.0) == []
    assert director.due(9.5) == ()


def test_her_own_line_is_said_and_felt_before_anybody_is_answered() -> None:
    heard: list[Heard] = []
    director = AnswerDirector(Audience(open_policy("mirror")), LineReader(FakeReader(), heard=heard.append))
    felt, spoke = director.take(Say("yay this is said aloud"), 1.0)
    assert isinstance(felt, Felt)
    assert isinstance(spoke, Spoke)
    director.take(ChatLine(1.1, "somebody", "grr"), 1.1)
    answers = [cue for cue in director.due(6.0) if isinstance(cue, Felt)]
    assert answers
    assert min(cue.t for cue in answers) > spoke.t + max(shape.start for shape in spoke.visemes)
    assert [one.reading.text for one in heard] == ["yay this is said aloud", "grr"]


def test_two_texts_that_are_written_at_once_do_not_mix() -> None:
    heard: list[Heard] = []
    director = MirrorDirector(LineReader(FakeReader(), heard=heard.append))
    for text in (Write("yay we ", writer="one"), Write("sob oh ", writer="two"), Write("won.", True, "one")):
        cues = director.take(text, 2.0)
    final = [one for one in heard if one.final]
    assert [one.reading.text for one in final] == ["yay we won."]
    guesses = [cue for cue in cues if isinstance(cue, Felt)]
    assert guesses[-1].utterance == "sentence 0"
    director.take(Write("", True, "two"), 3.0)
    assert [one.reading.text for one in heard if one.final][-1] == "sob oh"


def test_an_unknown_policy_is_a_peers_mistake() -> None:
    director = MirrorDirector(LineReader(FakeReader(), {"service": open_policy("service")}))
    with pytest.raises(PeerError, match="no policy 'sly'; there are: service"):
        director.take(Say("yay", "sly"), 0.0)
    (felt,) = director.take(Say("grr", "service"), 0.0)
    assert isinstance(felt, Felt)
    assert felt.emotion.angry == 0.0


def test_a_director_without_a_reader_says_so() -> None:
    with pytest.raises(ValueError, match="LineReader"):
        MirrorDirector().take(Say("yay"), 0.0)

"""A chat that is watched, a viewer's line that is answered, and a performance that is told and drawn."""

from __future__ import annotations

import numpy as np

from mien.face import Felt, Spoke
from mien.mood.empathy import Audience, open_policy
from mien.sense import explain, open_reader
from mien.show import react, script, watch
from mien.sources import ChatLine, Support
from mien.tell.timeline import timeline

_READER = open_reader()


def _chat(texts: list[str], each: float = 0.25) -> list[ChatLine]:
    return [ChatLine(number * each, f"viewer {number % 40}", text) for number, text in enumerate(texts)]


def test_a_watched_chat_moves_the_face_its_way_and_nothing_is_said() -> None:
    lines = _chat(["哈哈哈哈太好笑了"] * 20 + ["呜呜呜好难过😭"] * 20)
    play = watch(lines, _READER, Audience(open_policy("mirror")))
    felt = [cue for cue in play.cues if isinstance(cue, Felt)]
    assert not any(isinstance(cue, Spoke) for cue in play.cues)
    assert {cue.emotion.dominant for cue in felt if cue.t < 5.0} == {"happy"}
    assert felt[-1].emotion.dominant == "sad"
    acted = timeline(play)
    early, late = acted.feelings[acted.times < 5.0], acted.feelings[(acted.times > 8.0) & (acted.times < 10.0)]
    assert early[:, 0].max() > 0.5
    assert late[-1].argmax() == 1
    assert float(np.abs(np.diff(acted.feelings, axis=0)).max()) < 0.45, "no snap between two frames"


def test_gifts_in_a_watched_chat_are_thanked_for_and_their_words_are_shown() -> None:
    given = Support(3.0, "inu", "superchat", 500.0, "CNY", "生日快乐！！")
    play = watch([*_chat(["呜呜呜好难过😭"] * 12), given], _READER, Audience(open_policy("mirror")))
    felt = [cue for cue in play.cues if isinstance(cue, Felt)]
    assert felt[-1].emotion.dominant == "happy"
    assert felt[-1].hold > 4.0
    assert play.lines[-1].text == "生日快乐！！"


def test_an_empty_and_a_blank_chat_are_watched_in_peace() -> None:
    for lines in ([], _chat([" "] * 5)):
        play = watch(lines, _READER, Audience(open_policy("streamer")))
        assert not [cue for cue in play.cues if isinstance(cue, Felt)]
        assert play.seconds > 0.0


def test_a_viewers_line_is_answered_and_not_said() -> None:
    reading = _READER.read("你们太过分了，气死我了！！")
    answer = react(reading, 0.0, policy=open_policy("service"))
    assert [type(cue) for cue in answer.cues] == [Felt]
    assert answer.cues[0].emotion.dominant == "sad"  # type: ignore[union-attr]


def test_a_timeline_tells_of_every_line() -> None:
    play = script(["今天终于通关了！！", "I miss my cat so much…"], _READER)
    acted = timeline(play)
    happy, sad = acted.as_dicts()
    assert next(iter(happy["feelings"])) == "happy"
    assert next(iter(sad["feelings"])) == "sad"
    assert {cue["kind"] for cue in sad["cues"]} >= {"felt", "spoke"}
    assert sad["muscles"]["browInnerUp"]["value"] > 0.3
    frame = acted.drawn()
    assert (frame.width, frame.height) == (1200, 840)


def test_the_words_that_carried_it() -> None:
    said = {
        "I miss my cat so much": ("sad", "miss"),
        "你居然骗我，太过分了！": ("angry", "太过分"),
        "推しが尊すぎる😍": ("happy", "😍"),
    }  # fmt: skip
    for text, (feeling, word) in said.items():
        assert _READER.read(text).emotion.dominant == feeling
        parts = explain(_READER, text, feeling)
        assert any(word in part.text for part in parts)
        assert all(text[part.start : part.end] == part.text for part in parts)
    assert explain(_READER, "", "neutral") == ()

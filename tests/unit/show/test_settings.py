"""A show from a file: what it becomes, and what an error says."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.face import SettingsError
from mien.show import AnswerDirector, MirrorDirector, read_show
from mien.show.settings import parse_show

FULL = """
character = "momo"
painter = "artist"
size = 96
fps = 25
seconds = 2
policy = "service"
[colours]
hair = "#3355aa"
[temper]
lively = 1.5
happy = { onset = 0.4 }
[[source]]
kind = "chat"
file = "chat.tsv"
[[source]]
kind = "camera"
number = 3
[[sink]]
kind = "mp4"
path = "films/out.mp4"
background = "#102030"
sound = true
[[sink]]
kind = "null"
"""


def test_a_file_says_everything_and_paths_lie_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "ada.toml"
    path.write_text(FULL, encoding="utf-8")
    show = read_show(path)
    assert (show.painter, show.size, show.fps, show.seconds, show.policy) == ("artist", 96, 25.0, 2.0, "service")
    assert (show.temper.lively, show.temper.happy.onset, show.temper.happy.decay) == (1.5, 0.4, 4.0)
    assert [(one.kind, dict(one.settings)) for one in show.sources] == [
        ("chat", {"file": tmp_path / "chat.tsv"}), ("camera", {"number": 3}),
    ]  # fmt: skip
    assert show.sinks[0].settings["path"] == tmp_path / "films" / "out.mp4"
    assert show.colours == {"hair": (0x33, 0x55, 0xAA)}
    assert show.sees_faces
    assert isinstance(show.session(tracker=lambda: pytest.fail("nobody plays it")).director, AnswerDirector)


def test_a_voice_says_its_lines_and_films_carry_the_sound(tmp_path: Path) -> None:
    path = tmp_path / "ada.toml"
    sinks = '[[sink]]\nkind = "mp4"\npath = "a.mp4"\n[[sink]]\nkind = "mp4"\npath = "b.mp4"\nsound = false\n'
    path.write_text(f'painter = "artist"\nvoice = "command:cat"\n{sinks}', encoding="utf-8")
    show = read_show(path)
    session = show.session()
    assert session.speaker is not None
    made = [part.make() for part in session._sinks]
    assert [sink._sound is not None for sink in made] == [True, False]
    for sink in made:
        sink.__exit__(None, None, None)
    assert parse_show({"painter": "artist", "sink": [{"kind": "null"}]}, "x").session().speaker is None
    for voice, says in (("siri", "ada.toml: voice: no voice 'siri'"), ("voicevox:x", "ada.toml: voice")):
        path.write_text(f'painter = "artist"\nvoice = "{voice}"\n{sinks}', encoding="utf-8")
        with pytest.raises(SettingsError, match=says):
            read_show(path).session()


def test_without_a_policy_and_a_chat_faces_are_mirrored() -> None:
    show = parse_show({"painter": "artist", "source": [{"kind": "camera"}], "sink": [{"kind": "null"}]}, "ada.toml")
    assert isinstance(show.session().director, MirrorDirector)


@pytest.mark.parametrize(
    ("said", "kind", "answers"),
    [
        ({}, AnswerDirector, None),
        ({"faces": "answer"}, AnswerDirector, None),
        ({"faces": "mirror"}, MirrorDirector, "service"),
    ],
)
def test_beside_a_chat_faces_are_answered_or_as_the_file_says_mirrored(
    said: dict[str, str], kind: type, answers: str | None
) -> None:
    sources = [{"kind": "camera"}, {"kind": "twitch", "channel": "neko"}]
    table = {"painter": "artist", "policy": "service", **said, "source": sources, "sink": [{"kind": "null"}]}
    director = parse_show(table, "ada.toml").session().director
    assert type(director) is kind
    if isinstance(director, MirrorDirector):
        assert director.answers is not None
        assert director.answers.policy.name == answers


def test_a_face_alone_is_answered_where_the_file_says_so() -> None:
    table = {"painter": "artist", "faces": "answer", "source": [{"kind": "camera"}], "sink": [{"kind": "null"}]}
    assert isinstance(parse_show(table, "ada.toml").session().director, AnswerDirector)


def test_keys_are_for_a_page_and_a_show_without_one_passes_over_them(tmp_path: Path) -> None:
    path = tmp_path / "ada.toml"
    path.write_text(
        'painter = "artist"\nsize = 64\nfps = 10\nseconds = 0.2\n[keys]\nb = "hold:blush"\n"+" = "move:wink"\n'
        '[[sink]]\nkind = "null"\n', encoding="utf-8"
    )  # fmt: skip
    show = read_show(path)
    assert show.keys == show.whole()["keys"] == {"b": "hold:blush", "+": "move:wink"}
    assert show.session().run().frames > 0


def test_rooms_are_answered_and_thanks_may_be_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIEN_HOOK_TOKEN", "a-token-of-24-signs-long")
    path = tmp_path / "ada.toml"
    path.write_text(
        'painter = "artist"\n[thanks.gift]\nhappy = 0.1\n[thanks.currency]\nCNY = 1\n'
        '[[source]]\nkind = "twitch"\nchannel = "neko"\n[[source]]\nkind = "hook"\nport = 0\n', encoding="utf-8"
    )  # fmt: skip
    show = read_show(path)
    assert show.thanks.row("gift").most.happy == pytest.approx(0.1)
    session = show.session()
    assert isinstance(session.director, AnswerDirector)
    assert session.director._audience.thanks is show.thanks


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("size = 7", "ada.toml: size: expected 64..2048, got 7"),
        ('size = "big"', "ada.toml: size: expected a whole number, got 'big'"),
        ("size = true", "ada.toml: size: expected a whole number, got True"),
        ("fps = 0", "ada.toml: fps: expected 1..240, got 0"), 
        ("fps = nan", "ada.toml: fps: expected a finite number, got nan"),
        ("pfs = 30", "ada.toml: pfs: not known; did you mean fps?"), ("[temper]\nlivly = 1", "did you mean lively?"),
        ("[temper]\nlively = 9", "ada.toml: temper: Temper.lively: expected 0.3..2, got 9"),
        ("[temper]\nhappy = 1", "ada.toml: temper.happy: expected a table, got 1"),
        ("[temper.sad]\nonse = 1", "ada.toml: temper.sad.onse: not known; did you mean onset?"),
        ("[colours]\nhiar = '#112233'", "ada.toml: colours.hiar: not known; did you mean hair?"),
        ("[colours]\nhair = 'red'", "ada.toml: colours.hair: expected a colour like '#e6edf5', got 'red'"),
        ("[colours]\niris = 3", "ada.toml: colours.iris: expected a colour like '#e6edf5', got 3"),
        ("colours = 3", "ada.toml: colours: expected a table, got 3"),
        ('faces = "shown"', "ada.toml: faces: expected mirror or answer, got 'shown'"),
        ('character = "nobody"', "no character 'nobody'"), ('policy = "sly"', "no policy 'sly'"),
        ("source = 3", "ada.toml: source: expected tables, got 3"),
        ("[[source]]\nnumber = 1", "ada.toml: source[0].kind: expected a name in quotes"),
        ('[[source]]\nkind = "tv"', "ada.toml: source[0].kind: no source 'tv'"),
        ('[[source]]\nkind = "camera"\nport = 1', "ada.toml: source[0].port: not known; there are: number"),
        ('[[source]]\nkind = "camera"\nnumber = "x"', "ada.toml: source[0].number: expected a whole number, got 'x'"),
        ('[[source]]\nkind = "chat"\nfile = ""', "ada.toml: source[0].file: expected a path in quotes, got ''"),
        ('[[sink]]\nkind = "null"\n[[sink]]\nkind = "vcm"', "ada.toml: sink[1].kind: no sink 'vcm'"),
        ('[[sink]]\nkind = "mp4"\npth = "a.mp4"', "ada.toml: sink[0].pth: not known; did you mean path?"),
        ("[thanks.gift]\nhapy = 1", "ada.toml: thanks: gift.hapy: not known; did you mean happy?"),
        ("[thanks]\ngift = 1", "ada.toml: thanks: gift: expected a table such as [gift], got 1"),
        ('[[source]]\nkind = "twitch"', "ada.toml: source[0].channel: expected text in quotes, got nothing"),
        ('[[source]]\nkind = "bilibili"\nroom = "5"', "ada.toml: source[0].room: expected a whole number, got '5'"),
        ("keys = 3", "ada.toml: keys: expected a table, got 3"),
        ("[keys]\nb = 'jump'", "ada.toml: keys.b: expected hold:NAME or move:NAME, got 'jump'"),
        ("[keys]\nb = 'hold:blsh'", "ada.toml: keys.b: expected a feeling, a mark or a muscle after hold:, got"),
        ("[keys]\nB = 'hold:blush'", "ada.toml: keys: expected one sign in lower case, or a key's name such as F2"),
        ("[keys]\nw = 'move:a/b'", "ada.toml: keys.w: a move's name: expected 1 to 40 letters"),
        ("size = ", "ada.toml: not TOML"),
    ],
)  # fmt: skip
def test_an_error_names_file_key_expected_and_got(
    text: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ada.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_show("ada.toml")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"kind": "lines", "file": "a.txt", "pause": -1.0}, "source[0].pause: expected 0..3600 seconds, got -1"),
        ({"kind": "chat"}, "source[0].file: expected a path in quotes, got nothing"),
        ({"kind": "twitch", "channel": "a b"}, "source[0].channel: expected the name in twitch.tv/NAME"),
        ({"kind": "youtube", "video": "0123456789a"}, "source[0]: expected a key for the YouTube Data API v3 in the"),
        ({"kind": "bilibili", "room": -1}, "source[0].room: expected the number in live.bilibili.com/NUMBER, got -1"),
    ],
)
def test_a_source_with_a_wrong_setting_is_refused_before_the_show(row: dict[str, object], says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_show({"painter": "artist", "source": [row]}, "ada.toml").session()
    assert f"ada.toml: {says}" in str(caught.value)


def test_a_sink_with_a_wrong_setting_names_its_place() -> None:
    rows = [{"kind": "null"}, {"kind": "mp4", "path": "no/such/folder/a.mp4"}, {"kind": "null", "background": "blue"}]
    for bad, place in ((rows[1], "sink[0]: no/such/folder/a.mp4"), (rows[2], "sink[0].background: expected a colour")):
        with pytest.raises(SettingsError) as caught:
            parse_show({"painter": "artist", "sink": [bad]}, "ada.toml").session().run()
        assert "ada.toml: sink[0]" in str(caught.value)
        assert place.split(": ", 1)[-1].split("/")[0] in str(caught.value)


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml: cannot read it"):
        read_show(tmp_path / "none.toml")
    (tmp_path / "odd.toml").write_bytes(b"size = \xff")
    with pytest.raises(SettingsError, match=r"odd\.toml: line 1, byte 8: expected UTF-8 text"):
        read_show(tmp_path / "odd.toml")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=80)
@given(
    st.dictionaries(
        st.sampled_from(["size", "fps", "seed", "temper", "source", "sink", "policy", "thanks", "keys", "x"]), VALUES
    )
)
def test_any_table_is_a_show_or_a_settings_error(table: dict[str, object]) -> None:
    with suppress(SettingsError):
        parse_show(table, "ada.toml")


def test_a_sink_never_writes_over_what_is_read_or_where_another_writes(tmp_path: Path) -> None:
    chat = tmp_path / "chat.tsv"
    chat.write_text("0\tneko\thi\n", encoding="utf-8")
    for sinks in (
        [{"kind": "jsonl", "path": "chat.tsv"}],
        [{"kind": "mp4", "path": "a.mp4"}, {"kind": "jsonl", "path": "./a.mp4"}],
    ):
        table = {"source": [{"kind": "chat", "file": "chat.tsv"}], "sink": sinks}
        with pytest.raises(SettingsError, match="expected another name"):
            parse_show(table, str(tmp_path / "ada.toml"))

"""The API from the outside: a real server, beside the studio's page and alone."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import av
import cv2
import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from mien.client import ApiError, Client, Live
from mien.face import NEUTRAL
from mien.sense.hearing import TONES
from mien.testing import FakeMind
from mien.voice import open_voice

ROOT = Path(__file__).parents[2]
TOKEN = "token-of-the-tests"
WAIT = 120.0  # seconds; only a server that hangs needs them
LONG = 60.0  # seconds of a session in which anything has come to pass
HOSTILE = (
    b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"text": NaN}', b'{"text": "\\ud800"}', b"[" * 100_000,
    b'{"text": ' + b"9" * 5000 + b"}", b'{"text": "x", "text2": 1}', b'{"lines": ["x"], "seed": 1e999}',
    b'{"lines": ["x"], "character": "../../../etc/passwd"}', b'{"lines": ["x"], "voice": "command:id"}',
    b'{"character": "/etc"}', b'{"temper": {"lively": 99}}', b'{"temper": {"happy": {"onset": -1}}}',
    b'{"colours": {"hair": "#zzzzzz"}, "frames": true}', b'{"size": 1000000}', b'{"fps": 0}', b'{"policy": "x.toml"}',
)  # fmt: skip


MESSAGES: tuple[str | bytes, ...] = (
    "{", "[]", "{}", '{"cue": {}}', '{"cue": {"say": "a", "hush": true}}', '{"cue": {"felt": {"x": 1}}}', b"\x00\x01",
    '{"cue": {"directed": {"jawOpen": 1e9}}}', '{"want": "everything"}', "9" * 5000,
)  # fmt: skip


@pytest.fixture
def client(toy_studio: str) -> Client:
    return Client(toy_studio, TOKEN)


@pytest.fixture(scope="module")
def alone(served: Callable[..., Any], toy: Path) -> Iterator[str]:
    """The address of an API without a page, that pages of one other origin may ask."""
    with served("--character", str(toy), "--api-only", "--origin", "http://127.0.0.1:8000") as address:
        yield address


def asked(address: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes, Any]:
    """Status, body and headers of the answer; JSON with the token, unless headers say otherwise. A test asks more often
    than a client may: it waits as it is told to."""
    while (answer := _asked(address, path, body, **headers))[0] == 429:
        time.sleep(int(answer[2]["retry-after"]))
    return answer


def _asked(address: str, path: str, body: bytes | None, **headers: str) -> tuple[int, bytes, Any]:
    given = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(address + path, body, given)
    try:
        with urllib.request.urlopen(request, timeout=WAIT) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), error.headers


def film(data: bytes) -> tuple[int, int, int]:
    """Width, height and number of frames."""
    with av.open(io.BytesIO(data), "r") as container:
        frames = list(container.decode(video=0))
        return frames[0].width, frames[0].height, len(frames)


def until(live: Live, wanted: Callable[[dict[str, Any]], bool]) -> None:
    """Watch until a shot is as wanted."""
    while not wanted(shot := live.shot(WAIT)):
        assert shot["t"] < LONG, shot


def test_health_is_open_and_says_what_answers(toy_studio: str, client: Client) -> None:
    assert asked(toy_studio, "api/v1/health", Authorization="")[0] == 200
    assert client.health()["status"] == "ok"
    assert client.health()["protocol"] == 1


def test_the_rest_wants_the_token(toy_studio: str) -> None:
    for path, body in (
        ("characters", None),
        ("metrics", None),
        ("feel", b"{}"),
        ("sessions", b"{}"),
        ("sessions", None),
    ):
        status, told, _ = asked(toy_studio, f"api/v1/{path}", body, Authorization="Bearer guess")
        assert (status, json.loads(told)["error"]["where"]) == (401, "Authorization")
    with pytest.raises(ApiError, match="401"):
        Client(toy_studio, "guess").feel("x")


def test_other_hosts_and_pages_are_refused(toy_studio: str) -> None:
    assert asked(toy_studio, "api/v1/health", Host="evil.example")[0] == 403
    assert asked(toy_studio, "api/v1/characters", Origin="http://evil.example")[0] == 403
    assert asked(toy_studio, "api/v1/characters", Origin=toy_studio.rstrip("/"))[0] == 200


def test_a_page_of_another_origin_that_is_known_may_ask(alone: str) -> None:
    status, _, headers = asked(alone, "api/v1/characters", Origin="http://127.0.0.1:8000")
    assert (status, headers["access-control-allow-origin"]) == (200, "http://127.0.0.1:8000")
    assert asked(alone, "api/v1/characters", Origin="http://127.0.0.1:8001")[0] == 403


def test_the_page_goes_on_beside_it_and_is_not_there_when_it_is_alone(toy_studio: str, alone: str) -> None:
    assert b"<title>" in asked(toy_studio, "")[1]
    status, told, _ = asked(alone, "")
    assert (status, json.loads(told)["error"]["where"]) == (404, "path")


def test_the_documentation_can_be_read_and_is_whole(toy_studio: str) -> None:
    status, page, headers = asked(toy_studio, "docs", Authorization="")
    assert status == 200
    assert "default-src 'none'" in headers["content-security-policy"]
    told = json.loads(asked(toy_studio, "api/v1/openapi.json", Authorization="")[1])
    assert told["openapi"] == "3.1.0"
    for path, operations in told["paths"].items():
        assert path in page.decode()
        for operation in operations.values():
            assert operation["summary"]
            assert {"200", "201", "202", "204"} & set(operation["responses"])
    assert len({one["operationId"] for way in told["paths"].values() for one in way.values()}) == sum(
        map(len, told["paths"].values())
    )


def test_a_text_is_read(client: Client) -> None:
    assert client.feel("今天终于通关了！！")[0]["dominant"] == "happy"
    parts = client.feel("[sad]I am fine. <angry>Leave me.</angry>", tagged=True)
    assert [(one["text"], one["dominant"]) for one in parts] == [("I am fine.", "sad"), ("Leave me.", "angry")]


@pytest.mark.parametrize("form", ["mp4", "webm", "gif"])
def test_lines_become_a_clip(client: Client, form: str) -> None:
    data = client.say("Yay!", format=form, size=64, fps=5)
    assert film(data)[:2] == (64, 64)
    assert film(data)[2] > 5


def test_lines_become_a_still(client: Client) -> None:
    data = client.say(["Oh no", "What?!"], format="png", size=64, label=True)
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    assert picture.shape == (64, 64, 4)


def test_a_clip_that_is_too_much_is_refused_before_it_is_made(client: Client) -> None:
    with pytest.raises(ApiError, match="lines") as told:
        client.say(["This line takes a while to say, and then it goes on and on."] * 20, size=64, fps=5)
    assert told.value.status == 422
    assert "fewer" in told.value.hint


def test_a_picture_is_looked_at_with_consent_alone(client: Client) -> None:
    plain = cv2.imencode(".png", np.full((60, 80, 3), 200, np.uint8))[1].tobytes()
    with pytest.raises(ApiError, match="consent") as told:
        client.look(plain, consent=False)
    assert told.value.status == 403
    assert client.look(plain, consent=True) == {"width": 80, "height": 60, "faces": []}


def test_what_is_no_picture_is_refused_without_a_path(client: Client) -> None:
    whole = cv2.imencode(".png", np.zeros((40, 40, 3), np.uint8))[1].tobytes()
    vast = whole[:16] + (30_000).to_bytes(4, "big") * 2 + whole[24:]
    for data, status in ((b"", 415), (b"GIF89a", 415), (whole[:60], 422), (vast, 413), (b"#EXTM3U\n/etc/passwd", 415)):
        with pytest.raises(ApiError) as told:
            client.look(data, consent=True)
        assert told.value.status == status, data[:20]
        assert "/" not in told.value.got
        assert "mien-" not in str(told.value)


def test_a_sound_is_heard(client: Client) -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes((8000 * np.sin(np.arange(8_000) * 0.3)).astype("<i2").tobytes())
    heard = client.hear(file.getvalue(), moments=True)
    assert heard["seconds"] == 0.5
    assert len(heard["moments"]) > 30
    assert set(heard["moments"][0]) >= {"viseme", "opening", "speech"}
    assert "tone" not in heard["moments"][0]
    assert set(client.hear(file.getvalue())) == {"seconds", "visemes"}  # how somebody sounds is told with consent alone
    for data, status in ((b"#EXTM3U\nfile:///etc/passwd", 415), (b"RIFF....WAVEnothing", 422), (b"", 415)):
        with pytest.raises(ApiError) as told:
            client.hear(data)
        assert told.value.status == status
        assert "mien-" not in str(told.value)


def test_the_tone_of_a_voice_is_told_with_consent(client: Client) -> None:
    pytest.importorskip("espeakng_loader")
    (chunk,) = open_voice("espeak-ng").speak("my mama made a map of the moon", "en", NEUTRAL, Event())
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(chunk.rate)
        out.writeframes((chunk.samples * 32_000).astype("<i2").tobytes())
    heard = client.hear(file.getvalue(), moments=True, consent=True)
    assert heard["phrases"]
    for phrase in heard["phrases"]:
        assert 0.0 <= phrase["start"] < phrase["end"] <= heard["seconds"] + 0.1
        assert phrase["tone"]["name"] in TONES
    assert {moment["tone"]["name"] for moment in heard["moments"]} <= set(TONES)


def test_a_session_lives(client: Client) -> None:
    with client.session(fps=30, seed=7) as session, session.live() as live:
        assert live.hello["character"] == "toy"
        session.say("Yay, we did it!!")
        until(live, lambda shot: shot["feelings"].get("happy", 0.0) > 0.3)
        live.cue(directed={"yaw": 0.5}, hold=30)
        until(live, lambda shot: shot["head"][0] > 0.4)
        live.cue(felt={"angry": 1.0}, hold=20)
        until(live, lambda shot: shot["feelings"].get("angry", 0.0) > 0.3)
        assert session.state()["watchers"] == 1
        assert session.state()["shot"]["feelings"]["angry"] > 0.2
    with pytest.raises(ApiError, match="404"):
        session.state()


def test_a_written_text_and_a_crowd_are_felt(client: Client) -> None:
    with client.session() as session, session.live() as live:
        for author in "abcdef":
            session.cue(chat={"author": author, "text": "哈哈哈哈太好笑了"})
        until(live, lambda shot: shot["feelings"].get("happy", 0.0) > 0.2)
        for piece in ("<think>he is so ", "annoying</think>[joy]Wel", "come back! ", "[sad] I missed you."):
            live.cue(write=piece)
        live.cue(write="", end=True)
        read: list[tuple[str, str]] = []
        for message in live:
            if isinstance(message, dict) and message.get("final") and "哈" not in message["read"]["text"]:
                read.append((message["read"]["text"], message["read"]["dominant"]))
            if len(read) == 2 or (isinstance(message, dict) and message.get("shot", {"t": 0.0})["t"] > LONG):
                break
        assert read == [("Welcome back!", "happy"), ("I missed you.", "sad")]


def test_frames_come_where_they_were_asked_for(client: Client) -> None:
    with client.session(frames=True, size=64) as session, session.live("frames") as live:
        message = live.receive(WAIT)
        while not isinstance(message, bytes):
            message = live.receive(WAIT)
        assert message[4:7] == b"\xff\xd8\xff"
        live.want("numbers")
        while len(message) != 158:
            found = live.receive(WAIT)
            message = found if isinstance(found, bytes) else b""
    with client.session() as session, session.live("frames") as live:
        error = live.receive(WAIT)
        while not (isinstance(error, dict) and "error" in error):
            error = live.receive(WAIT)
        assert error["error"]["where"] == "want"


def test_several_watch_one_session_and_no_more_than_there_may(client: Client) -> None:
    with client.session() as session:
        with session.live() as one, session.live() as two:
            assert one.shot(WAIT)["t"] > 0
            assert two.shot(WAIT)["t"] > 0
            with session.live(), session.live(), pytest.raises((ConnectionClosed, KeyError)), session.live() as five:
                five.shot(WAIT)
        with session.live() as again:  # and it goes on where it stood
            assert again.shot(WAIT)["t"] > 0


def test_a_bad_message_is_answered_and_the_next_one_taken(client: Client) -> None:
    with client.session() as session, session.live("nothing") as live:
        for message in MESSAGES:
            live._socket.send(message)
            told = live.receive(WAIT)
            assert isinstance(told, dict)
            assert set(told["error"]) == {"where", "expected", "got", "hint"}, message
        live.cue(say="Yay!")
        assert "read" in live.receive(WAIT)  # type: ignore[operator]  # an object


def test_a_browser_may_offer_the_token_as_a_subprotocol(toy_studio: str, client: Client) -> None:
    with client.session() as session:
        url = f"{toy_studio.replace('http', 'ws')}api/v1/sessions/{session.id}/live"
        with connect(url, subprotocols=[Subprotocol("mien.v1"), Subprotocol(f"mien.token.{TOKEN}")]) as there:
            assert there.subprotocol == "mien.v1"
            assert "hello" in json.loads(there.recv(WAIT))
        for offered in ("mien.v1", "mien.token.guess"):
            with pytest.raises(InvalidStatus), connect(url, subprotocols=[Subprotocol(offered)]):
                pass
        with pytest.raises(InvalidStatus), connect(url, origin=Origin("http://evil.example")):
            pass


def test_hostile_bodies_get_an_error_in_its_form(toy_studio: str) -> None:
    for path in ("feel", "say", "sessions", "sessions/none/cues"):
        for body in HOSTILE:
            status, told, _ = asked(toy_studio, f"api/v1/{path}", body)
            good = path == "sessions" and body in (b"{}",)
            assert good or 400 <= status < 500, (path, body[:60], status, told)
            assert set(json.loads(told)["error"]) == {"where", "expected", "got", "hint"}
            assert b"Traceback" not in told
            assert b"site-packages" not in told
    assert asked(toy_studio, "api/v1/feel", b'{"text": "x"}', Content_Type="text/plain")[0] == 415
    assert asked(toy_studio, "api/v1/feel", b'{"text": "' + b"x" * 300_000 + b'"}')[0] == 413
    for path in (
        "api/v1/characters/..%2f..%2fetc",
        "api/v1/characters/%00",
        "api/v1/sessions/%2e%2e",
        "api/v1/nothing",
    ):
        assert asked(toy_studio, path)[0] == 404
    assert asked(toy_studio, "api/v1/health", b"{}")[0] == 405


def test_a_body_that_lies_about_its_length_ends(toy_studio: str) -> None:
    parts = urlsplit(toy_studio)
    head = (
        f"POST /api/v1/look?consent=true HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {TOKEN}\r\n"
        f"Content-Length: 99999999999\r\nContent-Type: image/png\r\n\r\n"
    )
    told = b" 429 "
    while b" 429 " in told:  # as asked does
        time.sleep(0.1)
        with socket.create_connection((parts.hostname or "", parts.port or 0), WAIT) as line:
            line.sendall(head.encode())
            told = line.recv(200)
    assert b" 413 " in told


def test_counts_are_kept_for_prometheus(toy_studio: str, client: Client) -> None:
    client.feel("hello")
    status, told, headers = asked(toy_studio, "api/v1/metrics")
    assert status == 200
    assert headers["content-type"].startswith("text/plain; version=0.0.4")
    rows = dict(line.rsplit(" ", 1) for line in told.decode().splitlines() if not line.startswith("#"))
    assert float(rows['mien_requests_total{method="POST",path="/api/v1/feel",status="200"}']) >= 1
    assert float(rows["mien_sessions"]) >= 0


def test_nothing_told_of_a_character_is_of_this_machine(client: Client, toy: Path) -> None:
    told = json.dumps(client.characters())
    assert {one["name"] for one in client.characters()} == {"toy", "momo", "haru", "lin"}
    assert str(toy) not in told
    assert "/src/" not in told


def test_the_public_needs_a_password_and_is_told_what_it_opens(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MIEN_PASSWORD", raising=False)
    command = [sys.executable, "-m", "mien", "studio", "--character", str(toy), "--port", "0", "--public"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=WAIT)
    assert (done.returncode, "--api-only" in done.stderr) == (2, True)
    done = subprocess.run([*command, "--api-only"], capture_output=True, text=True, timeout=WAIT)
    assert (done.returncode, "MIEN_PASSWORD" in done.stderr) == (2, True)


def test_a_model_answers_the_viewers(served: Callable[..., Any], toy: Path, tmp_path: Path, client: Client) -> None:
    with FakeMind(["<think>who?</think>[happy]Wel", "come, neko! ", "[shy]Hi."]) as mind:
        (tmp_path / "ada.txt").write_text("You are Ada.", encoding="utf-8")
        table = f'model = "toy"\naddress = "{mind.address}"\npersona = "ada.txt"\n'
        (tmp_path / "brain.toml").write_text(table, encoding="utf-8")
        with served("--character", str(toy), "--api-only", "--api-brain", str(tmp_path / "brain.toml")) as address:
            thinking = Client(address, TOKEN)
            with thinking.session(brain=True, persona="You are Momo.") as session, session.live("nothing") as live:
                session.cue(chat={"author": "neko", "text": "こんにちは！"})
                said: list[tuple[str, str]] = []
                while len(said) < 2:
                    message = live.receive(WAIT)
                    if isinstance(message, dict) and message.get("final") and message["read"]["language"] == "en":
                        said.append((message["read"]["text"], message["read"]["dominant"]))
        assert said == [("Welcome, neko!", "happy"), ("Hi.", "shy")]
        assert mind.asked[0]["messages"][0]["content"].endswith("You are Momo.")
        assert mind.asked[0]["messages"][1]["content"] == "neko: こんにちは！"
    with pytest.raises(ApiError, match="brain"):
        client.session(brain=True)


@pytest.mark.parametrize("name", ["api.md", "api.zh-CN.md"])
def test_what_the_documentation_shows_of_the_client_runs(toy_studio: str, name: str, tmp_path: Path) -> None:
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    for code in re.findall(r"```py\n(.*?)```", page, re.DOTALL):
        code = code.replace("Client()", f"Client({toy_studio!r}, {TOKEN!r})")
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=WAIT)
        assert (done.returncode, "happy" in done.stdout or "{" in done.stdout) == (0, True), done.stderr


def test_a_page_uses_the_client_that_the_studio_serves(chromium: Callable[..., Any], toy_studio: str) -> None:
    script = """
      const [token, done] = arguments;
      (async () => {
        const { ApiError, Client, picture } = await import("/mien-client.js");
        const mien = new Client(location.origin, token);
        const [reading] = await mien.feel("今天终于通关了！！");
        const refused = await mien.feel("x".repeat(5000))
          .catch((error) => error instanceof ApiError && error.told.where);
        const session = await mien.session({ frames: true, size: 64, fps: 30 });
        const seen = await new Promise(async (resolve) => {
          const seen = {};
          const look = () => { if (seen.frame && seen.read && seen.error && seen.happy) resolve(seen); };
          const live = await session.live({
            want: "frames",
            onframe: async (data) => {
              if (seen.frame) return;
              const bitmap = await picture(data);
              seen.frame = `${bitmap.width}x${bitmap.height}`;
              live.want("expressions");
              look();
            },
            onshot: (shot) => { if ((shot.feelings.happy ?? 0) > 0.2) seen.happy = true; look(); },
            onread: (reading) => { seen.read = reading.dominant; look(); },
            onerror: (error) => { seen.error = error.told.where; look(); },
          });
          live.cue({ felt: { joyful: 1 } });
          await session.cue({ say: "太好了！！" });
          live.cue({ felt: { happy: 0.9 }, hold: 20 });
        });
        await session.close();
        const gone = await session.state().catch((error) => error.status);
        return { dominant: reading.dominant, refused, ...seen, gone };
      })().then(done, (error) => done(String(error)));
    """
    with chromium() as browser:
        browser.set_script_timeout(WAIT)
        browser.get(toy_studio)
        found = browser.execute_async_script(script, TOKEN)
    assert found == {
        "dominant": "happy", "refused": "text", "frame": "64x64", "read": "happy", "error": "cue.felt.joyful",
        "happy": True, "gone": 404,
    }  # fmt: skip


def test_the_examples_run(toy_studio: str, tmp_path: Path) -> None:
    environment = {**os.environ, "MIEN_TOKEN": TOKEN}
    for words, told in (
        (["customer_service.py", "I am so angry!!", "--size", "64", "-o", "a.gif"], "wrote a.gif"),
        (["game_loop.py", "--headless", "--seconds", "4"], "hit: health 0.75"),
    ):
        command = [sys.executable, str(ROOT / "examples" / words[0]), *words[1:], "--address", toy_studio]
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, timeout=WAIT, env=environment, check=False
        )
        assert done.returncode == 0, done.stderr
        assert told in done.stdout
    assert film((tmp_path / "a.gif").read_bytes())[:2] == (64, 64)


@pytest.mark.skipif(not __import__("importlib.util").util.find_spec("schemathesis"), reason="schemathesis is not there")
def test_the_document_keeps_its_word(toy: Path) -> None:
    serving = [sys.executable, "-m", "mien", "studio", "--character", str(toy), "--port", "0", "--api-only"]
    environment = {**os.environ, "MIEN_TOKEN": TOKEN}
    with subprocess.Popen(serving, stdout=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stdout is not None
        found = re.search(r"http://[\d.:]+/", server.stdout.readline())
        assert found is not None
        command = [
            sys.executable, "-m", "schemathesis.cli", "run", f"{found.group()}api/v1/openapi.json", "--max-examples",
            "15", "--header", f"Authorization: Bearer {TOKEN}", "--exclude-path-regex", "say|look|hear",
            "--checks", "not_a_server_error,content_type_conformance", "--rate-limit", "40/s",
        ]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
        finally:
            server.send_signal(signal.SIGINT)
    assert done.returncode == 0, re.sub(r"\x1b\[[\d;]*m", "", done.stdout)[-4000:]

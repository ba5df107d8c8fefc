"""What every voice promises: ours, each against its fake server, and the fake."""

from __future__ import annotations

import io
import sys
import threading
import wave
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

from mien.face import NEUTRAL, DeviceError, Emotion, InputError, PeerError, SettingsError
from mien.testing import FAULTS, FakeEngine, FakeVoice, tone
from mien.voice import Chunk, Voice, manner, open_voice, shapes, voices
from mien.voice.edge import Edge
from mien.voice.openai import OpenAI, open_openai
from mien.voice.program import Program
from mien.voice.sovits import Sovits
from mien.voice.voicevox import Voicevox

LINES = {"en": "My mum bought a map.", "ja": "こんにちは、まみむめも。", "zh": "妈妈买了一本书。"}
ECHO = "import sys; text = sys.stdin.read(); sys.stdout.buffer.write(open({!r}, 'rb').read())"


@pytest.fixture(autouse=True)
def _threads_end() -> Iterator[None]:
    before = {thread for thread in threading.enumerate() if thread.name.startswith("mien")}
    yield
    for thread in threading.enumerate():
        if thread.name.startswith("mien") and thread not in before:
            thread.join(10.0)  # of an engine that stalls, it ends once it is hung up on
            assert not thread.is_alive(), thread.name


async def _talk(text: str, _voice: str, _how: Any) -> AsyncIterator[dict[str, Any]]:
    """edge-tts as it answers: words with their times, and the bytes of a sound."""
    for place, word in enumerate(text.split()):
        yield {"type": "WordBoundary", "offset": 1e7 * (0.1 + 0.5 * place), "duration": 4e6, "text": word}
    sound = tone(0.5 * len(text.split()))
    for at in range(0, len(sound), 999):
        yield {"type": "audio", "data": sound[at : at + 999]}


@contextmanager
def opened(name: str, folder: Path) -> Iterator[Voice]:
    with FakeEngine() as engine:
        (folder / "said.wav").write_bytes(tone(0.4))
        (folder / "echo.py").write_text(ECHO.format(str(folder / "said.wav")), encoding="utf-8")
        makers: dict[str, Callable[[], Voice]] = {
            "espeak-ng": lambda: open_voice("espeak-ng"),
            "voicevox": lambda: open_voice(f"voicevox:3@{engine.address}"),
            "openai": lambda: open_voice(f"openai:alloy@{engine.address}/v1"),
            "gpt-sovits": lambda: open_voice(f"gpt-sovits:/ref.wav|ja|はい@{engine.address}"),
            "edge-tts": lambda: Edge(talk=_talk),
            "command": lambda: open_voice(f"command:{sys.executable} {folder / 'echo.py'}"),
            "FakeVoice": FakeVoice,
        }
        yield makers[name]()


@pytest.fixture(params=[*voices(), "FakeVoice"])
def voice(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Voice]:
    with opened(request.param, tmp_path) as made:
        yield made


@pytest.mark.parametrize("language", LINES)
def test_a_line_is_a_sound_with_times_inside_it(voice: Voice, language: str) -> None:
    chunks = list(voice.speak(LINES[language], language, NEUTRAL, Event()))
    samples = np.concatenate([chunk.samples for chunk in chunks])
    assert len({chunk.rate for chunk in chunks}) == 1
    assert samples.dtype == np.float32
    assert 0.01 < np.abs(samples).max() <= 1.0
    timed = [one for chunk in chunks for one in chunk.timed]
    assert [one.start for one in timed] == sorted(one.start for one in timed)
    heard = 0.0
    for chunk in chunks:
        heard += len(chunk.samples) / chunk.rate
        assert all(one.start + one.seconds <= heard + 0.2 for one in chunk.timed) or len(chunks[0].timed) == len(timed)
    assert all(one.start < heard for one in timed)


@pytest.mark.parametrize("text", ["", " ", "…", "!?"])
def test_nothing_to_say_is_no_sound(voice: Voice, text: str) -> None:
    assert list(voice.speak(text, "en", NEUTRAL, Event())) == []


def test_nothing_comes_once_it_was_stopped(voice: Voice) -> None:
    stop = Event()
    stop.set()
    assert list(voice.speak("Hello. My name is Ada.", "en", NEUTRAL, stop)) == []
    stop = Event()
    for _ in voice.speak("Hello. My name is Ada. " * 40, "en", NEUTRAL, stop):
        stop.set()
        break  # whoever leaves the loop leaves nothing running


def test_a_feeling_is_taken(voice: Voice) -> None:
    assert list(voice.speak("My name is Ada.", "en", Emotion(angry=1.0), Event()))


ENGINES: dict[str, Callable[[str, float], Voice]] = {
    "voicevox": lambda address, patience: Voicevox("3", address, patience),
    "openai": lambda address, patience: OpenAI("alloy", f"{address}/v1", "", patience),
    "gpt-sovits": lambda address, patience: Sovits("/ref.wav", "ja", "はい", address, patience),
}


@pytest.fixture
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mien.peers.asking._PAUSE", 0.0)


@pytest.mark.usefixtures("_no_pauses")
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault])
@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_that_fails_is_a_named_error(name: str, fault: str) -> None:
    patience = 0.1 if fault in ("silent", "stalls") else 10.0
    with FakeEngine(fault) as engine, pytest.raises((DeviceError, PeerError)) as caught:
        list(ENGINES[name](engine.address, patience).speak("もしもし", "ja", NEUTRAL, Event()))
    assert str(caught.value).startswith(name)
    assert isinstance(caught.value, DeviceError) == (fault in ("silent", "stalls"))
    if fault == "refuses":
        assert "no such voice" in str(caught.value)


@pytest.mark.usefixtures("_no_pauses")
@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_that_is_busy_is_asked_again(name: str) -> None:
    with FakeEngine("busy", mend_after=2) as engine:
        assert list(ENGINES[name](engine.address, 5.0).speak("もしもし", "ja", NEUTRAL, Event()))
        assert len(engine.asked) >= 3


@pytest.mark.usefixtures("_no_pauses")
@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_that_is_not_there_is_told_with_its_address(name: str) -> None:
    with FakeEngine() as engine:
        address = engine.address
    with pytest.raises(DeviceError, match=rf"{name}: nobody answers at {address}.*start"):
        list(ENGINES[name](address, 1.0).speak("もしもし", "ja", NEUTRAL, Event()))


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_of_another_rate_is_heard_as_it_is(name: str) -> None:
    with FakeEngine(rate=11_025) as engine:
        chunks = list(ENGINES[name](engine.address, 5.0).speak("もしもし", "ja", NEUTRAL, Event()))
    assert {chunk.rate for chunk in chunks} == {11_025}


def test_a_silent_engine_holds_nobody_who_stops() -> None:
    stop, ended = Event(), Event()

    def listen(address: str) -> None:
        list(Voicevox("3", address, 60.0).speak("もしもし", "ja", NEUTRAL, stop))
        ended.set()

    with FakeEngine("silent") as engine:
        thread = threading.Thread(target=listen, args=(engine.address,))
        thread.start()
        while not engine.asked:
            ended.wait(0.001)
        stop.set()
        assert ended.wait(2.0)
        thread.join()


def test_voicevox_times_are_those_of_its_morae_at_the_pace_of_the_feeling() -> None:
    with FakeEngine() as engine:
        for feeling in (NEUTRAL, Emotion(sad=1.0)):
            pace = manner(feeling).pace
            chunks = list(Voicevox("3", engine.address).speak("まま、ま", "ja", feeling, Event()))
            timed = [one for chunk in chunks for one in chunk.timed]
            assert [one.name for one in timed] == ["m", "a", "m", "a", "pau", "m", "a"]
            starts = [0.1, 0.15, 0.2, 0.25, 0.3, 0.5, 0.55]
            assert [one.start for one in timed] == pytest.approx([start / pace for start in starts])
            length = sum(len(chunk.samples) for chunk in chunks) / 24_000
            assert length == pytest.approx(0.7 / pace, abs=1e-3)
        assert engine.asked[1][1]["volumeScale"] == 1.0
        assert engine.asked[3][1]["volumeScale"] == pytest.approx(manner(Emotion(sad=1.0)).gain)
        assert [path for path, _ in engine.asked] == ["/audio_query", "/synthesis"] * 2
        assert {said["speaker"] for _, said in engine.asked} == {"3"}


def test_what_openai_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeEngine() as engine:
        monkeypatch.setenv("OPENAI_API_KEY", "secret")
        list(open_openai(f"gpt-4o-mini-tts/coral@{engine.address}/v1").speak("hi", "en", Emotion(sad=0.9), Event()))
        path, said = engine.asked[-1]
        assert (path, said["model"], said["voice"], said["input"]) == (
            "/v1/audio/speech",
            "gpt-4o-mini-tts",
            "coral",
            "hi",
        )
        assert said["speed"] < 1.0
        assert "sad" in said["instructions"]
        assert "Authorization" not in engine.headers[-1]  # a key goes nowhere but where it belongs
        monkeypatch.setenv("OPENAI_BASE_URL", f"{engine.address}/v1/")
        list(open_openai("alloy").speak("hi", "en", NEUTRAL, Event()))
        assert engine.headers[-1]["Authorization"] == "Bearer secret"
        assert "instructions" not in engine.asked[-1][1]


def test_what_gpt_sovits_is_asked() -> None:
    with FakeEngine() as engine:
        list(open_voice(f"gpt-sovits:/ref.wav|zh|你好@{engine.address}").speak("再见", "zh", NEUTRAL, Event()))
        path, said = engine.asked[0]
    assert path == "/tts"
    assert (said["text"], said["text_lang"], said["ref_audio_path"]) == ("再见", "zh", "/ref.wav")
    assert (said["prompt_lang"], said["prompt_text"], said["speed_factor"]) == ("zh", "你好", 1.0)


def test_edge_tells_words_and_names_what_fails() -> None:
    (chunk,) = Edge(talk=_talk).speak("good morning", "en", NEUTRAL, Event())
    assert [(round(one.start, 6), one.name, one.kind) for one in chunk.timed] == [
        (0.1, "good", "word"), (0.6, "morning", "word"),
    ]  # fmt: skip

    def failing(error: Exception) -> Any:
        async def talk(*_: Any) -> AsyncIterator[dict[str, Any]]:
            if error:
                raise error
            yield {}

        return talk

    for error, kind in ((OSError("no host"), DeviceError), (ValueError("Invalid voice"), SettingsError)):
        with pytest.raises(kind, match="edge-tts"):
            list(Edge(talk=failing(error)).speak("hi", "en", NEUTRAL, Event()))


def test_espeak_reads_no_kanji() -> None:
    with pytest.raises(InputError, match="reads no kanji: expected kana, got '今日'"):
        list(open_voice("espeak-ng").speak("今日は", "ja", NEUTRAL, Event()))


def test_espeak_says_with_feeling() -> None:
    said = {}
    for feeling in (NEUTRAL, Emotion(sad=1.0), Emotion(angry=1.0)):
        samples = np.concatenate(
            [c.samples for c in open_voice("espeak-ng").speak(LINES["en"], "en", feeling, Event())]
        )
        said[feeling.dominant] = len(samples), float(np.sqrt(np.mean(samples**2)))
    assert said["angry"][0] < said["neutral"][0] < said["sad"][0]
    assert said["sad"][1] < said["neutral"][1] < said["angry"][1]


def test_espeak_closes_the_lips_where_its_sound_is_soft() -> None:
    """An m is voiced but dark: where the phoneme is said to be, there is little above 2 kHz."""
    chunks = list(open_voice("espeak-ng").speak("a mama, a mama", "en", NEUTRAL, Event()))
    samples, rate = np.concatenate([chunk.samples for chunk in chunks]), chunks[0].rate
    timed = [one for chunk in chunks for one in chunk.timed]

    def bright(start: float, end: float) -> float:
        part = samples[int(start * rate) : int(end * rate)]
        power = np.abs(np.fft.rfft(part * np.hanning(len(part)))) ** 2
        return float(power[np.fft.rfftfreq(len(part), 1 / rate) > 700].sum() / power.sum())

    nasal = [bright(one.start, one.start + one.seconds) for one in timed if one.name == "m"]
    vowels = [bright(one.start, one.start + one.seconds) for one in timed if one.name.strip("ˈˌː") in ("ɑ", "æ")]
    assert len(nasal) == 4
    assert max(nasal) < min(vowels)
    assert [shape.name for shape in shapes(timed)].count("m") == 4


@pytest.mark.parametrize(
    ("command", "kind", "match"),
    [
        ("false", PeerError, "false ended with 1|expected a sound, got nothing"),
        ("echo hello world", PeerError, "expected a sound, got 'hello world"),
        ("no-such-program-here", DeviceError, "no program 'no-such-program-here'"),
        ("'", SettingsError, "expected a command line"),
        ("", SettingsError, "expected a command line"),
    ],
)
def test_a_program_that_fails_is_named(command: str, kind: type[Exception], match: str) -> None:
    with pytest.raises(kind, match=match):
        list(open_voice(f"command:{command}").speak("hello", "en", NEUTRAL, Event()))


def test_a_program_gets_the_text_and_the_manner(tmp_path: Path) -> None:
    (tmp_path / "say.py").write_text(
        "import sys, wave\nsys.stdin.read()\n"
        f"open({str(tmp_path / 'got')!r}, 'w', encoding='utf-8').write(repr(sys.argv[1:]))\n"
        "out = wave.open(sys.stdout.buffer, 'wb')\nout.setnchannels(2); out.setsampwidth(2); out.setframerate(8000)\n"
        "out.writeframes(bytes(8000))\n",
        encoding="utf-8",
    )
    voice = Program(f"{sys.executable} {tmp_path / 'say.py'} --text={{text}} {{language}} {{pace}} {{feeling}}")
    (chunk,) = voice.speak("$(touch x) {pace}", "en", Emotion(sad=1.0), Event())
    assert len(chunk.samples) == 2000
    got = (tmp_path / "got").read_text(encoding="utf-8")
    assert got == "['--text=$(touch x) {pace}', 'en', '0.85', 'sad']"


def test_a_program_that_hangs_is_ended(tmp_path: Path) -> None:
    (tmp_path / "hang.py").write_text("import time\ntime.sleep(600)\n", encoding="utf-8")
    with pytest.raises(DeviceError, match=r"silent for 0.2 s, and was ended"):
        list(Program(f"{sys.executable} {tmp_path / 'hang.py'}", 0.2).speak("hello", "en", NEUTRAL, Event()))


def test_an_unknown_voice_names_those_there_are() -> None:
    with pytest.raises(SettingsError, match="no voice 'siri'; there are: command, edge-tts, espeak-ng"):
        open_voice("siri:1")
    for name in ("voicevox:zundamon", "gpt-sovits", "openai:x@nowhere", "espeak-ng:klingon-of-mars"):
        with pytest.raises(SettingsError, match=name.partition(":")[0]):
            open_voice(name)


def test_a_chunk_is_checked() -> None:
    for samples, rate in ((np.zeros((2, 2)), 8000), (np.array([np.nan]), 8000), (np.zeros(3), 10)):
        with pytest.raises(ValueError, match="Chunk"):
            Chunk(samples.astype(np.float32), rate)


def test_a_tone_is_a_wav_file() -> None:
    with wave.open(io.BytesIO(tone(0.25, 8000))) as file:
        assert (file.getframerate(), file.getnframes()) == (8000, 2000)

"""Opening a microphone through PortAudio, with a PortAudio that the test owns."""

from __future__ import annotations

import sys
from threading import Event
from types import SimpleNamespace

import numpy as np
import pytest

from mien.face import DeviceError, SettingsError
from mien.sources import Caught, Happening, Microphone, microphone, microphones
from mien.testing import FakeAudio


@pytest.fixture
def audio(monkeypatch: pytest.MonkeyPatch) -> FakeAudio:
    fake = FakeAudio()
    monkeypatch.setitem(sys.modules, "sounddevice", fake)  # type: ignore[arg-type]
    return fake


def test_sound_comes_in_pieces_of_a_hundredth_of_a_second(audio: FakeAudio) -> None:
    happened: list[Happening] = []
    stop = Event()

    def put(caught: Caught) -> None:
        happened.append(caught)
        if len(happened) == 3:
            stop.set()

    audio.sound = np.array([np.nan, *[0.25] * 159], np.float32)
    Microphone("USB", "listens").run(put, stop)
    assert audio.opened["device"] == "USB"
    assert audio.closed.is_set()
    for one in happened:
        assert isinstance(one, Caught)
        assert (one.source, one.rate, len(one.samples), one.use) == ("microphone USB", 16_000, 160, "listens")
        assert one.samples[0] == 0.0
        assert one.samples[1] == 0.25


def test_a_device_that_cannot_have_that_rate_gives_its_own(audio: FakeAudio) -> None:
    audio.rates = ()
    pieces = microphone("1")
    samples, rate = next(pieces)
    pieces.close()
    assert (rate, len(samples)) == (44_100, 441)
    assert audio.opened["device"] == 1


def test_one_that_vanishes_says_so(audio: FakeAudio) -> None:
    audio.active = False
    with pytest.raises(DeviceError, match="no longer gives sound"):
        list(microphone())


def test_one_that_is_not_there_names_those_that_are(audio: FakeAudio) -> None:
    with pytest.raises(DeviceError, match=r"microphone 7: cannot be opened .* there are: 0 Built-in, 1 USB"):
        next(microphone("7"))
    audio.names = ()
    with pytest.raises(DeviceError, match="none is there"):
        next(microphone())
    assert microphones() == []


def test_without_portaudio_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(DeviceError, match=r'pip install "mien\[mic\]".*libportaudio2'):
        next(microphone())


def test_another_use_is_refused() -> None:
    with pytest.raises(SettingsError, match="use: expected speaks or listens, got 'sings'"):
        Microphone("", SimpleNamespace(value="sings").value)

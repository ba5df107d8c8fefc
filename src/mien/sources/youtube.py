"""The live chat of a video on YouTube, by the official interface and the user's own key, as often as it allows."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import Any

from mien.face import PeerError, SettingsError
from mien.files import Secret, needed_secret
from mien.peers import Peer, RefusedError
from mien.sources.sluice import Sluice
from mien.sources.source import Note, Put, Source
from mien.wire.youtube import Page, chat_of, page, reason

API = "https://www.googleapis.com"
_VIDEO = re.compile(r"(?:^|[/=])([A-Za-z0-9_-]{11})(?:$|[?&#/])")
_PAUSE = 5.0

_SPENT = (
    "your key's quota for today is used up; it is filled again at midnight in California. A question costs 5 of the "
    "usual 10,000 units a day: ask less often (pause = 10), or have the quota raised"
)
_WRONG = "the key is wrong; copy it anew from console.cloud.google.com, APIs & Services, Credentials"
_OFF = "the YouTube Data API v3 is not enabled for the key's project; enable it"
_BOUND = "the key is bound to other machines or pages; change its restrictions"
_YOURS = {
    "quotaExceeded": _SPENT, "dailyLimitExceeded": _SPENT, "API_KEY_INVALID": _WRONG, "keyInvalid": _WRONG,
    "API_KEY_SERVICE_BLOCKED": "the key may not be used for this; let it use the YouTube Data API v3",
    "SERVICE_DISABLED": _OFF, "accessNotConfigured": _OFF, "ipRefererBlocked": _BOUND,
    "API_KEY_IP_ADDRESS_BLOCKED": _BOUND, "API_KEY_HTTP_REFERRER_BLOCKED": _BOUND,
    "liveChatDisabled": "the chat of this video is switched off",
    "liveChatNotFound": "the video has no such chat any more",
    "forbidden": "the key may not read this chat",
}  # fmt: skip
"""What a person has to mend, or to wait for."""

_OVER, _ENDED = "liveChatEnded", "{}: the broadcast has ended"


@dataclass(frozen=True, slots=True)
class YouTube:
    """The chat of this video: its ID, or its address. key: of a project with the YouTube Data API v3.

    pause: seconds between two questions at least; the interface may ask for more. api: where it is asked. now: the
    machine's clock, for tests another. Raises SettingsError.
    """

    video: str
    key: Secret
    pause: float = _PAUSE
    api: str = API
    now: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        if not _VIDEO.search(self.video):
            raise SettingsError(f"video: expected the 11 signs behind v= in its address, got {self.video!r:.80}")
        if not 1.0 <= self.pause <= 60.0:
            raise SettingsError(f"pause: expected 1..60 seconds, got {self.pause:g}")

    @property
    def id(self) -> str:
        """Of the video."""
        found = _VIDEO.search(self.video)
        assert found is not None  # checked when it was made
        return found[1]

    @property
    def name(self) -> str:
        """For messages."""
        return f"youtube {self.id}"

    def run(self, put: Put, stop: Event) -> None:
        """Raises SettingsError when the key or the video is no good, DeviceError, PeerError."""
        told = self._ask("/youtube/v3/videos", {"part": "liveStreamingDetails", "id": self.id}, stop)
        chat = "" if told is None else chat_of(told)
        if told is not None and not chat:
            raise PeerError(f"{self.name}: the video has no live chat now; is it on air?")
        handed, start, token, history = Sluice(self.name, put, self.now), self.now(), "", True
        while not stop.is_set():
            asked = self.now()
            found = self._page(chat, token, stop)
            if found is None:
                if not stop.is_set():
                    put(Note(_ENDED.format(self.name)))
                return
            if history:  # what was written before is not felt now
                put(Note(f"{self.name}: listening", "connected"))
            elif not self._told(found, handed, start, stop):
                return
            if found.over:
                put(Note(_ENDED.format(self.name)))
                return
            token, history = found.token or token, False
            if stop.wait(max(0.0, asked + max(found.wait, self.pause) - self.now())):
                return

    def _told(self, found: Page, put: Put, start: float, stop: Event) -> bool:
        """Hand on a page in the rhythm in which it was written, pressed into the time until the next.

        Whether the show goes on.
        """
        wait = max(found.wait, self.pause)
        length = found.told[-1].t if found.told else 0.0
        pressed = min(1.0, wait / length) if length > 0.0 else 1.0
        begun = self.now()
        for one in found.told:
            early = begun + one.t * pressed - self.now()
            if stop.wait(early) if early > 0.0 else stop.is_set():
                return False
            put(replace(one, t=self.now() - start))
        return True

    def _page(self, chat: str, token: str, stop: Event) -> Page | None:
        """The next page; None when the broadcast is over, or it was stopped."""
        query = {"liveChatId": chat, "part": "snippet,authorDetails", "maxResults": "2000"}
        try:
            told = self._ask("/youtube/v3/liveChat/messages", query | ({"pageToken": token} if token else {}), stop)
        except RefusedError as error:
            if reason(error.told) == _OVER:
                return None
            raise
        return None if told is None else page(told)

    def _ask(self, path: str, query: dict[str, str], stop: Event) -> Any:
        """An answer, None when it was stopped. Raises SettingsError, DeviceError, RefusedError."""
        peer = Peer(self.name, self.api, "is this machine online?", {"X-Goog-Api-Key": self.key.reveal()})
        try:
            return peer.ask_json(path, stop, query, method="GET")
        except RefusedError as error:
            why = reason(error.told)
            if why in _YOURS:
                raise SettingsError(f"{self.name}: {_YOURS[why]} ({why})") from error
            raise


def open_youtube(*, video: str, pause: float = _PAUSE, keys: Path | None = None) -> Source:
    """The live chat of a video. keys: a file with YOUTUBE_API_KEY, or it is in the environment."""
    return YouTube(video, needed_secret("YOUTUBE_API_KEY", keys, "a key for the YouTube Data API v3"), pause, API)

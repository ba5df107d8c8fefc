"""A fake language model behind an OpenAI-compatible chat endpoint: it streams what it is told to, or fails as asked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler
from typing import Any

from mien.testing.served import Served

MIND_FAULTS = ("", "busy", "refuses", "html", "half", "silent", "stalls", "nonsense", "error")
"""How it may fail: always busy; an error with its status; a page; an answer that breaks off; no answer; a beginning and
no more; events that are no JSON; an error amid the answer."""


class FakeMind(Served):
    """Serves at `address` while its `with` block lasts.

    words: each answer's pieces; the last answer is given again when there are no more. fault: one of MIND_FAULTS.
    """

    def __init__(self, *words: Sequence[str], fault: str = "") -> None:
        if fault not in MIND_FAULTS:
            raise ValueError(f"FakeMind: expected a fault of {', '.join(MIND_FAULTS)}, got {fault!r}")
        self.words, self.fault = list(words) or [["[happy]Hello! ", "Nice to see you."]], fault
        self.asked: list[dict[str, Any]] = []
        """The body of every question."""
        self.headers: list[Mapping[str, str]] = []
        super().__init__(_Handler)

    @property
    def address(self) -> str:
        """Where it is, with /v1."""
        return super().address + "/v1"


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""

    def do_POST(self) -> None:
        mind: FakeMind = self.server.fake  # type: ignore[attr-defined]
        mind.asked.append(json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0))))
        mind.headers.append(dict(self.headers))
        words = mind.words[min(len(mind.asked), len(mind.words)) - 1]
        match mind.fault:
            case "busy":
                self._begin(503, "text/plain")
            case "refuses":
                self._begin(404, "application/json")
                self.wfile.write(b'{"error": {"message": "no such model"}}')
            case "html":
                self._begin(200, "text/html")
                self.wfile.write(b"<!doctype html><title>It works!</title>")
            case "silent":
                mind.over.wait()
            case fault:
                self._stream(mind, words, fault)

    def _stream(self, mind: FakeMind, words: Sequence[str], fault: str) -> None:
        self._begin(200, "text/event-stream", length=10_000_000 if fault == "half" else None)
        for number, piece in enumerate(words):
            if number and fault in ("half", "stalls", "nonsense", "error"):
                if fault == "nonsense":
                    self.wfile.write(b"data: {not json}\n\n")
                if fault == "error":
                    self.wfile.write(b'data: {"error": {"message": "out of memory"}}\n\n')
                self.wfile.flush()
                if fault == "stalls":
                    mind.over.wait()
                return
            told = {"choices": [{"index": 0, "delta": {"content": piece}}]}
            self.wfile.write(f"data: {json.dumps(told)}\n\n".encode())
            self.wfile.flush()
        self.wfile.write(b'data: {"choices": [], "usage": {"total_tokens": 9}}\n\ndata: [DONE]\n\n')

    def _begin(self, status: int, kind: str, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

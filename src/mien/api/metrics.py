"""Counts of what the server did, as Prometheus reads them (text format 0.0.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from threading import Lock

_HELP = {
    "mien_requests_total": ("counter", "requests answered, by path, method and status"),
    "mien_request_seconds_total": ("counter", "seconds spent on requests, by path"),
    "mien_shots_total": ("counter", "moments played in sessions"),
    "mien_skipped_total": ("counter", "moments that came too late and were skipped"),
    "mien_frames_total": ("counter", "frames painted for sessions"),
    "mien_frames_dropped_total": ("counter", "frames that a newer one replaced before they were painted"),
    "mien_cues_total": ("counter", "cues taken by sessions"),
    "mien_sessions": ("gauge", "open sessions"),
    "mien_watchers": ("gauge", "open WebSockets"),
    "mien_jobs": ("gauge", "clips, pictures and sounds that are worked on, or wait"),
}

CONTENT = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counts, from any thread."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, tuple[tuple[str, str], ...]]] = Counter()
        self._lock = Lock()

    def count(self, name: str, by: float = 1.0, **labels: str) -> None:
        """One more of these. by: how many."""
        with self._lock:
            self._counts[name, tuple(sorted(labels.items()))] += by  # type: ignore[assignment]

    def text(self, now: Mapping[str, float]) -> str:
        """All of it. now: of the gauges, and of counters that are kept elsewhere."""
        with self._lock:
            counts = dict(self._counts) | {(name, ()): value for name, value in now.items()}
        rows = []
        for name, (kind, what) in _HELP.items():
            rows += [f"# HELP {name} {what}", f"# TYPE {name} {kind}"]
            for (one, labels), value in sorted(counts.items()):
                if one == name:
                    inside = ",".join(f'{label}="{text}"' for label, text in labels)
                    rows.append(f"{name}{{{inside}}} {value:.15g}" if inside else f"{name} {value:.15g}")
        return "\n".join(rows) + "\n"

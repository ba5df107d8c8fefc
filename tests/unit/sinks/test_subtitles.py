"""SubRip files."""

from __future__ import annotations

from pathlib import Path

from mien.sinks import write_subtitles


def test_blank_lines_are_left_out_and_times_are_written_in_full(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    write_subtitles(path, [(0.5, 2.0, "你好\n世界"), (2.0, 3.0, "  "), (3661.0005, 3662.9996, "bye")])
    assert path.read_text(encoding="utf-8") == (
        "1\n00:00:00,500 --> 00:00:02,000\n你好 世界\n\n2\n01:01:01,000 --> 01:01:03,000\nbye\n"
    )

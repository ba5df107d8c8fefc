"""A painter's run: what its monitor names, what the journal holds, going back, several processes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from mien.face import SettingsError, WeightsError
from mien.paint.drawn import Identity
from mien.train.core.journal import alarms_of, read_journal
from mien.train.core.run import checkpoints
from mien.train.painter.monitor import Look, Monitor, troubles
from mien.train.painter.pool import Pool
from mien.train.painter.recipe import Alarms, Recipe
from mien.train.painter.source import whole
from mien.train.painter.train import source_of, train_painter

TOY = Recipe(
    identity=Identity(), picture=64, scale=1, poses=32, fit_steps=4, pool=8, pool_fine=4, batch=2, images=16, fine=8,
    alone=8, save_every=8, watch_every=8, penalty_every=2, rate=2e-3,
)  # fmt: skip


def test_a_run_leaves_a_journal_with_looks_and_three_checkpoints(tmp_path: Path) -> None:
    train_painter(tmp_path, replace(TOY, save_every=4), progress=False)
    rows = read_journal(tmp_path / "journal.jsonl")
    steps, looks = ([row for row in rows if row["kind"] == kind] for kind in ("step", "look"))
    assert [row["seen"] for row in looks] == [8, 16]
    assert {"picture", "bent", "slope", "rate", "images_per_s"} <= set(steps[0])
    assert {"critic", "gap", "against", "alike"} <= set(steps[1])
    assert all(0.0 < row["psnr"] < 60.0 and row["variety"] > 0.0 for row in looks)
    assert len(checkpoints(tmp_path)) == 3
    assert (tmp_path / "samples.png").stat().st_size > 100


def test_the_monitor_tells_collapse_and_a_fall_from_health() -> None:
    monitor = Monitor(source_of(TOY), torch.device("cpu"))
    data = source_of(TOY)
    good = monitor.look(lambda batch: (whole(batch, data) + 0.01, whole(batch, data)))
    assert 39.0 < good.psnr < 41.0
    assert good.variety == pytest.approx(1.0, abs=1e-5)
    alike = monitor.look(lambda batch: (torch.full_like(whole(batch, data), 0.5), whole(batch, data)))
    late = 10**6
    assert not troubles(good, {"gap": 1.0, "slope": 0.1}, Alarms(), late, good.psnr)
    assert [one.kind for one in troubles(alike, {}, Alarms(), late)] == ["collapse"]
    assert [one.kind for one in troubles(Look(30.0, 1.0), {}, Alarms(), late, 40.0)] == ["fall"]
    assert not troubles(alike, {}, Alarms(), 100)  # it has just begun
    assert [one.kind for one in troubles(None, {"picture": float("nan"), "gap": 99.0}, Alarms(), late)] == [
        "not-finite"
    ]
    assert [one.kind for one in troubles(good, {"gap": 99.0, "slope": 0.0}, Alarms(), 100)] == [
        "runaway-critic", "dead-critic",
    ]  # fmt: skip
    with pytest.raises(SettingsError, match="action: expected one of warn, stop, roll-back"):
        Alarms(action="shout")


def test_a_run_that_leaves_all_bounds_is_stopped_by_name(tmp_path: Path) -> None:
    wild = replace(TOY, images=400, alone=400, rate=1e30, save_every=400, watch_every=400)
    with pytest.raises(WeightsError, match="NaN or Inf, not a finite number"):
        train_painter(tmp_path, wild, progress=False)
    assert alarms_of(tmp_path) == ["not-finite"]


def test_a_run_rolls_back_and_goes_slower(tmp_path: Path) -> None:
    train_painter(tmp_path, replace(TOY, images=8), progress=False)
    strict = replace(TOY, images=24, alarms=Alarms(action="roll-back", slope=1e9))
    with pytest.raises(WeightsError, match="5 roll-backs did not cure it"):
        train_painter(tmp_path, strict, progress=False)
    rows = read_journal(tmp_path / "journal.jsonl")
    back = [row for row in rows if row.get("alarm") == "rolled-back"]
    assert [row["seen"] for row in back] == [8] * 5
    rates = [row["rate"] for row in rows if row["kind"] == "step" and row["seen"] == 16]
    assert rates == sorted(rates, reverse=True)
    assert rates[1] == pytest.approx(rates[0] / 2, abs=1e-6)


def test_processes_share_every_batch_row_by_row(tmp_path: Path) -> None:
    pool = Pool(tmp_path, source_of(TOY), 8, 1, (0.1, 0.2), progress=False)
    for step in range(3):
        together = pool.batch(step, 4)
        halves = [pool.batch(step, 4, rows) for rows in (slice(0, 2), slice(2, 4))]
        for name in ("points", "place", "expression", "emotion", "noise", "given"):
            assert torch.equal(getattr(together, name), torch.cat([getattr(half, name) for half in halves]))
        for picture, *parts in zip(together.pictures, *(half.pictures for half in halves), strict=True):
            assert torch.equal(picture, torch.cat(parts))
    again = Pool(tmp_path, source_of(TOY), 8, 1, (0.1, 0.2), progress=False)  # from the disk
    assert torch.equal(again.batch(1, 4).pictures[5], pool.batch(1, 4).pictures[5])
    assert not torch.equal(pool.batch(1, 4).points, pool.batch(2, 4).points)


def test_two_processes_learn_what_one_does(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = tmp_path / "two.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\nimport torch\ntorch.set_num_threads(1)\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from test_run import TOY\nfrom mien.train.painter.train import train_painter\n"
        "train_painter(Path(sys.argv[1]), TOY, progress=False)\n"
    )
    train_painter(tmp_path / "one", TOY, progress=False)
    environment = {**os.environ, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": "2"}
    command = [sys.executable, str(script), str(tmp_path / "two")]
    both = [subprocess.Popen(command, env={**environment, "RANK": str(rank)}) for rank in range(2)]
    assert [process.wait(timeout=240) for process in both] == [0, 0]
    one, two = (
        [row for row in read_journal(tmp_path / name / "journal.jsonl") if row["kind"] == "step"]
        for name in ("one", "two")
    )
    for row, other in zip(one, two, strict=True):
        for name in ("picture", "bent", "slope"):
            assert row[name] == pytest.approx(other[name], rel=2e-2), name  # bfloat16

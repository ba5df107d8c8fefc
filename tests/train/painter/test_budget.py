"""The plan of a painter's training within minutes."""

from __future__ import annotations

from pathlib import Path

import pytest

from mien.train.painter import character
from mien.train.painter.budget import CRITIC, Stopwatch, haste, planned, work
from mien.train.painter.own import worn


@pytest.mark.parametrize(("pace", "seconds"), [(0.3, 1_200.0), (0.09, 600.0), (1.2, 7_200.0)])
def test_the_schedule_ends_in_time(pace: float, seconds: float) -> None:
    recipe = planned(character(), 0, pace, seconds)
    assert pace * work(recipe, 0, recipe.images) == pytest.approx(seconds, rel=0.02)
    assert recipe.alone / recipe.images == pytest.approx(26 / 30, abs=0.01)
    assert recipe.half_life / recipe.images == pytest.approx(4 / 30, rel=0.01)
    assert recipe.settled == min(2_000, recipe.images // 8)
    assert recipe.images % recipe.batch == 0
    assert 6 <= recipe.images / recipe.watch_every <= 25
    assert pace * recipe.save_every == pytest.approx(90.0, rel=0.05)


def test_short_runs_learn_faster() -> None:
    assert [haste(images) for images in (400, 1_000, 4_000, 30_000)] == [2.0, 2.0, 1.0, 1.0]
    assert 1.0 < haste(2_000) < 2.0
    assert planned(character(), 0, 0.3, 180.0).rate == 2.0 * character().rate
    assert planned(character(), 0, 0.3, 36_000.0).rate == character().rate


def test_a_plan_is_made_anew_on_the_way() -> None:
    first = planned(character(), 0, 0.3, 1_200.0)
    slower = planned(character(), 1_000, 0.6, 900.0)
    assert 1_000 < slower.images < first.images
    assert 0.6 * work(slower, 1_000, slower.images) == pytest.approx(900.0, rel=0.02)
    # once the critic looks it stays, and what is left is for it
    late = planned(character(), 3_000, 0.3, 60.0, joined=2_900)
    assert late.alone == 2_900
    assert late.images == pytest.approx(3_000 + 60.0 / 0.3 / CRITIC, abs=4)
    # near the end of a run that goes on after it was stopped, too
    assert planned(character(), 3_400, 0.3, 30.0).alone <= 3_400
    # no time left: one step, so that there is something
    assert planned(character(), 400, 0.3, -5.0).images == 404
    assert planned(character(), 0, 0.3, 0.0).images == 4


def test_the_stopwatch_stops_in_time_and_tells_the_pace() -> None:
    times = iter([0.0, 10.0, 12.0, 14.0, 16.0, 18.0])
    watch = Stopwatch(until=15.0, clock=lambda: next(times))
    recipe = planned(character(), 0, 0.3, 1_200.0)
    assert watch.pace(recipe) is None
    assert [watch(4 * n) for n in range(5)] == [False, False, False, False, True]
    assert watch.pace(recipe) == pytest.approx(1.0)
    few = Stopwatch(until=1e9, steps=2, clock=lambda: 1.0)
    assert [few(4 * n) for n in range(3)] == [False, False, True]
    assert Stopwatch(until=1e9, over=lambda: True, clock=lambda: 1.0)(4)
    ends = iter([0.0, 8.0])
    both = Stopwatch(until=1e9, clock=lambda: next(ends))
    both(recipe.alone)
    both(recipe.alone + 4)
    assert both.pace(recipe) == pytest.approx(8.0 / 4 / CRITIC)


def test_looks_that_only_get_worse_end_a_run(tmp_path: Path) -> None:
    def looked(*psnr: float) -> bool:
        rows = [f'{{"kind": "look", "seen": {4 * n}, "psnr": {value}}}\n' for n, value in enumerate(psnr)]
        (tmp_path / "journal.jsonl").write_text("".join(rows))
        return worn(tmp_path)

    assert not worn(tmp_path / "none")
    assert not looked(20, 25, *[24.9] * 8)  # about as good
    assert not looked(20, 25, *[24.0] * 7)
    assert looked(20, 25, *[24.0] * 8)
    assert not looked(20, 25, *[24.0] * 7, 25.5)

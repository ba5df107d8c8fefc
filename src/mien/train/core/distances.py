"""How far generated pictures are from real ones, as sets: distances between clouds of features. numpy alone.

A figure means nothing without the features that it was measured on; whoever shows one names them beside it.
Fréchet and kernel distance and precision do not see a generator that repeats a few good pictures; recall and coverage
do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.float32]
"""(n, d) one row a picture."""

_ROWS = 512  # rows of a distance table that are held at once


def frechet(real: Features, fake: Features) -> float:
    """Fréchet distance between two clouds taken for Gaussian, ≥ 0. Needs two rows of each at least.

    Source: Heusel et al., "GANs trained by a two time-scale update rule ...", 2017.
    """
    _checked(real, fake, 2)
    one, other = real.astype(np.float64), fake.astype(np.float64)
    gap = one.mean(axis=0) - other.mean(axis=0)
    here, there = (np.atleast_2d(np.cov(cloud, rowvar=False)) for cloud in (one, other))
    values, axes = np.linalg.eigh(here)
    root = (axes * np.sqrt(np.maximum(values, 0.0))) @ axes.T
    mixed = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ there @ root), 0.0)).sum()
    return max(0.0, float(gap @ gap + np.trace(here) + np.trace(there) - 2.0 * mixed))


def kernel(real: Features, fake: Features) -> float:
    """Unbiased squared maximum mean discrepancy under the kernel (x·y / d + 1)³; about 0 for equal clouds.

    Source: Binkowski et al., "Demystifying MMD GANs", 2018.
    """
    _checked(real, fake, 2)
    one, other = real.astype(np.float64), fake.astype(np.float64)

    def cube(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
        products: NDArray[np.float64] = (left @ right.T / left.shape[1] + 1.0) ** 3
        return products

    def within(cloud: NDArray[np.float64]) -> float:
        table = cube(cloud, cloud)
        count = len(cloud)
        return float((table.sum() - np.trace(table)) / (count * (count - 1)))

    return within(one) + within(other) - 2.0 * float(cube(one, other).mean())


@dataclass(frozen=True, slots=True)
class Spread:
    """precision: share of fakes within reach of a real one. recall: share of reals within reach of a fake. density:
    how many reals reach a fake, over k, ≥ 0. coverage: share of reals that a fake lies within their own reach."""

    precision: float
    recall: float
    density: float
    coverage: float


def spread(real: Features, fake: Features, k: int = 5) -> Spread:
    """Precision, recall, density and coverage; a picture reaches as far as its k-th nearest neighbour of its own kind.

    Needs more than k rows of each. Sources: Kynkäänniemi et al., "Improved precision and recall metric", 2019; Naeem et
    al., "Reliable fidelity and diversity metrics", 2020.
    """
    _checked(real, fake, k + 1)
    real_reach, fake_reach = _reach(real, k), _reach(fake, k)
    near = np.zeros(len(fake), np.int64)
    recalled, covered = np.zeros(len(real), bool), np.zeros(len(real), bool)
    for start in range(0, len(real), _ROWS):
        rows = slice(start, start + _ROWS)
        table = squared_distances(real[rows], fake)
        inside = table < real_reach[rows, None]
        near += inside.sum(axis=0)
        covered[rows] = inside.any(axis=1)
        recalled[rows] = (table < fake_reach[None, :]).any(axis=1)
    return Spread(
        float((near > 0).mean()), float(recalled.mean()), float(near.mean() / k), float(covered.mean())
    )  # fmt: skip


def nearest(fake: Features, real: Features) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For every fake the number of the nearest real one, and its distance."""
    _checked(real, fake, 1)
    numbers, distances = np.zeros(len(fake), np.int64), np.zeros(len(fake))
    for start in range(0, len(fake), _ROWS):
        rows = slice(start, start + _ROWS)
        table = squared_distances(fake[rows], real)
        numbers[rows] = table.argmin(axis=1)
        distances[rows] = np.sqrt(table.min(axis=1))
    return numbers, distances


def bootstrap(
    figure: Callable[[Features, Features], float], real: Features, fake: Features, rounds: int = 50, seed: int = 0
) -> tuple[float, float]:
    """The 5th and the 95th percentile of a figure over `rounds` redrawings of both sets with replacement.

    Redrawn sets hold twins, which pulls figures of nearest neighbours down: give the sets' own figure beside it.
    """
    chance = np.random.default_rng(seed)
    found = [
        figure(real[chance.integers(len(real), size=len(real))], fake[chance.integers(len(fake), size=len(fake))])
        for _ in range(rounds)
    ]
    low, high = np.percentile(found, (5, 95))
    return float(low), float(high)


def apart(rows: Features) -> float:
    """The mean distance of two rows; 0 where there is but one."""
    if len(rows) < 2:
        return 0.0
    return float(np.sqrt(squared_distances(rows, rows)).sum() / (len(rows) * (len(rows) - 1)))


def squared_distances(one: Features, other: Features) -> NDArray[np.float64]:
    """(n, m) squared Euclidean distances, ≥ 0."""
    left, right = one.astype(np.float64), other.astype(np.float64)
    table = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1)[None, :] - 2.0 * left @ right.T
    return np.asarray(np.maximum(table, 0.0))


def _reach(cloud: Features, k: int) -> NDArray[np.float64]:
    """(n,) squared distance of every row to its k-th nearest neighbour."""
    reach = np.zeros(len(cloud))
    for start in range(0, len(cloud), _ROWS):
        rows = slice(start, start + _ROWS)
        table = squared_distances(cloud[rows], cloud)
        table[np.arange(len(table)), np.arange(start, start + len(table))] = 0.0  # itself, whatever rounding says
        reach[rows] = np.partition(table, k, axis=1)[:, k]
    return reach


def _checked(real: Features, fake: Features, least: int) -> None:
    """Raises ValueError unless both are tables of equally long finite rows, `least` of each."""
    if real.ndim != 2 or fake.ndim != 2 or real.shape[1] != fake.shape[1]:
        raise ValueError(f"expected two tables of equally long rows, got {real.shape} and {fake.shape}")
    if min(len(real), len(fake)) < least:
        raise ValueError(f"expected {least} rows of each at least, got {len(real)} and {len(fake)}")
    if not (np.isfinite(real).all() and np.isfinite(fake).all()):
        raise ValueError("expected finite features, got NaN or infinity")

"""Distances between sets, against other people's code and against what must hold."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from numpy.typing import NDArray

from mien.train.core.distances import bootstrap, frechet, kernel, nearest, spread

Cloud = NDArray[np.float32]


def cloud(seed: int, count: int = 300, size: int = 8, shift: float = 0.0) -> Cloud:
    return (np.random.default_rng(seed).standard_normal((count, size)) + shift).astype(np.float32)


def test_spread_equals_prdc() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        prdc = pytest.importorskip("prdc")
    for shift in (0.0, 0.4, 1.5):
        real, fake = cloud(1), cloud(2, 260, shift=shift)
        theirs = prdc.compute_prdc(real, fake, nearest_k=5)
        ours = spread(real, fake, k=5)
        for name, value in theirs.items():
            assert getattr(ours, name) == pytest.approx(value, abs=1e-6), name


def test_frechet_and_kernel_distance_equal_torchmetrics() -> None:
    torch = pytest.importorskip("torch")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image = pytest.importorskip("torchmetrics.image.fid")
        kid = pytest.importorskip("torchmetrics.image.kid")

        class Same(torch.nn.Module):  # type: ignore[name-defined, misc]
            """Features as they are; torchmetrics wants to know their number."""

            num_features = 8

            def forward(self, x):  # type: ignore[no-untyped-def]
                return x.flatten(1)

        real, fake = cloud(3), cloud(4, shift=0.3)
        measure = image.FrechetInceptionDistance(feature=Same(), input_img_size=(1, 2, 4)).set_dtype(torch.float64)
        other = kid.KernelInceptionDistance(feature=Same(), subsets=1, subset_size=300)
        for one in (measure, other):
            one.update(torch.from_numpy(real).double().view(-1, 1, 2, 4), real=True)
            one.update(torch.from_numpy(fake).double().view(-1, 1, 2, 4), real=False)
        assert frechet(real, fake) == pytest.approx(float(measure.compute()), rel=1e-3)
        assert kernel(real, fake) == pytest.approx(float(other.compute()[0]), rel=1e-4)


def test_equal_clouds_are_close_and_far_ones_far() -> None:
    real = cloud(5)
    assert frechet(real, real) == pytest.approx(0.0, abs=1e-6)
    assert abs(kernel(real, cloud(6))) < abs(kernel(real, cloud(6, shift=1.0)))
    same, far = spread(real, cloud(6)), spread(real, cloud(6, shift=30.0))
    assert min(same.precision, same.recall, same.coverage) > 0.6
    assert (far.precision, far.recall, far.coverage) == (0.0, 0.0, 0.0)


def test_recall_and_coverage_see_a_generator_that_repeats_itself() -> None:
    real = cloud(7)
    few = real[np.random.default_rng(0).integers(8, size=300)] + cloud(8) * np.float32(1e-3)
    found = spread(real, few)
    assert found.precision > 0.95  # it repeats good pictures,
    assert found.recall < 0.1  # but few
    assert found.coverage < 0.3


def test_the_nearest_real_picture() -> None:
    real = cloud(9)
    numbers, distances = nearest(real[[5, 60]] + np.float32(0.01), real)
    assert numbers.tolist() == [5, 60]
    assert distances == pytest.approx(0.01 * 8**0.5, rel=1e-3)


def test_the_interval_holds_the_figure_and_a_seed_repeats_it() -> None:
    real, fake = cloud(10), cloud(11, shift=0.5)
    low, high = bootstrap(kernel, real, fake, rounds=20)
    assert low < kernel(real, fake) < high
    assert (low, high) == bootstrap(kernel, real, fake, rounds=20)


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(ValueError, match="equally long rows"):
        frechet(cloud(1, size=8), cloud(2, size=9))
    with pytest.raises(ValueError, match="6 rows of each at least, got 5"):
        spread(cloud(1, 5), cloud(2))
    with pytest.raises(ValueError, match="finite"):
        kernel(cloud(1) * np.float32(np.nan), cloud(2))

"""Outlying samples: the one planted is found, sound sets and odd shapes are left alone."""

import numpy as np
import pytest

from phosres.stats import find_outlying_samples
from phosres.stats.envelope import MIN_SAMPLES, _wishart_df


def cohort(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of subjects that differ more than their samples, and respond in a fifth of 300 rows."""
    rng = np.random.default_rng(seed)
    group = np.arange(n) % 2
    y = 0.3 * rng.normal(size=(300, n)) + np.repeat(rng.normal(size=(300, n // 2)), 2, axis=1)
    return y + 2 * group * rng.normal(size=(300, 1)) * (rng.random((300, 1)) < 0.2), group


def test_a_spoilt_sample_is_named_and_no_other():
    """One of 16 samples with a profile of its own, six cohorts: always it, at most one other."""
    named = []
    for seed in range(6):
        y, group = cohort(16, seed)
        y[:, 5] += 2 * np.random.default_rng(seed).normal(size=300)
        named += np.flatnonzero(find_outlying_samples(y, group).outlying).tolist()
    assert named.count(5) == 6
    assert len(named) <= 7


def test_sound_cohorts_are_left_alone():
    """25 cohorts of 12 samples without anything planted: at most 5 have a sample named."""
    found = [find_outlying_samples(*cohort(12, 100 + seed)) for seed in range(25)]
    assert sum(e.outlying.any() for e in found) <= 5


def test_two_sets_of_samples_are_not_outliers():
    """A third of the samples from elsewhere: two sets, and none is named."""
    y, group = cohort(18, 3)
    y[:, 12:] += 3 * np.random.default_rng(4).normal(size=(300, 1))
    found = find_outlying_samples(y, group)
    assert not found.outlying.any()


@pytest.mark.parametrize("samples", [2, MIN_SAMPLES - 1])
def test_few_samples_are_not_judged(samples):
    """Under ten samples there is no majority to be outside of."""
    assert find_outlying_samples(np.zeros((80, samples)), np.zeros(samples, dtype=int)) is None


def test_samples_without_two_components_are_not_judged():
    """Copies of one profile, or multiples of it, span no plane."""
    profile = np.random.default_rng(5).normal(size=(80, 1))
    for factor in (np.ones(12), np.arange(12.0)):
        assert find_outlying_samples(profile * factor, np.zeros(12, dtype=int)) is None


def test_distances_follow_the_distribution_they_are_compared_with():
    """Consistency and df by simulation: kept three quarters of many normal points, 2 components."""
    consistency, m = _wishart_df(100_000, 75_000)
    points = np.random.default_rng(6).normal(size=(100_000, 2))
    square = (points**2).sum(axis=1)
    inner = points[square <= np.quantile(square, 0.75)]
    assert consistency * np.cov(inner.T)[0, 0] == pytest.approx(1, abs=0.02)
    assert 0.2 < m / 100_000 < 1

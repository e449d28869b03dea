"""Which samples belong together: likeness by hand, swaps found, sound cohorts left alone."""

import numpy as np
import pytest

from phosres.stats import judge_pairs


def cohort(rng, n: int, identity: float, features: int = 400, missing: float = 0.0):
    """Pairs that share what is peculiar to their subject, with a treatment effect in all."""
    own = rng.normal(0, identity, (features, n))
    effect = rng.normal(0, 1, (features, 1))
    base = rng.normal(22, 2, (features, 1))
    pre, on = (base + own + e + rng.normal(0, 1, (features, n)) for e in (0, effect))
    values = np.hstack([pre, on])
    values[rng.random(values.shape) < missing] = np.nan
    return values, [np.array([i]) for i in range(n)], [np.array([n + i]) for i in range(n)]


def test_likeness_is_the_correlation_of_residuals():
    """Side means and sample means taken off, then Pearson about zero: numpy's own arithmetic."""
    values, pre, on = cohort(np.random.default_rng(0), 4, 1.0)
    found = judge_pairs(values, pre, on)
    sides = [values[:, :4], values[:, 4:]]
    centred = [s - s.mean(axis=1, keepdims=True) for s in sides]
    expected = np.corrcoef(np.hstack([centred[1], centred[0]]).T)[:4, 4:]
    np.testing.assert_allclose(found.similarity, expected, atol=1e-10)
    np.testing.assert_array_equal(found.rank, [1, 1, 1, 1])


@pytest.mark.parametrize(("n", "missing"), [(8, 0.0), (12, 0.5)])
def test_a_swap_is_found_and_nobody_else_is_suspected(n, missing):
    """Two of the on-treatment samples exchanged, also with half of the values missing."""
    values, pre, on = cohort(np.random.default_rng(1), n, 1.0, missing=missing)
    on[2], on[5] = on[5], on[2]
    found = judge_pairs(values, pre, on)
    assert np.flatnonzero(found.suspect).tolist() == [2, 5]
    assert found.nearest[2] == 5
    assert found.judged[[2, 5]].all()


def test_pairs_that_are_not_alike_show_no_swap():
    """Without anything peculiar to a subject nothing is judged, and nothing is suspected."""
    values, pre, on = cohort(np.random.default_rng(2), 8, 0.0)
    found = judge_pairs(values, pre, on)
    assert not found.suspect.any()
    assert found.judged.sum() <= 2


def test_sound_cohorts_are_rarely_suspected():
    """Of 150 sound cohorts with weak to strong identity at most one in twenty is suspected."""
    rng = np.random.default_rng(3)
    suspected = 0
    for k in range(150):
        values, pre, on = cohort(rng, 7, (0.15, 0.3, 1.0)[k % 3], features=150)
        suspected += bool(judge_pairs(values, pre, on).suspect.any())
    assert suspected <= 7


def test_three_pairs_and_few_features_are_not_judged():
    """What cannot be told is not told."""
    values, pre, on = cohort(np.random.default_rng(4), 3, 1.0)
    assert not judge_pairs(values, pre, on).judged.any()
    few, pre, on = cohort(np.random.default_rng(4), 8, 1.0, features=40)
    assert (judge_pairs(few, pre, on).rank == 0).all()

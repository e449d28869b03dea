"""Power and sample size: closed forms, an independent noncentral t, and simulation."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats as scipy_stats

from phosres.stats import compute_power, count_pairs, plan_groups, plan_pairs, two_sided


@pytest.mark.parametrize("df", [1.0, 2.5, 5.0, 19.9, 20.0, 60.0, 3000.0])
@pytest.mark.parametrize("alpha", [0.05, 0.05 / 8, 1e-4])
def test_power_is_the_noncentral_t(df, alpha):
    """Both tails equal scipy's noncentral t where that is reliable."""
    shift = np.array([0.5, 1.0, 2.0, 3.0])
    critical = scipy_stats.t.isf(alpha / 2, df)
    expected = scipy_stats.nct.sf(critical, df, shift) + scipy_stats.nct.sf(critical, df, -shift)
    assert_allclose(compute_power(shift, 1.0, df, alpha=alpha), expected, rtol=0, atol=1e-8)


@pytest.mark.parametrize("df", [0.5, 1.0, 3.0, 30.0, 1e5, np.inf])
def test_without_effect_power_is_the_level(df):
    """Under no change a test calls at its level, and power never falls with the effect."""
    power = compute_power(np.linspace(0, 50, 200), 1.0, df, alpha=0.01)
    assert power[0] == pytest.approx(0.01, rel=1e-5)
    assert (np.diff(power) >= -1e-9).all()
    assert (power <= 1).all()


def test_infinite_df_is_the_normal():
    """Closed form with a known variance, sign and order of arguments aside."""
    expected = scipy_stats.norm.sf(1.959963984540054 - 2) + scipy_stats.norm.cdf(-3.959963984540054)
    assert compute_power(-1.0, 0.5, np.inf) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize(
    ("effect", "alpha", "tests", "expected"),
    [
        (1.0, 0.05, 8, (6, 9)),
        (0.585, 0.05, 8, (13, 22)),
        (1.0, 0.001, 1, (8, 13)),
        (0.585, 0.001, 1, (17, 30)),
    ],
)
def test_pairs_needed(effect, alpha, tests, expected):
    """Pairs for 80 % power with prior df 4, sd .5 and .7 (table of independent calculations)."""
    needed = [count_pairs(effect, sd, prior_df=4, alpha=alpha, tests=tests) for sd in (0.5, 0.7)]
    assert tuple(needed) == expected


def test_pairs_needed_are_the_fewest():
    """One pair fewer misses the wanted power."""
    n = count_pairs(0.8, 0.6, prior_df=3, tests=4)
    plan = plan_pairs(np.array([n - 1, n]), 0.6, effect=0.8, prior_df=3, tests=4)
    assert plan.power[0] < 0.8 <= plan.power[1]


def test_hopeless_plans_end():
    """An effect far below the noise needs more than 10,000 pairs: None."""
    assert count_pairs(0.001, 1.0) is None


def test_detectable_effect_has_its_power():
    """The detectable effect put back in gives the wanted power; the threshold is the t quantile."""
    plan = plan_pairs([2, 3, 6, 20], 0.5, prior_df=4, tests=8, power=0.9)
    again = compute_power(plan.detectable, plan.se, plan.df, tests=8)
    assert_allclose(again, 0.9, atol=1e-3)
    assert_allclose(plan.threshold, plan.se * scipy_stats.t.isf(0.05 / 16, plan.df), rtol=1e-9)
    assert np.isnan(plan.power).all()


def test_standard_errors_by_hand():
    """Pairs: sd / sqrt(n) on n - 1; groups: sd sqrt(2 / n) on 2 n - 2; prior df are added."""
    pairs, groups = plan_pairs(4, 0.8, prior_df=2.5), plan_groups(8, 0.8, prior_df=2.5)
    assert (float(pairs.se), float(pairs.df)) == (0.4, 5.5)
    assert (float(groups.se), float(groups.df)) == (0.4, 16.5)


def test_one_pair_has_no_test_of_its_own():
    """A single pair without a prior has no degrees of freedom: NaN; with a prior it has."""
    assert np.isnan(plan_pairs(1, 0.5, effect=1.0).power)
    assert plan_pairs(1, 0.5, effect=3.0, prior_df=4).power > 0.5


def test_planned_power_is_reached_in_simulation():
    """Paired t tests of rows with the planned deviation: the share of calls is the power."""
    rng = np.random.default_rng(0)
    d = 0.8 + 0.5 * rng.normal(size=(20_000, 5))
    p = two_sided(d.mean(axis=1) / (d.std(axis=1, ddof=1) / np.sqrt(5)), 4)
    planned = float(plan_pairs(5, 0.5, effect=0.8).power)
    assert (p < 0.05).mean() == pytest.approx(planned, abs=0.01)


def test_rows_of_a_prior_reach_less_than_the_typical_row():
    """Variances drawn from the prior: the average row is found up to a tenth less often."""
    rng = np.random.default_rng(0)
    n, s0, d0 = 5, 0.5, 4.0
    sd = np.sqrt(s0**2 * d0 / rng.chisquare(d0, 20_000))
    d = 0.8 + sd[:, None] * rng.normal(size=(sd.size, n))
    s2 = (d0 * s0**2 + (n - 1) * d.var(axis=1, ddof=1)) / (d0 + n - 1)
    called = (two_sided(d.mean(axis=1) / np.sqrt(s2 / n), d0 + n - 1) < 0.05).mean()
    planned = float(plan_pairs(n, s0, effect=0.8, prior_df=d0).power)
    assert planned - 0.1 < called < planned


@pytest.mark.parametrize(
    "call",
    [
        lambda: compute_power(1.0, 1.0, 5.0, alpha=0.0),
        lambda: compute_power(1.0, 1.0, 5.0, tests=0),
        lambda: plan_pairs(0, 0.5),
        lambda: plan_pairs(2.5, 0.5),
        lambda: plan_groups(3, 0.0),
        lambda: count_pairs(1.0, 0.5, power=1.0),
    ],
)
def test_impossible_plans_are_refused(call):
    """Levels, counts and deviations that cannot be are named."""
    with pytest.raises(ValueError):
        call()

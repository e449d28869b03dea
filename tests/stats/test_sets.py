"""Competitive set tests: equal to cameraPR with one correlation, right size with two."""

import time

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from phosres.stats import compare_sets, moderated


def test_equal_correlations_are_camera(limma, synthetic, synthetic_sets):
    """With rho within = between = .01 p values and directions equal limma's cameraPR."""
    d = synthetic("complete")
    t = moderated(d.values.to_numpy(), d.design, 6, trend=True).t
    sets = {name: rows["index1"].to_numpy() - 1 for name, rows in synthetic_sets.groupby("set")}
    proteins = np.arange(len(t)) // 3
    ours = compare_sets(t, list(sets.values()), proteins=proteins, within=0.01, between=0.01)
    theirs = limma("3.54.1", "synth_complete__cameraPR_on_trend_t_cor0.01").loc[list(sets)]
    assert_allclose(ours.p, theirs["PValue"], rtol=0, atol=1e-10)
    assert_allclose(ours.n, theirs["NGenes"])
    assert (np.where(ours.delta > 0, "Up", "Down") == theirs["Direction"]).all()


def test_variance_inflation_by_hand():
    """Proteins of 2, 1 and 1 members: 1 + (.5 * 2 + .1 * (16 - 6)) / 4 = 1.5."""
    z = np.random.default_rng(0).normal(size=20)
    proteins = np.r_[0, 0, 1, 2, np.arange(3, 19)]
    out = compare_sets(z, [[0, 1, 2, 3]], proteins=proteins, within=0.5, between=0.1)
    assert out.vif[0] == pytest.approx(1.5)
    assert out.df == 18


def test_size_with_correlated_sites():
    """Sites that share .15 within and .02 between proteins: size .03-.07 at .05."""
    rng = np.random.default_rng(1)
    proteins = np.repeat(np.arange(400), 5)
    sets = [np.arange(200), np.arange(200, 260), np.arange(1000, 1040)]
    p = []
    for _ in range(400):
        shared = np.zeros(400)
        shared[:40] = rng.normal()
        shared[40:52] = rng.normal()
        shared[200:208] = rng.normal()
        z = (
            np.sqrt(0.02) * shared[proteins]
            + np.sqrt(0.13) * rng.normal(size=400)[proteins]
            + np.sqrt(0.85) * rng.normal(size=2000)
        )
        p.append(compare_sets(z, sets, proteins=proteins).p)
    assert 0.03 <= (np.array(p) < 0.05).mean() <= 0.07


def test_not_measured_members_do_not_count():
    """NaN rows leave sets and background; duplicates count once."""
    z = np.random.default_rng(2).normal(size=50)
    gaps = np.r_[z, np.nan, np.nan]
    one = compare_sets(z, [[0, 1, 2, 3, 4]])
    other = compare_sets(gaps, [[0, 1, 2, 3, 4, 4, 50, 51]])
    assert_allclose([other.p[0], other.delta[0]], [one.p[0], one.delta[0]])
    assert other.n[0] == 5


def test_empty_and_huge_sets_have_no_p():
    """No member, or more than half of all rows: NaN."""
    z = np.random.default_rng(3).normal(size=30)
    out = compare_sets(z, [[], np.arange(16), np.arange(15)])
    assert np.isnan(out.p).tolist() == [True, True, False]
    assert out.n.tolist() == [0, 16, 15]


def test_a_thousand_sets_are_fast_enough():
    """1,000 sets of 30 rows in 50,000: within a CPU second (budget)."""
    rng = np.random.default_rng(4)
    z, proteins = rng.normal(size=50_000), np.arange(50_000) // 5
    sets = [rng.integers(0, 50_000, 30) for _ in range(1000)]
    start = time.process_time()
    compare_sets(z, sets, proteins=proteins)
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("z", "sets", "message"),
    [
        (np.zeros((2, 2)), [[0]], "shape"),
        ([1.0, 2.0, 3.0], [[3]], "names row 3"),
        ([1.0, 2.0, np.nan], [[0]], "2 rows have a statistic"),
    ],
)
def test_bad_input_is_refused(z, sets, message):
    """Shapes, impossible rows and too small tables are named."""
    with pytest.raises(ValueError, match=message):
        compare_sets(z, sets)


def test_sets_table_is_complete(synthetic_sets):
    """The synthetic sets are the 14 that R tested."""
    assert isinstance(synthetic_sets, pd.DataFrame)
    assert synthetic_sets["set"].nunique() == 14

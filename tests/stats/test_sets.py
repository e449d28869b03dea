"""Competitive set tests: equal to limma's camera with one correlation, right size with two."""

import time

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats as scipy_stats

from phosres.stats import (
    compare_sets,
    fit_residuals,
    moderated,
    normal_score,
    set_correlations,
)


@pytest.mark.parametrize(
    ("table", "trend", "rho", "ranks"),
    [
        ("camera_cor0.01", False, 0.01, False),
        ("camera_cor0.05", False, 0.05, False),
        ("camera_trend_cor0.01", True, 0.01, False),
        ("camera_rank_cor0.01", False, 0.01, True),
        ("cameraPR_on_trend_t_cor0.01", True, 0.01, False),
        ("cameraPR_rank_on_trend_t_cor0.01", True, 0.01, True),
    ],
)
def test_one_correlation_is_camera(limma, synthetic, synthetic_sets, table, trend, rho, ranks):
    """With rho within = between p values and directions equal R limma 3.54.1's."""
    d = synthetic("complete")
    fit = moderated(d.values.to_numpy(), d.design, 6, trend=trend)
    z = fit.t if table.startswith("cameraPR") else normal_score(fit.t, fit.df)
    sets = {name: rows["index1"].to_numpy() - 1 for name, rows in synthetic_sets.groupby("set")}
    proteins = np.arange(len(z)) // 3
    ours = compare_sets(
        z, list(sets.values()), proteins=proteins, within=rho, between=rho, ranks=ranks
    )
    theirs = limma("3.54.1", f"synth_complete__{table}").loc[list(sets)]
    assert_allclose(ours.p, theirs["PValue"], rtol=0, atol=1e-10)
    assert_allclose(ours.n, theirs["NGenes"])
    assert (np.where(ours.delta > 0, "Up", "Down") == theirs["Direction"]).all()


def test_estimated_correlations_are_those_of_camera(limma, synthetic, synthetic_sets):
    """Correlations from the residuals, at least 0, on the residual df: camera with inter.gene.cor
    not given.
    """
    d = synthetic("complete")
    fit = moderated(d.values.to_numpy(), d.design, 6)
    sets = {name: rows["index1"].to_numpy() - 1 for name, rows in synthetic_sets.groupby("set")}
    theirs = limma("3.54.1", "synth_complete__camera_corEst").loc[list(sets)]
    residuals = fit_residuals(d.values.to_numpy(), d.design)
    found = set_correlations(residuals, list(sets.values()), fit.df_residual)
    assert_allclose(found, theirs["Correlation"], rtol=0, atol=1e-10)
    rho = np.maximum(np.nan_to_num(found), 0.0)
    z = normal_score(fit.t, fit.df)
    ours = compare_sets(z, list(sets.values()), within=rho, between=rho, df=5)
    assert_allclose(ours.p, theirs["PValue"], rtol=0, atol=1e-10)


def test_correlations_survive_missing_values(synthetic, synthetic_sets):
    """With a tenth of the values gone correlated sets still show theirs; one row has none."""
    d = synthetic("complete")
    values = d.values.to_numpy().copy()
    values[np.random.default_rng(0).random(values.shape) < 0.1] = np.nan
    fit = moderated(values, d.treated, 0, blocks=d.patients)
    residuals = fit_residuals(values, d.treated, blocks=d.patients)
    members = synthetic_sets.groupby("set")["index1"].apply(lambda x: x.to_numpy() - 1)
    wanted = members[["set02", "set05", "set09", "set_one"]].to_list()
    found = set_correlations(residuals, wanted, fit.df_residual)
    assert_allclose(found[:2], [0.37, 0.50], atol=0.12)
    assert_allclose(found[2], 0.0, atol=0.1)
    assert np.isnan(found[3])


@pytest.mark.parametrize("df", [3.0, 9.2, 100.0, np.inf])
def test_normal_scores_have_the_tails_of_t(df):
    """The normal score's p value is that of t; far out it stays finite and keeps the order."""
    t = np.array([-6.0, -1.0, 0.0, 0.3, 2.0, np.nan])
    expected = scipy_stats.norm.isf(scipy_stats.t.sf(np.abs(t), df)) * np.sign(t)
    assert_allclose(normal_score(t, df), expected, atol=1e-3)
    far = normal_score(np.array([50.0, 500.0, 1e6]), 30.0)
    assert np.isfinite(far).all()
    assert (np.diff(far) > 0).all()


def test_signed_members_count_by_their_direction():
    """A set whose members move as their signs say is up; mirrored signs give the mirrored t."""
    z = np.random.default_rng(5).normal(size=200)
    z[:10] += 2.0
    z[10:20] -= 2.0
    signs = np.r_[np.ones(10), -np.ones(10)]
    rows = np.arange(20)
    out = compare_sets(z, [rows, rows, rows[::-1]], signs=[signs, -signs, signs[::-1]])
    assert out.p[0] < 1e-6
    assert_allclose(out.t[1:], [-out.t[0], out.t[0]])
    plain = compare_sets(z, [rows])
    assert plain.p[0] > 0.05
    # Signs cancel what is common: 1 + (.02 (0 - 20)) / 20.
    assert_allclose([out.vif[0], plain.vif[0]], [0.98, 1.38])


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


def test_ranks_have_no_signs():
    """A signed rank sum is not defined here, and is refused."""
    with pytest.raises(ValueError, match="by ranks there are none"):
        compare_sets(np.arange(9.0), [[0]], signs=[[1.0]], ranks=True)

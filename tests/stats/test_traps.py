"""Traps found in other software, each with the data that shows it."""

import gzip
import tracemalloc

import numpy as np
import pandas as pd
import pytest

from phosres import read
from phosres.errors import DataError
from phosres.stats import fit_contrast, moderated, squeeze_variances, treat


@pytest.mark.parametrize("data", ["na", "edge"])
def test_t1_column_order_does_not_change_a_contrast(synthetic, data):
    """The contrast is NaN on the same rows wherever its column stands in the design."""
    d = synthetic(data)
    y = d.values.to_numpy()
    last = fit_contrast(y, d.design, 6)
    first = fit_contrast(y, d.design[:, ::-1], 0)
    blocks = fit_contrast(y, d.treated, 0, blocks=d.patients)
    for other in (first, blocks):
        np.testing.assert_allclose(other.effect, last.effect, atol=1e-12)
        np.testing.assert_allclose(other.stdev_unscaled, last.stdev_unscaled, atol=1e-12)


def test_t1_unpaired_halves_are_not_estimable(synthetic):
    """Three patients before and three others after treatment give NaN, not a difference."""
    d = synthetic("edge")
    fit = moderated(d.values.to_numpy(), d.design, 6)
    row = d.values.index.get_loc("P0036_S207")
    assert d.values.iloc[row].notna().sum() == 6
    assert np.isnan([fit.log2fc[row], fit.se[row], fit.t[row], fit.p[row]]).all()


def test_t1_contrasts_of_group_means_keep_their_precision(synthetic):
    """A difference of two group columns has the same error as a treatment column."""
    d = synthetic("na")
    y = d.values.to_numpy()
    groups = np.column_stack([1 - d.treated, d.treated, d.design[:, 1:6]])
    difference = fit_contrast(y, groups, [-1, 1, 0, 0, 0, 0, 0])
    column = fit_contrast(y, d.design, 6)
    np.testing.assert_allclose(difference.effect, column.effect, atol=1e-12)
    np.testing.assert_allclose(difference.stdev_unscaled, column.stdev_unscaled, atol=1e-12)


@pytest.mark.parametrize("prior", ["moments", "ml"])
@pytest.mark.parametrize("robust", [False, True])
def test_t2_rows_without_residual_df_do_not_move_the_prior(synthetic, prior, robust):
    """Prior df and variance are the same with and without rows that have 0 residual df."""
    d = synthetic("na")
    fit = fit_contrast(d.values.to_numpy(), d.design, 6)
    some = fit.df_residual > 0
    assert (~some & np.isfinite(fit.effect)).sum() > 20
    every = squeeze_variances(fit.sigma**2, fit.df_residual, robust=robust, prior=prior)
    fewer = squeeze_variances(
        fit.sigma[some] ** 2, fit.df_residual[some], robust=robust, prior=prior
    )
    np.testing.assert_array_equal(every.df[some], fewer.df)
    np.testing.assert_array_equal(every.variance[some], fewer.variance)


def test_t2_robust_likelihood_prior_is_not_the_inflated_one(limma, synthetic):
    """limma 3.63.2 doubles the prior df of this table by its zero-df rows; ours stays."""
    d = synthetic("na")
    ours = moderated(d.values.to_numpy(), d.design, 6, robust=True)
    assert limma("3.63.2", "synth_na__eBayes_robust")["df_prior"].median() > 8
    assert np.nanmax(ours.df_prior) == pytest.approx(5.52, abs=0.01)


def test_t3_the_two_limma_rules_differ_on_missing_values(synthetic):
    """Moments give d0 7.29, maximum likelihood 5.47 on the same table."""
    y, design, *_ = synthetic("na")
    moments = moderated(y.to_numpy(), design, 6, prior="moments")
    auto = moderated(y.to_numpy(), design, 6)
    assert np.nanmedian(moments.df_prior) == pytest.approx(7.2885, abs=1e-4)
    assert np.nanmedian(auto.df_prior) == pytest.approx(5.4717, abs=1e-4)


@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize("prior", ["moments", "ml"])
def test_t4_a_row_without_values_stops_nothing(synthetic, prior, robust):
    """An all-NaN row is NaN under the trend and in treat, and changes no other row."""
    d = synthetic("complete")
    y = d.values.to_numpy()
    gap = np.vstack([y, np.full(y.shape[1], np.nan)])
    kwargs = {"trend": True, "robust": robust, "prior": prior}
    whole, with_gap = moderated(y, d.design, 6, **kwargs), moderated(gap, d.design, 6, **kwargs)
    np.testing.assert_array_equal(with_gap.p[:-1], whole.p)
    p = treat(with_gap.log2fc, with_gap.se, with_gap.df, 0.5)
    assert np.isnan(p[-1])
    assert np.isfinite(p[:-1]).all()
    assert with_gap.n_obs[-1] == 0
    assert with_gap.df_residual[-1] == 0


@pytest.mark.parametrize("trend", [False, True])
@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize("prior", ["auto", "moments", "ml"])
def test_t5_gaps_in_pairs_and_equal_variances_are_no_exception(prior, robust, trend):
    """Patient blocks with missing values, and equal variances (large d0): finite tests."""
    rng = np.random.default_rng(0)
    y = rng.normal(20, 2, (400, 1)) + rng.normal(size=(400, 12))
    y[rng.random(y.shape) < 0.2] = np.nan
    patients = np.repeat(np.arange(6), 2)
    fit = moderated(
        y, np.tile([0.0, 1.0], 6), 0, blocks=patients, prior=prior, robust=robust, trend=trend
    )
    paired = np.isfinite(y[:, ::2] - y[:, 1::2]).sum(axis=1)
    np.testing.assert_array_equal(np.isfinite(fit.p), paired > 0)
    assert np.median(fit.df_prior) > 20


def test_t5_a_trend_needs_no_table_of_all_rows_against_all():
    """20,000 rows with a trend: less memory than the values, where n x n would be 3 GB."""
    y = np.random.default_rng(1).normal(20, 1, (20_000, 24))
    moderated(y[:50], np.tile([0.0, 1.0], 12), 0, trend=True, robust=True)
    tracemalloc.start()
    moderated(
        y,
        np.tile([0.0, 1.0], 12),
        0,
        blocks=np.repeat(np.arange(12), 2),
        trend=True,
        robust=True,
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * y.nbytes


def test_t6_a_workspace_of_r_is_refused_with_a_way_out(tmp_path):
    """Saved R objects are not half-read: the error says what to hand over instead."""
    path = tmp_path / "matrix.rda"
    path.write_bytes(gzip.compress(b"RDX3\nX\n\x00\x00\x00\x03\x00\x04\x02\x02\x00\x00\x04\x02"))
    sheet = pd.DataFrame({"sample": ["a", "b"], "subject": "A", "condition": ["pre", "on"]})
    with pytest.raises(DataError, match=r"(?s)matrix\.rda: the file is binary.*comma-separated"):
        read(path, sheet)

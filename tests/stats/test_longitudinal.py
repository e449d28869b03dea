"""Random subject levels: equal to lme4 with Kenward-Roger df, and the right size with few."""

import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats as reference
from statsmodels.regression.mixed_linear_model import MixedLM

from phosres.stats import fit_longitudinal, time_design

nan = np.nan


def draw(rows: int, subjects: int, times: int, sd: float = 1.0, seed: int = 0):
    """Noise of variance 1 on subjects' own levels; values, time codes, subjects."""
    rng = np.random.default_rng(seed)
    own = rng.normal(0, sd, (rows, subjects))
    subject = np.repeat(np.arange(subjects), times)
    y = own[:, subject] + rng.normal(size=(rows, subjects * times))
    return y, np.tile(np.arange(times), subjects), subject


def test_sixty_sites_equal_lme4_with_kenward_roger(reference_table, synthetic):
    """Variances, effect, error, df, t, p of lmer + pbkrtest, a fifth missing, ten fits singular."""
    theirs = reference_table("other/synth_na__lmer_first60")
    d = synthetic("na")
    y = d.values.loc[theirs.index].to_numpy()
    ours = fit_longitudinal(y, np.column_stack([np.ones(12), d.treated]), d.patients)
    assert ours.singular.sum() == 10
    assert_allclose(ours.n_obs, theirs["n"])
    np.testing.assert_array_equal(ours.singular, theirs["singular"].astype(bool))
    # lmer stops its own search at about 1e-6.
    assert_allclose(ours.subject_variance, theirs["var_patient"], atol=2e-6)
    assert_allclose(ours.residual_variance, theirs["var_resid"], atol=1e-6)
    for name, column in {"effect": "est", "se": "se_KR", "df": "df_KR", "p": "p_KR"}.items():
        assert_allclose(getattr(ours, name)[:, 1], theirs[column], atol=1e-6)


def test_complete_pairs_are_paired_t_tests():
    """Two times, nothing missing, subjects that differ: t and p of the paired t test."""
    y, times, subject = draw(20, 8, 2, sd=3.0)
    ours = fit_longitudinal(y, time_design(times), subject)
    plain = reference.ttest_rel(y[:, 1::2], y[:, ::2], axis=1)
    assert not ours.singular.any()
    assert_allclose(ours.df[:, 1], 7, rtol=1e-5)
    assert_allclose(ours.t[:, 1], plain.statistic, rtol=1e-5)
    assert_allclose(ours.p[:, 1], plain.pvalue, rtol=1e-4)


def test_three_times_equal_statsmodels():
    """Pre, early, late with gaps: effects and variances of MixedLM where that converges."""
    y, times, subject = draw(6, 15, 3, sd=1.5, seed=1)
    y[np.random.default_rng(2).random(y.shape) < 0.15] = nan
    design = time_design(times)
    ours = fit_longitudinal(y, design, subject)
    for i, row in enumerate(y):
        seen = np.isfinite(row)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = MixedLM(row[seen], design[seen], subject[seen]).fit(reml=True)
        assert_allclose(ours.effect[i], theirs.fe_params, atol=1e-4)
        assert_allclose(ours.residual_variance[i], theirs.scale, rtol=1e-3)
        assert_allclose(ours.subject_variance[i], theirs.cov_re[0, 0], rtol=5e-3)
        # Kenward-Roger errors are those of the z test or larger, never smaller.
        assert (ours.se[i] > theirs.bse_fe * 0.999).all()


@pytest.mark.parametrize("slope", [False, True])
def test_size_with_five_subjects_and_gaps(slope):
    """No change, 3 times, a fifth missing, 600 rows: 3 to 7 % below .05, as a factor or a slope."""
    y, times, subject = draw(600, 5, 3, seed=3)
    y[np.random.default_rng(4).random(y.shape) < 0.2] = nan
    design = np.column_stack([np.ones(15), times]) if slope else time_design(times)
    p = fit_longitudinal(y, design, subject).p[:, 1]
    p = p[np.isfinite(p)]
    assert p.size > 550
    assert 0.03 < (p < 0.05).mean() < 0.07


def test_planted_changes_and_variances_are_found():
    """A rise by 1 at the second time and 2 at the third, subject variance 4, in 40 subjects."""
    y, times, subject = draw(60, 40, 3, sd=2.0, seed=5)
    ours = fit_longitudinal(y + times, time_design(times), subject)
    assert ours.effect.mean(axis=0)[1:] == pytest.approx([1, 2], abs=0.1)
    assert ours.subject_variance.mean() == pytest.approx(4, abs=0.3)
    assert ours.residual_variance.mean() == pytest.approx(1, abs=0.05)


def test_rows_that_cannot_be_fitted_are_nan():
    """One subject, one sample a subject, no value, a time never seen, an exact fit."""
    y, times, subject = draw(6, 6, 3, seed=6)
    y[0, 3:] = nan
    y[1, times > 0] = nan
    y[2] = nan
    y[3, times == 2] = nan
    y[4] = times
    ours = fit_longitudinal(y, time_design(times), subject)
    for part in (ours.effect, ours.se, ours.df, ours.t, ours.p):
        assert np.isnan(part[:5]).all()
        assert np.isfinite(part[5]).all()
    assert ours.n_obs[:3].tolist() == [3, 6, 0]
    assert ours.n_subjects[:3].tolist() == [1, 6, 0]


def test_order_of_samples_and_a_level_do_not_matter():
    """Permuted samples, and a constant added, change no effect, error or p."""
    y, times, subject = draw(5, 7, 3, seed=7)
    y[np.random.default_rng(8).random(y.shape) < 0.15] = nan
    plain = fit_longitudinal(y, time_design(times), subject)
    order = np.random.default_rng(9).permutation(21)
    moved = fit_longitudinal(y[:, order] + 30, time_design(times)[order], subject[order])
    assert_allclose(moved.effect[:, 1:], plain.effect[:, 1:], atol=1e-6)
    assert_allclose(moved.p[:, 1:], plain.p[:, 1:], rtol=1e-4)


def test_time_design_by_hand():
    """Intercept, then one column a later time."""
    assert time_design([0, 1, 2, 0]).tolist() == [[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 0, 0]]
    with pytest.raises(ValueError, match="integer codes"):
        time_design(pd.Series(["pre", "on"]))

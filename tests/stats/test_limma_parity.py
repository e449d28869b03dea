"""The moderated statistics equal R limma's, row by row, missing values included."""

import numpy as np
import pandas as pd
import pytest

from phosres.stats import benjamini_hochberg, moderated, treat
from phosres.stats.moderation import Moderated

COLUMNS = {
    "logFC": "log2fc",
    "AveExpr": "mean",
    "sigma": "sigma",
    "df_residual": "df_residual",
    "s2_prior": "s2_prior",
    "df_prior": "df_prior",
    "s2_post": "s2_post",
    "df_total": "df",
    "t": "t",
    "p": "p",
}
PRIORS = {
    "plain": {},
    "trend": {"trend": True},
    "robust": {"robust": True},
    "trend_robust": {"trend": True, "robust": True},
}
DATA = ("complete", "na", "edge")


def as_table(result: Moderated, index: pd.Index) -> pd.DataFrame:
    """Give our result limma's names."""
    table = pd.DataFrame({theirs: getattr(result, ours) for theirs, ours in COLUMNS.items()}, index)
    table["stdev_unscaled"] = result.se / np.sqrt(result.s2_post)
    return table


def assert_same(ours: pd.DataFrame, theirs: pd.DataFrame, tolerance: float) -> None:
    """Compare NaN pattern and values of every column on the rows R was given."""
    ours, theirs = ours.loc[theirs.index], theirs[ours.columns]
    pd.testing.assert_frame_equal(ours.isna(), theirs.isna())
    gap = (ours - theirs).abs().max()
    assert (gap.fillna(0) <= tolerance).all(), gap[gap > tolerance].to_dict()
    p = theirs["p"] > 0
    ratio = np.abs(np.log10(ours["p"][p] / theirs["p"][p]))
    assert ratio.max() <= max(tolerance, 1e-8) * 10


@pytest.mark.parametrize("blocks", [False, True], ids=["design", "blocks"])
@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("data", DATA)
def test_moments_prior_equals_limma_before_3_62(limma, synthetic, data, prior, blocks):
    """Every column equals eBayes of limma 3.54.1, with patients as columns and as blocks."""
    d = synthetic(data)
    design, kwargs = (d.design, {}) if not blocks else (d.treated, {"blocks": d.patients})
    contrast = design.shape[1] - 1 if not blocks else 0
    ours = moderated(
        d.values.to_numpy(), design, contrast, prior="moments", **PRIORS[prior], **kwargs
    )
    tolerance = 1e-7 if prior == "trend_robust" else 1e-8
    table = as_table(ours, d.values.index)
    assert_same(table, limma("3.54.1", f"synth_{data}__eBayes_{prior}"), tolerance)


@pytest.mark.parametrize("prior", PRIORS)
def test_legacy_tables_of_the_new_limma_are_the_moments_prior(limma, synthetic, prior):
    """legacy=TRUE of limma 3.63.2 is our prior="moments"."""
    d = synthetic("na")
    ours = moderated(d.values.to_numpy(), d.design, 6, prior="moments", **PRIORS[prior])
    theirs = limma("3.63.2", f"synth_na__eBayes_{prior}_legacy")
    assert_same(as_table(ours, d.values.index), theirs, 1e-7 if prior == "trend_robust" else 1e-8)


@pytest.mark.parametrize("prior", PRIORS)
def test_auto_prior_on_equal_df_equals_the_new_limma(limma, synthetic, prior):
    """With complete data prior="auto" equals the default of limma 3.63.2."""
    d = synthetic("complete")
    ours = moderated(d.values.to_numpy(), d.design, 6, **PRIORS[prior])
    theirs = limma("3.63.2", f"synth_complete__eBayes_{prior}")
    assert_same(as_table(ours, d.values.index), theirs, 1e-7 if prior == "trend_robust" else 1e-8)


@pytest.mark.parametrize("data", ["na", "edge"])
def test_auto_prior_on_unequal_df_equals_the_likelihood_prior(limma, synthetic, data):
    """With missing values prior="auto" equals the default of limma 3.63.2."""
    d = synthetic(data)
    ours = moderated(d.values.to_numpy(), d.design, 6)
    theirs = limma("3.63.2", f"synth_{data}__eBayes_plain")
    assert_same(as_table(ours, d.values.index), theirs, 1e-6)


def test_likelihood_trend_agrees_with_the_other_smoother_of_limma(limma, synthetic):
    """Same rule, own smoother: prior df within 1 %, 95 % of p values within 0.06 of a digit."""
    d = synthetic("na")
    ours = moderated(d.values.to_numpy(), d.design, 6, trend=True)
    theirs = limma("3.63.2", "synth_na__eBayes_trend")
    assert np.nanmedian(ours.df_prior) == pytest.approx(theirs["df_prior"].iloc[0], rel=0.01)
    p = pd.Series(ours.p, d.values.index).loc[theirs.index]
    assert np.abs(np.log10(p / theirs["p"])).quantile(0.95) < 0.06


@pytest.mark.parametrize("fold", [1.2, 1.5])
@pytest.mark.parametrize(
    ("version", "data", "prior"),
    [
        ("3.54.1", "complete", "plain"),
        ("3.54.1", "complete", "trend"),
        ("3.63.2", "complete", "plain"),
        ("3.63.2", "complete", "trend"),
        ("3.63.2", "na", "plain"),
        ("3.63.2", "edge", "plain"),
    ],
)
def test_treat_equals_limma(limma, synthetic, version, data, prior, fold):
    """P values against a fold change equal limma's treat, NaN rows passing through."""
    d = synthetic(data)
    fit = moderated(d.values.to_numpy(), d.design, 6, **PRIORS[prior])
    theirs = limma(version, f"synth_{data}__treat_{prior}_fc{fold}")["p"]
    ours = pd.Series(treat(fit.log2fc, fit.se, fit.df, np.log2(fold)), d.values.index)
    ours = ours.loc[theirs.index]
    assert (ours.isna() == theirs.isna()).all()
    # The likelihood prior is only known to 1e-6 (a search stopped early in both).
    assert (ours - theirs).abs().max() <= (1e-10 if data == "complete" else 1e-6)


def test_adjusted_p_values_equal_limma(limma):
    """Benjamini-Hochberg over rows with NaN equals R's p.adjust."""
    theirs = limma("3.54.1", "synth_na__eBayes_trend")
    ours = benjamini_hochberg(theirs["p"].to_numpy())
    np.testing.assert_allclose(ours, theirs["adj_p_BH"], rtol=0, atol=1e-10)


@pytest.mark.parametrize("data", ["complete", "na"])
def test_correlated_blocks_equal_limma(limma, synthetic, data):
    """Random patients with correlation .5 equal lmFit(block, correlation) and eBayes."""
    d = synthetic(data)
    design = np.column_stack([np.ones(len(d.treated)), d.treated])
    ours = moderated(
        d.values.to_numpy(), design, 1, blocks=d.patients, correlation=0.5, prior="moments"
    )
    theirs = limma("3.54.1", f"synth_{data}__gls_rho0.5_eBayes_plain")
    assert_same(as_table(ours, d.values.index), theirs, 1e-9)


def test_correlation_needs_blocks():
    """A correlation without blocks, or of 1, is refused."""
    with pytest.raises(ValueError, match="it needs blocks"):
        moderated(np.zeros((5, 4)), np.ones(4), 0, correlation=0.5)
    with pytest.raises(ValueError, match=r"in \[0, 1\)"):
        moderated(np.zeros((5, 4)), np.ones(4), 0, blocks=np.array([0, 0, 1, 1]), correlation=1.0)

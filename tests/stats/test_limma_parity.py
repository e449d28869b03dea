"""The moderated statistics equal R limma's, row by row, missing values included.

Every table in `tests/data/reference_numbers/limma_*` is compared; which comparison a table gets is
decided by its name, so that a new table without one fails the first test of this file.

| table, of either version | compared by | how close |
|---|---|---|
| `eBayes_*`: 3.54.1, `*_legacy`, complete data | `test_moderated_...` | 1e-8, both options 1e-7 |
| `eBayes_plain` of 3.63.2 with missing values | `test_moderated_...` | 1e-6 (a search) |
| `eBayes_*` of 3.63.2, trend or robust, missing values | `test_where_limma_...` | effects 1e-10 |
| `treat_*` | `test_treat_...` | 1e-10 complete, else 1e-6; trend with gaps 0.2 |
| `gls_rho0.5_*`, `dupcor_eBayes_*` | `test_correlated_blocks_...` | 1e-9; 1e-6 |
| `dupcor_atanh` | `test_consensus.py` | 1e-6 complete, 0.005 the consensus with gaps |
| `design` | `test_designs_...` | exact |
| `SUMMARY` | `test_hyperparameters_...` | 10 digits, numbers of hits exact |
| `camera*`, `fry`, `mroast*` | other files of `tests/stats` | see there |
| `cyclicLoess*`, `normalize*` | `tests/normalization` | see there |

Not offered, hence not here: `arrayWeights` (weights of samples; phosres names outlying samples
instead of weighing them down, `phosres.stats.find_outlying_samples`), vsn, ComBat, proDA.
"""

import re
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from phosres.stats import benjamini_hochberg, consensus_correlation, moderated, treat
from phosres.stats.moderation import Moderated

FOLDER = Path(__file__).parents[1] / "data" / "reference_numbers"

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
BEFORE_THE_PRIOR = ["logFC", "AveExpr", "sigma", "df_residual", "stdev_unscaled"]
PRIORS = {
    "plain": {},
    "trend": {"trend": True},
    "robust": {"robust": True},
    "trend_robust": {"trend": True, "robust": True},
}
# R's consensus of the table with missing values; ours differs from it in the third digit.
CONSENSUS_NA = 0.729893718489


@dataclass(frozen=True)
class Reference:
    """One table: version of limma, data set and what was called, as its name says."""

    version: str
    data: str
    call: str

    @property
    def name(self) -> str:
        """Stem of its file."""
        return f"synth_{self.data}__{self.call}"

    @property
    def by_likelihood(self) -> bool:
        """Whether limma estimated its prior by maximum likelihood."""
        return self.version == "3.63.2" and self.data != "complete" and "legacy" not in self.call

    @property
    def prior(self) -> str:
        """Kind of prior: a key of `PRIORS`."""
        found = re.search(r"(?:eBayes|treat)_(plain|trend_robust|trend|robust)", self.call)
        assert found, self.call
        return found[1]

    def __str__(self) -> str:
        return f"{self.version}-{self.name}"


def list_tables() -> list[Reference]:
    """Return every table of the folder but the summaries."""
    pattern = re.compile(r"limma_(?P<version>[\d.]+)/synth_(?P<data>\w+?)__(?P<call>.+)\.tsv\.gz")
    paths = sorted(FOLDER.glob("limma_*/*__*.tsv.gz"))
    found = [pattern.fullmatch(p.relative_to(FOLDER).as_posix()) for p in paths]
    return [Reference(**m.groupdict()) for m in found if m]


TABLES = list_tables()


def select(*patterns: str, by_likelihood: bool | None = None) -> list[Reference]:
    """Return the tables whose call matches."""
    found = [t for t in TABLES if any(fnmatch(t.call, p) for p in patterns)]
    return [t for t in found if by_likelihood in (None, t.by_likelihood)]


# Equal to a stated number of digits: the moments prior, and the plain likelihood prior.
EXACT = select("eBayes_*", by_likelihood=False) + select("eBayes_plain", by_likelihood=True)
# The same rule with an own smoother (trend), or without limma's zero-df outliers (robust).
SAME_RULE = [t for t in select("eBayes_*", by_likelihood=True) if t.call != "eBayes_plain"]
TREAT = select("treat_*")
CORRELATED = select("gls_rho*", "dupcor_eBayes_*")
DESIGNS = select("design")
ELSEWHERE = select("dupcor_atanh", "camera*", "fry", "mroast*", "cyclicLoess*", "normalize*")


def test_every_table_is_compared():
    """Each table of the folder has exactly one comparison, here or in a test that names it."""
    chosen = [*EXACT, *SAME_RULE, *TREAT, *CORRELATED, *DESIGNS, *ELSEWHERE]
    assert len(TABLES) >= 70
    assert sorted(map(str, chosen)) == sorted(map(str, TABLES))
    tests = [p.read_text("utf-8") for p in FOLDER.parents[1].glob("*/test_*.py")]
    others = [text for text in tests if "test_every_table_is_compared" not in text]
    unnamed = {t.call for t in ELSEWHERE if not any(t.call in text for text in others)}
    assert unnamed == set()


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
    if "p" in ours:
        p = theirs["p"] > 0
        ratio = np.abs(np.log10(ours["p"][p] / theirs["p"][p]))
        assert ratio.max() <= max(tolerance, 1e-8) * 10


@pytest.mark.parametrize("blocks", [False, True], ids=["design", "blocks"])
@pytest.mark.parametrize("table", EXACT, ids=str)
def test_moderated_equals_limma(limma, synthetic, table, blocks):
    """Every column of eBayes, with patients as columns and as blocks; the prior by its rule."""
    d = synthetic(table.data)
    design, kwargs = (d.design, {}) if not blocks else (d.treated, {"blocks": d.patients})
    rule = "auto" if table.version == "3.63.2" and "legacy" not in table.call else "moments"
    contrast = 0 if blocks else d.design.shape[1] - 1
    ours = moderated(
        d.values.to_numpy(), design, contrast, prior=rule, **PRIORS[table.prior], **kwargs
    )
    tolerance = 1e-6 if table.by_likelihood else 1e-7 if table.prior == "trend_robust" else 1e-8
    theirs = limma(table.version, table.name)
    assert_same(as_table(ours, d.values.index), theirs, tolerance)
    adjusted = pd.Series(benjamini_hochberg(ours.p), d.values.index).loc[theirs.index]
    assert (adjusted - theirs["adj_p_BH"]).abs().max() <= tolerance * 10


@pytest.mark.parametrize("table", SAME_RULE, ids=str)
def test_where_limma_smooths_or_counts_otherwise_the_fit_is_the_same(limma, synthetic, table):
    """Effects, errors, sigma, df and NaN pattern equal; the trend alone is as near as smoothers.

    limma weighs a lowess where ours is a spline, and with robust=TRUE counts rows without residual
    df as outliers, which doubles its prior df (trap T2): there is nothing to be equal to.
    """
    d = synthetic(table.data)
    fit = moderated(d.values.to_numpy(), d.design, 6, **PRIORS[table.prior])
    ours, theirs = as_table(fit, d.values.index), limma(table.version, table.name)
    assert_same(ours[BEFORE_THE_PRIOR], theirs, 1e-10)
    ours = ours.loc[theirs.index]
    if table.data == "edge":
        return  # 40 odd rows teach no prior
    if table.prior == "trend":
        assert ours["df_prior"].median() == pytest.approx(theirs["df_prior"].median(), rel=0.01)
        assert np.abs(np.log10(ours["p"] / theirs["p"])).quantile(0.9) < 0.06
    else:
        assert theirs["df_prior"].median() > 1.1 * ours["df_prior"].median()


@pytest.mark.parametrize("table", TREAT, ids=str)
def test_treat_equals_limma(limma, synthetic, table):
    """P values against a fold change of 1.2 and 1.5, NaN rows passing through."""
    d = synthetic(table.data)
    fold = float(table.call.rpartition("_fc")[2])
    fit = moderated(d.values.to_numpy(), d.design, 6, **PRIORS[table.prior])
    theirs = limma(table.version, table.name)["p"]
    ours = pd.Series(treat(fit.log2fc, fit.se, fit.df, np.log2(fold)), d.values.index)
    ours = ours.loc[theirs.index]
    assert (ours.isna() == theirs.isna()).all()
    if table.by_likelihood and table.prior == "trend":
        assert np.abs(np.log10(ours / theirs)).quantile(0.9) < 0.06
        return
    # The likelihood prior is only known to 1e-6 (a search stopped early in both).
    assert (ours - theirs).abs().max() <= (1e-6 if table.by_likelihood else 1e-10)


@pytest.mark.parametrize("table", CORRELATED, ids=str)
def test_correlated_blocks_equal_limma(limma, synthetic, table):
    """Random patients, correlation .5 or R's consensus: lmFit(block, correlation) and eBayes."""
    d = synthetic(table.data)
    design = np.column_stack([np.ones(len(d.treated)), d.treated])
    y, trend = d.values.to_numpy(), table.call.endswith("trend")
    rho = 0.5
    if table.call.startswith("dupcor"):
        rho = CONSENSUS_NA
        if table.data == "complete":
            rho = consensus_correlation(y, design, d.patients).estimate
    rule = "auto" if table.version == "3.63.2" else "moments"
    ours = moderated(y, design, 1, blocks=d.patients, correlation=rho, trend=trend, prior=rule)
    ours, theirs = as_table(ours, d.values.index), limma(table.version, table.name)
    if table.by_likelihood and trend:
        assert_same(ours[BEFORE_THE_PRIOR], theirs, 1e-8)
        ours = ours.loc[theirs.index]
        assert np.abs(np.log10(ours["p"] / theirs["p"])).quantile(0.9) < 0.06
        return
    tolerance = 1e-9 if table.call.startswith("gls") else 1e-6
    assert_same(ours, theirs, 1e-5 if table.by_likelihood else tolerance)


@pytest.mark.parametrize("table", DESIGNS, ids=str)
def test_designs_are_those_of_r(limma, synthetic, table):
    """Intercept, five patients, condition last, in the order of the samples."""
    d = synthetic(table.data)
    theirs = limma(table.version, table.name)
    assert list(theirs.index) == list(d.values.columns)
    np.testing.assert_array_equal(d.design, theirs.to_numpy())


@pytest.mark.parametrize("version", ["3.54.1", "3.63.2"])
def test_hyperparameters_and_hits_equal_the_summary(limma, synthetic, version):
    """Prior df and variance (least, median, largest), rows tested, and hits at BH 5 %."""
    summary = limma(version, "SUMMARY").reset_index()
    summary = summary[summary["method"].str.startswith("eBayes")]
    compared = 0
    for (data, method), rows in summary.groupby(["dataset", "method"]):
        call = method.removesuffix("_default")
        table = Reference(version, data.removeprefix("synth_"), call)
        if table not in EXACT:
            continue
        d = synthetic(table.data)
        rule = "auto" if version == "3.63.2" and "legacy" not in method else "moments"
        fit = moderated(d.values.to_numpy(), d.design, 6, prior=rule, **PRIORS[table.prior])
        told = rows.set_index("what")["value"]
        # R was given the rows with a value, and reports on those.
        seen = fit.n_obs > 0
        for what, ours in (("df.prior", fit.df_prior[seen]), ("s2.prior", fit.s2_prior[seen])):
            three = [float(v) for v in told[f"{what}(min,median,max)"].split(",")]
            mine = [np.min(ours), np.median(ours), np.max(ours)]
            assert mine == pytest.approx(three, rel=1e-5 if table.by_likelihood else 1e-7)
        q = benjamini_hochberg(fit.p)
        assert f"{np.isfinite(q).sum()}/{(q < 0.05).sum()}" == told["n tested / BH<0.05"]
        compared += 1
    assert compared == sum(t.version == version for t in EXACT)


def test_correlation_needs_blocks():
    """A correlation without blocks, or of 1, is refused."""
    with pytest.raises(ValueError, match="it needs blocks"):
        moderated(np.zeros((5, 4)), np.ones(4), 0, correlation=0.5)
    with pytest.raises(ValueError, match=r"in \[0, 1\)"):
        moderated(np.zeros((5, 4)), np.ones(4), 0, blocks=np.array([0, 0, 1, 1]), correlation=1.0)

"""Cohort effects: against arithmetic by hand, and what they must not depend on."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats as reference

from phosres import stats
from phosres.columns import SITES
from phosres.contrasts import COHORT_CORRELATION, contrast

PAIRS = [(s, c) for s in "ABCDEF" for c in ("pre", "on")]
GROUPS = [(f"u{i}", "pre") for i in range(5)] + [(f"t{i}", "on") for i in range(4)]
NUMBERS = ["log2fc", "se", "df", "t", "p", "q", "mean"]
nan = np.nan


def bh(p: np.ndarray) -> np.ndarray:
    """Benjamini and Hochberg by definition: the least p n / rank among all not smaller."""
    scaled = np.array([v * len(p) / (p <= v).sum() for v in p])
    return np.array([min(1.0, scaled[p >= v].min()) for v in p])


def cohort(c):
    """Table of the cohort's effects."""
    assert c.cohort is not None
    return c.cohort.table


def squeezed(effects, s2: np.ndarray, d: float) -> tuple[np.ndarray, float]:
    """Posterior variance and df by Smyth's formula, from the prior that was reported."""
    d0, s02 = effects.parameters["df_prior"], effects.parameters["s2_prior"]
    return (d0 * s02 + d * s2) / (d0 + d), min(d0 + d, d * len(s2))


def test_groups_by_hand(make, noise):
    """Different subjects: difference of means, pooled variance, moderated by the reported prior."""
    values = noise(1, GROUPS)
    c = contrast(make(values, GROUPS), pre="pre", on="on", trend=False, robust=False)
    assert c.design == "groups"
    table = cohort(c)
    pre, on = values[:, :5], values[:, 5:]
    assert_allclose(table["log2fc"], on.mean(axis=1) - pre.mean(axis=1))
    s2 = (pre.var(axis=1, ddof=1) * 4 + on.var(axis=1, ddof=1) * 3) / 7
    post, df = squeezed(c.cohort, s2, 7)
    assert_allclose(table["se"], np.sqrt(post * (1 / 5 + 1 / 4)))
    assert_allclose(table["df"], df)
    assert_allclose(table["t"], table["log2fc"] / table["se"])
    assert_allclose(table["p"], 2 * reference.t.sf(np.abs(table["t"]), df))
    assert_allclose(table["q"], bh(table["p"].to_numpy()))
    assert_allclose(table["mean"], values.mean(axis=1))
    assert (table["n_pre"] == 5).all()
    assert (table["n_on"] == 4).all()


def test_paired_by_hand(make, noise):
    """Subjects as blocks: the mean difference within subjects, tested on their spread."""
    values = noise(2, PAIRS)
    c = contrast(make(values, PAIRS), pre="pre", on="on", trend=False, robust=False)
    assert c.design == "paired"
    table = cohort(c)
    difference = values[:, 1::2] - values[:, ::2]
    assert_allclose(table["log2fc"], difference.mean(axis=1))
    post, df = squeezed(c.cohort, difference.var(axis=1, ddof=1) / 2, 5)
    assert_allclose(table["se"], np.sqrt(2 * post / 6))
    assert_allclose(table["df"], df)
    assert_allclose(table["p"], 2 * reference.t.sf(np.abs(table["t"]), df))


def test_many_samples_need_no_prior(make, noise):
    """With 60 pairs the moderated t is the paired t test to within a hundredth."""
    sheet = [(f"P{i}", c) for i in range(60) for c in ("pre", "on")]
    values = noise(3, sheet, n=60)
    table = cohort(contrast(make(values, sheet), pre="pre", on="on"))
    plain = reference.ttest_rel(values[:, 1::2], values[:, ::2], axis=1)
    assert_allclose(table["t"], plain.statistic, rtol=0.1, atol=0.02)


def test_t_is_that_of_the_numeric_core(make, noise):
    """Trend and robustness reach the core unchanged, with missing values too."""
    values = noise(4, PAIRS, missing=0.2)
    treated = np.array([[c == "on"] for _, c in PAIRS], dtype=float)
    blocks = np.repeat(np.arange(6), 2)
    for trend, robust in ((True, True), (True, False), (False, False)):
        c = contrast(make(values, PAIRS), pre="pre", on="on", trend=trend, robust=robust)
        core = stats.moderated(values, treated, 0, blocks=blocks, trend=trend, robust=robust)
        tested = np.isfinite(core.t)
        assert_allclose(cohort(c)["t"][tested], core.t[tested], rtol=1e-9)
        assert_allclose(cohort(c)["p"][tested], core.p[tested], rtol=1e-9)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), paired=st.booleans())
def test_swapping_the_sides(make, noise, seed, paired):
    """Pre for on: changes and t flip their sign, errors and p values stay."""
    sheet = PAIRS if paired else GROUPS
    table = make(noise(seed, sheet, n=80, missing=0.1), sheet)
    one = cohort(contrast(table, pre="pre", on="on"))
    other = cohort(contrast(table, pre="on", on="pre"))
    for column, factor in {"log2fc": -1, "t": -1, "se": 1, "p": 1, "df": 1, "q": 1}.items():
        assert_allclose(other[column], factor * one[column], rtol=1e-3, atol=1e-9)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6), paired=st.booleans())
def test_order_does_not_matter(make, noise, seed, paired):
    """Samples and features may come in any order."""
    sheet = PAIRS if paired else GROUPS
    table = make(noise(seed, sheet, n=80, missing=0.1), sheet)
    rng = np.random.default_rng(seed)
    samples = table.samples.index[rng.permutation(table.n_samples)]
    rows = table.values.index[rng.permutation(table.n_features)]
    shuffled = replace(
        table,
        values=table.values.loc[rows, samples],
        features=table.features.loc[rows],
        samples=table.samples.loc[samples],
    )
    one = contrast(table, pre="pre", on="on")
    other = contrast(shuffled, pre="pre", on="on")
    assert set(other.subjects) == set(one.subjects)
    by_subject = {e.subject: e.table for e in other.effects}
    for effects in one.effects:
        again = by_subject[effects.subject].loc[effects.table.index]
        assert_allclose(again[NUMBERS], effects.table[NUMBERS], rtol=1e-3)  # the prior's optimiser


def test_other_samples_do_not_matter(make, noise):
    """Samples of other conditions are not part of the contrast."""
    sheet = [*PAIRS, *[(s, "late") for s in "ABC"]]
    values = noise(6, sheet)
    with_late = contrast(make(values, sheet), pre="pre", on="on")
    without = contrast(make(values[:, :12], PAIRS), pre="pre", on="on")
    assert_allclose(cohort(with_late)[NUMBERS], cohort(without)[NUMBERS])
    assert with_late.data.n_samples == 12
    assert contrast(make(values, sheet), pre="pre", on="late").subjects == ("A", "B", "C")


def test_conditions_may_be_several_and_name_the_contrast(make, noise):
    """Several on-treatment conditions are one arm; the contrast is named after them."""
    sheet = [("A", "pre"), ("A", "w1"), ("B", "pre"), ("B", "w2"), ("C", "pre"), ("C", "w1")]
    c = contrast(make(noise(7, sheet), sheet), pre=["pre"], on=["w1", "w2"])
    assert c.name == "w1+w2"
    assert c.text == "w1+w2 against pre-treatment in 3 subjects, each against itself"
    assert c.arms["arm"].value_counts().to_dict() == {"pre": 3, "on": 3}


def test_a_feature_of_one_side_is_not_a_change_of_zero(make, noise):
    """Seen on one side only, or never in one pair: NaN in every test, counted as seen."""
    values = noise(8, PAIRS)
    values[0, 1::2] = nan  # pre only
    values[1, ::2] = nan  # on only
    values[2] = nan  # nowhere
    values[3, [1, 3, 5, 6, 8, 10]] = nan  # both sides, but never within one subject
    c = contrast(make(values, PAIRS), pre="pre", on="on")
    for effects in c.effects:
        lost = effects.table.iloc[:4]
        assert lost[["log2fc", "se", "df", "t", "p", "q"]].isna().all(axis=None)
        assert effects.table.iloc[4:][NUMBERS].notna().all(axis=None)
    seen = cohort(c).iloc[:4]
    assert seen["n_pre"].tolist() == [6, 0, 0, 3]
    assert seen["n_on"].tolist() == [0, 6, 0, 3]
    assert np.isnan(seen["mean"].iloc[2])


def test_missing_pairs_are_left_out_of_a_feature(make, noise):
    """A subject that lacks a value on one side says nothing about that feature."""
    values = noise(9, PAIRS)
    values[0, 3] = nan
    table = cohort(contrast(make(values, PAIRS), pre="pre", on="on"))
    difference = values[0, 1::2] - values[0, ::2]
    assert table["log2fc"].iloc[0] == pytest.approx(np.nanmean(difference))
    assert (table["df"].iloc[0] < table["df"].iloc[1:]).all()


def test_q_values_skip_what_was_not_tested(make, noise):
    """Untested features have no q and do not count in the family."""
    values = noise(10, PAIRS, n=120, effect=0.5)
    values[100:, 1::2] = nan
    table = cohort(contrast(make(values, PAIRS), pre="pre", on="on", trend=False))
    assert table["q"].iloc[100:].isna().all()
    expected = bh(table["p"].iloc[:100].to_numpy())
    assert_allclose(table["q"].iloc[:100], expected)


def test_the_table_follows_the_schema(make, noise):
    """One row a feature and level, in the columns of the contract."""
    c = contrast(make(noise(11, PAIRS), PAIRS), pre="pre", on="on")
    assert list(c.table.columns) == SITES.names
    assert len(c.table) == 150 * 7
    assert c.table["level"].value_counts().to_dict() == {"subject": 900, "cohort": 150}
    assert set(c.table["contrast"]) == {"on"}


def test_the_input_is_not_changed(make, noise):
    """The table that came in keeps values and history."""
    table = make(noise(12, PAIRS, missing=0.1), PAIRS)
    before = table.values.copy(deep=True)
    contrast(table, pre="pre", on="on")
    pd.testing.assert_frame_equal(table.values, before)


def test_the_method_says_what_was_done(make, noise):
    """Blocks, prior and its df stand in a sentence."""
    table = make(noise(13, PAIRS), PAIRS)
    full = contrast(table, pre="pre", on="on").cohort
    d0 = full.parameters["df_prior"]
    assert full.method == (
        "moderated t (subjects as blocks; intensity-trended, robust empirical Bayes prior, "
        f"prior df {d0:.3g})"
    )
    plain = contrast(table, pre="pre", on="on", paired=False, trend=False, robust=False)
    assert plain.design == "groups"
    assert plain.cohort.method.startswith("moderated t (groups; trend=False, robust=False ")
    assert plain.text == "on (6 samples) against pre-treatment (6 samples), different subjects"
    assert not full.n_of_one


def related(rho: float, seed: int, n_proteins: int = 100) -> np.ndarray:
    """Three features a protein whose noise has the correlation rho."""
    rng = np.random.default_rng(seed)
    own = rng.normal(size=(n_proteins, 3, 12))
    common = rng.normal(size=(n_proteins, 1, 12))
    values = np.sqrt(rho) * common + np.sqrt(1 - rho) * own
    return (20 + 0.5 * values).reshape(-1, 12)


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.7])
def test_correlation_of_replicates_is_estimated(make, rho):
    """Forms of one stretch, and sites far apart on one protein, show their common noise."""
    genes = [f"G{i}" for i in range(100) for _ in range(3)]
    positions = [10, 14, 400] * 100
    table = make(related(rho, 5), PAIRS, genes=genes, positions=positions)
    found = contrast(table, pre="pre", on="on").cohort.correlation
    assert found["stretch"] == pytest.approx(rho, abs=0.12)
    assert found["protein"] == pytest.approx(rho, abs=0.1)
    assert found["origin"] == "estimated from 100 pairs of features of one stretch"
    assert found["between"] == COHORT_CORRELATION["between"]


@pytest.mark.parametrize(("rho", "limit"), [(1.0, 0.95), (-1.0, 0.0)])
def test_correlation_stays_within_its_bounds(make, rho, limit):
    """Copies of one feature, or mirror images, end at the bounds."""
    values = related(0.0, 6)
    values[1::3] = 20 + rho * (values[::3] - 20)
    values[2::3] = nan
    genes = [f"G{i}" for i in range(100) for _ in range(3)]
    table = make(values, PAIRS, genes=genes, positions=[10, 14, 18] * 100)
    found = contrast(table, pre="pre", on="on").cohort.correlation
    assert found["stretch"] == found["protein"] == limit


def test_correlation_is_assumed_where_it_cannot_be_seen(make, noise):
    """One feature a protein shows nothing: the stated assumptions are used and said so."""
    found = contrast(make(noise(14, PAIRS), PAIRS), pre="pre", on="on").cohort.correlation
    assert found == {**COHORT_CORRELATION, "origin": "assumed"}

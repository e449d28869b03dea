"""Designs: who is compared with whom, single pairs, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats as reference

from phosres import stats
from phosres.contrasts import MIN_FEATURES, PAIR_CORRELATION, contrast
from phosres.errors import DataError

PAIR = [("A", "pre"), ("A", "on")]
THREE = [(s, c) for s in "ABC" for c in ("pre", "on")]
TESTS = ["se", "df", "t", "p", "q"]
nan = np.nan


def bh(p: np.ndarray) -> np.ndarray:
    """Benjamini and Hochberg by definition: the least p n / rank among all not smaller."""
    scaled = np.array([v * len(p) / (p <= v).sum() for v in p])
    return np.array([min(1.0, scaled[p >= v].min()) for v in p])


def test_a_single_pair_of_one_subject(make, noise):
    """One sample a side: the difference over the noise fitted to the pair's own differences."""
    values = noise(1, PAIR, n=600)
    c = contrast(make(values, PAIR), pre="pre", on="on")
    assert (c.design, c.cohort, c.subjects) == ("single", None, ("A",))
    assert c.text == "on against pre-treatment, one sample a side (n of 1)"
    (effects,) = c.effects
    assert effects.n_of_one
    difference = values[:, 1] - values[:, 0]
    fit = stats.fit_pair_noise(difference, values.mean(axis=1))
    assert_allclose(effects.table["log2fc"], difference)
    assert_allclose(effects.table["se"], fit.scale)
    assert_allclose(effects.table["df"], fit.df)
    assert_allclose(effects.table["t"], difference / fit.scale)
    assert_allclose(effects.table["p"], 2 * reference.t.sf(np.abs(effects.table["t"]), fit.df))
    assert effects.correlation == {**PAIR_CORRELATION, "origin": "assumed"}
    assert effects.method == (
        f"n of 1: t on {np.median(fit.df):.3g} df, scale from the spread of the pair's own 600 "
        f"differences of similar intensity (median {np.median(fit.scale):.2f} log2)"
    )


@pytest.mark.parametrize("paired", ["auto", False])
def test_a_single_pair_of_two_subjects(make, noise, paired):
    """One sample a side of different subjects is a single pair, named after both."""
    sheet = [("mouse1", "pre"), ("mouse2", "on")]
    c = contrast(make(noise(2, sheet), sheet), pre="pre", on="on", paired=paired)
    assert (c.design, c.subjects) == ("single", ("mouse2 vs mouse1",))
    assert c.effects[0].table["t"].notna().all()


def test_ratios_have_one_scale(make, noise):
    """Ratio tables hold no amounts, so the noise cannot follow the intensity."""
    table = make(noise(3, PAIR, n=800), PAIR, scale="log2_ratio")
    effects = contrast(table, pre="pre", on="on").effects[0]
    assert effects.table["se"].nunique() == 1
    assert "of all intensities" in effects.method


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_swapping_the_sides_of_a_pair(make, noise, seed):
    """Pre for on: changes flip their sign, everything else stays."""
    table = make(noise(seed, PAIR, missing=0.1), PAIR)
    one = contrast(table, pre="pre", on="on").effects[0].table
    other = contrast(table, pre="on", on="pre").effects[0].table
    assert_allclose(other["log2fc"], -one["log2fc"])
    assert_allclose(other["t"], -one["t"], rtol=1e-7)
    assert_allclose(other["p"], one["p"], rtol=1e-6)


def test_the_effects_of_a_subject_are_those_of_its_pair_alone(make, noise):
    """Other subjects of the cohort do not change what one pair shows."""
    values = noise(4, THREE)
    together = contrast(make(values, THREE), pre="pre", on="on")
    assert together.design == "paired"
    assert together.subjects == ("A", "B", "C")
    alone = contrast(make(values[:, 2:4], THREE[2:4]), pre="pre", on="on")
    assert_allclose(together.effects[2].table, alone.effects[0].table)
    assert together.effects[2].method == alone.effects[0].method


def test_known_biopsy_spread_floors_the_noise(make, noise):
    """The noise of a pair is at least sqrt(2) biopsy standard deviations; larger noise stays."""
    table = make(noise(5, PAIR, n=800), PAIR)
    free = contrast(table, pre="pre", on="on").effects[0].table
    sd = float(free["se"].median() / np.sqrt(2))
    floored = contrast(table, pre="pre", on="on", biopsy_sd=sd).effects[0].table
    assert_allclose(floored["se"], np.maximum(free["se"], np.sqrt(2) * sd))
    assert (floored["se"] > free["se"]).any()
    assert (floored["se"] == free["se"]).any()
    assert_allclose(floored["t"], floored["log2fc"] / floored["se"])
    assert (floored["p"] >= free["p"] - 1e-12).all()


def test_biopsy_spread_is_not_for_cohorts(make, noise):
    """Replicate subjects show their own spread, so the cohort's test does not change."""
    table = make(noise(6, THREE), THREE)
    plain = contrast(table, pre="pre", on="on")
    floored = contrast(table, pre="pre", on="on", biopsy_sd=2.0)
    assert_allclose(floored.cohort.table, plain.cohort.table)
    assert (floored.effects[1].table["se"] >= np.sqrt(8) - 1e-12).all()
    assert floored.parameters["biopsy_sd"] == 2.0


def test_too_few_common_features_give_effects_without_tests(make, noise):
    """A pair with fewer than 50 features in common has changes but no noise, hence no test."""
    values = noise(7, THREE)
    values[MIN_FEATURES - 1 :, 4] = nan
    c = contrast(make(values, THREE), pre="pre", on="on")
    poor = c.effects[-1]
    assert poor.subject == "C"
    assert poor.method == "no test: only 49 features in both samples (at least 50)"
    assert poor.table["log2fc"].notna().sum() == MIN_FEATURES - 1
    assert poor.table[TESTS].isna().all(axis=None)
    assert c.effects[1].table[TESTS].notna().all(axis=None)


def test_a_feature_of_one_side_of_a_pair(make, noise):
    """Seen before or on treatment only: no change, no test, and the value still counts as seen."""
    values = noise(8, PAIR)
    values[0, 1], values[1, 0], values[2] = nan, nan, nan
    table = contrast(make(values, PAIR), pre="pre", on="on").effects[0].table
    assert table.iloc[:3][["log2fc", *TESTS]].isna().all(axis=None)
    assert table.iloc[3:].notna().all(axis=None)
    assert table["n_pre"].head(3).tolist() == [1, 0, 0]
    assert table["n_on"].head(3).tolist() == [0, 1, 0]
    expected = bh(table["p"].iloc[3:].to_numpy())
    assert_allclose(table["q"].iloc[3:], expected)


@pytest.mark.parametrize(
    ("paired", "why"),
    [(True, ""), ("auto", " (other subjects have both, so the design was taken as paired)")],
)
def test_every_unpaired_subject_is_named(make, noise, paired, why):
    """Subjects without a pre-treatment sample are refused, all at once."""
    sheet = [*THREE, ("D", "on"), ("E", "on")]
    with pytest.raises(DataError) as caught:
        contrast(make(noise(9, sheet), sheet), pre="pre", on="on", paired=paired)
    hint = "add the sample, take the subject out of the sheet, or set design.paired: false"
    assert str(caught.value) == "\n".join(
        f"table.tsv: subject '{s}' has an on-treatment sample but no pre-treatment sample{why}\n"
        f"    -> {hint}"
        for s in "DE"
    )


def test_unpaired_subjects_are_fine_without_pairing(make, noise):
    """With paired=False everybody counts, in two groups."""
    sheet = [*THREE, ("D", "on")]
    c = contrast(make(noise(10, sheet), sheet), pre="pre", on="on", paired=False)
    assert c.design == "groups"
    assert c.subjects == ()
    assert len(c.arms) == 7


def test_pairing_without_any_pair_is_refused(make, noise):
    """A paired design whose subjects are all before treatment only cannot be computed."""
    sheet = [("A", "pre"), ("B", "pre"), ("C", "on")]
    with pytest.raises(DataError, match="subject 'C' has an on-treatment sample but no pre-"):
        contrast(make(noise(11, sheet), sheet), pre="pre", on="on", paired=True)


def test_a_subject_before_treatment_only_is_left_out(make, noise):
    """Who has no on-treatment sample says nothing about a change, and does not stop the run."""
    sheet = [*THREE, ("D", "pre")]
    values = noise(12, sheet)
    c = contrast(make(values, sheet), pre="pre", on="on")
    without = contrast(make(values[:, :6], THREE), pre="pre", on="on")
    assert c.subjects == ("A", "B", "C")
    assert set(c.arms["subject"]) == set("ABC")
    assert_allclose(c.cohort.table, without.cohort.table)


def test_one_pair_beside_subjects_before_treatment_only(make, noise):
    """If one subject has a pair it is a single pair, whoever else was sampled before treatment."""
    sheet = [("A", "pre"), ("A", "on"), ("B", "pre")]
    c = contrast(make(noise(13, sheet), sheet), pre="pre", on="on")
    assert (c.design, c.subjects) == ("single", ("A",))


def test_unknown_conditions_are_all_named(make, noise):
    """A condition that no sample has is refused on both sides, with the nearest spelling."""
    with pytest.raises(DataError) as caught:
        contrast(make(noise(14, THREE), THREE), pre="prae", on=["on", "onn"])
    assert str(caught.value) == (
        "table.tsv: no sample has the condition 'prae' (design.pre)\n"
        "    -> did you mean 'pre'?\n"
        "table.tsv: no sample has the condition 'onn' (design.on)\n"
        "    -> did you mean 'on'?"
    )


def test_text_of_a_subject_with_replicates(make, noise):
    """Three samples a side of one cell line are not 'one sample a side'."""
    sheet = [("H358", "pre")] * 3 + [("H358", "on")] * 3
    c = contrast(make(noise(15, sheet), sheet), pre="pre", on="on")
    assert "one sample a side" not in c.text


def test_replicates_of_one_subject_without_pairing(make, noise):
    """With paired=False the replicates of one cell line give the noise."""
    sheet = [("H358", "pre")] * 3 + [("H358", "on")] * 3
    c = contrast(make(noise(16, sheet), sheet), pre="pre", on="on", paired=False)
    assert c.design == "groups"
    assert c.cohort.table["df"].min() >= 4


def test_two_equal_samples_are_refused(make, noise):
    """The same sample on both sides is the user's mistake and is told as one."""
    values = noise(17, PAIR)
    values[:, 1] = values[:, 0]
    with pytest.raises(DataError):
        contrast(make(values, PAIR), pre="pre", on="on")


def test_a_cohort_without_replicated_features_is_refused(make, noise):
    """Subjects that share no feature have no spread: bad data, told as such."""
    sheet = THREE[:4]
    values = noise(18, sheet)
    values[:75, :2], values[75:, 2:] = nan, nan
    with pytest.raises(DataError):
        contrast(make(values, sheet), pre="pre", on="on")

"""What a cohort's model may hold: covariates, correlated subjects, replicates."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats as reference

from phosres.contrasts import contrast
from phosres.errors import DataError
from phosres.stats import consensus_correlation, moderated

PAIRS = [(s, c) for s in "ABCDEF" for c in ("pre", "on")]
TREATED = np.tile([0.0, 1.0], 6)
SUBJECTS = np.repeat(np.arange(6), 2)
MINUTES = np.array([5, 20, 8, 12, 10, 40, 15, 16, 6, 30, 9, 11.0])
PLEX = list("111122122221")
nan = np.nan


def with_columns(table, **columns):
    """Add columns to the sample sheet."""
    return replace(table, samples=table.samples.assign(**columns))


def least_squares(values: np.ndarray, *columns: np.ndarray) -> np.ndarray:
    """Last coefficient of a complete row's textbook fit."""
    design = np.column_stack([np.asarray(c, dtype=float) for c in columns])
    return np.linalg.lstsq(design, values.T, rcond=None)[0][-1]


def dummies(labels) -> np.ndarray:
    """One column a label."""
    labels = np.asarray(labels)
    return (labels[:, None] == np.unique(labels)).astype(float)


def cohort(c) -> pd.DataFrame:
    """Table of the cohort's effects."""
    assert c.cohort is not None
    return c.cohort.table


def test_pairs_adjusted_for_minutes_and_plex(make, noise):
    """Effects equal the textbook fit with subjects, minutes and plex; the text says both."""
    values = noise(1, PAIRS)
    table = with_columns(make(values, PAIRS), ischemia_min=[f"{m:g}" for m in MINUTES], batch=PLEX)
    c = contrast(table, pre="pre", on="on", covariates=["ischemia_min", "batch"])
    expected = least_squares(values, dummies(SUBJECTS), MINUTES, dummies(PLEX)[:, 1], TREATED)
    assert_allclose(cohort(c)["log2fc"], expected)
    assert c.text == (
        "on against pre-treatment in 6 subjects, each against itself; adjusted for "
        "ischemia_min (a number), batch (2 categories)"
    )
    design = np.column_stack([MINUTES, dummies(PLEX)[:, 1], TREATED])
    core = moderated(values, design, 2, blocks=SUBJECTS, trend=True, robust=True)
    assert (core.df_residual == 3).all()
    assert_allclose(cohort(c)["p"], core.p, rtol=1e-6)


def test_an_effect_of_handling_time_is_taken_out(make, noise):
    """Minutes that raise every site, longer on treatment, look like a drug; adjusted they do not.

    200 features, 6 pairs, 0.05 log2 a minute: without adjustment almost half are called.
    """
    values = noise(2, PAIRS, n=200) + 0.05 * MINUTES
    table = with_columns(make(values, PAIRS), ischemia_min=[f"{m:g}" for m in MINUTES])
    plain = cohort(contrast(table, pre="pre", on="on"))
    adjusted = cohort(contrast(table, pre="pre", on="on", covariates=["ischemia_min"]))
    assert (plain["p"] < 0.05).mean() > 0.4
    assert (adjusted["p"] < 0.05).mean() < 0.1


def test_groups_adjusted_for_purity_are_those_of_the_core(make, noise):
    """With missing values too: the design is intercept, covariate, treatment."""
    sheet = [(f"u{i}", "pre") for i in range(6)] + [(f"t{i}", "on") for i in range(5)]
    values = noise(3, sheet, missing=0.2)
    purity = np.random.default_rng(0).uniform(0.2, 0.9, 11)
    table = with_columns(make(values, sheet), purity=[repr(float(p)) for p in purity])
    c = contrast(table, pre="pre", on="on", covariates=["purity"])
    design = np.column_stack([np.ones(11), purity, np.repeat([0.0, 1.0], [6, 5])])
    core = moderated(values, design, 2, trend=True, robust=True)
    assert_allclose(cohort(c)["log2fc"], core.log2fc, atol=1e-10)
    assert_allclose(cohort(c)["p"], np.where(np.isfinite(core.t), core.p, nan), atol=1e-10)


def test_a_feature_that_cannot_be_adjusted_has_no_effect(make, noise):
    """Where the observed samples cannot tell plex from treatment the cell is empty (trap T1)."""
    values = noise(4, PAIRS)
    plex = ["1", "2"] * 5 + ["1", "1"]
    values[0, 10:] = nan
    table = with_columns(make(values, PAIRS), batch=plex)
    adjusted = cohort(contrast(table, pre="pre", on="on", covariates=["batch"]))
    assert adjusted.iloc[0][["log2fc", "se", "t", "p", "q"]].isna().all()
    assert adjusted["log2fc"].iloc[1:].notna().all()


def test_what_pairing_accounts_for_already_changes_nothing(make, noise):
    """A column that is constant within subjects is not adjusted for, and the text says so."""
    table = with_columns(make(noise(5, PAIRS), PAIRS), sex=list("mmmmffffmmmm"))
    plain, given = (
        contrast(table, pre="pre", on="on", covariates=names) for names in ([], ["sex"])
    )
    pd.testing.assert_frame_equal(cohort(given), cohort(plain))
    assert given.text.endswith("; not adjusted for sex: each subject has one value")
    assert given.parameters["covariates"] == ("sex",)


@pytest.mark.parametrize(
    ("columns", "messages"),
    [
        (
            {"plex": list("121212121212")},
            ("the change on treatment cannot be told from 'plex'", "confounded with it"),
        ),
        (
            {"minutes": MINUTES, "hours": MINUTES / 60},
            ("'minutes' and 'hours' (design.covariates) determine one another", "one of them"),
        ),
        (
            {"minutes": MINUTES, "rest": 3 * TREATED - 0.5 * MINUTES},
            ("cannot be told from 'minutes' and 'rest'", "together they are determined"),
        ),
        (
            {"run": [f"r{i}" for i in range(12)]},
            ("cannot be told from 'run'",),
        ),
        (
            {"a": MINUTES, "b": MINUTES**2, "c": MINUTES**3, "d": MINUTES**4, "e": MINUTES**5},
            ("a and b and c and d and e", "need 5 coefficients, which 12 samples cannot carry"),
        ),
    ],
)
def test_covariates_that_do_not_fit_are_refused_by_name(make, noise, columns, messages):
    """Determined by the treatment, by one another, together, or too many."""
    table = with_columns(make(noise(6, PAIRS), PAIRS), **columns)
    with pytest.raises(DataError) as caught:
        contrast(table, pre="pre", on="on", covariates=list(columns))
    assert all(m in str(caught.value) for m in messages), str(caught.value)


def test_blank_and_unknown_covariates_are_named_at_once(make, noise):
    """Every sample without a cell, and every column that is not there."""
    minutes = [f"{m:g}" for m in MINUTES]
    minutes[3], minutes[8] = "", "NA"
    table = with_columns(make(noise(7, PAIRS), PAIRS), ischemia_min=minutes)
    with pytest.raises(DataError) as caught:
        contrast(table, pre="pre", on="on", covariates=["ischemia_min", "purty", "batch"])
    said = str(caught.value)
    assert "ischemia_min (design.covariates) is blank for 2 samples: 'B.on.3', 'E.pre.8'" in said
    assert "the sample sheet has no column 'purty'" in said
    assert "batch (design.covariates) is blank for 12 samples" in said


def test_blank_cells_of_other_samples_do_not_matter(make, noise):
    """Only the compared samples need a value."""
    sheet = [*PAIRS, ("A", "late")]
    minutes = [*[f"{m:g}" for m in MINUTES], ""]
    table = with_columns(make(noise(8, sheet), sheet), ischemia_min=minutes)
    c = contrast(table, pre="pre", on="on", covariates=["ischemia_min"])
    assert cohort(c)["p"].notna().all()


def test_a_single_pair_is_not_adjusted_and_says_so(make, noise):
    """One difference cannot be split into drug and minutes."""
    table = with_columns(make(noise(9, PAIRS[:2]), PAIRS[:2]), ischemia_min=["5", "20"])
    c = contrast(table, pre="pre", on="on", covariates=["ischemia_min"])
    assert c.text.endswith("(n of 1); not adjusted for ischemia_min: a single pair cannot be")


@pytest.mark.parametrize("rho", ["consensus", 0.4])
def test_random_subjects_are_generalised_least_squares(make, noise, rho):
    """Given or estimated, the correlation reaches the core; the method and the text say it."""
    sheet = [*PAIRS, ("G", "on"), ("H", "pre")]
    values = noise(10, sheet, missing=0.1)
    c = contrast(make(values, sheet), pre="pre", on="on", correlation=rho)
    order = list(c.arms.index)
    y = c.data.values[order].to_numpy()
    treated = (c.arms["arm"] == "on").to_numpy().astype(float)
    design = np.column_stack([np.ones(14), treated])
    blocks = pd.factorize(c.arms["subject"])[0]
    value = rho if rho == 0.4 else consensus_correlation(y, design, blocks).estimate
    core = moderated(y, design, 1, blocks=blocks, correlation=value, trend=True, robust=True)
    assert_allclose(cohort(c)["t"], core.t, rtol=1e-9)
    assert f"(subjects random, correlation {value:.2f};" in c.cohort.method
    assert c.text == (
        "on against pre-treatment in 6 subjects, each against itself, and 2 with one side only; "
        f"samples of one subject correlate by {value:.2f} "
        f"({'given' if rho == 0.4 else 'estimated'})"
    )
    assert c.subjects == tuple("ABCDEF")


def test_random_subjects_use_what_blocks_cannot(make, noise):
    """A feature seen before treatment in three subjects and after it in three others."""
    values = noise(11, PAIRS)
    values[0, [1, 3, 5, 6, 8, 10]] = nan
    table = make(values, PAIRS)
    blocks = cohort(contrast(table, pre="pre", on="on"))
    random = cohort(contrast(table, pre="pre", on="on", correlation=0.5))
    assert np.isnan(blocks["log2fc"].iloc[0])
    assert np.isfinite(random["p"].iloc[0])


def test_a_correlation_without_pairs_is_not_used(make, noise):
    """Different subjects: said, and nothing changes."""
    sheet = [(f"u{i}", "pre") for i in range(4)] + [(f"t{i}", "on") for i in range(4)]
    table = make(noise(12, sheet), sheet)
    c = contrast(table, pre="pre", on="on", correlation="consensus")
    assert c.text.endswith(
        "; the correlation within subjects is not used: they are not compared in pairs"
    )
    assert_allclose(cohort(c)["t"], cohort(contrast(table, pre="pre", on="on"))["t"])


def test_subjects_before_treatment_only_are_counted_and_named(make, noise):
    """Who has no on-treatment sample says nothing, and the text says who that is."""
    sheet = [*PAIRS, ("G", "pre"), ("H", "pre")]
    c = contrast(make(noise(13, sheet), sheet), pre="pre", on="on")
    assert c.text == (
        "on against pre-treatment in 6 subjects, each against itself; 2 subjects are left out for "
        "want of an on-treatment sample: G, H"
    )
    assert c.parameters["left_out"] == ("G", "H")


def repeated(sheet) -> list[tuple[str, str]]:
    """Two replicates of every sample but the first, which has three."""
    return [sheet[0], *[entry for entry in sheet for _ in range(2)]]


def test_replicates_of_a_subject_are_averaged(make, noise):
    """Unequal numbers of replicates: the test is the paired t test of the subjects' means."""
    sheet = repeated(PAIRS)
    values = noise(14, sheet)
    values[0, 4] = nan
    c = contrast(make(values, sheet), pre="pre", on="on", trend=False, robust=False)
    frame = pd.DataFrame(values.T, index=pd.MultiIndex.from_tuples(sheet)).groupby(level=[0, 1])
    means = frame.mean().unstack()
    difference = np.array([means[i]["on"] - means[i]["pre"] for i in range(len(values))])
    assert_allclose(cohort(c)["log2fc"], difference.mean(axis=1))
    d0, s02 = (c.cohort.parameters[k] for k in ("df_prior", "s2_prior"))
    s2 = difference.var(axis=1, ddof=1) / 2
    post = s02 if np.isinf(d0) else (d0 * s02 + 5 * s2) / (d0 + 5)
    assert_allclose(cohort(c)["se"], np.sqrt(post * 2 / 6))
    assert "replicates of a subject are averaged (25 samples to 12)" in c.text
    assert (cohort(c)["n_pre"].iloc[1:] == 13).all()


def test_separate_replicates_are_samples_of_their_own(make, noise):
    """On demand each replicate counts, as in the textbook fit on all samples."""
    sheet = repeated(PAIRS)
    values = noise(15, sheet)
    c = contrast(make(values, sheet), pre="pre", on="on", replicates="separate")
    labels, treated = [s for s, _ in sheet], [c == "on" for _, c in sheet]
    assert_allclose(cohort(c)["log2fc"], least_squares(values, dummies(labels), treated))
    assert "replicates count as samples of their own: of these 6 subjects" in c.text


@pytest.mark.parametrize(("replicates", "samples"), [("auto", 8), ("average", 4)])
def test_two_subjects_cannot_spare_their_replicates(make, noise, replicates, samples):
    """Two subjects with replicates: each counts, and the text says of whom that tells."""
    sheet = [entry for entry in PAIRS[:4] for _ in range(2)]
    c = contrast(make(noise(16, sheet), sheet), pre="pre", on="on", replicates=replicates)
    assert len(c.model.design) == samples
    assert ("too few subjects to stand for others" in c.text) == (replicates == "auto")


def test_replicates_in_two_batches_stay_two_samples(make, noise):
    """Averaging across a category that is adjusted for would hide it."""
    sheet = [entry for entry in PAIRS for _ in range(2)]
    table = with_columns(make(noise(17, sheet), sheet), batch=list("ab") * 12)
    c = contrast(table, pre="pre", on="on", covariates=["batch"])
    assert len(c.model.design) == 24
    assert "averaged" not in c.text


def test_averaging_keeps_the_size_that_separate_replicates_lose(make):
    """Subjects respond each in their own way, on average not at all; three replicates a side.

    2,000 features, 5 subjects, response sd 0.5, replicate sd 0.3: averaged, 5 % are below 0.05.
    Counted one by one, more than 15 % are, which is why they are not.
    """
    rng = np.random.default_rng(18)
    sheet = [(s, c) for s in "ABCDE" for c in ("pre", "on") for _ in range(3)]
    subject = pd.factorize(np.array([s for s, _ in sheet]))[0]
    treated = np.array([c == "on" for _, c in sheet])
    response = rng.normal(0, 0.5, (2000, 5))[:, subject] * treated
    values = 22 + response + rng.normal(0, 0.3, (2000, 30))
    share = {}
    for replicates in ("auto", "separate"):
        c = contrast(make(values, sheet), pre="pre", on="on", replicates=replicates)
        share[replicates] = (cohort(c)["p"] < 0.05).mean()
    assert 0.035 < share["auto"] < 0.065
    assert share["separate"] > 0.15


def test_the_t_test_of_one_feature_by_hand(make, noise):
    """Groups with replicates: Welch aside, means of subjects are compared, not of samples."""
    sheet = [(f"u{i}", "pre") for i in range(4) for _ in range(2)]
    sheet += [(f"t{i}", "on") for i in range(4) for _ in range(3)]
    values = noise(19, sheet, n=60)
    c = contrast(make(values, sheet), pre="pre", on="on", trend=False, robust=False)
    pre = values[:, :8].reshape(60, 4, 2).mean(axis=2)
    on = values[:, 8:].reshape(60, 4, 3).mean(axis=2)
    assert_allclose(cohort(c)["log2fc"], on.mean(axis=1) - pre.mean(axis=1))
    plain = reference.ttest_ind(on, pre, axis=1).statistic
    assert np.corrcoef(cohort(c)["t"], plain)[0, 1] > 0.9
    assert re.search(r"averaged \(20 samples to 8\)", c.text)

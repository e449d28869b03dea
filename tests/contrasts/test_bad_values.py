"""Values that cannot be used as they are: a clear refusal, or an answer that is documented."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from phosres import normalize, read
from phosres.contrasts import MIN_FEATURES, contrast
from phosres.errors import DataError

PAIRS = [(s, c) for s in "ABCD" for c in ("pre", "on")]
NUMBERS = ["log2fc", "se", "df", "t", "p", "q"]
nan = np.nan


def cohort(c) -> pd.DataFrame:
    """Table of the cohort's effects."""
    assert c.cohort is not None
    return c.cohort.table


@pytest.mark.parametrize("options", [{}, {"trend": False}, {"robust": False}])
def test_constant_features_are_no_certainty(make, noise, options):
    """A feature of one number has change 0 and the prior's error: p 1; robust, others stay."""
    values = noise(1, PAIRS)
    spoilt = values.copy()
    spoilt[:3] = 21.5
    plain, found = (
        cohort(contrast(make(v, PAIRS), pre="pre", on="on", **options)) for v in (values, spoilt)
    )
    assert (found["log2fc"].iloc[:3] == 0).all()
    assert (found["se"].iloc[:3] > 0.01).all()
    assert_allclose(found["p"].iloc[:3], 1)
    if options.get("robust") is False:
        return  # three variances of zero in 150 are then taken at their word
    assert np.abs(np.log10(found["p"] / plain["p"]).iloc[3:]).quantile(0.9) < 0.15


def test_shifted_constant_features_are_no_certainty_either(make, noise):
    """The same step in every subject has no spread of its own; the prior keeps p above zero."""
    values = noise(2, PAIRS)
    values[0] = 21 + np.array([c == "on" for _, c in PAIRS])
    row = cohort(contrast(make(values, PAIRS), pre="pre", on="on")).iloc[0]
    assert row["log2fc"] == pytest.approx(1)
    assert 1e-12 < row["p"] < 0.5


def test_features_without_values_have_empty_cells_and_change_nothing(make, noise):
    """A row without a value has no number and no share in the prior; its counts are 0."""
    values = noise(3, PAIRS)
    gap = np.vstack([values, np.full((2, 8), nan)])
    plain = contrast(make(values, PAIRS), pre="pre", on="on")
    found = contrast(make(gap, PAIRS), pre="pre", on="on")
    for mine, theirs in zip(found.effects, plain.effects, strict=True):
        assert mine.table.iloc[-2:][NUMBERS].isna().all(axis=None)
        assert (mine.table.iloc[-2:][["n_pre", "n_on"]] == 0).all(axis=None)
        assert_allclose(mine.table.iloc[:-2], theirs.table)


def test_a_sample_without_values_takes_its_subject_out(make, noise):
    """No value in one sample: the subject adds nothing, the cohort is that of the others."""
    values = noise(4, PAIRS)
    values[:, 7] = nan
    # Without a trend, which follows the mean of all values, the fourth subject's too.
    found = contrast(make(values, PAIRS), pre="pre", on="on", trend=False)
    others = contrast(make(values[:, :6], PAIRS[:6]), pre="pre", on="on", trend=False)
    assert_allclose(cohort(found)[["log2fc", "se", "p"]], cohort(others)[["log2fc", "se", "p"]])
    assert found.effects[-1].table[NUMBERS].isna().all(axis=None)
    assert found.effects[-1].method.startswith("no test: only 0 features in both samples")


def test_no_value_at_all_is_refused(make):
    """Samples that are there but empty are not a comparison."""
    with pytest.raises(DataError, match="the samples of this contrast hold no value"):
        contrast(make(np.full((60, 8), nan), PAIRS), pre="pre", on="on")


def test_one_sample_is_refused(make, noise):
    """One sample cannot be compared with anything."""
    with pytest.raises(DataError, match="no sample has the condition 'on'"):
        contrast(make(noise(5, PAIRS[:1]), PAIRS[:1]), pre="pre", on="on")


def test_infinite_values_never_reach_a_comparison(make, noise, tmp_path):
    """A table cannot hold them, and such a cell of a file is a missing value."""
    table = make(noise(6, PAIRS), PAIRS)
    values = table.values.copy()
    values.iloc[2, 3] = np.inf
    with pytest.raises(ValueError, match="infinity"):
        replace(table, values=values)
    frame = pd.DataFrame(2 ** noise(6, PAIRS[:2], n=60), columns=["a", "b"])
    frame.insert(0, "Site", [f"S{i + 1}" for i in range(60)])
    frame.insert(0, "Gene", [f"GENE{i}" for i in range(60)])
    path = tmp_path / "table.tsv"
    frame.replace(frame.loc[4, "a"], np.inf).to_csv(path, sep="\t", index=False)
    sheet = pd.DataFrame({"sample": ["a", "b"], "subject": "A", "condition": ["pre", "on"]})
    found = read(path, sheet).values
    assert np.isnan(found.loc[found.index.str.startswith("GENE4_"), "a"].iloc[0])
    assert found.isna().to_numpy().sum() == 1


def test_fewer_than_fifty_common_features_are_not_compared(make, noise):
    """49 features in common: no normalisation; normalised already, changes but no test."""
    values = noise(7, PAIRS[:2], n=80)
    values[MIN_FEATURES - 1 :, 1] = nan
    table = make(values, PAIRS[:2])
    with pytest.raises(DataError, match="at least 50"):
        normalize(table)
    (effects,) = contrast(table, pre="pre", on="on").effects
    assert effects.table["log2fc"].notna().sum() == MIN_FEATURES - 1
    assert effects.table[["se", "p", "q"]].isna().all(axis=None)


def test_two_subjects_without_a_complete_pair_in_common_are_refused(make, noise):
    """Every feature is paired in one subject at most: no spread, and the error says what to do."""
    values = noise(8, PAIRS[:4], n=200)
    values[:100, 2:], values[100:, :2] = nan, nan
    with pytest.raises(DataError, match=r"(?s)no row has residual degrees.*add samples"):
        contrast(make(values, PAIRS[:4]), pre="pre", on="on")

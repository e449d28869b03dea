"""Normalisation: shifts by hand, what they must not depend on, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from phosres.columns import NORMALIZATION
from phosres.errors import DataError
from phosres.normalization import (
    METHODS,
    Method,
    column_median,
    compare_methods,
    median_of_ratios,
    no_shift,
    normalize,
)

ALIGNING = ("median_of_ratios", "column_median")
SHIFTS = {m.name: m.shifts for m in METHODS if isinstance(m, Method)}
nan = np.nan


def draw(seed: int, missing: float, n: int = 120, k: int = 5) -> np.ndarray:
    """Values with levels of features, noise and values missing at random."""
    rng = np.random.default_rng(seed)
    values = rng.normal(22, 2, (n, 1)) + rng.normal(0, 0.5, (n, k))
    values[rng.random((n, k)) < missing] = nan
    return values


def between(values: np.ndarray) -> np.ndarray:
    """Values relative to the mean over all of them: what a common constant cannot change."""
    return values - np.nanmean(values)


def test_median_of_ratios_by_hand():
    """The shift is the median distance to the feature means, over features most samples have."""
    values = np.array(
        [
            [1.0, 2.0, 3.0, 6.0],  # mean 3: -2 -1 0 3
            [5.0, 5.0, 5.0, 5.0],  # mean 5: 0 0 0 0
            [4.0, nan, 1.0, 1.0],  # 3 of 4, mean 2: 2 . -1 -1
            [9.0, nan, nan, 8.0],  # 2 of 4: no reference
        ]
    )
    shift, n = median_of_ratios(values)
    assert_allclose(shift, [0.0, -0.5, 0.0, 0.0])
    assert n.tolist() == [3, 2, 3, 3]


def test_column_median_by_hand():
    """The shift is the sample's median less the mean of the medians, over all its values."""
    values = np.array([[1.0, 4.0, nan], [3.0, nan, 7.0], [8.0, 6.0, 9.0]])
    shift, n = column_median(values)
    assert_allclose(shift, np.array([3.0, 5.0, 8.0]) - 16 / 3)
    assert n.tolist() == [3, 2, 2]


def test_no_shift_by_hand():
    """Without normalisation the shift is 0 and all values of a sample are counted."""
    shift, n = no_shift(np.array([[1.0, nan], [2.0, 3.0]]))
    assert (shift.tolist(), n.tolist()) == ([0.0, 0.0], [2, 1])


@pytest.mark.parametrize("method", ALIGNING)
def test_a_sample_without_values_has_no_shift(method):
    """An empty sample gives NaN and 0 features, and does not disturb the others."""
    values = np.column_stack([draw(1, 0.0, k=4), np.full(120, nan)])
    shifts = SHIFTS[method]
    shift, n = shifts(values)
    assert np.isnan(shift[-1])
    assert n[-1] == 0
    assert_allclose(shift[:-1], shifts(values[:, :-1])[0], atol=1e-12)


@pytest.mark.parametrize("method", ALIGNING)
def test_values_less_their_shift(method, make):
    """Each sample loses exactly its shift; missing stays missing."""
    table = make(draw(2, 0.2))
    expected = table.values.to_numpy() - SHIFTS[method](table.values.to_numpy())[0]
    np.testing.assert_array_equal(normalize(table, method=method).values.to_numpy(), expected)


@pytest.mark.parametrize("method", ALIGNING)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), spread=st.floats(0.01, 5))
def test_loading_does_not_matter_on_complete_tables(make, method, seed, spread):
    """A constant added to each sample is gone after normalisation."""
    values = draw(seed, 0.0)
    loading = np.random.default_rng(seed).normal(0, spread, values.shape[1])
    plain = normalize(make(values), method=method).values.to_numpy()
    loaded = normalize(make(values + loading), method=method).values.to_numpy()
    assert_allclose(between(loaded), between(plain), atol=1e-9)


@pytest.mark.parametrize("method", ALIGNING)
@pytest.mark.parametrize("seed", range(3))
def test_loading_does_not_matter_with_missing_values(make, method, seed):
    """A constant added to each sample is gone after normalisation of an incomplete table too."""
    values = draw(seed, 0.2, n=400)
    loading = np.array([-2.0, 1.0, 0.0, 3.0, -1.0])
    plain = normalize(make(values), method=method).values.to_numpy()
    loaded = normalize(make(values + loading), method=method).values.to_numpy()
    assert_allclose(between(loaded), between(plain), atol=1e-6)


@pytest.mark.parametrize("method", ALIGNING)
def test_planted_loading_is_found(method, make):
    """Samples of one profile that differ by loading only become equal."""
    profile = draw(3, 0.0, k=1)
    loading = np.array([0.0, 0.5, -1.25, 2.0])
    out = normalize(make(profile + loading), method=method)
    assert_allclose(out.values.to_numpy(), np.repeat(profile + loading.mean(), 4, axis=1))
    found = np.array(list(out.history[-1].parameters["shifts"].values()))
    assert_allclose(found, loading - loading.mean(), atol=1e-6)


@pytest.mark.parametrize("method", ALIGNING)
def test_normalising_twice_changes_nothing(method, make):
    """A complete table that is aligned has shifts of 0."""
    once = normalize(make(draw(4, 0.0)), method=method)
    twice = normalize(once, method=method)
    first, second = once.values.to_numpy(), twice.values.to_numpy()
    assert_allclose(between(second), between(first), atol=1e-9)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_order_of_features_and_samples_does_not_matter(make, seed):
    """Shuffled rows and columns give the shuffled result under every shift by medians."""
    table = make(draw(seed, 0.15))
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(120), rng.permutation(5)
    shuffled = make(table.values.to_numpy()[np.ix_(rows, columns)])
    for method in (*ALIGNING, "stable_sites", "none"):
        one = normalize(table, method=method).values.to_numpy()
        other = normalize(shuffled, method=method).values.to_numpy()
        assert_allclose(other, one[np.ix_(rows, columns)], atol=1e-9)


def test_a_third_of_strong_changes_does_not_move_the_shift(make):
    """Features that a drug moves in one sample do not drag the unmoved ones along."""
    values = np.repeat(draw(5, 0.0, n=90, k=1), 6, axis=1)
    values[:30, 5] -= 3
    out = normalize(make(values), method="median_of_ratios").values.to_numpy()
    assert_allclose(out, values, atol=1e-12)


def test_none_leaves_values(make):
    """Without normalisation the values are the same and the history says so."""
    table = make(draw(6, 0.3))
    out = normalize(table, method="none")
    pd.testing.assert_frame_equal(out.values, table.values)
    step = out.history[-1]
    assert step.text == "Values were taken as they are, without normalisation of samples."
    assert set(step.parameters["shifts"].values()) == {0.0}


def test_none_accepts_few_features(make):
    """Nothing is estimated without normalisation, so nothing is refused."""
    table = make(draw(7, 0.0, n=3))
    pd.testing.assert_frame_equal(normalize(table, method="none").values, table.values)


@pytest.mark.parametrize("method", [m.name for m in METHODS])
def test_input_is_not_changed(method, make):
    """Values, history and features of the table that came in stay as they were."""
    table = make(draw(8, 0.1))
    before = table.values.copy(deep=True)
    out = normalize(table, method=method)
    pd.testing.assert_frame_equal(table.values, before)
    assert table.history == ()
    assert out is not table
    assert out.features is table.features
    assert out.values.columns.equals(table.values.columns)


def test_history_tells_method_and_shifts(make):
    """One entry is added with the method, the shifts by sample and a sentence with their range."""
    values = np.repeat(draw(9, 0.0, n=60, k=1), 2, axis=1) + np.array([0.0, 1.0])
    out = normalize(make(values))
    (step,) = out.history
    assert step.name == "normalize"
    assert step.parameters == {"method": "median_of_ratios", "shifts": {"S1": -0.5, "S2": 0.5}}
    assert (step.rows_in, step.rows_out) == (60, 60)
    assert step.text == (
        "Samples were aligned by median of ratios (shifts -0.50 to +0.50 log2, "
        "from 60 to 60 features a sample)."
    )


@pytest.mark.parametrize(
    ("method", "title"),
    [("median_of_ratios", "median of ratios"), ("column_median", "column median")],
)
def test_too_few_features_are_refused(method, title, make):
    """Every sample with fewer than 50 features is named, with what to do."""
    values = draw(10, 0.0, n=60, k=8)
    values[:11, 2] = nan
    values[:20, 4] = nan
    with pytest.raises(DataError) as caught:
        normalize(make(values), method=method)
    hint = "leave the sample out of the sample sheet, or set normalization.method: none"
    assert str(caught.value) == (
        f"table.tsv: {title} needs at least 50 features in common\n"
        "table.tsv [S3]: sample 'S3' has only 49 features to align it by (at least 50)\n"
        f"    -> {hint}\n"
        "table.tsv [S5]: sample 'S5' has only 40 features to align it by (at least 50)\n"
        f"    -> {hint}"
    )


def test_fifty_features_are_enough(make):
    """The limit itself is accepted."""
    assert normalize(make(draw(11, 0.0, n=50))).n_features == 50


def test_nothing_in_common_is_refused(make):
    """Samples that share no feature cannot be aligned: an error with all of them, no warning."""
    values = np.full((200, 2), nan)
    values[:100, 0], values[100:, 1] = 20.0, 21.0
    with pytest.raises(DataError) as caught:
        normalize(make(values))
    assert [p.column for p in caught.value.problems] == [None, "S1", "S2"]
    assert "only 0 features" in str(caught.value)


def test_unknown_method_is_refused(make):
    """A method that does not exist is a bug of the caller, who is told the known ones."""
    with pytest.raises(ValueError) as caught:
        normalize(make(draw(12, 0.0)), method="vsn")
    assert str(caught.value) == (
        "no normalisation method 'vsn'; known: median_of_ratios, stable_sites, mode_of_ratios, "
        "column_median, quantile, cyclic_loess, none"
    )


def test_compare_methods_follows_its_schema(make):
    """One row a sample and method, with the shift that normalisation subtracts."""
    table = make(draw(13, 0.1))
    shifts = compare_methods(table, used="column_median")
    assert list(shifts.columns) == NORMALIZATION.names
    NORMALIZATION.order(shifts)
    compared = ["median_of_ratios", "mode_of_ratios", "column_median", "none"]
    assert shifts["method"].drop_duplicates().to_list() == compared
    assert set(shifts.loc[shifts["used"], "method"]) == {"column_median"}
    for method in compared:
        mine = shifts[shifts["method"] == method].set_index("sample")["shift"]
        step = normalize(table, method=method).history[-1]
        assert mine.round(6).to_dict() == step.parameters["shifts"]


def test_compare_methods_survives_samples_without_values(make):
    """The audit of an empty sample is NaN, not an error: the check comes with `normalize`."""
    values = draw(14, 0.0)
    values[:, 1] = nan
    shifts = compare_methods(make(values), used="none").set_index(["method", "sample"])["shift"]
    assert shifts.isna().sum() == 3
    assert shifts[("none", "S2")] == 0.0


def test_every_method_says_what_it_assumes():
    """Names are unique, and what a method assumes is told."""
    assert len({m.name for m in METHODS}) == len(METHODS)
    assert all(m.title and m.assumes.endswith(".") for m in METHODS)

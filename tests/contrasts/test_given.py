"""Contrasts of tables that hold changes already."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from phosres import stats as own
from phosres.contrasts import contrast
from phosres.errors import DataError

N = 120
RNG = np.random.default_rng(3)


def test_one_column_uses_the_errors_of_the_file(make):
    """Change, standard error and df stand as given; p is that of their t."""
    values = RNG.normal(0, 1, (N, 1))
    table = make(values, [("all", "drug")], scale="log2_change")
    se = pd.DataFrame(RNG.uniform(0.1, 0.5, (N, 1)), table.values.index, table.values.columns)
    table = replace(table, standard_errors=se, error_df=se * 0 + 12.0)
    effect = contrast(table, on="drug").cohort
    assert effect is not None
    assert not effect.n_of_one
    t = values[:, 0] / se.to_numpy()[:, 0]
    assert np.allclose(effect.table["p"], 2 * stats.t.sf(np.abs(t), 12))
    assert (effect.table["n_pre"] == 0).all()


def test_one_column_without_errors_is_judged_by_its_own_spread(make):
    """Like a single pair: a t by the spread of the table's own changes."""
    values = RNG.standard_t(5, (N, 1)) * 0.3
    made = contrast(make(values, [("P1", "drug")], scale="log2_change"), on="drug")
    noise = own.fit_pair_noise(values[:, 0])
    (effect,) = made.effects
    assert (made.design, effect.level, effect.n_of_one) == ("given", "subject", True)
    assert np.allclose(effect.table["se"], noise.scale)


def test_replicates_are_a_one_sample_moderated_t(make):
    """Columns of one subject are replicates; several subjects are averaged first, then tested."""
    values = RNG.normal(0.5, 0.4, (N, 4))
    one = contrast(make(values, [("A", "drug")] * 4, scale="log2_change"), on="drug")
    expected = own.moderated(values, np.ones((4, 1)), 0, robust=True)
    assert np.allclose(one.cohort.table["p"], expected.p)
    assert one.subjects == ()
    sheet = [("A", "drug"), ("A", "drug"), ("B", "drug"), ("C", "drug")]
    three = contrast(make(values, sheet, scale="log2_change"), on="drug")
    means = np.column_stack([values[:, :2].mean(axis=1), values[:, 2], values[:, 3]])
    expected = own.moderated(means, np.ones((3, 1)), 0, robust=True)
    assert np.allclose(three.cohort.table["t"], expected.t)
    assert three.subjects == ("A", "B", "C")


def test_too_few_changes_are_shown_but_not_tested(make):
    """A small panel without errors has changes and no p values."""
    made = contrast(make(RNG.normal(0, 1, (30, 1)), [("A", "x")], scale="log2_change"), on="x")
    (effect,) = made.effects
    assert effect.table["log2fc"].notna().all()
    assert effect.table["p"].isna().all()
    assert "only 30 changes" in effect.method


def test_a_side_before_treatment_is_refused_for_changes_and_needed_for_samples(make):
    """Both errors say what to do."""
    changes = make(RNG.normal(0, 1, (N, 1)), [("A", "x")], scale="log2_change")
    with pytest.raises(DataError, match="the table holds changes"):
        contrast(changes, pre="y", on="x")
    with pytest.raises(DataError, match=r"no column of changes has the condition 'z'"):
        contrast(changes, on="z")
    samples = make(RNG.normal(20, 1, (N, 2)), [("A", "pre"), ("A", "on")])
    with pytest.raises(DataError, match=r"design\.pre is missing"):
        contrast(samples, on="on")

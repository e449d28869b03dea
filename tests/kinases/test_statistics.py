"""The plain statistics: their formulas, on exactly the measured sites of each column."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from phosres.kinases import score_sets, score_sets_detailed

PLAIN = ("mean", "weighted_sum", "ksea_z", "rokai_z", "ulm")


def slow(method: str, x: pd.Series, w: pd.Series) -> float:
    """One set in one experiment, written as the formulas are."""
    x = x.dropna()
    w = w[w.index.isin(x.index)]
    members = x[w.index]
    total = float((w * members).sum())
    if method == "weighted_sum":
        return total
    average = total / float(w.abs().sum())
    if method == "mean":
        return average
    if method in ("ksea_z", "rokai_z"):
        b = x.mean() if method == "ksea_z" else 0.0
        return float((average - b) * np.sqrt(len(w)) / x.std(ddof=1))
    fit = stats.linregress(w.reindex(x.index, fill_value=0.0), x)
    return float(fit.slope / fit.stderr)


def test_numbers_by_hand() -> None:
    """Set {2, 1} of {2, 1, 0, -1}: mean 1.5, all 0.5, variance 5/3."""
    matrix = pd.DataFrame({"x": [2.0, 1.0, 0.0, -1.0]}, index=list("abcd"))
    network = pd.DataFrame({"source": ["K", "K"], "target": ["a", "b"]})
    got = {m: score_sets(matrix, network, min_size=2, method=m).loc["K", "x"] for m in PLAIN}
    assert got["weighted_sum"] == 3.0
    assert got["mean"] == 1.5
    assert got["ksea_z"] == pytest.approx(np.sqrt(2) / np.sqrt(5 / 3))
    assert got["rokai_z"] == pytest.approx(1.5 * np.sqrt(2) / np.sqrt(5 / 3))
    # Slope 2, residuals +-0.5: s2 = 1/2, sum of squares of w about its mean 1.
    assert got["ulm"] == pytest.approx(2 / np.sqrt(0.5))


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    missing=st.floats(0, 0.8),
    offset=st.sampled_from([0.0, 3.0, 1e4]),
    method=st.sampled_from(PLAIN),
)
def test_each_column_is_its_own_measured_sites(
    seed: int, missing: float, offset: float, method: str
) -> None:
    """Whatever is missing, a column scores as the loop over its measured sites does."""
    rng = np.random.default_rng(seed)
    values = rng.normal(offset, 2.0, size=(30, 4))
    values[rng.random(values.shape) < missing] = np.nan
    matrix = pd.DataFrame(values, index=[f"s{i}" for i in range(30)], columns=list("abcd"))
    edges = pd.DataFrame({"source": rng.choice(["K", "L"], 20), "target": matrix.index[:20]})
    edges["weight"] = rng.choice([-1.0, 1.0, 0.5], 20)
    got = score_sets(matrix, edges, min_size=2, method=method)
    for name, group in edges.groupby("source"):
        w = group.set_index("target")["weight"]
        for column in matrix:
            measured = int(matrix.loc[w.index, column].notna().sum())
            value = got.loc[name, column]
            if measured < 2:
                assert np.isnan(value)
            elif matrix[column].notna().sum() > 3 and measured < matrix[column].notna().sum():
                expected = slow(method, matrix[column], w)
                assert value == pytest.approx(expected, rel=1e-6, abs=1e-8)


def test_p_values_are_two_sided_tails(matrix: pd.DataFrame, network: pd.DataFrame) -> None:
    """Normal for the z scores, t on n - 2 for the slope."""
    for method, tail in (("ksea_z", stats.norm.sf), ("rokai_z", stats.norm.sf)):
        result = score_sets_detailed(matrix, network, min_size=2, method=method)
        assert result.p is not None
        np.testing.assert_allclose(result.p, 2 * tail(result.scores.abs()))
    result = score_sets_detailed(matrix, network, min_size=2, method="ulm")
    assert result.p is not None
    expected = 2 * stats.t.sf(result.scores.abs(), matrix.notna().sum() - 2)
    np.testing.assert_allclose(result.p, expected)


@pytest.mark.parametrize("method", ["mean", "weighted_sum"])
def test_methods_without_a_p_value_give_none(
    matrix: pd.DataFrame, network: pd.DataFrame, method: str
) -> None:
    """A mean is not a test."""
    assert score_sets_detailed(matrix, network, min_size=2, method=method).p is None


@pytest.mark.parametrize(
    ("ours", "theirs", "options"),
    [
        ("ulm", "ulm", {}),
        # The flavours are the other way round than decoupler 2.1 and 2.2 document them.
        ("ksea_z", "zscore", {"flavor": "RoKAI"}),
        ("rokai_z", "zscore", {"flavor": "KSEA"}),
        ("weighted_sum", "waggr", {"fun": "wsum", "times": 1}),
        ("mean", "waggr", {"fun": "wmean", "times": 1}),
    ],
)
def test_decoupler_agrees(
    matrix: pd.DataFrame, network: pd.DataFrame, ours: str, theirs: str, options: dict[str, object]
) -> None:
    """The same formulas, where decoupler (extra ``bench``) is installed; it takes no NaN."""
    decoupler = pytest.importorskip(
        "decoupler", reason="NOT RUN: decoupler is not installed (extra bench)"
    )
    full = matrix.fillna(0.25)
    found = getattr(decoupler.mt, theirs)(full.T, network, tmin=2, verbose=False, **options)
    score = found[0] if isinstance(found, tuple) else found
    got = score_sets(full, network, min_size=2, method=ours)
    np.testing.assert_allclose(got.loc[score.columns].T, score, rtol=1e-5)

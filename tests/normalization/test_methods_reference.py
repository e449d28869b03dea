"""Normalisation methods: equal to R where R has them, and to the planted truth where it has not."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import gaussian_kde

from phosres.errors import DataError
from phosres.normalization import (
    METHODS,
    Method,
    column_median,
    cyclic_loess,
    median_of_ratios,
    mode_of_ratios,
    normalize,
    quantile,
    stable_sites,
)

FOLDER = Path(__file__).parents[1] / "data" / "reference_numbers"
nan = np.nan


def read(name: str) -> pd.DataFrame:
    """Read one reference table."""
    return pd.read_csv(FOLDER / f"{name}.tsv.gz", sep="\t", index_col=0)


def shifted(fraction: float, effect: float = -1.5, n: int = 3000, seed: int = 0) -> np.ndarray:
    """Six samples, the last three with a fraction of the features changed."""
    rng = np.random.default_rng(seed)
    values = rng.normal(24, 2, (n, 1)) + rng.normal(0, 0.3, (n, 6))
    values[: int(fraction * n), 3:] += effect
    return values


def bias(values: np.ndarray, shift: np.ndarray, changed: int) -> float:
    """Mean difference of unchanged features between the arms: truth 0."""
    out = (values - shift)[changed:]
    return float(out[:, 3:].mean() - out[:, :3].mean())


@pytest.mark.parametrize("data", ["complete", "na"])
@pytest.mark.parametrize(
    ("method", "table", "tolerance"),
    [(quantile, "normalizeQuantiles", 1e-10), (cyclic_loess, "cyclicLoess_fast", 1e-10)],
    ids=["quantile", "cyclic_loess"],
)
def test_curves_equal_limma(data, method, table, tolerance):
    """Values and missing values equal those of R limma 3.54.1."""
    values, theirs = read(f"input/synth_{data}"), read(f"limma_3.54.1/synth_{data}__{table}")
    ours = pd.DataFrame(method(values.to_numpy())[0], values.index, values.columns)
    ours = ours.loc[theirs.index, theirs.columns]
    pd.testing.assert_frame_equal(ours.isna(), theirs.isna())
    assert (ours - theirs).abs().max().max() <= tolerance


def test_quantile_by_hand():
    """Means of the order statistics; tied values share the quantile of their mean rank."""
    values = np.array([[1.0, 4.0], [3.0, 4.0], [5.0, 10.0]])
    out, n = quantile(values)  # mean distribution 2.5, 3.5, 7.5
    assert_allclose(out, [[2.5, 3.0], [3.5, 3.0], [7.5, 7.5]])
    assert n.tolist() == [3, 3]


def test_quantile_stretches_incomplete_samples():
    """Two values of three are the ends of the distribution; one value has none."""
    values = np.array([[1.0, 4.0, nan], [2.0, nan, 7.0], [3.0, 8.0, nan]])
    out, n = quantile(values)  # means of (1, 2, 3) and (4, 6, 8)
    assert_allclose(out[:, 1], [2.5, nan, 5.5])
    assert np.isnan(out[:, 2]).all()
    assert n.tolist() == [3, 2, 1]


@pytest.mark.parametrize("method", [quantile, cyclic_loess])
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_curves_do_not_depend_on_the_order_of_features(method, seed):
    """Shuffled features give the shuffled result, and missing stays missing."""
    rng = np.random.default_rng(seed)
    values = rng.normal(24, 2, (120, 1)) + rng.normal(0, 0.3, (120, 4))
    values[rng.random(values.shape) < 0.1] = nan
    order = rng.permutation(120)
    out = method(values)[0]
    np.testing.assert_array_equal(np.isnan(out), np.isnan(values))
    assert_allclose(method(values[order])[0], out[order], atol=1e-9)


def test_cyclic_loess_removes_a_bend():
    """A deviation that grows with the intensity is gone, where one shift would leave it."""
    rng = np.random.default_rng(1)
    level = rng.normal(24, 2, 2000)
    values = level[:, None] + rng.normal(0, 0.1, (2000, 4))
    values[:, 3] += 0.3 * (level - 24)
    left = cyclic_loess(values)[0]
    slope = np.polyfit(level, left[:, 3] - left[:, 0], 1)[0]
    assert abs(slope) < 0.01


def test_mode_is_the_peak_of_the_density():
    """The binned peak is that of scipy's kernel density with Silverman's bandwidth."""
    rng = np.random.default_rng(2)
    values = np.column_stack([np.zeros(800), 2 * rng.gamma(2.0, 1.0, 800)])
    shift, n = mode_of_ratios(values)
    x = values[:, 1] / 2  # the ratio to the mean of the two
    width = 0.9 * min(x.std(), np.subtract(*np.quantile(x, [0.75, 0.25])) / 1.34) * 800**-0.2
    grid = np.linspace(0, 4, 4001)
    peak = grid[np.argmax(gaussian_kde(x, width / x.std(ddof=1))(grid))]
    assert shift[1] == pytest.approx(peak, abs=2e-3)
    assert n.tolist() == [800, 800]


def test_mode_of_samples_without_spread_or_values():
    """More than half equal: that value; no value: NaN."""
    values = np.column_stack([np.full(100, 1.0), np.full(100, 3.0), np.full(100, nan)])
    values[:20, 1] = np.linspace(4, 9, 20)
    shift, n = mode_of_ratios(np.column_stack([values, values[:, :2]]))
    assert_allclose(shift[:2], [-1.0, 1.0])
    assert np.isnan(shift[2])
    assert n[2] == 0


@pytest.mark.parametrize("fraction", [0.05, 0.2, 0.4])
def test_mode_and_stable_sites_resist_broad_falls(fraction):
    """With up to 40 % of the features down by 1.5 both leave the others within 0.1 log2."""
    values = shifted(fraction)
    changed = int(fraction * len(values))
    reference = np.arange(len(values)) >= len(values) - 100
    assert abs(bias(values, mode_of_ratios(values)[0], changed)) < 0.1
    assert abs(bias(values, stable_sites(values, reference)[0], changed)) < 0.1
    if fraction == 0.4:
        assert bias(values, median_of_ratios(values)[0], changed) > 0.3


def test_mode_fails_beyond_half():
    """Its limit is documented: with 60 % down it follows them."""
    values = shifted(0.6)
    assert bias(values, mode_of_ratios(values)[0], 1800) > 1.4


@pytest.mark.parametrize("locate", [median_of_ratios, mode_of_ratios])
def test_incomplete_tables_do_not_leak_loading(locate):
    """Loading of 3 log2 in one sample comes back as such, with a fifth of the values missing."""
    rng = np.random.default_rng(3)
    values = rng.normal(24, 2, (2000, 1)) + rng.normal(0, 0.3, (2000, 6))
    values[rng.random(values.shape) < 0.2] = nan
    loading = np.array([0.0, 0.0, 3.0, -1.0, 0.5, -2.5])
    found = locate(values + loading)[0] - locate(values)[0]
    # The peak of a density moves with the table's, so the mode is less exact than the median.
    tolerance = 1e-6 if locate is median_of_ratios else 1e-3
    assert_allclose(found - found.mean(), loading - loading.mean(), atol=tolerance)


def test_stable_sites_as_a_method(make):
    """The record subtracts the stable features' medians and says so."""
    values = shifted(0.4, n=200)
    reference = np.arange(200) >= 150
    out = normalize(make(values), method="stable_sites", reference=reference)
    assert_allclose(out.values.to_numpy(), values - stable_sites(values, reference)[0])
    step = out.history[-1]
    assert step.parameters["method"] == "stable_sites"
    assert step.warnings == ()
    assert step.text.startswith(
        "Samples were aligned by stable reference sites (50 features named by the caller) (shifts "
    )


def test_too_few_stable_sites_fall_back(make):
    """Below 20 in one sample all samples are aligned by the default, and the history warns."""
    values = shifted(0.0, n=200)
    values[:6, 1] = nan
    reference = np.arange(200) < 25
    out = normalize(make(values), method="stable_sites", reference=reference)
    expected = normalize(make(values))
    pd.testing.assert_frame_equal(out.values, expected.values)
    assert out.history[-1].parameters["method"] == "median_of_ratios"
    assert out.history[-1].warnings == (
        "Fewer than 20 stable reference sites were observed in S2 (19): "
        "samples were aligned by median of ratios instead.",
    )


def test_fallback_still_needs_common_features(make):
    """With neither stable sites nor 50 common features the table is refused."""
    with pytest.raises(DataError, match="median of ratios needs at least 50"):
        normalize(
            make(shifted(0.0, n=30)), method="stable_sites", reference=np.zeros(30, dtype=bool)
        )


def test_a_reference_fits_its_table():
    """A list of another length is a bug of the caller, who is told."""
    with pytest.raises(ValueError, match=r"shape \(59,\), there are 60"):
        stable_sites(shifted(0.0, n=60), np.ones(59, dtype=bool))


@pytest.mark.parametrize("method", ["quantile", "cyclic_loess", "mode_of_ratios"])
def test_optional_methods_write_history(make, method):
    """A record is accepted in place of a name; a curve has no shifts to report."""
    out = normalize(make(shifted(0.1, n=80)), method=method)
    step = out.history[-1]
    record = {m.name: m for m in METHODS}[method]
    assert step.parameters["method"] == method
    assert ("shifts" in step.parameters) == isinstance(record, Method)
    assert record.title in step.text
    assert "from 80 to 80 features a sample" in step.text


@pytest.mark.parametrize("method", ["quantile", "cyclic_loess"])
def test_curves_refuse_short_samples(make, method):
    """A sample with fewer than 50 values is named."""
    values = shifted(0.0, n=80)
    values[:31, 2] = nan
    with pytest.raises(DataError, match="'S3' has only 49 features"):
        normalize(make(values), method=method)


def test_column_medians_are_limmas():
    """limma scales values by their medians: ours on the logarithm of the values is the same, but
    for the mean of the two middle ones.
    """
    for data in ("complete", "na"):
        theirs = read(f"limma_3.54.1/synth_{data}__normalizeMedianValues")
        values = np.log(read(f"input/synth_{data}").loc[theirs.index].to_numpy())
        ours = np.exp(values - column_median(values)[0])
        assert_allclose(ours, theirs.to_numpy(), rtol=0, atol=2e-6)

"""The detection curve: found, calibrated on what it has not seen, honest about its limits."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy.special import expit
from scipy.stats import betabinom

from phosres.stats import DetectionCurve, fit_detection, miss_probability

SHARED = Path(__file__).parents[3] / "shared" / "data" / "phosr_insulin_aicar"


def draw(
    rng: np.random.Generator, samples: int, *, rows: int = 6000, noise: float = 0.5
) -> np.ndarray:
    """Sites with a level, run noise, detection by the run's own intensity, and 2 % lost anyway."""
    level = rng.normal(24, 2.5, (rows, 1))
    y = level + rng.normal(0, noise, (rows, samples))
    seen = rng.random(y.shape) < 0.98 * expit(0.9 * (y - 22.5))
    return np.where(seen, y, np.nan)


def curve_of(**changes: float) -> DetectionCurve:
    """A curve with slope 1 about 20."""
    values = {
        "intercept": 0.0,
        "slope": 1.0,
        "centre": 20.0,
        "lapse": 0.0,
        "runs": 1,
        "overdispersion": 0.0,
        "n": 1000,
    }
    return DetectionCurve(**(values | changes))


def eligible(y: np.ndarray, runs: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean where seen in the first `runs` samples, and whether all other samples miss it."""
    seen = np.isfinite(y[:, :runs]).all(axis=1)
    missed = ~np.isfinite(y[seen][:, runs:]).any(axis=1)
    return y[seen][:, :runs].mean(axis=1), missed, seen


def test_curve_without_noise_is_the_planted_one():
    """Where replicates are exact there is no winner's curse: slope, midpoint and lapse return."""
    rng = np.random.default_rng(0)
    y = draw(rng, 4, rows=20_000, noise=0.0)
    curve = fit_detection(y, np.zeros(4, dtype=int))
    at = np.array([20.0, 22.0, 24.0, 28.0])
    assert_allclose(curve.at(at), 0.98 * expit(0.9 * (at - 22.5)), atol=0.015)
    assert curve.lapse == pytest.approx(0.02, abs=0.01)
    assert curve.overdispersion < 0.02


@pytest.mark.parametrize("noise", [0.3, 1.0])
@pytest.mark.parametrize(("runs", "misses"), [(1, 1), (1, 2), (2, 2), (3, 3)])
def test_probabilities_are_calibrated_on_other_sites(runs, misses, noise):
    """Fifths of the prediction meet the share missed, on a table the curve has not seen."""
    rng = np.random.default_rng(1)
    groups = np.repeat([0, 1], 6)
    curve = fit_detection(np.hstack([draw(rng, 6, noise=noise)] * 2), groups, runs=runs)
    mean, missed, _ = eligible(draw(rng, runs + misses, rows=30_000, noise=noise), runs)
    p = miss_probability(curve, mean, misses)
    for fifth in np.array_split(np.argsort(p), 5):
        assert missed[fifth].mean() == pytest.approx(p[fifth].mean(), abs=0.02)


@pytest.mark.parametrize(("runs", "misses"), [(1, 1), (2, 2), (3, 3)])
def test_false_rate_of_not_detected(runs, misses):
    """Among unchanged sites the call "not detected" at p <= .05 is made in at most 5 %."""
    rng = np.random.default_rng(2)
    curve = fit_detection(draw(rng, 6), np.zeros(6, dtype=int), runs=runs)
    mean, missed, _ = eligible(draw(rng, runs + misses, rows=30_000), runs)
    p = miss_probability(curve, mean, misses)
    testable = p <= 0.05
    assert testable.any()
    assert missed[testable].mean() <= 0.05
    assert (missed & testable).mean() <= 0.05


def test_the_naive_curve_suffers_the_winners_curse():
    """The true curve at a single seen value promises too few misses where calls are made."""
    rng = np.random.default_rng(3)
    y = draw(rng, 6, noise=1.5)
    mean, missed, _ = eligible(draw(rng, 2, rows=30_000, noise=1.5), 1)
    strong = (mean > np.quantile(mean, 0.6)) & (mean < np.quantile(mean, 0.9))
    naive = 1 - 0.98 * expit(0.9 * (mean[strong] - 22.5))
    held_out = miss_probability(fit_detection(y, np.zeros(6, dtype=int)), mean[strong])
    assert naive.mean() < 0.6 * missed[strong].mean()
    assert held_out.mean() == pytest.approx(missed[strong].mean(), abs=0.01)


def test_several_misses_are_a_beta_binomial():
    """q and f as a beta-binomial with alpha q / f and beta (1 - q) / f; f = 0 is the power."""
    curve = curve_of(overdispersion=0.4)
    q = 1 - expit(1.5)
    expected = [betabinom.pmf(k, k, q / 0.4, (1 - q) / 0.4) for k in (1, 2, 5)]
    assert_allclose(miss_probability(curve, 21.5, [1, 2, 5]), expected, rtol=1e-9)
    assert_allclose(miss_probability(curve_of(), 21.5, [1, 3]), [q, q**3])


def test_unknown_overdispersion_counts_several_misses_as_one():
    """Groups of two cannot show how misses go together: the careful answer is that of one."""
    rng = np.random.default_rng(4)
    curve = fit_detection(draw(rng, 2), [0, 0])
    assert np.isnan(curve.overdispersion)
    assert_allclose(miss_probability(curve, 24.0, 4), miss_probability(curve, 24.0, 1))
    assert_allclose(miss_probability(curve_of(overdispersion=np.inf), 21.0, 3), 1 - expit(1.0))


def test_a_pair_as_its_own_replicate_only_makes_it_careful():
    """Real losses in a fifth of the sites raise every probability of a chance miss."""
    rng = np.random.default_rng(5)
    y = draw(rng, 2)
    clean = fit_detection(y, [0, 0])
    y[rng.random(len(y)) < 0.2, 1] = np.nan
    lossy = fit_detection(y, [0, 0])
    at = np.linspace(20, 29, 10)
    assert (miss_probability(lossy, at) > miss_probability(clean, at)).all()


def test_not_measured_intensity_has_no_probability():
    """NaN stays NaN, in any shape."""
    p = miss_probability(curve_of(), np.array([[20.0, np.nan]]), np.array([[1], [2]]))
    assert_allclose(p, [[0.5, np.nan], [0.25, np.nan]])


@pytest.mark.parametrize(
    ("values", "groups", "runs", "message"),
    [
        (np.ones((300, 3)), [0, 1, 2], 1, "no group has more than 1"),
        (np.ones((300, 3)), [0, 0, -1], 2, "no group has more than 2"),
        (np.ones((300, 3)), [0, 0, 0], 1, "with 0 of the rarer outcome"),
        (np.ones((30, 3)), [0, 0, 0], 1, "90 held-out values"),
        (np.ones((30, 3)), [0, 0], 1, "groups"),
        (np.ones((30, 3)), [0, 0, 0], 0, "runs is 0"),
    ],
)
def test_tables_that_cannot_tell_are_refused(values, groups, runs, message):
    """No replicates, no misses, too few cases and other shapes are named."""
    with pytest.raises(ValueError, match=message):
        fit_detection(values, groups, runs=runs)


def test_misses_are_at_least_one():
    """A probability of no misses is no call."""
    with pytest.raises(ValueError, match="at least one"):
        miss_probability(curve_of(), 20.0, 0)


@pytest.mark.real
@pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED.name} is not beside the repository")
@pytest.mark.parametrize("runs", [1, 2, 3])
def test_calibrated_on_real_replicates_of_other_conditions(runs):
    """Learnt on three conditions of six, right for the fourth: fifths within .1, calls in 5 %."""
    sheet = pd.read_csv(SHARED / "samples.tsv", sep="\t").query("table == 'cells_ins'")
    table = pd.read_csv(SHARED / "data_cells_ins.tsv.gz", sep="\t")
    y = table[sheet["sample"]].to_numpy(float)
    groups = pd.factorize(sheet["sample"].str.replace(r"_\d+$", "", regex=True))[0]
    p, missed = [], []
    for left_out in range(groups.max() + 1):
        curve = fit_detection(y, np.where(groups == left_out, -1, groups), runs=runs)
        mean, miss, _ = eligible(y[:, groups == left_out][:, : 2 * runs], runs)
        p.append(miss_probability(curve, mean, runs))
        missed.append(miss)
    p, missed = np.concatenate(p), np.concatenate(missed)
    for fifth in np.array_split(np.argsort(p), 5):
        assert missed[fifth].mean() == pytest.approx(p[fifth].mean(), abs=0.1)
    assert (missed & (p <= 0.05)).mean() <= 0.05
    assert missed[p <= 0.05].mean() <= 0.06

"""Noise and missing values are as asked for, and of the shape of real ones."""

import numpy as np
import pandas as pd
import pytest

from phosres.simulation import Simulated, simulate

QUIET = {"missing": 0.0, "biopsy_sd": 0.0, "batch_sd": 0.0, "subject_sd": 0.0, "loading_sd": 0.0}


def cells(simulated: Simulated) -> np.ndarray:
    """Log2 intensities of the singly phosphorylated forms, NaN where missing."""
    table = simulated.sites.filter(regex=r"^Intensity P\d\d_\w+___1$").astype(float)
    return np.log2(table.where(table > 0).to_numpy())


def fit_slope(strength: np.ndarray, seen: np.ndarray) -> float:
    """Slope of a logistic regression of being seen on intensity (Newton's method)."""
    x = np.column_stack([np.ones(len(strength)), strength - strength.mean()])
    beta = np.zeros(2)
    for _ in range(25):
        p = 1 / (1 + np.exp(-x @ beta))
        beta += np.linalg.solve((x.T * (p * (1 - p))) @ x, x.T @ (seen - p))
    return float(beta[1])


@pytest.mark.parametrize("missing", [0.1, 0.35, 0.6])
def test_missing_share_is_as_asked(missing):
    """The share of missing values among peptidoforms x samples is the one asked for."""
    simulated = simulate(missing=missing, n_peptidoforms=2000)
    seen = simulated.peptidoforms["n_detected"].sum() / (len(simulated.peptidoforms) * 24)
    assert 1 - seen == pytest.approx(missing, abs=0.012)


def test_weak_values_go_missing_with_the_stated_slope():
    """Detection rises with intensity by about 0.5 log odds a log2, diluted by the other losses."""
    arguments = {"n_peptidoforms": 3000, "seed": 3}
    full, thinned = cells(simulate(missing=0, **arguments)), cells(simulate(**arguments))
    known = ~np.isnan(full)
    slope = fit_slope(full[known], ~np.isnan(thinned)[known])
    assert 0.33 < slope < 0.55


def test_missing_values_are_nested():
    """Runs that differ in the missing share lose the same values first, and keep the others."""
    arguments = {"n_peptidoforms": 1000}
    low = cells(simulate(missing=0.2, **arguments))
    high = cells(simulate(missing=0.5, **arguments))
    assert not (np.isnan(low) & ~np.isnan(high)).any()


def test_some_peptides_miss_a_whole_batch(cohort):
    """Sites absent from one batch and frequent in the other are many; from odd patients, few."""
    table = cohort.sites.filter(regex=r"^Intensity P\d\d_(on|pre)$") > 0
    order = cohort.samples.sort_values("sample")
    odd = order["subject"].str[1:].astype(int) % 2 == 1

    def count_one_sided(split: np.ndarray) -> int:
        left, right = (table.loc[:, half].sum(axis=1) for half in (split, ~split))
        return int((((left == 0) & (right >= 9)) | ((right == 0) & (left >= 9))).sum())

    by_batch = count_one_sided((order["batch"] == "B1").to_numpy())
    assert by_batch > 10 * count_one_sided(odd.to_numpy()) + 100


def test_noise_of_a_null_pair_has_the_stated_size():
    """Without a drug, on minus pre has sd sqrt(2 (noise^2 + biopsy^2)) at middle intensities."""
    simulated = simulate(null=True, missing=0.0, loading_sd=0.0, n_peptidoforms=3000)
    values = cells(simulated)
    values = values[~np.isnan(values).any(axis=1)]
    middle = np.argsort(values.mean(axis=1))[len(values) // 3 : 2 * len(values) // 3]
    difference = (values[:, 0::2] - values[:, 1::2])[middle]
    assert difference.std() == pytest.approx(np.sqrt(2 * (0.35**2 + 0.25**2)), rel=0.12)


def test_noise_is_heavy_tailed_and_larger_below():
    """Technical noise has more extremes than a normal one, and weak peptides have more of it."""
    values = cells(simulate(null=True, n_peptidoforms=3000, **QUIET))
    values = values[~np.isnan(values).any(axis=1)]
    noise = values - np.median(values, axis=1, keepdims=True)
    order = np.argsort(np.median(values, axis=1))
    weak, strong = noise[order[: len(order) // 4]], noise[order[-len(order) // 4 :]]
    assert weak.std() > 1.3 * strong.std()
    scaled = noise / noise.std(axis=1, keepdims=True)
    # A normal sample of 24 exceeds 3.5 sd of its own in 1 of 20,000 values.
    assert (np.abs(scaled) > 3.5).mean() > 5e-4


@pytest.mark.parametrize(
    ("name", "size", "per"),
    [("subject_sd", 1.0, "subject"), ("batch_sd", 0.2, "batch"), ("loading_sd", 0.3, "sample")],
)
def test_each_source_of_variation_is_its_own(name, size, per):
    """With one source switched on, values differ between its groups only, by the stated amount."""
    arguments = dict.fromkeys([*QUIET, "noise_sd"], 0.0) | {name: size, "n_patients": 40}
    simulated = simulate(null=True, n_peptidoforms=800, states=("responder",), **arguments)
    forms = simulated.peptidoforms
    order = simulated.samples.sort_values("sample")
    single = forms[(forms["multiplicity"] == 1) & (forms["kind"] == "background")]
    single = single[~single.duplicated(["protein", "sites"], keep=False)]
    key = simulated.sites["Protein"] + "_" + simulated.sites["Amino acid"]
    key += simulated.sites["Position"].astype(str)
    rows = key.isin(single["protein"] + "_" + single["sites"]).to_numpy()
    values = pd.DataFrame(cells(simulated)[rows])
    grouped = values.T.groupby(order[per].to_numpy())
    assert (grouped.max() - grouped.min()).to_numpy().max() < 1e-3
    spread = grouped.mean().std(ddof=1)
    assert np.sqrt((spread**2).mean()) == pytest.approx(size, rel=0.3)


def test_akt_s473_and_s6k1_t412_are_hardly_seen(cohort):
    """AKT1 S473 is seen in a few samples only, S6K1 T412 in at most one or two."""
    forms = cohort.peptidoforms
    seen = dict(zip(forms["gene"] + "_" + forms["sites"], forms["n_detected"], strict=True))
    assert 1 <= seen["AKT1_S473"] <= 6
    assert seen["RPS6KB1_T412"] <= 2
    assert seen["AKT1S1_T246"] >= 12

"""The noise of one subject: its replicates, a noise model, or the pair itself, in that order."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from phosres import fit_noise_model, stats
from phosres.contrasts import PAIR_CORRELATION, contrast
from phosres.errors import DataError

PAIR = [("A", "pre"), ("A", "on")]
TWO = [("A", "pre"), ("A", "pre"), ("A", "on"), ("A", "on")]
UNEQUAL = [("A", "pre"), ("A", "on"), ("A", "on"), ("A", "on")]
PANEL = [("L", "x")] * 5
nan = np.nan


def own(values: np.ndarray, on: np.ndarray) -> stats.PairNoise:
    """The pair's own spread of the means of both sides."""
    pre, post = np.nanmean(values[:, ~on], axis=1), np.nanmean(values[:, on], axis=1)
    return stats.fit_pair_noise(post - pre, (pre + post) / 2)


@pytest.fixture(scope="module")
def panel(make, noise):
    """A noise model of five replicates elsewhere."""
    return fit_noise_model(make(noise(1, PANEL, n=800), PANEL))


@pytest.mark.parametrize("sheet", [TWO, UNEQUAL])
def test_replicates_are_the_noise_with_the_pair_as_a_floor(make, noise, sheet):
    """The larger of the moderated error and the pair's own scale, with the fewer df."""
    values = noise(2, sheet, n=600)
    effects = contrast(make(values, sheet), pre="pre", on="on").effects[0]
    assert (effects.noise, effects.n_of_one) == ("replicates", True)
    on = np.array([c == "on" for _, c in sheet])
    design = np.column_stack([np.ones(len(sheet)), on])
    fit = stats.moderated(values, design, 1, trend=True, robust=True)
    pair = own(values, on)
    floored = pair.scale > fit.se
    assert floored.any()
    assert not floored.all()
    assert_allclose(effects.table["log2fc"], fit.log2fc)
    assert_allclose(effects.table["se"], np.maximum(fit.se, pair.scale))
    assert_allclose(effects.table["df"], np.where(floored, np.minimum(pair.df, fit.df), fit.df))
    assert "n of 1 with replicates" in effects.method
    assert "not below the pair's own spread" in effects.method


def test_a_known_spread_between_biopsies_replaces_the_floor(make, noise):
    """Variances add; only the part of the replicates is estimated (Satterthwaite)."""
    values = noise(3, TWO, n=600)
    effects = contrast(make(values, TWO), pre="pre", on="on", biopsy_sd=0.3).effects[0]
    design = np.column_stack([np.ones(4), [0, 0, 1, 1]])
    fit = stats.moderated(values, design, 1, trend=True, robust=True)
    se = np.sqrt(fit.se**2 + 2 * 0.3**2)
    assert_allclose(effects.table["se"], se)
    assert_allclose(effects.table["df"], fit.df * se**4 / fit.se**4)
    assert effects.method.endswith("with a standard deviation of 0.3 log2 between biopsies")


def test_replicates_find_what_one_pair_cannot(make, noise):
    """A change of 1.5 in a few features: more of them are found with three samples a side."""
    found = []
    for n in (1, 3):
        sheet = [("A", "pre")] * n + [("A", "on")] * n
        values = noise(4, sheet, n=2000)
        values[:60, n:] += 1.5
        table = contrast(make(values, sheet), pre="pre", on="on", biopsy_sd=0.0).effects[0].table
        found.append(int((table["p"].iloc[:60] < 0.05 / 4).sum()))
    assert found[1] > 2 * found[0]


def test_size_with_replicates_of_null_specimens(make):
    """Two specimens that differ beyond their replicates: the floor keeps the size at 5 and 1 %."""
    rng = np.random.default_rng(5)
    p = []
    for _ in range(8):
        own_level = 0.4 * rng.standard_t(4, (2000, 2))[:, [0, 0, 1, 1]]
        values = rng.normal(24, 2, (2000, 1)) + own_level + rng.normal(0, 0.15, (2000, 4))
        p.append(contrast(make(values, TWO), pre="pre", on="on").effects[0].table["p"])
    assert 0.03 <= np.mean(np.concatenate(p) < 0.05) <= 0.06
    assert np.mean(np.concatenate(p) < 0.01) <= 0.015


def test_replicates_without_a_second_value_are_a_pair(make, noise):
    """Where no feature has two values on a side, the pair's own spread is all there is."""
    values = noise(6, UNEQUAL, n=400)
    values[:200, 2:] = nan
    values[200:, [1, 3]] = nan
    assert contrast(make(values, UNEQUAL), pre="pre", on="on").effects[0].noise == "pair"


def test_correlation_of_forms_is_taken_from_replicates(make):
    """Where the replicates tell it, and never below the assumption where the pair is the floor."""
    sheet = [("A", "pre")] * 4 + [("A", "on")] * 4
    rng = np.random.default_rng(7)
    common = rng.normal(size=(150, 1, 8))
    values = 24 + (np.sqrt(0.3) * common + np.sqrt(0.7) * rng.normal(size=(150, 2, 8))) * 0.3
    genes = [f"P{i // 2}" for i in range(300)]
    table = make(values.reshape(300, 8), sheet, genes=genes)
    known = contrast(table, pre="pre", on="on", biopsy_sd=0.2).effects[0].correlation
    assert known["stretch"] == pytest.approx(0.3, abs=0.12)
    assert known["between"] == PAIR_CORRELATION["between"]
    assert "estimated" in known["origin"]
    floored = contrast(table, pre="pre", on="on").effects[0].correlation
    assert floored["stretch"] == PAIR_CORRELATION["stretch"]


def test_a_noise_model_is_looked_up_by_rank(make, noise, panel):
    """s0 at the panel's intensity of the same quantile, d0 df; another unit changes nothing."""
    values = noise(8, PAIR, n=700)
    effects = contrast(make(values, PAIR), pre="pre", on="on", noise_model=panel).effects[0]
    assert effects.noise == "noise_model"
    ranks = np.argsort(np.argsort(values.mean(axis=1)))
    at = np.interp((ranks + 0.5) / 700, np.linspace(0, 1, 11), panel.model.intensity)
    assert_allclose(effects.table["se"], np.sqrt(2) * panel.model.at(at))
    assert_allclose(effects.table["df"], panel.model.d0)
    elsewhere = contrast(make(values - 9, PAIR), pre="pre", on="on", noise_model=panel).effects[0]
    assert_allclose(elsewhere.table["se"], effects.table["se"])
    assert "Caution" not in effects.method
    wide = contrast(
        make(values, PAIR), pre="pre", on="on", noise_model=panel, biopsy_sd=0.5
    ).effects[0]
    assert_allclose(wide.table["se"], np.sqrt(effects.table["se"] ** 2 + 2 * 0.5**2))


def test_replicates_come_before_a_noise_model(make, noise, panel):
    """What the subject shows itself is better than what others show."""
    table = make(noise(9, TWO, n=600), TWO)
    assert contrast(table, pre="pre", on="on", noise_model=panel).effects[0].noise == "replicates"


def test_a_pair_unlike_the_panel_is_cautioned_about(make, noise, panel):
    """Depth, range of intensity and the pair's own spread beyond the panel's are said."""
    few = noise(10, PAIR, n=300)
    few = 22 + 3 * (few - 22)
    text = contrast(make(few, PAIR), pre="pre", on="on", noise_model=panel).effects[0].method
    assert "Caution: intensities spread" in text
    assert "Caution: 300 features against 800 in the panel" in text
    assert "times as much as replicates of the panel do" in text


def test_a_noise_model_of_intensities_is_not_for_ratios(make, noise, panel):
    """Ratios hold no amounts to look the noise up by."""
    table = make(noise(11, PAIR, n=300), PAIR, scale="log2_ratio")
    with pytest.raises(DataError, match="noise model is for intensities, but the table holds rat"):
        contrast(table, pre="pre", on="on", noise_model=panel)


def test_multiply_phosphorylated_and_unsure_forms_have_noise_of_their_own(make):
    """Forms with two phosphates that are twice as noisy get twice the error."""
    rng = np.random.default_rng(12)
    noisy = np.arange(2000) % 5 == 0
    values = rng.normal(24, 2, (2000, 1)) + np.where(noisy, 0.6, 0.3)[:, None] * rng.normal(
        size=(2000, 2)
    )
    table = make(values, PAIR)
    table.features["multiplicity"] = np.where(noisy, 2, 1)
    se = contrast(table, pre="pre", on="on").effects[0].table["se"].to_numpy()
    assert np.median(se[noisy]) / np.median(se[~noisy]) == pytest.approx(2, rel=0.15)

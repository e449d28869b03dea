"""Stable references: what a list matches, what may not be on it, and what the checks say."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from phosres.errors import DataError
from phosres.normalization import (
    choose_methods,
    find_stable,
    median_of_ratios,
    mode_of_ratios,
    normalize,
)
from phosres.normalization._shifts import median_error, mode_error
from phosres.readers import read_site_list

WINDOW = "AAAAAKESPEKEAAA"


def draw(n: int = 400, k: int = 6, sd: float = 0.3, seed: int = 0) -> np.ndarray:
    """Values with levels of features and noise."""
    rng = np.random.default_rng(seed)
    return rng.normal(24, 2, (n, 1)) + rng.normal(0, sd, (n, k))


def named(make, values: np.ndarray, **columns: dict[int, str]):
    """Make a table with some cells of its features filled in."""
    table = make(values)
    features = table.features.copy()
    for column, cells in columns.items():
        for row, text in cells.items():
            features.iloc[row, features.columns.get_loc(column)] = text
    return replace(table, features=features)


def sites(*rows: dict[str, str]) -> pd.DataFrame:
    """Make a list of sites."""
    return pd.DataFrame([{"window": "", "protein": "", "gene": "", "site": ""} | r for r in rows])


def test_a_list_matches_by_window_accession_or_gene(make):
    """Each way finds its feature; another site, or one site of two, does not."""
    table = named(
        make,
        draw(8),
        gene={0: "AAA", 1: "BBB", 2: "CCC", 3: "CCC", 4: "CCC"},
        protein={1: "P11111-2", 2: "P22222"},
        proteins={1: "P11111-2", 2: "P22222"},
        sites={0: "S9", 1: "S10", 2: "S20", 3: "S20;S30", 4: "T7"},
        window={0: f"XX{WINDOW}XX"},
    )
    listed = sites(
        {"window": WINDOW[2:-2]},
        {"protein": "P11111", "site": "S10"},
        {"gene": "ccc", "site": "S20"},
    )
    listed.loc[0, "window"] = WINDOW
    found = find_stable(table, listed)
    assert np.flatnonzero(found.mask).tolist() == [0, 1, 2]
    assert found.text == "3 features on a list of 3 stable sites"


def test_no_readout_is_a_reference(make):
    """A curated site, or any other site of a curated protein, is left out and counted."""
    table = named(
        make,
        draw(6),
        gene={0: "RPS6", 1: "TTN", 2: "X", 3: "TTN"},
        proteins={2: "Q00000;P62753"},
        sites={0: "S148", 1: "S5", 2: "S6", 3: "S7"},
        site_ids={3: "AKT1_S473"},
    )
    names = (("RPS6", "S148"), ("TTN", "S5"), ("X", "S6"), ("TTN", "S7"))
    found = find_stable(table, sites(*({"gene": g, "site": s} for g, s in names)))
    assert np.flatnonzero(found.mask).tolist() == [1]
    assert "3 more lie on proteins with readouts" in found.text
    assert not find_stable(table).mask[[0, 2, 3]].any()


def test_without_a_list_the_least_variable_stand_in(make):
    """100 quiet features among 1,000 are found, and align samples of which 40 % fell by 1.5."""
    values = draw(1000, sd=0.4)
    values[:100] = draw(100, sd=0.02, seed=1)
    values[600:, 3:] -= 1.5
    table = make(values)
    found = find_stable(table)
    assert found.mask[:100].sum() >= 95
    assert "no list of stable sites was given" in found.text
    out = normalize(table, method="stable_sites")
    left = out.values.to_numpy()[100:600]
    assert abs(left[:, 3:].mean() - left[:, :3].mean()) < 0.05
    plain = normalize(table).values.to_numpy()[100:600]
    assert plain[:, 3:].mean() - plain[:, :3].mean() > 0.2


def test_a_list_sees_a_shift_that_most_features_share(make):
    """With 60 % down only sites known to be stable tell; the majority's methods do not."""
    values = draw(1000)
    values[400:, 3:] -= 1.5
    table = named(
        make, values, gene={i: f"G{i}" for i in range(40)}, sites=dict.fromkeys(range(40), "S1")
    )
    listed = find_stable(table, sites(*({"gene": f"G{i}", "site": "S1"} for i in range(40))))
    out = normalize(table, method="stable_sites", reference=listed).values.to_numpy()[:400]
    assert abs(out[:, 3:].mean() - out[:, :3].mean()) < 0.1
    other = normalize(table).values.to_numpy()[:400]
    assert other[:, 3:].mean() - other[:, :3].mean() > 0.7


def test_the_audit_uses_a_list_only_if_there_is_one(make):
    """Stable sites derived from the table follow the majority as the default does."""
    table = make(draw())
    chosen = choose_methods(table)
    assert chosen.used.name == "median_of_ratios"
    assert [m.name for m in chosen.others] == ["column_median", "quantile"]
    listed = choose_methods(table, "none", stable=find_stable(table))
    assert [m.name for m in listed.others] == [
        "median_of_ratios",
        "stable_sites",
        "column_median",
        "quantile",
    ]
    assert "stable_sites" in [m.name for m in listed.shown]
    assert "cyclic_loess" not in [m.name for m in listed.shown]


def test_errors_of_shifts_are_their_scatter():
    """Over 150 tables the scatter of a sample's shift is the stated error."""
    found = {"median": [], "mode": []}
    for seed in range(150):
        values = draw(500, 4, sd=0.5, seed=seed)
        found["median"].append(median_of_ratios(values)[0][0])
        found["mode"].append(mode_of_ratios(values)[0][0])
    median, mode = (np.std(found[k]) for k in ("median", "mode"))
    assert median_error(values, np.zeros(4))[0] == pytest.approx(median, rel=0.25)
    assert mode_error(values, np.zeros(4))[0] == pytest.approx(mode, rel=0.25)


def test_a_table_that_is_aligned_says_so(make):
    """Equal medians, or shifts of nothing but rounding, are recognised; others are not."""
    values = draw()
    text = normalize(make(values - np.median(values, axis=0))).history[-1].text
    assert "it was normalised before (by its medians)" in text
    once = normalize(make(values)).values.to_numpy().round(3)
    assert "aligned that way already" in normalize(make(once)).history[-1].text
    assert "already" not in normalize(make(values + np.arange(6.0))).history[-1].text


def test_one_sample_is_left_as_it_is(make):
    """There is nothing to align it to, and few features are no reason to refuse it."""
    table = make(draw(10, 1))
    out = normalize(table)
    assert_allclose(out.values, table.values)
    assert "one sample" in out.history[-1].text


def test_a_nearly_empty_sample_is_named(make):
    """Values in 6 % of the features: a warning with the sample."""
    values = draw(1000)
    values[60:, 2] = np.nan
    (warning,) = normalize(make(values)).history[-1].warnings
    assert "S3 (6%)" in warning


def test_lists_are_read_with_their_usual_headers(tmp_path: Path):
    """Gene and site, or windows; columns that are not there are empty."""
    path = tmp_path / "stable.csv"
    path.write_text("Gene Symbol,Site,Comment\nTTN,s33,quiet\nTTN,T7,\n", "utf-8")
    frame = read_site_list(path)
    assert frame.to_dict("list") == {
        "window": ["", ""],
        "protein": ["", ""],
        "gene": ["TTN", "TTN"],
        "site": ["S33", "T7"],
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name\tnumber\nA\t1\n", "no column that names sites"),
        ("gene\tsite\nTTN\t33\nTTN\tS3\n", r"stable.tsv:2: the row names no site"),
        ("window\nSPEK\n", "odd window of at least 11 residues"),
    ],
)
def test_lists_that_name_no_site_are_refused(tmp_path: Path, text: str, message: str):
    """The row, what was expected and what to write are told."""
    path = tmp_path / "stable.tsv"
    path.write_text(text, "utf-8")
    with pytest.raises(DataError, match=message):
        read_site_list(path)

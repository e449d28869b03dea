"""One measurement is one piece of evidence; numbers off by one are corrected; order is nothing."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phosres.identity import identify
from phosres.knowledge import load, match_sites
from phosres.table import PhosphoTable

Make = Callable[..., PhosphoTable]
SITES = load().sites


def test_paralogs_with_the_same_values_are_one_measurement(make: Make) -> None:
    """ERK1 and ERK2 of a gene table: one feature carries both sites, the other is named as it."""
    rows = [{"gene": "MAPK3", "sites": "Y204"}, {"gene": "MAPK1", "sites": "Y187"}]
    same = identify(make(rows, np.array([[20.0, 21.0], [20.0, 21.0]])))
    assert same.features["site_ids"].tolist() == ["MAPK3_Y204;MAPK1_Y187", ""]
    assert same.features.loc["f1", "site_notes"] == "the same measurement as f0"
    assert any("f1 as f0" in warning for warning in same.warnings)
    other = identify(make(rows, np.array([[20.0, 21.0], [20.0, 22.0]])))
    assert other.features["site_ids"].tolist() == ["MAPK3_Y204", "MAPK1_Y187"]
    assert other.warnings == ()


def test_equal_values_of_other_proteins_are_not_joined(make: Make) -> None:
    """Only sites that share a peptide can be one measurement; empty rows never are."""
    rows = [{"gene": "RPS6", "sites": "S240"}, {"gene": "MTOR", "sites": "S2448"}]
    found = identify(make(rows, np.array([[20.0, 21.0]] * 2)))
    assert found.features["site_ids"].tolist() == ["RPS6_S240", "MTOR_S2448"]
    erk = [{"gene": "MAPK3", "sites": "Y204"}, {"gene": "MAPK1", "sites": "Y187"}]
    empty = identify(make(erk, np.full((2, 2), np.nan)))
    assert empty.features["site_ids"].tolist() == ["MAPK3_Y204", "MAPK1_Y187"]


def off_by(by: int, n: int = 12) -> list[dict[str, str]]:
    """Make rows with the windows of curated sites and numbers that are off."""
    names = [s for s in SITES.values() if not s.same_window_in][:n]
    return [
        {"gene": s.gene, "window": s.window15, "sites": f"{s.residue}{s.position + by}"}
        for s in names
    ]


@pytest.mark.parametrize("by", [1, -1])
def test_numbers_off_by_one_are_corrected(make: Make, by: int) -> None:
    """Ten sites with windows prove it for the whole table, also for rows without a window."""
    rows = [*off_by(by), {"gene": "MTOR", "sites": f"S{2448 + by}"}]
    found = identify(make(rows))
    assert found.features["sites"].tolist()[-1] == "S2448"
    assert found.features["site_ids"].tolist()[-1] == "MTOR_S2448"
    (warning,) = found.warnings
    assert "off by one: 12 of 12" in warning
    assert f"{-by:+d} was added" in warning


def test_a_few_isoform_numbers_are_no_shift(make: Make) -> None:
    """Nine sites, or less than four of five, leave the numbers as they are."""
    few = identify(make(off_by(1, 9)))
    assert few.features["sites"].iloc[0] == off_by(1)[0]["sites"]
    mixed = [*off_by(1)[:9], *off_by(0)[9:]]
    assert identify(make(mixed)).features["sites"].iloc[0] == mixed[0]["sites"]


FOREIGN = ["AAAAAAASAAAAAAA", "", "PPPPPPPTPPPPPPP", "?????RSRS?????", "X"]
NOISE = [
    {"gene": f"NOISE{i}", "protein": f"A0A0{i:05d}", "sites": f"S{i + 1}", "window": window}
    for i, window in enumerate(FOREIGN * 6)
]
SIGNAL = [
    {"gene": s.gene, "protein": "", "sites": s.site, "window": s.window15 if i % 2 else ""}
    for i, s in enumerate(SITES.values())
][:60]


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(range(len(SIGNAL) + len(NOISE))), kept=st.sets(st.integers(0, 29)))
def test_neither_order_nor_noise_changes_a_match(order: list[int], kept: set[int]) -> None:
    """Any order of rows and any foreign proteins among them give the same sites."""
    rows = SIGNAL + NOISE
    names = [f"f{i}" for i in range(len(rows))]
    frame = pd.DataFrame(rows, index=names).fillna("")
    plain = match_sites(frame.iloc[: len(SIGNAL)], load())
    chosen = [i for i in order if i < len(SIGNAL) or i - len(SIGNAL) in kept]
    shuffled = match_sites(frame.iloc[chosen], load())
    key = ["feature", "site_id"]
    assert (
        shuffled.sort_values(key, ignore_index=True)
        .equals(plain.sort_values(key, ignore_index=True))
    )  # fmt: skip

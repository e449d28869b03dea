"""Peptidoforms become sites: which form stands for a site, and what is told of the others."""

import numpy as np
import pandas as pd
import pytest

from phosres.exports import Matrix, show_changes, show_measured, to_sites
from tests.exports.conftest import S235, S236, Small

FLANK = "A" * 7 + "{}" + "C" * 7


def matrix(rows: list[tuple[str, str, str, int | None, list[float]]]) -> Matrix:
    """Forms as (gene, sites, windows, phosphates, values)."""
    names = [f"f{i}" for i in range(len(rows))]
    frame = pd.DataFrame(
        [r[:4] for r in rows], index=names, columns=["gene", "sites", "window", "multiplicity"]
    )
    frame["multiplicity"] = frame["multiplicity"].astype("Int64")
    values = pd.DataFrame([r[4] for r in rows], index=names, columns=["x", "y"], dtype=float)
    return Matrix(values, frame, pd.DataFrame(index=["x", "y"]), "log2")


NAN = float("nan")
S, T = FLANK.format("S"), FLANK.format("T")


@pytest.mark.parametrize(
    ("forms", "taken"),
    [
        ([("G", "S9", S, 2, [9, 9]), ("G", "S9", S, 1, [1, NAN])], "f1"),  # fewest phosphates
        ([("G", "S9", S, 1, [9, NAN]), ("G", "S9", S, 1, [1, 1])], "f1"),  # then most values
        ([("G", "S9", S, 1, [1, 1]), ("G", "S9", S, 1, [2, 1])], "f1"),  # then highest mean
        ([("G", "S9", S, 1, [1, 1]), ("G", "S9", S, 1, [1, 1])], "f0"),  # then the name
        ([("G", "S9;T12", f"{S};{T}", None, [9, 9]), ("G", "S9", S, None, [1, 1])], "f1"),
        ([("G", "S9", S, 1, [NAN, NAN]), ("G", "S9", S, 1, [-5, NAN])], "f1"),  # a value beats none
    ],
)
def test_one_measured_form_stands_for_a_site(forms: list, taken: str) -> None:
    """In the order of the rule; its values are taken whole and nothing is averaged."""
    found = to_sites(matrix(forms))
    assert found.rows.loc[f"{S}-p", "peptidoform"] == taken
    expected = forms[int(taken[1])][4]
    np.testing.assert_array_equal(found.values.loc[f"{S}-p"], expected)
    assert found.rows.loc[f"{S}-p", "n_forms"] == 2


def test_every_form_is_accounted_for() -> None:
    """Forms in = forms used + forms left out; a form with two sites is told."""
    made = matrix(
        [
            ("G", "S9", S, 1, [1, 1]),
            ("H", "S7", S, 1, [0, 0]),  # the same stretch in another protein
            ("G", "S9;T12", f"{S};{T}", 2, [2, 2]),
            ("G", "S30;T40", f"{FLANK.format('S')[::-1]};{FLANK.format('T')[::-1]}", 2, [3, 3]),
            ("K", "S1", "", 1, [4, 4]),
            ("K", "S3", "?AAAAAASCCCCCCC", 1, [5, 5]),
        ]
    )
    found = to_sites(made)
    told = {x.reason.split(":")[0]: (x.rows, x.kept) for x in found.losses}
    assert told == {
        "no complete 15-mer window around any of its sites": (2, False),
        "another peptidoform stands for each of its sites": (1, False),
        "stands for several sites": (1, True),
    }
    assert len(set(found.rows["peptidoform"])) + 3 == 6
    assert list(found.rows.loc[[f"{T}-p"], "peptidoform"]) == ["f2"]


def test_flanking_ids_are_as_ptmsea_takes_them(small: Small) -> None:
    """15 residues, underscores beyond the ends, the phosphate in the centre, -p; no id twice."""
    found = to_sites(show_measured(small.measured.normalized))
    assert found.rows.index.is_unique
    assert found.rows.index.str.fullmatch(r"[A-Z_]{7}[STY][A-Z_]{7}-p").all()
    assert found.rows.loc[f"{S235}-p", "sites"] == "S235"
    assert found.rows.loc[f"{S236}-p", "peptidoform"] == found.rows.loc[f"{S236}-p"].peptidoform
    assert found.rows.loc[f"{S236}-p", "multiplicity"] == 2
    forms = small.measured.normalized.features
    left_out = sum(x.rows for x in found.losses if not x.kept)
    assert found.rows["peptidoform"].nunique() + left_out == len(forms)


def test_gene_ids_are_those_of_the_curated_sites(small: Small) -> None:
    """What the network calls a site is what the matrix calls it."""
    found = to_sites(show_measured(small.measured.normalized), ids="gene_site")
    assert {"RPS6_S235", "RPS6_S236", "RPS6_S240", "DGEN3_S13"} <= set(found.rows.index)


def test_without_a_gene_the_protein_names_the_row() -> None:
    """Else most rows of a table without genes would be left out."""
    made = matrix([("", "S9", "", 1, [1, 1]), ("", "S9", "", 1, [2, 2])])
    named = Matrix(made.values, made.rows.assign(protein=["P1", ""]), made.columns, "log2")
    found = to_sites(named, ids="gene_site")
    assert list(found.rows.index) == ["P1_S9"]
    told = "no curated site, and no gene or protein with a site"
    assert [(x.reason, x.rows) for x in found.losses] == [(told, 1)]


def test_paralogs_share_one_row_of_the_first_curated_site() -> None:
    """One peptide of AKT1, AKT2 and AKT3 is one row, named once."""
    made = matrix([("AKT1", "T308", T, 1, [1, 1])])
    named = Matrix(
        made.values, made.rows.assign(site_ids="AKT1_T308;AKT2_T309"), made.columns, "log2"
    )
    assert list(to_sites(named, ids="gene_site").rows.index) == ["AKT1_T308"]


def test_changes_are_the_numbers_of_the_table(small: Small) -> None:
    """One column a contrast and level; NaN where the table is empty."""
    sites = small.result.table("sites")
    found = show_changes(sites)
    assert list(found.values.columns) == ["on.cohort", *(f"on.{s}" for s in "ABC")]
    cohort = sites[sites["level"] == "cohort"].set_index("feature")
    for name in ("log2fc", "se", "p"):
        np.testing.assert_array_equal(
            found.layers[name]["on.cohort"], cohort.loc[found.rows.index, name]
        )
    assert found.values.isna().to_numpy().any()
    np.testing.assert_array_equal(
        show_changes(sites, value="t").values["on.A"], found.layers["t"]["on.A"]
    )

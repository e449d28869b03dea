"""Gene names that a spreadsheet turned into dates or numbers."""

import pandas as pd
import pytest

from phosres.readers._damage import repair_genes


@pytest.mark.parametrize(
    ("cell", "gene"),
    [
        ("2-Sep", "SEPTIN2"),
        ("Sep-02", "SEPTIN2"),
        ("2016-09-02 00:00:00", "SEPTIN2"),
        ("14-Sep", "SEPTIN14"),
        ("15-Sep", "SELENOF"),
        ("5-Mar", "MARCHF5"),
        ("5-Mrz", "MARCHF5"),
        ("1-Dec", "DELEC1"),
        ("2-Sep;7-Sep", "SEPTIN2;SEPTIN7"),
        ("RPS6;2-Sep", "RPS6;SEPTIN2"),
    ],
)
def test_dates_of_one_gene_are_restored(cell: str, gene: str) -> None:
    """Day or month first, in English or German, as text or as a date; in lists too."""
    genes, warnings = repair_genes(pd.Series([cell, "MTOR"]))
    assert genes.tolist() == [gene, "MTOR"]
    assert len(warnings) == 1
    assert "1 rows" in warnings[0]
    assert f"'{cell}' as {gene}" in warnings[0]


@pytest.mark.parametrize(
    ("accession", "gene"),
    [("Q8TCQ1", "MARCHF1"), ("Q5VT66-2", "MTARC1"), ("Q9P0N8", "1-Mar"), ("", "1-Mar")],
)
def test_a_date_of_two_genes_needs_an_accession(accession: str, gene: str) -> None:
    """MARCH1 and MARC1 both became 1-Mar; an accession of MARCH2 decides nothing."""
    genes, warnings = repair_genes(pd.Series(["1-Mar"]), pd.Series([accession]))
    assert genes.tolist() == [gene]
    assert ("left as they are" in warnings[0]) == (gene == "1-Mar")


def test_names_that_are_no_damage_stay() -> None:
    """Symbols with hyphens and numbers stay without a word, dates of no gene with one."""
    plain = pd.Series(["NKX2-1", "HLA-A", "MT-CO1", "MARCHF1", ""])
    same, warnings = repair_genes(plain)
    assert same.tolist() == plain.tolist()
    assert warnings == ()
    genes, warnings = repair_genes(pd.Series(["3-Jun", "2.31E+19"]))
    assert genes.tolist() == ["3-Jun", "2.31E+19"]
    assert "'3-Jun'" in warnings[0]
    assert "'2.31E+19'" in warnings[1]
    assert "digits are lost" in warnings[1]

"""Protein tables as the programs write them: samples, groups, scales and what is left out."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from phosres.errors import DataError
from phosres.readers import read_proteins

nan = np.nan
SHEET = pd.DataFrame(
    {"subject": ["P1", "P1"], "condition": ["pre", "on"], "timepoint": "", "replicate": "",
     "batch": ""},
    index=pd.Index(["P1_pre", "P1_on"], name="sample"),
)  # fmt: skip

TABLES = {
    "maxquant_proteins": (
        "Protein IDs\tMajority protein IDs\tGene names\tIntensity P1_pre\tIntensity P1_on\t"
        "LFQ intensity P1_pre\tLFQ intensity P1_on\tOnly identified by site\tReverse\t"
        "Potential contaminant",
        "P62753;A0A1\tP62753\tRPS6\t9\t9\t1024\t4096\t\t\t",
        "P04637\tP04637\tTP53\t9\t9\t0\t2048\t\t\t",
    ),
    "fragpipe_proteins": (
        "Protein\tProtein ID\tEntry Name\tGene\tP1_pre Spectral Count\tP1_pre Intensity\t"
        "P1_on Intensity\tP1_pre Unique Intensity\tP1_pre MaxLFQ Intensity\tP1_on MaxLFQ Intensity",
        "sp|P62753|RS6_HUMAN\tP62753\tRS6_HUMAN\tRPS6\t3\t9\t9\t9\t1024\t4096",
        "sp|P04637|P53_HUMAN\tP04637\tP53_HUMAN\tTP53\t3\t9\t9\t9\t0\t2048",
    ),
    "spectronaut_proteins": (
        "PG.ProteinGroups\tPG.Genes\t[1] P1_pre.raw.PG.Quantity\t[2] P1_on.raw.PG.Quantity",
        "P62753\tRPS6\t1024\t4096",
        "P04637\tTP53\tNaN\t2048",
    ),
    "discoverer_proteins": (
        "Accession\tGene Symbol\tContaminant\tAbundance: F1: Sample\tAbundance: F2: Sample\t"
        "Abundances (Normalized): F1: Sample\tAbundances (Normalized): F2: Sample",
        "P62753\tRPS6\tFalse\t9\t9\t1024\t4096",
        "P04637\tTP53\tFalse\t9\t9\t\t2048",
    ),
    "wide_proteins": (
        "Protein.Group\tProtein.Ids\tProtein.Names\tGenes\tFirst.Protein.Description\t"
        "D:\\runs\\P1_pre.raw\tD:\\runs\\P1_on.raw",
        "P62753\tP62753\tRS6_HUMAN\tRPS6\t\t1024\t4096",
        "P04637\tP04637\tP53_HUMAN\tTP53\t\t\t2048",
    ),
}  # fmt: skip
PROTEIN_SAMPLES = {"discoverer_proteins": ["F1: Sample", "F2: Sample"]}


def write(path: Path, *lines: str) -> Path:
    """Write a table."""
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("name", TABLES)
def test_each_program_is_read(tmp_path: Path, name: str):
    """Log2 of the best amounts, missing where there is none, accessions and genes."""
    sheet = SHEET.assign(protein_sample=PROTEIN_SAMPLES.get(name, list(SHEET.index)))
    table = read_proteins(write(tmp_path / "p.tsv", *TABLES[name]), sheet)
    assert table.source.format == name
    assert_allclose(table.values.to_numpy(), [[10, 12], [nan, 11]])
    assert table.features["protein"].to_list() == ["P62753", "P04637"]
    assert table.features["gene"].to_list() == ["RPS6", "TP53"]
    assert list(table.values.columns) == ["P1_pre", "P1_on"]
    assert table.warnings == ()


def test_plain_tables_may_name_genes_only_and_be_log2(tmp_path: Path):
    """Gene beside log2 values; a second row of a gene keeps a name of its own."""
    path = write(tmp_path / "p.csv", "gene,P1_pre,P1_on", "RPS6,20.5,21", "RPS6,19,18.5")
    table = read_proteins(path, SHEET)
    assert_allclose(table.values.to_numpy(), [[20.5, 21], [19, 18.5]])
    assert table.values.index.to_list() == ["RPS6", "RPS6 (2)"]


def test_rows_that_are_no_proteins_are_counted(tmp_path: Path):
    """Decoys, contaminants and groups identified by a site only are losses with their reason."""
    header, first, _ = TABLES["maxquant_proteins"]
    rows = (
        "x\tREV__P1\t\t1\t1\t1024\t1024\t\t+\t",
        "x\tCON__P2\t\t1\t1\t1024\t1024\t\t\t+",
        "x\tP3\t\t1\t1\t1024\t1024\t+\t\t",
        "x\t\t\t1\t1\t1024\t1024\t\t\t",
    )
    table = read_proteins(write(tmp_path / "p.txt", header, first, *rows), SHEET)
    assert table.n_features == 1
    assert {x.reason: x.rows for x in table.losses} == {
        "reverse sequence (decoy)": 1,
        "contaminant": 1,
        "protein identified by a modified site only": 1,
        "neither protein nor gene is named": 1,
    }


def test_samples_without_proteome_are_named(tmp_path: Path):
    """One of two columns: the other is empty, and a warning says so."""
    path = write(tmp_path / "p.tsv", "protein\tP1_pre", "P62753\t20", "P04637\t22")
    table = read_proteins(path, SHEET)
    assert table.values["P1_on"].isna().all()
    assert "no column of P1_on" in table.warnings[0]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (("name\tP1_pre", "a\t20"), "no column of accessions or genes"),
        (("gene\tP1_pr\tP1_o", "A\t20\t21"), "no sample of the sheet is in the protein table"),
    ],
)
def test_tables_that_cannot_be_used_are_refused(tmp_path: Path, lines, message: str):
    """What is missing is told with what was found."""
    with pytest.raises(DataError, match=message):
        read_proteins(write(tmp_path / "p.tsv", *lines), SHEET)


def test_one_column_is_one_sample(tmp_path: Path):
    """Two samples that name one column are refused."""
    path = write(tmp_path / "p.tsv", "protein\tA", "P62753\t20")
    with pytest.raises(DataError, match="P1_pre and P1_on are one column"):
        read_proteins(path, SHEET.assign(protein_sample="A"))

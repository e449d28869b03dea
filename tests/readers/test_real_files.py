"""Every real file beside the repository: read as expected, or refused for the expected reason."""

import csv
from pathlib import Path

import numpy as np
import pytest

from phosres.errors import DataError
from phosres.readers import read, sketch_samples

SHARED = Path(__file__).parents[3] / "shared"
with (Path(__file__).parent / "expected_real.tsv").open(encoding="utf-8", newline="") as stream:
    EXPECTED = list(csv.DictReader(stream, delimiter="\t"))
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not SHARED.is_dir(), reason=f"the real tables are not at {SHARED}"),
]


def test_every_file_has_an_expectation():
    """No real file is left out."""
    files = [*SHARED.glob("formats/*/*"), *SHARED.glob("data/*/original/*")]
    names = {p.relative_to(SHARED).as_posix() for p in files if p.name != "README.md"}
    assert names == {row["file"] for row in EXPECTED}


@pytest.mark.parametrize("expected", EXPECTED, ids=[row["file"] for row in EXPECTED])
def test_real_file(expected, account):
    """Format, rows, features, samples, scale and missing share, or the reason of refusal."""
    path = SHARED / expected["file"]
    if expected["refused"]:
        with pytest.raises(DataError) as error:
            read(path, sketch_samples(path).assign(subject="s", condition="c"))
        assert expected["refused"] in str(error.value)
        return
    table = read(path, sketch_samples(path).assign(subject="s", condition="c"))
    found = {
        "format": table.source.format,
        "rows": str(table.source.rows),
        "features": str(table.n_features),
        "samples": str(table.n_samples),
        "scale": table.scale,
        "original": table.source.original_scale,
        "missing": f"{np.isnan(table.values.to_numpy()).mean():.3f}",
    }
    assert found == {key: expected[key] for key in found}
    assert account(table) == table.source.rows


def test_spectronaut_normal_report_of_one_run(account):
    """The runs of this excerpt hold a peptide or two each; one run is read, its site is right."""
    path = SHARED / "formats" / "spectronaut_report" / "MSstats_PTM_Report.csv"
    sheet = sketch_samples(path).assign(subject="s", condition="c")
    table = read(path, sheet[sheet["sample"].str.endswith("Honly_ind_01")])
    assert table.features.loc["DNM1L_S616_M1", "protein"] == "O00429"
    assert account(table) == table.source.rows


@pytest.mark.parametrize(
    ("study", "file", "features"),
    [
        ("francavilla2016_hela_egf_tgfa", "CFR_STY_2016.csv.gz", 4_574),
        ("huang2017_pdx_excerpt", "BreastCancerDatatest.xlsx", 758),
        ("panoply_lscc_gct_pairs", "example_input.gct.gz", 1_345),
    ],
)
def test_studies_with_their_sheets(study, file, features, account):
    """Untouched files are read with the sample sheet of the study."""
    table = read(
        SHARED / "data" / study / "original" / file, SHARED / "data" / study / "samples.tsv"
    )
    assert table.n_features == features
    assert account(table) == table.source.rows

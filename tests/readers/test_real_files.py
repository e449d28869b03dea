"""Every real file beside the repository: read as expected, or refused for the expected reason.

``python -m tests.readers.test_real_files`` writes what the files give today into
``expected_real.tsv``; look at the difference before it is committed.
"""

import csv
from pathlib import Path

import numpy as np
import pytest

from phosres.errors import DataError
from phosres.identity import identify
from phosres.knowledge import load
from phosres.readers import read, sketch_samples

SHARED = Path(__file__).parents[3] / "shared"
TABLE = Path(__file__).parent / "expected_real.tsv"
READOUTS = ("S6_S235_S236", "S6_S240_S244", "4EBP1", "AKT_S473")
with TABLE.open(encoding="utf-8", newline="") as stream:
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


def _read(expected):
    path = SHARED / expected["file"]
    return read(path, sketch_samples(path).assign(subject="s", condition="c"))


def _summarise(table):
    missing = np.isnan(table.values.to_numpy()).mean()
    return {
        "format": table.source.format,
        "rows": str(table.source.rows),
        "features": str(table.n_features),
        "samples": str(table.n_samples),
        "scale": table.scale,
        "original": table.source.original_scale,
        "missing": f"{missing:.3f}",
    }


def _find_readouts(table, species):
    """List the sites of the four readouts that are always reported, as far as they were found."""
    ids = set(";".join(identify(table, species=species).features["site_ids"]).split(";"))
    readouts = (load().readouts[name] for name in READOUTS)
    return ",".join(
        dict.fromkeys(m.site_id for r in readouts for m in r.members if m.site_id in ids)
    )


@pytest.mark.parametrize("expected", EXPECTED, ids=[row["file"] for row in EXPECTED])
def test_real_file(expected, account):
    """Format, rows, features, samples, scale and missing share, or the reason of refusal."""
    if expected["refused"]:
        with pytest.raises(DataError) as error:
            _read(expected)
        assert expected["refused"] in str(error.value)
        return
    table = _read(expected)
    found = _summarise(table)
    found["readouts"] = _find_readouts(table, expected["species"])
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


def _write_expectations():
    columns = ["file", "species", "format", "rows", "features", "samples", "scale", "original"]
    columns += ["missing", "readouts", "refused"]
    rows = []
    for expected in EXPECTED:
        row = {"file": expected["file"], "species": expected.get("species") or "human"}
        try:
            table = _read(expected)
            row |= _summarise(table) | {"readouts": _find_readouts(table, row["species"])}
        except DataError as error:
            message = error.problems[0].message
            row["refused"] = expected["refused"] if expected["refused"] in str(error) else message
            row["refused"] = row["refused"] or message
        rows.append(row)
    with TABLE.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns, delimiter="\t", lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    _write_expectations()

"""GCT 1.3: read back by a parser of its own, and by the reader of phosres."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import phosres
from phosres.exports import Matrix, export, format_gct, show_measured, to_sites
from tests.exports.conftest import Small


def parse(content: bytes) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Values, rows and columns, read as the format's page says, without phosres."""
    lines = [line.split("\t") for line in content.decode().splitlines()]
    assert lines[0] == ["#1.3"]
    n, m, row_fields, column_fields = map(int, lines[1])
    head, body = lines[2], lines[3:]
    assert len(body) == column_fields + n
    assert {len(line) for line in body} == {1 + row_fields + m} == {len(head)}
    about, data = body[:column_fields], body[column_fields:]
    names = [line[0] for line in data]
    numbers = [[float(c.replace("NA", "nan")) for c in line[1 + row_fields :]] for line in data]
    values = pd.DataFrame(numbers, index=names, columns=head[1 + row_fields :])
    rows = pd.DataFrame(
        [line[1 : 1 + row_fields] for line in data], names, head[1 : 1 + row_fields]
    )
    columns = pd.DataFrame(
        {line[0]: line[1 + row_fields :] for line in about}, index=head[1 + row_fields :]
    )
    return values, rows, columns


def test_everything_is_in_the_file(small: Small) -> None:
    """Values to the last bit, annotation of rows and columns, NA where not measured."""
    made = to_sites(show_measured(small.measured.normalized))
    values, rows, columns = parse(format_gct(made))
    assert list(values.columns) == list(made.values.columns)
    np.testing.assert_array_equal(values.to_numpy(), made.values.to_numpy())
    assert values.isna().to_numpy().any()
    assert list(rows["geneSymbol"]) == list(made.rows["gene"])
    assert list(rows["VMsiteFlanks"] + "-p") == list(values.index)
    assert list(columns["condition"]) == list(made.columns["condition"])


def test_phosres_reads_its_own_export(small: Small, tmp_path: Path) -> None:
    """Round trip: the same sites, curated sites and values."""
    out = tmp_path / "sites.gct"
    made = export(small.config, "gct", out)
    assert made.text.startswith("118 rows x 6 columns")
    table = phosres.read(out, samples=small.folder / "samples.tsv")
    assert table.source.format == "gct"
    expected = to_sites(show_measured(small.measured.normalized))
    by_window = table.values.set_axis(table.features["window"] + "-p", axis=0)
    again = by_window.loc[expected.values.index, expected.values.columns]
    np.testing.assert_allclose(again, expected.values, rtol=1e-12)
    assert {"RPS6_S235", "RPS6_S236", "RPS6_S240"} <= set(table.features["site_ids"])


def test_names_cannot_break_the_table() -> None:
    """Tabs and line breaks become spaces; rows that repeat are a bug, said before writing."""
    rows = pd.DataFrame({"gene": ["a\tb\nc"]}, index=["r"])
    values = pd.DataFrame({"x\ty": [np.nan]}, index=["r"])
    columns = pd.DataFrame(index=["x\ty"])
    found, named, _ = parse(format_gct(Matrix(values, rows, columns, "")))
    assert list(found.columns) == ["x y"]
    assert named.loc["r", "geneSymbol"] == "a b c"
    twice = Matrix(values.loc[["r", "r"]], rows.loc[["r", "r"]], columns, "")
    with pytest.raises(ValueError, match="not unique"):
        format_gct(twice)

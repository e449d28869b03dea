"""Tables as parquet and as a workbook; a batch as a data set."""

import datetime
import io
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from phosres.batch import run_batch
from phosres.columns import SCHEMAS
from phosres.exports import export, format_parquet, format_xlsx, read_table, write_dataset
from tests.exports.conftest import Small, write_cohort

ODD = [
    "=1+1",
    "=cmd|'/c calc'!A1",
    "MARCH1",
    "SEPT2",
    "2-Sep",
    "+",
    "-",
    "@x",
    "007",
    "1e5",
    "TRUE",
]


def test_parquet_holds_every_table_with_its_types(small: Small, tmp_path: Path) -> None:
    """One file a table; the columns, kinds and numbers are those of the schema and the run."""
    export(small.run, "parquet", tmp_path / "pq")
    found = {p.stem for p in (tmp_path / "pq").glob("*.parquet")}
    assert set(SCHEMAS) <= found
    readouts = pl.read_parquet(tmp_path / "pq" / "readouts.parquet")
    expected = small.result.table("readouts")
    assert readouts.columns == list(expected.columns)
    assert readouts.schema["n_features"] == pl.Int64
    assert readouts.schema["normalization_dependent"] == pl.Boolean
    np.testing.assert_allclose(
        readouts["log2fc"].cast(float).fill_null(np.nan).to_numpy(), expected["log2fc"], rtol=1e-5
    )
    assert readouts["log2fc"].null_count() == expected["log2fc"].isna().sum() > 0
    assert readouts["q"].is_nan().sum() == 0  # what is missing is null, not NaN


def test_a_run_in_memory_gives_the_same_tables(small: Small, tmp_path: Path) -> None:
    """From the configuration as from the folder, byte for byte."""
    export(small.run, "parquet", tmp_path / "one")
    export(small.config, "parquet", tmp_path / "two")
    for path in sorted((tmp_path / "one").glob("*.parquet")):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_texts_of_a_workbook_stay_texts() -> None:
    """No formula, no date, no number is made of a text; numbers stay numbers, missing is empty."""
    openpyxl = pytest.importorskip("openpyxl", reason="pip install 'phosres[excel]'")
    n = len(ODD)
    frame = pl.DataFrame(
        {
            "name": ODD,
            "x": [1.5, None, *[0.0] * (n - 2)],
            "n": [7, None, *[0] * (n - 2)],
            "flag": [True, False, *[True] * (n - 2)],
        }
    )
    book = openpyxl.load_workbook(io.BytesIO(format_xlsx({"t": frame}, [("a", "b\x00c")])))
    assert book.sheetnames == ["about", "t"]
    assert book["about"]["B1"].value == "b c"
    cells = list(book["t"]["A"])[1:]
    assert [c.value for c in cells] == ODD
    assert {c.data_type for c in cells} == {"s"}
    assert {c.number_format for c in cells} == {"@"}
    assert not any(isinstance(c.value, datetime.date) for c in cells)
    assert [book["t"][f"{c}2"].value for c in "BCD"] == [1.5, 7, True]
    assert [book["t"][f"{c}3"].value for c in "BC"] == [None, None]


def test_a_workbook_holds_the_tables_of_a_run(small: Small, tmp_path: Path) -> None:
    """The numbers of the readouts, read back."""
    openpyxl = pytest.importorskip("openpyxl", reason="pip install 'phosres[excel]'")
    export(small.run, "xlsx", tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx", read_only=True)
    assert set(SCHEMAS) <= set(book.sheetnames)
    rows = list(book["readouts"].iter_rows(values_only=True))
    expected = small.result.table("readouts")
    assert list(rows[0]) == list(expected.columns)
    at = rows[0].index("log2fc")
    found = [np.nan if r[at] is None else r[at] for r in rows[1:]]
    np.testing.assert_allclose(found, expected["log2fc"], rtol=1e-5)


def test_a_long_table_is_refused_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet holds a million rows."""
    pytest.importorskip("openpyxl")
    monkeypatch.setattr("phosres.exports._excel.MAX_ROWS", 1)
    with pytest.raises(Exception, match="a sheet holds 1 rows: t has 2 rows"):
        format_xlsx({"t": pl.DataFrame({"a": [1, 2]})}, [])


def test_quotes_and_empty_texts_survive() -> None:
    """What store writes is read back: quoted texts, empty texts as such, counts with gaps."""
    content = b'run\tstate\texit_code\n"a ""b"""\t\t\n'
    found = read_table(content, "runs", "runs.tsv")
    assert found.rows() == [('a "b"', "", None)]
    again = pl.read_parquet(format_parquet(found))
    assert again.equals(found)


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A batch of two runs and one that cannot run."""
    folder = tmp_path_factory.mktemp("batch")
    write_cohort(folder, features=80)
    rows = ["config\tname\ttreatment.drug", "c.yaml\tone\t", "c.yaml\ttwo\t", "c.yaml\tbad\tnodrug"]
    (folder / "runs.tsv").write_text("\n".join(rows) + "\n")
    run_batch([folder / "runs.tsv"], folder / "out", executor="serial")
    return folder / "out"


def test_a_batch_is_one_data_set(batch: Path, tmp_path: Path) -> None:
    """Polars scans it as a whole; every row of every run is there, with the name of its run."""
    made = export(batch, "dataset", tmp_path / "ds")
    assert made.text.startswith("2 runs, ")
    sites = pl.scan_parquet(tmp_path / "ds" / "sites" / "*.parquet")
    counts = sites.group_by("run").len().sort("run").collect()
    lines = [
        len((batch / "runs" / r / "tables" / "sites.tsv").read_text().splitlines()) - 1
        for r in ("one", "two")
    ]
    assert counts.rows() == [("one", lines[0]), ("two", lines[1])]
    runs = pl.read_parquet(tmp_path / "ds" / "runs" / "*.parquet")
    assert dict(zip(runs["run"], runs["state"], strict=True)) == {
        "one": "ok",
        "two": "ok",
        "bad": "failed",
    }


def test_parts_hold_whole_runs(batch: Path, tmp_path: Path) -> None:
    """A part ends after a run; together they are the same table."""
    write_dataset(batch, ["one", "two"], tmp_path / "many", rows_a_part=1)
    parts = sorted((tmp_path / "many" / "readouts").glob("*.parquet"))
    assert [set(pl.read_parquet(p)["run"]) for p in parts] == [{"one"}, {"two"}]


def test_duckdb_queries_the_data_set(batch: Path, tmp_path: Path) -> None:
    """SQL over all runs."""
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed; pip install duckdb")
    write_dataset(batch, ["one", "two"], tmp_path / "ds", rows_a_part=1)
    query = f"""
        select run, count(*) from read_parquet('{tmp_path}/ds/readouts/*.parquet')
        where readout = 'S6_S235_S236' and level = 'cohort' group by run order by run
    """
    assert duckdb.sql(query).fetchall() == [("one", 1), ("two", 1)]

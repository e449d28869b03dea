"""All runs of a batch as one parquet data set that polars or DuckDB can query.

A folder a table, in it parts of whole runs, the name of the run as the first column. Runs are read
one by one, so memory does not grow with the batch.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from phosres import store
from phosres.exports._tables import format_parquet, read_table

ROWS_A_PART = 500_000
"""Rows after which a new part begins."""


def write_dataset(
    batch: Path, runs: list[str], out_dir: Path, *, rows_a_part: int = ROWS_A_PART
) -> dict[str, int]:
    """Write the data set, all of it or nothing.

    Parameters
    ----------
    batch
        Folder of the batch.
    runs
        Its finished runs.
    out_dir
        Folder of the data set.
    rows_a_part
        Rows after which a new part begins.

    Returns
    -------
    Rows of each table.

    Raises
    ------
    ConfigError, DataError
        If the folder cannot be used, or a table is damaged.
    """
    store.claim(out_dir)
    with store.clear_errors(out_dir):
        out_dir.resolve().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=f".{out_dir.name}.", dir=out_dir.resolve().parent
        ) as scratch:
            counts = _fill(Path(scratch), batch, runs, rows_a_part)
            store.publish(Path(scratch), out_dir)
    return counts


def _fill(folder: Path, batch: Path, runs: list[str], rows_a_part: int) -> dict[str, int]:
    hashes: dict[str, str] = {}
    counts: dict[str, int] = {}

    def write(name: str, frame: pl.DataFrame) -> None:
        hashes[name] = store.write_file(folder / name, format_parquet(frame))

    for table in _names(batch, runs):
        counts[table] = 0
        for at, part in enumerate(_parts(batch, runs, table, rows_a_part)):
            write(f"{table}/part-{at:05}.parquet", part)
            counts[table] += len(part)
    for table in ("runs", "overview"):
        path = batch / "tables" / f"{table}.tsv"
        if path.is_file():
            frame = read_table(path.read_bytes(), table, str(path))
            write(f"{table}/part-00000.parquet", frame)
            counts[table] = len(frame)
    store.write_file(folder / store.MANIFEST, store.format_manifest(hashes))
    return counts


def _names(batch: Path, runs: list[str]) -> list[str]:
    """List the tables that any of the runs has."""
    return sorted({p.stem for run in runs for p in (batch / "runs" / run / "tables").glob("*.tsv")})


def _parts(batch: Path, runs: list[str], table: str, rows_a_part: int) -> Iterator[pl.DataFrame]:
    held: list[pl.DataFrame] = []
    for run in runs:
        path = batch / "runs" / run / "tables" / f"{table}.tsv"
        if not path.is_file():
            continue
        frame = read_table(path.read_bytes(), table, str(path))
        held.append(frame.select(pl.lit(run).alias("run"), pl.all()))
        if sum(map(len, held)) >= rows_a_part:
            yield pl.concat(held, how="diagonal_relaxed")
            held = []
    if held:
        yield pl.concat(held, how="diagonal_relaxed")

"""Time and memory of reading a simulated MaxQuant site table, beside a general reader's.

Run with ``python -m tests.benchmarks.ingest [--forms N] [--patients N] [--repeats N]``. The table
comes from `phosres.simulation`. Each measurement is a process of its own: once `phosres.read`, from
the file to the finished table, once polars (and pyarrow, where it is installed) merely parsing the
same columns with their types given. The two take turns, and the least time of each counts. Memory
is the most that a process held, the interpreter and its libraries included.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SHAPES = ((100_000, 17), (68_000, 55))
"""Peptidoforms and patients: 96,000 rows x 233 columns and 65,000 rows x 689 columns (200 MB)."""
_WORDS = ("Proteins", "Protein", "Gene names", "Amino acid", "Position", "Sequence window")
_WORDS += ("Localization prob", "Phospho (STY) Probabilities", "Reverse", "Potential contaminant")


def write(folder: Path, forms: int, patients: int) -> None:
    """Simulate a cohort; it is not measured, and done in a process of its own for its memory."""
    from phosres.simulation import simulate, write

    write(simulate(n_patients=patients, n_peptidoforms=forms, seed=1), folder)


def read_phosres(folder: Path) -> tuple[float, tuple[int, ...]]:
    """Read the table with its sheet, all the way."""
    from phosres import read

    begin = time.perf_counter()
    table = read(folder / "Phospho (STY)Sites.txt", folder / "samples.tsv")
    return time.perf_counter() - begin, table.values.shape


def _columns(path: Path) -> list[str]:
    with path.open(encoding="utf-8") as stream:
        header = stream.readline().rstrip("\n").split("\t")
    return [h for h in header if h in _WORDS or (h.startswith("Intensity ") and "___" in h)]


def read_polars(folder: Path) -> tuple[float, tuple[int, ...]]:
    """Parse the same columns."""
    import polars as pl

    path = folder / "Phospho (STY)Sites.txt"
    columns = _columns(path)
    begin = time.perf_counter()
    kinds = {c: pl.String if c in _WORDS else pl.Float64 for c in columns}
    frame = pl.read_csv(
        path, separator="\t", columns=columns, schema_overrides=kinds, quote_char=None
    )
    return time.perf_counter() - begin, frame.shape


def read_pyarrow(folder: Path) -> tuple[float, tuple[int, ...]]:
    """Parse the same columns."""
    import pyarrow as pa
    from pyarrow import csv

    path = folder / "Phospho (STY)Sites.txt"
    columns = _columns(path)
    kinds = {c: pa.string() if c in _WORDS else pa.float64() for c in columns}
    begin = time.perf_counter()
    table = csv.read_csv(
        path,
        parse_options=csv.ParseOptions(delimiter="\t", quote_char=False),
        convert_options=csv.ConvertOptions(include_columns=columns, column_types=kinds),
    )
    return time.perf_counter() - begin, table.shape


READERS = {"phosres": read_phosres, "polars": read_polars, "pyarrow": read_pyarrow}


def _alone(*arguments: str) -> dict[str, float] | None:
    """Run this script for one measurement; None if the reader is not installed."""
    command = [sys.executable, "-m", "tests.benchmarks.ingest", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and "ModuleNotFoundError" in done.stderr:
        return None
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout) if done.stdout else {}


def measure(forms: int, patients: int, repeats: int) -> None:
    """Print time and memory for a table of one shape."""
    with tempfile.TemporaryDirectory() as folder:
        _alone("--write", folder, "--forms", str(forms), "--patients", str(patients))
        size = (Path(folder) / "Phospho (STY)Sites.txt").stat().st_size
        best: dict[str, dict[str, float]] = {}
        for _ in range(repeats):
            for name in READERS:
                found = _alone("--reader", name, "--folder", folder)
                if found is not None and found["seconds"] < best.get(name, found)["seconds"] + 1e-9:
                    best[name] = found
    general = min(found["seconds"] for name, found in best.items() if name != "phosres")
    rows, columns = (int(best["polars"][k]) for k in ("rows", "columns"))
    print(f"{size / 1e6:.0f} MB, {rows:,} rows, {columns:,} columns needed")
    for name, found in best.items():
        ratio, times = found["seconds"] / general, found["bytes"] / size
        print(
            f"  {name:8s} {found['seconds']:6.2f} s ({ratio:4.1f} x the fastest general reader)"
            f" {found['bytes'] / 1e6:6.0f} MB ({times:.1f} x the file)"
        )


def main() -> None:
    """Measure both shapes, or the one that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forms", type=int, help="peptidoforms; rows are about as many")
    parser.add_argument("--patients", type=int, help="two samples each, six columns a sample")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--reader", choices=READERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write is not None:
        write(given.write, given.forms, given.patients)
    elif given.reader is not None:
        seconds, shape = READERS[given.reader](given.folder)
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"seconds": seconds, "rows": shape[0], "columns": shape[1],
                          "bytes": held}))  # fmt: skip
    else:
        shapes = [(given.forms, given.patients)] if given.forms and given.patients else SHAPES
        for forms, patients in shapes:
            measure(forms, patients, given.repeats)


if __name__ == "__main__":
    main()

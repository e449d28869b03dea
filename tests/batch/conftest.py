"""Small cohorts to batch, and one batch that several tests look at."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from phosres.batch import Batch, run_batch

COLUMNS = [f"{s}_{c}" for s in "AB" for c in ("pre", "on")]


def write_cohort(folder: Path, *, figures: bool = False) -> None:
    """A generic table of 150 sites with a strong fall of S6, its sheet, and a configuration."""
    rng = np.random.default_rng(0)
    base = rng.normal(22, 2, (150, 1)) + rng.normal(0, 0.2, (150, len(COLUMNS)))
    frame = pd.DataFrame(2**base, columns=COLUMNS).round(0)
    frame.insert(0, "Gene", ["RPS6", "RPS6", *(f"GENE{i}" for i in range(148))])
    frame.insert(1, "Site", ["S235;S236", "S240;S244", *(f"S{i + 10}" for i in range(148))])
    frame.to_csv(folder / "table.tsv", sep="\t", index=False)
    rows = ["\t".join((c, c[0], c[2:])) for c in COLUMNS]
    (folder / "samples.tsv").write_text("\n".join(["sample\tsubject\tcondition", *rows]) + "\n")
    (folder / "base.yaml").write_text(
        "name: base\n"
        "input:\n  table: table.tsv\n  samples: samples.tsv\n"
        "  columns: {gene: Gene, site: Site}\n"
        "design:\n  pre: pre\n  on: 'on'\n"
        f"normalization:\n  audit: false\nreport:\n  figures: {str(figures).lower()}\n"
    )


def spoil(folder: Path, name: str) -> None:
    """The table with a word in the place of a number, row 10."""
    lines = (folder / "table.tsv").read_text().splitlines()
    cells = lines[9].split("\t")
    lines[9] = "\t".join([*cells[:2], "x", *cells[3:]])
    (folder / name).write_text("\n".join(lines) + "\n")


def write_sheet(folder: Path, *rows: str) -> Path:
    """A sheet of runs that start from the configuration."""
    path = folder / "runs.tsv"
    header = "config\tname\ttreatment.drug\tstatistics.alpha\tinput.table"
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


@pytest.fixture
def cohort(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of a cohort, in the current folder."""
    write_cohort(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Batch]:
    """The sheet, the folder and the outcome of a batch: two runs that work, two that cannot."""
    folder = tmp_path_factory.mktemp("batch")
    write_cohort(folder)
    spoil(folder, "spoilt.tsv")
    sheet = write_sheet(
        folder,
        "base.yaml\tone\talpelisib\t",
        "base.yaml\twrong\tnodrug\t7",
        "base.yaml\tbad\t\t\tspoilt.tsv",
        "base.yaml\ttwo\t\t0.01",
    )
    return sheet, folder / "out", run_batch([sheet], folder / "out", executor="serial")

"""A small cohort in files, quick enough to run in a test."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

SUBJECTS = 3
FEATURES = 300


def _table() -> pd.DataFrame:
    """A generic table of unnamed sites and the S6 peptides, linear intensities."""
    rng = np.random.default_rng(0)
    names = [f"{s}_{c}" for s in "ABC"[:SUBJECTS] for c in ("pre", "on")]
    base = rng.normal(22, 2, (FEATURES, 1)) + rng.normal(0, 0.2, (FEATURES, len(names)))
    frame = pd.DataFrame(2**base, columns=names).round(0)
    genes = [f"GENE{i}" for i in range(FEATURES)]
    sites = [f"S{i + 10}" for i in range(FEATURES)]
    genes[:2], sites[:2] = ["RPS6", "RPS6"], ["S235;S236", "S240;S244"]
    frame.insert(0, "Gene", genes)
    frame.insert(1, "Site", sites)
    return frame


@pytest.fixture
def cohort(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with ``c.yaml`` and the files it names, which becomes the current one."""
    _table().to_csv(tmp_path / "table.tsv", sep="\t", index=False)
    rows = [f"{s}_{c}\t{s}\t{c}" for s in "ABC"[:SUBJECTS] for c in ("pre", "on")]
    (tmp_path / "samples.tsv").write_text("\n".join(["sample\tsubject\tcondition", *rows]) + "\n")
    (tmp_path / "c.yaml").write_text(
        "name: small\n"
        "input:\n  table: table.tsv\n  samples: samples.tsv\n"
        "  columns: {gene: Gene, site: Site}\n"
        "design:\n  pre: pre\n  on: on\n"
        "report: {figures: false}\n"  # figures are tested elsewhere, and take most of the time
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def snapshot() -> Callable[[Path], dict[str, bytes]]:
    """A function that reads all files below a folder, hidden ones too."""

    def read(folder: Path) -> dict[str, bytes]:
        paths = sorted(p for p in folder.rglob("*") if p.is_file())
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}

    return read

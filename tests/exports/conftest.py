"""A small cohort with windows and forms that share sites, run and written once."""

import string
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from phosres import archive, pipeline, store
from phosres.config import load
from phosres.pipeline import Measured
from phosres.results import RunResult

SUBJECTS = "ABC"
COLUMNS = [f"{s}_{c}" for s in SUBJECTS for c in ("pre", "on")]
S235, S236 = "IAKRRRLSSLRASTS", "AKRRRLSSLRASTSK"
S240 = "RLSSLRASTSKSESS"


@dataclass(frozen=True)
class Small:
    """The cohort and its run.

    Parameters
    ----------
    folder
        Holds ``c.yaml`` and the files it names.
    run
        Folder of the result.
    result
        What the run computed.
    measured
        The values of the configuration.
    """

    folder: Path
    run: Path
    result: RunResult
    measured: Measured

    @property
    def config(self) -> Path:
        """The configuration."""
        return self.folder / "c.yaml"


def write_cohort(folder: Path, features: int = 120) -> None:
    """Write a generic table, its sheet and a configuration."""
    rng = np.random.default_rng(0)
    base = rng.normal(22, 2, (features, 1)) + rng.normal(0, 0.2, (features, len(COLUMNS)))
    values = np.where(rng.random(base.shape) < 0.1, np.nan, 2**base)
    values[:3] = 2 ** base[:3]
    frame = pd.DataFrame(values, columns=COLUMNS).round(0)
    letters = np.array(list("ACDEFGHIKLMNPQRV"))
    windows = ["".join(rng.choice(letters, 15)) for _ in range(features)]
    windows = [w[:7] + "S" + w[8:] for w in windows]
    genes = [f"{string.ascii_uppercase[i % 26]}GEN{i}" for i in range(features)]
    sites = [f"S{i + 10}" for i in range(features)]
    forms = [1] * features
    genes[:3], sites[:3], forms[:3] = ["RPS6"] * 3, ["S235", "S235;S236", "S240"], [1, 2, 1]
    windows[:3] = [S235, f"{S235};{S236}", S240]
    windows[3] = ""  # its place in the protein is not known
    windows[5] = windows[4]  # two proteins share a stretch
    frame.insert(0, "Gene", genes)
    frame.insert(1, "Site", sites)
    frame.insert(2, "Window", windows)
    frame.insert(3, "Multiplicity", forms)
    frame.to_csv(folder / "table.tsv", sep="\t", index=False)
    rows = ["\t".join((c, c[0], c[2:])) for c in COLUMNS]
    (folder / "samples.tsv").write_text("\n".join(["sample\tsubject\tcondition", *rows]) + "\n")
    (folder / "c.yaml").write_text(
        "name: small\n"
        "input:\n  table: table.tsv\n  samples: samples.tsv\n"
        "  columns: {gene: Gene, site: Site, window: Window, multiplicity: Multiplicity}\n"
        "design:\n  pre: pre\n  on: 'on'\n"
        "normalization:\n  audit: false\n"
        "report:\n  figures: false\n"
    )


def write_run(result: RunResult, folder: Path) -> None:
    """Write what a result folder holds beside its page and figures, which take the time."""
    provenance = {store.RUN: store.format_json(result.provenance), store.CRATE: b"{}"}
    store.commit(folder, archive.format_run(result) | provenance)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """The cohort, run once; nothing may be written into its folders."""
    folder = tmp_path_factory.mktemp("exports")
    write_cohort(folder)
    settings = load(folder / "c.yaml")
    result = pipeline.run(settings)
    write_run(result, folder / "run")
    return Small(folder, folder / "run", result, pipeline.measure(settings))

"""The reference numbers of R limma, read once."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

FOLDER = Path(__file__).parents[1] / "data" / "reference_numbers"


class Synthetic(NamedTuple):
    """A synthetic data set: values (rows x samples), the paired design, patient codes."""

    values: pd.DataFrame
    design: np.ndarray
    treated: np.ndarray
    patients: np.ndarray


@cache
def _read(path: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / path, sep="\t", index_col=0)


@pytest.fixture(scope="session")
def limma() -> Callable[[str, str], pd.DataFrame]:
    """Read one table: limma("3.54.1", "synth_na__eBayes_plain")."""
    return lambda version, name: _read(f"limma_{version}/{name}.tsv.gz")


@pytest.fixture(scope="session")
def reference_table() -> Callable[[str], pd.DataFrame]:
    """Read one table of other programs: reference_table("other/synth_na__lmer_first60")."""
    return lambda name: _read(f"{name}.tsv.gz")


@pytest.fixture(scope="session")
def synthetic() -> Callable[[str], Synthetic]:
    """Read one data set: synthetic("na")."""

    def read(name: str) -> Synthetic:
        sheet = _read("input/synth_design.tsv.gz")
        patients = pd.factorize(sheet["patient"])[0]
        treated = (sheet["condition"] == "on").to_numpy().astype(float)
        dummies = (patients[:, None] == np.arange(1, patients.max() + 1)).astype(float)
        design = np.column_stack([np.ones(len(sheet)), dummies, treated])
        return Synthetic(_read(f"input/synth_{name}.tsv.gz"), design, treated, patients)

    return read


@pytest.fixture(scope="session")
def synthetic_sets() -> pd.DataFrame:
    """Return set, 1-based index and site of the synthetic sets."""
    return _read("input/synth_sets.tsv.gz").reset_index()

"""Simulated cohorts that several tests look at; nobody changes them."""

from collections.abc import Callable

import numpy as np
import pytest

from phosres.simulation import Simulated, simulate

Change = Callable[[str, str, int, str], float]
EXACT = {
    "missing": 0.0,
    "noise_sd": 0.0,
    "biopsy_sd": 0.0,
    "batch_sd": 0.0,
    "subject_sd": 0.0,
    "loading_sd": 0.0,
}
"""Arguments that leave the biology only."""


@pytest.fixture(scope="session")
def cohort() -> Simulated:
    """The default cohort, that of example_data."""
    return simulate()


@pytest.fixture(scope="session")
def exact() -> Simulated:
    """The default cohort without noise and missing values."""
    return simulate(**EXACT)


@pytest.fixture(scope="session")
def change(exact: Simulated) -> Change:
    """Log2 change of one cell column of the noise-free table: gene, site, multiplicity, subject."""
    table = exact.sites
    first = table["Proteins"].str.split(";").str[0]
    gene = table["Gene names"].str.split(";").str[0]
    site = table["Amino acid"] + table["Position"].astype(str)
    table = table[first != ""].set_index((gene + "_" + site)[first != ""])

    def log2fc(gene: str, site: str, multiplicity: int, subject: str) -> float:
        row = table.loc[f"{gene}_{site}"]
        on, pre = (int(row[f"Intensity {subject}_{c}___{multiplicity}"]) for c in ("on", "pre"))
        return float(np.log2(on / pre))

    return log2fc

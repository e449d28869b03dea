"""Contrasts by hand: a few curated features with given changes, on a quiet background."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from phosres.contrasts import PAIR_CORRELATION
from phosres.results import Contrast, SiteEffects
from phosres.table import FEATURE_COLUMNS, PhosphoTable, Source

BACKGROUND = 70


@dataclass(frozen=True)
class Spot:
    """One feature: gene and sites (``S240;S244``), its change and error."""

    gene: str
    sites: str
    log2fc: float = 0.0
    se: float = 0.2
    multiplicity: int | None = None

    @property
    def name(self) -> str:
        return f"{self.gene} {self.sites} {self.multiplicity or len(self.sites.split(';'))}"

    @property
    def site_ids(self) -> str:
        return ";".join(f"{self.gene}_{s}" for s in self.sites.split(";"))


def features(spots: Sequence[Spot], background: int = BACKGROUND) -> pd.DataFrame:
    """Features of the spots and of a background that is not curated."""
    every = [*spots, *[Spot(f"BG{i}", "S10") for i in range(background)]]
    frame = pd.DataFrame(dict.fromkeys(FEATURE_COLUMNS, ""), index=[s.name for s in every])
    frame["gene"] = frame["protein"] = [s.gene for s in every]
    frame["sites"] = [s.sites for s in every]
    counts = [s.multiplicity or len(s.sites.split(";")) for s in every]
    frame["multiplicity"] = pd.array(counts, dtype="Int64")
    frame["localization"] = 0.99
    frame["site_ids"] = [s.site_ids for s in spots] + [""] * background
    return frame


def tabulate(values: np.ndarray, spots: Sequence[Spot], sheet: pd.DataFrame) -> PhosphoTable:
    """A table of the spots with the given values; the sheet has subject and condition."""
    rows = features(spots, len(values) - len(spots))
    samples = sheet.assign(timepoint="", replicate="", batch="")
    frame = pd.DataFrame(values, index=rows.index, columns=samples.index)
    return PhosphoTable(frame, rows, samples, "log2_intensity", Source("t.tsv", "wide"))


@pytest.fixture(scope="session")
def spot() -> Callable[..., Spot]:
    """Maker of features."""
    return Spot


@pytest.fixture(scope="session")
def observed() -> Callable[..., Contrast]:
    """Make the contrast of one pair with exactly the changes and errors of the spots."""

    def build(
        *spots: Spot, df: float = 10.0, correlation: Mapping[str, Any] = PAIR_CORRELATION
    ) -> Contrast:
        sheet = pd.DataFrame({"subject": "P", "condition": ["pre", "on"]}, index=["a", "b"])
        change = np.array([s.log2fc for s in spots] + [0.0] * BACKGROUND)
        se = np.array([s.se for s in spots] + [0.3] * BACKGROUND)
        table = tabulate(np.column_stack([20 - change / 2, 20 + change / 2]), spots, sheet)
        seen = np.isfinite(change).astype(int)
        numbers = pd.DataFrame(
            {
                "log2fc": change, "se": se, "df": df, "t": change / se, "p": 0.5, "q": 0.5,
                "mean": 20.0, "n_pre": 1, "n_on": seen,
            },
            index=table.values.index,
        )  # fmt: skip
        given = {**correlation, "origin": "assumed"}
        effects = SiteEffects("subject", "P", numbers, "by hand", True, given)
        arms = pd.DataFrame({"arm": ["pre", "on"], "subject": "P"}, index=["a", "b"])
        return Contrast("on", "single", table, arms, (effects,), "by hand")

    return build


@pytest.fixture(scope="session")
def cohort() -> Callable[..., PhosphoTable]:
    """Make the values of a paired cohort whose features change as the spots say, with noise."""

    def build(*spots: Spot, subjects: str = "ABCDEF", seed: int = 1) -> PhosphoTable:
        rng = np.random.default_rng(seed)
        names = [f"{s}{c}" for s in subjects for c in ("pre", "on")]
        sheet = pd.DataFrame(
            {
                "subject": [s for s in subjects for _ in range(2)],
                "condition": ["pre", "on"] * len(subjects),
            },
            index=names,
        )
        n = len(spots) + BACKGROUND
        change = np.array([s.log2fc for s in spots] + [0.0] * BACKGROUND)[:, None]
        values = rng.normal(22, 2, (n, 1)) + rng.normal(0, 0.2, (n, len(names)))
        values += change * (sheet["condition"] == "on").to_numpy()
        return tabulate(values, spots, sheet)

    return build


@pytest.fixture(scope="session", name="tabulate")
def tabulate_fixture() -> Callable[..., PhosphoTable]:
    """Maker of tables from values; the background is as large as the values ask for."""
    return tabulate

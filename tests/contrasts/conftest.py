"""Small cohorts of plain values."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest

from phosres.table import FEATURE_COLUMNS, PhosphoTable, Source

Sheet = Sequence[tuple[str, str]]
Maker = Callable[..., PhosphoTable]


@pytest.fixture(scope="session")
def make() -> Maker:
    """Make a table from values and a sheet of (subject, condition), one pair a sample."""

    def build(
        values: np.ndarray,
        sheet: Sheet,
        *,
        scale: str = "log2_intensity",
        genes: Sequence[str] | None = None,
        positions: Sequence[int] | None = None,
    ) -> PhosphoTable:
        n = len(values)
        genes = genes or [f"G{i}" for i in range(n)]
        positions = positions or [10] * n
        rows = pd.Index(
            [f"{g} S{p} {i}" for i, (g, p) in enumerate(zip(genes, positions, strict=True))]
        )
        columns = pd.Index([f"{s}.{c}.{j}" for j, (s, c) in enumerate(sheet)])
        features = pd.DataFrame(dict.fromkeys(FEATURE_COLUMNS, ""), index=rows)
        features["gene"] = list(genes)
        features["protein"] = list(genes)
        features["sites"] = [f"S{p}" for p in positions]
        features["multiplicity"] = pd.array([1] * n, dtype="Int64")
        features["localization"] = 0.99
        samples = pd.DataFrame(list(sheet), columns=["subject", "condition"], index=columns)
        for column in ("timepoint", "replicate", "batch"):
            samples[column] = ""
        return PhosphoTable(
            pd.DataFrame(values, index=rows, columns=columns),
            features,
            samples,
            scale,  # type: ignore[arg-type]
            Source("table.tsv", "wide"),
        )

    return build


@pytest.fixture(scope="session")
def noise() -> Callable[..., np.ndarray]:
    """Draw values: level of the feature, level of each subject, noise, missing values."""

    def draw(
        seed: int, sheet: Sheet, n: int = 150, *, missing: float = 0.0, effect: float = 0.0
    ) -> np.ndarray:
        rng = np.random.default_rng(seed)
        subjects = pd.factorize(pd.Series([s for s, _ in sheet]))[0]
        level = rng.normal(22, 2, (n, 1))
        own = rng.normal(0, 1, (n, subjects.max() + 1))[:, subjects]
        sd = 0.3 * np.sqrt(8 / rng.chisquare(8, (n, 1)))
        values = level + own + sd * rng.normal(size=(n, len(sheet)))
        values += effect * np.array([c != "pre" for _, c in sheet])
        values[rng.random(values.shape) < missing] = np.nan
        return values

    return draw

"""Small tables of plain values."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from phosres.table import FEATURE_COLUMNS, PhosphoTable, Source

Maker = Callable[[np.ndarray], PhosphoTable]


@pytest.fixture(scope="session")
def make() -> Maker:
    """Make a table of log2 values; samples are called S1, S2, ..."""

    def build(values: np.ndarray) -> PhosphoTable:
        rows = pd.Index([f"G{i} S{i + 1} mono" for i in range(len(values))])
        columns = pd.Index([f"S{j + 1}" for j in range(values.shape[1])])
        features = pd.DataFrame(dict.fromkeys(FEATURE_COLUMNS, ""), index=rows)
        sheet = dict.fromkeys(("subject", "condition", "timepoint", "replicate", "batch"), "")
        return PhosphoTable(
            pd.DataFrame(values, index=rows, columns=columns),
            features,
            pd.DataFrame(sheet, index=columns),
            "log2_intensity",
            Source("table.tsv", "wide"),
        )

    return build

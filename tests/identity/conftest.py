"""Tables of features that are given by a few of their columns."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from phosres.table import FEATURE_COLUMNS, SAMPLE_COLUMNS, PhosphoTable, Source

Make = Callable[..., PhosphoTable]


@pytest.fixture
def make() -> Make:
    """Make a table; every feature has values of its own unless they are given."""

    def _make(rows: Sequence[dict[str, Any]], values: np.ndarray | None = None) -> PhosphoTable:
        index = pd.Index([f"f{i}" for i in range(len(rows))], name="feature", dtype=object)
        blank: dict[str, Any] = dict.fromkeys(FEATURE_COLUMNS, "")
        features = pd.DataFrame([blank | row for row in rows], index=index)
        features = features.assign(multiplicity=pd.array([1] * len(rows), dtype="Int64"))
        samples = pd.DataFrame("", index=["s1", "s2"], columns=list(SAMPLE_COLUMNS))
        if values is None:
            values = np.arange(2.0 * len(rows)).reshape(len(rows), 2) + 20
        frame = pd.DataFrame(values, index=index, columns=["s1", "s2"])
        return PhosphoTable(frame, features, samples, "log2_intensity", Source("t.tsv", "generic"))

    return _make

"""The table of effects that a cohort and a pair share."""

import numpy as np
import pandas as pd

from phosres import stats
from phosres.stats.tail import MIN_SITES
from phosres.table import PhosphoTable

MIN_FEATURES = MIN_SITES
"""Fewest features in common that the noise of a single pair is estimated from."""

ALONE = 0.05
"""Level of the minimal detectable change of a feature, tested alone."""


def effect_table(
    table: PhosphoTable,
    arms: pd.DataFrame,
    log2fc: np.ndarray,
    se: np.ndarray,
    df: np.ndarray,
    t: np.ndarray,
    p: np.ndarray,
) -> pd.DataFrame:
    """Assemble one row a feature, with BH q values and the number of values on each side."""
    values = table.values
    seen = values[arms.index].notna()
    tested = np.isfinite(log2fc) & np.isfinite(se)
    limit = stats.minimal_detectable_change(se, df, ALONE)
    return pd.DataFrame(
        {
            "log2fc": log2fc,
            "se": np.where(tested, se, np.nan),
            "df": np.where(tested, df, np.nan),
            "t": np.where(tested, t, np.nan),
            "p": np.where(tested, p, np.nan),
            "q": stats.benjamini_hochberg(np.where(tested, p, np.nan)),
            "mean": values[arms.index].mean(axis=1).to_numpy(),
            "n_pre": seen[arms.index[arms["arm"] == "pre"]].sum(axis=1).to_numpy(),
            "n_on": seen[arms.index[arms["arm"] == "on"]].sum(axis=1).to_numpy(),
            "mdc": np.where(tested, limit.mdc, np.nan),
        },
        index=values.index,
    )

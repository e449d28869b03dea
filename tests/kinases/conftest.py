"""Small matrices and networks, and slow loops that say what the numbers must be."""

import numpy as np
import pandas as pd
import pytest

SITES = ("AKT1_T308", "AKT1_S473", "P1_S1", "P1_S2", "P1_T9", "P2_S1", "P3_S1", "P4_Y1", "P5_S5")


@pytest.fixture
def matrix() -> pd.DataFrame:
    """Nine sites of six proteins in three experiments, a third not measured."""
    values = np.random.default_rng(3).normal(size=(9, 3))
    values[[0, 3, 5], [0, 1, 2]] = np.nan
    values[[2, 6, 7], [1, 0, 1]] = np.nan
    return pd.DataFrame(values, index=list(SITES), columns=["a", "b", "c"])


@pytest.fixture
def network() -> pd.DataFrame:
    """AKT1 with four substrates of two proteins, and a set with an unknown site."""
    rows = [
        ("AKT1", "P1_S1", 1.0),
        ("AKT1", "P1_S2", 1.0),
        ("AKT1", "P2_S1", -1.0),
        ("AKT1", "P3_S1", 0.5),
        ("SET", "P1_T9", 1.0),
        ("SET", "P4_Y1", 1.0),
        ("SET", "P9_S9", 1.0),
    ]
    return pd.DataFrame(rows, columns=["source", "target", "weight"])

"""What a cohort's linear model is made of, and when two sites are one stretch."""

import numpy as np
import pandas as pd

STRETCH = 15
"""Residues within which sites count as one peptide stretch: the length of a usual peptide."""


def linear_model(arms: pd.DataFrame, design: str) -> tuple[np.ndarray, int, np.ndarray | None]:
    """Lay out the linear model of a cohort.

    Parameters
    ----------
    arms
        Columns arm and subject, one row a sample.
    design
        ``paired`` or ``groups``.

    Returns
    -------
    Design matrix, column of the treatment in it, and block codes (None for groups).
    """
    treated = (arms["arm"] == "on").to_numpy().astype(float)
    if design == "paired":
        return treated[:, None], 0, np.asarray(pd.factorize(arms["subject"])[0])
    return np.column_stack([np.ones_like(treated), treated]), 1, None

"""Forms that trade phosphates: which of them tells the direction of the kinase."""

from collections.abc import Sequence

import numpy as np

RESPONSE = 5.0
"""Forms of one peptide may differ this many times in how well they are detected (stated estimate;
phosphorylation itself changes a peptide's response by less, doi:10.1074/mcp.M500135-MCP200)."""


def find_trading(
    multiplicity: Sequence[float] | np.ndarray,
    signed: np.ndarray,
    se: np.ndarray,
    log2fc: np.ndarray,
    mean: np.ndarray,
) -> np.ndarray:
    """Mark forms with the fewest phosphates that trade with the forms with more.

    When a kinase stops, a peptide loses phosphates one by one: the multiply phosphorylated forms
    fall and, from saturation, feed the singly phosphorylated form, which rises although the kinase
    is off; when it starts the reverse happens. So the direction of the forms with more phosphates
    is the direction of the kinase, and the forms with the fewest are shown but not counted, where
    three things hold: forms of at least two multiplicities were seen; the two kinds move against
    each other, each by more than one standard error; and the amounts can balance, that is the
    forms with more phosphates gain (or lose) at least a fifth of what the others lose (or gain).
    Ratio tables hold no amounts; there the last condition cannot be looked at.

    Parameters
    ----------
    multiplicity
        Number of phosphates of each form of one stretch; NaN if unknown.
    signed, se
        Change in the direction of an active pathway and its standard error.
    log2fc, mean
        Change and mean log2 intensity (NaN for ratios), for the amounts.

    Returns
    -------
    True for the forms that must not be counted.
    """
    known = np.asarray(multiplicity, dtype=float)
    none = np.zeros(known.shape, dtype=bool)
    if known.size < 2 or np.isnan(known).any() or (known == known[0]).all():
        return none
    fewest = known == known.min()
    low, low_se = _centre(signed[fewest], se[fewest])
    high, high_se = _centre(signed[~fewest], se[~fewest])
    if low * high >= 0 or abs(low) <= low_se or abs(high) <= high_se:
        return none
    if not np.isnan(mean).any():
        moved = 2 ** (mean + log2fc / 2) - 2 ** (mean - log2fc / 2)
        fewer, more = float(moved[fewest].sum()), float(moved[~fewest].sum())
        if fewer * more >= 0 or abs(more) * RESPONSE < abs(fewer):
            return none
    return np.asarray(fewest)


def _centre(signed: np.ndarray, se: np.ndarray) -> tuple[float, float]:
    """Precision-weighted mean change of some forms, and their mean standard error."""
    share = se**-2 / (se**-2).sum()
    return float(share @ signed), float(share @ se)

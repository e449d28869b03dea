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
    """Mark forms with fewer phosphates that trade with the forms with more.

    When a kinase stops, a peptide loses phosphates one by one: the multiply phosphorylated forms
    fall and, from saturation, feed the singly phosphorylated form, which rises although the kinase
    is off; when it starts the reverse happens. So the direction of the forms with more phosphates
    is the direction of the kinase, and the forms with fewer are shown but not counted, where three
    things hold: forms of at least two multiplicities were seen; above and below some number of
    phosphates (the lowest such is taken) they move against each other, each by more than one
    standard error; and the amounts can balance, that is the forms with more phosphates gain (or
    lose) at least a fifth of what the others lose (or gain). Ratio tables hold no amounts; there
    the last condition cannot be looked at.

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
    for limit in np.unique(known)[1:]:
        fewer = known < limit
        if _trades(fewer, signed, se, log2fc, mean):
            return np.asarray(fewer)
    return none


def _trades(
    fewer: np.ndarray, signed: np.ndarray, se: np.ndarray, log2fc: np.ndarray, mean: np.ndarray
) -> bool:
    """Return whether some forms trade with all others."""
    low, low_se = _centre(signed[fewer], se[fewer])
    high, high_se = _centre(signed[~fewer], se[~fewer])
    if low * high >= 0 or abs(low) <= low_se or abs(high) <= high_se:
        return False
    if np.isnan(mean).any():
        return True
    moved = 2 ** (mean + log2fc / 2) - 2 ** (mean - log2fc / 2)
    lost, gained = float(moved[fewer].sum()), float(moved[~fewer].sum())
    return lost * gained < 0 and abs(gained) * RESPONSE >= abs(lost)


def is_contested(multiplicity: np.ndarray, signed: np.ndarray, estimate: float) -> bool:
    """Return whether the forms with the most phosphates move against the combined change.

    A kinase that starts raises the fully phosphorylated form, one that stops lowers it, whatever
    the forms with fewer phosphates do. So a direction of a stretch that its most phosphorylated
    forms do not share is contested.

    Parameters
    ----------
    multiplicity
        Number of phosphates of each tested form of the stretch; NaN if unknown.
    signed
        Change in the direction of an active pathway.
    estimate
        The combined change of the stretch.
    """
    if np.isnan(multiplicity).any() or (multiplicity == multiplicity[0]).all():
        return False
    top = multiplicity == multiplicity.max()
    return bool(np.median(signed[top]) * estimate <= 0)


def _centre(signed: np.ndarray, se: np.ndarray) -> tuple[float, float]:
    """Precision-weighted mean change of some forms, and their mean standard error."""
    share = se**-2 / (se**-2).sum()
    return float(share @ signed), float(share @ se)

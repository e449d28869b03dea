"""Sequence windows around a site: centred, compared, cut to keys."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FLANK = 7
LENGTH = 2 * FLANK + 1
# Central lengths that identify a site: 11 residues still separate nearly all sites of a proteome.
KEY_LENGTHS = (15, 13, 11)


def centred(window: str) -> str:
    """Cut or pad a window to 15 characters around its centre.

    Parameters
    ----------
    window
        A window of any odd length, the site in the centre, any case; whatever is no letter is
        padding.

    Returns
    -------
    The central 15-mer, ``_`` where nothing is known; ``""`` for an empty or even-length window.
    """
    length = len(window)
    if length % 2 == 0:
        return ""
    start = length // 2 - FLANK
    cut = window[start : start + LENGTH] if start >= 0 else window.center(LENGTH, "_")
    cut = cut.upper()
    return cut if cut.isalpha() else "".join(c if c.isalpha() else "_" for c in cut)


def usable_length(window: str) -> int:
    """Give the longest key length a window can supply; 0 if it is too short."""
    length = min(len(window), LENGTH)
    return length if length in KEY_LENGTHS and len(window) % 2 else 0


def central(window: str, length: int) -> str:
    """Cut the central `length` characters of a 15-mer."""
    start = (LENGTH - length) // 2
    return window[start : start + length]


def mismatches(left: "pd.Series[str]", right: "pd.Series[str]") -> NDArray[np.int64]:
    """Count differing residues of aligned 15-mers, row by row; padding never differs.

    Parameters
    ----------
    left, right
        15-mers of the same number of rows.

    Returns
    -------
    Number of positions, shape ``(n,)``.
    """
    a = _letters(left)
    b = _letters(right)
    return np.asarray(((a != b) & (a != "_") & (b != "_")).sum(axis=1), dtype=np.int64)


def _letters(windows: "pd.Series[str]") -> NDArray[np.str_]:
    array = np.asarray(windows.to_numpy(dtype=object), dtype=f"<U{LENGTH}")
    return np.ascontiguousarray(array).view("<U1").reshape(len(array), LENGTH)

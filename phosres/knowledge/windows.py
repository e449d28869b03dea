"""Sequence windows around a site: centred, compared, masked where residues are unknown.

A window is 15 characters, the site in the centre: a letter is a residue, ``_`` lies beyond the end
of the protein, ``?`` is a residue that the table does not show.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FLANK = 7
LENGTH = 2 * FLANK + 1
SURE = 11
"""Known characters from which a window names a site by itself.

Ten residues beside the centre meet one of about 450 curated windows by chance in fewer than
450 x 0.06^10 (about 3e-10) of the rows, 0.06 being the chance that two residues of proteins agree.
"""
LEAST = 6
"""Known characters, the centre among them, from which a window counts if the row names its gene.

Five residues beside the centre agree by chance with one of the at most 23 curated windows of a
gene in about 2e-5 of the rows that name the gene.
"""


def centred(window: str) -> str:
    """Cut or pad a window to 15 characters around its centre.

    Parameters
    ----------
    window
        A window of any odd length, the site in the centre, any case; ``?`` and ``X`` are unknown
        residues, whatever else is no letter lies beyond the end of the protein.

    Returns
    -------
    The central 15-mer, ``?`` where nothing is known; ``""`` for an empty or even-length window.
    """
    length = len(window)
    if length % 2 == 0:
        return ""
    start = length // 2 - FLANK
    cut = window[start : start + LENGTH] if start >= 0 else window.center(LENGTH, "?")
    cut = cut.upper()
    if cut.isalpha() and "X" not in cut:
        return cut
    return "".join(c if c.isalpha() or c == "?" else "_" for c in cut.replace("X", "?"))


def is_telling(window: str) -> bool:
    """Say whether a window of any odd length shows enough residues to name a site by itself."""
    return sum(c.isalpha() or c == "_" for c in centred(window)) >= SURE


def letters(windows: "pd.Series[str]") -> NDArray[np.str_]:
    """Give centred windows as an array of characters, shape ``(n, 15)``."""
    array = np.asarray(windows.to_numpy(dtype=object), dtype=f"<U{LENGTH}")
    return np.ascontiguousarray(array).view("<U1").reshape(len(array), LENGTH)


def known_letters(windows: "pd.Series[str]") -> NDArray[np.int64]:
    """Count the known characters of centred windows, 0 where there is no window."""
    known = letters(windows)
    count: NDArray[np.int64] = ((known != "?") & (known != "")).sum(axis=1).astype(np.int64)
    return count


def masks(windows: "pd.Series[str]") -> NDArray[np.bool_]:
    """List the different patterns of known characters of centred windows, shape ``(m, 15)``."""
    known: NDArray[np.bool_] = np.unique(letters(windows) != "?", axis=0)
    return known


def masked(windows: "pd.Series[str]", mask: NDArray[np.bool_]) -> list[str]:
    """Write ``?`` into centred windows where a mask says that nothing is known."""
    shown = np.where(mask, letters(windows), "?")
    return ["".join(row) for row in shown]


def compare(
    left: "pd.Series[str]", right: "pd.Series[str]"
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Compare centred windows row by row where both have a residue.

    Parameters
    ----------
    left, right
        Windows of the same number of rows.

    Returns
    -------
    Number of residues that agree, and that differ.
    """
    a, b = letters(left), letters(right)
    both = np.char.isalpha(a) & np.char.isalpha(b)
    equal = (a == b) & both
    agree: NDArray[np.int64] = equal.sum(axis=1).astype(np.int64)
    differ: NDArray[np.int64] = (both & ~equal).sum(axis=1).astype(np.int64)
    return agree, differ

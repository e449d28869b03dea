"""Standard errors of changes from the statistics that stand beside them in the file.

Used in this order: the standard error itself; ``|log2fc| / |t|``; and, where only a p value is
there, ``|log2fc| / z`` with the two-sided normal quantile z of p. The last is an approximation: it
gives the p value back and states a normal distribution, for the file tells no degrees of freedom.
Adjusted p values are never used.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri, stdtr

from phosres.errors import DataError, Problem
from phosres.readers import _cells
from phosres.readers._changes import Change
from phosres.readers._text import Text

FloatArray = NDArray[np.float64]

TELLING_T = 2.0
"""Below this t the p values of few and of many degrees of freedom hardly differ, so that a rounded
p tells nothing of them."""
EXACT = 1e-6
"""Relative error of a p value that is none: what statistics packages differ by."""
_SPELLED = 500
"""Numbers from which it is told how far a column was rounded."""
MOST_DF = 1e6
"""Degrees of freedom that stand for a normal distribution: finite, and the same to six digits."""
_STEPS = 60


def read_errors(
    text: Text,
    changes: Mapping[str, Change],
    values: pd.DataFrame,
    rows: Sequence[int],
    missing: Sequence[str] = (),
    *,
    log2: bool = True,
) -> tuple[pd.DataFrame, pd.DataFrame, list[str]] | None:
    """Read the standard errors of features whose values are changes.

    Parameters
    ----------
    text
        The table.
    changes
        Sample to its column of changes.
    values
        Features x samples, log2.
    rows
        Row of the file each feature was led by.
    missing
        Spellings of a missing value beyond the usual ones.
    log2
        Whether the changes are log2 in the file; a standard error of linear ratios is not used.

    Returns
    -------
    Standard errors and degrees of freedom, shaped like `values`, and a sentence a sample; None if
    the file gives none.

    Raises
    ------
    DataError
        If statistics are no numbers, or p values do not lie between 0 and 1.
    """
    wanted = ("se", "t", "p", "df")
    numbers = {at for c in changes.values() for what, at in c.beside.items() if what in wanted}
    if not numbers:
        return None
    frame = _cells.parse(text, numbers=sorted(numbers), missing=missing)
    at = np.searchsorted(text.rows, rows)
    errors = np.full(values.shape, np.nan)
    freedom = np.full(values.shape, np.nan)
    notes = []
    for column, sample in enumerate(values.columns):
        change = changes.get(str(sample))
        if change is None:
            continue
        beside = {w: frame[str(c)].to_numpy()[at] for w, c in change.beside.items() if w in wanted}
        if "p" in beside:
            beside["p"] = _plain_p(beside["p"], change, text)
        if not log2:
            beside.pop("se", None)
        se, df, how = estimate_errors(values[sample].to_numpy(float), beside)
        errors[:, column], freedom[:, column] = se, df
        if how:
            notes.append(f"standard errors of '{sample}' were taken from {how}")
    if not np.isfinite(errors).any():
        return None
    index, columns = values.index, values.columns
    return pd.DataFrame(errors, index, columns), pd.DataFrame(freedom, index, columns), notes


def estimate_errors(
    log2fc: FloatArray, beside: Mapping[str, FloatArray]
) -> tuple[FloatArray, FloatArray, str]:
    """Return standard errors and degrees of freedom of changes, and what they were taken from.

    Parameters
    ----------
    log2fc
        Changes, NaN where unknown.
    beside
        Arrays of the same shape: ``se``, ``t``, ``p``, ``df``, as far as there are any.

    Returns
    -------
    Standard errors, degrees of freedom (`MOST_DF` for a normal distribution), NaN where unknown,
    and the statistics used, ``""`` for none.
    """
    size = np.abs(log2fc)
    nothing = np.full(log2fc.shape, np.nan)
    given = beside.get("se", nothing)
    given = np.where(given > 0, given, np.nan)
    t, p = np.abs(beside.get("t", nothing)), beside.get("p", nothing)
    # The smallest p a file can hold: programs write 0 for what underflows.
    z = -ndtri(np.maximum(p, np.finfo(float).tiny) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        se = np.where(np.isnan(given), size / t, given)
        by_p = np.isnan(se) & np.isfinite(z)
        se = np.where(by_p, size / z, se)
        t = size / se
    se = np.where((se > 0) & np.isfinite(se) & np.isfinite(log2fc), se, np.nan)
    df = beside.get("df", nothing)
    df = np.where(df > 0, df, np.nan)
    stated = np.isfinite(df).any()
    told = infer_df(np.where(by_p, np.nan, t), p)
    df = np.where(np.isnan(df), told, df)
    df = np.where(np.isnan(se), np.nan, np.where(np.isnan(df), MOST_DF, df))
    if not np.isfinite(se).any():
        return se, df, ""
    how = "the file's own" if np.isfinite(given).any() else ""
    how = how or ("t" if "t" in beside and not by_p.all() else "the normal quantile of p")
    finite = df[np.isfinite(df) & (df < MOST_DF)]
    if not len(finite):
        return se, df, f"{how}; degrees of freedom unknown, a normal distribution was taken"
    source = "as given" if stated else "as t and p show"
    return se, df, f"{how}; {float(np.median(finite)):.3g} degrees of freedom, {source}"


def infer_df(t: FloatArray, p: FloatArray) -> FloatArray:
    """Return the degrees of freedom for which t has the two-sided p value p.

    Parameters
    ----------
    t, p
        Statistics and their p values.

    Returns
    -------
    One number for all rows (the median of those whose t tells it) wherever it gives p back as far
    as the file rounds, the row's own elsewhere; `MOST_DF` if p is that of a normal distribution,
    NaN where t or p is.
    """
    known = np.isfinite(t) & np.isfinite(p) & (p > 0) & (p < 1)
    own = np.full(t.shape, np.nan)
    if not known.any():
        return own
    size, wanted = np.abs(t[known]), p[known]
    low, high = np.full(size.shape, np.log(0.1)), np.full(size.shape, np.log(MOST_DF))
    for _ in range(_STEPS):
        middle = (low + high) / 2
        # The p value of a t falls with its degrees of freedom.
        above = 2 * stdtr(np.exp(middle), -size) > wanted
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    found = np.exp((low + high) / 2)
    found = np.where(found > 0.99 * MOST_DF, MOST_DF, found)
    telling = found[size >= TELLING_T]
    common = float(np.median(telling if len(telling) else found))
    back = 2 * stdtr(common, -size)
    fits = np.abs(back - wanted) <= _rounding(size, wanted) * wanted
    own[known] = np.where(fits, common, found)
    return own


def _rounding(t: FloatArray, p: FloatArray) -> FloatArray:
    """Return the relative error of p that comes from rounding p itself and t.

    Rounding p to D digits moves it by ``0.5 * 10**(1 - D)`` at most; a change of t moves the
    logarithm of p by about ``t`` times as much, the slope of a normal tail.
    """
    digits = max((len(_spell(x)[0]) for x in p[:_SPELLED]), default=0)
    decimals = max((_spell(x)[1] for x in t[:_SPELLED]), default=0)
    return np.asarray(EXACT + 0.5 * 10.0 ** (1 - digits) + t * 0.5 * 10.0**-decimals)


def _spell(number: float) -> tuple[str, int]:
    """Return the significant digits of a number and how many decimals it has."""
    power = f"{number:.15e}".partition("e")[2]
    shortest = repr(float(number)).lower().partition("e")[0]
    digits = shortest.replace(".", "").strip("0") or "0"
    return digits, max(0, len(digits) - 1 - int(power))


def _plain_p(p: FloatArray, change: Change, text: Text) -> FloatArray:
    """Undo -log10 and signs; refuse numbers that are no p values."""
    p = 10.0 ** -np.abs(p) if change.logged else np.abs(p)
    if not (p[np.isfinite(p)] > 1).any():
        return p
    header = text.header[change.beside["p"]]
    message = f"p values lie between 0 and 1; '{header}' reaches {np.nanmax(p):.4g}"
    hint = "name the column '-log10 p' if it holds logarithms, or take it out of the table"
    raise DataError(Problem(message, text.path, column=header, hint=hint))

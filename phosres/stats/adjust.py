"""Adjust p values for the number of tests, leaving what was not tested (NaN) alone.

A NaN is a row that was not tested: it stays NaN and does not count in the family's size.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class TwoStage:
    """Sites inside sets that were selected first.

    Parameters
    ----------
    set_q
        Adjusted p value of each set, shape (sets,).
    selected
        Sets whose `set_q` is at most the level.
    site_q
        For each set the adjusted p values of its sites, in the order given: to be compared with
        the same level. All NaN in sets that were not selected.
    n_selected, n_tested
        Sets selected, and sets with a p value: the factor between them is the price of selection.
    """

    set_q: FloatArray
    selected: NDArray[np.bool_]
    site_q: tuple[FloatArray, ...]
    n_selected: int
    n_tested: int


def check_p_values(p: ArrayLike) -> FloatArray:
    """Return p values as a float array, refusing anything that is not in [0, 1] or NaN.

    Parameters
    ----------
    p
        P values, any shape; NaN where nothing was tested.

    Returns
    -------
    The values as float64.

    Raises
    ------
    ValueError
        If a value is below 0 or above 1.
    """
    values = np.asarray(p, dtype=np.float64)
    bad = (values < 0) | (values > 1)
    if bad.any():
        raise ValueError(
            f"{int(bad.sum())} p values outside [0, 1], the first is {values[bad].flat[0]!r}"
        )
    return values


def benjamini_hochberg(p: ArrayLike) -> FloatArray:
    """Adjust for the false discovery rate: min over j >= i of p(j) n / j.

    Parameters
    ----------
    p
        P values of one family, shape (n,); NaN where nothing was tested.

    Returns
    -------
    Adjusted p values, NaN exactly where `p` is NaN.

    Raises
    ------
    ValueError
        If a value is outside [0, 1].

    References
    ----------
    Benjamini & Hochberg 1995, J R Stat Soc B 57:289, doi 10.1111/j.2517-6161.1995.tb02031.x
    """
    values, order = _order(p)
    n = order.size
    largest_first = order[::-1]
    steps = values[largest_first] * n / np.arange(n, 0, -1)
    return _place(values.shape, largest_first, np.minimum.accumulate(steps))


def holm(p: ArrayLike) -> FloatArray:
    """Adjust for the family-wise error rate: max over j <= i of p(j) (n - j + 1).

    Parameters
    ----------
    p
        P values of one family, shape (n,); NaN where nothing was tested.

    Returns
    -------
    Adjusted p values, NaN exactly where `p` is NaN.

    Raises
    ------
    ValueError
        If a value is outside [0, 1].

    References
    ----------
    Holm 1979, Scand J Stat 6:65.
    """
    values, order = _order(p)
    steps = values[order] * np.arange(order.size, 0, -1)
    return _place(values.shape, order, np.maximum.accumulate(steps))


def storey(p: ArrayLike) -> FloatArray:
    """Estimate q values with the share of true null hypotheses chosen by the bootstrap rule.

    Parameters
    ----------
    p
        P values of one family, shape (n,); NaN where nothing was tested.

    Returns
    -------
    q values, NaN exactly where `p` is NaN.

    Raises
    ------
    ValueError
        If a value is outside [0, 1].

    References
    ----------
    Storey, Taylor & Siegmund 2004, J R Stat Soc B 66:187, doi 10.1111/j.1467-9868.2004.00439.x;
    closed form of the bootstrap: Robinson 2007.
    """
    values = check_p_values(p)
    tested = values[~np.isnan(values)]
    if tested.size == 0:
        return np.full(values.shape, np.nan)
    cut = np.arange(1, 20) * 0.05
    above = (tested[None, :] >= cut[:, None]).sum(axis=1)
    n = tested.size
    share = above / (n * (1 - cut))
    error = above / (n * (1 - cut)) ** 2 * (1 - above / n) + (share - np.quantile(share, 0.1)) ** 2
    null = min(float(share[np.argmin(error)]), 1.0)
    return np.asarray(null * benjamini_hochberg(values))


def adjust_within_selected(
    set_p: ArrayLike, site_p: Sequence[ArrayLike], *, level: float = 0.05
) -> TwoStage:
    """Select sets at a false discovery rate, then adjust the sites inside the selected ones.

    Of M sets tested R are selected by Benjamini & Hochberg at `level`; inside each selected set
    Benjamini & Hochberg at ``level * R / M`` keeps the average false discovery proportion over the
    selected sets at `level`. Site values are multiplied by M / R instead, so that they compare with
    `level` itself.

    Parameters
    ----------
    set_p
        P value of each set, shape (sets,); NaN where not tested.
    site_p
        For each set the p values of its sites; NaN where not tested.
    level
        False discovery rate of both stages.

    Returns
    -------
    Selection and adjusted values.

    Raises
    ------
    ValueError
        If a p value is outside [0, 1], the lengths disagree, or the level is not within (0, 1).

    References
    ----------
    Benjamini & Bogomolov 2014, J R Stat Soc B 76:297, doi 10.1111/rssb.12028
    """
    if not 0 < level < 1:
        raise ValueError(f"level is {level!r}; it must be within (0, 1)")
    set_q = benjamini_hochberg(set_p)
    if set_q.ndim != 1 or set_q.size != len(site_p):
        raise ValueError(f"{set_q.size} sets have a p value, {len(site_p)} have sites")
    selected = set_q <= level
    n_selected, n_tested = int(selected.sum()), int(np.isfinite(set_q).sum())
    site_q = []
    for chosen, p in zip(selected, site_p, strict=True):
        q = benjamini_hochberg(p)
        site_q.append(
            np.minimum(q * n_tested / n_selected, 1.0) if chosen else np.full(q.shape, np.nan)
        )
    return TwoStage(set_q, selected, tuple(site_q), n_selected, n_tested)


def _order(p: ArrayLike) -> tuple[FloatArray, NDArray[np.int64]]:
    """Check p values and list those that were tested, smallest first."""
    values = check_p_values(p)
    tested = np.flatnonzero(~np.isnan(values))
    return values, tested[np.argsort(values[tested], kind="stable")]


def _place(shape: tuple[int, ...], order: NDArray[np.int64], adjusted: FloatArray) -> FloatArray:
    """Put adjusted values back where their p values stood, at most 1."""
    out = np.full(shape, np.nan)
    out[order] = np.minimum(adjusted, 1.0)
    return out

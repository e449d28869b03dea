"""Normalisation of samples: one shift a sample, chosen by a named method, always audited.

A drug may move the whole distribution, so the shift of every method is kept beside the one that
was used: a readout that flips between reasonable methods is not a call (`phosres.audit`).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from phosres.errors import DataError, Problem
from phosres.table import PhosphoTable, Step

MIN_COMMON = 50
"""Fewest features a shift is estimated from. A median of 50 values with sd 1 has a standard error
of about 0.18 log2, as large as the differences between methods that the audit flags (0.2)."""

COMMON_SHARE = 0.7
"""A feature is a reference for median of ratios if it is seen in this share of the samples, so that
a sample's shift is not taken from features that only it has."""

Shifts = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, slots=True)
class Method:
    """One way to estimate each sample's shift.

    Parameters
    ----------
    name
        Name in the configuration.
    title
        Name in a sentence.
    shifts
        Function from values (features x samples, log2, NaN) to the shift of each sample and the
        number of features behind it.
    assumes
        When it is right, one sentence.
    source
        Reference.
    """

    name: str
    title: str
    shifts: Callable[[np.ndarray], Shifts]
    assumes: str
    source: str


def median_of_ratios(values: np.ndarray) -> Shifts:
    """Median difference of a sample to the features' means, over features most samples have.

    ``c_j = median_g(y_gj - mean_j(y_gj))`` over the features g seen in at least 70 % of samples.

    Parameters
    ----------
    values
        Log2 values, features x samples, NaN = missing.

    Returns
    -------
    Shift per sample (log2) and number of features used per sample.

    References
    ----------
    Anders S, Huber W. Genome Biol 2010;11:R106, doi:10.1186/gb-2010-11-10-r106 (on counts; here
    with the arithmetic mean of log2 values as the reference).
    """
    seen = ~np.isnan(values)
    common = seen.mean(axis=1) >= COMMON_SHARE
    reference = values[common]
    ratios = reference - np.nanmean(reference, axis=1, keepdims=True)
    return _column_medians(ratios)


def column_median(values: np.ndarray) -> Shifts:
    """Median of each sample, less the mean of these medians.

    Parameters
    ----------
    values
        Log2 values, features x samples, NaN = missing.

    Returns
    -------
    Shift per sample (log2) and number of features used per sample.

    References
    ----------
    Bolstad BM et al. Bioinformatics 2003;19:185, doi:10.1093/bioinformatics/19.2.185 (scaling).
    """
    medians, n = _column_medians(values)
    return medians - np.nanmean(medians), n


def no_shift(values: np.ndarray) -> Shifts:
    """Leave every sample as it is (the table is normalised already).

    Parameters
    ----------
    values
        Log2 values, features x samples, NaN = missing.

    Returns
    -------
    Zeros, and the number of values per sample.
    """
    return np.zeros(values.shape[1]), (~np.isnan(values)).sum(axis=0)


METHODS: tuple[Method, ...] = (
    Method(
        "median_of_ratios",
        "median of ratios",
        median_of_ratios,
        "Most features that nearly all samples share do not change.",
        "doi:10.1186/gb-2010-11-10-r106",
    ),
    Method(
        "column_median",
        "column median",
        column_median,
        "The middle of each sample's distribution does not change, missing values fall alike.",
        "doi:10.1093/bioinformatics/19.2.185",
    ),
    Method("none", "no normalisation", no_shift, "The table is normalised already.", ""),
)
"""Every method, in the order they are shown."""


def normalize(table: PhosphoTable, *, method: str = "median_of_ratios") -> PhosphoTable:
    """Subtract one shift from each sample.

    Parameters
    ----------
    table
        Log2 values.
    method
        Name of a method in `METHODS`.

    Returns
    -------
    The shifted table, with one more entry of history (parameters: the shifts).

    Raises
    ------
    ValueError
        If there is no such method.
    DataError
        If a sample shares fewer than 50 features with the others.
    """
    chosen = {m.name: m for m in METHODS}.get(method)
    if chosen is None:
        msg = f"no normalisation method {method!r}; known: {', '.join(m.name for m in METHODS)}"
        raise ValueError(msg)
    shift, n = chosen.shifts(table.values.to_numpy())
    if method != "none":
        _require_common(table, n, chosen.title)
    step = Step(
        name="normalize",
        text=(
            "Values were taken as they are, without normalisation of samples."
            if method == "none"
            else f"Samples were aligned by {chosen.title} (shifts {shift.min():+.2f} to "
            f"{shift.max():+.2f} log2, from {n.min():,} to {n.max():,} features a sample)."
        ),
        rows_in=table.n_features,
        rows_out=table.n_features,
        parameters={
            "method": method,
            "shifts": dict(zip(table.values.columns, shift.round(6).tolist(), strict=True)),
        },
    )
    return table.step(step, values=table.values - shift)


def compare_methods(table: PhosphoTable, *, used: str) -> pd.DataFrame:
    """Return the shift of every sample under every method.

    Parameters
    ----------
    table
        Log2 values before normalisation.
    used
        Name of the method the run uses.

    Returns
    -------
    Columns of `phosres.columns.NORMALIZATION`, one row a sample and method.
    """
    values = table.values.to_numpy()
    parts = []
    for method in METHODS:
        shift, n = method.shifts(values)
        parts.append(
            pd.DataFrame(
                {
                    "sample": table.values.columns,
                    "method": method.name,
                    "shift": shift,
                    "n_features": n,
                    "used": method.name == used,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _column_medians(values: np.ndarray) -> Shifts:
    """Return the NaN-safe median of each column and the number of values behind it."""
    n = (~np.isnan(values)).sum(axis=0)
    medians = np.full(values.shape[1], np.nan)
    if values.shape[0]:
        some = n > 0
        medians[some] = np.nanmedian(values[:, some], axis=0)
    return medians, n


def _require_common(table: PhosphoTable, n: np.ndarray, title: str) -> None:
    """Refuse samples whose shift would rest on too few features."""
    short = [
        Problem(
            f"sample {sample!r} has only {count} features to align it by (at least {MIN_COMMON})",
            file=table.source.path,
            column=str(sample),
            hint="leave the sample out of the sample sheet, or set normalization.method: none",
        )
        for sample, count in zip(table.values.columns, n, strict=True)
        if count < MIN_COMMON
    ]
    if short:
        message = f"{title} needs at least {MIN_COMMON} features in common"
        raise DataError([Problem(message, file=table.source.path), *short])

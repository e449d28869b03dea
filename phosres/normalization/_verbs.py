"""Normalise a table; compare what the methods would subtract."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from phosres.errors import DataError, Problem
from phosres.normalization._choice import choose_methods
from phosres.normalization._methods import METHODS, Method, Transform
from phosres.normalization._stable import Stable, find_stable
from phosres.table import PhosphoTable, Step

ROUNDING = 0.005
"""Shifts or medians that differ by less (log2) are those of a table written with two decimals after
it was normalised."""

NEARLY_EMPTY = 0.1
"""A sample with values in less than a tenth of the features is named: whatever it is aligned by are
its most abundant features only."""


@dataclass(frozen=True, slots=True)
class _Aligned:
    """Values after a method, with what it did."""

    values: pd.DataFrame
    n: np.ndarray
    shifts: np.ndarray | None


def normalize(
    table: PhosphoTable,
    *,
    method: str | Method | Transform = "auto",
    reference: ArrayLike | Stable | None = None,
) -> PhosphoTable:
    """Align the samples.

    Parameters
    ----------
    table
        Log2 values.
    method
        Name of a method in `METHODS`, or a record of your own; ``auto`` as `choose_methods` says.
    reference
        For ``stable_sites``: which features are stable, one truth value a feature, or what
        `find_stable` found; None: the least variable ones. Where a sample has fewer than 20 of
        them, all samples are aligned by median of ratios instead and the history warns.

    Returns
    -------
    The aligned table, with one more entry of history (parameters: method and, where it has any,
    the shifts).

    Raises
    ------
    ValueError
        If there is no such method.
    DataError
        If a sample shares fewer than 50 features with the others.
    """
    chosen = choose_methods(table).used if method == "auto" else _resolve(method)
    warnings = _warn_empty(table)
    alone = table.n_samples == 1 and table.scale != "log2_change"
    if alone and chosen.name != "none":
        text = "There is one sample, so there is nothing to align it to: values as they are."
        return _step(table, text, {"method": "none"}, warnings)
    stable = _reference(table, chosen, reference)
    aligned = _align(table, chosen, stable)
    if stable is not None and (aligned.n < chosen.least).any():
        warnings.append(_explain_fallback(table, chosen, aligned.n))
        stable, chosen = None, METHODS[0]
        aligned = _align(table, chosen, None)
    _require_common(table, aligned.n, chosen)
    text = " ".join([_describe(chosen, aligned, stable), *_recognise(table, aligned)])
    return _step(table, text, _parameters(table, chosen, aligned), warnings, aligned.values)


def compare_methods(
    table: PhosphoTable,
    *,
    used: str,
    methods: Sequence[Method | Transform] = METHODS,
    reference: Stable | None = None,
) -> pd.DataFrame:
    """Return the shift of every sample under every method that is one shift a sample.

    Parameters
    ----------
    table
        Log2 values before normalisation.
    used
        Name of the method the run uses. If it is no shift, the median of what it subtracts.
    methods
        The methods; those that align whole distributions only where they are used.
    reference
        Stable features, if there is a list of them; without one ``stable_sites`` is compared only
        where it is used.

    Returns
    -------
    Columns of `phosres.columns.NORMALIZATION`, one row a sample and method.
    """
    parts = []
    for method in methods:
        named = isinstance(method, Method) and (not method.needs or reference is not None)
        if not named and method.name != used:
            continue
        aligned = _align(table, method, _reference(table, method, reference))
        shift = aligned.shifts
        error = np.full(table.n_samples, np.nan)
        if shift is None:
            shift = (table.values - aligned.values).median().to_numpy()
        elif isinstance(method, Method) and method.error is not None:
            error = method.error(table.values.to_numpy(), shift)
        parts.append(
            pd.DataFrame(
                {
                    "sample": table.values.columns,
                    "method": method.name,
                    "shift": shift,
                    "n_features": aligned.n,
                    "used": method.name == used,
                    "se": error,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _resolve(method: str | Method | Transform) -> Method | Transform:
    if not isinstance(method, str):
        return method
    chosen = {m.name: m for m in METHODS}.get(method)
    if chosen is None:
        msg = f"no normalisation method {method!r}; known: {', '.join(m.name for m in METHODS)}"
        raise ValueError(msg)
    return chosen


def _reference(
    table: PhosphoTable, method: Method | Transform, reference: ArrayLike | Stable | None
) -> Stable | None:
    """Return the stable features a method needs, if it needs any."""
    if not (isinstance(method, Method) and method.needs):
        return None
    if reference is None:
        return find_stable(table)
    if isinstance(reference, Stable):
        return reference
    mask = np.asarray(reference, dtype=bool)
    return Stable(mask, f"{int(mask.sum())} features named by the caller")


def _align(table: PhosphoTable, method: Method | Transform, stable: Stable | None) -> _Aligned:
    values = table.values.to_numpy()
    if isinstance(method, Transform):
        out, n = method.transform(values)
        frame = pd.DataFrame(out, index=table.values.index, columns=table.values.columns)
        return _Aligned(frame, n, None)
    extra = {} if stable is None else {"reference": stable.mask}
    shift, n = method.shifts(values, **extra)
    return _Aligned(table.values - shift, n, shift)


def _step(
    table: PhosphoTable,
    text: str,
    parameters: dict[str, object],
    warnings: Sequence[str],
    values: pd.DataFrame | None = None,
) -> PhosphoTable:
    """Return the table with new values and the entry of history."""
    step = Step(
        name="normalize",
        text=text,
        rows_in=table.n_features,
        rows_out=table.n_features,
        parameters=parameters,
        warnings=tuple(warnings),
    )
    return table.step(step, values=table.values if values is None else values)


def _describe(method: Method | Transform, aligned: _Aligned, stable: Stable | None) -> str:
    if method.name == "none":
        return "Values were taken as they are, without normalisation of samples."
    counts = f"from {aligned.n.min():,} to {aligned.n.max():,} features a sample"
    how = f"{method.title} ({stable.text})" if stable is not None else method.title
    if aligned.shifts is None:
        return f"Samples were aligned by {how} ({counts})."
    low, high = aligned.shifts.min(), aligned.shifts.max()
    return f"Samples were aligned by {how} (shifts {low:+.2f} to {high:+.2f} log2, {counts})."


def _recognise(table: PhosphoTable, aligned: _Aligned) -> list[str]:
    """Say that a table seems to be normalised already: it is no fault, and not done twice."""
    if aligned.shifts is not None and np.ptp(aligned.shifts) < ROUNDING and aligned.shifts.any():
        return ["The table was aligned that way already: no shift is larger than rounding."]
    middles = table.values.median()
    if np.ptp(middles.dropna()) < ROUNDING:
        return [
            "The samples of the table have one median, to rounding: it was normalised before "
            "(by its medians)."
        ]
    return []


def _warn_empty(table: PhosphoTable) -> list[str]:
    """Name samples with almost no values."""
    share = table.values.notna().mean()
    few = [f"{sample} ({value:.0%})" for sample, value in share.items() if value < NEARLY_EMPTY]
    if not few:
        return []
    more = f" and {len(few) - 5} more" if len(few) > 5 else ""
    return [
        f"Less than {NEARLY_EMPTY:.0%} of the features have a value in {', '.join(few[:5])}{more}: "
        "leave such samples out of the sample sheet, or read their results as those of abundant "
        "features only."
    ]


def _parameters(
    table: PhosphoTable, method: Method | Transform, aligned: _Aligned
) -> dict[str, object]:
    parameters: dict[str, object] = {"method": method.name}
    if aligned.shifts is not None:
        rounded = aligned.shifts.round(6).tolist()
        parameters["shifts"] = dict(zip(table.values.columns, rounded, strict=True))
    return parameters


def _explain_fallback(table: PhosphoTable, method: Method | Transform, n: np.ndarray) -> str:
    short = [
        f"{sample} ({count})"
        for sample, count in zip(table.values.columns, n, strict=True)
        if count < method.least
    ]
    more = f" and {len(short) - 5} more" if len(short) > 5 else ""
    return (
        f"Fewer than {method.least} {method.title} were observed in {', '.join(short[:5])}{more}: "
        f"samples were aligned by {METHODS[0].title} instead."
    )


def _require_common(table: PhosphoTable, n: np.ndarray, method: Method | Transform) -> None:
    """Refuse samples whose alignment would rest on too few features."""
    short = [
        Problem(
            f"sample {sample!r} has only {count} features to align it by (at least {method.least})",
            file=table.source.path,
            column=str(sample),
            hint="leave the sample out of the sample sheet, or set normalization.method: none",
        )
        for sample, count in zip(table.values.columns, n, strict=True)
        if count < method.least
    ]
    if short:
        message = f"{method.title} needs at least {method.least} features in common"
        raise DataError([Problem(message, file=table.source.path), *short])

"""Normalise a table; compare what the methods would subtract."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from phosres.errors import DataError, Problem
from phosres.normalization._methods import METHODS, Method, Transform
from phosres.table import PhosphoTable, Step


@dataclass(frozen=True, slots=True)
class _Aligned:
    """Values after a method, with what it did."""

    values: pd.DataFrame
    n: np.ndarray
    shifts: np.ndarray | None


def normalize(
    table: PhosphoTable,
    *,
    method: str | Method | Transform = "median_of_ratios",
    reference: ArrayLike | None = None,
) -> PhosphoTable:
    """Align the samples.

    Parameters
    ----------
    table
        Log2 values.
    method
        Name of a method in `METHODS`, or a record such as `QUANTILE`.
    reference
        For a method that needs it: which features are stable, one truth value a feature. Where a
        sample has fewer than 20 of them, all samples are aligned by median of ratios instead and
        the history warns.

    Returns
    -------
    The aligned table, with one more entry of history (parameters: method and, where it has any,
    the shifts).

    Raises
    ------
    ValueError
        If there is no such method, or it needs a reference and there is none.
    DataError
        If a sample shares fewer than 50 features with the others.
    """
    chosen = _resolve(method)
    aligned = _align(table, chosen, reference)
    warnings: tuple[str, ...] = ()
    if isinstance(chosen, Method) and chosen.needs and (aligned.n < chosen.least).any():
        warnings = (_explain_fallback(table, chosen, aligned.n),)
        chosen = METHODS[0]
        aligned = _align(table, chosen, None)
    _require_common(table, aligned.n, chosen)
    step = Step(
        name="normalize",
        text=_describe(chosen, aligned),
        rows_in=table.n_features,
        rows_out=table.n_features,
        parameters=_parameters(table, chosen, aligned),
        warnings=warnings,
    )
    return table.step(step, values=aligned.values)


def compare_methods(
    table: PhosphoTable, *, used: str, methods: Sequence[Method] = METHODS
) -> pd.DataFrame:
    """Return the shift of every sample under every method that is one shift a sample.

    Parameters
    ----------
    table
        Log2 values before normalisation.
    used
        Name of the method the run uses.
    methods
        The methods.

    Returns
    -------
    Columns of `phosres.columns.NORMALIZATION`, one row a sample and method.
    """
    values = table.values.to_numpy()
    parts = []
    for method in methods:
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


def _resolve(method: str | Method | Transform) -> Method | Transform:
    if not isinstance(method, str):
        return method
    chosen = {m.name: m for m in METHODS}.get(method)
    if chosen is None:
        msg = f"no normalisation method {method!r}; known: {', '.join(m.name for m in METHODS)}"
        raise ValueError(msg)
    return chosen


def _align(
    table: PhosphoTable, method: Method | Transform, reference: ArrayLike | None
) -> _Aligned:
    values = table.values.to_numpy()
    if isinstance(method, Transform):
        out, n = method.transform(values)
        frame = pd.DataFrame(out, index=table.values.index, columns=table.values.columns)
        return _Aligned(frame, n, None)
    extra = {"reference": reference} if method.needs else {}
    if method.needs and reference is None:
        msg = f"{method.title} needs a reference: which features are stable"
        raise ValueError(msg)
    shift, n = method.shifts(values, **extra)
    return _Aligned(table.values - shift, n, shift)


def _describe(method: Method | Transform, aligned: _Aligned) -> str:
    if method.name == "none":
        return "Values were taken as they are, without normalisation of samples."
    counts = f"from {aligned.n.min():,} to {aligned.n.max():,} features a sample"
    if aligned.shifts is None:
        return f"Samples were aligned by {method.title} ({counts})."
    low, high = aligned.shifts.min(), aligned.shifts.max()
    return (
        f"Samples were aligned by {method.title} (shifts {low:+.2f} to {high:+.2f} log2, {counts})."
    )


def _parameters(
    table: PhosphoTable, method: Method | Transform, aligned: _Aligned
) -> dict[str, object]:
    parameters: dict[str, object] = {"method": method.name}
    if aligned.shifts is not None:
        rounded = aligned.shifts.round(6).tolist()
        parameters["shifts"] = dict(zip(table.values.columns, rounded, strict=True))
    return parameters


def _explain_fallback(table: PhosphoTable, method: Method, n: np.ndarray) -> str:
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

"""Linear or log2, intensity or ratio: what is declared, checked against the numbers themselves.

The limits are those of mass spectrometers: an intensity of 2**64 does not exist, so a value above
64 is linear; reporter and precursor intensities lie far above 100 counts, their log2 between 5 and
40; ratios to a reference lie around 1, their log2 around 0.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from phosres.errors import DataError, Problem
from phosres.readers._piles import find_piles

MOST_LOG2 = 64.0
"""No log2 value of a mass spectrometer, and no log2 ratio of two of them, is larger."""
_LINEAR_MEDIAN = 100.0
_LOG2_MEDIAN = (5.0, 40.0)
_RATIO_MEDIAN = (0.2, 5.0)
_NEGATIVE_SHARE = 0.05
"""A twentieth of values below zero cannot be a few background-subtracted intensities."""
_MOST_NEGATIVE = 0.3
"""Background subtraction leaves fewer negative intensities than this."""
_ENOUGH = 0.1
"""Share of the values of the fullest sample from which a sample's median is compared."""
_FEWEST = 20
"""The median of fewer values is chance: a dozen peptides of one run span 2**10 and more."""
_TELLING = 5_000
"""Values that tell the median of a sample closely enough to see another scale."""
_APART = 8.0
"""Samples of one experiment differ by loading, at most some 2**5; 2**8 is another scale."""

Kind = Literal["linear", "log2"]
Values = Literal["intensity", "ratio", "change"]


@dataclass(frozen=True, slots=True)
class Scale:
    """Scale of the values in a file.

    Parameters
    ----------
    kind
        ``linear`` or ``log2``.
    values
        ``intensity``, ``ratio`` or ``change``.
    text
        What it was told from, one sentence.
    warnings
        Sentences a user should read.
    """

    kind: Kind
    values: Values
    text: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Look:
    median: float
    low: float
    high: float
    negative: float
    above: int
    n: int

    def __str__(self) -> str:
        return (
            f"median {self.median:.4g}, range {self.low:.4g} to {self.high:.4g}, "
            f"{self.negative:.0%} below zero"
        )


def _look(values: NDArray[np.float64]) -> _Look:
    """Look at the values of one sample; zeros say nothing of the scale."""
    seen = values[(values > 0) | (values < 0)]
    if not len(seen):
        return _Look(np.nan, np.nan, np.nan, 0.0, 0, 0)
    return _Look(
        _median(seen),
        float(seen.min()),
        float(seen.max()),
        float((seen < 0).mean()),
        int((seen > MOST_LOG2).sum()),
        len(seen),
    )


def _median(values: Sequence[float] | NDArray[np.float64]) -> float:
    with np.errstate(over="ignore"):  # absurd values are refused by their size, not by a warning
        return float(np.median(values))


def _together(looks: Sequence[_Look]) -> _Look:
    """Look at all samples at once: the median is that of the samples' medians."""
    seen = [k for k in looks if k.n]
    if not seen:
        return _Look(np.nan, np.nan, np.nan, 0.0, 0, 0)
    n = sum(k.n for k in seen)
    return _Look(
        _median([k.median for k in seen]),
        min(k.low for k in seen),
        max(k.high for k in seen),
        sum(k.negative * k.n for k in seen) / n,
        sum(k.above for k in seen),
        n,
    )


def _guess(look: _Look) -> tuple[Kind, Values] | None:
    if look.high > MOST_LOG2:
        if _LOG2_MEDIAN[0] <= look.median <= _LOG2_MEDIAN[1] and look.above < 0.01 * look.n:
            return None
        if look.negative >= _MOST_NEGATIVE:
            return None
        ratio = _RATIO_MEDIAN[0] <= look.median < _RATIO_MEDIAN[1]
        return ("linear", "ratio") if ratio else ("linear", "intensity")
    if look.low < -MOST_LOG2:
        return None
    if _LOG2_MEDIAN[0] <= look.median <= _LOG2_MEDIAN[1] and look.negative < _NEGATIVE_SHARE:
        return "log2", "intensity"
    if look.negative > 0:
        return "log2", "ratio"
    if _RATIO_MEDIAN[0] <= look.median < _RATIO_MEDIAN[1]:
        return "linear", "ratio"
    return None


def decide(
    values: NDArray[np.float64],
    samples: Sequence[str],
    path: str,
    *,
    declared: str = "auto",
    by: str = "input.scale",
    kind: str = "auto",
) -> Scale:
    """Decide the scale of the values, or say why it cannot be decided.

    Parameters
    ----------
    values
        Rows x samples as they stand in the file.
    samples
        Names of the columns.
    path
        File, for messages.
    declared
        ``linear``, ``log2`` or ``auto``.
    by
        Who declared it, for messages.
    kind
        ``intensity``, ``ratio`` or ``auto``.

    Raises
    ------
    DataError
        If what is declared contradicts the values, the values fit no scale, or the samples are on
        different scales.
    """
    with ThreadPoolExecutor() as pool:  # numpy works on the columns outside of Python's lock
        looks = list(pool.map(_look, values.T))
    look = _together(looks)
    if not look.n:
        hint = "check that the sample sheet names the columns with values"
        raise DataError(Problem("the samples of the sheet have no value", path, hint=hint))
    problems = _mixed(looks, samples, path)
    guess = _guess(look)
    if not problems and declared != "auto":
        problems = _contradiction(look, declared, kind, path, by)
    if not problems and declared == "auto" and guess is None:
        hint = "set input.scale to 'linear' or 'log2'"
        problems = [Problem(f"the scale of the values cannot be told: {look}", path, hint=hint)]
    if problems:
        raise DataError(problems)
    scale: Kind = "log2" if declared == "log2" or (guess and guess[0] == "log2") else "linear"
    scale = "linear" if declared == "linear" else scale
    what: Values = "ratio" if kind == "ratio" else "intensity"
    if kind == "auto" and guess is not None and guess[0] == scale:
        what = guess[1]
    how = f"declared by {by}" if declared != "auto" else "told from the values"
    warnings = []
    if scale == "linear" and look.negative > 0:
        count = int((values < 0).sum())
        warnings.append(f"values below zero were taken as not measured: {count:,}")
    zeros = 0.0
    if scale == "log2" and what == "intensity":
        zeros = float((values == 0).sum() / max(1, np.isfinite(values).sum()))
    if zeros >= 0.01:
        warnings.append(
            f"{zeros:.0%} of the log2 values are exactly 0 and were kept as values; "
            'if 0 means "not measured", set input.missing: ["0"]'
        )
    measured = np.where(values == 0, np.nan, values) if zeros >= 0.01 else values
    warnings += find_piles(measured, samples, linear=scale == "linear" and what != "change")
    if declared == "auto" and (scale, what) == ("linear", "ratio"):
        warnings.append(
            f"the values were taken for ratios on a linear scale ({look}); "
            "if they are log2, set input.scale: log2"
        )
    return Scale(scale, what, f"{scale} {what} values, {how} ({look})", tuple(warnings))


def _contradiction(look: _Look, declared: str, kind: str, path: str, by: str) -> list[Problem]:
    low, high = _LOG2_MEDIAN
    todo = (
        "set input.scale to '{}'"
        if by == "input.scale"
        else "set input.format to 'generic_wide' and input.scale to '{}'"
    )
    if declared == "linear":
        is_log2 = look.negative >= _NEGATIVE_SHARE
        is_log2 |= low <= look.median <= high and kind != "ratio"
        if look.high <= MOST_LOG2 and is_log2:
            text = f"the values are declared linear ({by}) but look like log2: {look}"
            return [Problem(text, path, hint=todo.format("log2"))]
    elif look.above:
        text = f"the values are declared log2 ({by}) but look linear: {look}"
        hint = todo.format("linear")
        if look.median <= high and look.above < 0.01 * look.n:
            text = f"{look.above:,} values are too large for log2 ({by}): {look}"
            hint = f"correct the values above {MOST_LOG2:.0f}, or {hint}"
        return [Problem(text, path, hint=hint)]
    elif look.low < -MOST_LOG2:
        text = f"values below -{MOST_LOG2:.0f} are no log2 values ({by}): {look}"
        return [Problem(text, path, hint=f"correct them, or {todo.format('linear')}")]
    elif kind == "ratio" and abs(look.median) > 2 * _RATIO_MEDIAN[1]:
        text = f"the values are declared ratios (input.values) but look like intensities: {look}"
        return [Problem(text, path, hint="set input.values to 'intensity'")]
    return []


def _mixed(looks: Sequence[_Look], samples: Sequence[str], path: str) -> list[Problem]:
    """Find samples on another scale than the rest: some linear, some log2."""
    linear = [
        f"'{s}' ({k.median:.4g})"
        for s, k in zip(samples, looks, strict=True)
        if k.median > _LINEAR_MEDIAN
    ]
    logged = [
        f"'{s}' ({k.median:.4g})"
        for s, k in zip(samples, looks, strict=True)
        if k.n and k.high <= MOST_LOG2 and k.median <= _LOG2_MEDIAN[1]
    ]
    if not linear or not logged:
        return []
    text = (
        f"the samples are on different scales: {_some(linear)} look linear, "
        f"{_some(logged)} look like log2 (medians in brackets)"
    )
    return [Problem(text, path, hint="bring all samples to one scale")]


def _some(names: list[str]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def to_log2(
    values: NDArray[np.float64], scale: Scale, *, zero_is_missing: bool = False
) -> NDArray[np.float64]:
    """Bring values to log2; linear values of zero or less are missing.

    Parameters
    ----------
    values
        Rows x samples as they stand in the file.
    scale
        Their scale.
    zero_is_missing
        Whether 0 is missing on the log2 scale, too.
    """
    if scale.kind == "linear" and scale.values == "change":
        # Fold changes with a sign: -2 is a half.
        values = np.where(values < 0, -1 / np.where(values < 0, values, -1.0), values)
    if scale.kind == "linear":
        positive = np.where(values > 0, values, np.nan)
        return np.log2(positive, out=positive)
    return np.where(values == 0, np.nan, values) if zero_is_missing else values


def check_columns(values: NDArray[np.float64], samples: Sequence[str], path: str) -> list[Problem]:
    """Find samples without any value, and samples whose medians are on another scale.

    Parameters
    ----------
    values
        Rows x samples, log2.
    samples
        Names of the columns.
    path
        File, for messages.
    """
    count = np.isfinite(values).sum(axis=0)
    empty = [s for s, n in zip(samples, count.tolist(), strict=True) if not n]
    hint = "check the column, or take the sample out of the sample sheet"
    problems = [
        Problem(f"sample '{s}' has no value at all", path, column=s, hint=hint) for s in empty
    ]
    if (count > 0).sum() < 1:
        return problems
    highest = np.fmax.reduce(values, axis=0, initial=-np.inf)
    problems += [
        Problem(
            f"sample '{s}' has a value of 2**{top:.0f}, which no instrument gives",
            path,
            column=s,
            hint="look for a mistyped exponent, or for a column that holds something else",
        )
        for s, top in zip(samples, highest.tolist(), strict=True)
        if top > MOST_LOG2
    ]
    if (count > 0).sum() < 2:
        return problems
    enough = count >= max(_FEWEST, _ENOUGH * count.max())
    medians = np.full(len(samples), np.nan)
    step = max(1, len(values) // _TELLING)
    enough &= np.isfinite(values[::step]).any(axis=0)
    if enough.sum() < 2:
        return problems
    for at in np.flatnonzero(enough):
        column = values[::step, at]
        medians[at] = np.median(column[np.isfinite(column)])
    if np.nanmax(medians) - np.nanmin(medians) > _APART:
        low, high = int(np.nanargmin(medians)), int(np.nanargmax(medians))
        text = (
            f"the medians of '{samples[low]}' ({medians[low]:.1f}) and '{samples[high]}' "
            f"({medians[high]:.1f}) are more than {_APART:.0f} log2 apart"
        )
        problems.append(
            Problem(text, path, hint="these samples are not on one scale: check both columns")
        )
    return problems

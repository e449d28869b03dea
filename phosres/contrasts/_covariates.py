"""Covariates of a cohort's model: what columns of the sample sheet mean, and whether they fit in.

A column is numeric if all its cells are numbers, else it names categories; `batch` and `replicate`
always name categories, because their numbers are labels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.errors import DataError, Problem, did_you_mean
from phosres.table import PhosphoTable

FloatArray = NDArray[np.float64]

LABELS = ("batch", "replicate")
"""Columns whose numbers are labels."""

BLANK = {"", "na", "nan", "n/a", "none", "null"}
"""Spellings of a cell that says nothing."""

DEPENDENT = 1e-6
"""Length below which the part of a unit vector outside a space is rounding noise."""


@dataclass(frozen=True, eq=False)
class Covariate:
    """One column of the sample sheet, for the samples of a contrast.

    Parameters
    ----------
    name
        Column.
    cells
        Its numbers or categories, by sample.
    numeric
        True for numbers.
    """

    name: str
    cells: pd.Series
    numeric: bool

    @property
    def text(self) -> str:
        """Say what it is taken for."""
        kind = "a number" if self.numeric else f"{self.cells.nunique()} categories"
        return f"{self.name} ({kind})"

    def columns(self, units: NDArray[np.int64]) -> FloatArray:
        """Return its columns of the design, a row a unit: the number, or one column a category.

        Parameters
        ----------
        units
            Unit of each sample; the samples of a unit share their category, numbers are averaged.
        """
        first = np.unique(units, return_index=True)[1]
        if self.numeric:
            return self.cells.groupby(units).mean().to_numpy(dtype=np.float64)[:, None]
        codes = np.asarray(pd.factorize(self.cells)[0])[first]
        return np.asarray(codes[:, None] == np.unique(codes), dtype=np.float64)


def take_covariates(
    table: PhosphoTable, arms: pd.DataFrame, names: Sequence[str]
) -> tuple[Covariate, ...]:
    """Read covariates of the compared samples from the sample sheet.

    Parameters
    ----------
    table
        Samples with their columns.
    arms
        Compared samples.
    names
        Columns.

    Raises
    ------
    DataError
        If there is no such column, or a compared sample has nothing in it; all at once.
    """
    sheet = table.samples.loc[arms.index]
    problems = []
    found = []
    for name in dict.fromkeys(names):
        if name not in sheet.columns:
            message = f"the sample sheet has no column {name!r} (design.covariates)"
            hint = did_you_mean(name, [str(c) for c in sheet.columns])
            problems.append(Problem(message, table.source.path, hint=hint))
            continue
        cells = sheet[name].fillna("").astype(str).str.strip()
        blank = set(cells.index[cells.str.casefold().isin(BLANK)])
        empty = [s for s in table.samples.index if s in blank]
        if empty:
            shown = ", ".join(repr(str(s)) for s in empty[:8]) + (" ..." if len(empty) > 8 else "")
            message = f"{name} (design.covariates) is blank for {len(empty)} samples: {shown}"
            hint = "fill it in, leave these samples out of the sheet, or do not adjust for it"
            problems.append(Problem(message, table.source.path, column=name, hint=hint))
            continue
        found.append(_recognise(name, cells))
    if problems:
        raise DataError(problems)
    return tuple(found)


def _recognise(name: str, cells: pd.Series) -> Covariate:
    numbers = pd.to_numeric(cells, errors="coerce")
    if name in LABELS or not np.isfinite(numbers.to_numpy(dtype=float)).all():
        return Covariate(name, cells, numeric=False)
    return Covariate(name, numbers.astype(float), numeric=True)


def span(columns: FloatArray, base: FloatArray) -> FloatArray:
    """Return orthonormal columns for what the given ones add to an orthonormal base.

    Parameters
    ----------
    columns
        Units x any number; each is brought to length 1, so that units of measure do not matter.
    base
        Units x any number, orthonormal.
    """
    length = np.linalg.norm(columns, axis=0)
    scaled = columns / np.where(length > 0, length, 1.0)
    for _ in range(2):  # twice is enough for full accuracy
        scaled = scaled - base @ (base.T @ scaled)
    u, d, _ = np.linalg.svd(scaled, full_matrices=False)
    return np.asarray(u[:, d > DEPENDENT])


def lay_out(
    covariates: Sequence[Covariate],
    units: NDArray[np.int64],
    treated: FloatArray,
    base: FloatArray,
    path: str,
) -> tuple[Mapping[str, FloatArray], tuple[str, ...]]:
    """Return the design's columns of each covariate, and the names of those that add nothing.

    Parameters
    ----------
    covariates
        Of the compared samples.
    units
        Unit of each sample.
    treated
        1 for units on treatment, else 0.
    base
        What the model holds anyway (intercept or subjects), orthonormal, units x any number.
    path
        File to name in errors.

    Raises
    ------
    DataError
        If covariates determine one another or the treatment, or leave no residual df.
    """
    own = {c.name: span(c.columns(units), base) for c in covariates}
    idle = tuple(name for name, columns in own.items() if not columns.shape[1])
    used = {name: columns for name, columns in own.items() if columns.shape[1]}
    # Columns of length 1 in the space beside the base: the condition is one more of them.
    terms = {**used, "condition": span(treated[:, None], base)}
    stacked = np.column_stack(list(terms.values()))
    owner = np.repeat(list(terms), [c.shape[1] for c in terms.values()])
    _, d, right = np.linalg.svd(stacked, full_matrices=True)
    null = right[int((d > DEPENDENT).sum()) :]
    if len(null):
        involved = np.abs(null).max(axis=0) > DEPENDENT
        raise DataError(_collinear([n for n in terms if involved[owner == n].any()], path))
    if len(treated) - base.shape[1] - stacked.shape[1] < 1 and used:
        message = (
            f"{' and '.join(used)} (design.covariates) need {stacked.shape[1] - 1} coefficients, "
            f"which {len(treated)} samples cannot carry beside the rest of the model"
        )
        raise DataError(Problem(message, path, hint="adjust for fewer covariates"))
    return used, idle


def _collinear(names: Sequence[str], path: str) -> Problem:
    """Say which columns cannot be told apart."""
    others = [n for n in names if n != "condition"]
    listed = " and ".join(repr(n) for n in others)
    if "condition" in names:
        message = (
            f"the change on treatment cannot be told from {listed} (design.covariates): "
            f"{'it is' if len(others) == 1 else 'together they are'} determined by which samples "
            "are before and which on treatment"
        )
        hint = "do not adjust for it; the comparison is confounded with it and cannot be mended"
    else:
        message = f"{listed} (design.covariates) determine one another in the compared samples"
        hint = "adjust for one of them"
    return Problem(message, path, hint=hint)

"""The linear model of a cohort: its units, subjects, treatment and covariates."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres import stats
from phosres.contrasts._covariates import Covariate, lay_out, span
from phosres.errors import DataError, Problem
from phosres.results import CohortModel, Design
from phosres.table import PhosphoTable

Replicates = Literal["auto", "average", "separate"]
Correlation = Literal["blocks", "consensus"] | float

MIN_DF = 2
"""Residual df that must remain between subjects for replicates to be averaged by themselves: with
fewer, subjects show no spread of their own, and the replicates are all the replication there is."""


def build_model(
    table: PhosphoTable,
    arms: pd.DataFrame,
    design: Design,
    covariates: Sequence[Covariate],
    *,
    correlation: Correlation,
    replicates: Replicates,
) -> tuple[CohortModel, tuple[str, ...]]:
    """Lay out the linear model of a cohort.

    Parameters
    ----------
    table
        Values of the samples in `arms`.
    arms
        Columns arm and subject, one row a sample.
    design
        ``paired`` or ``groups``.
    covariates
        To adjust for.
    correlation
        How the samples of one subject are related (see `phosres.contrasts.contrast`).
    replicates
        Whether samples of one subject and side are averaged.

    Returns
    -------
    The model, and what to say about it, a clause each.

    Raises
    ------
    DataError
        If covariates cannot be told from one another or from the treatment.
    """
    random = design == "paired" and correlation != "blocks"
    units, said = _choose_units(arms, design, covariates, replicates, random=random)
    first = np.unique(units, return_index=True)[1]
    rows = arms.iloc[first]
    treated = (rows["arm"] == "on").to_numpy().astype(float)
    subject = np.asarray(pd.factorize(rows["subject"])[0], dtype=np.int64)
    fixed = design == "paired" and not random
    base = _base(subject if fixed else np.zeros_like(subject))
    used, idle = lay_out(covariates, units, treated, base, table.source.path)
    said += _describe(covariates, idle, subjects=fixed)
    # With fixed subjects these take the place of the intercept.
    level = [] if fixed else [np.ones((len(treated), 1))]
    columns = np.column_stack([*level, *used.values(), treated[:, None]])
    blocks, rho = (subject if design == "paired" else None), None
    if random:
        values = unit_values(table, arms, units)
        rho = _correlation(table, values, columns, subject, correlation)
        how = "estimated" if correlation == "consensus" else "given"
        said += (f"samples of one subject correlate by {rho:.2f} ({how})",)
    return CohortModel(units, columns, columns.shape[1] - 1, blocks, rho), said


def name_idle(
    design: Design, covariates: Sequence[Covariate], correlation: Correlation
) -> tuple[str, ...]:
    """Say which options do nothing in a design.

    Parameters
    ----------
    design
        As chosen.
    covariates, correlation
        As given.
    """
    said = []
    if design != "paired" and correlation != "blocks":
        said.append("the correlation within subjects is not used: they are not compared in pairs")
    if design == "single" and covariates:
        names = ", ".join(c.name for c in covariates)
        said.append(f"not adjusted for {names}: a single pair cannot be")
    return tuple(said)


def unit_values(table: PhosphoTable, arms: pd.DataFrame, units: NDArray[np.int64]) -> np.ndarray:
    """Return values by feature and unit.

    Parameters
    ----------
    table
        Values.
    arms
        Samples, in the order of `units`.
    units
        Unit of each sample.
    """
    return stats.average_columns(table.values[arms.index].to_numpy(), units)


def _choose_units(
    arms: pd.DataFrame,
    design: Design,
    covariates: Sequence[Covariate],
    replicates: Replicates,
    *,
    random: bool,
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return the unit of each sample: itself, or all replicates of its subject, side and batch."""
    each = np.arange(len(arms), dtype=np.int64)
    keys = [arms["subject"], arms["arm"]]
    keys += [c.cells for c in covariates if not c.numeric]
    labels = pd.MultiIndex.from_arrays(keys)
    units = np.asarray(pd.factorize(labels)[0], dtype=np.int64)
    n_units = int(units.max()) + 1
    if n_units == len(arms):
        return each, ()
    subjects = arms["subject"].nunique()
    # Between subjects: pairs spend one df a subject and one for the change, groups one a side.
    left = n_units - 2 - (subjects - 1 if design == "paired" and not random else 0)
    if replicates == "average" or (replicates == "auto" and left >= MIN_DF):
        return units, (f"replicates of a subject are averaged ({len(arms)} samples to {n_units})",)
    why = "" if replicates == "separate" else ", too few subjects to stand for others"
    return each, (f"replicates count as samples of their own: of these {subjects} subjects{why}",)


def _base(subject: NDArray[np.int64]) -> np.ndarray:
    """Return one orthonormal column a subject."""
    return span((subject[:, None] == np.unique(subject)).astype(float), np.empty((len(subject), 0)))


def _describe(
    covariates: Sequence[Covariate], idle: Sequence[str], *, subjects: bool
) -> tuple[str, ...]:
    """Say what is adjusted for, and which covariates change nothing."""
    used = [c.text for c in covariates if c.name not in idle]
    said = [f"adjusted for {', '.join(used)}"] if used else []
    if idle:
        why = "each subject has one value" if subjects else "all samples have one value"
        said.append(f"not adjusted for {', '.join(idle)}: {why}")
    return tuple(said)


def _correlation(
    table: PhosphoTable,
    values: np.ndarray,
    design: np.ndarray,
    subject: NDArray[np.int64],
    correlation: Correlation,
) -> float:
    """Return the correlation of a subject's units: as given, or estimated from all features."""
    if not isinstance(correlation, str):
        return float(correlation)
    found = stats.consensus_correlation(values, design, subject).estimate
    if not np.isfinite(found):
        message = "no feature shows how samples of one subject correlate"
        hint = "give the correlation as a number, or use statistics.correlation: blocks"
        raise DataError(Problem(message, table.source.path, hint=hint))
    # Samples of one subject that are less alike than strangers: nothing is gained by blocks.
    return max(found, 0.0)

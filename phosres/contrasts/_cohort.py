"""Effects of a cohort: a moderated linear model, and how correlated its noise is."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from phosres import stats
from phosres.contrasts._effects import MIN_FEATURES, effect_table
from phosres.contrasts._model import unit_values
from phosres.errors import DataError, Problem
from phosres.evidence import STRETCH
from phosres.results import CohortModel, SiteEffects
from phosres.table import PhosphoTable

COHORT_CORRELATION: Mapping[str, float] = {"stretch": 0.5, "protein": 0.15, "between": 0.02}
"""Noise correlation of a cohort's effects where its residuals are too few to tell. Within a protein
0.07 to 0.16 and between proteins 0 to 0.006 were estimated from replicates of three public cell and
tissue data sets, here at the upper end; forms of one stretch share digestion, so clearly more: 0.5
is a stated assumption."""


def estimate_cohort(
    table: PhosphoTable, arms: pd.DataFrame, model: CohortModel, *, trend: bool, robust: bool
) -> SiteEffects:
    """Moderated linear model over all subjects.

    Parameters
    ----------
    table
        Values of the samples in `arms`.
    arms
        Columns arm and subject, one row a sample.
    model
        The linear model.
    trend, robust
        Kind of prior.

    Raises
    ------
    DataError
        If no feature can show its noise.
    """
    values = unit_values(table, arms, model.units)
    fit = _moderated(table, values, model, trend=trend, robust=robust)
    residuals = stats.fit_residuals(
        values, model.design, blocks=model.blocks, correlation=model.correlation
    )
    prior = "intensity-trended, robust" if trend and robust else f"trend={trend}, robust={robust}"
    d0 = float(np.nanmedian(fit.df_prior))
    return SiteEffects(
        level="cohort",
        subject="",
        table=effect_table(table, arms, fit.log2fc, fit.se, fit.df, fit.t, fit.p),
        method=f"moderated t ({_name_subjects(model)}; {prior} empirical Bayes prior, "
        f"prior df {d0:.3g})",
        n_of_one=False,
        correlation=_correlation(table, residuals, fit.df_residual),
        parameters={"df_prior": d0, "s2_prior": float(np.nanmedian(fit.s2_prior))},
    )


def _name_subjects(model: CohortModel) -> str:
    """Say how subjects enter the model."""
    if model.blocks is None:
        return "groups"
    if model.correlation is None:
        return "subjects as blocks"
    return f"subjects random, correlation {model.correlation:.2f}"


def _moderated(
    table: PhosphoTable, values: np.ndarray, model: CohortModel, *, trend: bool, robust: bool
) -> stats.Moderated:
    """Fit the cohort's model; a table in which no feature can show its noise is refused."""
    try:
        return stats.moderated(
            values,
            model.design,
            model.column,
            blocks=model.blocks,
            correlation=model.correlation,
            trend=trend,
            robust=robust,
        )
    except ValueError as error:
        message = f"the cohort cannot be tested: {error}"
        hint = "no feature is measured in enough samples: add samples, or compare one pair alone"
        raise DataError(Problem(message, file=table.source.path, hint=hint)) from error


def _correlation(table: PhosphoTable, residuals: np.ndarray, df: np.ndarray) -> dict[str, Any]:
    """Estimate noise correlation within peptide stretches and proteins from the residuals."""
    features = table.features
    protein = features["protein"].where(features["protein"] != "", features["gene"])
    text = features["sites"].str.extract(r"(\d+)", expand=False)
    rows = pd.DataFrame(
        {"protein": protein.to_numpy(), "position": pd.to_numeric(text).to_numpy(), "df": df}
    )
    usable = (rows["protein"] != "") & rows["position"].notna() & (rows["df"] >= 2)
    order = rows[usable].sort_values(["protein", "position"], kind="stable")
    codes = pd.factorize(order["protein"])[0]
    far = (order["position"].diff().fillna(0) > STRETCH).to_numpy()
    stretches = np.cumsum((np.diff(codes, prepend=-1) != 0) | far)
    kept, freedom = residuals[order.index], order["df"].to_numpy()
    near = stats.mean_pairwise_correlation(kept, stretches, freedom)
    within = stats.mean_pairwise_correlation(kept, codes, freedom)
    if min(near.n_pairs, within.n_pairs) < MIN_FEATURES:
        return {**COHORT_CORRELATION, "origin": "assumed"}
    return {
        "stretch": float(np.clip(near.estimate, 0, 0.95)),
        "protein": float(np.clip(within.estimate, 0, 0.95)),
        "between": COHORT_CORRELATION["between"],
        "origin": f"estimated from {near.n_pairs:,} pairs of features of one stretch",
    }

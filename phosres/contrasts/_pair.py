"""Effects of one subject: a pair without replicates, with its own spread as the noise."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from phosres import stats
from phosres.contrasts._effects import MIN_FEATURES, effect_table
from phosres.errors import DataError, Problem
from phosres.results import SiteEffects
from phosres.table import PhosphoTable

PAIR_CORRELATION: Mapping[str, float] = {"stretch": 0.9, "protein": 0.5, "between": 0.1}
"""The same for a single pair. There the noise is not measurement alone: two untreated specimens
differ in the activity of a pathway, and that difference is common to the forms of a site almost
wholly, to the sites of a protein in part, and to the members of a pathway somewhat. No replicates
can show how much, so these are stated assumptions on the safe side: however many forms were seen, a
site counts little more than once, and ten proteins of a set count as five."""


def estimate_subject(
    table: PhosphoTable, arms: pd.DataFrame, subject: str, biopsy_sd: float | None
) -> SiteEffects:
    """Difference of one subject's samples, with the noise taken from the pair itself."""
    pre = _arm_mean(table, arms, "pre")
    on = _arm_mean(table, arms, "on")
    difference, mean = on - pre, (on + pre) / 2
    n = int(np.isfinite(difference).sum())
    if n < MIN_FEATURES:
        empty = np.full(len(difference), np.nan)
        return SiteEffects(
            level="subject",
            subject=subject,
            table=effect_table(table, arms, difference, empty, empty, empty, empty),
            method=f"no test: only {n} features in both samples (at least {MIN_FEATURES})",
            n_of_one=True,
            correlation={**PAIR_CORRELATION, "origin": "assumed"},
        )
    intensity = mean if table.scale == "log2_intensity" else None
    noise = _pair_noise(table, subject, difference, intensity)
    scale = np.maximum(noise.scale, np.sqrt(2) * (biopsy_sd or 0.0))
    t = difference / scale
    return SiteEffects(
        level="subject",
        subject=subject,
        table=effect_table(
            table,
            arms,
            difference,
            scale,
            np.full(len(t), noise.df),
            t,
            stats.two_sided(t, noise.df),
        ),
        method=_pair_method(noise),
        n_of_one=True,
        correlation={**PAIR_CORRELATION, "origin": "assumed"},
        parameters={"df": noise.df, "median_scale": float(np.nanmedian(scale))},
    )


def _pair_noise(
    table: PhosphoTable, subject: str, difference: np.ndarray, intensity: np.ndarray | None
) -> stats.PairNoise:
    """Fit the noise of a pair; two samples that are copies of each other have none."""
    try:
        return stats.fit_pair_noise(difference, intensity)
    except ValueError as error:
        message = f"the two sides of {subject!r} cannot be compared: {error}"
        hint = "check that they are not the same sample twice"
        raise DataError(Problem(message, file=table.source.path, hint=hint)) from error


def _pair_method(noise: stats.PairNoise) -> str:
    """Say how the noise of a pair was taken from the pair itself."""
    where = "of similar intensity" if noise.local else "of all intensities"
    return (
        f"n of 1: t on {noise.df:.3g} df, scale from the spread of the pair's own {noise.n:,} "
        f"differences {where} (median {float(np.nanmedian(noise.scale)):.2f} log2)"
    )


def _arm_mean(table: PhosphoTable, arms: pd.DataFrame, arm: str) -> np.ndarray:
    """Mean of the samples of one arm per feature; NaN where none has a value."""
    values = table.values[arms.index[arms["arm"] == arm]]
    return values.mean(axis=1).to_numpy()

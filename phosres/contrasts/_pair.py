"""Effects of one subject, judged by the best noise there is: replicates, a panel, or the pair."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from phosres import stats
from phosres.contrasts._cohort import _correlation as estimate_correlation
from phosres.contrasts._effects import MIN_FEATURES, effect_table
from phosres.errors import DataError, Problem
from phosres.noise import NoisePanel, apply_panel, find_mismatches
from phosres.results import SiteEffects
from phosres.table import PhosphoTable

PAIR_CORRELATION: Mapping[str, float] = {"stretch": 0.9, "protein": 0.5, "between": 0.2}
"""The same for a single pair. There the noise is not measurement alone: two untreated specimens
differ in the activity of a pathway, and that difference is common to the forms of a site almost
wholly, to the sites of a protein in part, and to the members of a pathway somewhat. One pair cannot
show how much, so these are stated assumptions. In null pairs of xenografts and of rat muscle cells,
signed members of one curated set on different proteins go together by 0.22 and 0.15 on average,
hence 0.2; mouse muscle, kept for checking, shows 0.12. Within a protein 0.25 to 0.5, within a
stretch 0.3 to 0.8 were found: there the upper end is taken. However many forms were seen, a site
counts little more than once, and ten proteins of a set count as less than four."""

SURE_LOCALIZATION = 0.99
"""Forms localised less surely may hold the signal of a neighbouring form too. The second of the two
usual cut-offs (class I is 0.75, which a table has been filtered by)."""


@dataclass(frozen=True)
class _Noise:
    """Standard error and df of every feature, and where they come from."""

    kind: str
    se: np.ndarray
    df: np.ndarray
    text: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    correlation: Mapping[str, Any] = field(
        default_factory=lambda: {**PAIR_CORRELATION, "origin": "assumed"}
    )


def estimate_subject(
    table: PhosphoTable,
    arms: pd.DataFrame,
    subject: str,
    *,
    biopsy_sd: float | None = None,
    panel: NoisePanel | None = None,
    trend: bool = True,
    robust: bool = True,
) -> SiteEffects:
    """Difference of one subject's samples, with the best noise there is for it.

    (a) Replicates on either side: a moderated t with them as the noise. Replicates of one biopsy do
    not show how biopsies differ, so the standard error is never below the pair's own scale (c)
    unless `biopsy_sd` is given, which is then added. (b) A noise model learnt elsewhere, with
    `biopsy_sd` added. (c) The pair's own spread, which holds the difference between the biopsies
    already: `biopsy_sd` is its floor.
    """
    pre = _arm_mean(table, arms, "pre")
    on = _arm_mean(table, arms, "on")
    difference, mean = on - pre, (on + pre) / 2
    n = int(np.isfinite(difference).sum())
    if n < MIN_FEATURES:
        empty = np.full(len(difference), np.nan)
        text = f"no test: only {n} features in both samples (at least {MIN_FEATURES})"
        noise = _Noise("none", empty, empty, text)
    else:
        own = _fit_own(table, arms, subject, difference, mean)
        replicates = _replicate_noise(table, arms, own, biopsy_sd, trend=trend, robust=robust)
        if replicates is not None:
            noise = replicates
        elif panel is not None:
            noise = _panel_noise(table, panel, mean, own, biopsy_sd)
        else:
            noise = _own_noise(own, biopsy_sd)
    with np.errstate(invalid="ignore"):
        t = difference / noise.se
    p = stats.two_sided(t, noise.df)
    return SiteEffects(
        level="subject",
        subject=subject,
        table=effect_table(table, arms, difference, noise.se, noise.df, t, p),
        method=noise.text,
        n_of_one=True,
        correlation=noise.correlation,
        parameters=noise.parameters,
        noise=noise.kind,
    )


def _fit_own(
    table: PhosphoTable,
    arms: pd.DataFrame,
    subject: str,
    difference: np.ndarray,
    mean: np.ndarray,
) -> stats.PairNoise:
    """Fit the pair's own spread; two samples that are copies of each other have none.

    Noise may differ between forms with one, two and more phosphates, surely and less surely
    localised ones, and those measured in all or only some of the replicates.
    """
    features = table.features
    phosphates, localization = (
        pd.to_numeric(features[c], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        for c in ("multiplicity", "localization")
    )
    seen = table.values[arms.index].notna().sum(axis=1).to_numpy()
    groups = np.column_stack(
        [
            phosphates >= 2,
            phosphates >= 3,
            localization < SURE_LOCALIZATION,
            seen < len(arms),
        ]
    )
    intensity = mean if table.scale == "log2_intensity" else None
    try:
        return stats.fit_pair_noise(difference, intensity, groups)
    except ValueError as error:
        message = f"the two sides of {subject!r} cannot be compared: {error}"
        hint = "check that they are not the same sample twice"
        raise DataError(Problem(message, file=table.source.path, hint=hint)) from error


def _own_noise(own: stats.PairNoise, biopsy_sd: float | None) -> _Noise:
    """Rung (c): the pair's own spread."""
    scale = np.maximum(own.scale, np.sqrt(2) * (biopsy_sd or 0.0))
    df = float(np.nanmedian(own.df))
    where = "of similar intensity" if own.local else "of all intensities"
    text = (
        f"n of 1: t on {df:.3g} df, scale from the spread of the pair's own {own.n:,} "
        f"differences {where} (median {float(np.nanmedian(scale)):.2f} log2)"
    )
    parameters = {"df": df, "median_scale": float(np.nanmedian(scale))}
    return _Noise("pair", scale, own.df, text + _added(biopsy_sd, "at least"), parameters)


def _panel_noise(
    table: PhosphoTable,
    panel: NoisePanel,
    mean: np.ndarray,
    own: stats.PairNoise,
    biopsy_sd: float | None,
) -> _Noise:
    """Rung (b): replicates elsewhere, looked up by the rank of the intensity."""
    intensity = np.where(np.isfinite(own.scale), mean, np.nan)
    noise = apply_panel(panel, table, intensity, biopsy_sd or 0.0)
    cautions = find_mismatches(panel, intensity, noise, own)
    text = (
        f"n of 1: t on {panel.model.d0:.3g} df, scale from {panel.text}, looked up by rank of "
        f"intensity (median {float(np.nanmedian(noise.scale)):.2f} log2)"
        f"{_added(biopsy_sd, 'with')}" + "".join(f". Caution: {c}" for c in cautions)
    )
    parameters = {
        "df": panel.model.d0,
        "median_scale": float(np.nanmedian(noise.scale)),
        "cautions": list(cautions),
    }
    return _Noise("noise_model", noise.scale, noise.df, text, parameters)


def _replicate_noise(
    table: PhosphoTable,
    arms: pd.DataFrame,
    own: stats.PairNoise,
    biopsy_sd: float | None,
    *,
    trend: bool,
    robust: bool,
) -> _Noise | None:
    """Rung (a): the subject's own replicates; None if it has none that show any noise."""
    values = table.values[arms.index].to_numpy()
    treated = (arms["arm"] == "on").to_numpy().astype(float)
    design = np.column_stack([np.ones_like(treated), treated])
    if len(arms) < 3:
        return None
    try:
        fit = stats.moderated(values, design, 1, trend=trend, robust=robust)
    except ValueError:
        return None
    floored = np.zeros(len(values), dtype=bool)
    if biopsy_sd is None:
        floored = own.scale > fit.se
        se = np.where(floored, own.scale, fit.se)
        df = np.where(floored, np.fmin(own.df, fit.df), fit.df)
    else:
        # The biopsies' part of the variance is given, not estimated (Satterthwaite 1946).
        se = np.hypot(fit.se, np.sqrt(2) * biopsy_sd)
        df = fit.df * (se / fit.se) ** 4
    residuals = stats.fit_residuals(values, design)
    n_on = int(treated.sum())
    shared = float(floored[np.isfinite(fit.se)].mean())
    floor = f", not below the pair's own spread ({shared:.0%} of the features)"
    text = (
        f"n of 1 with replicates ({len(treated) - n_on} against {n_on}): moderated t, prior df "
        f"{float(np.nanmedian(fit.df_prior)):.3g} (median standard error "
        f"{float(np.nanmedian(se)):.2f} log2)"
    )
    return _Noise(
        "replicates",
        se,
        df,
        text + (floor if biopsy_sd is None else _added(biopsy_sd, "with")),
        {"df_prior": float(np.nanmedian(fit.df_prior)), "median_scale": float(np.nanmedian(se))},
        _replicate_correlation(table, residuals, fit.df_residual, floored=biopsy_sd is None),
    )


def _replicate_correlation(
    table: PhosphoTable, residuals: np.ndarray, df: np.ndarray, *, floored: bool
) -> dict[str, Any]:
    """Take the correlation of forms and of a protein's sites from replicates, if they tell.

    Where the pair's own spread is the floor, noise is more than measurement, and the assumptions
    for a pair are the least. Members of a set share what replicates do not show.
    """
    found = estimate_correlation(table, residuals, df)
    if found["origin"] == "assumed":
        return {**PAIR_CORRELATION, "origin": "assumed"}
    least = PAIR_CORRELATION if floored else {"stretch": 0.0, "protein": 0.0}
    shown = {k: max(float(found[k]), least[k]) for k in ("stretch", "protein")}
    return {**shown, "between": PAIR_CORRELATION["between"], "origin": found["origin"]}


def _added(biopsy_sd: float | None, how: str) -> str:
    """Say what a known spread between biopsies did."""
    if biopsy_sd is None:
        return ""
    return f", {how} a standard deviation of {biopsy_sd:g} log2 between biopsies"


def _arm_mean(table: PhosphoTable, arms: pd.DataFrame, arm: str) -> np.ndarray:
    """Mean of the samples of one arm per feature; NaN where none has a value."""
    values = table.values[arms.index[arms["arm"] == arm]]
    return values.mean(axis=1).to_numpy()

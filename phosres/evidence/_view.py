"""The curated features of one contrast as one level and subject sees them, ready for arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from phosres import stats
from phosres.results import Contrast, SiteEffects


@dataclass(frozen=True, eq=False)
class View:
    """Curated features with their changes; arrays have one entry a feature.

    Parameters
    ----------
    features
        Names.
    by_site
        Positions of the features that carry a curated site, by site id.
    protein, position, multiplicity
        Leading protein (or gene), first position, number of phosphates (NaN if unknown).
    log2fc, se, df
        Change, standard error and degrees of freedom; NaN where not estimable.
    mean
        Mean log2 intensity; NaN throughout for ratio tables, which hold no amounts.
    n_pre, n_on
        Values on either side.
    correlation
        Noise correlation assumed for a stretch, a protein, and between proteins.
    residuals, residual_df
        Residuals (features x samples) and their df; None without replicates.
    steps
        How the curated sites of each feature were found, by site id; empty if that is not known.
    species
        Species of each feature, ``human+mouse`` if both share it; empty if that is not known.
    """

    features: tuple[str, ...]
    by_site: Mapping[str, tuple[int, ...]]
    protein: tuple[str, ...]
    position: np.ndarray
    multiplicity: np.ndarray
    log2fc: np.ndarray
    se: np.ndarray
    df: np.ndarray
    mean: np.ndarray
    n_pre: np.ndarray
    n_on: np.ndarray
    correlation: Mapping[str, Any]
    residuals: np.ndarray | None = None
    residual_df: np.ndarray | None = None
    steps: tuple[Mapping[str, str], ...] = ()
    species: tuple[str, ...] = ()


def view(contrast: Contrast, effects: SiteEffects) -> View:
    """Take the curated features out of one level and subject of a contrast.

    Features without any value in its samples are left out: they were not measured there.

    Parameters
    ----------
    contrast
        A contrast whose features were identified.
    effects
        One of its effects.
    """
    features = contrast.data.features
    seen = effects.table["n_pre"] + effects.table["n_on"] > 0
    rows = features[(features["site_ids"] != "") & seen]
    by_site: dict[str, list[int]] = {}
    for i, ids in enumerate(rows["site_ids"]):
        for site_id in ids.split(";"):
            by_site.setdefault(site_id, []).append(i)
    table = effects.table.loc[rows.index]
    # A change that was given rests on both sides.
    before = "n_on" if contrast.design == "given" else "n_pre"
    named = rows["protein"].where(rows["protein"] != "", rows["gene"])
    position = pd.to_numeric(rows["sites"].str.extract(r"(\d+)", expand=False))
    amounts = contrast.data.scale == "log2_intensity"
    residuals, residual_df = _residuals(contrast, rows.index, effects)
    return View(
        features=tuple(rows.index),
        by_site={s: tuple(i) for s, i in by_site.items()},
        protein=tuple(named),
        position=position.fillna(0).to_numpy(dtype=float),
        multiplicity=rows["multiplicity"].to_numpy(dtype=float, na_value=np.nan),
        log2fc=table["log2fc"].to_numpy(dtype=float),
        se=table["se"].to_numpy(dtype=float),
        df=table["df"].to_numpy(dtype=float),
        mean=table["mean"].to_numpy(dtype=float) if amounts else np.full(len(rows), np.nan),
        n_pre=table[before].to_numpy(dtype=int),
        n_on=table["n_on"].to_numpy(dtype=int),
        correlation=effects.correlation,
        residuals=residuals,
        residual_df=residual_df,
        steps=_steps(rows),
        species=tuple(rows["species"]) if "species" in rows else (),
    )


def _steps(rows: pd.DataFrame) -> tuple[Mapping[str, str], ...]:
    """Pair the curated sites of each feature with how they were found, if identification said."""
    if "site_steps" not in rows:
        return ()
    pairs = zip(rows["site_ids"].str.split(";"), rows["site_steps"].str.split(";"), strict=True)
    return tuple(dict(zip(ids, steps, strict=True)) for ids, steps in pairs)


def _residuals(
    contrast: Contrast, rows: pd.Index, effects: SiteEffects
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Return what the cohort's model leaves of these features; nothing for a single pair."""
    model = contrast.model
    if effects.level != "cohort" or rows.empty or model is None:
        return None, None
    values = contrast.data.values.loc[rows, contrast.arms.index].to_numpy()
    values = stats.average_columns(values, model.units)
    left = stats.fit_residuals(
        values, model.design, blocks=model.blocks, correlation=model.correlation
    )
    df = stats.fit_contrast(
        values, model.design, model.column, blocks=model.blocks, correlation=model.correlation
    ).df_residual
    return left, np.asarray(df)

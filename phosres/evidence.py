"""From features to one number: how several measurements of one quantity are combined.

A readout, a complex or a drug's target is seen through several features. They are not independent:
forms of one peptide stretch share digestion and biopsy, sites of one protein share its amount.
They are combined in two stages. First the forms of one stretch become one *unit*, one piece of
evidence: forms measure the same thing, so their disagreement is uncertainty
(`phosres.stats.combine_measurements`). Then the units are averaged: substrates are different
quantities, so their differences are reported, not averaged away (`phosres.stats.pool`). Noise is
correlated at both stages, so that ten forms of one peptide never count as ten.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from phosres import stats
from phosres.knowledge import Member
from phosres.results import Contrast, SiteEffects
from phosres.stats.pooling import Pooled, pool

STRETCH = 15
"""Residues within which sites count as one peptide stretch: the length of a usual peptide."""

MIN_CORRELATION_DF = 3
"""Residual degrees of freedom from which a readout's own forms tell how correlated they are."""

MEMBER_COLUMNS = ("site_id", "sign", "weight")


def members_table(members: Iterable[Member]) -> pd.DataFrame:
    """Lay out member sites as the table that `combine` takes.

    Parameters
    ----------
    members
        Members of a readout, a set or an arm; those without a direction (sign 0) are left out.

    Returns
    -------
    Columns site_id, sign, weight.
    """
    rows = [(m.site_id, m.sign, m.weight) for m in members if m.sign]
    return pd.DataFrame(rows, columns=list(MEMBER_COLUMNS))


@dataclass(frozen=True, eq=False)
class Combined:
    """The combined change of one readout or set, with what it rests on.

    Parameters
    ----------
    estimate, se, df
        Combined signed change (log2), its standard error and degrees of freedom; NaN if nothing
        could be estimated.
    tau
        Spread between the units (or between the forms of the only unit) beyond noise, log2.
    se_spread
        Standard error that counts the spread between units as uncertainty too: what *unchanged*
        must be shown against, because members that move in opposite ways are no standstill.
    agreement
        Share of the units, by weight, that move with the estimate.
    p_without
        Largest p value when any one unit is left out; NaN with a single unit.
    evidence
        Indexed by feature: site_ids, sign, weight (share of the combined change), unit, log2fc, se,
        note; features without an estimate are kept with weight 0.
    units
        Indexed by unit: protein, estimate, se, weight.
    notes
        What a reader must know: trading forms, disagreement.
    """

    estimate: float
    se: float
    df: float
    tau: float
    se_spread: float
    agreement: float
    p_without: float
    evidence: pd.DataFrame
    units: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def p(self) -> float:
        """Two-sided p value of the change."""
        return float(stats.two_sided(self.estimate / self.se, self.df)) if self.se > 0 else np.nan

    @property
    def estimable(self) -> bool:
        """True if there is a tested change."""
        return bool(np.isfinite(self.estimate) and self.se > 0)

    def interval(self, alpha: float) -> tuple[float, float]:
        """Return the ``1 - alpha`` confidence interval of the change.

        Parameters
        ----------
        alpha
            1 - confidence level.
        """
        if not self.estimable:
            return np.nan, np.nan
        half = float(stats.quantile(1 - alpha / 2, self.df)) * self.se
        return self.estimate - half, self.estimate + half


@dataclass(frozen=True, eq=False)
class Residuals:
    """What a cohort's model leaves of the values of curated features.

    Parameters
    ----------
    values
        Features x samples, NaN = missing.
    df
        Residual degrees of freedom of each feature.
    """

    values: pd.DataFrame
    df: np.ndarray


def member_features(features: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Find the features that carry member sites, each feature once.

    Parameters
    ----------
    features
        Feature table with ``site_ids``, ``protein``, ``gene``, ``sites``, ``multiplicity``.
    members
        Columns site_id, sign (+1 or -1) and weight (0 to 1).

    Returns
    -------
    Indexed by feature: site_ids (members only), sign, weight (of its most specific member site),
    protein, position, multiplicity, unit. A feature whose member sites contradict each other in
    sign is left out.
    """
    ids = features["site_ids"]
    pairs = ids[ids != ""].str.split(";").explode().rename("site_id").reset_index()
    pairs.columns = ["feature", "site_id"]
    hits = pairs.merge(members[list(MEMBER_COLUMNS)], on="site_id")
    by = hits.groupby("feature", sort=False)
    found = by.agg(
        site_ids=("site_id", ";".join),
        sign=("sign", "first"),
        n_signs=("sign", "nunique"),
        weight=("weight", "max"),
    )
    found = found[found["n_signs"] == 1].drop(columns="n_signs")
    rows = features.loc[found.index]
    named = rows["protein"].where(rows["protein"] != "", rows["gene"])
    position = pd.to_numeric(rows["sites"].str.extract(r"(\d+)", expand=False))
    found = found.assign(
        protein=named, position=position.fillna(0), multiplicity=rows["multiplicity"]
    )
    return found.assign(unit=_units(found)).sort_values(["unit", "position"], kind="stable")


def _units(found: pd.DataFrame) -> pd.Series:
    """Name the unit of each feature: protein, stretch and specificity class.

    Forms that carry a specific site and forms that carry shared-input sites only (S6 S240/S244
    against S235/S236) are units of their own: the shared ones must not speak for the specific ones.
    """
    ordered = found.sort_values(["protein", "position"], kind="stable")
    far = ordered["position"].diff().fillna(0) > STRETCH
    new = (ordered["protein"] != ordered["protein"].shift()) | far
    stretch = new.groupby(ordered["protein"]).cumsum().astype(int).astype(str)
    kind = np.where(ordered["weight"] >= 1, "", " (shared)")
    return (ordered["protein"] + "#" + stretch + kind).reindex(found.index)


def combine(
    contrast: Contrast,
    effects: SiteEffects,
    members: pd.DataFrame,
    *,
    residuals: Residuals | None = None,
) -> Combined:
    """Combine the features that carry the member sites into one signed change.

    Parameters
    ----------
    contrast
        The contrast, for its features and their scale.
    effects
        Changes of all features of one level and subject.
    members
        Columns site_id, sign and weight.
    residuals
        Residuals where there are replicates: the noise correlation of the forms of a unit is then
        at least what they show.

    Returns
    -------
    The combined change; NaN if no member feature has a tested change.
    """
    found = member_features(contrast.data.features, members)
    table = effects.table.loc[found.index, ["log2fc", "se", "df", "mean"]]
    if contrast.data.scale != "log2_intensity":
        table = table.assign(mean=np.nan)  # ratios hold no amounts to balance
    found = found.join(table)
    usable = found["log2fc"].notna() & found["se"].notna()
    found = found.assign(signed=found["sign"] * found["log2fc"], share=0.0, note="")
    notes: list[str] = []
    units = [
        _combine_unit(found.loc[rows.index], effects.correlation, residuals, notes)
        for _, rows in found[usable].groupby("unit", sort=False)
    ]
    if not units:
        return nothing(found)
    frame = pd.DataFrame([u.row for u in units]).set_index("unit")
    pooled = _pool_units(frame, effects.correlation)
    frame = frame.assign(weight=pooled.weights)
    for unit, weight in zip(units, pooled.weights, strict=True):
        found.loc[unit.shares.index, "share"] = unit.shares * weight
        found.loc[unit.notes.index, "note"] = unit.notes
    spread = stats.combine_measurements(
        frame["estimate"],
        frame["se"],
        frame["df"],
        weights=pooled.weights,
        correlation=_unit_correlation(frame, effects.correlation),
    )
    return Combined(
        estimate=pooled.estimate,
        se=pooled.se,
        df=pooled.df,
        tau=units[0].tau if len(units) == 1 else spread.tau,
        se_spread=max(pooled.se, spread.se),
        agreement=pooled.agreement,
        p_without=_p_without(frame, effects.correlation),
        evidence=found,
        units=frame,
        notes=tuple(notes),
    )


def nothing(evidence: pd.DataFrame) -> Combined:
    """Return the combination of no tested feature.

    Parameters
    ----------
    evidence
        The features that were found, if any.
    """
    n = np.nan
    return Combined(n, n, n, n, n, n, n, evidence, pd.DataFrame())


def _pool_units(frame: pd.DataFrame, correlation: Mapping[str, Any]) -> Pooled:
    """Average units, weighted by specificity and, with moderation, by precision.

    The precision weight is ``1 / (se^2 + median(se)^2)``, half-way between equal and
    inverse-variance weights: neither the most precise nor the noisiest unit decides alone.
    """
    se = frame["se"].to_numpy()
    return pool(
        frame["estimate"],
        se,
        frame["df"],
        weights=frame["specificity"].to_numpy() / (se**2 + np.median(se) ** 2),
        correlation=_unit_correlation(frame, correlation),
    )


def _p_without(frame: pd.DataFrame, correlation: Mapping[str, Any]) -> float:
    """Largest p value when any one unit is left out."""
    if len(frame) < 2:
        return float("nan")
    rest = [_pool_units(frame.drop(index=unit), correlation) for unit in frame.index]
    return max(float(stats.two_sided(r.estimate / r.se, r.df)) for r in rest)


@dataclass(frozen=True, eq=False)
class _Unit:
    """One unit after the first stage."""

    row: Mapping[str, Any]
    shares: pd.Series
    notes: pd.Series
    tau: float


def _combine_unit(
    forms: pd.DataFrame,
    correlation: Mapping[str, Any],
    residuals: Residuals | None,
    notes: list[str],
) -> _Unit:
    """Combine the forms of one unit."""
    used, form_notes = drop_trading(forms)
    if form_notes.ne("").any():
        notes.append(
            f"{int(form_notes.ne('').sum())} form(s) with fewer phosphates move against the forms "
            "with more, as they do when phosphates are lost or gained: judged by the latter"
        )
    rho = max(float(correlation["stretch"]), _own_correlation(used.index, residuals))
    n = len(used)
    combined = stats.combine_measurements(
        used["signed"].to_numpy(), used["se"].to_numpy(), used["df"].to_numpy(), correlation=rho
    )
    note = form_notes.copy()
    odd = used.index[combined.outlying]
    note.loc[odd] = "disagrees with the other forms, down-weighted"
    if len(odd):
        notes.append(f"{len(odd)} of {n} forms disagree with the rest and were down-weighted")
    row = {
        "unit": str(forms["unit"].iloc[0]),
        "protein": str(forms["protein"].iloc[0]),
        "estimate": combined.estimate,
        "se": combined.se,
        "df": combined.df,
        "specificity": float(forms["weight"].max()),
    }
    return _Unit(row, pd.Series(combined.weights, index=used.index), note, combined.tau)


def drop_trading(forms: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Leave out forms with fewer phosphates that trade with the forms with more.

    When a kinase stops, a peptide loses phosphates one by one: the multiply phosphorylated forms
    fall and, from saturation, feed the singly phosphorylated form, which rises although the kinase
    is off; when it starts the reverse happens. So the direction of the forms with more phosphates
    is the direction of the kinase, and the forms with the fewest are shown but not counted, where
    three things hold: forms of at least two multiplicities were seen; the two kinds move against
    each other, each by more than one standard error; and the amounts can balance, that is the
    forms with more phosphates gain (or lose) at least a fifth of what the others lose (or gain).
    Ratio tables hold no amounts; there the last condition cannot be looked at.

    Parameters
    ----------
    forms
        Rows of one unit with ``multiplicity``, ``signed``, ``se``, ``log2fc``, ``mean``.

    Returns
    -------
    The forms that count, and a note per form (empty unless it was left out).
    """
    note = pd.Series("", index=forms.index, dtype=object)
    known = pd.to_numeric(forms["multiplicity"], errors="coerce")
    fewest = known == known.min()
    if known.isna().any() or fewest.all():
        return forms, note
    low, high = _centre(forms[fewest]), _centre(forms[~fewest])
    against = low[0] * high[0] < 0 and abs(low[0]) > low[1] and abs(high[0]) > high[1]
    if not against or not _balances(forms[fewest], forms[~fewest]):
        return forms, note
    note[fewest] = "trades with the forms with more phosphates, not counted"
    return forms[~fewest], note


RESPONSE = 5.0
"""Forms of one peptide may differ this many times in how well they are detected (stated estimate;
phosphorylation itself changes a peptide's response by less, doi:10.1074/mcp.M500135-MCP200)."""


def _centre(forms: pd.DataFrame) -> tuple[float, float]:
    """Precision-weighted mean change of some forms, and their mean standard error."""
    share = forms["se"] ** -2 / (forms["se"] ** -2).sum()
    return float((share * forms["signed"]).sum()), float((share * forms["se"]).sum())


def _balances(fewer: pd.DataFrame, more: pd.DataFrame) -> bool:
    """Return whether what one kind of form loses can be what the other gains."""
    amounts = [
        (2 ** (f["mean"] + f["log2fc"] / 2) - 2 ** (f["mean"] - f["log2fc"] / 2)).sum()
        for f in (fewer, more)
    ]
    if fewer["mean"].isna().any() or more["mean"].isna().any():
        return True
    return bool(amounts[0] * amounts[1] < 0 and abs(amounts[1]) * RESPONSE >= abs(amounts[0]))


def _own_correlation(index: pd.Index, residuals: Residuals | None) -> float:
    """Mean residual correlation of these features, 0 where it cannot be estimated."""
    if residuals is None or len(index) < 2:
        return 0.0
    rows = residuals.values.index.get_indexer(index)
    df = residuals.df[rows]
    enough = df >= MIN_CORRELATION_DF
    found = stats.mean_pairwise_correlation(
        residuals.values.to_numpy()[rows[enough]], np.zeros(enough.sum(), dtype=int), df[enough]
    )
    return float(np.clip(found.estimate, 0, 0.95)) if found.n_pairs else 0.0


def _unit_correlation(units: pd.DataFrame, correlation: Mapping[str, Any]) -> np.ndarray:
    """Noise correlation between units: same stretch, same protein, or different proteins."""
    protein = units["protein"].to_numpy()
    stretch = units.index.str.replace(" (shared)", "", regex=False).to_numpy()
    same_protein = protein[:, None] == protein[None, :]
    same_stretch = stretch[:, None] == stretch[None, :]
    matrix = np.where(same_protein, float(correlation["protein"]), float(correlation["between"]))
    matrix = np.where(same_stretch, float(correlation["stretch"]), matrix)
    np.fill_diagonal(matrix, 1.0)
    return np.asarray(matrix)


def model(arms: pd.DataFrame, design: str) -> tuple[np.ndarray, int, np.ndarray | None]:
    """Lay out the linear model of a cohort.

    Parameters
    ----------
    arms
        Columns arm and subject, one row a sample.
    design
        ``paired`` or ``groups``.

    Returns
    -------
    Design matrix, column of the treatment in it, and block codes (None for groups).
    """
    treated = (arms["arm"] == "on").to_numpy().astype(float)
    if design == "paired":
        return treated[:, None], 0, np.asarray(pd.factorize(arms["subject"])[0])
    return np.column_stack([np.ones_like(treated), treated]), 1, None


def contrast_residuals(contrast: Contrast) -> Residuals | None:
    """Residuals of the features with curated sites about the fitted change.

    Parameters
    ----------
    contrast
        A contrast.

    Returns
    -------
    Residuals with their degrees of freedom; None if there is no cohort.
    """
    if contrast.cohort is None:
        return None
    curated = contrast.data.features.index[contrast.data.features["site_ids"] != ""]
    values = contrast.data.values.loc[curated, contrast.arms.index]
    if values.empty:
        return None
    design, column, blocks = model(contrast.arms, contrast.design)
    rows = values.to_numpy()
    left = stats.fit_residuals(rows, design, blocks=blocks)
    df = stats.fit_contrast(rows, design, column, blocks=blocks).df_residual
    return Residuals(pd.DataFrame(left, curated, values.columns), np.asarray(df))

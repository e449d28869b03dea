"""From features to one number: how several measurements of one quantity are combined.

A readout, a complex or a drug's target is seen through several features. They are not independent:
forms of one peptide stretch share digestion and biopsy, sites of one protein share its amount.
They are combined in two stages. First the forms of one stretch become one *unit* (one piece of
evidence), then the units are weighed against each other. Both stages allow for correlated noise and
for disagreement (`phosres.stats.combine`), so that ten forms of one peptide never count as ten.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from phosres import stats
from phosres.knowledge import Member
from phosres.results import Contrast, SiteEffects

STRETCH = 15
"""Residues within which sites count as one peptide stretch: the length of a usual peptide."""

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
        Spread between units (or between the forms of the only unit) beyond noise, log2.
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
    effects: SiteEffects,
    features: pd.DataFrame,
    members: pd.DataFrame,
    *,
    residuals: pd.DataFrame | None = None,
) -> Combined:
    """Combine the features that carry the member sites into one signed change.

    Parameters
    ----------
    effects
        Changes of all features of one level and subject.
    features
        Feature table of the same rows.
    members
        Columns site_id, sign and weight.
    residuals
        Residuals of the features (rows) where there are replicates: the noise correlation of the
        forms of a unit is then at least what they show.

    Returns
    -------
    The combined change; NaN if no member feature has a tested change.
    """
    found = member_features(features, members)
    table = effects.table.loc[found.index, ["log2fc", "se", "df"]]
    found = found.join(table)
    usable = found["log2fc"].notna() & found["se"].notna()
    found = found.assign(signed=found["sign"] * found["log2fc"], share=0.0, note="")
    notes: list[str] = []
    units = [
        _combine_unit(found.loc[rows.index], effects.correlation, residuals, notes)
        for _, rows in found[usable].groupby("unit", sort=False)
    ]
    if not units:
        return Combined(np.nan, np.nan, np.nan, np.nan, found, pd.DataFrame(), ())
    frame = pd.DataFrame([u.row for u in units]).set_index("unit")
    whole = stats.combine(
        frame["estimate"].to_numpy(),
        frame["se"].to_numpy(),
        frame["df"].to_numpy(),
        frame["specificity"].to_numpy() * _tempered(frame["se"].to_numpy()),
        _unit_correlation(frame, effects.correlation),
    )
    frame = frame.assign(weight=whole.weights)
    for unit, weight in zip(units, whole.weights, strict=True):
        found.loc[unit.shares.index, "share"] = unit.shares * weight
        found.loc[unit.notes.index, "note"] = unit.notes
    if len(units) > 1 and whole.outlying.any():
        odd = ", ".join(frame.index[whole.outlying])
        notes.append(f"{odd} disagrees with the rest and was down-weighted")
    tau = units[0].tau if len(units) == 1 else whole.tau
    return Combined(whole.estimate, whole.se, whole.df, tau, found, frame, tuple(notes))


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
    residuals: pd.DataFrame | None,
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
    combined = stats.combine(
        used["signed"].to_numpy(),
        used["se"].to_numpy(),
        used["df"].to_numpy(),
        _tempered(used["se"].to_numpy()),
        np.full((n, n), rho) + (1 - rho) * np.eye(n),
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
    is off; when it starts the reverse happens. So where forms of at least two multiplicities were
    seen and the fewest-phosphate forms move against the others, each by more than one standard
    error, the direction of the forms with more phosphates is the direction of the kinase, and the
    fewest-phosphate forms are shown but not counted.

    Parameters
    ----------
    forms
        Rows of one unit with ``multiplicity``, ``signed``, ``se``.

    Returns
    -------
    The forms that count, and a note per form (empty unless it was left out).
    """
    note = pd.Series("", index=forms.index, dtype=object)
    known = pd.to_numeric(forms["multiplicity"], errors="coerce")
    fewest = known == known.min()
    if known.isna().any() or fewest.all():
        return forms, note
    weight = 1 / forms["se"] ** 2

    def centre(rows: pd.Series) -> tuple[float, float]:
        share = weight[rows] / weight[rows].sum()
        return float((share * forms.loc[rows, "signed"]).sum()), float(
            (share * forms.loc[rows, "se"]).sum()
        )

    low, low_se = centre(fewest)
    high, high_se = centre(~fewest)
    if low * high >= 0 or abs(low) <= low_se or abs(high) <= high_se:
        return forms, note
    note[fewest] = "trades with the forms with more phosphates, not counted"
    return forms[~fewest], note


def _tempered(se: np.ndarray) -> np.ndarray:
    """Weights half-way between equal and inverse-variance ones.

    ``1 / (se^2 + median(se)^2)``: neither the most precise nor the noisiest member decides alone.
    """
    return np.asarray(1 / (se**2 + np.median(se) ** 2))


def _own_correlation(index: pd.Index, residuals: pd.DataFrame | None) -> float:
    """Mean residual correlation of these features, 0 where it cannot be estimated."""
    if residuals is None or len(index) < 2 or residuals.shape[1] < 5:
        return 0.0
    rows = residuals.loc[index].to_numpy()
    rho, n = stats.mean_pairwise_correlation(rows, np.zeros(len(rows), dtype=int))
    return float(np.clip(rho, 0, 0.95)) if n and np.isfinite(rho) else 0.0


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


def contrast_residuals(contrast: Contrast) -> pd.DataFrame | None:
    """Residuals of the features with curated sites about the fitted change.

    Parameters
    ----------
    contrast
        A contrast with a cohort.

    Returns
    -------
    Features x samples (groups) or features x subjects (pairs); None for a single pair.
    """
    if contrast.cohort is None:
        return None
    curated = contrast.data.features.index[contrast.data.features["site_ids"] != ""]
    values = contrast.data.values.loc[curated]
    arms = contrast.arms
    on = (arms["arm"] == "on").to_numpy()
    blocks = pd.factorize(arms["subject"])[0] if contrast.design == "paired" else None
    return pd.DataFrame(stats.arm_residuals(values.to_numpy(), on, blocks), index=curated)

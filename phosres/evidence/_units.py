"""Combine features in two stages: forms of one stretch to a unit, units to one change."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from phosres import stats
from phosres.evidence._combined import Combined, Form, nothing
from phosres.evidence._trading import find_trading, is_contested
from phosres.evidence._view import View
from phosres.knowledge import Member
from phosres.stats.pooling import Pooled, pool

STRETCH = 15
"""Residues within which sites count as one peptide stretch: the length of a usual peptide."""

MIN_CORRELATION_DF = 3
"""Residual degrees of freedom from which a unit's own forms tell how correlated they are."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A feature that carries member sites, by its position in the view."""

    row: int
    site_ids: tuple[str, ...]
    sign: int
    weight: float
    unit: str


@dataclass(frozen=True, slots=True)
class _Unit:
    """One unit after the first stage."""

    protein: str
    stretch: str
    estimate: float
    se: float
    df: float
    specificity: float
    tau: float
    contested: bool
    shares: dict[int, float]
    notes: dict[int, str]


def combine(view: View, members: Iterable[Member], *, without: Collection[str] = ()) -> Combined:
    """Combine the features that carry the member sites into one signed change.

    Parameters
    ----------
    view
        Curated features as one level and subject sees them.
    members
        Sites with sign and specificity; those without a direction (sign 0) do not count.
    without
        Features that have been counted elsewhere already.

    Returns
    -------
    The combined change; NaN if no member feature has a tested change.
    """
    found = _find(view, members, without)
    notes: list[str] = []
    units = _first_stage(view, found, notes)
    forms = tuple(_form(view, f, units) for f in found)
    if not units:
        return nothing(forms)
    correlation = _between(units, view)
    pooled = _pool(units, correlation)
    every = list(units.values())
    spread = stats.combine_measurements(
        [u.estimate for u in every],
        [u.se for u in every],
        [u.df for u in every],
        weights=pooled.weights,
        correlation=correlation,
    )
    weight = dict(zip(units, pooled.weights, strict=True))
    return Combined(
        estimate=pooled.estimate,
        se=pooled.se,
        df=pooled.df,
        tau=every[0].tau if len(every) == 1 else spread.tau,
        se_spread=max(pooled.se, spread.se),
        forms=tuple(replace(f, share=f.share * float(weight.get(f.unit, 0.0))) for f in forms),
        contested=sum(float(weight[n]) for n, u in units.items() if u.contested),
        notes=tuple(notes),
    )


def _find(view: View, members: Iterable[Member], without: Collection[str]) -> list[_Found]:
    """Find the features that carry member sites, each once, and name their units.

    A feature whose member sites contradict each other in sign is left out. Forms that carry a
    specific site and forms that carry shared-input sites only (S6 S240/S244 against S235/S236) are
    units of their own: the shared ones must not speak for the specific ones.
    """
    carried: dict[int, list[Member]] = {}
    for member in members:
        for row in view.by_site.get(member.site_id, ()) if member.sign else ():
            carried.setdefault(row, []).append(member)
    rows = [
        r
        for r, ms in carried.items()
        if len({m.sign for m in ms}) == 1 and view.features[r] not in without
    ]
    rows.sort(key=lambda r: (view.protein[r], view.position[r], view.features[r]))
    found: list[_Found] = []
    stretch, last = 0, ("", 0.0)
    for row in rows:
        here = (view.protein[row], float(view.position[row]))
        if not found or here[0] != last[0]:
            stretch = 1
        elif here[1] - last[1] > STRETCH:
            stretch += 1
        last = here
        weight = max(m.weight for m in carried[row])
        kind = "" if weight >= 1 else " (shared)"
        ids = tuple(m.site_id for m in carried[row])
        unit = f"{here[0]}#{stretch}{kind}"
        found.append(_Found(row, ids, carried[row][0].sign, weight, unit))
    return found


def _first_stage(view: View, found: Sequence[_Found], notes: list[str]) -> dict[str, _Unit]:
    """Combine the tested forms of each unit."""
    groups: dict[str, list[_Found]] = {}
    for f in found:
        if not _untested(view, f.row):
            groups.setdefault(f.unit, []).append(f)
    return {unit: _combine_forms(view, unit, forms, notes) for unit, forms in groups.items()}


def _combine_forms(view: View, unit: str, forms: list[_Found], notes: list[str]) -> _Unit:
    """Combine the tested forms of one unit."""
    rows = np.array([f.row for f in forms])
    signed = view.log2fc[rows] * np.array([f.sign for f in forms])
    trading = find_trading(
        view.multiplicity[rows], signed, view.se[rows], view.log2fc[rows], view.mean[rows]
    )
    used = rows[~trading]
    n = len(used)
    combined = stats.combine_measurements(
        signed[~trading],
        view.se[used],
        view.df[used],
        correlation=_within(view, used),
        moderated=True,
    )
    marks = dict.fromkeys(
        rows[trading].tolist(), "trades with the forms with more phosphates, not counted"
    )
    marks |= dict.fromkeys(
        used[combined.outlying].tolist(), "disagrees with the other forms, down-weighted"
    )
    if trading.any():
        notes.append(
            f"forms with fewer phosphates ({int(trading.sum())}) move against the forms with more, "
            "as they do when phosphates are lost or gained: judged by the latter"
        )
    if combined.outlying.any():
        notes.append(
            f"{int(combined.outlying.sum())} of {n} forms disagree with the rest and were "
            "down-weighted"
        )
    return _Unit(
        protein=view.protein[rows[0]],
        stretch=unit.removesuffix(" (shared)"),
        estimate=combined.estimate,
        se=combined.se,
        df=combined.df,
        specificity=max(f.weight for f in forms),
        tau=combined.tau,
        contested=is_contested(view.multiplicity[rows], signed, combined.estimate),
        shares=dict(zip(used.tolist(), combined.weights.tolist(), strict=True)),
        notes=marks,
    )


def _form(view: View, f: _Found, units: dict[str, _Unit]) -> Form:
    """Make the record of one feature, with its share within its unit."""
    unit = units.get(f.unit)
    return Form(
        feature=view.features[f.row],
        protein=view.protein[f.row],
        unit=f.unit,
        site_ids=f.site_ids,
        sign=f.sign,
        weight=f.weight,
        log2fc=float(view.log2fc[f.row]),
        se=float(view.se[f.row]),
        share=unit.shares.get(f.row, 0.0) if unit else 0.0,
        note=_untested(view, f.row) or (unit.notes.get(f.row, "") if unit else ""),
        steps=tuple(view.steps[f.row].get(s, "") for s in f.site_ids) if view.steps else (),
        species=view.species[f.row] if view.species else "",
    )


def _untested(view: View, row: int) -> str:
    """Say why a feature has no tested change; empty if it has one."""
    if np.isfinite(view.log2fc[row]) and view.se[row] > 0:
        return ""
    if view.n_on[row] == 0:
        return "seen before treatment only: not detected is not a fold change"
    if view.n_pre[row] == 0:
        return "seen on treatment only: not detected is not a fold change"
    return "no comparison of two values, or no noise to judge it by"


def _within(view: View, rows: np.ndarray) -> float:
    """Noise correlation of the forms of a unit: assumed, or what their residuals show if more."""
    assumed = float(view.correlation["stretch"])
    if view.residuals is None or view.residual_df is None or len(rows) < 2:
        return assumed
    rows = rows[view.residual_df[rows] >= MIN_CORRELATION_DF]
    own = stats.mean_pairwise_correlation(
        view.residuals[rows], np.zeros(len(rows), dtype=int), view.residual_df[rows]
    )
    return max(assumed, float(np.clip(own.estimate, 0, 0.95))) if own.n_pairs else assumed


def _between(units: dict[str, _Unit], view: View) -> np.ndarray:
    """Noise correlation between units: same stretch, same protein, or different proteins."""
    protein = np.array([u.protein for u in units.values()])
    stretch = np.array([u.stretch for u in units.values()])
    given = view.correlation
    matrix = np.where(
        protein[:, None] == protein[None, :], float(given["protein"]), float(given["between"])
    )
    matrix = np.where(stretch[:, None] == stretch[None, :], float(given["stretch"]), matrix)
    np.fill_diagonal(matrix, 1.0)
    return np.asarray(matrix)


def _pool(units: dict[str, _Unit], correlation: np.ndarray) -> Pooled:
    """Average units, weighted by specificity and, with moderation, by precision.

    The precision weight is ``1 / (se^2 + median(se)^2)``, half-way between equal and
    inverse-variance weights: neither the most precise nor the noisiest unit decides alone.
    """
    every = list(units.values())
    se = np.array([u.se for u in every])
    return pool(
        [u.estimate for u in every],
        se,
        [u.df for u in every],
        weights=np.array([u.specificity for u in every]) / (se**2 + np.median(se) ** 2),
        correlation=correlation,
    )

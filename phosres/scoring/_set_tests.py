"""Two more questions asked of every pathway, shown beside the one its status rests on.

*Competitive*: do its members differ from all other features measured? *Self-contained*, for
cohorts: does any member change, with the correlation of the data themselves? A status answers
whether the members' mean differs from zero (`phosres.evidence`). Complexes are judged by their
arms, of which few sites decide, so they have neither.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from phosres import stats
from phosres.evidence import STRETCH
from phosres.knowledge import Knowledge, Member
from phosres.results import Contrast, SiteEffects

MIN_PROTEINS, MIN_SITES = 3, 5
"""Fewest proteins and sites of a set that gets a p value of these tests: below, one protein's own
noise is the set's (the score with its standard error stands nevertheless)."""


@dataclass(frozen=True, slots=True, eq=False)
class _Units:
    """Forms of one stretch, which are one measurement of a set: their rows, protein and sites."""

    rows: tuple[np.ndarray, ...]
    proteins: np.ndarray
    by_site: dict[str, list[int]]


def add_set_tests(
    activities: pd.DataFrame, contrast: Contrast, knowledge: Knowledge
) -> pd.DataFrame:
    """Add the competitive and the self-contained p value of every pathway.

    Parameters
    ----------
    activities
        Table of activities of the contrast.
    contrast
        The contrast.
    knowledge
        Sets of sites.

    Returns
    -------
    The table with p_competitive and p_self_contained; NaN for sets with fewer than 3 proteins or 5
    sites measured, and where there is no test.
    """
    members = {g.id: g.members for g in knowledge.sets.values() if g.kind != "complex"}
    parts = []
    for effects in contrast.effects:
        units = _find_units(contrast, effects)
        found = {name: _take(units, m) for name, m in members.items()}
        fair = {n: s for n, s in found.items() if s is not None}
        p = _compete(effects, units, fair)
        own = _rotate(contrast, effects, units, fair)
        parts.append(
            pd.DataFrame({"p_competitive": p, "p_self_contained": own}, index=pd.Index(list(fair)))
            .rename_axis("set")
            .reset_index()
            .assign(level=effects.level, subject=effects.subject)
        )
    keys = ["level", "subject", "set"]
    tests = pd.concat(parts).set_index(keys) if parts else pd.DataFrame()
    rows = pd.MultiIndex.from_frame(activities[keys])
    columns = ("p_competitive", "p_self_contained")
    return activities.assign(
        **{
            c: tests[c].reindex(rows).to_numpy(dtype=float) if len(tests) else np.nan
            for c in columns
        }
    )


def _find_units(contrast: Contrast, effects: SiteEffects) -> _Units:
    """Group the tested curated features into stretches of one protein."""
    features = contrast.data.features
    tested = np.isfinite(effects.table["t"].to_numpy(dtype=float))
    curated = (features["site_ids"] != "").to_numpy() & tested
    at = np.flatnonzero(curated)
    rows = features.iloc[at]
    protein = rows["protein"].where(rows["protein"] != "", rows["gene"])
    position = pd.to_numeric(rows["sites"].str.extract(r"(\d+)", expand=False)).fillna(0)
    order = np.lexsort((position.to_numpy(), protein.to_numpy(dtype=str)))
    names = protein.to_numpy()[order]
    gap = np.diff(position.to_numpy()[order], prepend=0)
    new = np.append(True, names[1:] != names[:-1]) if at.size else np.zeros(0, dtype=bool)
    code = np.cumsum(new | (gap > STRETCH)) - 1
    starts = np.flatnonzero(np.diff(code, prepend=-1))
    groups = np.split(at[order], starts[1:]) if at.size else []
    site_ids = features["site_ids"].to_numpy()
    by_site: dict[str, list[int]] = {}
    for unit, members in enumerate(groups):
        for ids in site_ids[members]:
            for site in ids.split(";"):
                if unit not in by_site.setdefault(site, []):
                    by_site[site].append(unit)
    return _Units(tuple(groups), pd.factorize(names[starts])[0], by_site)


def _take(units: _Units, members: tuple[Member, ...]) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the units of a set and their signs; None if too little of it was measured."""
    signs: dict[int, set[int]] = {}
    sites = 0
    for member in members:
        here = units.by_site.get(member.site_id, []) if member.sign else []
        sites += bool(here)
        for unit in here:
            signs.setdefault(unit, set()).add(member.sign)
    clear = {unit: s.copy().pop() for unit, s in signs.items() if len(s) == 1}
    rows = np.array(list(clear), dtype=np.int64)
    if sites < MIN_SITES or len(set(units.proteins[rows])) < MIN_PROTEINS:
        return None
    return rows, np.array(list(clear.values()), dtype=float)


def _compete(
    effects: SiteEffects, units: _Units, sets: dict[str, tuple[np.ndarray, np.ndarray]]
) -> np.ndarray:
    """Compare each set with the rest; the forms of a stretch are one row of unit variance."""
    if not sets:
        return np.zeros(0)
    table = effects.table
    z = stats.normal_score(table["t"].to_numpy(dtype=float), table["df"].to_numpy(dtype=float))
    rho = float(effects.correlation["stretch"])
    joined = [z[r].sum() / np.sqrt(r.size * (1 + (r.size - 1) * rho)) for r in units.rows]
    curated = np.concatenate(units.rows)
    rest = np.delete(z, curated)
    proteins = np.append(units.proteins, units.proteins.max() + 1 + np.arange(rest.size))
    tests = stats.compare_sets(
        np.append(joined, rest),
        [rows for rows, _ in sets.values()],
        proteins=proteins,
        signs=[signs for _, signs in sets.values()],
    )
    return tests.p


def _rotate(
    contrast: Contrast,
    effects: SiteEffects,
    units: _Units,
    sets: dict[str, tuple[np.ndarray, np.ndarray]],
) -> np.ndarray:
    """Test each set of a cohort for a change of its own, on features measured in every sample."""
    model = contrast.model
    none = np.full(len(sets), np.nan)
    if effects.level != "cohort" or model is None or model.correlation is not None or not sets:
        return none
    values = stats.average_columns(
        contrast.data.values[contrast.arms.index].to_numpy(), model.units
    )
    complete = np.asarray(np.isfinite(values).all(axis=1))
    kept, rows, signs = [], [], []
    for k, (members, sign) in enumerate(sets.values()):
        forms = [units.rows[m][complete[units.rows[m]]] for m in members]
        measured = [m for m, f in zip(members, forms, strict=True) if f.size]
        if len(set(units.proteins[measured])) >= MIN_PROTEINS:
            kept.append(k)
            rows.append(np.concatenate(forms))
            signs.append(np.repeat(sign, [f.size for f in forms]))
    if kept:
        tests = stats.rotate_sets(
            values, model.design, model.column, rows, blocks=model.blocks, signs=signs
        )
        none[kept] = tests.p
    return none

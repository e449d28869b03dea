"""Score complexes, their arms and pathways of one contrast, level and subject."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from phosres import stats
from phosres.evidence import Combined, combine, members_table
from phosres.knowledge import Knowledge
from phosres.results import Contrast, SiteEffects
from phosres.scoring._readouts import evidence_rows
from phosres.scoring._status import Rule, judge


@dataclass(frozen=True, slots=True)
class Target:
    """A set, or one arm of it, to be scored.

    Parameters
    ----------
    id
        ``MTORC1`` or, for an arm, ``MTORC1.S6K``.
    kind
        ``complex``, ``arm`` or ``pathway``.
    members
        Columns site_id, sign, weight.
    min_members
        Fewest measured member sites for a status other than inconclusive.
    """

    id: str
    kind: str
    members: pd.DataFrame
    min_members: int


def targets(knowledge: Knowledge) -> Iterator[Target]:
    """Yield every set of the knowledge base that has members, with the arms of the complexes.

    Parameters
    ----------
    knowledge
        Sets of sites.
    """
    for group in knowledge.sets.values():
        if not group.members:
            continue
        kind = "complex" if group.kind == "complex" else "pathway"
        yield Target(group.id, kind, members_table(group.members), group.min_members)
        for arm, members in group.arms.items():
            yield Target(f"{group.id}.{arm}", "arm", members_table(members), 1)


def score_activities(
    contrast: Contrast,
    effects: SiteEffects,
    knowledge: Knowledge,
    rule: Rule,
    residuals: pd.DataFrame | None,
) -> tuple[list[dict[str, object]], list[pd.DataFrame]]:
    """Score every set; p values are adjusted by BH within the sets of one kind.

    Complexes are a family of their own (they are the question that was asked), arms and pathways
    are another.

    Parameters
    ----------
    contrast
        The contrast.
    effects
        Its effects at one level and subject.
    knowledge
        Sets of sites.
    rule
        Level and margin.
    residuals
        Residuals of curated features, for their noise correlation.

    Returns
    -------
    Rows of the activity table and of the evidence table.
    """
    wanted = list(targets(knowledge))
    combined = [
        combine(effects, contrast.data.features, t.members, residuals=residuals) for t in wanted
    ]
    p = np.array([c.p for c in combined])
    is_complex = np.array([t.kind == "complex" for t in wanted])
    q = np.full(len(p), np.nan)
    for family in (is_complex, ~is_complex):
        q[family] = stats.benjamini_hochberg(p[family])
    key = {"contrast": contrast.name, "level": effects.level, "subject": effects.subject}
    sizes = {
        True: int(np.isfinite(p[is_complex]).sum()),
        False: int(np.isfinite(p[~is_complex]).sum()),
    }
    rows = [
        key | _row(t, c, float(adjusted), rule, sizes[t.kind == "complex"])
        for t, c, adjusted in zip(wanted, combined, q, strict=True)
    ]
    evidence = [
        evidence_rows(key, t.id, c)
        for t, c in zip(wanted, combined, strict=True)
        if len(c.evidence)
    ]
    return rows, evidence


def _row(t: Target, c: Combined, q: float, rule: Rule, tested: int) -> dict[str, object]:
    """Make one row of the activity table."""
    outcome = judge(c, q, rule, n_tests=1)
    counted = c.evidence[c.evidence["share"] > 0]
    measured = {s for ids in counted["site_ids"] for s in ids.split(";")}
    status, reason = outcome.status, "; ".join([outcome.reason, *c.notes])
    blocker = _blocker(t, measured, counted) if status in ("up", "down", "unchanged") else ""
    if blocker:
        status, reason = "inconclusive", f"{blocker} ({reason})"
    low, high = c.interval(rule.alpha)
    family = "complexes" if t.kind == "complex" else "pathways and arms"
    return {
        "set": t.id,
        "kind": t.kind,
        "score": c.estimate,
        "se": c.se,
        "z": c.estimate / c.se if c.estimable else np.nan,
        "p": c.p,
        "q": q,
        "status": status,
        "n_measured": len(measured),
        "n_members": len(t.members),
        "df": c.df,
        "ci_low": low,
        "ci_high": high,
        "n_proteins": counted["protein"].nunique(),
        "members": _listed(counted),
        "reason": reason,
        "family": f"BH over {tested} measured {family}",
    }


def _blocker(t: Target, measured: set[str], counted: pd.DataFrame) -> str:
    """Say why no status may be given although the test would; empty if it may."""
    if len(measured) < t.min_members:
        return f"{len(measured)} of {len(t.members)} member sites measured, {t.min_members} needed"
    if t.kind == "complex" and (counted["weight"] < 1).all():
        return "rests only on sites that other kinases phosphorylate too"
    return ""


def _listed(counted: pd.DataFrame, limit: int = 12) -> str:
    """List the features by their share, with their signed change."""
    ordered = counted.sort_values("share", ascending=False, kind="stable")
    items = [f"{f} {v:+.2f}" for f, v in ordered["signed"].head(limit).items()]
    more = len(ordered) - limit
    return " | ".join(items) + (f" | and {more} more" if more > 0 else "")

"""Score complexes, their arms and pathways of one contrast, level and subject."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from phosres import stats
from phosres.evidence import Combined, Residuals, combine, members_table
from phosres.knowledge import Knowledge
from phosres.results import Contrast, SiteEffects
from phosres.scoring._complexes import score_complex
from phosres.scoring._readouts import evidence_rows
from phosres.scoring._status import Rule, judge


@dataclass(frozen=True, eq=False)
class Scored:
    """One set or arm with its combined change, before the p values are adjusted.

    Parameters
    ----------
    id
        ``MTORC1`` or, for an arm, ``MTORC1.S6K``.
    kind
        ``complex``, ``arm`` or ``pathway``.
    combined
        The combined change.
    n_members
        Sites in the set.
    min_members
        Fewest measured sites for a status other than inconclusive.
    blocker
        Why no status may be given although a test could; empty if it may.
    stand_in
        True for a complex that is judged by stand-ins.
    """

    id: str
    kind: str
    combined: Combined
    n_members: int
    min_members: int = 1
    blocker: str = ""
    stand_in: bool = False


def score_activities(
    contrast: Contrast,
    effects: SiteEffects,
    knowledge: Knowledge,
    rule: Rule,
    residuals: Residuals | None,
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
    scored = _score_sets(contrast, effects, knowledge, rule, residuals)
    p = np.array([s.combined.p for s in scored])
    main = np.array([s.kind == "complex" for s in scored])
    q = np.full(len(p), np.nan)
    for family in (main, ~main):
        q[family] = stats.benjamini_hochberg(p[family])
    key = {"contrast": contrast.name, "level": effects.level, "subject": effects.subject}
    families = {
        True: f"BH over {int(np.isfinite(p[main]).sum())} measured complexes",
        False: f"BH over {int(np.isfinite(p[~main]).sum())} measured pathways and arms",
    }
    rows = [
        key | _row(s, float(adjusted), rule) | {"family": families[s.kind == "complex"]}
        for s, adjusted in zip(scored, q, strict=True)
    ]
    evidence = [evidence_rows(key, s.id, s.combined) for s in scored if len(s.combined.evidence)]
    return rows, evidence


def _score_sets(
    contrast: Contrast,
    effects: SiteEffects,
    knowledge: Knowledge,
    rule: Rule,
    residuals: Residuals | None,
) -> list[Scored]:
    """Combine the members of every set, and of every arm of a complex."""
    scored = []
    for group in knowledge.sets.values():
        if not group.members:
            continue
        if group.kind != "complex":
            members = members_table(group.members)
            found = combine(contrast, effects, members, residuals=residuals)
            scored.append(Scored(group.id, "pathway", found, len(members), group.min_members))
            continue
        whole = score_complex(contrast, effects, group, knowledge, residuals, rule.alpha)
        n = len(group.members)
        scored.append(
            Scored(group.id, "complex", whole.combined, n, 1, whole.conflict, whole.stand_in)
        )
        scored += [
            Scored(f"{group.id}.{a.name}", "arm", a.combined, len(a.members))
            for a in whole.arms.values()
        ]
    return scored


def _row(s: Scored, q: float, rule: Rule) -> dict[str, object]:
    """Make one row of the activity table."""
    c = s.combined
    outcome = judge(c, q, rule, n_tests=1)
    counted = c.evidence[c.evidence["share"] > 0]
    measured = {site for ids in counted["site_ids"] for site in ids.split(";")}
    status, reason = outcome.status, "; ".join([outcome.reason, *c.notes])
    blocker = _blocker(s, measured, counted) if status in ("up", "down", "unchanged") else ""
    if blocker:
        status, reason = "inconclusive", f"{blocker} ({reason})"
    low, high = c.interval(rule.alpha)
    return {
        "set": s.id,
        "kind": s.kind,
        "score": c.estimate,
        "se": c.se,
        "z": c.estimate / c.se if c.estimable else np.nan,
        "p": c.p,
        "q": q,
        "status": status,
        "n_measured": len(measured),
        "n_members": s.n_members,
        "df": c.df,
        "ci_low": low,
        "ci_high": high,
        "n_proteins": counted["protein"].nunique(),
        "members": _listed(counted),
        "reason": reason,
    }


def _blocker(s: Scored, measured: set[str], counted: pd.DataFrame) -> str:
    """Say why no status may be given although the test would; empty if it may."""
    if s.blocker:
        return s.blocker
    if len(measured) < s.min_members:
        return f"{len(measured)} of {s.n_members} member sites measured, {s.min_members} needed"
    if s.kind == "pathway" or (counted["weight"] >= 1).any():
        return ""
    if s.stand_in and counted["protein"].nunique() > 1:
        return ""  # several proteins agree: lesser evidence, said so, but not one shared site
    return "rests only on sites that other kinases phosphorylate too"


def _listed(counted: pd.DataFrame, limit: int = 12) -> str:
    """List the features by their share, with their signed change."""
    ordered = counted.sort_values("share", ascending=False, kind="stable")
    items = [f"{f} {v:+.2f}" for f, v in ordered["signed"].head(limit).items()]
    more = len(ordered) - limit
    return " | ".join(items) + (f" | and {more} more" if more > 0 else "")

"""Score complexes, their arms and pathways of one contrast, level and subject."""

from dataclasses import dataclass

import numpy as np

from phosres import stats
from phosres.evidence import Combined, Rule, View, combine, judge, nothing
from phosres.knowledge import Knowledge, Member, SiteSet
from phosres.scoring._complexes import score_complex
from phosres.scoring._rows import Key, Row, evidence_rows


@dataclass(frozen=True, slots=True)
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
    missing
        Sites of the set without a value in the samples compared.
    unseen
        Why phosphosites cannot show it; empty if they can.
    """

    id: str
    kind: str
    combined: Combined
    n_members: int
    min_members: int = 1
    blocker: str = ""
    stand_in: bool = False
    missing: tuple[str, ...] = ()
    unseen: str = ""


def score_activities(
    view: View, knowledge: Knowledge, rule: Rule, key: Key
) -> tuple[list[Row], list[Row]]:
    """Score every set; p values are adjusted by BH within the sets of one kind.

    Complexes are a family of their own (they are the question that was asked), arms and pathways
    are another.

    Parameters
    ----------
    view
        Curated features as the level and subject sees them.
    knowledge
        Sets of sites.
    rule
        Level and margin.
    key
        contrast, level and subject.

    Returns
    -------
    Rows of the activity table and of the evidence table.
    """
    scored = _score_sets(view, knowledge, rule)
    p = np.array([s.combined.p for s in scored])
    main = np.array([s.kind == "complex" for s in scored], dtype=bool)
    q = np.full(len(p), np.nan)
    for mask in (main, ~main):
        q[mask] = stats.benjamini_hochberg(p[mask])
    families = {
        True: f"BH over {int(np.isfinite(p[main]).sum())} measured complexes",
        False: f"BH over {int(np.isfinite(p[~main]).sum())} measured pathways and arms",
    }
    rows, evidence = [], []
    for s, adjusted in zip(scored, q.tolist(), strict=True):
        family = families[s.kind == "complex"]
        rows.append(dict(key) | _row(s, adjusted, rule) | {"family": family})
        evidence += evidence_rows(key, s.id, s.combined)
    return rows, evidence


def _score_sets(view: View, knowledge: Knowledge, rule: Rule) -> list[Scored]:
    """Combine the members of every set, and of every arm of a complex."""
    scored = []
    for group in knowledge.sets.values():
        n, missing = len(group.members), _missing(view, group.members)
        if not n:
            scored.append(Scored(group.id, "pathway", nothing(), 0, unseen=_unseen(group)))
        elif group.kind != "complex":
            found = combine(view, group.members)
            scored.append(Scored(group.id, "pathway", found, n, group.min_members, missing=missing))
        else:
            whole = score_complex(view, group, knowledge, rule.alpha)
            decided = (whole.conflict, whole.stand_in, missing)
            scored.append(Scored(group.id, "complex", whole.combined, n, 1, *decided))
            scored += [
                Scored(
                    f"{group.id}.{name}",
                    "arm",
                    a.combined,
                    len(a.members),
                    missing=_missing(view, a.members),
                )
                for name, a in whole.arms.items()
            ]
    return scored


def _missing(view: View, members: tuple[Member, ...]) -> tuple[str, ...]:
    """List the member sites that no feature of the samples carries."""
    return tuple(m.site_id for m in members if m.site_id not in view.by_site)


def _unseen(group: SiteSet) -> str:
    """Say why a set without sites cannot be scored, and what to look at instead."""
    why = f": {group.not_visible}" if group.not_visible else ""
    instead = f"; look at {group.proxies}" if group.proxies else ""
    return f"phosphosites do not show it{why}{instead}"


def _row(s: Scored, q: float, rule: Rule) -> Row:
    """Make one row of the activity table."""
    c = s.combined
    outcome = judge(c, q, rule, n_tests=None)
    status, reason = outcome.status, "; ".join([outcome.reason, *c.notes])
    blocker = _blocker(s, status) if status != "not_measured" else ""
    if blocker:
        status, reason = "inconclusive", f"{blocker} ({reason})"
    if s.unseen:
        reason = s.unseen
    low, high = c.interval(rule.alpha)
    return {
        "set": s.id,
        "kind": s.kind,
        "score": c.estimate,
        "se": c.se,
        "z": c.estimate / c.se if c.estimable else float("nan"),
        "p": c.p,
        "q": q,
        "status": status,
        "n_measured": len(c.sites),
        "n_members": s.n_members,
        "df": c.df,
        "ci_low": low,
        "ci_high": high,
        "n_proteins": len(c.proteins),
        "members": c.listed(),
        "reason": reason,
        "mdc": outcome.mdc,
        "not_measured": ";".join(s.missing),
    }


def _blocker(s: Scored, status: str) -> str:
    """Say why no status may be given although the test would; empty if it may."""
    if s.blocker:
        return s.blocker
    if len(s.combined.sites) < s.min_members:
        n = len(s.combined.sites)
        return f"{n} of {s.n_members} member sites measured, {s.min_members} needed"
    if s.stand_in and status == "unchanged":
        return "stand-ins that stay put do not show that the complex did"
    if s.kind == "pathway" or any(f.weight >= 1 for f in s.combined.counted):
        return ""
    if s.stand_in and len(s.combined.proteins) > 1:
        return ""  # several proteins agree: lesser evidence, said so, but not one shared site
    return "rests only on sites that other kinases phosphorylate too"

"""Compensation: which other pathway was switched on, or stayed on, although the drug engaged."""

from collections.abc import Sequence

from phosres.evidence import combine
from phosres.knowledge import Member, Route
from phosres.resistance._context import Context, Finding, ScoredRow, describe, grade
from phosres.resistance._guards import block, warn

GENERAL_ROUTES = ("MTORC1", "MTORC2", "ERK", "AKT_FEEDBACK", "RTK_BYPASS")
"""Routes that are looked at under every drug; the others only where the literature describes them
under the drug's class."""


def compensation(context: Context, route: Route) -> Finding:
    """Is a compensatory route active?

    In this order: a route that phosphoproteomics cannot see is not assessable; without a named and
    engaged drug nothing compensates (engagement before resistance); routes of other drug classes
    are not called; stress that moved, or cannot be ruled out, blocks the routes that it imitates.
    Then *yes*: a set of the route rose, the sites that must agree with it agree, and the sets that
    must fall fell; or, for a class whose drugs should lower it, the set is shown to be unchanged
    (failure to fall). *no*: the set fell, or is shown to be unchanged where nothing was expected of
    it. Else it cannot be told.

    Parameters
    ----------
    context
        Contrast, scores, drug and the findings of the gates.
    route
        Route of the knowledge base.
    """
    if route.visible == "no" or not route.rises:
        return Finding("not_assessable", route.hypothesis)
    rows = [r for r in (context.activity(s) for s in route.rises) if r is not None]
    measured = [r for r in rows if r["status"] != "not_measured"]
    if not measured:
        return Finding("not_assessable", f"no site of {', '.join(route.rises)} is measured")
    finding = _judge(context, route, measured)
    blocked = _blocked(context, route, finding)
    return blocked or warn(context, route.gate, finding)


def _judge(context: Context, route: Route, rows: Sequence[ScoredRow]) -> Finding:
    """Judge the route from its sets, before the gates."""
    text = "; ".join(describe(r) for r in rows)
    sites = " | ".join(str(r["members"]) for r in rows)
    risen = [r for r in rows if r["status"] == "up"]
    kept = [r for r in rows if r["status"] == "unchanged"] if _persists(context, route) else []
    if risen or kept:
        chosen = (risen or kept)[0]
        against = _contradiction(context, route, chosen)
        if against:
            return Finding("not_assessable", f"{against}: {text}", sites=sites)
        how = "rose" if risen else "did not fall although the drug should lower it"
        graded = _grade(context, chosen)
        return Finding("yes", f"{chosen['set']} {how}: {text}", graded, sites, route.hypothesis)
    if all(r["status"] in ("down", "unchanged") for r in rows):
        graded = _grade(context, rows[0])
        words = ", ".join(f"{r['set']} {r['status']}" for r in rows)
        return Finding("no", f"{words}: {text}", graded, sites)
    unclear = "; ".join(f"{r['set']}: {r['reason']}" for r in rows if r["status"] == "inconclusive")
    return Finding("not_assessable", f"cannot be told: {unclear}", sites=sites)


def _grade(context: Context, row: ScoredRow) -> str:
    """Grade the evidence of one activity."""
    alone = context.effects.n_of_one
    return grade(row["n_proteins"], row["n_measured"], row["q"], n_of_one=alone)


def _persists(context: Context, route: Route) -> bool:
    """Return whether the drug's class should lower the route, so that failure to fall counts."""
    if context.drug is None:
        return False
    return any(
        r.route == route.id and r.mode == "rise_or_persist"
        for c in context.drug.classes
        for r in c.routes
    )


def _contradiction(context: Context, route: Route, row: ScoredRow) -> str:
    """Say what speaks against the rise of a set; empty if nothing does."""
    if route.agree and row["status"] == "up":
        found = combine(context.view, [Member(s, 1, "", 1.0, "") for s in route.agree])
        if not found.estimable:
            return f"{row['set']} rose, but none of its deciding sites is measured on both sides"
        if found.estimate <= 0:
            return f"{row['set']} rose, but its deciding sites did not ({found.estimate:+.2f} log2)"
    for name in route.falls:
        other = context.activity(name)
        if other is None or other["status"] != "down":
            status = "not measured" if other is None else str(other["status"]).replace("_", " ")
            return f"the pattern needs {name} down, which is {status}"
    return ""


def _blocked(context: Context, route: Route, finding: Finding) -> Finding | None:
    """Return the finding of a closed gate, None if all are open."""
    if finding.status != "yes":
        return None
    engaged = context.findings["ENGAGEMENT"]
    if engaged.status != "yes":
        why = context.undrugged if context.drug is None else "no evidence of engagement"
        return Finding(
            "not_assessable",
            f"{why}, so a change is not compensation ({finding.reason})",
            sites=finding.sites,
        )
    if not _described(context, route):
        return Finding(
            "not_assessable",
            f"not described as a route under {context.drug.name if context.drug else 'this drug'}, "
            f"so no compensation is called ({finding.reason})",
            sites=finding.sites,
        )
    return block(context, route.gate, finding)


def _described(context: Context, route: Route) -> bool:
    """Return whether the literature describes the route under the drug's class, or under any."""
    if route.id in GENERAL_ROUTES or context.drug is None:
        return True
    return any(r.route == route.id for r in context.drug.routes)

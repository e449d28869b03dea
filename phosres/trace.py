"""What each call looks at: sets, readouts, sites and gates, so that a call can be traced back."""

from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from phosres.columns import TRACE
from phosres.knowledge import Knowledge

STRESS = "QC_ISCHEMIA"
"""Set of the gate that stress imitates resistance."""

Part = tuple[str, str, str, str, str]


def trace(knowledge: Knowledge, drugs: Sequence[str] = ()) -> pd.DataFrame:
    """List what each call looks at.

    Parameters
    ----------
    knowledge
        Sets, drugs, routes and rules in effect.
    drugs
        Drugs of the run as the configuration or the sheet names them.

    Returns
    -------
    Table of `phosres.columns.TRACE`: one row a call and what it looks at.
    """
    rows = [
        *_engagement(knowledge, drugs),
        *_routes(knowledge),
        *_rules(knowledge),
        ("ISCHEMIA", "stress", "set", STRESS, ""),
    ]
    return TRACE.order(pd.DataFrame(list(dict.fromkeys(rows)), columns=TRACE.names))


def _engagement(knowledge: Knowledge, drugs: Iterable[str]) -> Iterator[Part]:
    """List the target sets of each drug; the call is named by the most direct one."""
    for drug in drugs:
        classes = knowledge.find_drug(drug).classes
        sets = [(s, c.target_direction) for c in classes for s in c.target_sets]
        for name, direction in sets:
            asked = {-1: "down", 1: "up"}.get(direction, "")
            yield sets[0][0], "target", "set", name, asked


def _routes(knowledge: Knowledge) -> Iterator[Part]:
    for route in knowledge.routes.values():
        yield from ((route.id, "rises", "set", name, "up") for name in route.rises)
        yield from ((route.id, "falls", "set", name, "down") for name in route.falls)
        if route.agree:
            yield route.id, "agrees", "sites", ";".join(route.agree), "up"
        if route.gate != "no":
            yield route.id, "gate", "call", "ISCHEMIA", "no"


def _rules(knowledge: Knowledge) -> Iterator[Part]:
    for rule in knowledge.rules.values():
        terms = [("needs", t) for c in rule.needs for t in c.any_of]
        for role, term in [*terms, *(("supports", t) for t in rule.supports)]:
            yield rule.call, role, term.kind, ";".join(term.names), "|".join(term.outcomes)
        if rule.ischemia != "no":
            yield rule.call, "gate", "call", "ISCHEMIA", "no"

"""Calls: engagement of the target and compensation by other pathways, with their evidence.

Each rule is one function whose docstring is its documentation; `rules` lists them in the order they
run: gates first, then engagement, then one compensation rule per route of the knowledge base.
"""

from dataclasses import replace
from functools import partial

import pandas as pd

from phosres.columns import CALLS
from phosres.evidence import view
from phosres.knowledge import Knowledge, load
from phosres.resistance._context import CallRule, Context, Finding
from phosres.resistance._engagement import engagement
from phosres.resistance._gates import ischemia
from phosres.resistance._routes import compensation
from phosres.results import Calls, Contrast, Scores, SiteEffects

__all__ = ["CallRule", "call", "rules"]

_CAUTION = (
    "; of one subject whose spread between biopsies is not known, so the two samples differ: the "
    "drug need not be why"
)


def rules(knowledge: Knowledge | None = None) -> tuple[CallRule, ...]:
    """List the rules in the order they run.

    Parameters
    ----------
    knowledge
        Routes; the package's own by default.
    """
    knowledge = knowledge or load()
    gates = (
        CallRule(
            "ISCHEMIA", "quality", "handling time imitates stress", "G1; PMID:24719451", ischemia
        ),
        CallRule("ENGAGEMENT", "engagement", "did the drug hit its target", "G6", engagement),
    )
    routes = tuple(
        CallRule(
            route.id,
            "compensation",
            route.name,
            "; ".join([*route.rules, *route.references]),
            partial(_route_rule, route_id=route.id),
        )
        for route in knowledge.routes.values()
    )
    return gates + routes


def _route_rule(context: Context, *, route_id: str) -> Finding:
    """Apply the compensation rule to one route."""
    return compensation(context, context.knowledge.routes[route_id])


def call(
    contrast: Contrast,
    scores: Scores,
    *,
    drug: str | None = None,
    knowledge: Knowledge | None = None,
    alpha: float = 0.05,
) -> Calls:
    """Call engagement and compensation for the cohort and each subject.

    Parameters
    ----------
    contrast, scores
        A contrast and its scores.
    drug
        Drug, alias, class or combination; None for no drug context.
    knowledge
        Drugs, sets and routes; the package's own by default.
    alpha
        Level of the tests.

    Returns
    -------
    One row a rule, level and subject, whatever the outcome.

    Raises
    ------
    KnowledgeError
        If the drug is unknown; the nearest names are given.
    """
    knowledge = knowledge or load()
    match = knowledge.find_drug(drug) if drug else None
    rows: list[dict[str, str]] = []
    for effects in contrast.effects:
        context = Context(
            contrast=contrast,
            effects=effects,
            readouts=_rows(scores.readouts, effects, "readout"),
            activities=_rows(scores.activities, effects, "set"),
            drug=match,
            knowledge=knowledge,
            alpha=alpha,
            view=view(contrast, effects),
        )
        rows += _apply(context)
    table = CALLS.order(pd.DataFrame(rows)) if rows else CALLS.empty()
    return Calls(table, _sentence(contrast, table), match.name if match else "", {"alpha": alpha})


def _rows(table: pd.DataFrame, effects: SiteEffects, index: str) -> pd.DataFrame:
    """Return the rows of one level and subject."""
    mine = (table["level"] == effects.level) & (table["subject"] == effects.subject)
    return table[mine].set_index(index, drop=False)


def _apply(context: Context) -> list[dict[str, str]]:
    """Run every rule in order; later ones see the findings of earlier ones."""
    rows = []
    for rule in rules(context.knowledge):
        finding = rule.decide(context)
        context = replace(context, findings={**context.findings, rule.id: finding})
        rows.append(
            {
                "contrast": context.contrast.name,
                "level": context.effects.level,
                "subject": context.effects.subject,
                "call": _target(context) if rule.kind == "engagement" else rule.id,
                "kind": rule.kind,
                "status": finding.status,
                "grade": finding.grade,
                "sites": finding.sites,
                "reason": finding.reason
                + (_CAUTION if rule.kind != "quality" and _differ_only(context, finding) else ""),
                "hypothesis": finding.hypothesis,
                "source": rule.source,
            }
        )
    return rows


def _differ_only(context: Context, finding: Finding) -> bool:
    """Tell whether a yes says no more than that the samples of one subject differ."""
    known = context.contrast.parameters.get("biopsy_sd") is not None
    return finding.status == "yes" and context.effects.n_of_one and not known


def _target(context: Context) -> str:
    """Name the target pathway of the drug: the most direct set of its (first) class."""
    classes = context.drug.classes if context.drug else ()
    sets = [s for c in classes for s in c.target_sets]
    return sets[0] if sets else "TARGET"


def _sentence(contrast: Contrast, table: pd.DataFrame) -> str:
    """Say the calls of the first level."""
    if table.empty:
        return f"{contrast.name}: nothing could be called"
    first = contrast.effects[0]
    mine = table[(table["level"] == first.level) & (table["subject"] == first.subject)]
    engaged = mine.loc[mine["kind"] == "engagement", "status"].iloc[0].replace("_", " ")
    hits = mine.loc[(mine["kind"] == "compensation") & (mine["status"] == "yes"), "call"]
    routes = ", ".join(hits) if len(hits) else "none shown"
    return f"{contrast.name}: target engaged: {engaged}; compensation: {routes}"

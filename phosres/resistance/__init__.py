"""Calls: engagement of the target, compensation and resistance, with their evidence.

Rules run in this order: the gates, engagement, one compensation rule per route of the knowledge
base, then its rules R01 ..., each asked of the drugs that it speaks of.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, cast

import numpy as np
import pandas as pd

from phosres.columns import CALLS
from phosres.evidence import view
from phosres.knowledge import Knowledge, Rule, load
from phosres.resistance._biopsies import (
    batch_confounding,
    composition,
    judge_samples,
    pair_integrity,
)
from phosres.resistance._context import Amount, CallRule, Context, Finding, ScoredRow
from phosres.resistance._drugs import resolve
from phosres.resistance._engagement import engagement
from phosres.resistance._gates import ischemia
from phosres.resistance._looks import Look, Subject, look_at
from phosres.resistance._over_time import call_over_time
from phosres.resistance._routes import compensation
from phosres.resistance._rules import choose, decide
from phosres.resistance._weighing import weigh
from phosres.results import Calls, Contrast, Scores, SiteEffects

__all__ = ["CallRule", "call", "call_over_time", "resolve", "rules"]

_GATES = ("ISCHEMIA", "PAIR_INTEGRITY", "BATCH_CONFOUNDED", "COMPOSITION")
_CAUTION = (
    "; of one subject whose spread between biopsies is not known, so the two samples differ: the "
    "drug need not be why"
)


def rules(knowledge: Knowledge | None = None) -> tuple[CallRule, ...]:
    """List the gates, engagement and routes in the order they run; the rules R01 ... come after.

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
        CallRule("PAIR_INTEGRITY", "quality", "another's sample", "PMID:32024067", pair_integrity),
        CallRule(
            "BATCH_CONFOUNDED", "quality", "batches imitate the drug", "Leek2010", batch_confounding
        ),
        CallRule(
            "COMPOSITION", "quality", "other cells imitate it", "G5; Yoshihara2013", composition
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
            route.gate,
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
    drug: str | Mapping[str, str] | None = None,
    proteins: Contrast | None = None,
    knowledge: Knowledge | None = None,
    alpha: float = 0.05,
) -> Calls:
    """Call engagement, compensation and resistance for the cohort and each subject.

    Parameters
    ----------
    contrast, scores
        A contrast and its scores.
    drug
        Drug, alias, class or combination; drugs by subject, where they differ (a subject that is
        left out has no drug context); None for no drug context at all. A cohort whose subjects had
        drugs of different classes is not called: they are not mixed.
    proteins
        The same contrast of total proteins, for the rules that need amounts.
    knowledge
        Drugs, sets, routes and rules; the package's own by default.
    alpha
        Level of the tests.

    Returns
    -------
    One row a rule, level and subject, whatever the outcome: every gate and route, and the rules of
    the drug's classes.

    Raises
    ------
    KnowledgeError
        If a drug is unknown; the nearest names are given.
    """
    knowledge = knowledge or load()
    drugs = resolve(drug, contrast, knowledge)
    asked = rules(knowledge)
    pairs = judge_samples(contrast)
    tissues = " ".join(contrast.data.samples.get("tissue", pd.Series(dtype=str)).unique())
    rows: list[dict[str, object]] = []
    for effects in contrast.effects:
        given = drugs[effects.level, effects.subject]
        context = Context(
            contrast=contrast,
            effects=effects,
            readouts=_rows(scores.readouts, effects, "readout"),
            activities=_rows(scores.activities, effects, "set"),
            drug=given.drug,
            undrugged=given.reason,
            knowledge=knowledge,
            alpha=alpha,
            margin=float(np.log2(scores.parameters["unchanged_fold"])),
            view=view(contrast, effects),
            pairs=pairs,
            proteins=_amounts(proteins, effects),
        )
        rows += _apply(context, asked, tissues)
    table = CALLS.order(pd.DataFrame(rows)) if rows else CALLS.empty()
    named = "; ".join(dict.fromkeys(g.drug.name for g in drugs.values() if g.drug))
    return Calls(table, _sentence(contrast, table), named, {"alpha": alpha})


def _rows(table: pd.DataFrame, effects: SiteEffects, key: str) -> dict[str, ScoredRow]:
    """Return the rows of one level and subject by their readout or set."""
    mine = (table["level"] == effects.level) & (table["subject"] == effects.subject)
    rows = cast("list[dict[str, Any]]", table[mine].to_dict("records"))
    return {str(row[key]): row for row in rows}


def _amounts(proteins: Contrast | None, effects: SiteEffects) -> dict[str, Amount]:
    """Return the change of every protein that was tested, by gene, at one level and subject."""
    same = [
        e
        for e in (proteins.effects if proteins else ())
        if (e.level, e.subject) == (effects.level, effects.subject)
    ]
    if not same or proteins is None:
        return {}
    table = same[0].table
    genes = proteins.data.features["gene"].reindex(table.index).str.split(";").str[0].str.upper()
    tested = table[["log2fc", "se", "df"]][table["se"].gt(0).to_numpy()]
    first = tested.assign(gene=genes).drop_duplicates("gene").set_index("gene")
    return {
        str(gene): Amount(*numbers)
        for gene, numbers in zip(first.index, first.to_numpy().tolist(), strict=True)
    }


def _apply(context: Context, asked: tuple[CallRule, ...], tissues: str) -> list[dict[str, object]]:
    """Run every rule in order; later ones see the findings of earlier ones."""
    chosen = choose(context.knowledge, context.drug, tissues)
    looks = look_at(context, chosen)
    rows = []
    for rule in (*asked, *(_call_rule(r, looks) for r in chosen)):
        weighed = weigh(context, rule.kind, rule.decide(context), gate=rule.ischemia)
        finding = weighed.finding
        context = replace(context, findings={**context.findings, rule.id: finding})
        cautious = rule.id not in _GATES and _differ_only(context, finding)
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
                "reason": finding.reason + (_CAUTION if cautious else ""),
                "hypothesis": finding.hypothesis,
                "source": rule.source,
                "drug": context.drug.name if context.drug else "",
                "gates": ";".join(weighed.gates),
                "ischemia_shift": weighed.ischemia_shift,
                "ischemia_ratio": weighed.ischemia_ratio,
            }
        )
    return rows


def _call_rule(rule: Rule, looks: Mapping[Subject, Look]) -> CallRule:
    """Make a rule of the knowledge base one that can be run."""
    run = partial(decide, rule=rule, looks=looks)
    return CallRule(rule.call, rule.kind, rule.title, rule.source, run, rule.ischemia)


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
    found = mine.loc[(mine["kind"] == "resistance") & (mine["status"] == "yes"), "call"]
    more = f"; resistance: {', '.join(found)}" if len(found) else ""
    return f"{contrast.name}: target engaged: {engaged}; compensation: {routes}{more}"

"""Engagement: did the drug hit its target?"""

from dataclasses import dataclass

import numpy as np

from phosres import stats
from phosres.evidence import Combined, combine, judge, write_p
from phosres.evidence import Rule as Limits
from phosres.knowledge import DrugClass
from phosres.resistance._context import Context, Finding, grade
from phosres.resistance._gates import ISCHEMIA_SET


@dataclass(frozen=True, slots=True)
class _Outcome:
    """One target set: how it moved, whether that is as expected, and whether it is known."""

    name: str
    found: Combined
    q: float
    text: str
    moved: bool
    known: bool


def engagement(context: Context) -> Finding:
    """Did the sites that the drug's class is expected to move, move that way?

    Each target set of the class is looked at by itself: the signed change of its members that the
    class is expected to move (sites that are also known to rise paradoxically are left out, because
    their failure to fall is resistance, not lack of exposure). Two-sided p values are adjusted by
    Holm over all target sets of the class, and each set has one of the five outcomes. *yes*: at
    least one moved as expected, on at least two peptidoforms; a change that is shown to be within
    the margin is none, however small its p. *no*: every measured one, the most direct among them,
    moved the other way or is shown to be unchanged, on at least two peptidoforms. Otherwise it
    cannot be told. Where only sets that hold sites which ischemia moves (ERK, RSK, AMPK) show it,
    and stress sites moved the same way, the yes is weak and says so: a sample that lay warm before
    treatment looks like a drug that lowered ERK, and a drug that lowers ERK may lower stress sites.

    Parameters
    ----------
    context
        Contrast, scores and drug.
    """
    if context.drug is None:
        return Finding("not_assessable", f"{context.undrugged}, so there is no target to look at")
    classes = [c for c in context.drug.classes if c.target_sets and c.target_direction]
    if not classes:
        return Finding(
            "not_assessable",
            f"the knowledge base names no phosphosite that shows engagement of {context.drug.name}",
        )
    targets = [(s, c, _target(context, c, s)) for c in classes for s in c.target_sets]
    p = np.array([found.p for _, _, found in targets])
    if np.isnan(p).all():
        named = ", ".join(name for name, _, _ in targets)
        return Finding("not_assessable", f"no tested site in the target outputs {named}")
    q = stats.holm(np.where(np.isnan(p), 1.0, p))  # over all declared sets: less data, no gain
    outcomes = [
        _outcome(name, c, found, adjusted, context)
        for (name, c, found), adjusted in zip(targets, q.tolist(), strict=True)
        if found.estimable
    ]
    return _conclude(outcomes, context, direct=targets[0][0])


def _target(context: Context, drug_class: DrugClass, set_id: str) -> Combined:
    """Combine the members of a target set that the class is expected to move."""
    members = context.knowledge.sets[set_id].members
    expected = set(drug_class.on_target_down) | set(drug_class.on_target_up)
    plain = [m for m in members if m.site_id not in drug_class.paradoxical_up]
    own = [m for m in plain if m.site_id in expected]
    return combine(context.view, own or plain)


def _outcome(
    name: str, drug_class: DrugClass, found: Combined, q: float, context: Context
) -> _Outcome:
    """Judge one target set."""
    low, high = found.interval(context.alpha)
    status = judge(found, q, Limits(context.alpha, context.margin), n_tests=None).status
    text = (
        f"{name} {found.estimate:+.2f} log2 ({low:+.2f} to {high:+.2f}, adjusted p {write_p(q)}, "
        f"sites: {len(found.sites)}, {status})"
    )
    moved = status == ("down" if drug_class.target_direction < 0 else "up")
    return _Outcome(name, found, q, text, moved=moved, known=status != "inconclusive")


def _conclude(outcomes: list[_Outcome], context: Context, *, direct: str) -> Finding:
    """Put the target sets together."""
    texts = "; ".join(o.text for o in outcomes)
    name = context.drug.name if context.drug else ""
    solid = [o for o in outcomes if o.known and len(o.found.counted) > 1]
    hits = [o for o in solid if o.moved]
    unlike = [o for o in hits if not _imitated(o, context)]
    if hits:
        rest = ", ".join(o.name for o in outcomes if o not in hits)
        partly = f"; not shown for {rest}" if rest else ""
        warm = "" if unlike else "; stress sites moved the same way, as in a sample that lay warm"
        return Finding(
            "yes",
            f"target outputs moved as expected of {name}: {texts}{partly}{warm}",
            grade=_grade(min(unlike, key=lambda o: o.q), context) if unlike else "weak",
            sites=_sites(hits),
            hypothesis="consistent with a drug that reached its target and acted on it",
        )
    if solid == outcomes and direct in [o.name for o in outcomes]:
        reason = f"target outputs did not move as expected of {name}: {texts}"
        return Finding("no", reason, grade=_grade(outcomes[0], context), sites=_sites(outcomes))
    single = any(o.moved and o not in solid for o in outcomes)
    alone = " (one peptidoform alone is not enough)" if single else ""
    return Finding("not_assessable", f"cannot be told{alone}: {texts}", sites=_sites(outcomes))


def _imitated(outcome: _Outcome, context: Context) -> bool:
    """Return whether stress sites moved as ischemia would have to, to move this set so."""
    stress, row = context.findings.get("ISCHEMIA"), context.activity(ISCHEMIA_SET)
    if stress is None or stress.status != "yes" or row is None:
        return False
    listed = context.knowledge.ischemia
    signs = {
        m.sign * (1 if listed[m.site_id].direction == "up" else -1)
        for m in context.knowledge.sets[outcome.name].members
        if m.site_id in listed
    }
    return any(sign * outcome.found.estimate * row["score"] > 0 for sign in signs)


def _grade(outcome: _Outcome, context: Context) -> str:
    """Grade one target set."""
    found = outcome.found
    alone = context.effects.n_of_one
    return grade(len(found.proteins), len(found.sites), outcome.q, n_of_one=alone)


def _sites(outcomes: list[_Outcome]) -> str:
    """List the features with their change."""
    changes = {f.feature: f.log2fc for o in outcomes for f in o.found.counted}
    return " | ".join(f"{feature} {change:+.2f}" for feature, change in changes.items())

"""The rules of the knowledge base: which are asked of a drug, and how one is decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from phosres.knowledge import Condition, DrugMatch, Knowledge, Rule, Term
from phosres.resistance._context import Context, Finding, grade
from phosres.resistance._engagement import engagement
from phosres.resistance._guards import block, warn
from phosres.resistance._looks import Look, Subject

GRADES = ("weak", "moderate", "strong")

CEILING: Mapping[str, str] = {"A": "strong", "B": "moderate", "C": "weak"}
"""Best grade of a call by the confidence of its rule: evidence is no better than the rule."""

COMPOSITION = "G5"
"""The gate whose sites follow the composition of a biopsy."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A condition: whether it holds (None: cannot be told), and the terms and looks that say so."""

    condition: Condition
    holds: bool | None
    seen: tuple[tuple[Term, Look], ...]

    @property
    def looks(self) -> tuple[Look, ...]:
        """What was found."""
        return tuple(look for _, look in self.seen)


def choose(knowledge: Knowledge, drug: DrugMatch | None, tissues: str) -> tuple[Rule, ...]:
    """Choose the rules that are asked: those of the drug's classes, and of any drug.

    Parameters
    ----------
    knowledge
        Rules.
    drug
        None without drug context: then none is asked.
    tissues
        What the sheet says of the tissue, any case; a rule of one tissue is asked there only.

    Returns
    -------
    Rules that conditions decide, in their order.
    """
    if drug is None:
        return ()
    classes = {"*", *(c.id for c in drug.classes)}
    return tuple(
        rule
        for rule in knowledge.rules.values()
        if rule.decided == "conditions"
        and classes & set(rule.classes)
        and (not rule.tissue or any(word in tissues.casefold() for word in rule.tissue))
    )


def decide(context: Context, rule: Rule, looks: Mapping[Subject, Look]) -> Finding:
    """Are all conditions of a rule met, on an engaged drug, without stress that imitates them?

    A condition holds if one of its terms has an outcome that satisfies it; it fails if all are
    known and none does; else it cannot be told, so that what was not measured is never off. All
    must hold for a *yes*; one that fails makes a *no* (or, where the state may have been there
    before treatment, leaves it open). A yes then passes the gates: engagement by the very class the
    rule is asked of, and stress. Its grade is that of the weakest condition, and never better than
    the rule's confidence allows.

    Parameters
    ----------
    context
        Contrast, scores, drug and the findings of the gates.
    rule
        Rule of the knowledge base.
    looks
        What was found where the rule looks.
    """
    held = [_weigh(condition, looks) for condition in rule.needs]
    failed = [h for h in held if h.holds is False]
    if failed:
        return _failed(context, rule, failed)
    if any(h.holds is None for h in held):
        return _open(rule, held)
    finding = _met(context, rule, held, looks)
    engaged = _engagement(context, rule) if rule.engaged else None
    if engaged is not None and engaged.status != "yes":
        why = f"no evidence of engagement, so the pattern is no resistance ({finding.reason})"
        return Finding("not_assessable", why, sites=finding.sites)
    return block(context, rule.ischemia, finding) or warn(context, rule.ischemia, finding)


def _weigh(condition: Condition, looks: Mapping[Subject, Look]) -> _Held:
    """Weigh one condition: any term that holds, or none although all are known."""
    seen = tuple((term, looks[term.subject]) for term in condition.any_of)
    hits = tuple((term, look) for term, look in seen if look.status in term.outcomes)
    if hits:
        return _Held(condition, holds=True, seen=hits)
    unknown = tuple((term, look) for term, look in seen if not look.known)
    return _Held(condition, holds=None if unknown else False, seen=unknown or seen)


def _failed(context: Context, rule: Rule, failed: Sequence[_Held]) -> Finding:
    """Say which condition failed; that is a no unless the rule says otherwise."""
    reason = "; ".join(f"needs {h.condition.text}, but {_told(h, ' is ')}" for h in failed)
    sites = _sites([k for h in failed for k in h.looks])
    if rule.otherwise == "not_assessable":
        return Finding("not_assessable", f"{reason}; {rule.limits}", sites=sites)
    return Finding("no", reason, _grade(context, rule, failed[:1]), sites)


def _open(rule: Rule, held: Sequence[_Held]) -> Finding:
    """Say what cannot be told, and what would show it where phosphosites seldom do."""
    missing = "; ".join(f"{h.condition.text}: {_told(h)}" for h in held if h.holds is None)
    found = "; ".join(f"{t.label} {k.status}" for h in held if h.holds for t, k in h.seen)
    reason = f"cannot be told: {missing}" + (f"; found: {found}" if found else "")
    if rule.visible != "yes":
        reason = f"{reason}; {rule.limits}"
    return Finding(
        "not_assessable", reason, sites=_sites([k for h in held if h.holds for k in h.looks])
    )


def _met(
    context: Context, rule: Rule, held: Sequence[_Held], looks: Mapping[Subject, Look]
) -> Finding:
    """Say what was found, what supports it, and what else it may be."""
    parts = [_told(h) for h in held]
    against = [
        f"although {t.label} is {looks[t.subject].status}"
        for h in held
        for t in h.condition.any_of
        if looks[t.subject].known and looks[t.subject].status not in t.outcomes
    ]
    seconds = [(t, looks[t.subject]) for t in rule.supports]
    beside = [f"beside it {t.label} {k.status.replace('_', ' ')}" for t, k in seconds]
    if context.effects.n_of_one:
        beside.append("one pair of samples (n = 1)")
    carried = _composition(context, [*(t for h in held for t, _ in h.seen), *_known(seconds)])
    if carried:
        beside.append(f"{carried} also follows the composition of the biopsy (stroma, immune)")
    agreeing = [k for t, k in seconds if k.status in t.outcomes]
    return Finding(
        "yes",
        "; ".join([*parts, *against, *beside]),
        _grade(context, rule, held),
        _sites([*(k for h in held for k in h.looks), *agreeing]),
        rule.hypothesis,
    )


def _engagement(context: Context, rule: Rule) -> Finding:
    """Find whether the part of a combination that the rule speaks of engaged its target."""
    overall, drug = context.findings["ENGAGEMENT"], context.drug
    if drug is None or overall.status != "yes" or "*" in rule.classes:
        return overall
    mine = tuple(p for p in drug.parts if p.drug_class.id in rule.classes)
    if len({p.drug_class.id for p in mine}) == len(drug.classes):
        return overall
    return engagement(replace(context, drug=DrugMatch(drug.text, mine)))


def _known(seen: Sequence[tuple[Term, Look]]) -> list[Term]:
    """Return the terms that something is known of."""
    return [term for term, look in seen if look.known]


def _composition(context: Context, terms: Sequence[Term]) -> str:
    """Name the sites behind a yes that follow the composition of a biopsy."""
    gate = context.knowledge.rules.get(COMPOSITION)
    listed = set(gate.sites) if gate else set()
    members = {s for t in terms for s in _members(context.knowledge, t)}
    return ", ".join(sorted(s for s in members & listed if s in context.view.by_site))


def _members(knowledge: Knowledge, term: Term) -> tuple[str, ...]:
    """List the sites that a term rests on."""
    if term.kind == "readout":
        return knowledge.readouts[term.names[0]].sites
    if term.kind != "set":
        return term.names
    group = knowledge.sets[term.names[0].partition(".")[0]]
    return tuple(m.site_id for m in group.members)


def _grade(context: Context, rule: Rule, held: Sequence[_Held]) -> str:
    """Grade a call: the best term of its weakest condition, and no better than the rule."""
    alone = context.effects.n_of_one
    best = [
        max(
            (grade(k.n_proteins, k.n_sites, k.q, n_of_one=alone) for k in h.looks),
            key=GRADES.index,
        )
        for h in held
    ]
    return min([*best, CEILING[rule.confidence]], key=GRADES.index)


def _told(held: _Held, joint: str = " ") -> str:
    """Say what was found for a condition."""
    return ", ".join(
        f"{t.label}{joint}{k.status.replace('_', ' ')} ({k.text})" for t, k in held.seen
    )


def _sites(looks: Sequence[Look]) -> str:
    """List the features behind some looks, each once."""
    return " | ".join(dict.fromkeys(x for k in looks for x in k.sites.split(" | ") if x))

"""Engagement: did the drug hit its target?"""

import numpy as np
import pandas as pd

from phosres import stats
from phosres.evidence import Combined, combine, members_table
from phosres.knowledge import DrugClass
from phosres.resistance._context import Context, Finding


def engagement(context: Context) -> Finding:
    """Did the sites that the drug's class is expected to move, move that way?

    Each target set of the class is looked at by itself: the signed change of its members that the
    class is expected to move (sites that are also known to rise paradoxically are left out, because
    their failure to fall is resistance, not lack of exposure). Two-sided p values are adjusted by
    Holm over the target sets. *yes*: at least one moved as expected, on at least two sites. *no*:
    every measured one stayed within the equivalence margin or moved the other way. Otherwise it
    cannot be told.

    Parameters
    ----------
    context
        Contrast, scores and drug.
    """
    if context.drug is None:
        return Finding("not_assessable", "no drug was named, so there is no target to look at")
    classes = [c for c in context.drug.classes if c.target_sets and c.target_direction]
    if not classes:
        return Finding(
            "not_assessable",
            f"the knowledge base names no phosphosite that shows engagement of {context.drug.name}",
        )
    tested = [(f"{s}", c, _target(context, c, s)) for c in classes for s in c.target_sets]
    tested = [(name, c, found) for name, c, found in tested if found.estimable]
    if not tested:
        named = ", ".join(s for c in classes for s in c.target_sets)
        return Finding("not_assessable", f"no site of the target set(s) {named} is measured")
    q = stats.holm(np.array([found.p for _, _, found in tested]))
    outcomes = [
        _outcome(name, c, found, float(adjusted), context)
        for (name, c, found), adjusted in zip(tested, q, strict=True)
    ]
    return _conclude(outcomes, context)


def _target(context: Context, drug_class: DrugClass, set_id: str) -> Combined:
    """Combine the members of a target set that the class is expected to move."""
    members = members_table(context.knowledge.sets[set_id].members)
    expected = set(drug_class.on_target_down) | set(drug_class.on_target_up)
    own = members[members["site_id"].isin(expected - set(drug_class.paradoxical_up))]
    chosen = own if len(own) else members[~members["site_id"].isin(drug_class.paradoxical_up)]
    return combine(context.contrast, context.effects, chosen, residuals=context.residuals)


def _outcome(
    name: str, drug_class: DrugClass, found: Combined, q: float, context: Context
) -> dict[str, object]:
    """Judge one target set."""
    counted = found.evidence[found.evidence["share"] > 0]
    sites = {s for ids in counted["site_ids"] for s in ids.split(";")}
    low, high = found.interval(context.alpha)
    moved = np.sign(found.estimate) == drug_class.target_direction
    significant = q < context.alpha
    return {
        "name": name,
        "yes": bool(moved and significant and len(sites) > 1),
        "no": bool(significant and not moved),
        "one_site": bool(moved and significant and len(sites) == 1),
        "q": q,
        "proteins": counted["protein"].nunique(),
        "n_sites": len(sites),
        "text": f"{name} {found.estimate:+.2f} log2 ({low:+.2f} to {high:+.2f}, "
        f"adjusted p {q:.2g}, {len(sites)} site(s))",
        "evidence": counted,
    }


def _conclude(outcomes: list[dict[str, object]], context: Context) -> Finding:
    """Put the target sets together."""
    texts = "; ".join(str(o["text"]) for o in outcomes)
    hits = [o for o in outcomes if o["yes"]]
    if hits:
        best = min(hits, key=lambda o: float(str(o["q"])))
        rest = [str(o["name"]) for o in outcomes if not o["yes"]]
        partly = f"; not shown for {', '.join(rest)}" if rest else ""
        return Finding(
            "yes",
            f"target outputs moved as expected of {context.drug.name if context.drug else ''}: "
            f"{texts}{partly}",
            grade=_grade(best, context),
            sites=_sites([o["evidence"] for o in hits]),
            hypothesis="consistent with a drug that reached and inhibited its target",
        )
    if all(o["no"] for o in outcomes):
        return Finding(
            "no",
            f"target outputs moved against expectation: {texts}",
            grade=_grade(outcomes[0], context),
            sites=_sites([o["evidence"] for o in outcomes]),
        )
    single = " (one site alone is not enough)" if any(o["one_site"] for o in outcomes) else ""
    return Finding(
        "not_assessable",
        f"cannot be told{single}: {texts}",
        sites=_sites([o["evidence"] for o in outcomes]),
    )


def _grade(outcome: dict[str, object], context: Context) -> str:
    """Grade as `phosres.resistance._context.grade` does."""
    if int(str(outcome["proteins"])) < 2:
        return "weak"
    few = int(str(outcome["n_sites"])) < 3 or float(str(outcome["q"])) >= 0.01
    return "moderate" if context.effects.n_of_one or few else "strong"


def _sites(parts: list[object]) -> str:
    """List the features with their change."""
    frames = [p for p in parts if isinstance(p, pd.DataFrame)]
    rows = pd.concat(frames)
    rows = rows[~rows.index.duplicated()]
    return " | ".join(f"{f} {v:+.2f}" for f, v in rows["log2fc"].items())

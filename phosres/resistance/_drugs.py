"""Which drug a call is made for: one for all, one a subject, or none that a cohort shares."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from phosres.knowledge import DrugMatch, DrugPart, Knowledge
from phosres.results import Contrast, SiteEffects

NAMELESS = "no drug was named"


@dataclass(frozen=True, slots=True)
class Given:
    """The drug of one level and subject, or why there is none."""

    drug: DrugMatch | None
    reason: str = NAMELESS


def resolve(
    drug: str | Mapping[str, str] | None, contrast: Contrast, knowledge: Knowledge
) -> dict[tuple[str, str], Given]:
    """Find the drug of every level and subject of a contrast.

    A cohort of one drug is called for that drug. If its subjects had different drugs of the same
    class, it is called for the class. Drugs of different classes are not mixed: what they are
    expected to do differs, so the cohort has no drug, and says why.

    Parameters
    ----------
    drug
        A drug for all, drugs by subject (subjects that are left out had none), or None.
    contrast
        Its effects and subjects.
    knowledge
        Drugs and classes.

    Returns
    -------
    By level and subject.

    Raises
    ------
    KnowledgeError
        If a drug is unknown; the nearest names are given.
    """
    if not isinstance(drug, Mapping):
        one = Given(knowledge.find_drug(drug) if drug else None)
        return {_key(e): one for e in contrast.effects}
    matches = {text: knowledge.find_drug(text) for text in set(drug.values()) if text}
    by_subject = {s: matches[text] for s, text in drug.items() if text}
    treated = contrast.arms.loc[contrast.arms["arm"] == "on", "subject"].unique().tolist()
    cohort = _share([by_subject.get(s) for s in treated])
    return {
        _key(e): cohort if e.level == "cohort" else Given(by_subject.get(e.subject))
        for e in contrast.effects
    }


def _key(effects: SiteEffects) -> tuple[str, str]:
    return effects.level, effects.subject


def _share(matches: list[DrugMatch | None]) -> Given:
    """Find what the subjects of a cohort share: the drug, its class, or nothing."""
    given = [m for m in matches if m is not None]
    if not given:
        return Given(None)
    classes = {frozenset(c.id for c in m.classes) for m in given}
    names = Counter("no drug" if m is None else m.name for m in matches)
    if len(names) == 1:
        return Given(given[0])
    if len(given) == len(matches) and len(classes) == 1:
        parts = tuple(DrugPart(c.name, None, c) for c in given[0].classes)
        return Given(DrugMatch(" + ".join(p.text for p in parts), parts))
    listed = ", ".join(f"{name}: {n}" for name, n in sorted(names.items()))
    return Given(None, f"the subjects had different drugs, which are not mixed ({listed})")

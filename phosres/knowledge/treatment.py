"""From what a user writes about the treatment to the drugs and classes it means."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from phosres.errors import KnowledgeError, Problem, did_you_mean
from phosres.knowledge.records import ClassRoute, Drug, DrugClass

_SEPARATOR = re.compile(r"\s*(?:\+|&|;|\band\b|\bplus\b|\bwith\b)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DrugPart:
    """One component of a treatment: the drug, or None where only its class was named."""

    text: str
    drug: Drug | None
    drug_class: DrugClass

    @property
    def name(self) -> str:
        """Name for people, ``alpelisib (PI3K inhibitor)``."""
        if self.drug is None:
            return self.drug_class.name
        return f"{self.drug.id} ({self.drug_class.name})"


@dataclass(frozen=True, slots=True)
class DrugMatch:
    """What a treatment text means: one part, or several for a combination."""

    text: str
    parts: tuple[DrugPart, ...]

    @property
    def name(self) -> str:
        """Name for people, the parts joined by ``+``."""
        return " + ".join(part.name for part in self.parts)

    @property
    def classes(self) -> tuple[DrugClass, ...]:
        """The classes of the parts, each once."""
        return tuple({part.drug_class.id: part.drug_class for part in self.parts}.values())

    @property
    def expected_down(self) -> tuple[str, ...]:
        """Site ids expected to fall under at least one part."""
        sites = [
            site
            for part in self.parts
            for site in (
                *part.drug_class.on_target_down,
                *(part.drug.extra_down if part.drug else ()),
            )
        ]
        return tuple(dict.fromkeys(sites))

    @property
    def expected_up(self) -> tuple[str, ...]:
        """Site ids expected to rise under at least one part."""
        sites = [
            site
            for part in self.parts
            for site in (*part.drug_class.on_target_up, *(part.drug.extra_up if part.drug else ()))
        ]
        return tuple(dict.fromkeys(sites))

    @property
    def routes(self) -> tuple[ClassRoute, ...]:
        """The routes to check, each once; the first class that names a route decides its mode."""
        routes: dict[str, ClassRoute] = {}
        for drug_class in self.classes:
            for route in drug_class.routes:
                routes.setdefault(route.route, route)
        return tuple(routes.values())


def spelling(text: str) -> str:
    """Reduce a name to what is compared: lower-case letters and digits, nothing else."""
    return re.sub(r"[^a-z0-9]", "", text.lower().replace("β", "beta"))


def names_of(
    drugs: Mapping[str, Drug], classes: Mapping[str, DrugClass]
) -> list[tuple[str, Drug | None, DrugClass]]:
    """List every accepted name with what it means, drugs first."""
    names: list[tuple[str, Drug | None, DrugClass]] = [
        (name, drug, classes[drug.drug_class])
        for drug in drugs.values()
        for name in (drug.id, *drug.aliases)
    ]
    names += [
        (name, None, drug_class)
        for drug_class in classes.values()
        for name in (drug_class.name, drug_class.id, *drug_class.aliases)
    ]
    return names


def match_drug(text: str, drugs: Mapping[str, Drug], classes: Mapping[str, DrugClass]) -> DrugMatch:
    """Find the drug, class or combination a text names.

    Parameters
    ----------
    text
        A drug, an alias, a class, a class name, or several joined by ``+``, ``&``, ``;``,
        ``and``, ``plus`` or ``with``; case, spaces and punctuation do not matter.
    drugs, classes
        The tables to look in.

    Returns
    -------
    The match; its parts are in the order of the text.

    Raises
    ------
    KnowledgeError
        If a part is unknown, with the nearest names; all unknown parts at once.
    """
    names = names_of(drugs, classes)
    lookup = {spelling(name): (drug, drug_class) for name, drug, drug_class in reversed(names)}
    whole = lookup.get(spelling(text))
    texts = [text.strip()] if whole else [part for part in _SEPARATOR.split(text) if part.strip()]
    found = [(part, lookup.get(spelling(part))) for part in texts]
    unknown = [part for part, hit in found if hit is None]
    if unknown or not found:
        known = [name for name, _, _ in names]
        raise KnowledgeError(
            Problem(f"the drug '{part.strip()}' is not known", hint=_nearest(part.strip(), known))
            for part in (unknown or [text])
        )
    return DrugMatch(text, tuple(DrugPart(part.strip(), *hit) for part, hit in found if hit))


def _nearest(part: str, known: Sequence[str]) -> str:
    """Name what the text could mean: names that contain it (too general), else similar ones."""
    short = spelling(part)
    containing = [name for name in known if len(short) > 2 and short in spelling(name)][:4]
    near = " or ".join(f"'{name}'" for name in containing)
    hint = f"did you mean {near}?" if near else did_you_mean(part, known)
    return f"{hint} `phosres show drugs` lists all; a run without a drug is possible"

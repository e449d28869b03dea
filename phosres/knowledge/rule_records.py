"""Typed, frozen records of the rules: what a rule asks, of which drugs, and on what it rests."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a rule looks at, and the outcomes that satisfy it.

    Parameters
    ----------
    kind
        ``set`` (an activity), ``readout``, ``sites`` (curated sites combined here) or ``protein``
        (the amount of a protein, which needs a proteome).
    names
        Id of the set or readout, ids of the sites, or gene symbol of the protein.
    outcomes
        Statuses that satisfy it: ``up``, ``down``, ``unchanged``.
    """

    kind: str
    names: tuple[str, ...]
    outcomes: tuple[str, ...]

    @property
    def subject(self) -> tuple[str, tuple[str, ...]]:
        """What is looked at, whatever outcome is asked of it."""
        return self.kind, self.names

    @property
    def text(self) -> str:
        """How one reads it: ``RPS6 S240/S244 up or unchanged``."""
        return f"{self.label} {' or '.join(self.outcomes)}"

    @property
    def label(self) -> str:
        """What is looked at, as one reads it."""
        if self.kind == "protein":
            return f"{self.names[0]} protein"
        if self.kind == "set":
            return self.names[0]
        if self.kind == "readout":
            first, *rest = self.names[0].split("_")
            return f"{first} {'/'.join(rest)}".strip()
        by_gene: dict[str, list[str]] = {}
        for name in self.names:
            gene, site = name.rsplit("_", 1)
            by_gene.setdefault(gene, []).append(site)
        return ", ".join(f"{gene} {'/'.join(sites)}" for gene, sites in by_gene.items())


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold: at least one of its terms."""

    any_of: tuple[Term, ...]

    @property
    def text(self) -> str:
        """How one reads it, alternatives joined by ``, or``."""
        return ", or ".join(term.text for term in self.any_of)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Parameters
    ----------
    id, call
        ``R02``, and the stable id of its call (``MAPKI_MTORC1``).
    kind
        Kind of its call: ``resistance``, or ``quality`` for gates and for readings, which keep a
        pattern from being taken for something else.
    decided
        ``conditions`` (by `needs`), ``time`` (needs several times on treatment; decided where
        these are followed) or ``gate`` (holds for all calls; `enforced` says where).
    title, asks
        A few words, and the question in a sentence.
    classes
        Drug classes it is asked of; ``*`` stands for any drug.
    tissue
        Words one of which the sheet's ``tissue`` must hold; empty if it is asked of any tissue.
    engaged
        Whether the drug must have engaged its target.
    needs
        Conditions that must all hold.
    supports
        Terms that are reported beside a yes and decide nothing.
    ischemia
        What a shift of stress sites does: ``block``, ``warn`` or ``no``.
    otherwise
        What a condition that fails shows: ``no``, or ``not_assessable`` where the state may have
        been there before treatment, which no change can show.
    visible
        Whether phosphoproteomics sees it: ``yes``, ``partial`` or ``no``.
    sites
        Sites a gate speaks of.
    enforced
        Where a gate is enforced, ``package.module: function``.
    hypothesis
        What a yes is consistent with.
    limits
        What it cannot see, and where it is weak.
    confidence
        ``A``: the primary source or data were read; ``B``: a review says so; ``C``: inference.
    references
        Keys of the table of references.
    example
        Changes (log2) under which it is a yes, by site id or ``protein:GENE``.
    """

    id: str
    call: str
    kind: str
    decided: str
    title: str
    asks: str
    classes: tuple[str, ...]
    tissue: tuple[str, ...]
    engaged: bool
    needs: tuple[Condition, ...]
    supports: tuple[Term, ...]
    ischemia: str
    otherwise: str
    visible: str
    sites: tuple[str, ...]
    enforced: str
    hypothesis: str
    limits: str
    confidence: str
    references: tuple[str, ...]
    example: Mapping[str, float]

    @property
    def terms(self) -> tuple[Term, ...]:
        """Everything it looks at, needed or supporting."""
        return (*(t for c in self.needs for t in c.any_of), *self.supports)

    @property
    def source(self) -> str:
        """Number, confidence and references in one line."""
        return "; ".join([self.id, f"confidence {self.confidence}", *self.references])

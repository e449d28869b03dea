"""What phosres knows before it sees data: sites, readouts, sets, drugs, routes, ischemia.

`load` returns the frozen `Knowledge`; `match_sites` says which curated sites the rows of a table
are. The tables are described in ``phosres/knowledge/README.md``.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from phosres.knowledge.base import Knowledge, load
from phosres.knowledge.records import (
    ALIKE_MINUTES,
    ClassRoute,
    CompositionMarker,
    Drug,
    DrugClass,
    GeneAlias,
    IschemiaSite,
    Member,
    Neighbour,
    Numbering,
    Ortholog,
    Readout,
    Reference,
    Route,
    Site,
    SiteSet,
)
from phosres.knowledge.rule_records import Condition, Rule, Term
from phosres.knowledge.treatment import DrugMatch, DrugPart

if TYPE_CHECKING:
    from phosres.knowledge.matching import (
        MatchSummary,
        find_contradictions,
        match_sites,
        match_summary,
    )

__all__ = [
    "ALIKE_MINUTES",
    "ClassRoute",
    "CompositionMarker",
    "Condition",
    "Drug",
    "DrugClass",
    "DrugMatch",
    "DrugPart",
    "GeneAlias",
    "IschemiaSite",
    "Knowledge",
    "MatchSummary",
    "Member",
    "Neighbour",
    "Numbering",
    "Ortholog",
    "Readout",
    "Reference",
    "Route",
    "Rule",
    "Site",
    "SiteSet",
    "Term",
    "find_contradictions",
    "load",
    "match_sites",
    "match_summary",
]

# Matching needs pandas; `phosres show` and `phosres check` do not.
_MATCHING = ("MatchSummary", "find_contradictions", "match_sites", "match_summary")


def __getattr__(name: str) -> Any:
    if name in _MATCHING:
        return getattr(import_module("phosres.knowledge.matching"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

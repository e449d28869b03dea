"""How genes and proteins are spelled: which names mean a curated gene, and what follows a name."""

import re
from collections.abc import Mapping
from functools import lru_cache

from phosres.knowledge.base import Knowledge

# UniProt calls MAPKAPK2 so, but as a gene symbol it is an old name of MAPK1: it names neither.
_TWO_MEANINGS = frozenset({"MAPK2"})
SUFFIX = re.compile(r"(?:-\d+|\.\d+|_(?:HUMAN|MOUSE|RAT))(?=;|$)")
"""What follows the name: number of an isoform, version, species."""


@lru_cache(maxsize=8)
def names(knowledge: Knowledge) -> Mapping[str, str]:
    """Map accessions, symbols, previous symbols and entry names to curated symbols, upper case.

    Whatever column a name stands in, it means the same gene; a symbol wins over an entry name.
    """
    found: dict[str, str] = {}
    for kind in ("entry_name", "previous_symbol"):
        found |= {a.alias.upper(): a.symbol for a in knowledge.gene_aliases if a.kind == kind}
    for name in _TWO_MEANINGS:
        found.pop(name, None)
    found |= {ortholog.uniprot: ortholog.gene for ortholog in knowledge.orthologs}
    found |= {site.uniprot: site.gene for site in knowledge.sites.values()}
    return found | {site.gene: site.gene for site in knowledge.sites.values()}

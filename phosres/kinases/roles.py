"""What a column of a network can be: the words of the configuration, without importing more."""

from collections.abc import Mapping

NETWORK_ROLES: Mapping[str, str] = {
    "source": "kinase, or name of the set",
    "target": "site as one text, for example AKT1_S473, P31749;S473-p or a 15-mer",
    "gene": "gene symbol of the substrate",
    "accession": "UniProt accession of the substrate",
    "site": "residue and position, S473",
    "window": "15-mer around the site",
    "weight": "sign and strength",
}
"""Role -> what it is; a table needs source, and target or site (with gene or accession) or
window."""

"""The formats that phosres reads: one record each, most specific first."""

from phosres.readers._format import Format
from phosres.readers.formats import (
    consortia,
    diann,
    discoverer,
    fragpipe,
    generic,
    maxquant,
    msstats,
    precursors,
    refused,
    rppa,
    spectronaut,
)

KNOWN: tuple[Format, ...] = (
    consortia.GCT,
    maxquant.SILAC,
    maxquant.SITES,
    maxquant.EXPANDED,
    fragpipe.LFQ,
    fragpipe.DIA,
    fragpipe.TMT,
    diann.PHOSPHOSITES,
    spectronaut.PIVOT,
    spectronaut.LONG,
    discoverer.PEPTIDE_GROUPS,
    consortia.CDAP,
    consortia.LINKED_OMICS,
    rppa.MATRIX,
    msstats.MSSTATS,
    msstats.MSSTATS_TMT,
    precursors.SPECTRONAUT,
    precursors.DIANN,
    *refused.REFUSED,
    generic.LONG,
    generic.WIDE,
)
"""Every format that is recognised, the most specific first."""
FORMATS: tuple[Format, ...] = tuple(record for record in KNOWN if not record.refusal[0])
"""Every format that is read."""
GENERIC = generic.WIDE
"""The format of a table that no other record fits."""

"""The formats that phosres reads: one record each, most specific first."""

from phosres.readers._format import Format
from phosres.readers.formats import (
    consortia,
    diann,
    discoverer,
    discoverer_psms,
    evidence,
    fragpipe,
    fragpipe_peptides,
    generic,
    maxquant,
    metamorpheus,
    msstats,
    mztab,
    progenesis,
    refused,
    rppa,
    skyline,
    spectronaut,
)

KNOWN: tuple[Format, ...] = (
    consortia.GCT,
    maxquant.SILAC,
    maxquant.SITES,
    maxquant.EXPANDED,
    evidence.EVIDENCE_TMT,
    evidence.EVIDENCE_SILAC,
    evidence.EVIDENCE,
    fragpipe.LFQ,
    fragpipe.DIA,
    fragpipe.TMT,
    diann.PHOSPHOSITES,
    spectronaut.PIVOT,
    spectronaut.LONG,
    discoverer.PEPTIDE_GROUPS,
    discoverer_psms.TMT,
    discoverer_psms.PSMS,
    fragpipe_peptides.PSM_TMT,
    fragpipe_peptides.PSM,
    fragpipe_peptides.COMBINED,
    consortia.CDAP,
    consortia.LINKED_OMICS,
    rppa.MATRIX,
    msstats.MSSTATS,
    msstats.MSSTATS_TMT,
    spectronaut.REPORT,
    spectronaut.FRAGMENTS,
    spectronaut.REPORT_PIVOT,
    diann.SITE_REPORT,
    diann.REPORT,
    diann.REPORT_1,
    diann.PRECURSORS,
    skyline.REPORT,
    metamorpheus.PEAKS,
    metamorpheus.PEPTIDES,
    progenesis.IONS,
    mztab.PEPTIDES,
    *refused.REFUSED,
    generic.LONG,
    generic.WIDE,
)
"""Every format that is recognised, the most specific first."""
FORMATS: tuple[Format, ...] = tuple(record for record in KNOWN if not record.refusal[0])
"""Every format that is read."""
GENERIC = generic.WIDE
"""The format of a table that no other record fits."""

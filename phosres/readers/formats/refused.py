"""Tables that come along with site tables: what they are, and what to read instead."""

from types import MappingProxyType

from phosres.readers._format import Format


def _record(name: str, title: str, why: str, todo: str, *headers: str) -> Format:
    roles = {header: (header,) for header in headers}
    return Format(
        name=name,
        title=title,
        roles=MappingProxyType(roles),
        required=headers,
        refusal=(why, todo),
    )


_NO_SITES = "it gives no positions of sites in proteins"
_MAXQUANT = "read 'Phospho (STY)Sites.txt' from the same folder"
REFUSED: tuple[Format, ...] = (
    _record(
        "maxquant_proteins", "a MaxQuant proteinGroups table", _NO_SITES, _MAXQUANT,
        "majority.protein.ids", "peptide.counts.all",
    ),
    _record(
        "maxquant_spectra", "a MaxQuant msms table",
        "it has one row a spectrum and no intensities of peptides", _MAXQUANT,
        "modified.sequence", "scan.number", "fragmentation", "all.modified.sequences",
    ),
    _record(
        "maxquant_modified_peptides", "a MaxQuant modificationSpecificPeptides table",
        "it does not say which residues are phosphorylated", _MAXQUANT,
        "modifications", "mass.fractional.part", "protein.groups",
    ),
    _record(
        "maxquant_peptides", "a MaxQuant peptides table",
        "it adds up all forms of a peptide, phosphorylated or not", _MAXQUANT,
        "n.term.cleavage.window", "c.term.cleavage.window", "missed.cleavages",
    ),
    _record(
        "discoverer_sites", "a Proteome Discoverer ModificationSites table", "it has no abundances",
        "export the peptide groups, with Modifications in Master Proteins",
        "modification.name", "target.amino.acid", "site.probability",
    ),
    _record(
        "fragpipe_peptides", "a FragPipe combined_peptide table",
        "it adds up all forms of a peptide, phosphorylated or not",
        "read combined_site_STY_79.9663.tsv or combined_modified_peptide.tsv of the same run",
        "sequence", "charge.states", "assigned.modifications",
    ),
    _record(
        "spectronaut_proteins", "a Spectronaut report",
        "it holds no modified peptides of precursors",
        "export the PTM site report (perspective PTM Site), or the normal report with "
        "EG.ModifiedSequence, EG.PrecursorId and EG.TotalQuantity",
        "r.filename", "pg.proteingroups",
    ),
    _record(
        "sdrf", "an SDRF sample annotation", "it holds no values",
        "name the site table as the table; SDRF describes its samples",
        "source.name", "assay.name", "comment.data.file",
    ),
    _record(
        "msstats_annotation", "an MSstats annotation", "it holds no values",
        "name the site table as the table; this file describes its samples",
        "run", "mixture", "channel", "techrepmixture", "bioreplicate",
    ),
)  # fmt: skip
"""What is recognised only to be refused for the right reason."""

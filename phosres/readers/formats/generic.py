"""Tables nobody's program wrote: one row a site, and one column or one row a sample."""

from types import MappingProxyType

from phosres.readers._compound import spell_form, split_column
from phosres.readers._format import Format, Words
from phosres.readers._sequences import read_sequence
from phosres.readers.formats._peptides import read_forms

_ROLES = {
    "gene": (
        "gene",
        "gene.symbol",
        "gene.symbols",
        "genesymbol",
        "gene.name",
        "gene.names",
        "genename",
        "genes",
        "symbol",
        "symbols",
        "hgnc.symbol",
    ),
    "protein": (
        "protein",
        "leading.protein",
        "leading.proteins",
        "protein.id",
        "proteinid",
        "accession",
        "protein.accession",
        "uniprot",
        "uniprot.id",
        "uniprotid",
        "uniprotkb",
        "uniprot.ac",
        "uniprot.accession",
        "acc",
        "master.protein.accession",
    ),
    "proteins": ("proteins", "protein.ids", "protein.accessions"),
    "species": ("species", "organism", "organisms", "organism.name", "species.name", "taxonomy"),
    "entry_name": ("entry.name", "entryname", "uniprot.entry.name"),
    "site": (
        "site",
        "sites",
        "phosphosite",
        "phosphosites",
        "phospho.site",
        "psite",
        "p.site",
        "mod.site",
        "modification.site",
        "residue.both",
        "site.id",
        "siteid",
    ),
    "residue": ("residue", "amino.acid", "aminoacid", "aa", "site.aa"),
    "position": (
        "position",
        "pos",
        "positions",
        "position.within.protein",
        "positions.within.proteins",
        "position.within.proteins",
        "position.in.protein",
        "site.position",
        "residue.number",
    ),
    "window": (
        "sequence.window",
        "window",
        "sequencewindow",
        "flanking.sequence",
        "flanking",
        "site.flanking",
        "siteflanking",
        "15mer",
        "x15mer",
    ),
    "peptide": (
        "peptide",
        "peptide.sequence",
        "sequence",
        "modified.sequence",
        "modified.peptide",
    ),
    "multiplicity": ("multiplicity", "n.phospho", "number.of.phosphates"),
    "localization": (
        "localization.prob",
        "localization.probability",
        "localisation.probability",
        "best.localization.probability",
        "best.localization",
        "localization",
        "loc.prob",
    ),
    "decoy": ("reverse", "decoy", "is.decoy"),
    "contaminant": ("potential.contaminant", "contaminant", "is.contaminant"),
}
_STATISTICS = (
    *("p.value", "pvalue", "p.val", "adj.p.val", "adj.p.value", "adj.pvalue", "padj", "q.value"),
    *("qvalue", "fdr", "aveexpr", "avg.expr", "signedp", "t.statistic", "stderr"),
    *("score", "delta.score", "pep", "charge", "mass.error.ppm", "missed.cleavages"),
)
"""Numbers of search engines and contrast tables that are no measurement."""


def read_parts(words: Words) -> Words:
    """Split ids of several parts, and read peptides where nothing else says where a phosphate is.

    Parameters
    ----------
    words
        Columns by role.
    """
    words = dict(words)
    ids = words.pop("compound", None)
    if ids is not None:
        for role, cells in split_column(ids).items():
            own = words.get(role)
            words[role] = cells if own is None else own.where(own != "", cells)
    if {"site", "window", "position"} & set(words) or "peptide" not in words:
        return words
    return read_forms(words, form=lambda text: read_sequence(spell_form(text)))


WIDE = Format(
    name="generic_wide",
    title="a table with one row a site and one column a sample",
    roles=MappingProxyType(_ROLES),
    not_samples=_STATISTICS,
    by_content=True,
    interpret=read_parts,
    source="described in the documentation of phosres",
    notes=(
        "Columns are recognised by name and content, or named in input.columns; the samples are "
        "the columns that the sample sheet names."
    ),
)
LONG = Format(
    name="generic_long",
    title="a table with one row a site and sample",
    roles=MappingProxyType(
        {
            **_ROLES,
            "sample": (
                *("sample", "sample.name", "sample.id", "run", "run.name", "raw.file"),
                *("file.name", "filename", "aliquot"),
            ),
            "value": (
                *("value", "intensity", "abundance", "quantity", "log2.intensity", "log2intensity"),
                *("log2.value", "log2.abundance", "ratio", "log2.ratio", "log2fc", "expression"),
            ),
        }
    ),
    required=("sample", "value"),
    by_content=True,
    interpret=read_parts,
    source="described in the documentation of phosres",
    notes=(
        "Needs a column of samples and one of values beside those of a wide table. Two values of "
        "one site and sample must be told apart by a column (peptide, multiplicity)."
    ),
)

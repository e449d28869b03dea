"""Tables of protein groups, by the program that wrote them."""

from types import MappingProxyType

from phosres.readers._format import Format
from phosres.readers.formats._parsing import RUN_FILE

_GENE = (
    "gene.names",
    "gene.name",
    "genes",
    "gene",
    "pg.genes",
    "gene.symbol",
    "gene.symbols",
    "symbol",
    "genesymbol",
    "hgnc.symbol",
)
_FLAGS = {
    "reverse": ("reverse",),
    "contaminant": ("potential.contaminant", "contaminant"),
    "by_site": ("only.identified.by.site",),
}

MAXQUANT = Format(
    name="maxquant_proteins",
    title="MaxQuant proteinGroups.txt",
    roles=MappingProxyType(
        {"proteins": ("majority.protein.ids",), "gene": _GENE, "protein_ids": ("protein.ids",)}
        | _FLAGS
    ),
    required=("proteins",),
    samples=(
        r"^LFQ[ .]intensity[ .](?P<sample>.+)$",
        r"^Reporter[ .]intensity[ .]corrected[ .](?P<sample>.+)$",
        r"^Ratio[ .]H[/.]L[ .]normalized[ .](?P<sample>.+)$",
        r"^Intensity[ .](?P<sample>.+)$",
    ),
    scale="linear",
    zero="missing",
    source="https://cox-labs.github.io/coxdocs/output_tables.html (proteinGroups)",
    notes="LFQ intensities where the table has them; rows identified by a site are no amounts.",
)
FRAGPIPE = Format(
    name="fragpipe_proteins",
    title="FragPipe combined_protein.tsv",
    roles=MappingProxyType(
        {
            "proteins": ("protein.id",),
            "gene": _GENE,
            "entry": ("entry.name", "protein.existence", "indistinguishable.proteins"),
        }
    ),
    required=("proteins", "entry"),
    samples=(
        r"^(?P<sample>.+?)[ .]MaxLFQ[ .](?:Razor[ .])?Intensity$",
        r"^(?P<sample>(?:(?!(?:MaxLFQ|Unique|Total|Razor)[ .]).)+?)[ .](?:Razor[ .])?Intensity$",
    ),
    scale="linear",
    zero="missing",
    source="https://fragpipe.nesvilab.org/docs/tutorial_fragpipe_outputs.html",
)
SPECTRONAUT = Format(
    name="spectronaut_proteins",
    title="Spectronaut protein groups, one column a run",
    roles=MappingProxyType(
        {
            "proteins": ("pg.proteingroups", "pg.proteinaccessions", "pg.uniprotids"),
            "gene": _GENE,
        }
    ),
    required=("proteins",),
    samples=(
        rf"^(?:\[\d+\][ .]*)?(?P<sample>.+?)(?:{RUN_FILE})?\.PG[._](?:MS[12])?(?:Log2)?Quantity$",
    ),
    zero="missing",
    source="Spectronaut manual, pivot report of protein groups",
)
DISCOVERER = Format(
    name="discoverer_proteins",
    title="Proteome Discoverer proteins",
    roles=MappingProxyType({"proteins": ("accession",), "gene": _GENE} | _FLAGS),
    required=("proteins",),
    samples=(
        r"^abundances?[ .]*\(?normalized\)?[ .:]*(?P<sample>F\d+\b.*)$",
        r"^abundances?[ .:]+(?P<sample>F\d+\b.*)$",
    ),
    scale="linear",
    zero="missing",
    source="Proteome Discoverer 2.x and 3.x, export of the proteins",
)
PLAIN = Format(
    name="wide_proteins",
    title="one column a sample: DIA-NN pg_matrix, TMT-Integrator, Perseus or any other",
    roles=MappingProxyType(
        {
            "proteins": (
                "protein.group",
                "majority.protein.ids",
                "protein.ids",
                "protein.accessions",
                "master.protein.accessions",
                "protein.accession",
                "accession",
                "accessions",
                "uniprot",
                "uniprot.id",
                "uniprot.accession",
                "protein.id",
                "proteinid",
                "proteins",
                "protein",
            ),
            "gene": _GENE,
        }
        | _FLAGS
    ),
    source="https://github.com/vdemichev/DiaNN (pg_matrix); any wide table",
)

PROTEIN_FORMATS = (MAXQUANT, FRAGPIPE, SPECTRONAUT, DISCOVERER, PLAIN)
"""Formats of protein tables, the specific ones first."""

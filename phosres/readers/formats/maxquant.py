"""MaxQuant: site tables of label-free, TMT and SILAC experiments, and as Perseus expands them."""

from collections.abc import Mapping
from types import MappingProxyType

from phosres.readers._format import Format

_K = r"(?:___(?P<multiplicity>[1-3]))?$"
_MAXQUANT_ROLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "gene": ("gene.names", "gene.name"),
        "protein": ("protein", "leading.proteins", "leading.protein"),
        "proteins": ("proteins",),
        "residue": ("amino.acid",),
        "position": ("position", "positions", "positions.within.proteins"),
        "positions": ("positions.within.proteins",),
        "window": ("sequence.window",),
        "localization": ("localization.prob",),
        "peptide": ("phospho.sty.probabilities", "phospho.st.probabilities"),
        "modification": (
            "number.of.phospho.sty",
            "phospho.sty.probabilities",
            "number.of.phospho.st",
            "phospho.st.probabilities",
        ),
        "fasta": ("fasta.headers", "fasta.header"),
        "decoy": ("reverse",),
        "contaminant": ("potential.contaminant", "contaminant"),
    }
)
_MAXQUANT_SOURCE = "https://cox-labs.github.io/coxdocs/output_tables.html, section Site Table"
# The French Excel writes MaxQuant's NaN out in words.
_EXCEL_NAN = ("Non numérique", "nicht definiert", "Nicht definiert", "NeuN")

SILAC = Format(
    name="maxquant_sites_silac",
    title="MaxQuant Phospho (STY)Sites.txt, SILAC",
    roles=_MAXQUANT_ROLES,
    required=("modification", "residue", "position", "localization"),
    excluded=("multiplicity",),
    samples=(rf"^ratio[ .]h[/.]l[ .]normalized[ .](?P<sample>.+?){_K}",),
    scale="linear",
    values="ratio",
    zero="missing",
    missing=_EXCEL_NAN,
    source=_MAXQUANT_SOURCE,
    notes="Ratio H/L normalized of each experiment; other label pairs are not read.",
)
SITES = Format(
    name="maxquant_sites",
    title="MaxQuant Phospho (STY)Sites.txt",
    roles=_MAXQUANT_ROLES,
    required=("modification", "residue", "position", "localization"),
    excluded=("multiplicity",),
    samples=(
        rf"^reporter[ .]intensity[ .]corrected[ .](?P<sample>\d+(?:[ .].+?)?){_K}",
        rf"^reporter[ .]intensity[ .](?P<sample>\d+(?:[ .].+?)?){_K}",
        rf"^intensity[ .](?P<sample>.+?){_K}",
    ),
    scale="linear",
    values="intensity",
    zero="missing",
    missing=_EXCEL_NAN,
    source=_MAXQUANT_SOURCE,
    notes=(
        "One feature a site and multiplicity (___1, ___2, ___3 = three or more); the total over "
        "them is read only where they are absent. TMT samples are named '<channel> <experiment>'."
    ),
)
EXPANDED = Format(
    name="maxquant_sites_expanded",
    title="MaxQuant site table expanded by Perseus",
    roles=MappingProxyType({**_MAXQUANT_ROLES, "multiplicity": ("multiplicity",)}),
    required=("modification", "residue", "position", "localization", "multiplicity"),
    not_samples=(
        "charge",
        "pep",
        "score",
        "delta.score",
        "score.diff",
        "score.for.localization",
        "mass.error.ppm",
        "intensity",
        "id",
        "protein.group.ids",
        "position.in.peptide",
        "peptide.ids",
        "evidence.ids",
        "ms.ms.ids",
        "diagnostic.peak",
    ),
    source="https://cox-labs.github.io/coxdocs/expandsitetable.html",
    notes="One row a site and multiplicity; the samples keep the names they were given in Perseus.",
)

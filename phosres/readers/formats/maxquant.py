"""MaxQuant: site tables of label-free, TMT and SILAC experiments, and as Perseus expands them."""

from collections.abc import Mapping
from types import MappingProxyType

from phosres.readers._format import Format

_K = r"(?:___(?P<multiplicity>[1-3]))?$"
# The modification is called as the parameters of the search call it.
_MODIFICATIONS = ("phospho.sty", "phospho.st", "phospho.y", "phospho", "18o.phospho.sty")
_PROBABILITIES = tuple(f"{name}.probabilities" for name in _MODIFICATIONS)
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
        "peptide": _PROBABILITIES,
        "modification": (
            *(f"number.of.{name}" for name in _MODIFICATIONS),
            *_PROBABILITIES,
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
    # H/L keeps the name of its experiment; the further pairs of three labels say which they are.
    samples=(
        r"^ratio[ .](?P<light>h[/.]l[ .]normalized[ .])?"
        rf"(?P<sample>(?(light).+?|(?:m[/.]l|h[/.]m)[ .]normalized[ .].+?)){_K}",
        rf"^ratio[ .](?P<sample>[mh][/.][lm][ .]normalized){_K}",
    ),
    scale="linear",
    values="ratio",
    zero="missing",
    missing=_EXCEL_NAN,
    source=_MAXQUANT_SOURCE,
    notes=(
        "Ratio H/L normalized of each experiment, log2; with three labels also 'M/L normalized "
        "<experiment>' and 'H/M normalized <experiment>'. Without experiments the only sample is "
        "'H/L normalized'."
    ),
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
        r"^(?P<sample>intensity)___(?P<multiplicity>[1-3])$",
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

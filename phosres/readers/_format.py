"""What phosres knows of each file format: a record each, no code.

Headers are compared in a normalised spelling, so that MaxQuant's ``Localization prob``, R's
``Localization.prob`` and a hand-typed ``localization_prob`` are the same.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

_NOT_WORD = re.compile(r"[^a-z0-9]+")

ROLES: Mapping[str, str] = MappingProxyType(
    {
        "gene": "gene symbols",
        "protein": "accession of the leading protein",
        "entry_name": "UniProt entry names such as RS6_HUMAN or RS6",
        "site": "sites such as S235, alone or after a protein or gene (P62753_S235)",
        "residue": "residue letter S, T or Y",
        "position": "position of the site in the protein",
        "window": "sequence around the site, the site in its centre",
        "peptide": "peptide sequence",
        "multiplicity": "number of phosphates on the peptide",
        "localization": "localisation probability",
    }
)
"""Roles a configuration can give to a column (`input.columns`), and what such a column holds."""


def normalise(header: str) -> str:
    """Return a header in the spelling that headers are compared in.

    Parameters
    ----------
    header
        A column name as it stands in a file.

    Examples
    --------
    >>> normalise("Phospho (STY) Probabilities") == normalise("Phospho..STY..Probabilities")
    True
    """
    return _NOT_WORD.sub(".", header.strip().strip("\ufeff\"'").lower()).strip(".")


@dataclass(frozen=True, slots=True)
class Format:
    """A file format.

    Parameters
    ----------
    name
        Name in configurations.
    title
        What a user calls it.
    roles
        Role to the headers that hold it, normalised, the preferred one first.
    required
        Roles without which a table is not of this format.
    excluded
        Roles with which a table is not of this format.
    samples
        Patterns of sample columns on the header as written, the preferred one first; group
        ``sample`` is the sample's name, ``multiplicity`` the number of phosphates. Empty: every
        column of numbers that has no role and is not in `not_samples` may be a sample.
    not_samples
        Normalised headers of numbers that are no samples.
    scale
        Scale of the values in the file, or ``auto`` if the format does not say.
    values
        Whether they are intensities or ratios.
    zero
        ``missing`` if zero is always "not measured"; ``by_scale`` if it is for linear values only.
    missing
        Spellings of a missing value beyond the usual ones.
    decoys, contaminants
        Prefixes of protein names.
    source
        Where the format is described.
    notes
        What a user or maintainer should know.
    """

    name: str
    title: str
    roles: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    not_samples: tuple[str, ...] = ()
    scale: Literal["linear", "log2", "auto"] = "auto"
    values: Literal["intensity", "ratio", "auto"] = "auto"
    zero: Literal["missing", "by_scale"] = "by_scale"
    missing: tuple[str, ...] = ()
    decoys: tuple[str, ...] = ("REV__", "rev_", "DECOY_", "XXX_")
    contaminants: tuple[str, ...] = ("CON__", "contam_", "Cont_", "cRAP-", "cRAP_")
    source: str = ""
    notes: str = ""
    _compiled: tuple[re.Pattern[str], ...] = field(init=False, repr=False, default=())

    def __post_init__(self) -> None:
        patterns = tuple(re.compile(p, re.IGNORECASE) for p in self.samples)
        object.__setattr__(self, "_compiled", patterns)

    @property
    def is_wide_open(self) -> bool:
        """Whether any column of numbers may be a sample."""
        return not self.samples

    def find(self, header: Iterable[str]) -> dict[str, list[int]]:
        """Find the columns of each role, the preferred one first.

        Parameters
        ----------
        header
            Column names as they stand in the file.
        """
        places: dict[str, list[int]] = {}
        for at, name in enumerate(header):
            places.setdefault(normalise(name), []).append(at)
        found = {
            role: [at for alias in aliases for at in places.get(alias, ())]
            for role, aliases in self.roles.items()
        }
        return {role: at for role, at in found.items() if at}

    def match_samples(self, header: Iterable[str]) -> list[tuple[int, str, int | None]]:
        """Find the sample columns by the first pattern that fits any.

        Parameters
        ----------
        header
            Column names as they stand in the file.

        Returns
        -------
        Position, sample and multiplicity (None if the header does not give it) of each column.
        Totals over the multiplicities are left out where the single ones exist.
        """
        names = list(header)
        for pattern in self._compiled:
            found = [
                (at, match["sample"], int(match["multiplicity"]) if match["multiplicity"] else None)
                for at, name in enumerate(names)
                if (match := pattern.match(name))
            ]
            if found:
                split = [f for f in found if f[2] is not None]
                return split or found
        return []


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

_MAXQUANT_SILAC = Format(
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
_MAXQUANT = Format(
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
_MAXQUANT_EXPANDED = Format(
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
_GENERIC = Format(
    name="generic_wide",
    title="a table with one row a site and one column a sample",
    roles=MappingProxyType(
        {
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
    ),
    source="described in the documentation of phosres",
    notes=(
        "Columns are recognised by name and content, or named in input.columns; the samples are "
        "the columns that the sample sheet names."
    ),
)

FORMATS: tuple[Format, ...] = (_MAXQUANT_SILAC, _MAXQUANT, _MAXQUANT_EXPANDED, _GENERIC)
"""Every format that is read, the most specific first."""
GENERIC = _GENERIC
"""The format of a table that no other record fits."""

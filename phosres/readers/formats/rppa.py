"""Reverse-phase protein arrays: antibodies such as S6_pS235_S236 and the genes they bind."""

import re
from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from phosres.readers._format import Format, Words

# Names end with the species and validation of the antibody (-R-V, _GBL...) or a remark.
_SUFFIX = re.compile(r"(?:[-_.][RMGT][-_.][VCENQ]\w{0,2}|[-_.]?caution)+$", re.IGNORECASE)
_EPITOPE = re.compile(
    r"(?P<name>.+?)[-_. ]p?(?P<sites>[STY]\d{1,4}(?:[-_./ ]?p?[STY]\d{1,4})*)", re.IGNORECASE
)
_MARKED = re.compile(r".+[-_. ]p[STY]\d{1,4}(?:[-_./ ]?p?[STY]\d{1,4})*", re.IGNORECASE)
"""A name with the p that only phosphosites carry."""
_SITE = re.compile(r"[STY]\d{1,4}", re.IGNORECASE)

# The gene whose numbering the name uses comes first, then the paralogs the antibody also binds.
# Antibodies of the MD Anderson RPPA core, https://doi.org/10.1158/1535-7163.MCT-06-0334.
GENES: Mapping[str, str] = MappingProxyType(
    {
        "4EBP1": "EIF4EBP1",
        "ACC": "ACACA;ACACB",
        "ACC1": "ACACA",
        "AKT": "AKT1;AKT2;AKT3",
        "AMPK": "PRKAA1;PRKAA2",
        "AMPKA": "PRKAA1;PRKAA2",
        "AMPKALPHA": "PRKAA1;PRKAA2",
        "ARAF": "ARAF",
        "BRAF": "BRAF",
        "BAD": "BAD",
        "CRAF": "RAF1",
        "CHK1": "CHEK1",
        "CHK2": "CHEK2",
        "CJUN": "JUN",
        "CKIT": "KIT",
        "CMET": "MET",
        "CMYC": "MYC",
        "EEF2K": "EEF2K",
        "EIF4E": "EIF4E",
        "EIF4G": "EIF4G1",
        "ERALPHA": "ESR1",
        "ER": "ESR1",
        "ERK": "MAPK3;MAPK1",
        "ERK12": "MAPK3;MAPK1",
        "ERK2": "MAPK1",
        "FOXO3A": "FOXO3",
        "GSK3": "GSK3B;GSK3A",
        "GSK3ALPHABETA": "GSK3A;GSK3B",
        "GSK3AB": "GSK3A;GSK3B",
        "GSK3B": "GSK3B",
        "HER2": "ERBB2",
        "HER3": "ERBB3",
        "HSP27": "HSPB1",
        "IR": "INSR",
        "IRS1": "IRS1",
        "JNK": "MAPK8;MAPK9;MAPK10",
        "JNK2": "MAPK9",
        "MAPK": "MAPK3;MAPK1",
        "MEK1": "MAP2K1",
        "MEK": "MAP2K1;MAP2K2",
        "NFKBP65": "RELA",
        "P27": "CDKN1B",
        "P38": "MAPK14",
        "P38MAPK": "MAPK14",
        "P53": "TP53",
        "P70S6K": "RPS6KB1",
        "P70S6K1": "RPS6KB1",
        "P90RSK": "RPS6KA1",
        "PDK1": "PDPK1",
        "PEA15": "PEA15",
        "PKCALPHA": "PRKCA",
        "PKCDELTA": "PRKCD",
        "PKCPANBETAII": "PRKCB;PRKCA",
        "PRAS40": "AKT1S1",
        "RAPTOR": "RPTOR",
        "RB": "RB1",
        "S6": "RPS6",
        "SHP2": "PTPN11",
        "SRC": "SRC;YES1;FYN",
        "TAU": "MAPT",
        "TUBERIN": "TSC2",
        "TSC2": "TSC2",
        "YB1": "YBX1",
    }
)
"""What antibodies are called, without signs and in capitals, and the genes they bind."""


def is_epitope(name: str) -> bool:
    """Tell whether a name is that of an antibody against a phosphosite.

    Parameters
    ----------
    name
        For example ``Akt_pS473``.
    """
    return _MARKED.fullmatch(_SUFFIX.sub("", name.strip())) is not None


def read_antibodies(words: Words) -> Words:
    """Read genes and sites from the names of antibodies; ``GENES|antibody`` names the genes.

    Parameters
    ----------
    words
        Columns by role.
    """
    cells = words["antibody"]
    read = {c: _read(c) for c in cells.unique()}
    return {
        "gene": cells.map({c: gene for c, (gene, _) in read.items()}).astype(object),
        "site": cells.map({c: sites for c, (_, sites) in read.items()}).astype(object),
        "peptide": cells,
        "refused": pd.Series("", index=cells.index, dtype=object).mask(
            cells.map({c: not sites for c, (_, sites) in read.items()}).astype(bool),
            "antibody against no phosphosite",
        ),
    }


def _read(cell: str) -> tuple[str, str]:
    genes, _, name = cell.rpartition("|")
    match = _EPITOPE.fullmatch(_SUFFIX.sub("", name.strip()))
    if match is None:
        return "", ""
    key = re.sub(r"[^A-Z0-9]", "", re.sub(r"^X(?=\d)", "", match["name"].upper()))
    known = GENES.get(key, "")
    named = genes.split()
    sites = [s.upper() for s in _SITE.findall(match["sites"])]
    if key.startswith("GSK3") and len(sites) == 2:
        # S21 is on GSK3A, S9 on GSK3B: one antibody, numbered on both; GSK3B stands for it.
        known, sites, named = "GSK3B;GSK3A", ["S9"], []
    owner = ";".join(_lead(named, known)) or known or match["name"].strip()
    return owner, ";".join(sites)


def _lead(named: list[str], known: str) -> list[str]:
    """Put the gene that the numbers belong to first among those the file names."""
    first = known.split(";")[0]
    return [first, *(g for g in named if g != first)] if first in named else named


MATRIX = Format(
    name="rppa",
    title="RPPA matrix of antibodies (cBioPortal, TCGA, TCPA, CCLE)",
    roles=MappingProxyType({"antibody": ("composite.element.ref", "antibody", "antibody.name")}),
    required=("antibody",),
    not_samples=("entrez.gene.id", "cytoband"),
    interpret=read_antibodies,
    source="https://docs.cbioportal.org/file-formats/, protein level data; https://tcpaportal.org",
    notes=(
        "Antibodies against phosphosites only; those that bind paralogs carry all their genes. "
        "Matrices of samples x antibodies are turned round first: rows are then counted by "
        "antibody. Values are relative within a set: compare within a subject."
    ),
)

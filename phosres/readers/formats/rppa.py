"""Reverse-phase protein arrays: antibodies such as S6_pS235_S236 and the genes they bind."""

import re
from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from phosres.readers._format import Format, Words

# Names end with the species and validation of the antibody (-R-V, _GBL...) or a remark.
_SUFFIX = re.compile(r"(?:[-_.][RMGT][-_.][VCENQ]\w{0,2}|[-_.]?caution)+$", re.IGNORECASE)
_SITES = r"[STY]\d{1,4}(?:[-_./ ]?p?[STY]\d{1,4})*"
# A p that nothing sets apart is small: AKTpS473, but not CAPS10.
_MARK = r"(?:[-_. ](?i:p|phospho)[-_. ]?|(?<=[A-Za-z0-9])p)"
_MARKED = re.compile(rf"(?P<name>.+?){_MARK}(?P<sites>(?i:{_SITES}))")
"""A name with the p that only phosphosites carry."""
_PLAIN = re.compile(rf"(?P<name>.+?)[-_. ](?P<sites>(?i:{_SITES}))")
_PREFIX = re.compile(r"^(?:(?i:phospho[-_. ]*|p[-_. ])(?=[A-Za-z0-9])|p(?=[A-Z]))")
_SHARED = re.compile(r"([STY])(\d+)/(?=\d)")
"""Two residues of one kind: Thr37/46."""
_RESIDUE = re.compile(r"(?<![A-Za-z])p?(Ser|Thr|Tyr)[-_ ]?(?=\d)", re.IGNORECASE)
_SITE = re.compile(r"[STY]\d{1,4}", re.IGNORECASE)

# The gene whose numbering the name uses comes first, then the paralogs the antibody also binds.
# Antibodies of the MD Anderson RPPA core, https://doi.org/10.1158/1535-7163.MCT-06-0334.
GENES: Mapping[str, str] = MappingProxyType(
    {
        "4EBP": "EIF4EBP1",
        "4EBP1": "EIF4EBP1",
        "ACC": "ACACA;ACACB",
        "ACC1": "ACACA",
        "ACC2": "ACACB",
        "AKT": "AKT1;AKT2;AKT3",
        "AMPK": "PRKAA1;PRKAA2",
        "AMPKA": "PRKAA1;PRKAA2",
        "AMPKALPHA": "PRKAA1;PRKAA2",
        "AURORAA": "AURKA",
        "AURORAABC": "AURKA;AURKB;AURKC",
        "BCATENIN": "CTNNB1",
        "BETACATENIN": "CTNNB1",
        "BRAFV": "BRAF",
        "CABL": "ABL1",
        "CDC2": "CDK1",
        "CHK1": "CHEK1",
        "CHK2": "CHEK2",
        "CJUN": "JUN",
        "CKIT": "KIT",
        "CMET": "MET",
        "CMYC": "MYC",
        "COFILIN": "CFL1",
        "CONNEXIN43": "GJA1",
        "CRAF": "RAF1",
        "CRAFV": "RAF1",
        "EIF2A": "EIF2S1",
        "EIF2ALPHA": "EIF2S1",
        "EIF4G": "EIF4G1",
        "ER": "ESR1",
        "ERA": "ESR1",
        "ERALPHA": "ESR1",
        "ERK": "MAPK3;MAPK1",
        "ERK12": "MAPK3;MAPK1",
        "ERK2": "MAPK1",
        "ERK5": "MAPK7",
        "ETK": "BMX",
        "FAK": "PTK2",
        "FOXO3A": "FOXO3",
        "FRA1": "FOSL1",
        "FRS2ALPHA": "FRS2",
        "GAMMAH2AX": "H2AX",
        "GSK": "GSK3B;GSK3A",
        "GSK3": "GSK3B;GSK3A",
        "GSK3AB": "GSK3A;GSK3B",
        "GSK3ALPHA": "GSK3A",
        "GSK3ALPHABETA": "GSK3A;GSK3B",
        "GSK3BETA": "GSK3B",
        "HER2": "ERBB2",
        "HER3": "ERBB3",
        "HER4": "ERBB4",
        "HISTONEH3": "H3C1",
        "HSP27": "HSPB1",
        "IGF1RBETA": "IGF1R",
        "IGFIR": "IGF1R",
        "INSULINRECEPTOR": "INSR",
        "IR": "INSR",
        "JNK": "MAPK8;MAPK9;MAPK10",
        "JNK1": "MAPK8",
        "JNK2": "MAPK9",
        "LBK1": "STK11",
        "LKB1": "STK11",
        "MAPK": "MAPK3;MAPK1",
        "MEK": "MAP2K1;MAP2K2",
        "MEK1": "MAP2K1",
        "MEK12": "MAP2K1;MAP2K2",
        "MEK2": "MAP2K2",
        "MK2": "MAPKAPK2",
        "MKK3": "MAP2K3",
        "MKK4": "MAP2K4",
        "MYOSINIIA": "MYH9",
        "NFKAPPABP65": "RELA",
        "NFKB": "RELA",
        "NFKBP65": "RELA",
        "P21": "CDKN1A",
        "P27": "CDKN1B",
        "P38": "MAPK14",
        "P38A": "MAPK14",
        "P38MAPK": "MAPK14",
        "P4442MAPK": "MAPK3;MAPK1",
        "P44MAPK": "MAPK3;MAPK1",
        "P53": "TP53",
        "P65": "RELA",
        "P70S6": "RPS6KB1",
        "P70S6K": "RPS6KB1",
        "P70S6K1": "RPS6KB1",
        "P90RSK": "RPS6KA1",
        "P90RSK1": "RPS6KA1",
        "PAXILLIN": "PXN",
        "PDGFRBETA": "PDGFRB",
        "PDK1": "PDPK1",
        "PEIF2A": "EIF2S1",
        "PKAA": "PRKACA",
        "PKAALPHA": "PRKACA",
        "PKCA": "PRKCA",
        "PKCABETAII": "PRKCA;PRKCB",
        "PKCABII": "PRKCA;PRKCB",
        "PKCALPHA": "PRKCA",
        "PKCALPHABETAII": "PRKCA;PRKCB",
        "PKCBETAII": "PRKCB",
        "PKCBII": "PRKCB",
        "PKCDELTA": "PRKCD",
        "PKCDELTATHETA": "PRKCD;PRKCQ",
        "PKCPANBETAII": "PRKCB;PRKCA",
        "PLCGAMMA": "PLCG1",
        "PLCGAMMA1": "PLCG1",
        "PR": "PGR",
        "PRAS40": "AKT1S1",
        "PYK2": "PTK2B",
        "RAPTOR": "RPTOR",
        "RB": "RB1",
        "RPA32": "RPA2",
        "RSK": "RPS6KA1",
        "RSK1": "RPS6KA1",
        "S6": "RPS6",
        "S6K": "RPS6KB1",
        "S6K1": "RPS6KB1",
        "SHC": "SHC1",
        "SHP2": "PTPN11",
        "SMAD15": "SMAD1;SMAD5",
        "SRC": "SRC;YES1;FYN",
        "STAT5": "STAT5A;STAT5B",
        "STAT5ALPHA": "STAT5A",
        "STATHMIN": "STMN1",
        "STATHMIN1": "STMN1",
        "TAU": "MAPT",
        "TAZ": "WWTR1",
        "TIE2": "TEK",
        "TUBERIN": "TSC2",
        "VEGFR2": "KDR",
        "YAP": "YAP1",
        "YB": "YBX1",
        "YB1": "YBX1",
        "YBI": "YBX1",
    }
)
"""What antibodies are called, without signs and in capitals, and the genes they bind. A name that
is not listed is taken for a gene symbol."""


def is_epitope(name: str) -> bool:
    """Tell whether a name is that of an antibody against a phosphosite.

    Parameters
    ----------
    name
        For example ``Akt_pS473``, ``AKTpS473`` or ``Phospho-Akt (Ser473)``.
    """
    plain = _spell(name)
    if _MARKED.fullmatch(plain):
        return True
    stem = _PREFIX.sub("", plain)
    return stem != plain and _PLAIN.fullmatch(stem) is not None


def _spell(name: str) -> str:
    """Spell a name without remarks, with one letter a residue and no brackets."""
    plain = _SUFFIX.sub("", name.strip())
    plain = re.sub(r"\s*\(([^()]*)\)$", r"_\1", plain)
    plain = _RESIDUE.sub(lambda m: "Y" if m[1].lower() == "tyr" else m[1][0].upper(), plain)
    return _SHARED.sub(r"\1\2_\1", plain)


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
    plain = _spell(name)
    match = _MARKED.fullmatch(plain) or _PLAIN.fullmatch(_PREFIX.sub("", plain))
    if match is None:
        return "", ""
    stem = _PREFIX.sub("", match["name"].strip())
    key = re.sub(r"[^A-Z0-9]", "", re.sub(r"^X(?=\d)", "", stem.upper()))
    known = GENES.get(key, "")
    named = genes.split()
    sites = [s.upper() for s in _SITE.findall(match["sites"])]
    if key.startswith("GSK") and set(sites) <= {"S9", "S21"}:
        # S21 is on GSK3A, S9 on GSK3B: where both are named, GSK3B stands for the antibody.
        known, named = ("GSK3A;GSK3B" if sites == ["S21"] else "GSK3B;GSK3A"), []
        sites = sites if len(sites) == 1 else ["S9"]
    owner = ";".join(_lead(named, known)) or known or stem.upper()
    return owner, ";".join(sites)


def _lead(named: list[str], known: str) -> list[str]:
    """Put the gene that the numbers belong to first among those the file names."""
    first = known.split(";")[0]
    return [first, *(g for g in named if g != first)] if first in named else named


_HEADERS = ("composite.element.ref", "antibody", "antibody.name", "peptide.target", "antigen")
MATRIX = Format(
    name="rppa",
    title="RPPA matrix of antibodies (cBioPortal, TCGA, TCPA, CCLE)",
    roles=MappingProxyType({"antibody": _HEADERS}),
    required=("antibody",),
    not_samples=("entrez.gene.id", "cytoband"),
    interpret=read_antibodies,
    normalized=True,
    source="https://docs.cbioportal.org/file-formats/, protein level data; https://tcpaportal.org",
    notes=(
        "Antibodies against phosphosites only; those that bind paralogs carry all their genes. "
        "Matrices of samples x antibodies are turned round first: rows are then counted by "
        "antibody. Values are relative within a set: compare within a subject."
    ),
)

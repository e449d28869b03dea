"""Reports with one row a precursor and run that also say where the peptide lies in its protein."""

import re
from types import MappingProxyType

import pandas as pd

from phosres.readers._format import Format, Words
from phosres.readers.formats._parsing import blank, convert

_RESIDUE = re.compile(r"(?P<residue>[A-Z])(?:\[(?P<what>[^\[\]]*)\])?")
_PROBABILITY = re.compile(r"phospho[^:]*:\s*(?P<percent>\d+(?:[.,]\d+)?)\s*%", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_GROUP = re.compile(r"\[(?P<protein>[^:\[\]]+):(?P<sites>[^\[\]]*)\]")
_SITE = re.compile(r"(?<![A-Za-z0-9])([A-Z])(\d{1,5})(?![A-Za-z0-9])")
_BARE = "peptide without phosphate"
_NOWHERE = "no position of the peptide in its protein"
# https://github.com/vdemichev/DiaNN: 2.x writes precursors up to 5 %.
_LIMITS = {"q": 0.01, "global_q": 0.01, "protein_q": 0.05}


def read_peptide_position(words: Words) -> Words:
    """Count the phosphates of a modified sequence from the position of its peptide.

    Parameters
    ----------
    words
        Columns by role.
    """
    index = words["peptide"].index
    scored = words.get("scored", blank(words["peptide"]))
    rows = list(zip(words["peptide"], words["start"], scored, strict=True))
    read = {row: _place(*row) for row in set(rows)}

    def column(at: int) -> "pd.Series[str]":
        return pd.Series([read[row][at] for row in rows], index=index, dtype=object)

    return {
        **{role: cells for role, cells in words.items() if role not in ("start", "scored")},
        "site": column(0),
        "multiplicity": column(1),
        "localization": column(2),
        "refused": column(3),
    }


def _place(sequence: str, start: str, scored: str) -> tuple[str, str, str, str]:
    """Return sites, phosphates, lowest probability and why the row is not used."""
    residues = list(_RESIDUE.finditer(_strip_ends(sequence)))
    at = [i for i, m in enumerate(residues) if (m["what"] or "").lower().startswith("phospho")]
    if not at:
        return "", "", "", _BARE
    first = _NUMBER.search(start)
    if first is None:
        return "", "", "", _NOWHERE
    sites = ";".join(f"{residues[i]['residue']}{int(first[0]) + i}" for i in at)
    return sites, str(len(at)), _lowest(scored, at), ""


def _strip_ends(sequence: str) -> str:
    """Take away underscores, charge and what is bound to the end of the peptide."""
    return re.sub(r"^\[[^\]]*\]", "", sequence.split(".")[0].strip("_"))


def _lowest(scored: str, at: list[int]) -> str:
    residues = list(_RESIDUE.finditer(_strip_ends(scored.replace(".", ","))))
    found = [_PROBABILITY.search(residues[i]["what"] or "") for i in at if i < len(residues)]
    numbers = [float(m["percent"].replace(",", ".")) for m in found if m]
    return str(min(numbers) / 100) if numbers and len(numbers) == len(at) else ""


def read_protein_sites(words: Words) -> Words:
    """Read DIA-NN's Protein.Sites, ``[Q16828:S331];[Q16829:S369]``, of the leading protein.

    Parameters
    ----------
    words
        Columns by role.
    """
    number = convert(words["peptide"], lambda c: str(c.count("(UniMod:21)") or ""))
    leading = words["protein"].str.split(";").str[0]
    rows = list(zip(words["sites"], leading, strict=True))
    read = {row: _sites_on(*row) for row in set(rows)}
    sites = pd.Series([read[row] for row in rows], index=number.index, dtype=object)
    count = sites.str.count(";").add(1).where(sites != "", 0).astype(str)
    refused = blank(number).mask(number == "", _BARE)
    refused = refused.mask((refused == "") & (count != number), _NOWHERE)
    for role, limit in _LIMITS.items():
        if role in words:
            above = pd.to_numeric(words[role], errors="coerce") > limit
            refused = refused.mask((refused == "") & above, "q value above the limit (1 or 5 %)")
    kept = {r: c for r, c in words.items() if r not in ("sites", *_LIMITS)}
    return {**kept, "protein": leading, "site": sites, "multiplicity": number, "refused": refused}


def _sites_on(cell: str, protein: str) -> str:
    groups = {m["protein"].strip(): m["sites"] for m in _GROUP.finditer(cell)}
    found = _SITE.findall(groups.get(protein, ""))
    return ";".join(f"{residue}{position}" for residue, position in found if residue in "STY")


SPECTRONAUT = Format(
    name="spectronaut_report",
    title="Spectronaut normal report with positions of the peptides",
    roles=MappingProxyType(
        {
            "sample": ("r.filename", "r.file.name"),
            "value": ("eg.totalquantity.settings", "fg.quantity", "fg.ms2quantity"),
            "peptide": ("eg.modifiedsequence", "eg.modifiedpeptide"),
            "precursor": ("eg.precursorid", "fg.id"),
            "start": ("pep.peptideposition",),
            "scored": ("eg.ptmlocalizationprobabilities",),
            "protein": ("pg.proteingroups", "pg.proteinaccessions"),
            "gene": ("pg.genes",),
            "decoy": ("eg.isdecoy",),
        }
    ),
    required=("sample", "value", "peptide", "precursor", "start", "protein"),
    scale="linear",
    values="intensity",
    zero="missing",
    floor=1.0,
    interpret=read_peptide_position,
    units=("precursor",),
    source="https://biognosys.com/content/uploads/2023/12/Spectronaut-manual.pdf, normal report",
    notes=(
        "A feature is one modified peptide; its precursors are summed in each run, and fragment "
        "rows that repeat a precursor's quantity count once. Sites are counted from the position "
        "in the first protein; localisation is filtered in each run. Prefer the PTM site report."
    ),
)
DIANN = Format(
    name="diann_report",
    title="DIA-NN 2 main report with Protein.Sites",
    roles=MappingProxyType(
        {
            "sample": ("run", "file.name"),
            "channel": ("channel",),
            "value": ("precursor.normalised", "precursor.quantity"),
            "peptide": ("modified.sequence",),
            "precursor": ("precursor.id",),
            "sites": ("protein.sites",),
            "protein": ("protein.group", "protein.ids"),
            "entry_name": ("protein.names",),
            "gene": ("genes",),
            "localization": ("ptm.site.confidence",),
            "decoy": ("decoy",),
            "q": ("q.value",),
            "global_q": ("global.q.value",),
            "protein_q": ("pg.q.value",),
        }
    ),
    required=("sample", "value", "peptide", "precursor", "sites", "protein"),
    scale="linear",
    values="intensity",
    zero="missing",
    interpret=read_protein_sites,
    units=("precursor",),
    source="https://github.com/vdemichev/DiaNN, section Main output",
    notes=(
        "A feature is one modified peptide, its precursors summed in each run; 1 % precursor and 5 "
        "% protein q value. PTM.Site.Confidence is a probability from DIA-NN 2 on; reports of 1.8 "
        "and 1.9 have no Protein.Sites and are not read. Save report.parquet as text."
    ),
)

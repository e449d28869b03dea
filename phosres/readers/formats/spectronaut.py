"""Spectronaut: PTM site reports, one row a site and run or one column a run."""

import re
from dataclasses import replace
from types import MappingProxyType

from phosres.readers._format import Format, Words
from phosres.readers.formats._parsing import RUN_FILE, blank, convert, extract
from phosres.readers.formats._peptides import KEY, keep_most_likely, read_forms, refuse_above

_KEY = re.compile(
    r"(?P<protein>[^~]+?)(?:~(?P<gene>[^_]*))?_(?P<residue>[A-Z])(?P<position>\d+)(?:_M(?P<multiplicity>\d+))?(?:_\d+)?"
)
_NUMBER = re.compile(r"\d+")
_RUN_NAME = rf"^(?:\[\d+\][ .]*)?(?P<sample>.+?)(?:{RUN_FILE})?"
_RUN = rf"{_RUN_NAME}\.PTM[._]"
_ROLES = {
    # Schemas without the key have the columns it is made of.
    "key": ("ptm.collapsekey", "ptm.sitelocation"),
    "protein": ("ptm.proteinid",),
    "proteins": ("pg.proteinaccessions", "pg.proteingroups", "pg.uniprotids"),
    "gene": ("pg.genes",),
    "residue": ("ptm.siteaa",),
    "position": ("ptm.sitelocation",),
    "window": ("ptm.flankingregion",),
    "multiplicity": ("ptm.multiplicity",),
    "modification": ("ptm.modificationtitle",),
    "decoy": ("eg.isdecoy",),
}
_SOURCE = "https://biognosys.com/content/uploads/2023/12/Spectronaut-manual.pdf, PTM site report"
_NOTES = (
    "Phospho (STY) rows only. Quantities of exactly 1 are the floor Spectronaut writes for a "
    "candidate site without signal, and mean not measured. The site probability is filtered in "
    "each run."
)


def read_collapse_key(words: Words) -> Words:
    """Fill in from PTM.CollapseKey what the columns lack; refuse other modifications.

    Parameters
    ----------
    words
        Columns by role.
    """
    read = dict(words)
    if "key" in words:
        for role, cells in extract(words["key"], _KEY).items():
            own = words.get(role, blank(cells))
            read[role] = own.where(own != "", cells)
    title = words.get("modification")
    if title is not None:
        other = (title != "") & ~title.str.contains("phospho", case=False, regex=False)
        read["refused"] = blank(title).mask(other, "another modification than Phospho (STY)")
    return read


LONG = Format(
    name="spectronaut_ptm",
    title="Spectronaut PTM site report, one row a site and run",
    roles=MappingProxyType(
        {
            **_ROLES,
            "localization": ("ptm.siteprobability",),
            "sample": ("r.filename", "r.file.name", "r.label"),
            "value": ("ptm.quantity",),
        }
    ),
    required=("key", "sample", "value"),
    scale="linear",
    values="intensity",
    zero="missing",
    floor=1.0,
    interpret=read_collapse_key,
    source=_SOURCE,
    notes=_NOTES,
)
PIVOT = Format(
    name="spectronaut_ptm_pivot",
    title="Spectronaut PTM site report, one column a run",
    roles=MappingProxyType(_ROLES),
    required=("key",),
    samples=(rf"{_RUN}Quantity$",),
    probabilities=rf"{_RUN}SiteProbability$",
    scale="linear",
    values="intensity",
    zero="missing",
    floor=1.0,
    interpret=read_collapse_key,
    source=_SOURCE,
    notes=_NOTES,
)


def read_report(words: Words) -> Words:
    """Read the modified sequences of a normal report; of candidate localisations keep the best.

    Parameters
    ----------
    words
        Columns by role.
    """
    if "scored" in words:
        words = keep_most_likely(words)
    read = read_forms(refuse_above(words, {"precursor_q": 0.01}, "{role} value above {limit}"))
    if "start" in read:
        # "915", "(915)(1131)" for repeats, "915;20" for several proteins, "915,1131".
        read["start"] = convert(read["start"], lambda c: m[0] if (m := _NUMBER.search(c)) else "")
    for role in ("protein", "gene", "entry_name"):
        if role in read:
            read[role] = convert(read[role], lambda c: c.split(";")[0])
    return read


REPORT = Format(
    name="spectronaut_report",
    title="Spectronaut normal report",
    roles=MappingProxyType(
        {
            "sample": ("r.filename", "r.file.name"),
            "value": (
                "eg.totalquantity.settings",
                "fg.quantity",
                "fg.ms2quantity",
                "fg.ms2rawquantity",
                "fg.ms1quantity",
            ),
            "peptide": ("eg.modifiedsequence", "eg.modifiedpeptide", "eg.precursorid"),
            "precursor": ("eg.precursorid", "fg.id"),
            "charge": ("fg.charge",),
            "start": ("pep.peptideposition",),
            "scored": ("eg.ptmlocalizationprobabilities",),
            "protein": ("pg.proteingroups", "pg.proteinaccessions"),
            "proteins": ("pg.proteingroups", "pg.proteinaccessions"),
            "entry_name": ("pg.proteinnames",),
            "species": ("pg.organisms",),
            "gene": ("pg.genes",),
            "decoy": ("eg.isdecoy",),
            "precursor_q": ("eg.qvalue",),
        }
    ),
    required=("sample", "value", "peptide", "precursor", "protein"),
    scale="linear",
    values="intensity",
    zero="missing",
    floor=1.0,
    interpret=read_report,
    key=KEY,
    units=("precursor",),
    advice="; or export the PTM site report (perspective PTM Site)",
    source="https://biognosys.com/content/uploads/2023/12/Spectronaut-manual.pdf, normal report",
    notes=(
        "A feature is one modified peptide; its precursors are summed in each run, and fragment "
        "rows that repeat a precursor's quantity count once. Of candidate localisations, each "
        "with the full quantity, the most probable one is used; localisation is filtered in each "
        "run. Sites are counted from PEP.PeptidePosition in the first protein, or from "
        "input.fasta. Prefer the PTM site report."
    ),
)
FRAGMENTS = replace(
    REPORT,
    name="spectronaut_fragments",
    title="Spectronaut normal report with fragment areas only",
    roles=MappingProxyType(
        {
            **{role: names for role, names in REPORT.roles.items() if role != "value"},
            "value": ("f.peakarea", "f.normalizedpeakarea"),
            "fragment": ("f.frgion",),
            "fragment_charge": ("f.charge",),
            "loss": ("f.frglosstype",),
        }
    ),
    units=("precursor", "fragment", "fragment_charge", "loss"),
    notes="As spectronaut_report; the fragments of a precursor are summed.",
)
REPORT_PIVOT = replace(
    REPORT,
    name="spectronaut_report_pivot",
    title="Spectronaut normal report, one column a run",
    roles=MappingProxyType(
        {
            **{
                r: n for r, n in REPORT.roles.items() if r not in ("sample", "value", "precursor_q")
            },
            "precursor": ("eg.precursorid", "fg.id", "eg.modifiedsequence"),
        }
    ),
    required=("peptide", "precursor", "protein"),
    samples=(
        rf"{_RUN_NAME}\.EG[._]TotalQuantity\b.*$",
        rf"{_RUN_NAME}\.FG[._](?:MS2)?Quantity$",
    ),
    sample_name="{channel}",
    notes=(
        "As spectronaut_report. It has no localisation probability in each run: prefer the PTM "
        "site report."
    ),
)

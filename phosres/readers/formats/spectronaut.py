"""Spectronaut: PTM site reports, one row a site and run or one column a run."""

import re
from types import MappingProxyType

from phosres.readers._format import Format, Words
from phosres.readers.formats._parsing import RUN_FILE, blank, extract

_KEY = re.compile(
    r"(?P<protein>.+?)_(?P<residue>[A-Z])(?P<position>\d+)(?:_M(?P<multiplicity>\d+))?(?:_\d+)?"
)
_RUN = rf"^(?:\[\d+\][ .]*)?(?P<sample>.+?)(?:{RUN_FILE})?\.PTM[._]"
_ROLES = {
    "key": ("ptm.collapsekey",),
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

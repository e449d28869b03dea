"""What a column holds, told from its cells: accessions, sites, windows, positions, numbers."""

import re
from collections.abc import Callable

import pandas as pd

from phosres.readers import _cells
from phosres.readers._compound import is_form, is_manifold, split
from phosres.readers._text import Text

_ONE_ACCESSION = (
    r"(?:(?:REV__|CON__|rev_|contam_)?(?:(?:sp|tr)\|)?(?:[OPQ]\d[A-Z0-9]{3}\d|"
    r"[A-NR-Z]\d(?:[A-Z][A-Z0-9]{2}\d){1,2})(?:-\d+)?(?:\|\w+)?|"
    r"(?:[NXY]P_\d{6,}|ENS[A-Z]*P\d{6,})(?:\.\d+)?)"
)
ACCESSIONS = re.compile(rf"{_ONE_ACCESSION}(?:\s*[;,|]\s*{_ONE_ACCESSION})*")
"""UniProt (https://www.uniprot.org/help/accession_numbers), RefSeq and Ensembl accessions."""
_ONE_SITE = r"(?:p-?)?[STYsty]\d{1,5}(?:-?ph?(?![A-Za-z])|\(ph\)|[sty](?![A-Za-z]))?"
# Spectrum Mill lists oxidised methionines among the sites: M515m,T524.
_OXIDISED = r"M\d{1,5}m?"
_SITES = (
    rf"(?:{_OXIDISED}[,\s]*)*{_ONE_SITE}(?:[;,_/|&+.\s-]*(?:{_ONE_SITE}|{_OXIDISED}(?![A-Za-z])))*"
)
SITES = re.compile(_SITES)
COMBINED = re.compile(rf"(?P<prefix>.*?[^;_\-:\s|(.])[;_\-:\s|(.]+(?P<site>{_SITES})\)?")
"""A protein or gene, a separator, and its sites: P08727;S10-p, RPS6-pS235, HSPB1(S82)."""
_POSITIONS = re.compile(r"\d{1,5}(?:\.0+)?(?:\s*[;,|]\s*\d{1,5})*;?")
_WINDOW = re.compile(r"[A-Za-z_*-]{11,}(?:[;,|][A-Za-z_*-]{11,})*")
_RESIDUE = re.compile(r"p?[STYsty](?:\s*[;,|]\s*p?[STYsty])*")
_COMMA_NUMBER = re.compile(r"[+-]?\d*,?\d+(?:[eE][+-]?\d+)?")
_LONGEST_PROTEIN = 40_000
"""Residues; titin, the longest human protein, has about 35,000."""
# Swiss-Prot entry names have at most five characters before the species; HGNC symbols are often
# longer. These stems are no gene symbols, or mean another gene as such.
_STEM = re.compile(r"[A-Z0-9]{1,5}|[A-Z][A-Z0-9]{5}(?:[A-Z0-9]{4})?")
_ENTRY = re.compile(r"[A-Z0-9]{1,10}_[A-Z0-9]{3,5}")
_TELLTALE = re.compile(
    r"RS(?:[2-9]|\d\d)[AXY]?\d?|RL\d{1,2}[AL]?|MK\d\d|\d[A-Z0-9]{2,4}|K[12]C\d+[A-Z]?|HS90[AB]|HSP7[0-9A-Z]|"
    r"IF4[A-H]\d?|KS6[AB]\d|MP2K\d|KPC[A-Z]\d?|AKTS1|AAPK\d|TBA1[A-Z]|TBB\d[A-Z]?"
)
_PEPTIDE = re.compile(r"[A-Za-z0-9_.,:;+*\-()\[\] ]*[A-Z]{2}[A-Za-z0-9_.,:;+*\-()\[\] ]*")
MOSTLY = 0.8
_FORMS = 0.1
"""Least share of peptides with a phosphate in a column of peptides of a phosphosite table."""
_TESTED = 300
"""Cells that tell a share of four fifths from one of less to within a few percent."""
_MANY_STEMS = 200
"""Among this many distinct gene symbols, several are longer than five characters."""

_PEEK_ROWS, _PEEK_CELLS = 2_000, 2_000_000


def peek(text: Text, columns: list[int], rows: int = _PEEK_ROWS) -> pd.DataFrame:
    """Read the first rows of some columns as text.

    Parameters
    ----------
    text
        The table.
    columns
        Positions.
    rows
        Rows to read at most; fewer are read of very many columns.
    """
    rows = max(20, min(rows, _PEEK_CELLS // max(1, len(columns))))
    frame = _cells.parse_text(text, columns, rows=rows)
    missing = {m for m in _cells.MISSING if m}
    return frame.mask(frame.isin(missing), "")


def kind_of(cells: "pd.Series[str]") -> str:
    """Tell what a column holds from its cells.

    Parameters
    ----------
    cells
        Text, ``""`` where empty.

    Returns
    -------
    ``empty``, ``position`` (whole numbers), ``number``, ``residue``, ``window``, ``site``,
    ``combined``, ``compound``, ``accession``, ``form`` (peptides with phosphates), ``entry_name``
    or ``text``.
    """
    seen = pd.Series(cells[cells != ""].unique(), dtype=object)
    if not len(seen):
        return "empty"
    numbers = pd.to_numeric(seen, errors="coerce")
    if numbers.notna().mean() >= MOSTLY:
        whole = (numbers.dropna() % 1 == 0) & numbers.dropna().between(1, _LONGEST_PROTEIN)
        return "position" if whole.all() else "number"
    if _share(seen, _POSITIONS) >= MOSTLY:
        return "position"
    if _share(seen, _COMMA_NUMBER) >= MOSTLY:
        return "number"
    counted = cells[cells != ""]
    if _share(counted, _RESIDUE) >= MOSTLY:
        return "residue"
    windows = seen[[bool(_WINDOW.fullmatch(s)) for s in seen]]
    if len(windows) >= MOSTLY * len(seen) and _are_windows(windows):
        return "window"
    for kind, pattern in (("site", SITES), ("combined", COMBINED), ("accession", ACCESSIONS)):
        if _share(seen, pattern) >= MOSTLY:
            manifold = kind == "combined" and _portion(seen, is_manifold) >= MOSTLY
            return "compound" if manifold else kind
    if _portion(seen, split) >= MOSTLY:
        return "compound"
    # Most peptides of a table may carry no phosphate.
    if _share(seen, _PEPTIDE) >= MOSTLY and _portion(seen, is_form) >= _FORMS:
        return "form"
    return "entry_name" if _are_entry_names(seen) else "text"


def _portion(seen: "pd.Series[str]", test: Callable[[str], object]) -> float:
    """Return the share of cells that pass a test; a sample of them tells it."""
    some = seen.iloc[:: max(1, len(seen) // _TESTED)]
    return sum(bool(test(s)) for s in some) / len(some)


def _share(seen: "pd.Series[str]", pattern: re.Pattern[str]) -> float:
    return sum(bool(pattern.fullmatch(s)) for s in seen) / len(seen)


def _are_windows(windows: "pd.Series[str]") -> bool:
    first = windows.str.split(r"[;,|]", regex=True).str[0]
    odd = first[first.str.len() % 2 == 1]
    centre = [s[len(s) // 2] in "STYsty" for s in odd]
    same = first.str.len().value_counts(normalize=True).iloc[0]
    return len(odd) >= MOSTLY * len(first) and sum(centre) >= MOSTLY * len(odd) and same >= 0.5


def _are_entry_names(seen: "pd.Series[str]") -> bool:
    if _share(seen, _ENTRY) >= MOSTLY:
        return True
    if _share(seen, _STEM) < 0.98:
        return False
    telltale = sum(bool(_TELLTALE.fullmatch(s)) for s in seen)
    return telltale >= 2 or (telltale >= 1 and len(seen) < 10) or len(seen) >= _MANY_STEMS

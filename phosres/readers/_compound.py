"""Identifiers with more parts than an owner and its sites, told apart part by part.

``P62753_RPS6_S235``, ``RPS6_P62753_Ser235``, ``RPS6;S235;AKRRRLSSLRASTSK``, ``RPS6_S235_M1``,
``RPS6 [pS235]``, ``AKRRRLSSLRASTSK-p`` and ``P62753_RLS(ph)SLR`` are ids of real tables. Each part
is known by its shape; the order does not matter.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import pandas as pd

from phosres.readers._sequences import read_sequence

_ACCESSION = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:sp|tr)\|)?(?P<name>[OPQ]\d[A-Z0-9]{3}\d(?:-\d+)?|"
    r"[A-NR-Z]\d(?:[A-Z][A-Z0-9]{2}\d){1,2}(?:-\d+)?|"
    r"(?:[NXY]P_\d{6,}|ENS[A-Z]*P\d{6,})(?:\.\d+)?)(?![A-Za-z0-9])"
)
_ENTRY = re.compile(r"(?<![A-Za-z0-9])(?P<name>[A-Z0-9]{1,10})_(?:HUMAN|MOUSE|RAT)(?![A-Za-z0-9])")
_LONG = re.compile(r"(?<![A-Za-z0-9])p?-?(?P<residue>Ser|Thr|Tyr)-?(?=\d)", re.IGNORECASE)
_LETTER = {"ser": "S", "thr": "T", "tyr": "Y"}
_SITE = re.compile(r"(?:p-?)?(?P<residue>[STYsty])(?P<position>[1-9]\d{0,4})(?:-?ph?|[sty])?")
_SITES = re.compile(rf"(?:{_SITE.pattern.replace('?P<residue>', '').replace('?P<position>', '')})+")
_WINDOW = re.compile(
    r"(?<![A-Za-z])(?P<window>[_A-Z]{5,}[STYsty][_A-Z]{5,}|[A-Z]{5,}[STYsty]_{1,}|_+[STYsty][A-Z]{5,})"
    r"(?:-p)?(?![A-Za-z])"
)
_SHIFTED = (
    re.compile(r"(?<![A-Za-z0-9])(?P<residue>[STY])[_\s:;|-](?P<position>[1-9]\d{0,4})(?!\d)"),
    re.compile(
        r"(?<![A-Za-z0-9])(?P<position>[1-9]\d{0,4})[_\s:;|-](?P<residue>[STY])(?![A-Za-z0-9])"
    ),
)
_MULTIPLICITY = re.compile(r"M(?P<n>[1-9])")
_GENE = re.compile(r"[A-Za-z][A-Za-z0-9.@-]{0,19}")
_SPLIT = re.compile(r"[;|:~@,\s()\[\]{}_/&+]+|\.(?=[stypSTY]+\d)|-(?=p?[STYsty]\d)")
_FORM = re.compile(
    r"_?\.?(?:[nc]?[\[(][^\[\]()]*[\])])?(?:p?[A-Zsty](?:[\[(](?:[^\[\]()]|\([^()]*\))*[\])])*\*?){4,}_?\.?"
)
_SMALL = re.compile(r"(?<![A-Za-z(\[])[A-Zsty]*[sty][A-Zsty]*(?![A-Za-z)\]])")
_MOST_NAMES = 2
_LENGTH = 4
"""Residues of the shortest peptide a search engine reports."""


def spell_form(text: str) -> str:
    """Spell a modified peptide in a way that `read_sequence` knows.

    Parameters
    ----------
    text
        ``RLsSLR`` and ``RLS*SLR`` mark the phosphate by a small letter and by a star.

    Examples
    --------
    >>> spell_form("RLsSLR"), spell_form("RLS*SLR"), spell_form("RLpSSLR")
    ('RLS(ph)SLR', 'RLS(ph)SLR', 'RLpSSLR')
    """
    core = re.sub(r"([STY])\*", r"\1(ph)", text)
    if core == text and _SMALL.fullmatch(text.strip("_.")):
        core = re.sub(r"[sty]", lambda m: f"{m[0].upper()}(ph)", text)
    return core


@lru_cache(maxsize=1 << 16)
def is_form(text: str) -> bool:
    """Tell whether a cell is a peptide with a phosphate marked in it.

    Parameters
    ----------
    text
        A cell.
    """
    if len(text) > 300 or not _FORM.fullmatch(text):
        return False
    read = read_sequence(spell_form(text))
    return len(read.bare) >= _LENGTH and bool(read.phospho)


@lru_cache(maxsize=1 << 16)
def split(text: str) -> Mapping[str, str]:
    """Split an id into its parts.

    Parameters
    ----------
    text
        A cell.

    Returns
    -------
    Role to text: ``protein``, ``entry_name``, ``gene``, ``site``, ``window``, ``multiplicity`` or
    ``peptide``; empty if nothing says where the phosphate is.

    Examples
    --------
    >>> dict(split("RPS6_P62753_Ser235"))
    {'protein': 'P62753', 'gene': 'RPS6', 'site': 'S235'}
    """
    found: dict[str, str] = {}
    rest = text.strip()[:300]
    for role, pattern in (("protein", _ACCESSION), ("entry_name", _ENTRY)):
        match = pattern.search(rest)
        if match:
            found[role] = match["name"]
            rest = f"{rest[: match.start()]}|{rest[match.end() :]}"
    peptide = rest.strip("|_:; ")
    if "protein" in found and is_form(peptide):
        return MappingProxyType({**found, "peptide": peptide})
    match = _WINDOW.search(rest)
    window = match["window"] if match else ""
    window = window if _is_window(window) else window.strip("_")
    if match and _is_window(window):
        found["window"] = window
        rest = f"{rest[: match.start()]}|{rest[match.end() :]}"
    rest = _LONG.sub(lambda m: _LETTER[m["residue"].lower()], rest)
    for pattern in _SHIFTED:
        rest = pattern.sub(r"|\g<residue>\g<position>|", rest)
    parts = [p for p in _SPLIT.split(rest) if p]
    sites = [s for p in parts[bool("protein" not in found and "window" not in found) :]
             for s in _read_sites(p)]  # fmt: skip
    names = [p for p in parts if not _read_sites(p) and _GENE.fullmatch(p)]
    numbers = [m["n"] for p in parts if (m := _MULTIPLICITY.fullmatch(p))]
    names = [n for n in names if not _MULTIPLICITY.fullmatch(n)]
    if len(names) > _MOST_NAMES:
        return MappingProxyType({})  # a sentence
    if names:
        found["gene"] = names[0].strip(".")
    if sites:
        found["site"] = ";".join(sites)
    if numbers:
        found["multiplicity"] = numbers[-1]
    owned = bool({"protein", "gene", "entry_name"} & set(found))
    placed = "window" in found or ("site" in found and owned)
    return MappingProxyType(found if placed else {})


def is_manifold(text: str) -> bool:
    """Tell whether an id is more than an owner and its sites.

    It may name a gene and an accession side by side, or end with the number of phosphates.

    Parameters
    ----------
    text
        A cell.
    """
    parts = split(text)
    gene, protein = parts.get("gene"), parts.get("protein")
    if "multiplicity" in parts and "site" in parts:
        return True
    if not gene or not protein:
        return False
    return any(f"{a}{mark}{b}" in text for mark in "_|; " for a, b in
               ((gene, protein), (protein, gene)))  # fmt: skip


def _read_sites(part: str) -> list[str]:
    if not _SITES.fullmatch(part):
        return []
    return [f"{m['residue'].upper()}{m['position']}" for m in _SITE.finditer(part)]


def _is_window(text: str) -> bool:
    return len(text) % 2 == 1 and len(text) >= 11 and text[len(text) // 2] in "STYsty"


def split_column(cells: "pd.Series[str]") -> dict[str, "pd.Series[str]"]:
    """Split a column of ids into columns by role.

    Parameters
    ----------
    cells
        Text.
    """
    read = {cell: split(cell) for cell in cells.unique()}
    roles = dict.fromkeys(role for parts in read.values() for role in parts)
    return {
        role: cells.map({c: parts.get(role, "") for c, parts in read.items()}).astype(object)
        for role in roles
    }

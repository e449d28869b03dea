"""Who a site belongs to: genes, accessions, and identifiers that hold both owner and site."""

import re
from collections.abc import Mapping

import pandas as pd
import polars as pl

from phosres.knowledge.species import MARKS, WORDS
from phosres.readers._kinds import ACCESSIONS, COMBINED, kind_of
from phosres.sites import parse_site_column

# CPTAC: AKT1.NP_001014431.1, RPS6:NP_001001.2
_GENE_AND_ACCESSION = re.compile(
    r"^(?P<gene>[A-Za-z0-9@-]+)[.:|](?P<protein>(?:[NXY]P_\d+|ENS[A-Z]*P\d+)(?:\.\d+)?)$"
)


_SAY_SPECIES = ("entry_name", "protein", "proteins", "fasta", "species")


def find_species(words: Mapping[str, pl.Series], blank: pl.Series) -> pl.Series:
    """Tell the species of each row from what its cells say before they are tidied.

    Parameters
    ----------
    words
        Columns of text by role.
    blank
        Any column of the same rows, ``""`` throughout.

    Returns
    -------
    ``human``, ``mouse``, ``rat``, several ``;``-joined, ``""`` where no cell tells.
    """
    told = blank
    for name, mark in MARKS.items():
        says = blank != ""
        for role in _SAY_SPECIES:
            if role in words:
                pattern = f"{mark}|{WORDS[name]}" if role == "species" else mark
                says |= words[role].str.contains(pattern)
        if says.any():
            named = pl.Series([name + ";"]).new_from_index(0, len(blank))
            told = told + named.zip_with(says, blank)
    return told.str.strip_chars_end(";")


def split_ids(cells: "pd.Series[str]") -> tuple[dict[str, "pd.Series[str]"], "pd.Series[str]"]:
    """Split ``P62753_S235`` and its like into owner and sites, each spelling once."""
    distinct = pd.Series(cells.unique(), dtype=object)
    parts = distinct.str.extract(rf"^{COMBINED.pattern}$")
    parts.index = pd.Index(distinct, dtype=object)
    sites = parse_site_column(parts["site"].fillna(""))
    prefix = parts["prefix"].fillna("").astype(object)
    whole = cells.map(prefix)
    kind = kind_of(prefix.iloc[:2000])
    is_accession = prefix.map(lambda p: bool(ACCESSIONS.fullmatch(p)))
    owner: dict[str, pd.Series[str]] = {}
    if kind == "accession":
        owner["protein"] = whole
        entry = prefix.str.extract(r"^(?:sp|tr)\|[^|]+\|(\w+)$", expand=False).fillna("")
        if entry.any():
            owner["entry_name"] = cells.map(entry)
    elif kind == "entry_name":
        owner["entry_name"] = whole
    else:
        both = prefix.str.extract(_GENE_AND_ACCESSION).fillna("")
        gene = prefix.mask(is_accession, "").where(both["gene"] == "", both["gene"])
        protein = prefix.where(is_accession, "").where(both["protein"] == "", both["protein"])
        owner["gene"], owner["protein"] = cells.map(gene), cells.map(protein)
    return owner, cells.map(sites)


def list_names(cells: "pd.Series[str]") -> "pd.Series[str]":
    """Write a list of names with semicolons, whatever it was written with."""
    odd = [c for c in cells.unique() if any(s in c for s in ",| /")]
    names = {
        c: ";".join(
            n
            for n in c.replace(",", ";")
            .replace("|", ";")
            .replace("/", ";")
            .replace(" ", ";")
            .split(";")
            if n
        )
        for c in odd
    }
    return cells.replace(names).astype(object) if names else cells


def list_accessions(cells: "pd.Series[str]") -> "pd.Series[str]":
    """Reduce ``sp|P62753|RS6_HUMAN`` to the accession; lists are written with semicolons."""
    odd = [c for c in cells.unique() if "|" in c or "," in c or " " in c]
    names = {}
    for cell in odd:
        parts = []
        for one in cell.replace(",", ";").replace(" ", ";").split(";"):
            pieces = one.split("|")
            parts.append(_head(pieces))
        names[cell] = ";".join(p for p in parts if p)
    return cells.replace(names).astype(object) if names else cells


def _head(pieces: list[str]) -> str:
    if len(pieces) == 1:
        return pieces[0]
    mark = pieces[0].removesuffix("sp").removesuffix("tr")
    return mark + pieces[1] if pieces[0].endswith(("sp", "tr")) else ";".join(pieces)


def read_fasta_genes(cells: "pd.Series[str]") -> "pd.Series[str]":
    """Take gene symbols from the ``GN=`` of FASTA headers."""
    spelled = {
        c: ";".join(dict.fromkeys(part.split(" ", 1)[0] for part in c.split("GN=")[1:]))
        for c in cells.unique()
    }
    return cells.map(spelled).str.replace(r";>.*$", "", regex=True).astype(object)

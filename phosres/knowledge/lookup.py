"""What matching compares: the spellings of every curated site, and the rows of a user's table."""

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
import pandas as pd

from phosres.knowledge.base import Knowledge
from phosres.knowledge.screening import may_carry
from phosres.knowledge.spelling import SUFFIX, names
from phosres.knowledge.windows import centred

INPUT = ("gene", "protein", "proteins", "entry_name", "sites", "window")


@lru_cache(maxsize=8)
def targets(knowledge: Knowledge, species: str) -> pd.DataFrame:
    """List every number and window that counts as a site.

    Returns
    -------
    Columns site_id, symbol, uniprot (``""`` if unknown), site (the number), window15, kind
    (``site``, ``literature`` or ``neighbour``), accession (the number holds for it only), note.
    """
    records = []
    reference = {o.gene: o.uniprot for o in knowledge.orthologs if o.species == species}
    for site in knowledge.sites.values():
        own = {"human": site.site, "mouse": site.mouse_site, "rat": site.rat_site}[species]
        protein = site.uniprot if species == "human" else reference.get(site.gene, "")
        base = (site.site_id, site.gene, protein)
        records.append((*base, own, site.window15, "site", "", ""))
    for other in knowledge.numbering if species == "human" else ():
        site = knowledge.sites[other.site_id]
        note = f"{other.number} is {site.site} in canonical numbering ({other.scheme})"
        base = (site.site_id, site.gene, site.uniprot)
        if other.accession:
            records.append((*base, other.number, "", "literature", other.accession, note))
        if other.ambiguous != "yes":
            records.append((*base, other.number, "", "literature", "", note))
    for near in knowledge.neighbours:
        site = knowledge.sites[near.site_id]
        own = {"human": site.site, "mouse": site.mouse_site, "rat": site.rat_site}[species]
        shifted = near.position + int(own[1:]) - site.position if own else 0
        number = f"{near.residue}{shifted}" if own else ""
        protein = site.uniprot if species == "human" else reference.get(site.gene, "")
        base = (site.site_id, site.gene, protein)
        records.append((*base, number, near.window15, "neighbour", "", near.note))
    names = ["site_id", "symbol", "uniprot", "site", "window15", "kind", "accession", "note"]
    return pd.DataFrame.from_records(records, columns=names)


def explode(features: pd.DataFrame, knowledge: Knowledge) -> pd.DataFrame:
    """Make one row a feature and site of the features that may carry a curated site.

    Features that name no curated gene and have no window are left out.

    Returns
    -------
    The columns of `INPUT` and: row (position of the feature), site, accession (leading protein
    without isoform or version), symbols (curated symbols the number may belong to, ``;``-joined),
    named (every curated symbol the row names), has_name (whether it names any gene or protein).
    """
    at = np.flatnonzero(may_carry(features, knowledge))
    some = features.iloc[at]
    text = pd.DataFrame({name: _text(some, name) for name in INPUT})
    text["row"] = at
    text["accession"] = convert_each(text["protein"], lambda name: SUFFIX.sub("", name.strip()))
    _resolve(text, names(knowledge))
    text = text[(text["named"] != "") | (text["window"] != "")]
    rows = _split(text)
    rows["window"] = convert_each(rows["window"], lambda window: centred(window.strip()))
    rows["site"] = convert_each(rows["sites"], lambda site: site.strip().upper())
    return rows.reset_index(drop=True)


def _split(text: pd.DataFrame) -> pd.DataFrame:
    """Make one row a site, with its window if each site has one."""
    several = text["sites"].str.contains(";", regex=False)
    several |= text["window"].str.contains(";", regex=False)
    parts = text[several].copy()
    sites, windows = parts["sites"].str.split(";"), parts["window"].str.split(";")
    parts["sites"] = [
        [""] * len(w) if s == [""] else s for s, w in zip(sites, windows, strict=True)
    ]
    parts["window"] = [
        w if len(s) == len(w) else [""] * len(s)
        for s, w in zip(parts["sites"], windows, strict=True)
    ]
    return pd.concat([text[~several], parts.explode(["sites", "window"])], ignore_index=True)


def _text(features: pd.DataFrame, name: str) -> "pd.Series[str]":
    """Give a column as text, missing values and a missing column as ``""``."""
    if name not in features:
        return pd.Series("", index=range(len(features)), dtype=object)
    column = features[name].astype(object)
    return column.where(column.notna(), "").reset_index(drop=True)


def convert_each(column: "pd.Series[str]", convert: Callable[[str], str]) -> "pd.Series[str]":
    """Convert each different value of a column once; names repeat, missing values are ``""``."""
    codes, values = pd.factorize(column.astype(object).where(column.notna(), ""))
    converted = np.array([convert(text) for text in values], dtype=object)
    taken = converted[codes] if len(values) else np.empty(0, dtype=object)
    return pd.Series(taken, index=column.index, dtype=object)


def _resolve(rows: pd.DataFrame, known: Mapping[str, str]) -> None:
    """List the curated symbols a row could mean, the most telling column first."""
    every = set(known)

    def resolved(text: str) -> str:
        text = text.upper().replace(" ", "")
        if "-" in text or "_" in text or "." in text:
            text = SUFFIX.sub("", text)
        parts = text.split(";")
        if every.isdisjoint(parts):
            return ""
        return ";".join(dict.fromkeys(known[name] for name in parts if name in every))

    columns = ("accession", "gene", "entry_name", "proteins")
    said = [convert_each(rows[name], resolved) for name in columns]
    rows["symbols"] = said[0]
    for other in said[1:]:
        rows["symbols"] = rows["symbols"].where(rows["symbols"] != "", other)
    together = said[0]
    for other in said[1:]:
        together = together.where(other == "", together + ";" + other)
    rows["named"] = convert_each(
        together, lambda text: ";".join(dict.fromkeys(text.strip(";").split(";")))
    )
    rows["has_name"] = (rows["gene"] != "") | (rows["protein"] != "") | (rows["entry_name"] != "")

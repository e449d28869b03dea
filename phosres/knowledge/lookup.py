"""What matching compares: the spellings of every curated site, and the rows of a user's table."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
import pandas as pd

from phosres.knowledge.base import Knowledge
from phosres.knowledge.windows import centred, usable_length

INPUT = ("gene", "protein", "proteins", "entry_name", "sites", "window")


@lru_cache(maxsize=8)
def targets(knowledge: Knowledge, species: str) -> pd.DataFrame:
    """List every number and window that counts as a site: itself, isoforms, neighbours."""
    records = []
    for site in knowledge.sites.values():
        own = {"human": site.site, "mouse": site.mouse_site, "rat": site.rat_site}[species]
        base = (site.site_id, site.gene, site.uniprot)
        records.append((*base, own, site.window15, True, ""))
        if species == "human" and site.alt_numbering:
            note = f"{site.alt_numbering} is {site.site} in the numbering used here"
            records.append((*base, site.alt_numbering, "", True, note))
    for near in knowledge.neighbours:
        site = knowledge.sites[near.site_id]
        own = {"human": site.site, "mouse": site.mouse_site, "rat": site.rat_site}[species]
        shifted = near.position + int(own[1:]) - site.position if own else 0
        number = f"{near.residue}{shifted}" if own else ""
        base = (site.site_id, site.gene, site.uniprot)
        records.append((*base, number, near.window15, False, near.note))
    names = ["site_id", "symbol", "uniprot", "site", "window15", "exact", "note"]
    return pd.DataFrame.from_records(records, columns=names)


@lru_cache(maxsize=8)
def symbols(knowledge: Knowledge) -> dict[str, dict[str, str]]:
    """Map names to symbols: `symbol` for gene columns, `entry_name`, `uniprot`."""
    symbols = {site.gene: site.gene for site in knowledge.sites.values()}
    previous = {
        a.alias.upper(): a.symbol for a in knowledge.gene_aliases if a.kind == "previous_symbol"
    }
    return {
        "symbol": {**previous, **symbols},
        "entry_name": {
            a.alias.upper(): a.symbol for a in knowledge.gene_aliases if a.kind == "entry_name"
        },
        "uniprot": {site.uniprot: site.gene for site in knowledge.sites.values()},
    }


def explode(features: pd.DataFrame) -> pd.DataFrame:
    """Make one row a feature and site, with its window; `row` is the feature's position."""
    text = {name: _text(features, name) for name in INPUT}
    aligned = text["sites"].str.count(";") == text["window"].str.count(";")
    separators = text["sites"].str.replace(r"[^;]", "", regex=True)
    text["window"] = text["window"].where(aligned, separators)
    frame = pd.DataFrame(text)
    frame["row"] = np.arange(len(frame))
    several = frame["sites"].str.contains(";", regex=False)
    parts = frame[several].copy()
    parts["sites"] = parts["sites"].str.split(";")
    parts["window"] = parts["window"].str.split(";")
    rows = pd.concat([frame[~several], parts.explode(["sites", "window"])], ignore_index=True)
    windows = [window.strip() for window in rows["window"]]
    rows["usable"] = [usable_length(window) for window in windows]
    rows["window"] = pd.Series([centred(window) for window in windows], dtype=object)
    rows["site"] = pd.Series([site.strip().upper() for site in rows["sites"]], dtype=object)
    rows["accession"] = _each(rows["protein"], lambda text: re.sub(r"-\d+$", "", text.strip()))
    return rows


def _text(features: pd.DataFrame, name: str) -> "pd.Series[str]":
    """Give a column as text, missing values and a missing column as ``""``."""
    if name not in features:
        return pd.Series("", index=range(len(features)), dtype=object)
    column = features[name].astype(object)
    return column.where(column.notna(), "").reset_index(drop=True)


def _each(column: "pd.Series[str]", convert: Callable[[str], str]) -> "pd.Series[str]":
    """Convert each different value of a column once; names repeat."""
    return column.map({text: convert(text) for text in column.unique()}).astype(object)


def resolve(rows: pd.DataFrame, genes: Mapping[str, Mapping[str, str]]) -> "pd.Series[str]":
    """List the curated symbols a row could mean, ``;``-joined, the first name first."""

    def resolved(text: str, kind: str) -> str:
        found = (genes[kind].get(name.strip().upper()) for name in text.split(";"))
        return ";".join(dict.fromkeys(symbol for symbol in found if symbol))

    symbols = _each(rows["gene"], lambda text: resolved(text, "symbol"))
    entries = _each(rows["entry_name"], lambda text: resolved(text, "entry_name"))
    symbols = symbols.where(symbols != "", entries)
    reference = rows["accession"].map(genes["uniprot"])
    return reference.where(reference.notna(), symbols)

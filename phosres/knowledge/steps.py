"""The steps of matching, each a function: by window, by ortholog window, by number.

Every step takes the rows of `phosres.knowledge.lookup.explode` and the targets of
`phosres.knowledge.lookup.targets`, and returns the pairs it found: the columns of both and `step`.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.knowledge.base import Knowledge
from phosres.knowledge.records import Site
from phosres.knowledge.windows import (
    FLANK,
    LEAST,
    LENGTH,
    SURE,
    compare,
    known_letters,
    letters,
    masked,
    masks,
)

Flags = NDArray[np.bool_] | pd.Series

NEAR: Mapping[str, int] = {"human": SURE, "mouse": 9, "rat": 9}
"""Residues that a window of the same gene must share with the human reference, by species.

In human tables 11 of 15, as many as name a site by themselves: the rest may lie beyond an exon
junction of another isoform, or be a polymorphism. In rodents 9: the bound from which the mouse and
rat positions of the site table were accepted.
"""


def by_window(rows: pd.DataFrame, known: pd.DataFrame, knowledge: Knowledge) -> pd.DataFrame:
    """Match windows; among paralogs keep those the row names, among repeats those of the number."""
    windowed = known[known["window15"] != ""].rename(columns={"site": "own_site"})
    windowed = windowed.drop(columns="accession")
    some = rows[rows["window"] != ""]
    hidden = some["window"].str.contains("?", regex=False)
    found = pd.concat(
        [
            _merge(some[~hidden], windowed.assign(key=windowed["window15"])),
            _merge_masked(some[hidden], windowed),
        ],
        ignore_index=True,
    )
    if found.empty:
        return found.assign(step="")
    count = known_letters(found["window"])
    named = is_named(found)
    found["step"] = np.where(count >= SURE, "window", "partial window")
    keep = (count >= SURE) | named
    keep &= ~_is_outside_paralog(found, knowledge) | named
    found, named = found[keep], named[keep]
    found = found[named | ~_any(named, found, ["row", "site"])]
    numbered = found["site"] == found["own_site"]
    found = found[numbered | ~_any(numbered, found, ["row", "site", "symbol"])]
    # What a peptide shows may fit two sites of one protein: then it says neither. Repeats are one.
    fits = found.groupby(["row", "site", "symbol"])["window15"].transform("nunique")
    found = found[(found["step"] == "window") | (fits == 1)].copy()
    found["note"] = _window_notes(found)
    return found


def by_near_window(
    rows: pd.DataFrame, known: pd.DataFrame, found: pd.DataFrame, species: str
) -> pd.DataFrame:
    """Match windows with the nearest human window of the genes the row names.

    Parameters
    ----------
    rows, known
        What is matched.
    found
        What windows decided already.
    species
        Of the rows: it says how near is near enough, and what the step is called.
    """
    some = rows[(rows["window"] != "") & (rows["named"] != "") & ~_are_in(rows, found)]
    some = some.assign(symbol=some["named"].str.split(";")).explode("symbol")
    windowed = known[known["window15"] != ""].rename(columns={"site": "own_site"})
    near = some.merge(windowed.drop(columns="accession"), on="symbol")
    equal, differ = compare(near["window"], near["window15"])
    same_centre = _centre(near["window"]) == _centre(near["window15"])
    near = near.assign(differ=differ)[(equal >= NEAR[species]) & same_centre]
    near = near[near["differ"] == near.groupby(["row", "site"])["differ"].transform("min")]
    numbered = near["site"] == near["own_site"]
    near = near[numbered | ~_any(numbered, near, ["row", "site", "symbol"])]
    step = "isoform window" if species == "human" else "ortholog window"
    return near.assign(step=step).drop(columns="differ")


def by_number(rows: pd.DataFrame, known: pd.DataFrame, species: str) -> pd.DataFrame:
    """Match accession or gene and number: the canonical one, else the one of the literature.

    Of several genes the first that fits wins. Where an accession is known to be numbered in its own
    way, only its own numbers count.
    """
    some = rows[(rows["symbols"] != "") & (rows["site"] != "")]
    some = some.assign(symbol=some["symbols"].str.split(";")).explode("symbol")
    some["rank"] = some.groupby(["row", "site"]).cumcount()
    numbered = known[known["site"] != ""].rename(columns={"accession": "only"})
    numbered = numbered.drop_duplicates(["symbol", "site", "site_id", "only"])
    found = some.merge(numbered, on=["symbol", "site"])
    own = found["only"] == found["accession"]
    apart = found["accession"].isin(set(numbered["only"]) - {""})
    found = found[np.where(apart, own, found["only"] == "")]
    literature = found["kind"] == "literature"
    found = found[~literature | ~_any(~literature, found, ["row", "site"])]
    best = found.groupby(["row", "site"])["rank"].transform("min")
    found = found[found["rank"] == best].copy()
    by_accession = found["accession"] == found["uniprot"]
    found["step"] = np.where(
        found["kind"] == "literature",
        "literature number",
        np.where(by_accession, "accession", "gene"),
    )
    found["note"] = _number_notes(found, by_accession, species)
    return found


def confront(
    numbered: pd.DataFrame, by_window: pd.DataFrame, species: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Drop matches by number that a window decides or contradicts; say which it contradicts."""
    is_decided = _are_in(numbered, by_window)
    same = _are_in(numbered, by_window, ["row", "site", "site_id"])
    has_both = (numbered["window"] != "") & (numbered["window15"] != "")
    differ = pd.Series(0, index=numbered.index)
    pair = numbered[has_both]
    differ[has_both] = compare(pair["window"], pair["window15"])[1]
    shown = _centre(numbered["window"])
    centre = has_both & (shown != "?") & (shown != numbered["site"].str.slice(0, 1))
    allowed = LENGTH - NEAR[species]
    against = (differ > allowed) | centre
    contradicted = numbered[(against | is_decided) & ~same].copy()
    contradicted["note"] = [
        f"the number says {site_id}, the window {window} does not: the window decides"
        for site_id, window in zip(contradicted["site_id"], contradicted["window"], strict=True)
    ]
    return numbered[~against & ~is_decided], contradicted


def _centre(windows: "pd.Series[str]") -> "pd.Series[str]":
    return windows.str.slice(FLANK, FLANK + 1)


def is_named(found: pd.DataFrame) -> NDArray[np.bool_]:
    """Say whether the row names the gene of the site."""
    flags = [
        symbol in named.split(";")
        for symbol, named in zip(found["symbol"], found["named"], strict=True)
    ]
    return np.array(flags, dtype=bool)


def _merge(rows: pd.DataFrame, keyed: pd.DataFrame) -> pd.DataFrame:
    """Join rows and targets whose `key` is the window of the row."""
    some = rows[rows["window"].isin(set(keyed["key"]))]
    return some.merge(keyed, left_on="window", right_on="key").drop(columns="key")


def _merge_masked(rows: pd.DataFrame, windowed: pd.DataFrame) -> pd.DataFrame:
    """Join rows that do not show every residue; a residue not shown agrees with any."""
    if rows.empty:
        return _merge(rows, windowed.assign(key=""))
    count = known_letters(rows["window"])
    rows = rows[(count >= LEAST) & (letters(rows["window"])[:, FLANK] != "?")]
    keyed = [windowed.assign(key=masked(windowed["window15"], m)) for m in masks(rows["window"])]
    return _merge(rows, pd.concat(keyed or [windowed.assign(key="")], ignore_index=True))


def _are_in(left: pd.DataFrame, right: pd.DataFrame, on: list[str] | None = None) -> pd.Series:
    """Say which rows of one table have their keys in another."""
    on = on or ["row", "site"]
    inside = pd.MultiIndex.from_frame(left[on]).isin(pd.MultiIndex.from_frame(right[on]))
    return pd.Series(inside, index=left.index, dtype=bool)


def _any(flags: Flags, found: pd.DataFrame, by: list[str]) -> pd.Series:
    """Say for each row whether the flag is set anywhere in its group."""
    frame = found[by].assign(flag=flags)
    return frame.groupby(by, sort=False)["flag"].transform("any").astype(bool)


def _is_outside_paralog(found: pd.DataFrame, knowledge: Knowledge) -> NDArray[np.bool_]:
    """Say whether the gene of a row is a paralog outside the table that shares the window."""
    flags = [
        bool(
            {name.strip().upper() for name in gene.split(";")} & _paralogs(knowledge.sites[site_id])
        )
        for gene, site_id in zip(found["gene"], found["site_id"], strict=True)
    ]
    return np.array(flags, dtype=bool)


def _paralogs(site: Site) -> set[str]:
    """Name the genes whose protein has the window or the peptide of a site."""
    return {other.split()[0] for other in (*site.same_window_in, *site.same_peptide_in)}


def _window_notes(found: pd.DataFrame) -> list[str]:
    shared = found.groupby(["row", "site"])["site_id"].transform("nunique") > 1
    foreign = ~is_named(found) & found["has_name"]
    return [
        _join(
            note,
            "the window is shared by paralogs, and the row could be each of them" * many,
            f"the table calls it {gene or protein}" * is_foreign,
        )
        for note, many, is_foreign, gene, protein in zip(
            found["note"], shared, foreign, found["gene"], found["protein"], strict=True
        )
    ]


def _number_notes(found: pd.DataFrame, by_accession: "pd.Series[bool]", species: str) -> list[str]:
    isoform = by_accession & found["protein"].str.contains(r"-(?!1$)\d+$", regex=True)
    other = ~by_accession & (found["accession"] != "") & (species == "human")
    return [
        _join(
            note,
            f"isoform {protein}: its number is taken as canonical" * is_isoform,
            f"{protein} is not the reference protein {uniprot}" * is_other,
        )
        for note, protein, uniprot, is_isoform, is_other in zip(
            found["note"], found["protein"], found["uniprot"], isoform, other, strict=True
        )
    ]


def _join(*parts: str) -> str:
    return "; ".join(part for part in parts if part)

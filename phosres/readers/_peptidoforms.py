"""One peptide, one feature: rows that repeat a measurement for each of its sites are joined.

Many programs write a doubly phosphorylated peptide once under each of its sites, with the same
numbers. Such rows are one measurement: the same protein and multiplicity, exactly the same values
in every sample, sites within one peptide. Rows that repeat the site as well are plain duplicates.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from phosres.readers._rows import Rows
from phosres.readers._shared import find_shared

WITHIN = 60
"""Residues: longer than practically any tryptic phosphopeptide that is identified."""
_DIGITS = 5
"""Significant digits that make a single shared value no coincidence."""
_OWNER = (
    pl.when(pl.col("protein") != "")
    .then("protein")
    .when(pl.col("gene") != "")
    .then("gene")
    .otherwise("entry_name")
)
"""Who a site belongs to, as far as the file says."""


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Which rows are one peptidoform.

    Parameters
    ----------
    group
        Number of the peptidoform of each row, 0, 1, ... in order of the first row.
    lead
        True for the row that leads its peptidoform: the first one in the file.
    duplicate
        True for rows that repeat values and sites of an earlier row.
    shared
        True for rows that repeat the values and window of a row of another protein.
    """

    group: NDArray[np.intp]
    lead: NDArray[np.bool_]
    duplicate: NDArray[np.bool_]
    shared: NDArray[np.bool_]


def join(rows: Rows) -> Joined:
    """Find rows that are one peptidoform.

    Parameters
    ----------
    rows
        Phosphosite rows, the values as they stand in the file.
    """
    hashes = _hash_rows(rows.values)
    target = find_shared(rows, hashes, _telling)
    shared = target != np.arange(len(target))
    if not shared.any():
        return _join(rows, hashes)
    alone = _join(rows.take(~shared), hashes[~shared])
    group = np.empty(len(target), dtype=np.intp)
    lead, duplicate = np.zeros_like(shared), np.zeros_like(shared)
    group[~shared], lead[~shared] = alone.group, alone.lead
    duplicate[~shared] = alone.duplicate
    group[shared] = group[target[shared]]
    return Joined(group, lead, duplicate, shared)


def _join(rows: Rows, hashes: NDArray[np.uint64]) -> Joined:
    """Find the peptidoforms of rows that stand for themselves."""
    n = len(rows.identity)
    key = _same_values(rows, hashes)
    lead = np.arange(n)
    duplicate = np.zeros(n, dtype=bool)
    several = np.flatnonzero(np.bincount(key, minlength=n)[key] > 1)
    if len(several):
        identity = rows.identity[several]
        cluster = _cluster(key[several], identity)
        sites = pl.DataFrame({"cluster": cluster, "sites": identity["sites"]})
        duplicate[several] = sites.select(~pl.struct("cluster", "sites").is_first_distinct())[
            "cluster"
        ]
        first = np.full(len(several), len(several))
        np.minimum.at(first, cluster, np.arange(len(several)))
        lead[several] = several[first[cluster]]
    leads = lead == np.arange(n)
    group = (np.cumsum(leads) - 1)[lead]
    return Joined(group, leads, duplicate, np.zeros(n, dtype=bool))


def _cluster(key: NDArray[np.intp], identity: pl.DataFrame) -> NDArray[np.intp]:
    """Give rows of one key and within one peptide the same number."""
    first, last = _span(identity["sites"])
    order = np.lexsort((identity["row"].to_numpy(), last, first, key))
    start = np.ones(len(key), dtype=bool)
    start[1:] = (key[order][1:] != key[order][:-1]) | (np.diff(first[order]) > WITHIN)
    start = _cut_long(start, first[order], last[order])
    cluster = np.empty(len(key), dtype=np.intp)
    cluster[order] = np.cumsum(start) - 1
    return cluster


def _same_values(rows: Rows, hashes: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Name for each row the first one of the same protein, multiplicity and values: its number."""
    own = np.arange(len(hashes))
    frame = rows.identity.select(
        _OWNER.alias("owner"),
        # Multiplicity as the file gives it; rows that merely name several sites keep their own.
        pl.col("multiplicity").fill_null(0),
        pl.Series("values", hashes),
        pl.Series("at", own),
        has_site=pl.col("sites") != "",
    )
    again = frame.filter(
        pl.col("values").is_duplicated() & pl.col("has_site") & (pl.col("owner") != "")
    )
    first = again.select(pl.first("at").over("owner", "multiplicity", "values")).to_series()
    at, lead = again["at"].to_numpy(), first.to_numpy()
    here, there = rows.gather(at), rows.gather(lead)
    same = ((here == there) | (np.isnan(here) & np.isnan(there))).all(axis=1) & _telling(here)
    own[at[same]] = lead[same]
    return own


def _hash_rows(values: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Give rows a number each, equal for equal values; the memory for it is asked for once."""
    mixed = np.full(len(values), 0x9E3779B97F4A7C15, dtype=np.uint64)
    plain = np.empty(len(values))
    bits = plain.view(np.uint64)
    for column in values.T:
        np.add(column, 0.0, out=plain)  # -0.0 and 0.0 are one value
        np.bitwise_xor(mixed, bits, out=mixed)
        np.multiply(mixed, np.uint64(0xFF51AFD7ED558CCD), out=mixed)
        np.right_shift(mixed, np.uint64(33), out=bits)
        np.bitwise_xor(mixed, bits, out=mixed)
    return mixed


def _telling(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which value vectors are unlikely to be shared by chance."""
    seen = ~np.isnan(values) & (values != 0)
    count = seen.sum(axis=1)
    high = np.where(seen, values, -np.inf).max(axis=1, initial=-np.inf)
    low = np.where(seen, values, np.inf).min(axis=1, initial=np.inf)
    telling: NDArray[np.bool_] = (count >= 2) & (high != low)
    single = np.flatnonzero(count == 1)
    value = np.abs(high[single])
    scaled = value / 10.0 ** (np.floor(np.log10(value)) - (_DIGITS - 2))
    telling[single] = np.abs(scaled - np.round(scaled)) > 1e-6
    return telling


def _span(sites: pl.Series) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last position of the sites of each row, 0 where there is none."""

    def read(pattern: str) -> NDArray[np.int64]:
        return sites.str.extract(pattern).cast(pl.Int64).fill_null(0).to_numpy()

    return read("^[A-Z]([0-9]+)"), read("([0-9]+)$")


def _cut_long(
    start: NDArray[np.bool_], first: NDArray[np.int64], last: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Cut clusters, sorted by position, so that none spans more than a peptide."""
    start = start.copy()
    while True:
        cluster = np.cumsum(start) - 1
        origin = first[np.flatnonzero(start)][cluster]
        over = (last - origin > WITHIN) & ~start
        if not over.any():
            return start
        at = np.flatnonzero(over)
        start[at[np.r_[True, cluster[at][1:] != cluster[at][:-1]]]] = True

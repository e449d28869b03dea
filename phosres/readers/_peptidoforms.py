"""One peptide, one feature: rows that repeat a measurement for each of its sites are joined.

Many programs write a doubly phosphorylated peptide once under each of its sites, with the same
numbers. Such rows are one measurement: the same protein and multiplicity, exactly the same values
in every sample, sites within one peptide. Rows that repeat the site as well are plain duplicates.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.readers._rows import Rows
from phosres.readers._shared import find_shared

WITHIN = 60
"""Residues: longer than practically any tryptic phosphopeptide that is identified."""
_DIGITS = 5
"""Significant digits that make a single shared value no coincidence."""
_SPAN = 100_000
"""More than the number of residues of any protein."""


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
    first, last = _span(rows.identity["sites"])
    order = np.lexsort((rows.identity["row"].to_numpy(), last, first, key))
    start = np.ones(n, dtype=bool)
    start[1:] = (key[order][1:] != key[order][:-1]) | (np.diff(first[order]) > WITHIN)
    start = _cut_long(start, first[order], last[order])
    cluster = np.empty(n, dtype=np.intp)
    cluster[order] = np.cumsum(start) - 1
    frame = pd.DataFrame({"cluster": cluster, "sites": rows.identity["sites"].to_numpy()})
    duplicate = frame.duplicated().to_numpy()
    group = pd.factorize(cluster)[0]
    lead = ~pd.Series(group).duplicated().to_numpy()
    return Joined(group, lead, duplicate, np.zeros(n, dtype=bool))


def _same_values(rows: Rows, hashes: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Give rows a number so that those of one protein, multiplicity and values share it."""
    identity, values = rows.identity, rows.values
    owner = identity["protein"].where(identity["protein"] != "", identity["gene"])
    owner = owner.where(owner != "", identity["entry_name"])
    frame = pd.DataFrame(
        {
            "owner": pd.factorize(owner)[0],
            "multiplicity": _given(identity),
            "values": hashes,
        }
    )
    number = frame.groupby(["owner", "multiplicity", "values"], sort=False).ngroup().to_numpy()
    lead = pd.Series(np.arange(len(number))).groupby(number).transform("first").to_numpy()
    alone = (identity["sites"] == "").to_numpy() | (owner == "").to_numpy()
    shared = np.flatnonzero((np.bincount(number)[number] > 1) & ~alone)
    here, there = values[shared], values[lead[shared]]
    same = ((here == there) | (np.isnan(here) & np.isnan(there))).all(axis=1)
    alone[shared] = ~(same & _telling(here))
    fresh = number.max(initial=0) + 1 + np.arange(len(number))
    return np.where(alone, fresh, number).astype(np.intp)


def _given(identity: pd.DataFrame) -> NDArray[np.int64]:
    """Multiplicity as the file gives it; rows that merely name several sites keep their own."""
    return identity["multiplicity"].fillna(0).to_numpy(dtype=np.int64)


def _hash_rows(values: NDArray[np.float64]) -> NDArray[np.uint64]:
    mixed = np.full(len(values), 0x9E3779B97F4A7C15, dtype=np.uint64)
    for column in values.T:
        plain = np.ascontiguousarray(column) + 0.0  # -0.0 and 0.0 are one value
        mixed = mixed * np.uint64(0x100000001B3) ^ pd.util.hash_array(plain)
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


def _span(sites: "pd.Series[str]") -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last position of the sites of each row, 0 where there is none."""
    spelled = {s: (s.split(";", 1)[0][1:], s.rsplit(";", 1)[-1][1:]) for s in sites.unique()}
    first = sites.map({s: int(a or 0) for s, (a, _) in spelled.items()})
    last = sites.map({s: int(b or 0) for s, (_, b) in spelled.items()})
    return first.to_numpy(dtype=np.int64), last.to_numpy(dtype=np.int64)


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

"""A network of sets as a table: what is wrong with it, and what is a set of it."""

import numpy as np
import pandas as pd

from phosres.errors import DataError, Problem

WEIGHTS = ("weight", "mor")
"""Names of the column of weights: ours, and decoupler's (mode of regulation)."""

SHOWN = 5


def check_network(network: pd.DataFrame) -> pd.DataFrame:
    """Check a network and bring it to columns source, target, weight.

    Parameters
    ----------
    network
        Columns source and target, and optionally weight (or mor); other columns are ignored. An
        edge repeated with the same weight counts once; an edge of weight 0 is none.

    Returns
    -------
    Columns source, target (text) and weight (finite, not 0), index 0, 1, ... Sources whose edges
    are all 0 are lost.

    Raises
    ------
    DataError
        If columns are missing, cells empty, weights no numbers, or an edge has two weights.
    """
    if not isinstance(network, pd.DataFrame):
        raise DataError(f"network: expected a DataFrame, found {type(network).__name__}")
    missing = [c for c in ("source", "target") if c not in network.columns]
    if missing:
        found = ", ".join(f"'{c}'" for c in network.columns)
        raise DataError(
            Problem(
                f"network: no column {' and '.join(repr(c) for c in missing)}; found {found}",
                hint="rename the columns to source (set), target (site), weight (optional)",
            )
        )
    twice = network.columns[network.columns.duplicated()].intersection(
        ["source", "target", *WEIGHTS]
    )
    if len(twice):
        raise DataError(f"network: several columns are called '{twice[0]}'")
    edges = network[["source", "target"]].reset_index(drop=True).astype(object)
    column = next((c for c in WEIGHTS if c in network.columns), None)
    given = None if column is None else network[column].reset_index(drop=True)
    weight = 1.0 if given is None else pd.to_numeric(given, errors="coerce")
    edges = edges.assign(weight=weight)
    problems = [*_empty(edges), *_not_numbers(edges, given)]
    if not problems:
        edges = edges.astype({"source": str, "target": str}).drop_duplicates(ignore_index=True)
        problems = _conflicts(edges)
    if problems:
        raise DataError(problems)
    return edges[edges["weight"] != 0].reset_index(drop=True).astype({"weight": np.float64})


def _empty(edges: pd.DataFrame) -> list[Problem]:
    problems = []
    for column in ("source", "target"):
        empty = edges[column].isna() | (edges[column].astype(str).str.strip() == "")
        if empty.any():
            problems.append(
                Problem(
                    f"network: {int(empty.sum())} empty cells, first in row {_first(empty)}",
                    column=column,
                    hint="drop those rows: an edge needs a set and a site",
                )
            )
    return problems


def _not_numbers(edges: pd.DataFrame, given: "pd.Series[float] | None") -> list[Problem]:
    bad = pd.Series(~np.isfinite(edges["weight"].to_numpy(np.float64)))
    if given is None or not bad.any():
        return []
    first = given[bad].iloc[0]
    return [
        Problem(
            f"network: {int(bad.sum())} weights are no finite number, first {first!r} in row"
            f" {_first(bad)}",
            column=str(given.name),
            hint="1 and -1 say the sign; drop the column if every weight is 1",
        )
    ]


def _conflicts(edges: pd.DataFrame) -> list[Problem]:
    twice = edges[edges.duplicated(["source", "target"], keep="first")]
    if twice.empty:
        return []
    shown = ", ".join(f"{s} -> {t}" for s, t in twice[["source", "target"]].to_numpy()[:SHOWN])
    return [
        Problem(
            f"network: {len(twice)} edges have two different weights: {shown}",
            hint="keep one weight for each pair of source and target",
        )
    ]


def _first(bad: "pd.Series[bool]") -> int:
    return int(np.flatnonzero(bad.to_numpy())[0]) + 1

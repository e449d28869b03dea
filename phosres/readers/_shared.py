"""One peptide of several proteins: rows that repeat a measurement for each protein are folded.

DIA-NN and Spectronaut write a peptide that several proteins (or isoforms) share once for each of
them. The same sequence window, the same number of phosphates and exactly the same values are one
measurement; the row of the best-known protein stands for all.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.readers._rows import Rows

# Six characters that begin with O, P or Q (and isoforms of them) are older than TrEMBL's flood.
_REVIEWED = r"^[OPQ]\d[A-Z0-9]{3}\d(?:-\d+)?$"


def find_shared(
    rows: Rows,
    same: NDArray[np.uint64],
    telling: Callable[[NDArray[np.float64]], NDArray[np.bool_]],
) -> NDArray[np.intp]:
    """Find for each row the row that stands for it: itself, or that of another protein.

    Parameters
    ----------
    rows
        Phosphosite rows.
    same
        Hash of the values of each row.
    telling
        Tells which rows of values are unlikely to be shared by chance.
    """
    identity = rows.identity
    own = np.arange(len(identity))
    sites = identity["sites"].to_numpy() != ""
    named = (identity["protein"] != "").to_numpy() & (identity["window"] != "").to_numpy()
    at = np.flatnonzero(named & sites)
    if not len(at):
        return own
    keys = pd.DataFrame(
        {
            "window": identity["window"].to_numpy()[at],
            "multiplicity": identity["multiplicity"].fillna(0).to_numpy(dtype=np.int64)[at],
            "values": same[at],
        }
    )
    at = at[keys.duplicated(keep=False).to_numpy()]
    if not len(at):
        return own
    some = keys[keys.duplicated(keep=False)].reset_index(drop=True)
    protein = identity["protein"].iloc[at].reset_index(drop=True)
    some = some.assign(
        at=at,
        protein=protein,
        rank=~protein.str.contains(_REVIEWED, regex=True),
        length=protein.str.len(),
        row=identity["row"].to_numpy()[at],
    )
    key = ["window", "multiplicity", "values"]
    some = some.sort_values([*key, "rank", "length", "protein", "row"], kind="stable")
    first = some.groupby(key, sort=False)[["at", "protein"]].transform("first")
    here, there = rows.values[some["at"]], rows.values[first["at"]]
    equal = ((here == there) | (np.isnan(here) & np.isnan(there))).all(axis=1) & telling(here)
    fold = equal & (some["protein"] != first["protein"]).to_numpy()
    own[some["at"].to_numpy()[fold]] = first["at"].to_numpy()[fold]
    return own

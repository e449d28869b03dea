"""One peptide of several proteins: rows that repeat a measurement for each protein are folded.

DIA-NN and Spectronaut write a peptide that several proteins (or isoforms) share once for each of
them. The same sequence window, the same number of phosphates and exactly the same values are one
measurement; the row of the best-known protein stands for all.
"""

from collections.abc import Callable

import numpy as np
import polars as pl
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
    named = (identity["protein"] != "") & (identity["window"] != "") & (identity["sites"] != "")
    # Few rows repeat the values of another: only those are compared by their windows.
    some = pl.DataFrame({"at": own, "values": same}).filter(named & pl.Series(same).is_duplicated())
    key = ["window", "multiplicity", "values"]
    some = some.with_columns(
        identity[some["at"]].select("window", "protein", "row", pl.col("multiplicity").fill_null(0))
    ).filter(pl.struct(key).is_duplicated())
    if not len(some):
        return own
    some = some.with_columns(
        rank=~pl.col("protein").str.contains(_REVIEWED), length=pl.col("protein").str.len_chars()
    ).sort([*key, "rank", "length", "protein", "row"])
    first = some.select(pl.first("at").over(key), pl.first("protein").over(key))
    at, target = some["at"].to_numpy(), first["at"].to_numpy()
    here, there = rows.gather(at), rows.gather(target)
    equal = ((here == there) | (np.isnan(here) & np.isnan(there))).all(axis=1) & telling(here)
    fold = equal & (some["protein"] != first["protein"]).to_numpy()
    own[at[fold]] = target[fold]
    return own

"""Normalisation audit: a result that another reasonable normalisation would not give is none.

The scores are computed again under each other method; a status that differs becomes inconclusive,
says so, and is marked.
"""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from phosres.results import Scores

DEFINITE = ("up", "down", "unchanged")


def settle(used: Scores, others: Mapping[str, Scores]) -> Scores:
    """Turn statuses that depend on the normalisation into inconclusive ones.

    Parameters
    ----------
    used
        Scores under the run's own method.
    others
        Scores of the same contrast by the name of the other method.

    Returns
    -------
    The scores, with such statuses replaced and marked, their reason extended.
    """
    readouts = {m: s.readouts for m, s in others.items()}
    activities = {m: s.activities for m, s in others.items()}
    return replace(
        used,
        readouts=_settle(used.readouts, readouts, "readout"),
        activities=_settle(used.activities, activities, "set"),
    )


def _settle(table: pd.DataFrame, others: Mapping[str, pd.DataFrame], key: str) -> pd.DataFrame:
    """Replace the statuses of one table that differ under another method."""
    status, reason = table["status"].copy(), table["reason"].copy()
    flipped = pd.Series(data=False, index=table.index)
    keys = ["contrast", "level", "subject", key]
    for method, other in others.items():
        theirs = other.set_index(keys)["status"].reindex(pd.MultiIndex.from_frame(table[keys]))
        differs = table["status"].isin(DEFINITE) & (theirs.to_numpy() != table["status"])
        label = method.replace("_", " ")
        for row in table.index[differs]:
            was, now = table.loc[row, "status"], theirs.iloc[table.index.get_loc(row)]
            reason[row] = (
                f"{was} under this normalisation but {str(now).replace('_', ' ')} by {label}, so "
                f"it depends on the normalisation; {reason[row]}"
            )
        flipped |= differs
    status[flipped] = "inconclusive"
    return table.assign(status=status, reason=reason, normalization_dependent=flipped)


def readout_table(used: str, scores: Mapping[str, Mapping[str, Scores]]) -> pd.DataFrame:
    """Lay out the readouts of every method side by side.

    Parameters
    ----------
    used
        Name of the run's own method.
    scores
        Scores by method, then by contrast, before anything was settled.

    Returns
    -------
    Columns contrast, level, subject, readout, method, used, status, log2fc, p.
    """
    columns = ["contrast", "level", "subject", "readout", "status", "log2fc", "p"]
    parts = [
        s.readouts[columns].assign(method=method, used=method == used)
        for method, by_contrast in scores.items()
        for s in by_contrast.values()
    ]
    return pd.concat(parts, ignore_index=True)

"""The members behind the change of a kinase: their shares, and what several kinases share."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.kinases._placing import Placed

FloatArray = NDArray[np.float64]

LISTED = 12
"""Members named in a row; the others are counted."""

MOSTLY = 0.5
"""Share of the evidence from which on another kinase is named."""


def share_members(network: Placed, share: FloatArray, counted: NDArray[np.bool_]) -> FloatArray:
    """Divide the share of each piece of evidence among its forms.

    Parameters
    ----------
    network
        The network.
    share
        Of each piece in its kinase, shape (pieces,).
    counted
        Members that take part, shape (members,).

    Returns
    -------
    Share of each member in its kinase, 0 where it takes no part; shape (members,).
    """
    piece = network.pieces.piece
    forms = np.bincount(piece[counted], minlength=share.size)
    part: FloatArray = np.where(counted, share[piece] / np.maximum(forms[piece], 1), 0.0)
    return part


def list_members(network: Placed, change: FloatArray, part: FloatArray) -> list[str]:
    """List the features of each kinase by their share, each with its signed change.

    Parameters
    ----------
    network
        The network.
    change, part
        Signed change and share of each member, shape (members,).

    Returns
    -------
    One text a kinase, as `phosres.evidence.Combined.listed` writes them.
    """
    pieces = network.pieces
    order = np.argsort(-part, kind="stable")
    lists: list[list[str]] = [[] for _ in range(pieces.n_sets)]
    more = [0] * pieces.n_sets
    for m in order[: np.count_nonzero(part)]:
        own = int(pieces.of_set[pieces.piece[m]])
        if len(lists[own]) < LISTED:
            lists[own].append(f"{network.features[pieces.feature[m]]} {change[m]:+.2f}")
        else:
            more[own] += 1
    return [
        " | ".join([*items, *([f"and {n} more"] if n else [])])
        for items, n in zip(lists, more, strict=True)
    ]


def list_evidence(
    network: Placed,
    change: FloatArray,
    se: FloatArray,
    part: FloatArray,
    called: NDArray[np.int64],
) -> pd.DataFrame:
    """List every tested member of some kinases, for the table of evidence.

    Parameters
    ----------
    network
        The network.
    change, se, part
        Signed change, its standard error and share of each member, shape (members,).
    called
        Kinases, as positions in the network's sets.

    Returns
    -------
    Columns target, feature, site_ids, sign, log2fc, se, weight, note.
    """
    pieces = network.pieces
    of_member = pieces.of_set[pieces.piece]
    at = np.flatnonzero(np.isin(of_member, called) & np.isfinite(change))
    sign = pieces.sign[at]
    return pd.DataFrame(
        {
            "target": [f"{network.name}:{network.sets[k]}" for k in of_member[at]],
            "feature": network.features[pieces.feature[at]],
            "site_ids": [network.targets[m] for m in at],
            "sign": sign.astype(np.int64),
            "log2fc": sign * change[at],
            "se": se[at],
            "weight": part[at],
            "note": np.where(part[at] > 0, "", "trades with the forms with more phosphates"),
        }
    )


def describe_overlap(
    network: Placed,
    change: FloatArray,
    part: FloatArray,
    strength: FloatArray,
    called: NDArray[np.int64],
) -> list[str]:
    """Say of which called kinases most evidence is that of a stronger one, and what is left.

    Several kinases write one site, and the table cannot tell which of them did. So a kinase keeps
    its status; what it shows beyond the stronger kinase stands beside it.

    Parameters
    ----------
    network
        The network.
    change, part
        Signed change and share of each member, shape (members,).
    strength
        Score of each kinase next to all other features, shape (sets,).
    called
        Kinases that are up or down.

    Returns
    -------
    One text a kinase, to be added to the reason; empty where nothing is to be said.
    """
    pieces = network.pieces
    of_member = pieces.of_set[pieces.piece]
    said = [""] * pieces.n_sets
    members = {k: np.flatnonzero((of_member == k) & (part > 0)) for k in called}
    for k in called:
        best: tuple[float, int] = (MOSTLY, -1)
        for other in called:
            stronger = abs(strength[other]) > abs(strength[k])
            if stronger and strength[other] * strength[k] > 0:
                shared = np.isin(pieces.feature[members[k]], pieces.feature[members[other]])
                best = max(best, (float(part[members[k]][shared].sum()), int(other)))
        if best[1] >= 0:
            theirs = pieces.feature[members[best[1]]]
            rest = members[k][~np.isin(pieces.feature[members[k]], theirs)]
            weight = float(part[rest].sum())
            left = (
                f"the rest moves {part[rest] @ change[rest] / weight:+.2f} log2"
                if weight > 0
                else "nothing is left without it"
            )
            said[k] = f"; {best[0]:.0%} of it is evidence of {network.sets[best[1]]} too, {left}"
    return said

"""What becomes of each row of a file: filters, multiplicities, and the account of it all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.errors import DataError, Problem
from phosres.readers._peptidoforms import Joined
from phosres.readers._rows import Rows
from phosres.readers._text import Text
from phosres.table import Loss

Count = int | np.integer[Any]
"""A count, as Python or numpy counts."""


@dataclass(slots=True)
class Fates:
    """The rows of a file that did not become features of their own, by step and reason.

    A row that gives several features (one a multiplicity) is used once: it is lost only if none
    of its features is left.

    Parameters
    ----------
    path
        File as the user named it.
    """

    path: str
    losses: list[Loss] = field(default_factory=list)

    def add(self, step: str, reason: str, rows: Count, *, kept: bool = False) -> None:
        """Account for rows.

        Parameters
        ----------
        step, reason, rows, kept
            As in `phosres.table.Loss`; nothing is written for no rows.
        """
        if rows:
            self.losses.append(Loss(self.path, step, reason, int(rows), kept))

    @property
    def text(self) -> str:
        """What was lost, for a message."""
        return "; ".join(f"{loss.rows:,} {loss.reason}" for loss in self.losses)


def select(
    identity: pd.DataFrame, fates: Fates, localization_min: float, text: Text
) -> NDArray[np.bool_]:
    """Choose the rows to use: targets, phosphosites, localised.

    Parameters
    ----------
    identity
        One row a row of the file.
    fates
        Account, added to.
    localization_min
        Least localisation probability.
    text
        The table, for messages.

    Returns
    -------
    True for each row to use.

    Raises
    ------
    DataError
        If none is left.
    """
    named = (identity[["gene", "protein", "entry_name"]] != "").any(axis=1)
    placed = identity["sites"].ne("")
    has_window = identity["window"].ne("")
    probability = identity["localization"]
    has_localization = probability.notna().any() and localization_min > 0
    refused = identity["refused"]
    reasons: list[tuple[str, str, pd.Series[bool]]] = [
        ("decoys", "reverse sequence (decoy)", identity["decoy"]),
        ("contaminants", "contaminant", identity["contaminant"]),
        *(("identity", why, refused == why) for why in sorted(set(refused.unique()) - {""})),
        ("identity", "no phosphosite (S, T or Y with a position)", ~(placed | has_window)),
        ("identity", "no gene, protein or window", ~(named | has_window)),
    ]
    if has_localization:
        low = f"localisation probability below {localization_min:g}"
        reasons += [
            ("localization", "no localisation probability", probability.isna()),
            ("localization", low, probability < localization_min),
        ]
    keep = np.ones(len(identity), dtype=bool)
    weight = identity["weight"].to_numpy()
    for step, reason, out in reasons:
        lost = keep & out.to_numpy(dtype=bool)
        fates.add(step, reason, int(weight[lost].sum()))
        keep &= ~lost
    if not keep.any():
        message = f"none of the {len(identity):,} rows can be used: {fates.text}"
        hint = "check the columns under input.columns and filters.localization_min"
        raise DataError(Problem(message, text.path, hint=hint))
    return keep


def melt(
    identity: pd.DataFrame,
    frame: pd.DataFrame,
    columns: Mapping[int | None, list[int]],
    keep: NDArray[np.bool_],
) -> Rows:
    """Make one row of each row and multiplicity.

    Parameters
    ----------
    identity
        One row a row of the file.
    frame
        The values, columns named by position.
    columns
        Position of each sample's column for each multiplicity, -1 if it has none.
    keep
        Rows to use.
    """
    used = identity[keep]
    blocks, parts = [], []
    for level, places in columns.items():
        block = frame.reindex(columns=places).to_numpy(dtype=np.float64)
        blocks.append(block if keep.all() else block[keep])
        part = used if level is None else used.assign(multiplicity=level)
        parts.append(part.astype({"multiplicity": "Int64"}))
    if len(parts) == 1:
        return Rows(parts[0].reset_index(drop=True), blocks[0])
    return Rows(pd.concat(parts, ignore_index=True), np.vstack(blocks))


def count_unmeasured(rows: Rows, seen: NDArray[np.bool_], fates: Fates) -> None:
    """Account for rows without a value in any sample.

    Parameters
    ----------
    rows
        All rows to use.
    seen
        True for those with a value.
    fates
        Account, added to.
    """
    row, weight = _weigh(rows)
    lost = np.setdiff1d(row, row[seen])
    fates.add("values", "no value in any sample of the sheet", weight[lost].sum())


def count_joined(rows: Rows, joined: Joined, fates: Fates) -> None:
    """Account for rows that live on in the feature of another row, and for duplicates.

    Parameters
    ----------
    rows
        Rows with a value.
    joined
        Which of them are one peptidoform.
    fates
        Account, added to.
    """
    row, weight = _weigh(rows)
    leading = np.unique(row[joined.lead])
    others = np.unique(row[~joined.lead & ~joined.duplicate & ~joined.shared])
    merged = np.setdiff1d(others, leading)
    used = np.union1d(leading, merged)
    shared = np.setdiff1d(np.unique(row[joined.shared]), used)
    copies = np.setdiff1d(np.unique(row), np.union1d(used, shared))
    same = "same peptide as another row, under another of its sites"
    fates.add("peptidoforms", same, weight[merged].sum(), kept=True)
    elsewhere = "same peptide as another row, on another protein"
    fates.add("peptidoforms", elsewhere, weight[shared].sum(), kept=True)
    copy = "duplicate of another row (same site, same values)"
    fates.add("peptidoforms", copy, weight[copies].sum())
    further = weight[leading].sum() - len(leading)
    fates.add("samples", "further sample or signal of another row's feature", further, kept=True)


def _weigh(rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of each row, 0, 1, ..., and how many rows of the file each stands for."""
    code, first = np.unique(rows.identity["row"].to_numpy(), return_inverse=True)
    weight = np.ones(len(code), dtype=np.int64)
    weight[first] = rows.identity["weight"].to_numpy()
    return first.astype(np.int64), weight

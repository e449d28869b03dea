"""What becomes of each row of a file: filters, multiplicities, and the account of it all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
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
    identity: pl.DataFrame, fates: Fates, localization_min: float, text: Text
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
    nameless = pl.all_horizontal(pl.col("gene", "protein", "entry_name") == "")
    no_window, probability = pl.col("window") == "", pl.col("localization")
    refused = sorted(set(identity["refused"].unique()) - {""})
    reasons: list[tuple[str, str, pl.Expr]] = [
        ("decoys", "reverse sequence (decoy)", pl.col("decoy")),
        ("contaminants", "contaminant", pl.col("contaminant")),
        *(("identity", why, pl.col("refused") == why) for why in refused),
        (
            "identity",
            "no phosphosite (S, T or Y with a position)",
            (pl.col("sites") == "") & no_window,
        ),
        ("identity", "no gene, protein or window", nameless & no_window),
    ]
    if identity["localization"].is_not_null().any() and localization_min > 0:
        low = f"localisation probability below {localization_min:g}"
        reasons += [
            ("localization", "no localisation probability", probability.is_null()),
            ("localization", low, probability < localization_min),
        ]
    outs = identity.select(
        out.fill_null(value=False).alias(str(at)) for at, (_, _, out) in enumerate(reasons)
    )
    keep = np.ones(len(identity), dtype=bool)
    weight = identity["weight"].to_numpy()
    for (step, reason, _), out in zip(reasons, outs, strict=True):
        lost = keep & out.to_numpy()
        fates.add(step, reason, int(weight[lost].sum()))
        keep &= ~lost
    if not keep.any():
        message = f"none of the {len(identity):,} rows can be used: {fates.text}"
        hint = "check the columns under input.columns and filters.localization_min"
        raise DataError(Problem(message, text.path, hint=hint))
    return keep


def melt(
    identity: pl.DataFrame,
    frame: pl.DataFrame,
    columns: Mapping[int | None, list[int]],
    keep: NDArray[np.bool_],
    *,
    zero_is_missing: bool,
) -> Rows:
    """Make one row of each row and multiplicity that has a value.

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
    zero_is_missing
        Whether a row of zeros has no value.
    """
    parts, there = [], set(frame.columns)
    names = {
        level: [str(at) if str(at) in there else "" for at in places]
        for level, places in columns.items()
    }
    used = {
        level: np.flatnonzero(keep & _have_value(frame, own, zero_is_missing=zero_is_missing))
        for level, own in names.items()
    }
    ends = np.cumsum([0, *map(len, used.values())])
    values = np.full((ends[-1], len(next(iter(names.values())))), np.nan, order="F")
    for (level, rows), begin, end in zip(used.items(), ends[:-1], ends[1:], strict=True):
        for column, name in enumerate(names[level]):
            if name:
                values[begin:end, column] = frame[name].to_numpy()[rows]
        part = identity[rows]
        if level is not None:
            part = part.with_columns(multiplicity=pl.lit(level, dtype=pl.Int64))
        parts.append(part)
    return Rows(pl.concat(parts, rechunk=True), values)


def _have_value(
    frame: pl.DataFrame, names: list[str], *, zero_is_missing: bool
) -> NDArray[np.bool_]:
    """Tell which rows have a value in any of some columns."""
    seen = np.zeros(len(frame), dtype=bool)
    for name in filter(None, names):
        value = frame[name].to_numpy()
        if zero_is_missing:
            seen |= value > 0
            seen |= value < 0
        else:
            seen |= ~np.isnan(value)
    return seen


def count_unmeasured(kept: pl.DataFrame, rows: Rows, fates: Fates) -> None:
    """Account for rows without a value in any sample.

    Parameters
    ----------
    kept
        ``row`` and ``weight`` of the rows to use.
    rows
        Those of them with a value.
    fates
        Account, added to.
    """
    lost = kept.filter(~kept["row"].is_in(rows.identity["row"].unique().implode()))
    fates.add("values", "no value in any sample of the sheet", int(lost["weight"].sum()))


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
    row = rows.identity["row"].to_numpy()
    weight = np.zeros(row.max(initial=0) + 1, dtype=np.int64)
    weight[row] = rows.identity["weight"].to_numpy()

    def mark(which: NDArray[np.bool_]) -> NDArray[np.bool_]:
        marks = np.zeros(len(weight), dtype=bool)
        marks[row[which]] = True
        return marks

    leading = mark(joined.lead)
    merged = mark(~joined.lead & ~joined.duplicate & ~joined.shared) & ~leading
    shared = mark(joined.shared) & ~leading & ~merged
    copies = (weight > 0) & ~leading & ~merged & ~shared
    same = "same peptide as another row, under another of its sites"
    fates.add("peptidoforms", same, weight[merged].sum(), kept=True)
    elsewhere = "same peptide as another row, on another protein"
    fates.add("peptidoforms", elsewhere, weight[shared].sum(), kept=True)
    copy = "duplicate of another row (same site, same values)"
    fates.add("peptidoforms", copy, weight[copies].sum())
    further = weight[leading].sum() - leading.sum()
    fates.add("samples", "further sample or signal of another row's feature", further, kept=True)

"""The rows of a table that are used: parsed, identified, filtered, with their values."""

from dataclasses import dataclass

import pandas as pd
import polars as pl

from phosres.readers import _damage, _distinct, _fates, _placing, _rows
from phosres.readers._fasta import Fasta
from phosres.readers._text import Text
from phosres.readers._tidying import Plan, Tidy

# Every cell that may be the remains of a date, and some that are not.
_DATE_LIKE = "[0-9][-./ ]|[-./ ][0-9]|^[0-9]+$"


@dataclass(frozen=True, slots=True, eq=False)
class Used:
    """Rows that are used.

    Parameters
    ----------
    rows
        Them, with a value each.
    kept
        ``row`` and ``weight`` of all that passed the filters, with a value or without.
    count
        Rows of the file.
    is_localized
        Whether any row of the file has a localisation probability.
    warnings
        Sentences a user should read.
    """

    rows: _rows.Rows
    kept: pl.DataFrame
    count: int
    is_localized: bool
    warnings: tuple[str, ...]


def use_rows(
    tidy: Tidy,
    text: Text,
    plan: Plan,
    fates: _fates.Fates,
    fasta: Fasta | None,
    *,
    localization_min: float,
    scale: str,
) -> Used:
    """Choose the rows of a table that are used.

    Parameters
    ----------
    tidy
        The table, parsed.
    text
        The table as text, for messages.
    plan
        How to read it.
    fates
        Account, added to.
    fasta
        Sequences, None if there are none.
    localization_min
        Least localisation probability.
    scale
        ``linear``, ``log2`` or ``auto``.

    Raises
    ------
    DataError
        If no row can be used.
    """
    record = plan.record
    identity = _rows.identify(tidy.words, tidy.row, plan.roles, record, text)
    cut: tuple[str, ...] = ()
    if fasta is not None:
        identity, cut = _fill_windows(identity, fasta)
    identity, repaired = _repair(identity.with_columns(weight=pl.Series(tidy.weight)))
    keep = _fates.select(identity, fates, localization_min, text)
    is_linear = "linear" in (scale, record.scale if scale == "auto" else "")
    rows = _fates.melt(identity, tidy.values, plan.matched.columns, keep, zero_is_missing=is_linear)
    kept = identity.select("row", "weight").filter(pl.Series(keep))
    is_localized = identity["localization"].is_not_null().any()
    return Used(rows, kept, tidy.rows, is_localized, (*tidy.warnings, *cut, *repaired))


def _fill_windows(identity: pl.DataFrame, fasta: Fasta) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Cut windows that the table lacks out of the sequences."""
    known = {c: _distinct.to_pandas(identity[c]) for c in ("protein", "sites", "window")}
    filled, notes = _placing.fill_windows(pd.DataFrame(known), fasta)
    return identity.with_columns(pl.Series("window", filled["window"].tolist())), notes


def _repair(identity: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Restore gene names that a spreadsheet took for dates."""
    odd = identity["gene"].str.contains(_DATE_LIKE).arg_true()
    if not len(odd):
        return identity, ()
    cells = (_distinct.to_pandas(identity[column][odd]) for column in ("gene", "proteins"))
    genes, warnings = _damage.repair_genes(*cells)
    new = pl.Series(genes.to_list(), dtype=pl.String)
    return identity.with_columns(identity["gene"].clone().scatter(odd, new)), warnings

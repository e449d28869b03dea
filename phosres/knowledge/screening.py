"""Which rows of a table may carry a curated site at all: few do, and only they are worked on.

A row is left out only if it names no curated gene and its window cannot be that of a curated site.
What is let through in vain costs time and nothing else. Whole columns are looked at in one go.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.knowledge.base import Knowledge
from phosres.knowledge.spelling import SUFFIX, names
from phosres.knowledge.windows import LENGTH

if TYPE_CHECKING:
    import polars as pl

_NAMES = ("gene", "protein", "proteins", "entry_name")
_ENDS = SUFFIX.pattern.replace("(?=;|$)", "(;|$)")
"""The pattern of what follows a name, for a matcher that cannot look ahead."""


def may_carry(features: pd.DataFrame, knowledge: Knowledge) -> NDArray[np.bool_]:
    """Say which features name a curated gene or have a window that may be a curated one.

    Parameters
    ----------
    features
        As for `phosres.knowledge.match_sites`.
    knowledge
        The knowledge base.
    """
    flags = np.zeros(len(features), dtype=bool)
    for column in _NAMES:
        if column in features:
            flags |= _name(features[column], list(names(knowledge)))
    if "window" in features:
        windows = {w for s in knowledge.sites.values() if (w := s.window15)}
        windows |= {near.window15 for near in knowledge.neighbours if near.window15}
        flags |= _resemble(features["window"], sorted(windows))
    return flags


def hold_any(column: "pd.Series[str]", texts: Sequence[str]) -> NDArray[np.bool_]:
    """Say which cells of a column hold any of some texts.

    Parameters
    ----------
    column
        Text.
    texts
        What is looked for, as it is spelled.
    """
    flags: NDArray[np.bool_] = _as_text(column).str.contains_any(list(texts)).to_numpy()
    return flags


def _as_text(column: "pd.Series[str]") -> "pl.Series":
    import polars as pl

    return pl.Series("text", column.astype(object).where(column.notna(), "").tolist(), pl.String)


def _name(column: "pd.Series[str]", known: list[str]) -> NDArray[np.bool_]:
    """Say whether any of the names in a cell is known, whatever its case, spaces and suffix."""
    import polars as pl

    parts = (
        pl.col("text")
        .str.to_uppercase()
        .str.replace_all(" ", "", literal=True)
        .str.replace_all(_ENDS, "$1")
        .str.split(";")
    )
    wanted = pl.Series("known", known)
    each = _as_text(column).to_frame().with_row_index("row").select("row", parts).explode("text")
    hits = each.filter(pl.col("text").is_in(wanted.implode()))["row"].to_numpy()
    flags = np.zeros(len(column), dtype=bool)
    flags[hits] = True
    return flags


def _resemble(column: "pd.Series[str]", windows: list[str]) -> NDArray[np.bool_]:
    """Say whether a cell holds a curated window, or one with residues that are not shown.

    Residues beyond the end of a protein are spelled in several ways: they are not compared here.
    """
    import polars as pl

    text = _as_text(column)
    cores = [window.strip("_") for window in windows]
    holds = text.str.contains_any(cores, ascii_case_insensitive=True)
    hidden = text.str.contains_any(["?", "X", "x"])
    # A cell of several windows is looked at as a whole; each of them ends with a semicolon.
    shortest = text.str.split(";").list.eval(pl.element().str.len_chars()).list.min()
    short = (shortest < LENGTH) & (text.str.len_chars() > 0)
    flags: NDArray[np.bool_] = (holds | hidden | short.fill_null(value=False)).to_numpy()
    return flags

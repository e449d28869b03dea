"""Sequence windows: trimmed to 15-mers and aligned with the sites of their rows."""

import polars as pl

from phosres.sites import FLANK, trim_window

_FIRST = "^([^,|;]*)"


def align_windows(cells: pl.Series, sites: pl.Series) -> pl.Series:
    """Trim windows to 15-mers and align them with the sites.

    Parameters
    ----------
    cells
        Windows as they stand in the file, one a row or a list.
    sites
        Sites of each row, ``;``-joined.
    """
    if not (cells != "").any():
        return cells
    windows = trim_first(cells)
    several = (sites.str.contains(";", literal=True) & (windows != "")).arg_true()
    if not len(several):
        return windows
    pairs = zip(cells.gather(several).to_list(), sites.gather(several).to_list(), strict=True)
    aligned = [_align(_trim(cell), listed.split(";")) for cell, listed in pairs]
    return windows.clone().scatter(several, pl.Series(aligned, dtype=pl.String))


def trim_first(cells: pl.Series) -> pl.Series:
    """Trim the first window of each cell; what `phosres.sites.trim_window` does, for a column.

    Parameters
    ----------
    cells
        Windows, one a row or a list.
    """
    odd = cells.str.contains("[^A-Z_]").arg_true()
    if len(odd):
        first = cells.gather(odd).str.extract(_FIRST).str.strip_chars().str.to_uppercase()
        cells = cells.clone().scatter(odd, first.str.replace_all("[-*]", "_"))
    window = pl.col("window")
    size = window.str.len_chars().cast(pl.Int64)
    cut = window.str.slice((size // 2 - FLANK).clip(lower_bound=0), 2 * FLANK + 1)
    padding = pl.lit("?" * FLANK).str.slice(0, (FLANK - size // 2).clip(lower_bound=0))
    padded = pl.when(size < 2 * FLANK + 1).then(padding + cut + padding).otherwise(cut)
    fits = (size % 2 == 1) & window.str.slice(size // 2, 1).is_in(["S", "T", "Y"])
    trimmed = pl.when(fits).then(padded).otherwise(pl.lit(""))
    return cells.alias("window").to_frame().select(trimmed).to_series()


def _trim(cell: str) -> list[str]:
    return [trim_window(w) for w in cell.replace(",", ";").replace("|", ";").split(";")]


def _align(windows: list[str], sites: list[str]) -> str:
    if len(windows) == len(sites):
        return ";".join(windows)
    at = next((i for i, s in enumerate(sites) if windows[0] and windows[0][7] == s[0]), 0)
    return ";".join(windows[0] if i == at else "" for i in range(len(sites)))

"""Sequence windows: trimmed to 15-mers and aligned with the sites of their rows."""

import pandas as pd

from phosres.sites import trim_window


def align_windows(cells: "pd.Series[str]", sites: "pd.Series[str]") -> "pd.Series[str]":
    """Trim windows to 15-mers and align them with the sites."""
    if not cells.ne("").any():
        return cells
    trimmed = {c: _trim(c) for c in cells.unique()}
    windows = cells.map({c: w[0] if w else "" for c, w in trimmed.items()})
    several = sites.str.contains(";", regex=False) & (windows != "")
    if several.any():
        aligned = [
            _align(trimmed[c], s.split(";"))
            for c, s in zip(cells[several], sites[several], strict=True)
        ]
        windows = windows.mask(
            several, pd.Series(aligned, index=windows[several].index).reindex(windows.index)
        )
    return windows.astype(object)


def _trim(cell: str) -> list[str]:
    return [trim_window(w) for w in cell.replace(",", ";").replace("|", ";").split(";")]


def _align(windows: list[str], sites: list[str]) -> str:
    if len(windows) == len(sites):
        return ";".join(windows)
    at = next((i for i, s in enumerate(sites) if windows[0] and windows[0][7] == s[0]), 0)
    return ";".join(windows[0] if i == at else "" for i in range(len(sites)))

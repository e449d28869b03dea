"""Peptidoforms become sites: one row a site, each with the values of one measured form.

Tools that know sites only (PTM-SEA, decoupler with a network of sites) need one row a site, and no
row twice. phosres measures peptidoforms, so for each site one form is taken, whole: the one with
the fewest phosphates, then with the most values, then with the highest mean, then by name. Nothing
is averaged or summed, so every number that is exported was measured; a form with several sites may
stand for each of them, which is counted, since it is one piece of evidence all the same.
"""

from typing import Literal

import numpy as np
import pandas as pd

from phosres.exports._matrix import Matrix
from phosres.table import Loss

Ids = Literal["flanking", "gene_site"]

RULE = (
    "each site has the values of one peptidoform: fewest phosphates, then most values, then "
    "highest mean, then by name"
)
_STEP = "export"


def to_sites(matrix: Matrix, *, ids: Ids = "flanking") -> Matrix:
    """Choose one peptidoform for each site, and name the rows by the sites.

    Parameters
    ----------
    matrix
        Rows are peptidoforms, with ``sites`` and ``window`` (aligned, ``;``-joined).
    ids
        ``flanking``: the 15-mer around the site and ``-p``, as PTM-SEA takes them (Krug et al.
        2019, https://doi.org/10.1074/mcp.TIR118.000943). ``gene_site``: the curated id of the
        site (``RPS6_S235``, human numbering), else gene or accession and site as in the table.

    Returns
    -------
    One row a site, in the order of the forms; `Matrix.losses` counts the forms that were left out
    and those that stand for several sites.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {"gene": "G", "sites": ["S9", "S9;T12"], "window": ["A" * 7 + "S" + "C" * 7] * 2},
    ...     index=["G_S9_M1", "G_S9.T12_M2"],
    ... )
    >>> values = pd.DataFrame({"a": [1.0, 2.0]}, index=rows.index)
    >>> sites = to_sites(Matrix(values, rows, pd.DataFrame(index=["a"]), "log2"))
    >>> list(sites.rows.index), sites.losses[0].reason
    (['AAAAAAASCCCCCCC-p'], 'another peptidoform stands for each of its sites')
    """
    pairs = _pairs(matrix, ids)
    usable = pairs[pairs["id"] != ""]
    ranked = usable.sort_values(
        ["id", "phosphates", "n", "mean", "form"],
        ascending=[True, True, False, False, True],
        kind="stable",
    )
    taken = ranked.drop_duplicates("id").sort_values(["at", "within"])
    rows = matrix.rows.loc[taken["form"]].assign(
        peptidoform=taken["form"].to_numpy(),
        sites=taken["site"].to_numpy(),
        window=taken["window"].to_numpy(),
        n_forms=ranked.groupby("id").size().loc[taken["id"]].to_numpy(),
    )
    names = pd.Index(taken["id"].to_numpy(), name="site_id")

    def pick(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.loc[taken["form"]].set_axis(names, axis=0)

    return Matrix(
        values=pick(matrix.values),
        rows=rows.set_axis(names, axis=0),
        columns=matrix.columns,
        title=f"{matrix.title}; {RULE}",
        layers={name: pick(layer) for name, layer in matrix.layers.items()},
        losses=(*matrix.losses, *_losses(pairs, taken, ids)),
    )


def _pairs(matrix: Matrix, ids: Ids) -> pd.DataFrame:
    """List every site of every form, with its id and what the forms are ranked by."""
    rows = matrix.rows
    values = matrix.values.to_numpy(dtype=np.float64)
    measured = ~np.isnan(values)
    n = measured.sum(axis=1)
    total = np.where(measured, values, 0.0).sum(axis=1)
    sites = [str(s).split(";") if s else [""] for s in rows["sites"]]
    windows = _aligned(rows, "window", sites)
    count = pd.Series([len(s) for s in sites], index=rows.index, dtype=float)
    known = pd.to_numeric(rows["multiplicity"]) if "multiplicity" in rows else count
    blank = pd.Series("", index=rows.index, dtype=object)
    frame = pd.DataFrame(
        {
            "form": rows.index,
            "at": np.arange(len(rows)),
            "gene": rows["gene"].fillna("").to_numpy(),
            "protein": rows.get("protein", blank).fillna("").to_numpy(),
            "phosphates": known.astype(float).fillna(count).to_numpy(),
            "n": n,
            "mean": np.where(n > 0, total / np.maximum(n, 1), -np.inf),
            "site": sites,
            "window": windows,
            "curated": _aligned(rows, "site_ids", sites),
            "within": [list(range(len(s))) for s in sites],
        }
    ).explode(["site", "window", "curated", "within"], ignore_index=True)
    if ids == "flanking":
        window = frame["window"].str.upper()
        frame["id"] = (window + "-p").where(window.str.fullmatch("[A-Z_]{7}[STY][A-Z_]{7}"), "")
    else:
        owner = frame["gene"].str.split(";").str[0]
        owner = owner.where(owner != "", frame["protein"])
        plain = (owner + "_" + frame["site"]).where((owner != "") & (frame["site"] != ""), "")
        frame["id"] = frame["curated"].where(frame["curated"] != "", plain)
    return frame


def _aligned(rows: pd.DataFrame, column: str, sites: list[list[str]]) -> list[list[str]]:
    """Split a column that lists one text a site; blank where it does not, or names another residue.

    A form without sites of its own keeps its first text.
    """
    if column not in rows:
        return [[""] * len(s) for s in sites]
    found = []
    for cell, own in zip(rows[column].fillna(""), sites, strict=True):
        parts = str(cell).split(";")
        if column == "site_ids":
            # Paralogs share a peptide: the first of several curated sites names the row.
            same = len(parts) == len(own) and all(
                p.rpartition("_")[2][:1] in ("", s[:1]) for p, s in zip(parts, own, strict=True)
            )
            found.append(parts if same else [*parts[:1]] if len(own) == 1 else [""] * len(own))
        else:
            found.append([*parts, *[""] * len(own)][: len(own)])
    return found


def _losses(pairs: pd.DataFrame, taken: pd.DataFrame, ids: Ids) -> list[Loss]:
    """Count the forms that stand for no site, and those that stand for several."""
    by_form = pairs.groupby("form", sort=False)["id"]
    has_id = by_form.agg(lambda found: bool((found != "").any()))
    used = taken.groupby("form").size()
    unused = [form for form in has_id.index[has_id] if form not in used.index]
    lacking = (
        "no complete 15-mer window around any of its sites"
        if ids == "flanking"
        else "no curated site, and no gene or protein with a site"
    )
    counts = (
        (lacking, int((~has_id).sum()), False),
        ("another peptidoform stands for each of its sites", len(unused), False),
        (
            "stands for several sites: one measurement, listed once a site",
            int((used > 1).sum()),
            True,
        ),
    )
    return [Loss("", _STEP, reason, rows, kept) for reason, rows, kept in counts if rows]

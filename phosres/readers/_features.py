"""Peptidoforms to a feature table: union of the sites, one name each, whatever the row order."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.readers._peptidoforms import Joined
from phosres.readers._rows import Rows
from phosres.table import FEATURE_COLUMNS


def build(
    rows: Rows, joined: Joined, values: NDArray[np.float64]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make features and their values from joined rows.

    Parameters
    ----------
    rows
        Phosphosite rows.
    joined
        Which of them are one peptidoform.
    values
        Rows x samples, log2.

    Returns
    -------
    Features with the columns of a feature table and their values, both indexed by feature id and
    sorted by it.
    """
    identity = rows.identity
    features = identity[joined.lead].reset_index(drop=True)
    group = joined.group
    features["source_rows"] = identity.loc[joined.lead, "row"].astype(str).to_numpy()
    size = np.bincount(group)
    merged = np.flatnonzero(size[group] > 1)
    if len(merged):
        out = (joined.duplicate | joined.shared)[merged]
        _merge(features, identity.iloc[merged], group[merged], out)
    features["site_ids"] = ""
    at = np.flatnonzero(joined.lead)
    names = _names(features, values, at)
    order = np.argsort(names, kind="stable")
    index = pd.Index(names[order], name="feature", dtype=object)
    table = features.loc[order, list(FEATURE_COLUMNS)].set_axis(index)
    return table, pd.DataFrame(values.T[:, at[order]].T, index=index, copy=False)


def _merge(
    features: pd.DataFrame,
    rows: pd.DataFrame,
    group: NDArray[np.intp],
    duplicate: NDArray[np.bool_],
) -> None:
    """Write what several rows say of one peptidoform into its feature."""
    rows = rows.assign(group=group)
    parts = rows[~duplicate].assign(
        site=lambda r: r["sites"].str.split(";"), part=lambda r: r["window"].str.split(";")
    )
    parts["part"] = [
        p if len(p) == len(s) else [""] * len(s)
        for p, s in zip(parts["part"], parts["site"], strict=True)
    ]
    parts = parts.explode(["site", "part"], ignore_index=True)
    parts["position"] = pd.to_numeric(parts["site"].str[1:])
    parts = parts.sort_values(
        ["group", "position", "site", "part"], ascending=[True, True, True, False]
    )
    parts = parts.drop_duplicates(["group", "site"])
    by = parts.groupby("group", sort=True)
    at = by["site"].first().index.to_numpy()
    sites = by["site"].agg(";".join)
    windows = by["part"].agg(";".join)
    features.loc[at, "sites"] = sites.to_numpy()
    features.loc[at, "window"] = windows.where(windows.str.strip(";") != "", "").to_numpy()
    both = rows.groupby("group", sort=True)
    features.loc[at, "localization"] = both["localization"].min().to_numpy()
    leads = features.loc[at, "source_rows"].to_numpy()
    every = both["row"].agg(lambda r: [str(n) for n in sorted(set(r))]).to_numpy()
    # The row that leads a feature comes first: the account of the rows goes by it.
    listed = [";".join(dict.fromkeys([lead, *r])) for lead, r in zip(leads, every, strict=True)]
    features.loc[at, "source_rows"] = listed
    for column in ("gene", "peptide", "entry_name"):
        features.loc[at, column] = both[column].agg(_longest).to_numpy()
    features.loc[at, "proteins"] = both["proteins"].agg(_all_names).to_numpy()
    count = sites.str.count(";").to_numpy() + 1
    unknown = features.loc[at, "multiplicity"].isna().to_numpy() & (count > 1)
    features.loc[at[unknown], "multiplicity"] = count[unknown]


def _longest(cells: "pd.Series[str]") -> str:
    """Take the fullest spelling, whatever the order of the rows."""
    return max(cells, key=lambda c: (len(c), c))


def _all_names(cells: "pd.Series[str]") -> str:
    """List every name once, those of the fullest cell first, whatever the order of the rows."""
    cells = cells.drop_duplicates()
    if len(cells) == 1:
        return str(cells.iloc[0])
    order = sorted(cells, key=lambda c: (-len(c), c))
    return ";".join(dict.fromkeys(n for c in order for n in c.split(";") if n))


def _names(
    features: pd.DataFrame, values: NDArray[np.float64], at: NDArray[np.intp]
) -> NDArray[np.object_]:
    """Name the features, falling mean value first among those of one name."""
    gene = features["gene"].str.split(";").str[0]
    owner = gene.where(gene != "", features["entry_name"])
    owner = owner.where(owner != "", features["protein"])
    sites = features["sites"].str.replace(";", ".", regex=False)
    base = (owner + "_" + sites).where((owner != "") & (sites != ""), owner)
    base = base.where(base != "", features["window"])
    # A peptide without a position is named by its form, which shows its phosphates.
    form = features["peptide"]
    unplaced = (features["sites"] == "") & form.str.contains("(ph)", regex=False)
    base = base.mask(unplaced, (owner + "_" + form).where(owner != "", form))
    known = features["multiplicity"].notna() & ~unplaced
    number = features["multiplicity"].astype(object).where(known, "").astype(str)
    base = base.where(~known, base + "_M" + number)
    names = base.to_numpy(dtype=object, copy=True)
    shared = np.flatnonzero(base.duplicated(keep=False).to_numpy())
    if not len(shared):
        return names
    block = values[at[shared]]
    seen = np.isfinite(block).any(axis=1)
    mean = np.full(len(shared), -np.inf)
    mean[seen] = np.nanmean(block[seen], axis=1)
    code = pd.factorize(base.iloc[shared], sort=True)[0]
    ties = [np.nan_to_num(block[:, at], nan=-np.inf) for at in range(block.shape[1])]
    words = [
        pd.factorize(features[c].iloc[shared], sort=True)[0]
        for c in ("source_rows", "localization", "peptide", "window", "proteins", "protein")
    ]
    order = np.lexsort((*words, *ties, -mean, code))
    ranked = code[order]
    first = np.r_[True, ranked[1:] != ranked[:-1]]
    rank = np.arange(len(order)) - np.flatnonzero(first)[np.cumsum(first) - 1]
    for one, place in zip(shared[order], rank, strict=True):
        if place:
            names[one] = f"{names[one]}#{place + 1}"
    return names

"""Peptidoforms to a feature table: union of the sites, one name each, whatever the row order."""

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
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
    Features with the columns of a feature table and species, as far as the file says, and their
    values, both indexed by feature id and sorted by it.
    """
    identity, group = rows.identity, joined.group
    features = identity.filter(pl.Series(joined.lead)).with_columns(
        pl.col("row").cast(pl.String).alias("source_rows"), pl.lit("").alias("site_ids")
    )
    merged = np.flatnonzero(np.bincount(group)[group] > 1)
    if len(merged):
        members = identity[merged].with_columns(
            pl.Series("group", group[merged]),
            pl.Series("lead", joined.lead[merged]),
            pl.Series("out", (joined.duplicate | joined.shared)[merged]),
        )
        features = _merge(features, members)
    at = np.flatnonzero(joined.lead)
    names = _names(features, values, at)
    order = names.arg_sort().to_numpy()
    index = pd.Index(names[order].to_numpy(), name="feature", dtype=object)
    sorted_features = features[order].select([*FEATURE_COLUMNS, "species"])
    columns = {c.name: _to_pandas(c, index) for c in sorted_features}
    table = pd.DataFrame(columns, index=index, copy=False)
    return table, pd.DataFrame(values.T[:, at[order]].T, index=index, copy=False)


def _to_pandas(column: pl.Series, index: "pd.Index[str]") -> "pd.Series[Any]":
    """Give a column to pandas: text as objects, counts as its integers that may be missing."""
    if column.dtype == pl.Int64:
        mask = column.is_null().to_numpy()
        counts = pd.arrays.IntegerArray(column.fill_null(0).to_numpy().copy(), mask)
        return pd.Series(counts, index=index)
    kind = object if column.dtype == pl.String else np.float64
    return pd.Series(column.to_numpy(), index=index, dtype=kind)


def _merge(features: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Write what several rows say of one peptidoform into its feature."""
    sites = _union_of_sites(members.filter(~pl.col("out")))
    said = sites.join(_list_rows(members), on="group")
    for column in ("gene", "peptide", "entry_name"):
        said = said.join(_longest(members, column), on="group")
    one = members.group_by("group").agg(
        pl.col("localization").min(), pl.col("proteins", "species").unique()
    )
    one = one.with_columns(
        pl.Series(column, [_all_names(cells) for cells in one[column].to_list()])
        for column in ("proteins", "species")
    )
    said = said.join(one, on="group")
    columns = [c for c in said.columns if c != "group"]
    count = pl.col("sites").str.count_matches(";", literal=True).cast(pl.Int64) + 1
    return (
        features.with_row_index("group")
        .with_columns(pl.col("group").cast(pl.Int64))
        .join(said, on="group", how="left", suffix="_said", maintain_order="left")
        .with_columns(pl.coalesce(f"{c}_said", c).alias(c) for c in columns)
        .with_columns(
            pl.when(pl.col("sites_said").is_not_null() & (count > 1))
            .then(pl.col("multiplicity").fill_null(count))
            .otherwise("multiplicity")
            .alias("multiplicity")
        )
    )


def _union_of_sites(members: pl.DataFrame) -> pl.DataFrame:
    """List the sites of each peptidoform by position, and their windows."""
    members = members.select("group", "sites", "window")
    is_list = members["sites"].str.contains(";", literal=True)
    alone, several = members.filter(~is_list), members.filter(is_list)
    joint = pl.col("window").str.contains(";", literal=True)
    alone = alone.with_columns(window=pl.when(~joint).then("window").otherwise(pl.lit("")))
    site, part = pl.col("sites").str.split(";"), pl.col("window").str.split(";")
    bare = site.list.eval(pl.element().str.slice(0, 0))
    fits = part.list.len() == site.list.len()
    split = several.with_columns(sites=site, window=pl.when(fits).then(part).otherwise(bare))
    parts = pl.concat([alone, split.explode("sites", "window")]).with_columns(
        position=pl.col("sites").str.slice(1).cast(pl.Int64, strict=False)
    )
    order = ["group", "position", "sites", "window"]
    parts = parts.sort(order, descending=[False, False, False, True], nulls_last=True)
    parts = parts.unique(["group", "sites"], keep="first", maintain_order=True)
    joined = parts.group_by("group", maintain_order=True).agg(
        pl.col("sites", "window").str.join(";")
    )
    seen = pl.col("window").str.strip_chars(";") != ""
    return joined.with_columns(pl.when(seen).then("window").otherwise(pl.lit("")).alias("window"))


def _longest(members: pl.DataFrame, column: str) -> pl.DataFrame:
    """Take the fullest spelling, whatever the order of the rows."""
    by = ["group", pl.col(column).str.len_chars(), column]
    longest = members.select("group", column).sort(by, descending=[False, True, True])
    return longest.unique("group", keep="first", maintain_order=True)


def _all_names(cells: list[str]) -> str:
    """List every name once, those of the fullest cell first, whatever the order of the rows."""
    if len(cells) == 1:
        return cells[0]
    order = sorted(cells, key=lambda c: (-len(c), c))
    return ";".join(dict.fromkeys(n for c in order for n in c.split(";") if n))


def _list_rows(members: pl.DataFrame) -> pl.DataFrame:
    """List the rows of each peptidoform, the one that leads it first: the account goes by it."""
    rows = members.sort(["group", "lead", "row"], descending=[False, True, False])
    rows = rows.unique(["group", "row"], keep="first", maintain_order=True)
    listed = pl.col("row").cast(pl.String).str.join(";").alias("source_rows")
    return rows.group_by("group", maintain_order=True).agg(listed)


def _names(features: pl.DataFrame, values: NDArray[np.float64], at: NDArray[np.intp]) -> pl.Series:
    """Name the features, falling mean value first among those of one name."""
    gene = pl.col("gene").str.split(";").list.first()
    sites, form = pl.col("sites").str.replace_all(";", ".", literal=True), pl.col("peptide")
    owner = _first_filled(gene, pl.col("entry_name"), pl.col("protein"))
    owned = pl.when(owner != "").then(owner + "_").otherwise(pl.lit(""))
    placed = pl.when((owner != "") & (sites != "")).then(owner + "_" + sites).otherwise(owner)
    level = (pl.lit("_M") + pl.col("multiplicity").cast(pl.String)).fill_null("")
    # A peptide without a position is named by its form, which shows its phosphates.
    unplaced = (sites == "") & form.str.contains("(ph)", literal=True)
    name = _first_filled(placed, pl.col("window")) + level
    names = features.select(name=pl.when(unplaced).then(owned + form).otherwise(name)).to_series()
    shared = names.is_duplicated().arg_true().to_numpy()
    if not len(shared):
        return names
    block = values[at[shared]]
    seen = np.isfinite(block).any(axis=1)
    mean = np.full(len(shared), -np.inf)
    mean[seen] = np.nanmean(block[seen], axis=1)
    ties = [np.nan_to_num(block[:, at], nan=-np.inf) for at in range(block.shape[1])]
    columns = ("source_rows", "localization", "peptide", "window", "proteins", "protein")
    words = [features[c][shared].rank("dense").fill_null(0).to_numpy() for c in columns]
    code = names[shared].rank("dense").to_numpy()
    order = np.lexsort((*words, *ties, -mean, code))
    ranked = code[order]
    first = np.r_[True, ranked[1:] != ranked[:-1]]
    rank = np.arange(len(order)) - np.flatnonzero(first)[np.cumsum(first) - 1]
    later = shared[order][rank > 0]
    numbered = names[later] + "#" + pl.Series(rank[rank > 0] + 1).cast(pl.String)
    return names.clone().scatter(later, numbered)


def _first_filled(*columns: pl.Expr) -> pl.Expr:
    """Take the first of some columns that is not empty."""
    return pl.coalesce(*(pl.when(c != "").then(c) for c in columns), pl.lit(""))

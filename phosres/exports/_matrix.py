"""What is exported as a matrix: measured values of samples, or changes of contrasts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from phosres.table import Loss, PhosphoTable

Value = Literal["log2fc", "t"]

ROW_COLUMNS = (
    *("gene", "protein", "proteins", "sites", "multiplicity", "localization", "window"),
    *("peptide", "source_rows", "site_ids"),
)
"""Annotation of the rows that goes along, where it is there."""

_LAYERS = ("log2fc", "se", "df", "t", "p", "q")
_KEY = ["contrast", "level", "subject"]
_TITLES = {
    "log2fc": "log2 change, on-treatment minus pre-treatment",
    "t": "moderated t of the change, on-treatment minus pre-treatment",
}
_SCALES = {
    "log2_intensity": "log2 intensity, normalised",
    "log2_ratio": "log2 ratio to a reference, normalised",
    "log2_change": "log2 change, on-treatment minus pre-treatment, as the table gives it",
}


@dataclass(frozen=True, eq=False)
class Matrix:
    """Numbers with annotated rows and columns, ready to be written for another program.

    Parameters
    ----------
    values
        Float64, features or sites x samples or contrasts; NaN = not measured.
    rows, columns
        Annotation, indexed like the rows and the columns of `values`.
    title
        What the numbers are, with their unit.
    layers
        Further numbers of the same shape, by name.
    losses
        Features that were left out or merged, with the reason.
    """

    values: pd.DataFrame
    rows: pd.DataFrame
    columns: pd.DataFrame
    title: str
    layers: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    losses: tuple[Loss, ...] = ()


def show_measured(normalized: PhosphoTable, raw: PhosphoTable | None = None) -> Matrix:
    """Make the matrix of the values of a table.

    Parameters
    ----------
    normalized
        The table.
    raw
        The same table before normalisation, which becomes the layer ``raw``.

    Returns
    -------
    Features x samples, log2.
    """
    features = normalized.features
    layers = {} if raw is None else {"raw": raw.values.reindex_like(normalized.values)}
    return Matrix(
        values=normalized.values,
        rows=features[[c for c in ROW_COLUMNS if c in features]],
        columns=normalized.samples,
        title=_SCALES[normalized.scale],
        layers=layers,
    )


def show_changes(sites: pd.DataFrame, *, value: Value = "log2fc") -> Matrix:
    """Make the matrix of the changes in a table of sites.

    Parameters
    ----------
    sites
        Table of `phosres.columns.SITES`, of a run or a contrast.
    value
        ``log2fc`` or ``t``.

    Returns
    -------
    Features x contrasts (``CONTRAST.cohort``, ``CONTRAST.SUBJECT``), with every statistic as a
    layer; NaN where a change could not be estimated.
    """
    is_cohort = sites["level"] == "cohort"
    column = sites["contrast"] + "." + sites["subject"].mask(is_cohort, "cohort")
    named = sites.assign(_column=column).rename(columns={"site": "sites"})
    order = list(dict.fromkeys(column))
    known = [c for c in ROW_COLUMNS if c in named]
    rows = named.drop_duplicates("feature").set_index("feature")[known]
    columns = named.drop_duplicates("_column").set_index("_column")[_KEY]
    placed = named.set_index(["feature", "_column"])[list(_LAYERS)].astype(np.float64)
    layers = {
        name: placed[name].unstack().reindex(index=rows.index, columns=order)  # noqa: PD010
        for name in _LAYERS
    }
    columns.index.name = "contrast_of"
    return Matrix(layers[value], rows, columns, _TITLES[value], layers)

"""Tables with one row a site and sample: names of their samples, and the step to one row a site."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.errors import DataError, Problem
from phosres.readers._fates import Fates
from phosres.readers._format import Format, Words
from phosres.readers._text import Text
from phosres.readers.formats._parsing import RUN_FILE

_RUN = re.compile(rf"^(?:.*[\\/])?(?P<sample>[^\\/]+?)(?:{RUN_FILE})?$", re.IGNORECASE)
_NO_KEY = ("sample", "channel", "value", "localization", "refused", "doubt")
_SHOWN = 5


@dataclass(frozen=True, slots=True, eq=False)
class Pivoted:
    """A long table with one row a peptidoform.

    Parameters
    ----------
    words
        Columns by role, of the first row of each peptidoform.
    values
        Peptidoforms x samples, indexed like `words`, columns named by position.
    weight
        Rows of the file each stands for.
    """

    words: Words
    values: pd.DataFrame
    weight: NDArray[np.int64]


def name_run(text: str) -> str:
    """Reduce the path of a run to its name, without folder and ending.

    Parameters
    ----------
    text
        What stands in the table.
    """
    match = _RUN.match(text.strip())
    return match["sample"] if match else text.strip()


def name_samples(words: Mapping[str, "pd.Series[str]"]) -> "pd.Series[str]":
    """Name the sample of each row: its run, and its channel if there are any.

    Parameters
    ----------
    words
        Columns by role.
    """
    runs = words["sample"]
    names = runs.map({r: name_run(r) for r in runs.unique()}).astype(object)
    if "channel" in words:
        names = (names + " " + words["channel"]).str.strip()
    return names


def pivot(
    words: Words,
    value: "pd.Series[float]",
    samples: Sequence[tuple[str, int]],
    record: Format,
    localization: "pd.Series[float]",
    localization_min: float,
    text: Text,
    fates: Fates,
) -> Pivoted:
    """Turn a long table into one row a peptidoform; account for every row that is not used.

    Parameters
    ----------
    words
        Columns by role, of all rows.
    value
        Value of each row.
    samples
        Name of each sample to read, as it stands in the table, and its position.
    record
        Format.
    localization
        Localisation probability of each row, NaN if unknown.
    localization_min
        Least localisation probability.
    text
        The table, for messages.
    fates
        Account, added to.

    Raises
    ------
    DataError
        If no row is left, or rows of one peptidoform and sample differ and are not to be summed.
    """
    name = name_samples(words)
    place = name.map(dict(samples))
    keep = np.ones(len(name), dtype=bool)

    def lose(step: str, reason: str, out: "pd.Series[bool]") -> None:
        lost = keep & out.to_numpy(dtype=bool)
        fates.add(step, reason, int(lost.sum()))
        np.logical_and(keep, ~lost, out=keep)

    lose("samples", "of a sample that is not in the sheet", place.isna())
    if "refused" in words:
        for reason in sorted(set(words["refused"].unique()) - {""}):
            lose("identity", reason, words["refused"] == reason)
    if localization.notna().any() and localization_min > 0:
        lose("localization", "no localisation probability", localization.isna())
        low = f"localisation probability below {localization_min:g}"
        lose("localization", low, localization < localization_min)
    no_value = value.isna() | (value <= record.floor if record.floor > 0 else False)
    lose("values", "no value", no_value)
    if not keep.any():
        message = f"none of the {len(name):,} rows can be used: {fates.text}"
        hint = "check the sample sheet and filters.localization_min"
        raise DataError(Problem(message, text.path, hint=hint))
    identity = [r for r in words if r not in _NO_KEY and r not in record.units]
    frame = pd.DataFrame({r: words[r][keep] for r in identity})
    frame["__form"] = frame.groupby(identity, sort=False).ngroup()
    frame["__place"] = place[keep].astype(np.int64)
    frame["__value"] = value[keep]
    frame["__probability"] = localization[keep]
    if record.units:
        units = [words[role][keep] for role in record.units if role in words]
        frame["__unit"] = frame.groupby(units, sort=False).ngroup() if units else 0
    return _spread(frame, samples, record, text, fates, words)


def _spread(
    frame: pd.DataFrame,
    samples: Sequence[tuple[str, int]],
    record: Format,
    text: Text,
    fates: Fates,
    words: Words,
) -> Pivoted:
    """Lay the values of each peptidoform out over the samples."""
    cell = ["__form", "__place"]
    if not record.units:
        copy = frame.duplicated([*cell, "__value"])
        fates.add(
            "values", "duplicate of another row (same site, sample and value)", int(copy.sum())
        )
        frame = frame[~copy]
        again = frame.duplicated(cell, keep=False)
        if again.any():
            raise DataError(_ambiguous(frame[again], words, text))
    # Rows that repeat a signal, one a fragment or transition, count once.
    once = ~frame.duplicated([*cell, "__unit", "__value"]) if record.units else slice(None)
    total = frame[once].groupby(cell, sort=False)["__value"].sum()
    forms = frame["__form"]
    lead = frame[~forms.duplicated()]
    columns = pd.Index([at for _, at in samples])
    form, place = (total.index.get_level_values(level) for level in (0, 1))
    order = pd.Index(lead["__form"])
    block = np.full((len(order), len(columns)), np.nan)
    block[order.get_indexer(form), columns.get_indexer(place)] = total.to_numpy()
    best = frame.groupby("__form", sort=False)["__probability"].max()
    kept: Words = {r: lead[r].astype(object) for r in frame.columns if not r.startswith("__")}
    kept["localization"] = best.reindex(order).set_axis(lead.index)
    weight = forms.value_counts(sort=False).reindex(order).to_numpy().astype(np.int64)
    return Pivoted(kept, pd.DataFrame(block, index=lead.index, columns=columns), weight)


def _ambiguous(rows: pd.DataFrame, words: Words, text: Text) -> list[Problem]:
    """Show rows that give one site of one sample different values."""
    names = name_samples({r: words[r] for r in ("sample", "channel") if r in words})
    hint = (
        "add a column that tells these rows apart (multiplicity, peptide), or give one value for "
        "each site and sample"
    )
    problems = []
    shown = rows.groupby(["__form", "__place"], sort=False).head(2).iloc[: 2 * _SHOWN : 2]
    for at in shown.index:
        same = rows[
            (rows["__form"] == rows["__form"][at]) & (rows["__place"] == rows["__place"][at])
        ]
        other = text.first_row + int(same.index[1])
        message = f"sample '{names[at]}' has another value for the same site in row {other}"
        problems.append(Problem(message, text.path, line=text.first_row + int(at), hint=hint))
        hint = ""
    return problems

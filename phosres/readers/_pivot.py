"""Tables with one row a site and sample: names of their samples, and the step to one row a site."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.errors import DataError, Problem
from phosres.readers._companions import find_mixtures
from phosres.readers._fates import Fates
from phosres.readers._format import Format, Words
from phosres.readers._text import Text
from phosres.readers.formats._parsing import RUN_FILE, blank

_RUN = re.compile(rf"^(?:.*[\\/])?(?P<sample>[^\\/]+?)(?:{RUN_FILE})?$", re.IGNORECASE)
_NO_KEY = ("sample", "run", "channel", "value", "localization", "refused", "doubt")
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


def name_run(text: str, pattern: str = "") -> str:
    """Reduce the path of a run to its name, without folder and ending.

    Parameters
    ----------
    text
        What stands in the table.
    pattern
        How runs are written, if not as paths; group ``sample`` is the name.
    """
    match = (re.compile(pattern, re.IGNORECASE) if pattern else _RUN).match(text.strip())
    return match["sample"] if match else text.strip()


def name_samples(
    words: Mapping[str, "pd.Series[str]"], record: Format, path: str
) -> "pd.Series[str]":
    """Name the sample of each row: its experiment or else its run, and its channel if it has one.

    Parameters
    ----------
    words
        Columns by role.
    record
        Format.
    path
        File, beside which an annotation may say which runs are one sample.
    """
    runs = words["sample"] if "sample" in words else blank(next(iter(words.values())))
    if "run" in words:
        runs = runs.where(runs != "", words["run"])
    called = {r: name_run(r, record.runs) for r in runs.unique()}
    if record.has_mixtures:
        mixtures = {name_run(r): mixture for r, mixture in find_mixtures(path).items()}
        called = {r: mixtures.get(name, name) for r, name in called.items()}
    names = runs.map(called).astype(object)
    if "channel" in words:
        names = (names + " " + words["channel"]).str.strip()
    return names


def name_channel(record: Format, run: str, channel: str) -> str:
    """Name the sample of a channel of a run.

    Parameters
    ----------
    record
        Format.
    run
        Run or experiment, ``""`` if the table tells none.
    channel
        Channel.
    """
    return record.sample_name.format(run=run, channel=channel).strip()


def pivot(
    words: Words,
    value: pd.DataFrame,
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
        Values of each row, one column a channel; the column of a table without channels is ``""``.
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
    name = name_samples(words, record, text.path)
    places = _places(name, value, samples, record)
    value = value.mask(places.isna())
    keep = np.ones(len(name), dtype=bool)

    def lose(step: str, reason: str, out: "pd.Series[bool]") -> None:
        lost = keep & out.to_numpy(dtype=bool)
        fates.add(step, reason, int(lost.sum()))
        np.logical_and(keep, ~lost, out=keep)

    lose("samples", "of a sample that is not in the sheet", places.isna().all(axis=1))
    if "refused" in words:
        for reason in sorted(set(words["refused"].unique()) - {""}):
            lose("identity", reason, words["refused"] == reason)
    if localization.notna().any() and localization_min > 0:
        lose("localization", "no localisation probability", localization.isna())
        low = f"localisation probability below {localization_min:g}"
        lose("localization", low, localization < localization_min)
    if record.floor > 0 or record.zero == "missing":
        value = value.mask(value <= record.floor)
    lose("values", "no value", value.isna().all(axis=1))
    if not keep.any():
        message = f"none of the {len(name):,} rows can be used: {fates.text}"
        hint = "check the sample sheet and filters.localization_min"
        raise DataError(Problem(message, text.path, hint=hint))
    identity = [r for r in words if r not in _NO_KEY and r not in record.units]
    frame = pd.DataFrame({r: words[r][keep] for r in identity})
    key = [r for r in record.key if r in identity] or identity
    frame["__form"] = frame.groupby(key, sort=False).ngroup()
    frame["__run"] = pd.factorize(name[keep])[0]
    frame["__probability"] = localization[keep]
    if record.units:
        units = [words[role][keep] for role in record.units if role in words]
        frame["__unit"] = frame.groupby(units, sort=False).ngroup() if units else 0
    columns = pd.Index([at for _, at in samples])
    return _spread(frame, value[keep], places[keep], columns, record, text, fates, words)


def _places(
    name: "pd.Series[str]", value: pd.DataFrame, samples: Sequence[tuple[str, int]], record: Format
) -> pd.DataFrame:
    """Find the position of the sample of each value, NaN if it is not in the sheet."""
    known = dict(samples)
    runs = name.unique()
    at = {
        channel: {r: known.get(name_channel(record, r, channel) if channel else r) for r in runs}
        for channel in map(str, value)
    }
    found = {channel: name.map(places).astype(np.float64) for channel, places in at.items()}
    return pd.DataFrame(found, index=name.index)


def _spread(
    frame: pd.DataFrame,
    value: pd.DataFrame,
    places: pd.DataFrame,
    columns: "pd.Index[int]",
    record: Format,
    text: Text,
    fates: Fates,
    words: Words,
) -> Pivoted:
    """Lay the values of each peptidoform out over the samples."""
    cell = ["__form", "__run"]
    numbers = [f"__value{i}" for i in range(value.shape[1])]
    frame[numbers] = value.to_numpy()
    if not record.units:
        copy = frame.duplicated([*cell, *numbers])
        fates.add(
            "values", "duplicate of another row (same site, sample and value)", int(copy.sum())
        )
        frame, places = frame[~copy], places[~copy]
        again = frame.duplicated(cell, keep=False)
        if again.any():
            raise DataError(_ambiguous(frame[again], words, record, text))
    # Rows that repeat a signal, one a fragment or transition, count once.
    once = np.ones(len(frame), dtype=bool)
    if record.units:
        once = ~frame.duplicated([*cell, "__unit", *numbers]).to_numpy()
    best = frame.groupby("__form", sort=False)["__probability"].max()
    forms = frame["__form"]
    lead = frame[~forms.duplicated()]
    order = pd.Index(lead["__form"])
    frame, places = frame[once], places[once]
    row = order.get_indexer(pd.Index(frame["__form"]))
    block = np.full((len(order), len(columns)), np.nan)
    for number, channel in zip(numbers, places, strict=True):
        _add(block, row, columns.get_indexer(pd.Index(places[channel])), frame[number])
    kept: Words = {r: lead[r].astype(object) for r in frame.columns if not r.startswith("__")}
    kept["localization"] = best.reindex(order).set_axis(lead.index)
    weight = forms.value_counts(sort=False).reindex(order).to_numpy().astype(np.int64)
    return Pivoted(kept, pd.DataFrame(block, index=lead.index, columns=columns), weight)


def _add(
    block: NDArray[np.float64],
    row: NDArray[np.intp],
    column: NDArray[np.intp],
    value: "pd.Series[float]",
) -> None:
    """Add values to their cells, in order; cells without any stay missing."""
    number = value.to_numpy(dtype=np.float64)
    seen = ~np.isnan(number) & (column >= 0)
    at = row[seen] * block.shape[1] + column[seen]
    flat = block.reshape(-1)
    cells = np.unique(at)
    flat[cells] = np.nan_to_num(flat[cells])
    np.add.at(flat, at, number[seen])


def _ambiguous(rows: pd.DataFrame, words: Words, record: Format, text: Text) -> list[Problem]:
    """Show rows that give one site of one sample different values."""
    naming: Words = {r: words[r] for r in ("sample", "run", "channel") if r in words}
    names = name_samples(naming, record, text.path)
    hint = (
        "add a column that tells these rows apart (multiplicity, peptide), or give one value for "
        "each site and sample"
    )
    problems = []
    shown = rows.groupby(["__form", "__run"], sort=False).head(2).iloc[: 2 * _SHOWN : 2]
    for at in shown.index:
        same = rows[(rows["__form"] == rows["__form"][at]) & (rows["__run"] == rows["__run"][at])]
        other = text.first_row + int(same.index[1])
        message = f"sample '{names[at]}' has another value for the same site in row {other}"
        problems.append(Problem(message, text.path, line=text.first_row + int(at), hint=hint))
        hint = ""
    return problems

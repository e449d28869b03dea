"""A table and its plan to one row a peptidoform: parsed, interpreted, pivoted, masked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import polars as pl
from numpy.typing import NDArray

from phosres.errors import DataError, Problem
from phosres.readers import _cells, _distinct, _pivot, _placing, _rows
from phosres.readers._fasta import Fasta
from phosres.readers._fates import Fates
from phosres.readers._format import Format, Words, normalise
from phosres.readers._matching import Matched
from phosres.readers._text import Text


@dataclass(frozen=True, slots=True)
class Plan:
    """How a table will be read.

    Parameters
    ----------
    record
        Its format.
    matched
        Columns of the samples.
    roles
        Role to position.
    recognised_by
        What it was recognised by.
    """

    record: Format
    matched: Matched
    roles: Mapping[str, int]
    recognised_by: str


@dataclass(frozen=True, slots=True, eq=False)
class Tidy:
    """A table with one row a peptidoform as far as its rows tell, and one column a sample.

    Parameters
    ----------
    words
        Columns by role: text, ``""`` where empty, and numbers.
    values
        Rows x samples, columns named by position.
    row
        Row of the file each row stands in, for several the first of them.
    weight
        Rows of the file each row stands for.
    rows
        Rows of the file.
    warnings
        Sentences a user should read.
    """

    words: dict[str, pl.Series]
    values: pl.DataFrame
    row: NDArray[np.int64]
    weight: NDArray[np.int64]
    rows: int
    warnings: tuple[str, ...] = ()


def tidy_up(
    text: Text,
    plan: Plan,
    missing: Sequence[str],
    localization_min: float,
    fates: Fates,
    fasta: Fasta | None = None,
) -> Tidy:
    """Parse the columns that are needed; pivot the table if it has one row a sample.

    Parameters
    ----------
    text
        The table.
    plan
        How to read it.
    missing
        Spellings of "not measured" beyond the usual ones.
    localization_min
        Least localisation probability.
    fates
        Account, added to.
    fasta
        Sequences to place peptides in.

    Raises
    ------
    DataError
        If cells are no numbers, or rows contradict one another.
    """
    record, roles = plan.record, plan.roles
    places = {c for level in plan.matched.columns.values() for c in level if 0 <= c < text.width}
    marks = _companions(text, plan, record.marks)
    probabilities = _companions(text, plan, record.probabilities)
    channels = _channels(text, record, roles)
    numbers = {*places, *channels.values()}
    used = _needed(plan)
    words_at = {*used.values(), *marks.values(), *probabilities.values()} - numbers
    extra = (*record.missing, *missing)
    frame = _cells.parse(text, words=sorted(words_at), numbers=sorted(numbers), missing=extra)
    cells = {role: frame[str(at)] for role, at in used.items() if at not in numbers}
    if record.interpret is None and not record.is_long:
        warnings: tuple[str, ...] = ()
    else:
        index = pd.Index(text.rows - text.first_row)
        words = {role: _distinct.to_pandas(c).set_axis(index) for role, c in cells.items()}
        words = _interpret(words, record, localization_min, text)
        warnings = _doubts(words)
        if record.is_long:
            value = {c: frame[str(at)].to_numpy() for c, at in channels.items()}
            long = pd.DataFrame(value, index=index)
            tidy = _lay_out(words, long, plan, localization_min, text, fates, fasta)
            return replace(tidy, warnings=(*warnings, *tidy.warnings))
        words, notes = _place(words, record, fasta)
        cells, warnings = _distinct.from_pandas(words), (*warnings, *notes)
    if marks:
        frame, notes = _mask_marked(frame, marks, record)
        warnings += notes
    if probabilities:
        frame, cells["localization"] = _mask_uncertain(frame, probabilities, localization_min, text)
    if record.floor > 0:
        values = pl.col([str(c) for c in sorted(places)])
        frame = frame.with_columns(pl.when(values > record.floor).then(values))
    weight = np.ones(len(frame), dtype=np.int64)
    return Tidy(cells, frame, text.rows, weight, len(frame), warnings)


def _needed(plan: Plan) -> dict[str, int]:
    """Choose the roles that are read; formats with code of their own may need any."""
    if plan.record.interpret is not None or plan.record.is_long:
        return dict(plan.roles)
    skip = {"fasta"} if "gene" in plan.roles else set()
    return {r: at for r, at in plan.roles.items() if r in _rows.ROLES and r not in skip}


def _interpret(words: Words, record: Format, localization_min: float, text: Text) -> Words:
    """Let the format say what its columns mean."""
    if record.interpret is not None:
        words = record.interpret(words)
    if localization_min > 0:
        words = _refuse_scores(words, record)
    words = _placing.localize(words, localization_min)
    _refuse_bare(words, text)
    return words


def _lay_out(
    words: Words,
    value: pd.DataFrame,
    plan: Plan,
    localization_min: float,
    text: Text,
    fates: Fates,
    fasta: Fasta | None,
) -> Tidy:
    """Turn a table with one row a signal and sample into one row a peptidoform."""
    cells = _distinct.from_pandas({r: c for r, c in words.items() if r == "localization"})
    blank = pl.Series([""], dtype=pl.String).new_from_index(0, len(value))
    read = _rows.read_localization(cells.get("localization"), blank, text, plan.roles)
    certain = pd.Series(read.to_numpy(), index=value.index, dtype=np.float64)
    samples, record = plan.matched.samples, plan.record
    pivoted = _pivot.pivot(words, value, samples, record, certain, localization_min, text, fates)
    placed, notes = _place(pivoted.words, record, fasta)
    columns = [str(at) for at in pivoted.values.columns]
    values = pl.DataFrame(pivoted.values.to_numpy(), schema=columns, orient="row").fill_nan(None)
    row = text.first_row + pivoted.values.index.to_numpy(dtype=np.int64)
    return Tidy(_distinct.from_pandas(placed), values, row, pivoted.weight, len(value), notes)


def _refuse_bare(words: Words, text: Text) -> None:
    """Refuse a table of peptides of which none carries a phosphate."""
    if "phospho" in words and not words["phospho"].ne("").any():
        message = f"none of the {len(words['phospho']):,} peptides of the table is phosphorylated"
        hint = "name the table of a search for phosphorylation (STY)"
        raise DataError(Problem(message, text.path, hint=hint))


def _place(words: Words, record: Format, fasta: Fasta | None) -> tuple[Words, tuple[str, ...]]:
    """Give the peptides of a table of peptides their sites."""
    return _placing.place(words, fasta, record.advice) if "bare" in words else (words, ())


def _channels(text: Text, record: Format, roles: Mapping[str, int]) -> dict[str, int]:
    """Find the columns of values of a table with one row a signal and run."""
    if record.has_channels:
        return {channel: at for at, channel, _ in record.match_samples(text.header)}
    return {"": roles["value"]} if record.is_long else {}


def _refuse_scores(words: Words, record: Format) -> Words:
    """Refuse rows whose score of localisation, which is no probability, is too low."""
    refused = words.get("refused")
    for role, least in record.scores.items():
        if role in words and refused is not None:
            low = pd.to_numeric(words[role], errors="coerce") < least
            reason = f"localisation score below {least:g}"
            refused = refused.mask((refused == "") & low, reason)
            words = {**words, "refused": refused}
    return {r: c for r, c in words.items() if r not in record.scores}


def _companions(text: Text, plan: Plan, pattern: str) -> dict[int, int]:
    """Find for each sample column the one that says something about its values."""
    if not pattern:
        return {}
    found = plan.record.match_companions(pattern, text.header)
    used = {c for level in plan.matched.columns.values() for c in level if c >= 0}
    own = {at: normalise(sample) for at, sample, _ in plan.record.match_samples(text.header)}
    return {at: found[own[at]] for at in sorted(used) if own.get(at) in found}


def _mask_marked(
    frame: pl.DataFrame, marks: Mapping[int, int], record: Format
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Blank values that the file says were not measured but filled in."""
    words = [word.lower() for word in record.unmeasured]
    value = {at: pl.col(str(at)) for at in marks}
    filled = {at: pl.col(str(mark)).str.to_lowercase().is_in(words) for at, mark in marks.items()}
    out = frame.select((filled[at] & value[at].is_not_null()).sum() for at in marks)
    count = sum(out.row(0))
    frame = frame.with_columns(pl.when(~filled[at]).then(value[at]) for at in marks)
    shown = " or ".join(f"'{word}'" for word in record.unmeasured)
    text = f"{count:,} values marked {shown} were filled in by the program: taken as not measured"
    return frame, ((text,) if count else ())


def _mask_uncertain(
    frame: pl.DataFrame, probabilities: Mapping[int, int], localization_min: float, text: Text
) -> tuple[pl.DataFrame, pl.Series]:
    """Blank values whose site is not localised in their sample; give the best probability too."""
    best: list[pl.Series] = []
    for at, column in probabilities.items():
        cells = frame[str(column)].replace(dict.fromkeys(_cells.MISSING, ""))
        certain = _rows.read_localization(cells, cells, text, {"localization": column})
        low = (certain < localization_min).fill_null(value=False)
        if localization_min > 0:
            frame = frame.with_columns(frame[str(at)].set(low, None))
        best.append(certain.set(frame[str(at)].is_null() & ~low, None).alias(str(at)))
    return frame, pl.DataFrame(best).max_horizontal()


def _doubts(words: Words) -> tuple[str, ...]:
    """Say what is doubtful about rows, and of how many."""
    if "doubt" not in words:
        return ()
    counts = words["doubt"][words["doubt"] != ""].value_counts()
    return tuple(f"{int(n):,} rows: {why}" for why, n in sorted(counts.to_dict().items()))

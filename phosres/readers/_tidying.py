"""A table and its plan to one row a peptidoform: parsed, interpreted, pivoted, masked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.errors import DataError, Problem
from phosres.readers import _cells, _pivot, _placing, _rows
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
        Columns by role.
    values
        Rows x samples, columns named by position.
    weight
        Rows of the file each row stands for.
    rows
        Rows of the file.
    warnings
        Sentences a user should read.
    """

    words: Words
    values: pd.DataFrame
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
    words_at = {*roles.values(), *marks.values(), *probabilities.values()} - numbers
    extra = (*record.missing, *missing)
    frame = _cells.parse(text, words=sorted(words_at), numbers=sorted(numbers), missing=extra)
    words = {role: frame[at] for role, at in roles.items() if at not in numbers}
    if record.interpret is not None:
        words = record.interpret(words)
    if localization_min > 0:
        words = _refuse_scores(words, record)
    words = _placing.localize(words, localization_min)
    _refuse_bare(words, text)
    warnings = _doubts(words)
    if record.is_long:
        blank = next(iter(words.values()))
        certain = _rows.read_localization(words.get("localization"), blank, text, roles)
        samples = plan.matched.samples
        value = frame[list(channels.values())].set_axis(list(channels), axis=1)
        pivoted = _pivot.pivot(
            words, value, samples, record, certain, localization_min, text, fates
        )
        values, weight = pivoted.values, pivoted.weight
        placed, notes = _place(pivoted.words, record, fasta)
        return Tidy(placed, values, weight, len(frame), (*warnings, *notes))
    if marks:
        warnings += _mask_marked(frame, marks, record)
    if probabilities:
        certain = _mask_uncertain(frame, probabilities, localization_min, text)
        words["localization"] = certain.astype(object)
    if record.floor > 0:
        block = frame[sorted(places)]
        frame[sorted(places)] = block.mask(block <= record.floor)
    weight = np.ones(len(frame), dtype=np.int64)
    placed, notes = _place(words, record, fasta)
    return Tidy(placed, frame, weight, len(frame), (*warnings, *notes))


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


def _mask_marked(frame: pd.DataFrame, marks: Mapping[int, int], record: Format) -> tuple[str, ...]:
    """Blank values that the file says were not measured but filled in."""
    count = 0
    words = [word.casefold() for word in record.unmeasured]
    for at, mark in marks.items():
        out = frame[mark].str.casefold().isin(words) & frame[at].notna()
        frame[at] = frame[at].mask(out)
        count += int(out.sum())
    shown = " or ".join(f"'{word}'" for word in record.unmeasured)
    text = f"{count:,} values marked {shown} were filled in by the program: taken as not measured"
    return (text,) if count else ()


def _mask_uncertain(
    frame: pd.DataFrame, probabilities: Mapping[int, int], localization_min: float, text: Text
) -> "pd.Series[float]":
    """Blank values whose site is not localised in their sample; return the best probability."""
    best: list[pd.Series[float]] = []
    for at, column in probabilities.items():
        cells = frame[column].mask(frame[column].isin(_cells.MISSING), "")
        certain = _rows.read_localization(cells, cells, text, {"localization": column})
        if localization_min > 0:
            frame[at] = frame[at].mask(certain < localization_min)
        best.append(certain.where(frame[at].notna() | (certain < localization_min)))
    return pd.concat(best, axis=1).max(axis=1)


def _doubts(words: Words) -> tuple[str, ...]:
    """Say what is doubtful about rows, and of how many."""
    if "doubt" not in words:
        return ()
    counts = words["doubt"][words["doubt"] != ""].value_counts()
    return tuple(f"{int(n):,} rows: {why}" for why, n in sorted(counts.to_dict().items()))

"""Tables whose values are changes already: are they, of which samples, and on which scale."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.errors import DataError, Problem
from phosres.readers._changes import Change, find_changes, find_signed_p
from phosres.readers._format import Format, normalise
from phosres.readers._kinds import peek
from phosres.readers._matching import Matched
from phosres.readers._recognition import candidates
from phosres.readers._scale import MOST_LOG2, Scale
from phosres.readers._text import Text
from phosres.readers.formats import GENERIC

SUBJECT = "all"
"""Subject of changes that nobody said anything about."""
_SAMPLES = 4
"""Columns of one magnitude from which on a table holds samples, two a side, beside its changes."""
_ALIKE = 3.0
"""Samples of one experiment lie within a factor of eight of the middle one (log2)."""
_BESIDE = re.compile(
    r"(?:^|\.)(?:conf|ci|sigma|avg\w*|ave\w*|mean|median|n|nr\w*|num\w*|count\w*|b|f|z|lods?|rank|"
    r"score|std?|sd|var|cv|missing\w*|imputation\w*|low|high|upper|lower|min|max|significant|sca)"
    r"(?:\.|$)"
)
"""Words of further statistics of contrast tables."""
_PEEK_ROWS = 200
_ENOUGH = 20
"""From this many changes on, none within one log2 unit of zero is no accident."""


@dataclass(frozen=True, slots=True)
class Given:
    """Whether the values of a table are changes, and where they stand.

    Parameters
    ----------
    changes
        Sample to its column.
    warnings
        Sentences a user should read.
    """

    changes: Mapping[str, Change] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def suggest(text: Text, record: Format) -> list[Change]:
    """List the columns of changes, unless the table holds the samples they come from as well.

    Parameters
    ----------
    text
        The table.
    record
        Its format.
    """
    changes = offer(text, record)
    if not changes:
        return []
    taken = {c.at for c in changes} | {at for c in changes for at in c.beside.values()}
    others = [c.at for c in candidates(text, record) if c.at not in taken]
    others = [at for at in others if not _BESIDE.search(normalise(text.header[at]))]
    numbers = peek(text, others, rows=_PEEK_ROWS).apply(pd.to_numeric, errors="coerce")
    medians = np.log2(numbers[numbers > 0].median())
    alike = np.isfinite(medians) & ((medians - medians.median()).abs() <= _ALIKE)
    return [] if int(alike.sum()) >= _SAMPLES else changes


def offer(text: Text, record: Format) -> list[Change]:
    """List the columns of changes in a table that no program's format claims.

    Parameters
    ----------
    text
        The table.
    record
        Its format.
    """
    return find_changes(text.header) if record is GENERIC else []


def make_sheet(text: Text, record: Format, values: str) -> pd.DataFrame:
    """Make the sample sheet of a table of changes that came without one.

    Parameters
    ----------
    text
        The table.
    record
        Its format.
    values
        ``change`` if the user says that the table holds changes, else ``auto``.

    Returns
    -------
    One sample a column of changes; its condition is what the header says was compared, else the
    header itself.

    Raises
    ------
    DataError
        If the table is not known to hold changes.
    """
    found = offer(text, record)
    named = [(c.header, c.name or c.header) for c in found]
    if not named and values == "change":
        names = dict.fromkeys(c.sample for c in candidates(text, record))
        named = [(name, name) for name in names]
    if not named:
        message = "a sample sheet is needed: the table holds values of samples, or does not say"
        hint = (
            "write one with the columns sample, subject and condition (`phosres init` drafts it); "
            "if the values are changes on treatment against before, set input.values: change"
        )
        if signed := find_signed_p(text.header):
            header = text.header[signed[0]]
            message = f"'{header}' says how sure each change is, not how large: no size is given"
            hint = "add the log2 fold changes, or the values of the samples with a sample sheet"
        raise DataError(Problem(message, text.path, hint=hint))
    frame = pd.DataFrame(named, columns=pd.Index(["sample", "condition"]))
    return frame.assign(subject=SUBJECT)


def find_given(text: Text, record: Format, matched: Matched, values: str) -> Given | None:
    """Tell whether the samples of a sheet are changes; None if they are not.

    Parameters
    ----------
    text
        The table.
    record
        Its format.
    matched
        Columns of the samples.
    values
        As the configuration says.
    """
    if values not in ("auto", "change"):
        return None
    at = {c.at: c for c in find_changes(text.header)}
    places = dict(
        zip(matched.sheet.frame.index, (place for _, place in matched.samples), strict=True)
    )
    changes = {str(name): at[place] for name, place in places.items() if place in at}
    if values == "change":
        return Given(changes)
    if record is not GENERIC or not places or len(changes) < len(places):
        return None
    first = next(iter(changes.values()))
    beside = ", ".join(f"'{text.header[c]}'" for c in sorted(first.beside.values()))
    warning = (
        f"'{first.header}' stands beside {beside}, so the values were taken for changes, on "
        "treatment against before; set input.values: change to confirm, or ratio if they are not"
    )
    return Given(changes, (warning,))


def decide_scale(
    values: NDArray[np.float64], given: Given, path: str, *, declared: str, by: str
) -> Scale:
    """Decide whether changes are log2 or fold changes, or say why it cannot be decided.

    Parameters
    ----------
    values
        Rows x samples as they stand in the file.
    given
        Their columns.
    path
        File, for messages.
    declared
        ``linear``, ``log2`` or ``auto``.
    by
        Who declared it, for messages.

    Raises
    ------
    DataError
        If there are no values, or they fit no scale or not the declared one.
    """
    seen = values[np.isfinite(values) & (values != 0)]
    if not len(seen):
        hint = "check that the sample sheet names the columns with changes"
        raise DataError(Problem("the changes have no value", path, hint=hint))
    look = f"median {np.median(seen):.4g}, range {seen.min():.4g} to {seen.max():.4g}"
    logged = bool(given.changes) and all(c.base == "log2" for c in given.changes.values())
    named = declared == "auto" and logged
    scale = "log2" if named else declared
    how = f"declared by {by}" if declared != "auto" else "as the header says"
    gap = len(seen) >= _ENOUGH and bool((np.abs(seen) >= 1).all()) and bool((seen < 0).any())
    if scale == "auto":
        how = "told from the values"
        if gap:
            message = f"no change lies between -1 and 1 ({look}): log2, or folds such as -2 for 1/2"
            hint = "set input.scale to 'log2' or 'linear'"
            raise DataError(Problem(message, path, hint=hint))
        scale = "log2" if (seen < 0).any() else "linear"
    if scale == "log2" and np.abs(seen).max() > MOST_LOG2:
        message = f"changes beyond 2**{MOST_LOG2:.0f} do not exist ({how}: log2; {look})"
        raise DataError(Problem(message, path, hint="set input.scale: linear, or correct them"))
    if scale == "linear" and (seen < 0).any() and not gap:
        message = f"linear changes cannot be negative ({how}: linear; {look})"
        raise DataError(Problem(message, path, hint="set input.scale: log2"))
    signed = " with a sign, -2 for a half" if scale == "linear" and gap else ""
    kind = f"{scale} changes{signed}"
    warnings = []
    if declared == "auto" and scale == "linear":
        warnings.append(
            f"the changes were taken for ratios on a linear scale ({look}); "
            "if they are log2, set input.scale: log2"
        )
    return Scale(
        "log2" if scale == "log2" else "linear", "change", f"{kind}, {how} ({look})",
        tuple(warnings),
    )  # fmt: skip

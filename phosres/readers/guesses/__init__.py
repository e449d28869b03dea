"""What the names of samples say: subject, condition, timepoint, replicate; every guess marked."""

from collections.abc import Sequence

import pandas as pd

from phosres.readers.guesses._known import are_channels, read_barcodes
from phosres.readers.guesses._roles import Guess, guess_places, guess_words
from phosres.readers.guesses._tokens import align, find_strangers
from phosres.readers.guesses._vocabulary import is_before

__all__ = ["guess", "is_before", "note_row"]

_COLUMNS = ("subject", "condition", "timepoint", "replicate")


def guess(samples: Sequence[str]) -> pd.DataFrame:
    """Guess subject, condition, timepoint and replicate from the names of samples.

    Parameters
    ----------
    samples
        Names.

    Returns
    -------
    Columns sample, subject, condition, timepoint, replicate and guessed, and ``exclude`` if
    columns of numbers are named unlike the samples. Nothing is guessed of a name that says nothing.
    """
    strangers = set(find_strangers(samples))
    mine = [s for s in samples if s not in strangers]
    found, why = _guess(mine)
    frame = pd.DataFrame({"sample": mine}, dtype=object)
    for column in _COLUMNS:
        frame[column] = getattr(found, column) if found else ""
    if not strangers:
        frame["guessed"] = [why or note_row(row) for row in _rows(frame)]
        return frame
    frame["exclude"] = ""
    frame["guessed"] = [why or note_row(row) for row in _rows(frame)]
    frame = frame.set_index("sample").reindex(list(samples)).fillna("")
    frame.loc[sorted(strangers), ["exclude", "guessed"]] = (
        "yes",
        "named unlike the samples, so set aside: check",
    )
    return frame.reset_index().astype(object)


def _guess(samples: Sequence[str]) -> tuple[Guess | None, str]:
    """Return what is guessed, and why nothing is."""
    if are_channels(samples):
        return None, "a reporter channel says nothing of its sample: fill in subject and condition"
    if barcodes := read_barcodes(samples):
        subjects, conditions = ([b[at] for b in barcodes] for at in (0, 1))
        blank = [""] * len(samples)
        return Guess(subjects, conditions, blank, blank), ""
    words = align(samples)
    found = guess_words(samples) if words is None else guess_places(words, samples)
    if found is None or not any(found.subject + found.condition):
        return None, "nothing could be guessed: fill in subject and condition"
    return found, ""


def _rows(frame: pd.DataFrame) -> list[dict[str, str]]:
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.to_numpy().tolist()]


def note_row(row: dict[str, str]) -> str:
    """Say what of a row was guessed, and what is left to fill in.

    Parameters
    ----------
    row
        Column to cell.
    """
    columns = [c for c in _COLUMNS if row[c]]
    empty = [c for c in ("subject", "condition") if not row[c]]
    text = f"{', '.join(columns)} guessed from the name: check" if columns else ""
    return "; ".join(p for p in (text, f"fill in {' and '.join(empty)}" if empty else "") if p)

"""What the words of sample names mean: the roles of their places, or of each word by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from phosres.readers.guesses._tokens import cut
from phosres.readers.guesses._vocabulary import (
    is_before,
    is_group,
    is_replicate,
    is_state,
    is_time,
)

_MOST_CONDITIONS = 6
"""Levels up to which words that are not known may be taken for conditions."""
_RUN_DIGITS = 4
"""Digits from which a number is a date or counts runs."""
_TOLD = 0.7
"""Share of the names in which a state or time must be found, if their words do not line up."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What was guessed of each sample, ``""`` where nothing was."""

    subject: list[str]
    condition: list[str]
    timepoint: list[str]
    replicate: list[str]


def guess_places(words: pd.DataFrame, samples: Sequence[str]) -> Guess:
    """Guess from names whose words line up.

    Parameters
    ----------
    words
        One row a name, one column a place.
    samples
        Names.
    """
    once = words.T.drop_duplicates().index
    differ = [int(at) for at in once if len(words[at].unique()) > 1]
    time = next((at for at in differ if _is_time(words[at])), None)
    state = next((at for at in differ if at != time and _is_state(words[at])), None)
    rest = [at for at in differ if at not in (time, state) and not _is_run(words[at])]
    replicate = rest[-1] if rest and _is_replicate(words[rest[-1]], rest, differ) else None
    rest = [at for at in rest if at != replicate]
    blank = [""] * len(samples)
    if time is None and state is None:
        state = _fallback(words, rest, with_replicate=replicate is not None)
        if state is None:
            return Guess(blank, blank, blank, blank)
        rest = [at for at in rest if at != state and any(len(w) > 1 for w in words[at])]
        if replicate is None:
            replicate = next((at for at in rest if _restarts(words[at])), None)
            rest = [at for at in rest if at != replicate]
    times = blank if time is None else words[time].to_list()
    conditions = words[state].to_list() if state is not None else name_times(times)
    numbers = blank if replicate is None else words[replicate].to_list()
    recurring = [at for at in rest if words[at].duplicated(keep=False).mean() > 0.5]
    genotypes = all(is_group(w) for at in recurring for w in words[at])
    if recurring and not (genotypes and replicate is None):
        subjects = words[recurring].agg("_".join, axis=1).to_list()
        if genotypes:
            subjects = [f"{s}_{n}" for s, n in zip(subjects, numbers, strict=True)]
            numbers = blank
    elif replicate is None and any(not w.isdigit() for at in rest for w in words[at]):
        subjects = words[rest].agg("_".join, axis=1).to_list()
    elif len(set(zip(conditions, numbers, strict=True))) < len(samples):
        subjects = [f"{c}_{n}" if n else "" for c, n in zip(conditions, numbers, strict=True)]
        numbers = blank
    else:
        subjects = list(samples) if rest or replicate is not None else blank
    return Guess(subjects, conditions, times, numbers)


def _is_time(words: "pd.Series[str]") -> bool:
    distinct = words.unique()
    if len(distinct) == len(words) and len(words) > 2:
        return False
    if all(w.isdigit() for w in distinct):  # 0, 6, 24: bare numbers need a zero to be times
        return "0" in distinct and len(distinct) <= _MOST_CONDITIONS
    known = all(is_time(w) or is_before(w) for w in distinct)
    return known and any(is_time(w) for w in distinct)


def _is_state(words: "pd.Series[str]") -> bool:
    distinct = words.unique()
    balanced = len(distinct) < len(words) or len(words) == 2
    return balanced and (any(map(is_before, distinct)) or all(map(is_state, distinct)))


def _is_run(words: "pd.Series[str]") -> bool:
    """Tell dates and numbers of runs: all digits, and at least four."""
    return all(w.isdigit() and len(w) >= _RUN_DIGITS for w in words)


def _is_replicate(words: "pd.Series[str]", rest: Sequence[int], differ: Sequence[int]) -> bool:
    """Numbers at the end of names that recur with what is before them count replicates."""
    if len(words.unique()) == len(words):
        return False
    named = all(is_replicate(w, named=True) for w in words)
    return named or (len(differ) > 1 and rest[-1] == differ[-1] and all(map(is_replicate, words)))


def _fallback(words: pd.DataFrame, rest: Sequence[int], *, with_replicate: bool) -> int | None:
    """Take the place with the fewest words, each of them in several names, for the condition."""
    options: list[tuple[bool, bool, int, int]] = []
    for at in (at for at in rest if not all(w.isdigit() for w in words[at])):
        counts = words[at].value_counts()
        others = [c for c in rest if c != at]
        recurs = any(words[c].duplicated(keep=False).mean() > 0.5 for c in others)
        if len(counts) <= _MOST_CONDITIONS and counts.min() > 1 and (with_replicate or recurs):
            has_digits = any(c.isdigit() for word in counts.index for c in word)
            options.append((all(map(is_group, counts.index)), has_digits, len(counts), at))
    return min(options)[-1] if options else None


def _restarts(words: "pd.Series[str]") -> bool:
    """Tell whether numbers count from one, as replicates of each condition do."""
    return all(w.isdigit() for w in words) and 1 in {int(w) for w in words}


def name_times(times: Sequence[str]) -> list[str]:
    """Make conditions of times: ``pre`` for those before treatment, if there are any.

    Parameters
    ----------
    times
        Times, ``""`` where unknown.
    """
    if not any(is_before(t) for t in times):
        return list(times)
    return ["pre" if is_before(t) else f"on_{t}" if t else "" for t in times]


def guess_words(samples: Sequence[str]) -> Guess | None:
    """Guess from names whose words do not line up, each by its own words.

    Parameters
    ----------
    samples
        Names.

    Returns
    -------
    None if too few of them name a state or time.
    """
    cut_up = [cut(s) for s in samples]
    common = set.intersection(*(set(words) for words in cut_up)) if cut_up else set()
    rows = [_read(words, common) for words in cut_up]
    if sum(bool(state or time) for _, state, time, _ in rows) < _TOLD * len(rows):
        return None
    subjects, states, times, numbers = (list(column) for column in zip(*rows, strict=True))
    named = name_times(times)
    conditions = [s or t for s, t in zip(states, named, strict=True)]
    return Guess(subjects, conditions, times, numbers)


def _read(words: Sequence[str], common: set[str]) -> tuple[str, str, str, str]:
    """Return subject, state, time and replicate of one name."""
    state = next((w for w in reversed(words) if w not in common and is_state(w)), "")
    time = next((w for w in reversed(words) if w not in common and is_time(w)), "")
    rest = [w for w in words if w not in common and w not in (state, time)]
    number = ""
    if len(rest) > 1 and is_replicate(rest[-1]):
        number = rest.pop()
    return "_".join(rest), "" if state == time else state, time, number

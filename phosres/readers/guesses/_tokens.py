"""Names of samples cut into words."""

import re
from collections import Counter
from collections.abc import Sequence

import pandas as pd

from phosres.readers.guesses._known import is_barcode
from phosres.readers.guesses._vocabulary import is_state, is_time

# A point between digits belongs to the word: Hepa1.6, 0.5h.
_BETWEEN = re.compile(r"[_\- /,:]+|(?<!\d)\.+|\.+(?!\d)")
_RUNS = re.compile(r"[A-Za-z]+|\d+(?:\.\d+)?")
_LETTERS_DIGITS = re.compile(r"(.*[A-Za-z])(\d{1,2})")
_LOOSE_UNIT = re.compile(
    r"(?<![A-Za-z\d])(\d+(?:\.\d+)?)[ _]+(min|minutes?|h|hrs?|hours?|d|days?|weeks?)(?![A-Za-z\d])",
    re.IGNORECASE,
)
_USUAL = 0.6
"""Share of the names that must have one number of words for it to be the usual one."""


def cut(name: str) -> list[str]:
    """Cut a name at the marks between its words; a number and its unit stay together.

    Parameters
    ----------
    name
        Name of a sample.
    """
    return [p for p in _BETWEEN.split(_LOOSE_UNIT.sub(r"\1\2", name)) if p]


def find_strangers(samples: Sequence[str]) -> list[str]:
    """Name the columns of numbers that are named unlike the samples, such as ``row``.

    Parameters
    ----------
    samples
        Names.
    """
    coded = [s for s in samples if is_barcode(s)]
    if len(coded) > _USUAL * len(samples):
        return [s for s in samples if s not in coded]
    words = {s: cut(s) for s in samples}
    (usual, count), *_ = Counter(len(w) for w in words.values()).most_common(1) or [(0, 0)]
    if usual < 2 or count < max(2, _USUAL * len(words)):
        return []
    vocabulary = {w for ws in words.values() if len(ws) == usual for w in ws}
    return [
        s
        for s, ws in words.items()
        if len(ws) != usual and not any(w in vocabulary or is_state(w) or is_time(w) for w in ws)
    ]


def align(samples: Sequence[str]) -> pd.DataFrame | None:
    """Cut names into equally many words, at the marks or else between letters and digits.

    Parameters
    ----------
    samples
        Names.

    Returns
    -------
    One row a name, one column a place; None if the names differ in their number of words.
    """
    for split in (cut, _RUNS.findall):
        parts = [split(s) for s in samples]
        if len({len(p) for p in parts}) == 1 and len(parts[0]) > 1:
            return _split_numbered(pd.DataFrame(parts, dtype=object))
    return None


def _split_numbered(words: pd.DataFrame) -> pd.DataFrame:
    """Split words such as D1 to D4 and L1 to L4, whose numbers recur with each of their letters."""
    columns = []
    for at in words:
        found = [_LETTERS_DIGITS.fullmatch(w) for w in words[at]]
        pairs = {(m[1], m[2]) for m in found if m}
        letters, digits = {p[0] for p in pairs}, {p[1] for p in pairs}
        crossed = (
            len(letters) > 1 and len(digits) > 1 and len(pairs) > len(letters) * len(digits) / 2
        )
        if all(found) and crossed and len(letters) < len(pairs):
            columns.append([m[1] for m in found if m])
            columns.append([m[2] for m in found if m])
        else:
            columns.append(words[at].to_list())
    return pd.DataFrame(dict(enumerate(columns)), dtype=object)

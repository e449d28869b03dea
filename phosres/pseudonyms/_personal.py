"""Whether an id looks as if it told who somebody is.

Heuristics, stated one by one; a warning follows, never a refusal. What they miss is not shown to be
harmless, and what they find may be: it is for the user to look.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
_TWO_DIGITS = r"(?:0[1-9]|[12]\d|3[01])"
_ARCHIVES = r"(?:GS[EM]|SAM(?:N|EA|D)|[SED]RR|[SED]RS|PXD|MSV|EGA[A-Z]|PDC|JPST)"
"""Accession numbers of public archives have as many digits as record numbers of hospitals."""
_COMMON = frozenset({
    "patient", "subject", "donor", "case", "control", "controls", "sample", "tumour", "tumor",
    "normal", "healthy", "mouse", "rat", "human", "cell", "cells", "line", "clone", "group",
    "cohort", "batch", "replicate", "rep", "pre", "post", "on", "off", "before", "after", "day",
    "week", "month", "treated", "untreated", "vehicle", "drug", "dose", "left", "right",
    "primary", "metastasis", "biopsy", "blood", "plasma", "tissue", "kidney", "liver", "lung",
    "breast", "colon", "brain", "muscle", "skin", "bone", "pool", "reference", "ref", "blank",
    "high", "low", "wild", "type", "knockout", "wt", "ko", "baseline", "progression", "relapse",
    "arm", "site", "run", "plex", "channel", "short", "long", "early", "late", "resistant",
    "sensitive", "parental", "responder", "alpha", "beta", "gamma", "delta",
})  # fmt: skip
"""Words that two capitals do not make a person's name."""

KINDS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "an e-mail address": re.compile(r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}"),
        "a date": re.compile(
            rf"(?<!\d)(?:{_YEAR}[-_./ ]?(?:0[1-9]|1[0-2])[-_./ ]?{_TWO_DIGITS}"
            rf"|{_DAY}[-./]{_MONTH}[-./](?:{_YEAR}|\d\d)|{_MONTH}/{_DAY}/(?:{_YEAR}|\d\d))(?!\d)"
        ),
        "a record number (seven digits or more)": re.compile(r"(?<!\d)\d{7,}(?!\d)"),
    }
)
"""What an id may hold, and the pattern it is known by."""
_ARCHIVED = re.compile(rf"{_ARCHIVES}\d+", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)?")
_NAME_MARKS = re.compile(r",\s*|[ _.]")
_FORMULA = re.compile(r"[=+\-@\t\r]")


def find_personal(id_: str) -> str:
    """Say what an id seems to hold that belongs to a person; empty if nothing is seen.

    Parameters
    ----------
    id_
        Id of a subject, sample or run.

    Returns
    -------
    ``an e-mail address``, ``a date`` (of birth, of a visit), ``a record number``, ``a name`` (two
    or three capitalised words of at least three letters, none of them common in a laboratory,
    joined by a blank, comma, point or underscore), or ``""``.
    """
    for kind, pattern in KINDS.items():
        if pattern.search(_ARCHIVED.sub("", id_)):
            return kind
    parts = _NAME_MARKS.split(id_.strip())
    words = [p for p in parts if _WORDS.fullmatch(p)]
    capital = [w for w in words if len(w) >= 3 and w == w.title()]
    is_name = 2 <= len(capital) <= 3 and capital == parts[: len(capital)]
    common = any(w.casefold() in _COMMON for w in capital)
    return "a name" if is_name and not common else ""


def warn_of_ids(ids: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Warn of ids that look personal, and of those that a spreadsheet takes for a formula.

    Parameters
    ----------
    ids
        Ids by what they name: ``{"subject": [...], "sample": [...]}``.

    Returns
    -------
    Sentences that name no id.
    """
    found = []
    for what, given in ids.items():
        distinct = list(dict.fromkeys(given))
        kinds = [kind for kind in map(find_personal, distinct) if kind]
        if kinds:
            said = " and ".join(dict.fromkeys(kinds))
            found.append(
                f"{len(kinds):,} of {len(distinct):,} {what} names look as if they tell who "
                f"somebody is ({said}): give them pseudonyms, input.pseudonyms or "
                "input.pseudonym_key"
            )
        formulas = sum(bool(_FORMULA.match(id_)) for id_ in distinct)
        if formulas:
            found.append(
                f"{formulas:,} of {len(distinct):,} {what} names begin with =, +, - or @, which a "
                "spreadsheet may take for a formula: import the tables as text; they hold the "
                "names as they are"
            )
    return tuple(found)

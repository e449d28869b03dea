"""How numbers, names and statuses are written in the report, each in one place."""

import hashlib
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

import pandas as pd

GLYPHS: Mapping[str, str] = {
    "up": "▲",
    "down": "▼",
    "unchanged": "■",
    "inconclusive": "○",
    "not_measured": "×",
    "yes": "●",
    "no": "–",
    "not_assessable": "?",
    "ok": "✓",
    "warn": "!",
    "fail": "✕",
}
"""A glyph for each status, so that meaning never hangs on colour alone."""

MAX_NAME = 40
"""Characters of a name that are shown; the whole name is in the title."""

# Characters that change the direction or the display of the text that follows them.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_ISOLATES = "\N{FIRST STRONG ISOLATE}\N{POP DIRECTIONAL ISOLATE}"


def clean(text: str, *, isolates: bool = False) -> str:
    """Replace control and direction characters, which could hide or reverse what follows.

    Parameters
    ----------
    text
        Any text of the user.
    isolates
        True to leave the marks of `name`, which keep a right-to-left name to itself.
    """
    kept = _ISOLATES if isolates else ""
    return _INVISIBLE.sub(lambda m: m[0] if m[0] in kept else "\N{REPLACEMENT CHARACTER}", text)


def elide(text: str, limit: int = MAX_NAME) -> str:
    """Shorten a name in the middle, keeping both ends.

    Parameters
    ----------
    text
        The name.
    limit
        Characters to show.
    """
    text = clean(text)
    if len(text) <= limit:
        return text
    head = (limit - 1) * 2 // 3
    return f"{text[:head]}…{text[len(text) - (limit - 1 - head) :]}"


def name(text: str) -> str:
    """Write a user's name inside a sentence: short, and isolated if it runs right to left.

    Parameters
    ----------
    text
        The name.
    """
    short = elide(text)
    if any(unicodedata.bidirectional(c) in ("R", "AL") for c in short):
        return f"\N{FIRST STRONG ISOLATE}{short}\N{POP DIRECTIONAL ISOLATE}"
    return short


def words(status: str) -> str:
    """Write a status or an identifier of ours in words.

    Parameters
    ----------
    status
        For example ``not_measured``.
    """
    return status.replace("_", " ")


def label(identifier: str) -> str:
    """Write the id of a readout, set or call as one reads it.

    Parameters
    ----------
    identifier
        For example ``S6_S235_S236`` (``S6 S235/S236``), ``4EBP1`` (``4E-BP1``), ``MTORC1``
        (``mTORC1``) or ``AKT_FEEDBACK`` (``AKT feedback``).
    """
    head = clean(identifier).replace("4EBP", "4E-BP").replace("MTORC", "mTORC")
    head, *rest = head.replace(".", "_").split("_")
    if rest and all(re.fullmatch(r"[STY]\d+", part) for part in rest):
        return f"{head} {'/'.join(rest)}"
    whole_words = {"BYPASS", "FEEDBACK", "ACTIVITY", "REACTIVATION", "INPUT", "ENGAGEMENT"}
    return " ".join([head, *(p.lower() if p in whole_words else p for p in rest)])


def is_missing(value: Any) -> bool:
    """Tell whether a cell is empty: None, NaN or NA.

    Parameters
    ----------
    value
        A scalar.
    """
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def log2(value: Any) -> str:
    """Write a change on the log2 scale, signed, two decimals.

    Parameters
    ----------
    value
        The change; empty if missing.
    """
    if is_missing(value):
        return ""
    text = f"{float(value):+.2f}"
    return "0.00" if text in ("-0.00", "+0.00") else text


def plain(value: Any) -> str:
    """Write a number with three significant digits.

    Parameters
    ----------
    value
        The number; empty if missing.
    """
    if is_missing(value):
        return ""
    number = float(value)
    if number == round(number) and abs(number) < 1e15:
        return f"{int(number):,}"
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}"


def size(value: Any) -> str:
    """Write a standard error, a detectable change or a weight: two decimals, more if it is small.

    Parameters
    ----------
    value
        The number, not negative; empty if missing.
    """
    if is_missing(value):
        return ""
    return f"{float(value):.2f}" if float(value) >= 0.1 else f"{float(value):.2g}"


def interval(low: Any, high: Any) -> str:
    """Write an interval of changes.

    Parameters
    ----------
    low, high
        Its ends, log2; empty if missing.
    """
    return "" if is_missing(low) or is_missing(high) else f"{log2(low)} to {log2(high)}"


def p_value(value: Any) -> str:
    """Write a p or q value with two significant digits, never as 0.

    Parameters
    ----------
    value
        The p value; empty if missing.
    """
    if is_missing(value):
        return ""
    return "<0.0001" if float(value) < 1e-4 else f"{float(value):.2g}"


def file_name(text: str) -> str:
    """Leave the folder out of a path, so that a page does not depend on where a run was made.

    Parameters
    ----------
    text
        Any text; only an absolute path is shortened.
    """
    path = PureWindowsPath(text) if re.match(r"^[A-Za-z]:[\\/]", text) else PurePosixPath(text)
    return path.name if path.is_absolute() and path.name else text


def count(value: Any) -> str:
    """Write a count with thousands separated.

    Parameters
    ----------
    value
        The count; empty if missing.
    """
    return "" if is_missing(value) else f"{int(value):,}"


def fold(value: float) -> str:
    """Write the size of a log2 change as a fold change.

    Parameters
    ----------
    value
        The change, log2; the sign is dropped.
    """
    return f"{2 ** abs(value):.2g}-fold" if abs(value) < 6 else f"{2 ** abs(value):.0f}-fold"


def plural(n: int, noun: str) -> str:
    """Write a count with its noun.

    Parameters
    ----------
    n
        How many.
    noun
        In the singular, with a regular plural.
    """
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def listing(items: Iterable[str], limit: int = 12) -> str:
    """Write items as 'a, b and c', saying how many were left out.

    Parameters
    ----------
    items
        What to list.
    limit
        Items to name.
    """
    found = list(items)
    if len(found) > limit:
        return ", ".join(found[:limit]) + f" and {len(found) - limit} more"
    return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)


def sentence(text: str) -> str:
    """Begin with a capital and end with a full stop.

    Parameters
    ----------
    text
        A sentence of any module.
    """
    text = text.strip()
    if not text:
        return ""
    # Names such as mTORC1 and pre keep their spelling: only a plain lower-case word is raised.
    first = text.split(" ", 1)[0]
    if first.isalpha() and first.islower():
        text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else f"{text}."


def anchor(*key: str) -> str:
    """Return an id for an element, the same for the same key and safe for any text.

    Parameters
    ----------
    key
        What the element is about.
    """
    digest = hashlib.blake2s("\x1f".join(key).encode("utf-8", "replace"), digest_size=6)
    return f"{key[0]}-{digest.hexdigest()}"

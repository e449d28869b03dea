"""Columns that already hold changes, with the statistics beside them, told from their headers.

Programs write one column of changes for each comparison and name its statistics after it:
``logFC`` with ``t`` and ``P.Value`` (limma), ``log2FC`` with ``SE`` and ``DF`` (MSstats),
``A_vs_B_diff`` with ``A_vs_B_p.val`` (DEP), ``Student's T-test Difference A_B`` (Perseus). A header
is a quantity and, around it, the name of the comparison.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from phosres.readers._format import normalise

Base = Literal["log2", "unknown"]


def _quantity(*spellings: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|(?<=\.))(?:{'|'.join(spellings)})(?=\.|$)")


_P_WORDS = r"p\.?val(?:ue)?s?"
# In this order: a header with several of these words is the first of them.
_QUANTITIES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "adjusted",
        _quantity(
            rf"adj(?:usted)?\.?{_P_WORDS}", r"(?:adj(?:usted)?\.)p", rf"{_P_WORDS}\.?adj(?:usted)?",
            r"p\.?adj(?:usted)?", r"padj", r"q\.?val(?:ue)?s?", r"fdr", r"adj\.?p",
        ),
    ),
    ("signed_p", _quantity(r"signed\.?p(?:\.?val(?:ue)?)?")),
    ("p", _quantity(_P_WORDS)),
    ("se", _quantity(r"lfcse", r"std\.?err(?:or)?", r"standard\.?error", r"stderr")),
    ("df", _quantity(r"df\.total", r"deg(?:rees)?\.(?:of\.)?freedom")),
    ("t", _quantity(r"t\.?stat(?:istic)?", r"t\.?val(?:ue)?", r"test\.statistic", r"statistic")),
    (
        "log2",
        _quantity(
            r"l(?:og)?2?\.?fc", r"l(?:og)?2?\.?fold\.?change", r"fold\.?change\.log2",
            r"log2?\.?ratio", r"ratio\.log2", r"log2?\.?difference",
        ),
    ),
    # Tables of differences give those of logarithms: on a linear scale programs divide.
    ("difference", _quantity("difference", "diff", "estimate")),
    ("se", _quantity("se")),
    ("df", _quantity("df")),
    ("unknown", _quantity("fc", r"fold\.?change", "ratio")),
    ("p", _quantity("p")),
    ("t", _quantity("t")),
)  # fmt: skip
_AMOUNTS = ("log2", "difference", "unknown")
_PERSEUS = re.compile(r"^[ENCTM]: ")
_TEST = re.compile(r"(?:(?:student|welch)(?:\.s)?\.)?t\.test\.")
_FILLING = frozenset({
    "log", "log2", "log10", "neg", "minus", "nlog10", "abs", "of", "avg", "average", "mean",
    "abundance", "ratio", "moderated", "limma", "raw", "nominal", "the",
})  # fmt: skip
"""Words that say how a number is written, not what was compared."""
_LOGGED = re.compile(r"^\s*[-\u2212]|(?:neg|minus|n)[\W_]*log|log10", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Change:
    """A column of changes.

    Parameters
    ----------
    at
        Position.
    header
        Its header.
    name
        What was compared, as the header says it; ``""`` if it says nothing.
    base
        ``log2`` if the header says so.
    beside
        Position of its statistics: ``se``, ``t``, ``p``, ``df``, ``adjusted``.
    logged
        Whether ``p`` is written as -log10 of itself.
    """

    at: int
    header: str
    name: str
    base: Base
    beside: Mapping[str, int] = field(default_factory=dict)
    logged: bool = False


@dataclass(frozen=True, slots=True)
class _Column:
    at: int
    quantity: str
    key: str
    name: str


def find_changes(header: Sequence[str]) -> list[Change]:
    """Find the columns of changes in a header; one without statistics beside it is none.

    Parameters
    ----------
    header
        Column names as they stand in the file.

    Examples
    --------
    >>> [(c.name, sorted(c.beside)) for c in find_changes(["ID", "logFC_late", "P.Value_late"])]
    [('late', ['p'])]
    """
    return list(_find(tuple(header)))


@lru_cache(maxsize=8)
def _find(header: tuple[str, ...]) -> tuple[Change, ...]:
    columns = [c for at, h in enumerate(header) if (c := _read(at, h)) is not None]
    # The log2 and the plain fold change of one comparison: the former is read.
    first: dict[str, _Column] = {}
    for quantity in _AMOUNTS:
        for column in columns:
            if column.quantity == quantity:
                first.setdefault(column.key, column)
    amounts = sorted(first.values(), key=lambda c: c.at)
    found = []
    for amount in amounts:
        keys = [amount.key, ""] if len(amounts) == 1 else [amount.key]
        beside: dict[str, int] = {}
        for key in keys:
            for c in columns:
                if c.key == key and c.quantity not in _AMOUNTS:
                    beside.setdefault("p" if c.quantity == "signed_p" else c.quantity, c.at)
        if not set(beside) & {"p", "t", "se", "adjusted"}:
            continue
        logged = "p" in beside and _LOGGED.search(header[beside["p"]]) is not None
        base: Base = "unknown" if amount.quantity == "unknown" else "log2"
        found.append(Change(amount.at, header[amount.at], amount.name, base, beside, logged))
    return tuple(found)


def find_signed_p(header: Sequence[str]) -> list[int]:
    """Find columns of p values that carry the direction of a change as their sign (CausalPath).

    Parameters
    ----------
    header
        Column names as they stand in the file.
    """
    columns = [c for at, h in enumerate(header) if (c := _read(at, h)) is not None]
    return [c.at for c in columns if c.quantity == "signed_p"]


def _read(at: int, header: str) -> _Column | None:
    """Split a header into its quantity and what was compared; None if it is no statistic."""
    plain = _TEST.sub("", normalise(_PERSEUS.sub("", header)))
    for quantity, pattern in _QUANTITIES:
        match = pattern.search(plain)
        if match is None:
            continue
        rest = f"{plain[: match.start()]}.{plain[match.end() :]}".strip(".")
        words = [w for w in rest.split(".") if w and w not in _FILLING]
        return _Column(at, quantity, ".".join(words), _spell(header, words))
    return None


def _spell(header: str, words: list[str]) -> str:
    """Write the name of a comparison with the capitals of the header."""
    spelled = {w.lower(): w for w in _WORD.findall(header)}
    return "_".join(spelled.get(w, w) for w in words)

"""Which species a table is of: what its names say, against what was declared."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from phosres.errors import DataError, KnowledgeError, Problem, did_you_mean
from phosres.knowledge import Knowledge
from phosres.knowledge.species import species_of_names, species_of_symbols
from phosres.table import PhosphoTable

BOTH = "human+mouse"
DECLARABLE = ("auto", "human", "mouse", "rat", BOTH)
CLEAR = 0.8
"""Share of the rows that tell a species from which they speak for the table: mixed-up databases and
contaminants are far fewer, and a xenograft with less human tissue holds no readable tumour."""
MIXED = 0.05
"""Share from which a second species is no contamination: databases of contaminants give human rows
to mouse tables, but below one in a hundred."""
_BY_NAME = "entry names, accessions or species column"
_BY_CASE = "spelling of the gene symbols"
ENOUGH = 20
"""Rows from which their shares mean something: below, one protein of several sites could be all."""


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """The species of a table and of its features.

    Parameters
    ----------
    species
        ``human``, ``mouse``, ``rat`` or ``human+mouse``.
    rows
        Species of each feature: ``human``, ``mouse``, ``human;mouse``, ... or ``""``.
    text
        How the species was settled, one sentence.
    warnings
        What speaks against it.
    """

    species: str
    rows: "pd.Series[str]"
    text: str
    warnings: tuple[str, ...] = ()


def settle(table: PhosphoTable, knowledge: Knowledge, declared: str) -> Settled:
    """Settle the species of a table.

    Parameters
    ----------
    table
        A table as it was read.
    knowledge
        Accessions by species.
    declared
        One of `DECLARABLE`.

    Raises
    ------
    KnowledgeError
        If the declared species is not supported.
    DataError
        If at least 80 % of at least 20 rows that tell a species tell another one.
    """
    if declared not in DECLARABLE:
        hint = did_you_mean(declared, DECLARABLE)
        raise KnowledgeError(Problem(f"the species '{declared}' is not supported", hint=hint))
    names = species_of_names(table.features, knowledge)
    symbols = species_of_symbols(table.features["gene"])
    by_name = _count(names)
    by_case = _count(symbols.where(names == "", ""))
    found, counts, by = _infer(by_name, by_case)
    rows = names.where(names != "", _as_species(symbols, by_name))
    if declared == "auto":
        return _settle_auto(found, counts, by, rows)
    if declared in ("mouse", "rat") and by == _BY_CASE:
        counts = {}  # some programs write all symbols in capitals: they do not contradict
    total = sum(counts.values())
    most = max(counts, key=lambda name: counts[name], default="")
    clear = total >= ENOUGH and counts[most] >= CLEAR * total
    if clear and most not in declared.split("+"):
        message = (
            f"input.species is {declared}, but the {by} say {most}: {_shares(counts)} of the "
            "rows that tell"
        )
        hint = f"set input.species: {found} (or auto)"
        raise DataError(Problem(message, table.source.path, hint=hint))
    return Settled(
        declared, rows, f"The species was declared: {declared}.", _doubts(declared, counts, by)
    )


def _settle_auto(found: str, counts: Mapping[str, int], by: str, rows: "pd.Series[str]") -> Settled:
    if not counts:
        text = "No name in the table tells a species: it was taken as human."
        return Settled("human", rows, text)
    text = f"The species was told from the {by}: {found} ({_shares(counts)} of the rows that tell)."
    warnings: tuple[str, ...] = ()
    if found != "human":
        warnings = (
            f"input.species: the table was taken as {found}, from its {by} ({_shares(counts)})",
        )
    return Settled(found, rows, text, warnings)


def _count(said: "pd.Series[str]") -> dict[str, int]:
    """Count the features by species; those of several count for each."""
    counts: dict[str, int] = {}
    for text, number in said[said != ""].value_counts().to_dict().items():
        for one in str(text).split(";"):
            counts[one] = counts.get(one, 0) + int(number)
    return counts


def _infer(by_name: dict[str, int], by_case: dict[str, int]) -> tuple[str, dict[str, int], str]:
    """Tell the species from counts of names, else of symbols.

    Returns
    -------
    The species, the counts it follows from, and what was counted.
    """
    by = _BY_NAME
    counts = by_name
    few = sum(by_name.values()) < ENOUGH
    if few and sum(by_case.values()) > sum(by_name.values()):
        # Mouse and rat symbols look alike: what names there are decide, else it is mouse.
        rodent = "rat" if by_name.get("rat", 0) > by_name.get("mouse", 0) else "mouse"
        by = _BY_CASE
        counts = {{"rodent": rodent}.get(name, name): n for name, n in by_case.items()}
    total = sum(counts.values())
    if not total:
        return "human", {}, by
    ranked = sorted(counts, key=lambda name: (-counts[name], name))
    second = {"human", "mouse"} <= set(counts) and min(counts["human"], counts["mouse"])
    if second and second >= MIXED * total and second >= ENOUGH:
        return BOTH, counts, by
    return ranked[0], counts, by


def _as_species(symbols: "pd.Series[str]", by_name: Mapping[str, int]) -> "pd.Series[str]":
    rodent = "rat" if by_name.get("rat", 0) > by_name.get("mouse", 0) else "mouse"
    return symbols.str.replace("rodent", rodent, regex=False)


def _shares(counts: Mapping[str, int]) -> str:
    """Write counts, the largest first."""
    order = sorted(counts, key=lambda name: (-counts[name], name))
    return ", ".join(f"{counts[name]:,} {name}" for name in order)


def _doubts(declared: str, counts: Mapping[str, int], by: str) -> tuple[str, ...]:
    """Say what speaks against a declared species without being clear enough to refuse it."""
    total = sum(counts.values())
    wanted = set(declared.split("+"))
    if declared == BOTH:
        lacking = sorted(wanted - set(counts))
        if not lacking or not total:
            return ()
        return (
            f"input.species is {BOTH}, but no row is named as {lacking[0]} ({_shares(counts)})",
        )
    other = total - sum(counts.get(name, 0) for name in wanted)
    if other < MIXED * total or not other:
        return ()
    mixed = "; of a xenograft say human+mouse" if "mouse" in counts else ""
    return (f"input.species is {declared}, but the {by} say {_shares(counts)}{mixed}",)

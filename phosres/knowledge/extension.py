"""Tables of a user over those of the package: rows added, replaced or removed, each by its key.

A row whose key the package has replaces the cells it gives and leaves the others; a row with a
new key is added, with what it leaves out blank or as `DEFAULTS` says. The column ``action`` (add,
replace, remove) is needed to remove, and to be told when a key is not what one thought. What is
removed disappears from the lists of the package that name it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from phosres.errors import did_you_mean
from phosres.knowledge.rows import Extensions, Row, TableReader

ACTIONS = ("", "add", "replace", "remove")

DEFAULTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "sites": {
            "pathway_sign": "0",
            "protein_sign": "0",
            "tier": "supporting",
            "detectability": "unknown",
            "specificity": "shared",
            "verified_window": "given by the user",
            "verified_biology": "unverified",
        },
        "members": {"tier": "supporting", "weight": "0.5"},
        "sets": {"kind": "pathway", "visible": "yes", "min_members": "2"},
        "drug_classes": {"target_direction": "0"},
        "class_routes": {"mode": "rise"},
        "routes": {"gate": "warn", "visible": "yes"},
        "rules": {
            "kind": "resistance",
            "decided": "conditions",
            "engaged": "yes",
            "ischemia": "warn",
            "otherwise": "no",
            "visible": "yes",
            "confidence": "C",
        },
        "gene_aliases": {"kind": "previous_symbol"},
        "numbering": {"ambiguous": "unchecked"},
    }
)
"""What a cell of an added row is where the user's table does not have its column: the cautious
choice. All others are blank."""

PROTECTED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "readouts": frozenset({"S6_S235_S236", "S6_S240_S244", "4EBP1", "AKT_S473"}),
        "sets": frozenset({"MTORC1", "MTORC2", "QC_ISCHEMIA"}),
    }
)
"""What every result has a row for, or every gate asks for: it can be changed, not removed."""

_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "site_id": "sites",
        "agree": "sites",
        "stand_ins": "sites",
        "extra_down": "sites",
        "extra_up": "sites",
        "set": "sets",
        "rises": "sets",
        "falls": "sets",
        "target_sets": "sets",
        "route": "routes",
        "sites": "sites",
        "classes": "drug_classes",
    }
)
"""Columns that name records of another table."""
_LISTS = (
    *("agree", "stand_ins", "extra_down", "extra_up", "rises", "falls", "target_sets"),
    *("sites", "classes"),
)


@dataclass(frozen=True, slots=True)
class Extension:
    """One table of a user: the table of the package it is over, its file, and its text."""

    table: str
    path: str
    text: str


def read_extensions(reader: TableReader, given: Sequence[Extension]) -> None:
    """Read the tables of a user into the reader, without looking at what their cells mean.

    Parameters
    ----------
    reader
        Collects rows and problems.
    given
        The tables.
    """
    found = reader.extensions
    for one in given:
        rows = reader.rows(one.path, one.text, [])
        found.rows.setdefault(one.table, []).extend(rows)
        for row in rows:
            if row.values.get("action") == "remove" and one.table in _NAMES.values():
                name = row.values.get("site_id") or row.values.get("id", "")
                found.removed.setdefault(one.table, set()).add(name)


def extend(
    reader: TableReader,
    rows: Sequence[Row],
    table: str,
    columns: Sequence[str],
    key: Sequence[str],
) -> list[Row]:
    """Put the rows of a user over those of the package.

    Parameters
    ----------
    reader
        Has the rows of the user, and collects the problems.
    rows
        Rows of the package.
    table
        Name of the table, without ending.
    columns
        Columns the table has.
    key
        Columns that name a row.

    Returns
    -------
    The rows in effect: those of the package in their order, then the added ones.
    """
    own = reader.extensions.rows.get(table, [])
    kept = {_key(row, key): row for row in _forget(rows, table, reader.extensions)}
    if own and not _usable(reader, own[0], columns, key):
        return list(kept.values())
    seen: dict[tuple[str, ...], int] = {}
    for row in own:
        name = _key(row, key)
        if name in seen:
            message = f"'{' '.join(name)}' is already in line {seen[name]}"
            reader.report(message, row.file, row.line, key[0])
            continue
        seen[name] = row.line
        if not _allowed(reader, row, name, table, key, kept):
            continue
        if row.values.get("action") == "remove":
            del kept[name]
            continue
        before = kept[name].values if name in kept else _blank(table, columns)
        values = {k: v.strip() for k, v in row.values.items() if k != "action"}
        kept[name] = replace(row, values={**before, **values})
    return list(kept.values())


def _blank(table: str, columns: Sequence[str]) -> dict[str, str]:
    return {column: DEFAULTS.get(table, {}).get(column, "") for column in columns}


def _key(row: Row, key: Sequence[str]) -> tuple[str, ...]:
    return tuple(row.values.get(column, "").strip() for column in key)


def _usable(reader: TableReader, first: Row, columns: Sequence[str], key: Sequence[str]) -> bool:
    """Report columns that are missing or unknown; without the key no row can be used."""
    header = list(first.values)
    for column in (c for c in header if c not in (*columns, "action")):
        hint = did_you_mean(column, list(columns))
        hint = hint or f"the table has: {', '.join(columns)}"
        reader.report("there is no such column in this table", first.file, 1, column, hint)
    missing = [column for column in key if column not in header]
    for column in missing:
        hint = f"a row is named by: {', '.join(key)}"
        reader.report("the column is missing", first.file, 1, column, hint)
    return not missing


def _allowed(
    reader: TableReader,
    row: Row,
    name: tuple[str, ...],
    table: str,
    key: Sequence[str],
    kept: Mapping[tuple[str, ...], Row],
) -> bool:
    """Report an action that does not fit what is there."""
    action, shown = row.values.get("action", "").strip(), " ".join(name)
    if action not in ACTIONS:
        hint = "allowed: add, replace, remove, or nothing"
        reader.report(f"'{action}' is not allowed", row.file, row.line, "action", hint)
        return False
    if action == "add" and name in kept:
        hint = "write replace, or leave the action out"
        reader.report(f"'{shown}' is there already", row.file, row.line, key[0], hint)
        return False
    if action in ("replace", "remove") and name not in kept:
        near = did_you_mean(shown, [" ".join(k) for k in kept])
        reader.report(f"there is no '{shown}' to {action}", row.file, row.line, key[0], near)
        return False
    if action == "remove" and name[0] in PROTECTED.get(table, ()):
        hint = "every result has a row for it; change its members instead"
        reader.report(f"'{shown}' cannot be removed", row.file, row.line, key[0], hint)
        return False
    return True


def _forget(rows: Sequence[Row], table: str, extensions: Extensions) -> Iterator[Row]:
    """Yield the rows of the package without what they say of removed records."""
    for row in rows:
        values = dict(row.values)
        gone = False
        for column, other in _NAMES.items():
            out = extensions.removed.get(other, set())
            if other == table or column not in values or not out:
                continue
            if column in _LISTS:
                values[column] = ";".join(v for v in row.listing(column) if v not in out)
            else:
                gone = gone or values[column] in out
        if not gone:
            yield replace(row, values=values)

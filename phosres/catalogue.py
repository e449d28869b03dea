"""What phosres knows, laid out as text: formats, readouts, pathways, drugs, rules, methods."""

from collections.abc import Callable, Mapping, Sequence
from inspect import cleandoc
from typing import Any

from phosres.errors import ConfigError, Problem, did_you_mean


def list_records(what: str) -> str:
    """List every record of one kind, one a line.

    Parameters
    ----------
    what
        ``formats``, ``readouts``, ``pathways``, ``drugs``, ``rules`` or ``methods``.
    """
    return _table([_summary(what, record) for record in CATALOGUES[what]().values()])


def describe_record(what: str, name: str) -> str:
    """Lay out one record by its id; drugs also by alias or class, readouts also by site.

    Parameters
    ----------
    what
        As for `list_records`.
    name
        The id, in any case.

    Raises
    ------
    ConfigError
        If there is none; the nearest ids are given.
    KnowledgeError
        If there is no such drug.
    """
    if what == "drugs":
        from phosres.knowledge import load

        found = load().find_drug(name).parts
        return "\n\n".join(_details(part.drug or part.drug_class) for part in found)
    records = CATALOGUES[what]()
    if what == "readouts":
        records = {**_sites(), **records}
    if what == "rules":
        records = {**{r.call: r for r in records.values() if hasattr(r, "call")}, **records}
    known = {key.casefold(): record for key, record in records.items()}
    if name.casefold() not in known:
        hint = did_you_mean(name, list(records))
        raise ConfigError(Problem(f"there is no '{name}' among the {what}", hint=hint))
    return _details(known[name.casefold()])


def _formats() -> Mapping[str, Any]:
    from phosres.readers import FORMATS

    return {record.name: record for record in FORMATS}


def _readouts() -> Mapping[str, Any]:
    from phosres.knowledge import load

    return load().readouts


def _sites() -> Mapping[str, Any]:
    from phosres.knowledge import load

    return load().sites


def _pathways() -> Mapping[str, Any]:
    from phosres.knowledge import load

    return load().sets


def _drugs() -> Mapping[str, Any]:
    from phosres.knowledge import load

    knowledge = load()
    return {**knowledge.classes, **knowledge.drugs}


def _rules() -> Mapping[str, Any]:
    from phosres.knowledge import load
    from phosres.resistance import rules

    return {**{record.id: record for record in rules()}, **load().rules}


def _methods() -> Mapping[str, Any]:
    from phosres.kinases import METHODS

    return {record.name: record for record in METHODS}


CATALOGUES: Mapping[str, Callable[[], Mapping[str, Any]]] = {
    "formats": _formats,
    "readouts": _readouts,
    "pathways": _pathways,
    "drugs": _drugs,
    "rules": _rules,
    "methods": _methods,
}
"""Where the records of each kind come from."""


def _summary(what: str, record: Any) -> tuple[str, ...]:
    """Say one record in one line: id, what it is, and what it rests on."""
    if what == "formats":
        return (record.name, record.title)
    if what == "methods":
        return (record.name, "p" if record.gives_p else "no p", record.title, record.reference)
    if what == "readouts":
        return (record.id, record.complex, ", ".join(record.sites))
    if what == "pathways":
        return (record.id, record.kind, f"{len(record.members)} sites", record.name)
    if what == "rules":
        return (record.id, record.kind, record.title, record.source)
    names = ", ".join(record.aliases)
    return (record.id, getattr(record, "drug_class", "class"), names)


def _details(record: Any) -> str:
    """Print every public field of a record; of a function, its documentation."""
    fields = {n: getattr(record, n) for n in record.__dataclass_fields__ if n[0] != "_"}
    return _table([(n, _value(v)) for n, v in fields.items() if v not in ("", (), None)])


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{k}: {_value(v)}" for k, v in value.items())
    if isinstance(value, tuple):
        return ", ".join(_value(v) for v in value)
    if callable(value):
        return cleandoc(getattr(value, "func", value).__doc__ or "")
    if hasattr(value, "site_id"):
        beside = hasattr(value, "residue")  # a neighbour, otherwise a member of a set
        note = f"{value.residue}{value.position}" if beside else f"{value.sign:+d}"
        return f"{value.site_id} ({note})"
    return str(getattr(value, "route", getattr(value, "text", value)))


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    """Lay out rows as columns, the last one as wide as it is."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    return "\n".join(
        "  ".join([*(c.ljust(w) for c, w in zip(row, widths, strict=False)), row[-1]])
        for row in rows
    )

"""What phosres knows, laid out as text: formats, readouts, pathways, drugs, rules, methods."""

from collections.abc import Callable, Mapping, Sequence
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

from phosres.errors import ConfigError, Problem, did_you_mean

if TYPE_CHECKING:
    from phosres.knowledge import Knowledge


def list_records(what: str, knowledge: "Knowledge | None" = None) -> str:
    """List every record of one kind, one a line.

    Parameters
    ----------
    what
        ``formats``, ``readouts``, ``pathways``, ``drugs``, ``rules`` or ``methods``.
    knowledge
        The knowledge base in effect; the package's own by default.
    """
    records = CATALOGUES[what](knowledge or _load()).values()
    return _table([_summary(what, record) for record in records])


def describe_record(what: str, name: str, knowledge: "Knowledge | None" = None) -> str:
    """Lay out one record by its id; drugs also by alias or class, readouts also by site.

    Every field is there, ``-`` where it is empty; below them the sites of a set with what was
    checked of each, and the sources with how far they were read.

    Parameters
    ----------
    what
        As for `list_records`.
    name
        The id, in any case.
    knowledge
        The knowledge base in effect; the package's own by default.

    Raises
    ------
    ConfigError
        If there is none; the nearest ids are given.
    KnowledgeError
        If there is no such drug.
    """
    known = knowledge or _load()
    if what == "drugs":
        found = known.find_drug(name).parts
        return "\n\n".join(_details(part.drug or part.drug_class, known) for part in found)
    records = dict(CATALOGUES[what](known))
    if what == "readouts":
        records = {**known.sites, **records}
    if what == "rules":
        records = {**{r.call: r for r in records.values() if hasattr(r, "call")}, **records}
    folded = {key.casefold(): record for key, record in records.items()}
    if name.casefold() not in folded:
        hint = did_you_mean(name, list(records))
        raise ConfigError(Problem(f"there is no '{name}' among the {what}", hint=hint))
    return _details(folded[name.casefold()], known)


def _load() -> "Knowledge":
    from phosres.knowledge import load

    return load()


def _formats(_: "Knowledge | None" = None) -> Mapping[str, Any]:
    from phosres.readers import FORMATS

    return {record.name: record for record in FORMATS}


def _readouts(knowledge: "Knowledge | None" = None) -> Mapping[str, Any]:
    return (knowledge or _load()).readouts


def _pathways(knowledge: "Knowledge | None" = None) -> Mapping[str, Any]:
    return (knowledge or _load()).sets


def _drugs(knowledge: "Knowledge | None" = None) -> Mapping[str, Any]:
    known = knowledge or _load()
    return {**known.classes, **known.drugs}


def _rules(knowledge: "Knowledge | None" = None) -> Mapping[str, Any]:
    from phosres.resistance import rules

    known = knowledge or _load()
    return {**{record.id: record for record in rules(known)}, **known.rules}


def _methods(_: "Knowledge | None" = None) -> Mapping[str, Any]:
    from phosres.kinases import METHODS

    return {record.name: record for record in METHODS}


CATALOGUES: Mapping[str, Callable[..., Mapping[str, Any]]] = {
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


def _details(record: Any, knowledge: "Knowledge") -> str:
    """Print every public field of a record; of a function, its documentation."""
    fields = {n: getattr(record, n) for n in record.__dataclass_fields__ if n[0] != "_"}
    lines = [_table([(n, _value(v) or "-") for n, v in fields.items()])]
    members = [knowledge.sites[m.site_id] for m in fields.get("members", ())]
    if members:
        rows = [(s.site_id, s.verified_biology, ", ".join(s.references) or "-") for s in members]
        lines += ["", "its sites: what their biology rests on, and sources", _table(rows)]
    sources = [knowledge.references[r] for r in fields.get("references", ()) if r]
    if sources:
        rows = [
            (r.id, r.checked, "; ".join(filter(None, (r.citation, _address(r))))) for r in sources
        ]
        lines += ["", "sources: how far each was checked", _table(rows)]
    return "\n".join(lines)


def _address(reference: Any) -> str:
    """Write where a source can be found."""
    pmid = f"PMID {reference.pmid}" if reference.pmid else ""
    return ", ".join(filter(None, (pmid, f"doi:{reference.doi}" if reference.doi else "")))


def _value(value: Any) -> str:
    if value is None:
        return ""
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

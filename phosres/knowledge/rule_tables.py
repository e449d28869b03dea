"""The table of rules: rows in, records out, problems to the reader."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from phosres.knowledge.drug_tables import GATES
from phosres.knowledge.records import DrugClass, Readout, Reference, Site, SiteSet
from phosres.knowledge.rows import Row, TableReader
from phosres.knowledge.rule_records import Condition, Rule, Term
from phosres.knowledge.tables import VISIBLE, Texts, read_rows

_CHOICES: Mapping[str, Sequence[str]] = {
    "kind": ("resistance", "quality"),
    "decided": ("conditions", "time", "gate"),
    "engaged": ("yes", "no"),
    "ischemia": GATES,
    "otherwise": ("no", "not_assessable"),
    "visible": VISIBLE,
    "confidence": ("A", "B", "C"),
}
OUTCOMES = ("up", "down", "unchanged")

_COLUMNS = (
    "id call kind decided title asks classes tissue engaged needs supports ischemia otherwise "
    "visible sites enforced hypothesis limits confidence references example"
)
_TEXTS = (
    *("id", "call", "kind", "decided", "title", "asks", "ischemia", "otherwise", "visible"),
    *("enforced", "hypothesis", "limits", "confidence"),
)


def read_rules(
    reader: TableReader,
    text: Texts,
    sites: Mapping[str, Site],
    sets: Mapping[str, SiteSet],
    readouts: Mapping[str, Readout],
    classes: Mapping[str, DrugClass],
    references: Mapping[str, Reference],
) -> dict[str, Rule]:
    """Read the rules, by id; every site, set, readout, class and source must be known.

    What a user removed is not looked at; a rule that loses a whole condition by that, or all its
    classes, is not asked.
    """
    rows = read_rows(reader, text, "rules.tsv", _COLUMNS)
    reader.unique(rows, "call")
    gone = frozenset[str]().union(*reader.extensions.removed.values())
    names = {
        "set": {*sets, *_arms(sets), *gone},
        "readout": {*readouts, *gone},
        "sites": {*sites, *gone},
    }
    rules = {}
    for row in rows:
        for column, allowed in _CHOICES.items():
            reader.choice(row, column, allowed)
        needs = _conditions(reader, row, names)
        left = tuple(Condition(_leave(c.any_of, gone)) for c in needs)
        asked_of = reader.known(row, "classes", ["*", *classes])
        if not asked_of or not all(c.any_of for c in left):
            continue
        supports = [_term(reader, row, "supports", t, names) for t in row.listing("supports")]
        example = _example(reader, row, names["sites"])
        rules[row["id"]] = Rule(
            **{name: row[name] for name in _TEXTS},
            classes=asked_of,
            tissue=row.listing("tissue"),
            engaged=row["engaged"] == "yes",
            needs=left,
            supports=_leave(supports, gone),
            sites=reader.known(row, "sites", list(sites)),
            references=reader.known(row, "references", list(references)),
            example=MappingProxyType({n: c for n, c in example.items() if n not in gone}),
        )
    return rules


def _leave(terms: Iterable[Term], gone: Collection[str]) -> tuple[Term, ...]:
    """Leave out the names that a user removed, and terms without any other."""
    left = (replace(t, names=tuple(n for n in t.names if n not in gone)) for t in terms)
    return tuple(t for t in left if t.names)


def _arms(sets: Mapping[str, SiteSet]) -> list[str]:
    """Name the arms of the complexes as activities name them: ``MTORC1.S6K``."""
    return [f"{s.id}.{arm}" for s in sets.values() if s.kind == "complex" for arm in s.arms]


def _conditions(
    reader: TableReader, row: Row, names: Mapping[str, Collection[str]]
) -> tuple[Condition, ...]:
    """Read conditions joined by ``;``, their alternatives by ``/``."""
    found = tuple(
        Condition(tuple(_term(reader, row, "needs", t, names) for t in part.split("/")))
        for part in row.listing("needs")
    )
    if (row["decided"] == "conditions") != bool(found):
        message = "conditions are needed where they decide, and nowhere else"
        reader.report(message, row.file, row.line, "needs")
    return found


def _term(
    reader: TableReader, row: Row, column: str, text: str, names: Mapping[str, Collection[str]]
) -> Term:
    """Read ``kind:NAME+NAME outcome|outcome``."""
    what, _, outcomes = text.strip().partition(" ")
    kind, _, listed = what.partition(":")
    term = Term(kind, tuple(listed.split("+")), tuple(outcomes.split("|")))
    wrong = [o for o in term.outcomes if o not in OUTCOMES]
    unknown = [n for n in term.names if n not in names.get(kind, term.names)]
    if kind not in (*names, "protein") or wrong or unknown:
        found = ", ".join([*unknown, *wrong]) or kind
        hint = "write kind:NAME outcome|outcome; kinds: set, readout, sites (joined by +), protein"
        reader.report(f"'{found}' in '{text.strip()}'", row.file, row.line, column, hint)
    return term


def _example(reader: TableReader, row: Row, sites: Collection[str]) -> dict[str, float]:
    """Read changes ``NAME +1.5`` joined by ``;``."""
    changes = {}
    for part in row.listing("example"):
        name, _, change = part.partition(" ")
        try:
            changes[name] = float(change)
        except ValueError:
            reader.report(f"'{change}' is not a number", row.file, row.line, "example")
        if name not in sites and not name.startswith("protein:"):
            reader.report(f"'{name}' is not a site", row.file, row.line, "example")
    return changes

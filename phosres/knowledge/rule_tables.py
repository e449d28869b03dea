"""The table of rules: rows in, records out, problems to the reader."""

from collections.abc import Mapping
from types import MappingProxyType

from phosres.knowledge.drug_tables import GATES
from phosres.knowledge.records import DrugClass, Readout, Reference, Site, SiteSet
from phosres.knowledge.rows import Row, TableReader
from phosres.knowledge.rule_records import Condition, Rule, Term
from phosres.knowledge.tables import VISIBLE, Texts, read_rows

KINDS = ("resistance", "quality")
DECIDED = ("conditions", "time", "gate")
OTHERWISE = ("no", "not_assessable")
CONFIDENCE = ("A", "B", "C")
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
    """Read the rules, by id; every site, set, readout, class and source must be known."""
    rows = read_rows(reader, text, "rules.tsv", _COLUMNS)
    reader.unique(rows, "call")
    names = {"set": [*sets, *_arms(sets)], "readout": list(readouts), "sites": list(sites)}
    rules = {}
    for row in rows:
        for column, allowed in (
            *(("kind", KINDS), ("decided", DECIDED), ("engaged", ("yes", "no"))),
            *(("ischemia", GATES), ("otherwise", OTHERWISE), ("visible", VISIBLE)),
            ("confidence", CONFIDENCE),
        ):
            reader.choice(row, column, allowed)
        rules[row["id"]] = Rule(
            **{name: row[name] for name in _TEXTS},
            classes=reader.known(row, "classes", ["*", *classes]),
            tissue=row.listing("tissue"),
            engaged=row["engaged"] == "yes",
            needs=_conditions(reader, row, names),
            supports=tuple(
                _term(reader, row, "supports", part, names) for part in row.listing("supports")
            ),
            sites=reader.known(row, "sites", list(sites)),
            references=reader.known(row, "references", list(references)),
            example=_example(reader, row, sites),
        )
    return rules


def _arms(sets: Mapping[str, SiteSet]) -> list[str]:
    """Name the arms of the complexes as activities name them: ``MTORC1.S6K``."""
    return [f"{s.id}.{arm}" for s in sets.values() if s.kind == "complex" for arm in s.arms]


def _conditions(
    reader: TableReader, row: Row, names: Mapping[str, list[str]]
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
    reader: TableReader, row: Row, column: str, text: str, names: Mapping[str, list[str]]
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


def _example(reader: TableReader, row: Row, sites: Mapping[str, Site]) -> Mapping[str, float]:
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
    return MappingProxyType(changes)

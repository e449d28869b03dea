"""The pages in docs/knowledge, written from the tables.

``python -m tests.knowledge.pages`` writes them; a test compares.
"""

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from phosres.knowledge import Knowledge, SiteSet, load

FOLDER = Path(__file__).parents[2] / "docs" / "knowledge"
COVERAGE = Path(__file__).parent / "coverage.tsv"
_WIDTH = 110
_WRITTEN = (
    "<!-- Written from phosres/knowledge by `python -m tests.knowledge.pages`; do not edit. -->"
)


@dataclass(frozen=True)
class Asked:
    """A pathway or route that must be there, and where it is."""

    asked: str
    sets: tuple[str, ...]
    sites: tuple[str, ...]
    calls: tuple[str, ...]
    note: str


def read_coverage() -> list[Asked]:
    """Read the pathways and routes that must be there."""
    _, *rows = COVERAGE.read_text("utf-8").splitlines()
    found = []
    for row in rows:
        asked, sets, sites, calls, note = row.split("\t")
        lists = [tuple(filter(None, part.split(";"))) for part in (sets, sites, calls)]
        found.append(Asked(asked, *lists, note))
    return found


def status(asked: Asked, knowledge: Knowledge) -> str:
    """Say whether a pathway works, in part, or is invisible with what to look at instead."""
    sets = [knowledge.sets[name] for name in asked.sets]
    seen = [s for s in sets if s.members and s.visible != "no"]
    if seen:
        return "visible" if any(s.visible == "yes" for s in seen) else "visible in part"
    return f"invisible to phosphoproteomics; look at: {'; '.join(s.proxies for s in sets)}"


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Lay rows out as a table in Markdown."""
    lines = [list(head), *[list(r) for r in rows]]
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join("| " + " | ".join(_cell(c) for c in line) + " |\n" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|") or " "


def item(name: str, value: object) -> str:
    """Write one field as an item of a list; nothing where it is empty."""
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    if not text:
        return ""
    lines = textwrap.wrap(
        f"- **{name}.** {text}", _WIDTH, subsequent_indent="  ", break_on_hyphens=False
    )
    return "\n".join(lines) + "\n"


def plain(record: Any, skip: Iterable[str] = ()) -> str:
    """Write every field of a record that is text, in its order."""
    names = [f.name for f in fields(record) if f.name not in skip]
    return "".join(item(n.replace("_", " "), getattr(record, n)) for n in names)


def pathway(group: SiteSet) -> str:
    """Write one set with its members."""
    rows = [(m.site_id, f"{m.sign:+d}", m.tier, f"{m.weight:g}", m.arm) for m in group.members]
    members = table(("site", "sign", "tier", "weight", "arm"), rows) if rows else "No member.\n"
    return f"## {group.id}\n\n{plain(group, ('id', 'members'))}\n{members}"


def pages(knowledge: Knowledge) -> Mapping[str, str]:
    """Write every page, by file name."""
    sets, sites = knowledge.sets.values(), knowledge.sites.values()
    site_rows = [
        (
            s.site_id,
            s.uniprot,
            s.window15,
            s.mouse_site,
            s.kinases,
            f"{s.pathway_sign:+d}/{s.protein_sign:+d}",
            f"{s.tier}, {s.specificity}, {s.detectability}",
            s.verified_biology,
            "; ".join(part for part in (s.note, s.evidence, *s.references) if part),
        )
        for s in sites
    ]
    head = ("site", "UniProt", "window", "mouse", "kinases", "sign pathway/protein")
    head += ("tier, specificity, detectability", "biology checked", "note and sources")
    ischemia = [
        (i.site_id, i.window15, i.direction, i.reference, i.verified)
        for i in knowledge.ischemia.values()
    ]
    markers = [
        (m.gene, m.compartment, m.note, ", ".join(m.references), m.verified)
        for m in knowledge.composition.values()
    ]
    covered = [
        (a.asked, status(a, knowledge), *map(", ".join, (a.sets, a.sites, a.calls)), a.note)
        for a in read_coverage()
    ]
    sources = [(r.id, r.citation, r.pmid, r.doi, r.checked) for r in knowledge.references.values()]
    drugs = [
        (
            *(d.id, ", ".join(d.aliases), d.drug_class, ", ".join(d.targets)),
            *(d.note, d.evidence, ", ".join(d.references)),
        )
        for d in knowledge.drugs.values()
    ]
    return {
        "sites.md": _page("Sites", table(head, site_rows)),
        "readouts.md": _page("Readouts", *(_record(r) for r in knowledge.readouts.values())),
        "pathways.md": _page("Pathways and complexes", *map(pathway, sets)),
        "routes.md": _page("Compensation routes", *(_record(r) for r in knowledge.routes.values())),
        "classes.md": _page("Drug classes", *(_class(c) for c in knowledge.classes.values())),
        "drugs.md": _page(
            "Drugs",
            table(("drug", "aliases", "class", "targets", "note", "evidence", "sources"), drugs),
        ),
        "stress.md": _page(
            "Sites that follow ischemia",
            table(("site", "window", "direction", "source", "checked"), ischemia),
        ),
        "composition.md": _page(
            "Genes that show stroma or immune cells",
            table(("gene", "compartment", "note", "sources", "checked"), markers),
        ),
        "coverage.md": _page(
            "What is covered",
            table(("pathway or route", "status", "sets", "sites", "calls", "note"), covered),
        ),
        "sources.md": _page(
            "Sources", table(("key", "citation", "PMID", "DOI", "how far checked"), sources)
        ),
    }


def _page(title: str, *parts: str) -> str:
    return f"# {title}\n\n{_WRITTEN}\n\n" + "\n".join(parts)


def _record(record: Any) -> str:
    """Write a record whose members are listed by site."""
    lists: dict[str, object] = {}
    if hasattr(record, "members"):
        lists["sites"] = tuple(f"{m.site_id} (weight {m.weight:g})" for m in record.members)
        lists["counted with them"] = tuple(
            f"{n.residue}{n.position} for {n.site_id}" for n in record.neighbours
        )
    text = plain(record, ("id", "members", "neighbours"))
    return f"## {record.id}\n\n{text}" + "".join(item(k, v) for k, v in lists.items())


def _class(record: Any) -> str:
    checks = tuple(f"{r.route} ({r.mode.replace('_', ' ')})" for r in record.routes)
    return f"## {record.id}\n\n{plain(record, ('id', 'routes'))}{item('routes', checks)}"


def write() -> Iterator[Path]:
    """Write every page; yield its path."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages(load()).items():
        path = FOLDER / name
        path.write_text(text, "utf-8")
        yield path


if __name__ == "__main__":
    for written in write():
        print(f"wrote {written}")

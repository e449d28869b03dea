"""The tables of routes, drug classes and drugs: rows in, records out, problems to the reader."""

from collections.abc import Mapping, Sequence

from phosres.knowledge.records import ClassRoute, Drug, DrugClass, Reference, Route, Site, SiteSet
from phosres.knowledge.rows import Row, TableReader
from phosres.knowledge.tables import SIGNS, VISIBLE, Texts, read_rows
from phosres.knowledge.treatment import names_of, spelling

GATES = ("block", "warn", "no")
MODES = ("rise", "rise_or_persist")
ROLES = ("on_target_down", "on_target_up", "expected_unchanged", "paradoxical_up")


def read_routes(
    reader: TableReader,
    text: Texts,
    sets: Mapping[str, SiteSet],
    sites: Mapping[str, Site],
    references: Mapping[str, Reference],
) -> dict[str, Route]:
    """Read the compensation routes, by id."""
    columns = "id name rises agree falls gate visible rules aliases hypothesis references"
    return {
        row["id"]: Route(
            id=row["id"],
            name=row["name"],
            rises=reader.known(row, "rises", list(sets)),
            agree=reader.known(row, "agree", list(sites)),
            falls=reader.known(row, "falls", list(sets)),
            gate=reader.choice(row, "gate", GATES),
            visible=reader.choice(row, "visible", VISIBLE),
            rules=row.listing("rules"),
            aliases=row.listing("aliases"),
            hypothesis=row["hypothesis"],
            references=reader.known(row, "references", list(references)),
        )
        for row in read_rows(reader, text, "routes.tsv", columns)
    }


def read_classes(
    reader: TableReader,
    text: Texts,
    sets: Mapping[str, SiteSet],
    sites: Mapping[str, Site],
    routes: Mapping[str, Route],
    references: Mapping[str, Reference],
) -> dict[str, DrugClass]:
    """Read the drug classes, by id, with their expected sites and routes."""
    columns = "id name aliases target_sets target_direction note references"
    rows = read_rows(reader, text, "drug_classes.tsv", columns)
    ids = [row["id"] for row in rows]
    expected = read_rows(
        reader, text, "class_sites.tsv", "class site_id role", key="class site_id role"
    )
    for row in expected:
        reader.known(row, "class", ids)
        reader.known(row, "site_id", list(sites))
        reader.choice(row, "role", ROLES)
    checks = _class_routes(reader, text, ids, routes, references)
    return {
        row["id"]: DrugClass(
            id=row["id"],
            name=row["name"],
            aliases=row.listing("aliases"),
            target_sets=reader.known(row, "target_sets", list(sets)),
            target_direction=int(reader.choice(row, "target_direction", SIGNS)),
            **{role: _sites_of(expected, row["id"], role) for role in ROLES},
            routes=tuple(checks.get(row["id"], ())),
            note=row["note"],
            references=reader.known(row, "references", list(references)),
        )
        for row in rows
    }


def _sites_of(rows: Sequence[Row], drug_class: str, role: str) -> tuple[str, ...]:
    return tuple(r["site_id"] for r in rows if r["class"] == drug_class and r["role"] == role)


def _class_routes(
    reader: TableReader,
    text: Texts,
    classes: Sequence[str],
    routes: Mapping[str, Route],
    references: Mapping[str, Reference],
) -> dict[str, list[ClassRoute]]:
    columns = "class route mode rules references"
    checks: dict[str, list[ClassRoute]] = {}
    for row in read_rows(reader, text, "class_routes.tsv", columns, key="class route"):
        reader.known(row, "class", classes)
        reader.known(row, "route", list(routes))
        mode = reader.choice(row, "mode", MODES)
        sources = reader.known(row, "references", list(references))
        check = ClassRoute(row["route"], mode, row.listing("rules"), sources)
        checks.setdefault(row["class"], []).append(check)
    return checks


def read_drugs(
    reader: TableReader,
    text: Texts,
    classes: Mapping[str, DrugClass],
    sites: Mapping[str, Site],
    references: Mapping[str, Reference],
) -> dict[str, Drug]:
    """Read the drugs, by id; no spelling may mean two things."""
    columns = "id aliases class targets extra_down extra_up note evidence references"
    rows = read_rows(reader, text, "drugs.tsv", columns)
    drugs = {
        row["id"]: Drug(
            id=row["id"],
            aliases=row.listing("aliases"),
            drug_class=row["class"],
            targets=row.listing("targets"),
            extra_down=reader.known(row, "extra_down", list(sites)),
            extra_up=reader.known(row, "extra_up", list(sites)),
            note=row["note"],
            evidence=row["evidence"],
            references=reader.known(row, "references", list(references)),
        )
        for row in rows
        if reader.known(row, "class", list(classes)) and row["class"] in classes
    }
    meaning: dict[str, str] = {}
    for name, drug, drug_class in names_of(drugs, classes):
        owner = drug.id if drug else drug_class.id
        if meaning.setdefault(spelling(name), owner) != owner:
            other = meaning[spelling(name)]
            reader.report(f"'{name}' means both '{other}' and '{owner}'", "knowledge/drugs.tsv", 1)
    return drugs

"""The tables of sites, sets and sources: rows in, records out, problems to the reader."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields

from phosres.knowledge.extension import extend
from phosres.knowledge.records import (
    CompositionMarker,
    GeneAlias,
    IschemiaSite,
    Member,
    Neighbour,
    Numbering,
    Ortholog,
    Readout,
    Reference,
    Site,
    SiteSet,
)
from phosres.knowledge.rows import Row, TableReader

FILES = (
    "class_routes.tsv",
    "class_sites.tsv",
    "composition.tsv",
    "drug_classes.tsv",
    "drugs.tsv",
    "gene_aliases.tsv",
    "ischemia.tsv",
    "members.tsv",
    "neighbours.tsv",
    "numbering.tsv",
    "orthologs.tsv",
    "readouts.tsv",
    "references.tsv",
    "routes.tsv",
    "rules.tsv",
    "sets.tsv",
    "sites.tsv",
)
TIERS = ("core", "supporting", "context", "qc")
DETECTABILITY = ("frequent", "moderate", "rare", "absent", "unknown")
VERIFIED = ("literature", "review", "unverified")
SET_KINDS = ("complex", "pathway", "route", "marker", "context", "quality", "invisible")
VISIBLE = ("yes", "partial", "no")
SIGNS = ("-1", "0", "1")
COMPARTMENTS = ("stroma", "immune")

Texts = Mapping[str, str]


def read_rows(
    reader: TableReader, text: Texts, file: str, columns: str, key: str = "id"
) -> list[Row]:
    """Read one table with the user's rows over it; report missing columns and repeated keys."""
    named, keys = columns.split(), key.split()
    rows = reader.rows(f"knowledge/{file}", text.get(file, ""), named)
    reader.unique(rows, *keys)
    return extend(reader, rows, file.removesuffix(".tsv"), named, keys)


def read_references(reader: TableReader, text: Texts) -> dict[str, Reference]:
    """Read the sources, by key."""
    rows = read_rows(reader, text, "references.tsv", "id citation pmid doi checked")
    return {row["id"]: Reference(**plain(row, Reference)) for row in rows}


def plain(row: Row, record: type) -> dict[str, str]:
    """Pick the values of a record whose fields are all text."""
    return {field.name: row[field.name] for field in fields(record)}


def read_sites(
    reader: TableReader, text: Texts, references: Mapping[str, Reference]
) -> dict[str, Site]:
    """Read the sites, by id; the residue must be the centre of its window."""
    columns = " ".join(field.name for field in fields(Site))
    rows = read_rows(reader, text, "sites.tsv", columns, key="site_id")
    reader.unique(rows, "uniprot", "residue", "position")
    return {row["site_id"]: _site(reader, row, references) for row in rows}


def _site(reader: TableReader, row: Row, references: Mapping[str, Reference]) -> Site:
    window = row["window15"]
    if len(window) != 15 or window[7] != row["residue"]:
        message = f"'{window}' is not a 15-mer with {row['residue']} in its centre"
        reader.report(message, row.file, row.line, "window15")
    if row["site_id"] != f"{row['gene']}_{row['residue']}{row['position']}":
        reader.report("the id is not GENE_residue+position", row.file, row.line, "site_id")
    reader.choice(row, "tier", TIERS)
    reader.choice(row, "detectability", DETECTABILITY)
    reader.choice(row, "specificity", ("specific", "shared"))
    reader.choice(row, "verified_biology", VERIFIED)
    return Site(
        **{
            **plain(row, Site),
            "position": int(reader.number(row, "position")),
            "pathway_sign": int(reader.choice(row, "pathway_sign", SIGNS)),
            "protein_sign": int(reader.choice(row, "protein_sign", SIGNS)),
            "mouse_identity": _identity(reader, row),
            "aliases": row.listing("aliases"),
            "same_window_in": row.listing("same_window_in"),
            "same_peptide_in": row.listing("same_peptide_in"),
            "references": reader.known(row, "references", list(references)),
        }  # type: ignore[arg-type]
    )


def _identity(reader: TableReader, row: Row) -> int | None:
    if not row["mouse_identity"]:
        return None
    equal = int(reader.number(row, "mouse_identity"))
    if not 0 <= equal <= 15:
        reader.report(f"{equal} of 15 residues", row.file, row.line, "mouse_identity")
    return equal


def read_numbering(
    reader: TableReader, text: Texts, sites: Mapping[str, Site]
) -> tuple[Numbering, ...]:
    """Read the other numbers of sites; a number keeps the residue and means one site of a gene."""
    columns = " ".join(field.name for field in fields(Numbering))
    rows = read_rows(reader, text, "numbering.tsv", columns, key="site_id number")
    for row in rows:
        reader.known(row, "site_id", list(sites))
        reader.choice(row, "ambiguous", ("yes", "no", "unchecked"))
        site = sites.get(row["site_id"])
        number = row["number"]
        if site and not (number[:1] == site.residue and number[1:].isdigit()):
            reader.report(f"'{number}' is not {site.residue}<number>", row.file, row.line, "number")
    return tuple(Numbering(**plain(row, Numbering)) for row in rows)


def read_orthologs(
    reader: TableReader, text: Texts, sites: Mapping[str, Site]
) -> tuple[Ortholog, ...]:
    """Read the accessions of the mouse and rat proteins of curated genes."""
    columns = " ".join(field.name for field in fields(Ortholog))
    rows = read_rows(reader, text, "orthologs.tsv", columns, key="uniprot")
    genes = sorted({site.gene for site in sites.values()})
    for row in rows:
        reader.known(row, "gene", genes)
        reader.choice(row, "species", ("mouse", "rat"))
    return tuple(Ortholog(**plain(row, Ortholog)) for row in rows)


def read_neighbours(
    reader: TableReader, text: Texts, sites: Mapping[str, Site]
) -> tuple[Neighbour, ...]:
    """Read the mislocalised residues that count with a site."""
    columns = "site_id residue position window15 note"
    rows = read_rows(reader, text, "neighbours.tsv", columns, key="site_id residue position")
    for row in rows:
        reader.known(row, "site_id", list(sites))
        if len(row["window15"]) != 15 or row["window15"][7] != row["residue"]:
            reader.report("the residue is not the centre", row.file, row.line, "window15")
    return tuple(
        Neighbour(
            row["site_id"],
            row["residue"],
            int(reader.number(row, "position")),
            row["window15"],
            row["note"],
        )
        for row in rows
    )


def set_rows(reader: TableReader, text: Texts) -> tuple[list[Row], list[Row]]:
    """Read the rows of the sets and of the readouts, which share the table of members."""
    columns = "id name kind visible min_members hint not_visible proxies confounders note"
    sets = read_rows(reader, text, "sets.tsv", f"{columns} references")
    columns = "id name complex arm specificity stand_ins references"
    return sets, read_rows(reader, text, "readouts.tsv", columns)


def read_members(
    reader: TableReader, text: Texts, sites: Mapping[str, Site], owners: Iterable[Row]
) -> dict[str, list[Member]]:
    """Read the members of every set and readout, by the id of their owner."""
    columns = "set site_id sign tier weight arm"
    rows = read_rows(reader, text, "members.tsv", columns, key="set site_id")
    members: dict[str, list[Member]] = {row["id"]: [] for row in owners}
    for row in rows:
        reader.known(row, "set", list(members))
        reader.known(row, "site_id", list(sites))
        sign = reader.choice(row, "sign", ("-1", "1"))
        weight = reader.number(row, "weight")
        if not 0 < weight <= 1:
            reader.report(f"{weight} is not in (0, 1]", row.file, row.line, "weight")
        reader.choice(row, "tier", TIERS)
        member = Member(row["site_id"], 1 if sign == "1" else -1, row["tier"], weight, row["arm"])
        members.setdefault(row["set"], []).append(member)
    return members


def read_sets(
    reader: TableReader,
    rows: Sequence[Row],
    members: Mapping[str, list[Member]],
    references: Mapping[str, Reference],
) -> dict[str, SiteSet]:
    """Build the sets, by id."""
    for row in rows:
        reader.choice(row, "kind", SET_KINDS)
        reader.choice(row, "visible", VISIBLE)
    return {
        row["id"]: SiteSet(
            **{
                **{f.name: row[f.name] for f in fields(SiteSet) if f.name != "members"},
                "min_members": int(reader.number(row, "min_members")),
                "members": tuple(members[row["id"]]),
                "references": reader.known(row, "references", list(references)),
            }  # type: ignore[arg-type]
        )
        for row in rows
    }


def read_readouts(
    reader: TableReader,
    rows: Sequence[Row],
    members: Mapping[str, list[Member]],
    neighbours: Sequence[Neighbour],
    sites: Mapping[str, Site],
    references: Mapping[str, Reference],
) -> dict[str, Readout]:
    """Build the readouts, by id, each with the neighbours of its members."""
    readouts = {}
    for row in rows:
        own = tuple(members[row["id"]])
        ids = {member.site_id for member in own}
        readouts[row["id"]] = Readout(
            id=row["id"],
            name=row["name"],
            complex=reader.choice(row, "complex", ("MTORC1", "MTORC2")),
            arm=row["arm"],
            members=own,
            neighbours=tuple(n for n in neighbours if n.site_id in ids),
            specificity=row["specificity"],
            stand_ins=reader.known(row, "stand_ins", list(sites)),
            references=reader.known(row, "references", list(references)),
        )
    return readouts


def read_ischemia(
    reader: TableReader, text: Texts, references: Mapping[str, Reference]
) -> dict[str, IschemiaSite]:
    """Read the ischemia-sensitive sites, by ``GENE_S82``."""
    columns = "gene accession site window15 direction source reference verified"
    rows = read_rows(reader, text, "ischemia.tsv", columns, key="gene site")
    for row in rows:
        reader.choice(row, "direction", ("up", "down"))
        reader.known(row, "reference", list(references))
    records = [IschemiaSite(**plain(row, IschemiaSite)) for row in rows]
    return {record.site_id: record for record in records}


def read_gene_aliases(
    reader: TableReader, text: Texts, sites: Mapping[str, Site]
) -> tuple[GeneAlias, ...]:
    """Read the entry names and previous symbols; one spelling of a kind means one gene."""
    rows = read_rows(reader, text, "gene_aliases.tsv", "symbol alias kind", key="alias kind")
    genes = sorted({site.gene for site in sites.values()})
    for row in rows:
        reader.known(row, "symbol", genes)
        reader.choice(row, "kind", ("entry_name", "previous_symbol"))
    return tuple(GeneAlias(**plain(row, GeneAlias)) for row in rows)


def read_composition(
    reader: TableReader, text: Texts, references: Mapping[str, Reference]
) -> dict[str, CompositionMarker]:
    """Read the genes that show stroma or immune cells, by gene."""
    columns = "gene compartment note references verified"
    rows = read_rows(reader, text, "composition.tsv", columns, key="gene")
    return {
        row["gene"]: CompositionMarker(
            gene=row["gene"],
            compartment=reader.choice(row, "compartment", COMPARTMENTS),
            note=row["note"],
            references=reader.known(row, "references", list(references)),
            verified=row["verified"],
        )
        for row in rows
    }

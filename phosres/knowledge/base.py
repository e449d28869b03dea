"""The knowledge base: its tables read, checked against each other, and frozen."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from phosres.errors import KnowledgeError, Problem, did_you_mean
from phosres.knowledge import drug_tables, rule_tables, tables
from phosres.knowledge.extension import Extension, read_extensions
from phosres.knowledge.records import (
    CompositionMarker,
    Drug,
    DrugClass,
    GeneAlias,
    IschemiaSite,
    Neighbour,
    Numbering,
    Ortholog,
    Readout,
    Reference,
    Route,
    Site,
    SiteSet,
)
from phosres.knowledge.rows import TableReader
from phosres.knowledge.rule_records import Rule
from phosres.knowledge.treatment import DrugMatch, match_drug


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """Everything phosres knows before it sees data; look records up by id.

    Parameters
    ----------
    sites, readouts, sets, drugs, classes, routes, rules
        Records by id.
    ischemia
        Ischemia-sensitive sites by ``GENE_S82``.
    composition
        Genes that show stroma or immune cells, by gene.
    neighbours
        Mislocalised residues counted with a readout site.
    numbering
        Other numbers of sites: mature proteins, isoforms, other species.
    orthologs
        Accessions of the mouse and rat proteins of the genes in `sites`.
    gene_aliases
        Entry names and previous symbols of the genes in `sites`.
    references
        Sources by key.
    content_hash
        sha256 over all tables, those of a user included; goes into every report.
    """

    sites: Mapping[str, Site]
    readouts: Mapping[str, Readout]
    sets: Mapping[str, SiteSet]
    drugs: Mapping[str, Drug]
    classes: Mapping[str, DrugClass]
    routes: Mapping[str, Route]
    rules: Mapping[str, Rule]
    ischemia: Mapping[str, IschemiaSite]
    composition: Mapping[str, CompositionMarker]
    neighbours: tuple[Neighbour, ...]
    numbering: tuple[Numbering, ...]
    orthologs: tuple[Ortholog, ...]
    gene_aliases: tuple[GeneAlias, ...]
    references: Mapping[str, Reference]
    content_hash: str

    def find_drug(self, text: str) -> DrugMatch:
        """Find the drug, class or combination a text names.

        Parameters
        ----------
        text
            ``alpelisib``, ``BYL719``, ``PI3K inhibitor``, ``everolimus + trametinib`` ...

        Returns
        -------
        The match.

        Raises
        ------
        KnowledgeError
            If a name is unknown, with the nearest names.
        """
        return match_drug(text, self.drugs, self.classes)


def load(tables_of_user: Mapping[str, Path] = MappingProxyType({})) -> Knowledge:
    """Read the knowledge base of the package, with a user's tables over it.

    Parameters
    ----------
    tables_of_user
        Files by the name of the table they add to, replace in or remove from: ``sites``, ``drugs``
        ... (`phosres.knowledge.extension`).

    Returns
    -------
    The knowledge base; the same object as long as the tables have the same content.

    Raises
    ------
    KnowledgeError
        If a table is wrong, with every problem of every table.
    """
    folder = files("phosres.knowledge")
    contents = tuple((name, (folder / name).read_text("utf-8")) for name in tables.FILES)
    problems: list[Problem] = []
    given = [_open(name, path, problems) for name, path in tables_of_user.items()]
    if problems:
        raise KnowledgeError(problems)
    return parse(contents, tuple(one for one in given if one is not None))


def _open(table: str, path: Path, problems: list[Problem]) -> Extension | None:
    """Read the text of a user's table; what is no text table is a problem."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        problems.append(Problem(f"cannot be read: {error.strerror}", str(path)))
        return None
    except UnicodeDecodeError:
        hint = "save it as text with tabs between the columns, UTF-8"
        problems.append(Problem("is no UTF-8 text", str(path), hint=hint))
        return None
    if f"{table}.tsv" not in tables.FILES:
        known = [name.removesuffix(".tsv") for name in tables.FILES]
        hint = did_you_mean(table, known) or f"tables: {', '.join(known)}"
        problems.append(Problem(f"there is no table '{table}'", str(path), hint=hint))
        return None
    header = text.splitlines()[0] if text.strip() else ""
    if "\t" not in header:
        hint = "write one header line, then one row a line, tabs between the cells"
        problems.append(Problem("has no columns separated by tabs", str(path), 1, hint=hint))
        return None
    return Extension(table, str(path), text)


@lru_cache(maxsize=4)
def parse(
    contents: tuple[tuple[str, str], ...], extensions: tuple[Extension, ...] = ()
) -> Knowledge:
    """Build the knowledge base from the texts of its tables.

    Parameters
    ----------
    contents
        ``(file name, text)`` of every table in `phosres.knowledge.tables.FILES`.
    extensions
        Tables of a user over them.

    Returns
    -------
    The knowledge base.

    Raises
    ------
    KnowledgeError
        With every problem found.
    """
    text = dict(contents)
    reader = TableReader()
    read_extensions(reader, extensions)
    references = tables.read_references(reader, text)
    sites = tables.read_sites(reader, text, references)
    neighbours = tables.read_neighbours(reader, text, sites)
    numbering = tables.read_numbering(reader, text, sites)
    orthologs = tables.read_orthologs(reader, text, sites)
    set_rows, readout_rows = tables.set_rows(reader, text)
    members = tables.read_members(reader, text, sites, [*set_rows, *readout_rows])
    sets = tables.read_sets(reader, set_rows, members, references)
    readouts = tables.read_readouts(reader, readout_rows, members, neighbours, sites, references)
    routes = drug_tables.read_routes(reader, text, sets, sites, references)
    classes = drug_tables.read_classes(reader, text, sets, sites, routes, references)
    drugs = drug_tables.read_drugs(reader, text, classes, sites, references)
    rules = rule_tables.read_rules(reader, text, sites, sets, readouts, classes, references)
    ischemia = tables.read_ischemia(reader, text, references)
    composition = tables.read_composition(reader, text, references)
    aliases = tables.read_gene_aliases(reader, text, sites)
    if reader.problems:
        raise KnowledgeError(reader.problems)
    return Knowledge(
        sites=MappingProxyType(sites),
        readouts=MappingProxyType(readouts),
        sets=MappingProxyType(sets),
        drugs=MappingProxyType(drugs),
        classes=MappingProxyType(classes),
        routes=MappingProxyType(routes),
        rules=MappingProxyType(rules),
        ischemia=MappingProxyType(ischemia),
        composition=MappingProxyType(composition),
        neighbours=neighbours,
        numbering=numbering,
        orthologs=orthologs,
        gene_aliases=aliases,
        references=MappingProxyType(references),
        content_hash=_hash((*contents, *((e.table, e.text) for e in extensions))),
    )


def _hash(contents: tuple[tuple[str, str], ...]) -> str:
    digest = hashlib.sha256()
    for name, text in sorted(contents):
        digest.update(f"{name}\n{text}\n".encode())
    return digest.hexdigest()

"""Tables of networks as their makers export them: a layout is one of these records.

Column names and what they hold are those of the files themselves: OmniPath enzyme-substrate
relationships, SIGNOR's download of relations, and the kinase-substrate table of PhosphoSitePlus,
which KSEA programs use too. None of their content is part of phosres.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.errors import DataError, Problem, did_you_mean
from phosres.kinases.roles import NETWORK_ROLES

SIGNS: Mapping[str, float] = {"phosphorylation": 1.0, "dephosphorylation": -1.0}
"""Enzymes are kinases or phosphatases there; the kind of the modification says which."""

SPECIES: Mapping[str, str] = {
    "human": "human",
    "homo sapiens": "human",
    "9606": "human",
    "mouse": "mouse",
    "mus musculus": "mouse",
    "10090": "mouse",
    "rat": "rat",
    "rattus norvegicus": "rat",
    "10116": "rat",
}

COLUMNS = ("source", "target", "weight", "gene", "accession", "site", "window", "species")
"""Columns of edges; text is ``""`` where the file does not say."""

_RESIDUE = {"ser": "S", "thr": "T", "tyr": "Y"}
_LONG_SITE = re.compile(r"^(ser|thr|tyr)-?(\d{1,5})$", re.IGNORECASE)
_SHORT_SITE = re.compile(r"^p?-?([STY])(\d{1,5})(?:-p)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """How one maker lays a network out as a table.

    Parameters
    ----------
    name, title
        What a configuration says, and what it is.
    columns
        Role to the spellings of its header, the first that is there counts; lower case.
    signs
        Header of the column that tells phosphorylation from its removal; rows that say neither are
        no phosphosites. Empty if there is none.
    recognised_by
        Headers, lower case, that no other layout has.
    position
        Headers of residue and position, where they are two columns.
    species
        Header of the column that tells the substrate's species; empty if there is none.
    """

    name: str
    title: str
    columns: Mapping[str, tuple[str, ...]]
    recognised_by: tuple[str, ...] = ()
    signs: str = ""
    position: tuple[str, str] | None = None
    species: str = ""


@dataclass(frozen=True, eq=False)
class Edges:
    """A network as it was read, with all that helps to find its sites in a table.

    Parameters
    ----------
    table
        Columns source, target, weight, and gene, accession, site, window, species of the target,
        ``""`` where the file does not say.
    layout
        Name of the layout.
    dropped
        Rows that hold no phosphosite of a source, by reason.
    """

    table: pd.DataFrame
    layout: str
    dropped: Mapping[str, int] = field(default_factory=dict)


LAYOUTS: tuple[Layout, ...] = (
    Layout(
        "omnipath",
        "OmniPath enzyme-substrate relationships",
        {
            "source": ("enzyme_genesymbol",),
            "gene": ("substrate_genesymbol",),
            "accession": ("substrate",),
        },
        recognised_by=("enzyme_genesymbol", "substrate_genesymbol", "residue_offset"),
        signs="modification",
        position=("residue_type", "residue_offset"),
        species="ncbi_tax_id",
    ),
    Layout(
        "signor",
        "SIGNOR relations",
        {
            "source": ("entitya",),
            "gene": ("entityb",),
            "accession": ("idb",),
            "site": ("residue",),
            "window": ("sequence",),
        },
        recognised_by=("entitya", "entityb", "mechanism", "residue"),
        signs="mechanism",
    ),
    Layout(
        "psp",
        "kinase-substrate table as PhosphoSitePlus and KSEA programs write it",
        {
            "source": ("gene", "kinase"),
            "gene": ("sub_gene",),
            "accession": ("sub_acc_id",),
            "site": ("sub_mod_rsd",),
            "window": ("site_+/-7_aa", "site_...7_aa"),
        },
        recognised_by=("kinase", "sub_gene", "sub_mod_rsd"),
        species="sub_organism",
    ),
    Layout(
        "table",
        "columns source, target and weight (or decoupler's mor), or those named in `columns`",
        {
            "source": ("source",),
            "target": ("target",),
            "weight": ("weight", "mor"),
            "window": ("window", "sequence"),
        },
    ),
)
"""Layouts of tables in the order in which they are tried; the last takes what is left."""


def read_rows(table: pd.DataFrame, format_: str, named: Mapping[str, str]) -> Edges:
    """Turn the rows of a table into edges.

    Parameters
    ----------
    table
        Text of every cell.
    format_
        ``auto`` or the name of a layout.
    named
        Role to header, as the user says it; goes before what the layout knows.

    Raises
    ------
    DataError
        If columns are missing; the nearest headers are named.
    """
    headers = {c.lower(): c for c in reversed([str(c) for c in table.columns]) if c}
    layout = _choose(headers, "table" if named else format_)
    cells = table.apply(lambda column: column.str.strip())
    edges = _take_roles(cells, layout, headers, named)
    dropped: dict[str, int] = {}
    keep = np.ones(len(table), dtype=bool)
    for reason, bad in _find_other(edges, cells, layout, headers):
        dropped |= {reason: int((bad & keep).sum())} if (bad & keep).any() else {}
        keep &= ~bad
    if layout.species in headers:
        said = cells[headers[layout.species]].str.lower().map(SPECIES)
        edges["species"] = said.fillna("other")
    return Edges(edges.loc[keep, [*COLUMNS]], layout.name, dropped)


def _take_roles(
    cells: pd.DataFrame, layout: Layout, headers: Mapping[str, str], named: Mapping[str, str]
) -> pd.DataFrame:
    """Take the columns of each role, with sites spelled one way and a name for every target."""
    found = {
        role: headers[h] for role, hs in layout.columns.items() for h in hs[::-1] if h in headers
    }
    found |= _look_up(named, headers)
    edges = pd.DataFrame("", index=cells.index, columns=[*COLUMNS])
    for role, header in found.items():
        edges[role] = cells[header]
    if layout.position and set(layout.position) <= set(headers):
        residue, offset = (cells[headers[h]] for h in layout.position)
        edges["site"], found["site"] = residue + offset, ""
    if not _is_enough(found):
        raise _refuse(found, cells)
    edges["site"] = edges["site"].map({s: _spell_site(s) for s in edges["site"].unique()})
    edges["weight"] = cells[found["weight"]] if "weight" in found else 1.0
    if "target" not in found:
        edges["target"] = _name(edges)
    return edges


def _find_other(
    edges: pd.DataFrame, cells: pd.DataFrame, layout: Layout, headers: Mapping[str, str]
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Find the rows of an export that are no edge between an enzyme and a phosphosite.

    Where rows say what was done to the site, that becomes the weight.
    """
    if layout.signs in headers:
        signs = cells[headers[layout.signs]].str.lower().map(SIGNS)
        edges["weight"] = signs.fillna(1.0)
        yield "no phosphorylation or dephosphorylation", signs.isna().to_numpy()
    if "target" not in layout.columns:
        yield "no kinase named", (edges["source"] == "").to_numpy()
        nowhere = (edges["site"] == "") & (edges["window"] == "")
        yield "no phosphosite named", nowhere.to_numpy()


def _choose(headers: Mapping[str, str], format_: str) -> Layout:
    if format_ != "auto":
        return next(layout for layout in LAYOUTS if layout.name == format_)
    return next(layout for layout in LAYOUTS if set(layout.recognised_by) <= set(headers))


def _look_up(named: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, str]:
    """Find the headers a user names, each as it is spelled or in another case."""
    wrong = [h for h in named.values() if h.strip().lower() not in headers]
    if wrong:
        hints = [did_you_mean(h, list(headers.values())) for h in wrong]
        raise DataError(
            [
                Problem(f"network: no column '{h}'", column=h, hint=hint)
                for h, hint in zip(wrong, hints, strict=True)
            ]
        )
    return {role: headers[h.strip().lower()] for role, h in named.items()}


def _is_enough(found: Mapping[str, object]) -> bool:
    placed = "site" in found and ("gene" in found or "accession" in found)
    return "source" in found and ("target" in found or placed or "window" in found)


def _refuse(found: Mapping[str, object], table: pd.DataFrame) -> DataError:
    """Say which columns are missing."""
    missing = [c for c in ("source", "target") if c not in found]
    headers = ", ".join(f"'{c}'" for c in table.columns)
    return DataError(
        Problem(
            f"network: no column {' and '.join(repr(c) for c in missing)}; found {headers}",
            hint="rename the columns to source (set), target (site), weight (optional), or say in "
            "`columns` what they hold: " + ", ".join(NETWORK_ROLES),
        )
    )


def _spell_site(text: str) -> str:
    """Spell ``Ser473``, ``pS473``, ``S473-p`` or ``S473`` as ``S473``; ``""`` for anything else."""
    if long := _LONG_SITE.match(text):
        return _RESIDUE[long[1].lower()] + long[2]
    short = _SHORT_SITE.match(text)
    return f"{short[1].upper()}{short[2]}" if short else ""


def _name(edges: pd.DataFrame) -> "pd.Series[str]":
    """Name targets by gene, else accession, and site; by the window where there is no site."""
    lead = edges["gene"].where(edges["gene"] != "", edges["accession"])
    return (lead + "_" + edges["site"]).where(edges["site"] != "", edges["window"])

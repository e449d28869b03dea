"""Proteome Discoverer: peptide groups with sites in the master proteins."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd

from phosres.readers._format import Format, Words
from phosres.readers._sequences import write_form
from phosres.readers.formats._parsing import blank

# "P23588 2xPhospho [S422(100); S/T]", the accession only where it changes.
_PART = re.compile(
    r"(?:(?P<protein>[A-Za-z0-9_.-]+)\s+)?(?P<n>\d+)x(?P<what>[^\[\];]+?)\s*\[(?P<where>[^\]]*)\]"
)
_PLACE = re.compile(r"(?P<residue>[STY])(?P<position>\d+)(?:\((?P<probability>[\d.,]+)\))?")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_ANNOTATED = re.compile(r"^(?:\[[^\]]*\]\.)?(?P<peptide>[A-Za-z]+)(?:\.\[[^\]]*\])?$")
_START = re.compile(r"\[(\d+)-\d+\]")


@dataclass(frozen=True, slots=True)
class _Form:
    """What one cell of modifications says of the phosphates."""

    protein: str = ""
    phosphates: int = 0
    sites: list[str] = field(default_factory=list)
    probabilities: list[str] = field(default_factory=list)


def _parse(cell: str, offset: int) -> _Form:
    """Read the phosphates on the first protein that carries any."""
    protein = ""
    for part in _PART.finditer(cell):
        protein = part["protein"] or protein
        if part["what"].strip().lower() != "phospho":
            continue
        places = [_PLACE.fullmatch(p.strip()) for p in part["where"].split(";")]
        known = [p for p in places if p is not None]
        return _Form(
            protein,
            int(part["n"]),
            [f"{p['residue']}{int(p['position']) + offset}" for p in known],
            [p["probability"].replace(",", ".") for p in known if p["probability"]],
        )
    return _Form(protein)


def read_modifications(words: Words) -> Words:
    """Read sites, phosphates and probabilities from the modifications of a peptide group.

    Parameters
    ----------
    words
        Columns by role.
    """
    words = {role: cells for role, cells in words.items() if role != "any_modifications"}
    in_protein = words.get("modifications")
    has_sites = in_protein is not None and any(_PART.search(c) for c in in_protein.unique())
    if not has_sites and "start" not in words:
        return _read_peptides(words)
    if in_protein is not None and has_sites:
        spelled = {c: _parse(c, 0) for c in in_protein.unique()}
        forms = [spelled[c] for c in in_protein]
    else:
        start = words["start"].str.extract(_START, expand=False).fillna("0")
        pairs = list(zip(words.get("in_peptide", blank(start)), start, strict=True))
        lifted = {p: _parse(p[0], int(p[1]) - 1) if p[1] != "0" else _Form() for p in set(pairs)}
        forms = [lifted[p] for p in pairs]
    index = words["peptide"].index

    def column(cells: list[str]) -> "pd.Series[str]":
        return pd.Series(cells, index=index, dtype=object)

    owner = column([f.protein for f in forms])
    masters = words.get("proteins", blank(owner))
    first = masters.str.split(r"[;,]\s*", regex=True).str[0]
    return {
        **words,
        "protein": owner.where(owner != "", first),
        "site": column([";".join(f.sites) for f in forms]),
        "multiplicity": column([str(f.phosphates or "") for f in forms]),
        "localization": column([_lowest(f.probabilities) for f in forms]),
        "refused": column([_refusal(f) for f in forms]),
    }


def _read_peptides(words: Words) -> Words:
    """Read groups that only say where in the peptide the phosphates are."""
    cells = words["in_peptide"]
    forms = {cell: _parse(cell, 0) for cell in cells.unique()}
    pairs = list(zip(words["peptide"], cells, strict=True))
    flanks = {cell: _ANNOTATED.match(cell.strip()) for cell, _ in pairs}

    def column(values: Iterable[str]) -> "pd.Series[str]":
        return pd.Series(list(values), index=cells.index, dtype=object)

    bare = {cell: m["peptide"].upper() if m else "" for cell, m in flanks.items()}
    phospho = {c: tuple(int(s[1:]) for s in f.sites) for c, f in forms.items()}
    inside = [bool(bare[p]) and max(phospho[c], default=1) <= len(bare[p]) for p, c in pairs]
    refused = [
        _refusal(forms[c]) if ok else "no peptide to place the phosphates on"
        for (_, c), ok in zip(pairs, inside, strict=True)
    ]
    masters = words["proteins"]
    return {
        **{role: own for role, own in words.items() if role not in ("in_peptide", "modifications")},
        "protein": masters.str.split(r"[;,]\s*", regex=True).str[0],
        "peptide": column(write_form(bare[p], phospho[c]) for p, c in pairs),
        "bare": column(bare[p] for p, _ in pairs),
        "phospho": column(
            ";".join(map(str, phospho[c])) if ok else ""
            for (_, c), ok in zip(pairs, inside, strict=True)
        ),
        "multiplicity": column(str(forms[c].phosphates or "") for _, c in pairs),
        "localization": column(_lowest(forms[c].probabilities) for _, c in pairs),
        "refused": column(refused),
    }


def _lowest(probabilities: list[str]) -> str:
    """Return the lowest probability, of per cent a fraction."""
    numbers = [float(p) for p in probabilities if _NUMBER.fullmatch(p)]
    return str(min(numbers) / 100) if numbers else ""


def _refusal(form: _Form) -> str:
    if form.sites:
        return ""
    return "phosphosite not localised (S/T/Y without a number)" if form.phosphates else (
        "peptide without phosphate"
    )  # fmt: skip


PEPTIDE_GROUPS = Format(
    name="discoverer_peptides",
    title="Proteome Discoverer PeptideGroups",
    roles=MappingProxyType(
        {
            "peptide": ("annotated.sequence", "sequence"),
            "modifications": (
                "modifications.in.master.proteins",
                "modifications.in.master.proteins.all.sites",
                "modifications.in.proteins",
            ),
            "in_peptide": ("modifications",),
            "any_modifications": (
                "modifications.in.master.proteins",
                "modifications.in.proteins",
                "modifications",
            ),
            "start": ("positions.in.master.proteins", "positions.in.proteins"),
            "proteins": ("master.protein.accessions", "protein.accessions"),
            "gene": ("gene", "gene.symbol", "gene.symbols", "gene.names"),
            "fasta": ("master.protein.descriptions", "protein.descriptions"),
            "contaminant": ("contaminant",),
        }
    ),
    required=("peptide", "any_modifications", "proteins"),
    excluded=("spectrum.file", "first.scan"),
    samples=(
        r"^(?:abundances?)?[ .]*\(?normalized\)?[ .:]*(?P<sample>F\d+\b.*)$",
        r"^abundances?[ .:]+(?P<sample>F\d+\b.*)$",
        r"^abundances?[ .]*\(?scaled\)?[ .:]*(?P<sample>F\d+\b.*)$",
        r"^abundances?[ .]*\(?grouped(?![ .)]*(?:cv|standard|count))[ .):]*(?P<sample>.+)$",
    ),
    marks=(r"^found[ .]+in[ .]+(?:sample|file)s?[ .:]*(?:\[?S\d+\]?[ .]+)?(?P<sample>F\d+\b.*)$"),
    unmeasured=("Not Found",),
    scale="linear",
    values="intensity",
    zero="missing",
    interpret=read_modifications,
    source="Proteome Discoverer 2.x and 3.x, export of the peptide groups with ptmRS",
    notes=(
        "Normalised abundances where the table has them. Values of cells that Found in Sample "
        "calls Not Found were imputed by Proteome Discoverer and are not measured. Sites in "
        "brackets without a number (S/T) are not localised; phosphates of both kinds count. "
        "Peptide groups of one form (missed cleavage, oxidation) stay features of their own."
    ),
)

"""DIA-NN: site matrices and main reports."""

import re
from dataclasses import replace
from types import MappingProxyType

import pandas as pd

from phosres.readers._format import Format, Words
from phosres.readers._sequences import read_sequence
from phosres.readers.formats._parsing import RUN_COLUMNS, any_but, blank, convert, map_distinct
from phosres.readers.formats._peptides import KEY, read_forms, refuse_above

_GROUP = re.compile(r"\[(?P<protein>[^:\[\]]+):(?P<sites>[^\[\]]*)\]")
_SITE = re.compile(r"(?<![A-Za-z0-9])([A-Z])(\d{1,5})(?![A-Za-z0-9])")
# Sections "Main output" and "PTMs" of https://github.com/vdemichev/DiaNN: reports of 2.x hold
# precursors up to 5 %.
_LIMITS = {
    "precursor_q": 0.01, "global_q": 0.01, "peptidoform_q": 0.01, "protein_group_q": 0.05,
}  # fmt: skip
_LEAST_SCORE = 0.01
"""Of DIA-NN 1.8's PTM.Site.Confidence: finds what 0.75 finds elsewhere (Lou et al. 2023,
https://doi.org/10.1038/s41467-022-35740-1; Pham et al. 2024)."""

PHOSPHOSITES = Format(
    name="diann_phosphosites",
    title="DIA-NN phosphosites_90 or phosphosites_99",
    roles=MappingProxyType(
        {
            "protein": ("protein",),
            "entry_name": ("protein.names", "protein.name"),
            "gene": ("gene.names", "gene.name", "genes"),
            "residue": ("residue",),
            "position": ("site",),
            "window": ("sequence",),
        }
    ),
    required=("protein", "residue", "position", "window", "gene"),
    samples=(
        *RUN_COLUMNS,
        any_but("Protein", "Protein.Names", "Gene.Names", "Genes", "Residue", "Site", "Sequence"),
    ),
    scale="linear",
    values="intensity",
    zero="missing",
    source="https://github.com/vdemichev/DiaNN, section Output",
    notes=(
        "Every value has a site probability of at least 0.9 (or 0.99), as the file name says. It "
        "has no multiplicity: a doubly phosphorylated peptide stands there once for each site, and "
        "rows with the same values are read as one peptidoform. Samples are named by the file of "
        "the run."
    ),
)


def read_report(words: Words) -> Words:
    """Read the modified sequences, q values and positions of a main report.

    Parameters
    ----------
    words
        Columns by role.
    """
    words = {role: cells for role, cells in words.items() if role != "new"}
    read = read_forms(refuse_above(words, _LIMITS, "{role} value above {limit}"))
    leading = convert(read["protein"], lambda c: c.split(";")[0])
    confidence = read.pop("confidence", None)
    if confidence is not None:
        cells = [read.get("certain", blank(leading)), read["phospho"], confidence]
        read["certain"] = map_distinct(cells, lambda own, at, all_: [own or _repeat(at, all_)])[0]
    if "sites" in read:
        cells = [read["sites"], leading, read["bare"], read["phospho"]]
        read["start"] = map_distinct(cells, lambda *row: [_start(*row)])[0]
    return {**{r: c for r, c in read.items() if r != "sites"}, "protein": leading}


def _repeat(phospho: str, confidence: str) -> str:
    """Give the confidence of the least certain site to all sites."""
    return ";".join([confidence] * (phospho.count(";") + 1)) if phospho and confidence else ""


def _start(cell: str, protein: str, bare: str, phospho: str) -> str:
    """Find where the peptide begins, from ``[Q16828:S331];[Q16829:S369]`` and its phosphates."""
    groups = {m["protein"].strip(): m["sites"] for m in _GROUP.finditer(cell)}
    numbers = {(r, int(n)) for r, n in _SITE.findall(groups.get(protein, ""))}
    at = [int(p) for p in phospho.split(";") if p]
    starts = [n - at[0] + 1 for r, n in sorted(numbers) if at and r == bare[at[0] - 1]]
    fits = [s for s in starts if all((bare[i - 1], s + i - 1) in numbers for i in at)]
    return str(fits[0]) if fits else ""


_REPORT_ROLES = {
    "sample": ("run", "file.name"),
    "channel": ("channel",),
    "value": ("precursor.normalised", "precursor.quantity"),
    "peptide": ("modified.sequence",),
    "precursor": ("precursor.id",),
    "sites": ("protein.sites",),
    "protein": ("protein.group", "protein.ids"),
    "proteins": ("protein.ids",),
    "entry_name": ("protein.names",),
    "gene": ("genes",),
    "decoy": ("decoy",),
    "precursor_q": ("q.value",),
    "global_q": ("global.q.value",),
    "peptidoform_q": ("lib.peptidoform.q.value",),
    "protein_group_q": ("pg.q.value",),
}
_REPORT_SOURCE = "https://github.com/vdemichev/DiaNN, section Main output"
_REPORT_NOTES = (
    "A feature is one modified peptide, its precursors (Precursor.Normalised) summed in each run. "
    "Rows above 1 % precursor, global and peptidoform q value or 5 % protein group q value are "
    "left out. "
)
REPORT = Format(
    name="diann_report",
    title="DIA-NN 2 main report (parquet or text)",
    roles=MappingProxyType(
        {
            **_REPORT_ROLES,
            "scored": ("site.occupancy.probabilities",),
            "new": ("site.occupancy.probabilities", "protein.sites", "precursor.lib.index"),
            "confidence": ("ptm.site.confidence",),
        }
    ),
    required=("sample", "value", "peptide", "precursor", "protein", "new"),
    scale="linear",
    values="intensity",
    zero="missing",
    interpret=read_report,
    key=KEY,
    units=("precursor",),
    advice="; or read the site report beside it, report.site_report.parquet",
    source=_REPORT_SOURCE,
    notes=_REPORT_NOTES
    + "Site.Occupancy.Probabilities are probabilities and are filtered in each run; positions "
    "come from Protein.Sites, or from input.fasta.",
)
REPORT_1 = replace(
    REPORT,
    name="diann_report_1",
    title="DIA-NN 1 main report",
    roles=MappingProxyType({**_REPORT_ROLES, "score": ("ptm.site.confidence",)}),
    required=("sample", "value", "peptide", "precursor", "protein", "precursor_q"),
    scores=MappingProxyType({"score": _LEAST_SCORE}),
    advice="; or read the site matrix of DIA-NN 1.9 and later, <report>.phosphosites_90.tsv",
    notes=_REPORT_NOTES
    + "PTM.Site.Confidence of DIA-NN 1 is a score and no probability: filters.localization_min "
    f"does not apply to it, rows below {_LEAST_SCORE} are left out. Positions need input.fasta.",
)


def read_site_report(words: Words) -> Words:
    """Collect the sites of each precursor and run from the rows of its residues.

    Parameters
    ----------
    words
        Columns by role.
    """
    limited = refuse_above(words, _LIMITS, "{role} value above {limit}")
    refused = limited["refused"]
    residue, site = limited["residue"], limited["position"]
    other = ~residue.isin(["S", "T", "Y"])
    if "modification" in limited:
        other |= ~limited["modification"].str.contains("UniMod:21(?!\\d)|phospho", case=False)
    refused = refused.mask((refused == "") & other, "another modification than phosphorylation")
    if "occupied" in limited:
        empty = pd.to_numeric(limited["occupied"], errors="coerce") == 0
        refused = refused.mask((refused == "") & empty, "candidate residue without the phosphate")
    lead = limited.get("group", limited["protein"]).str.split(";").str[0]
    frame = pd.DataFrame(
        {
            "run": limited["sample"],
            "precursor": limited["precursor"],
            "protein": limited["protein"],
            "own": limited["protein"] == lead,
            "site": residue + site,
            "position": pd.to_numeric(site, errors="coerce"),
            "probability": limited["probability"].where(limited["probability"] != "", "nan"),
        }
    )
    used = frame[refused == ""].sort_values(["own", "position"], ascending=[False, True],
                                            kind="stable")  # fmt: skip
    by = used.groupby(["run", "precursor"], sort=False)
    used = used[used["protein"] == by["protein"].transform("first")].drop_duplicates(
        ["run", "precursor", "site"]
    )
    by = used.groupby(["run", "precursor"], sort=False)
    found = by.agg(protein=("protein", "first"), phospho=("site", ";".join),
                   certain=("probability", ";".join))  # fmt: skip
    every = pd.MultiIndex.from_frame(frame[["run", "precursor"]])
    rows = found.reindex(every).fillna("").set_index(frame.index).astype(object)
    count = rows["phospho"].str.count(";").add(1).where(rows["phospho"] != "", 0)
    drop = ("residue", "position", "probability", "occupied", "modification", "group")
    return {
        **{role: cells for role, cells in limited.items() if role not in drop},
        "protein": rows["protein"].where(rows["protein"] != "", limited["protein"]),
        "proteins": limited.get("group", limited["protein"]),
        "peptide": convert(
            limited.get("peptide", limited["precursor"]), lambda c: read_sequence(c).form
        ),
        "phospho": rows["phospho"],
        "certain": rows["certain"],
        "multiplicity": count.astype(str).replace("0", "").astype(object),
        "refused": refused,
    }


SITE_REPORT = Format(
    name="diann_site_report",
    title="DIA-NN 2 site report (with the main report beside it)",
    roles=MappingProxyType(
        {
            "sample": ("run",),
            "channel": ("channel",),
            "value": ("precursor.normalised", "precursor.quantity", "fragment.sum"),
            "precursor": ("precursor.id",),
            "peptide": ("modified.sequence", "precursor.id"),
            "protein": ("protein",),
            "residue": ("residue",),
            "position": ("site",),
            "probability": ("probability",),
            "occupied": ("occupied",),
            "modification": ("modification",),
            "group": ("protein.group",),
            "entry_name": ("protein.names",),
            "gene": ("genes",),
            "decoy": ("decoy",),
            "precursor_q": ("q.value",),
            "global_q": ("global.q.value",),
            "peptidoform_q": ("lib.peptidoform.q.value",),
            "protein_group_q": ("pg.q.value",),
        }
    ),
    required=("sample", "value", "precursor", "protein", "residue", "position", "probability"),
    scale="linear",
    values="intensity",
    zero="missing",
    interpret=read_site_report,
    key=KEY,
    units=("precursor",),
    source="https://github.com/vdemichev/DiaNN, section PTMs; DiaNN issues 1606, 1795",
    notes=(
        "A feature is one modified peptide with its sites (Occupied, Probability of at least "
        "filters.localization_min in the run); Precursor.Normalised and the q values are taken "
        "from report.parquet beside report.site_report.parquet."
    ),
)
PRECURSORS = Format(
    name="diann_precursors",
    title="DIA-NN pr_matrix",
    roles=MappingProxyType(
        {
            role: names
            for role, names in _REPORT_ROLES.items()
            if role in ("peptide", "precursor", "protein", "proteins", "entry_name", "gene")
        }
    ),
    required=("peptide", "precursor", "protein"),
    samples=RUN_COLUMNS,
    sample_name="{channel}",
    scale="linear",
    values="intensity",
    zero="missing",
    interpret=read_report,
    key=KEY,
    units=("precursor",),
    advice="; or read the site report, report.site_report.parquet",
    source=_REPORT_SOURCE,
    notes=(
        "A feature is one modified peptide, its precursors summed. The matrix has neither "
        "localisation probabilities nor positions: prefer the site report or the main report."
    ),
)

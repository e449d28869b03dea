"""Which features of a table are the targets of a network, on which step, and what is lost.

A target counts for every feature that carries it. The steps, the first that finds any wins:

- ``curated site``: the target is a site of the knowledge base and the feature was identified as it
  (`phosres.identity`): across isoforms, species, numberings and paralogs with one peptide;
- ``window``: the 15-mers are equal, whatever the protein is called;
- ``accession``: residue and position on the leading protein, the canonical form of the target;
- ``gene``: residue and position on the leading protein, which has that gene symbol;
- ``isoform``: the same, but the leading protein is another isoform, whose numbers may differ;
- ``other species``: the same, but the gene is that of another species. Only if asked for.

Numbers speak only of the leading protein, whose numbers they are. Where both sides show a 15-mer
and they differ, the number is not believed. A target that names several sites is found in the
features that carry all of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from phosres.kinases._rows import read_names
from phosres.knowledge import Knowledge
from phosres.knowledge.species import species_of_symbols
from phosres.knowledge.windows import SURE, centred, compare, known_letters

STEPS = ("curated site", "window", "accession", "gene", "isoform", "other species")
"""In order of trust."""

LOST = (
    "target not understood (no gene or accession with a site, and no 15-mer)",
    "protein not in the table",
    "site not in the table",
    "only as part of the sites it names together",
    "the table shows another sequence at that number",
    "gene and number of another species",
)
"""Why the targets that are no feature are none."""

_ACCESSION = re.compile(r"[OPQ]\d[A-Z0-9]{3}\d|[A-NR-Z]\d(?:[A-Z][A-Z0-9]{2}\d){1,2}")
_WINDOW = re.compile(r"(?=.{11})[A-Za-z_]+")
_MARK = re.compile(r"-p$")
_ISOFORM = re.compile(r"-(?!1$)\d+$")


@dataclass(frozen=True, eq=False)
class Matched:
    """Targets found among the features of a table.

    Parameters
    ----------
    pairs
        Columns target (as the network spells it), row (position of the feature), step.
    lost
        Reason of each target that is no feature, by target.
    """

    pairs: pd.DataFrame
    lost: Mapping[str, str]


def describe_targets(edges: pd.DataFrame) -> pd.DataFrame:
    """Say of each different target where it is: from the file's own columns, else from its name.

    Parameters
    ----------
    edges
        Column target, and where the file has them gene, accession, site, window, species.

    Returns
    -------
    Indexed by target: gene, accession (without isoform), sites (``;``-joined), window (15-mer or
    ``""``), species (``human``, ``rodent``, ``other`` or ``""``).
    """
    names = [c for c in ("gene", "accession", "site", "window", "species") if c in edges]
    known = edges.drop_duplicates("target").set_index("target")[names]
    text = known.index.to_series().str.replace(_MARK, "", regex=True)
    windows = text.where(text.str.fullmatch(_WINDOW) & (text.str.len() % 2 == 1), "")
    parts = read_names(known.index).set_index(known.index)
    placed = parts["sites"] != ""
    bare = parts["protein"].str.replace(r"-\d+$", "", regex=True)
    accession = bare.str.fullmatch(_ACCESSION)
    own = pd.DataFrame(
        {
            "gene": parts["protein"].where(placed & ~accession, ""),
            "accession": bare.where(placed & accession, ""),
            "sites": parts["sites"],
            "window": windows,
        }
    )
    given = known.rename(columns={"site": "sites"}).reindex(columns=own.columns, fill_value="")
    said = given.where(given != "", own).astype(object)
    said["accession"] = said["accession"].str.replace(r"-\d+$", "", regex=True)
    said["window"] = said["window"].map(_centre)
    told = known["species"] if "species" in known else pd.Series("", index=known.index)
    by_case = species_of_symbols(said["gene"])
    species = told.replace({"mouse": "rodent", "rat": "rodent"}).where(told != "", by_case)
    return said.assign(species=species)


def match_targets(
    targets: pd.DataFrame,
    features: pd.DataFrame,
    knowledge: Knowledge,
    *,
    other_species: bool = False,
) -> Matched:
    """Find the features of each target.

    Parameters
    ----------
    targets
        As `describe_targets` gives them.
    features
        Identified features of a table.
    knowledge
        Curated sites.
    other_species
        Whether gene and number count across species.

    Returns
    -------
    Pairs of target and feature, and why the others have none.
    """
    rows = _spread(features)
    asked = targets.reset_index()
    asked = asked[(asked["sites"] != "") | (asked["window"] != "")]
    found = [_by_curated(asked, features, knowledge), _by_window(asked, rows)]
    numbered, differ = _by_number(asked, rows)
    numbered = numbered[~numbered["target"].isin(set().union(*(f["target"] for f in found)))]
    foreign = numbered["step"] == "other species"
    found.append(numbered if other_species else numbered[~foreign])
    pairs = pd.concat(found, ignore_index=True)
    order = pairs["step"].map({s: i for i, s in enumerate(STEPS)})
    best = order == order.groupby(pairs["target"]).transform("min")
    pairs = pairs[best].drop_duplicates(["target", "row"], ignore_index=True)
    abroad = set() if other_species else set(numbered.loc[foreign, "target"])
    return Matched(pairs, _explain(targets, set(pairs["target"]), rows, differ, abroad))


def _centre(window: str) -> str:
    """Centre a window; ``""`` if it shows too little to name a site, or no phosphosite."""
    cut = centred(window)
    sure = cut and cut[len(cut) // 2] in "STY" and "?" not in cut
    return cut if sure and sum(c != "_" for c in cut) >= SURE else ""


def _spread(features: pd.DataFrame) -> pd.DataFrame:
    """Make one row a feature and site: row, site, window, gene and accession of the lead, species.

    The lead is the protein whose numbers the sites are.
    """
    table = pd.DataFrame(
        {
            "row": np.arange(len(features)),
            "gene": features["gene"].str.split(";").str[0],
            "protein": features["protein"],
            "species": features.get("species", pd.Series("", index=features.index)),
            "site": features["sites"].str.split(";"),
            "window": features["window"].str.split(";"),
        }
    ).reset_index(drop=True)
    sizes = table["site"].str.len()
    fits = table["window"].str.len() == sizes
    table["window"] = [
        w if ok else [""] * n for w, ok, n in zip(table["window"], fits, sizes, strict=True)
    ]
    table = table.explode(["site", "window"], ignore_index=True)
    table["window"] = table["window"].map({w: centred(w) for w in table["window"].unique()})
    table["isoform"] = table["protein"].str.contains(_ISOFORM, regex=True)
    table["accession"] = table["protein"].str.replace(r"-\d+$", "", regex=True)
    return table


def _by_curated(asked: pd.DataFrame, features: pd.DataFrame, knowledge: Knowledge) -> pd.DataFrame:
    """Find targets that are sites of the knowledge base, in human numbering."""
    key = {(s.gene, s.site): s.site_id for s in knowledge.sites.values()}
    key |= {(s.uniprot, s.site): s.site_id for s in knowledge.sites.values()}
    human = asked[asked["species"].isin(["", "human"])]
    ids = [
        key.get((gene, sites)) or key.get((accession, sites))
        for gene, accession, sites in zip(
            human["gene"], human["accession"], human["sites"], strict=True
        )
    ]
    curated = human.assign(site_id=pd.Series(ids, index=human.index, dtype=object))
    carried = features["site_ids"].str.split(";").reset_index(drop=True).explode()
    carriers = carried[carried != ""].rename("site_id").rename_axis("row").reset_index()
    found = curated.dropna(subset="site_id").merge(carriers, on="site_id")
    return found[["target", "row"]].assign(step="curated site")


def _by_window(asked: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Find targets by equal 15-mers."""
    some = rows[(rows["window"] != "") & ~rows["window"].str.contains("?", regex=False)]
    windowed = asked[asked["window"] != ""]
    found = windowed[["target", "window"]].merge(some[["window", "row"]], on="window")
    return found[["target", "row"]].assign(step="window")


def _by_number(asked: pd.DataFrame, rows: pd.DataFrame) -> tuple[pd.DataFrame, set[str]]:
    """Find targets by residue and position on the leading protein; and those windows refuse."""
    one = asked[asked["sites"] != ""].copy()
    one["n"] = one["sites"].str.count(";") + 1
    one = one.assign(site=one["sites"].str.split(";")).explode("site")
    one["symbol"] = one["gene"].str.upper()
    there = rows.assign(symbol=rows["gene"].str.upper())
    by_gene = one[one["gene"] != ""].merge(there, on=["symbol", "site"], suffixes=("", "_row"))
    by_accession = one[one["accession"] != ""].merge(
        there[~there["isoform"]], on=["accession", "site"], suffixes=("", "_row")
    )
    by_accession["step"] = "accession"
    by_gene["step"] = np.where(by_gene["isoform"], "isoform", "gene")
    by_gene.loc[_are_foreign(by_gene), "step"] = "other species"
    found = pd.concat([by_accession, by_gene], ignore_index=True)
    found = found.drop_duplicates(["target", "row", "site"])
    if found.empty:
        return found.reindex(columns=["target", "row", "step"]), set()
    agree, differ = compare(found["window"], found["window_row"])
    shown = np.minimum(known_letters(found["window"]), known_letters(found["window_row"])) > 0
    wrong = shown & (differ > agree)
    refused = set(found.loc[wrong, "target"])
    found = found[~wrong]
    complete = found.groupby(["target", "row"])["site"].transform("nunique") == found["n"]
    found = found[complete]
    return found[["target", "row", "step"]], refused - set(found["target"])


def _are_foreign(found: pd.DataFrame) -> "pd.Series[bool]":
    """Say where gene and number are of another species than the feature."""
    rodent = found["species_row"].isin(["mouse", "rat", "mouse;rat"])
    human = found["species_row"] == "human"
    theirs = found["species"]
    foreign = (rodent & (theirs == "human")) | (human & (theirs == "rodent"))
    return foreign | ((theirs == "other") & (rodent | human))


def _explain(
    targets: pd.DataFrame,
    found: set[str],
    rows: pd.DataFrame,
    differ: set[str],
    foreign: set[str],
) -> dict[str, str]:
    """Say of every target without feature why it has none."""
    genes, accessions = set(rows["gene"].str.upper()) - {""}, set(rows["accession"]) - {""}
    singles = set(zip(rows["gene"].str.upper(), rows["site"], strict=True))
    reasons = {}
    missing = targets[~targets.index.isin(list(found))]
    columns = [missing.index.tolist()]
    columns += [missing[c].tolist() for c in ("gene", "accession", "sites", "window")]
    for target, symbol, accession, sites, window in zip(*columns, strict=True):
        gene = symbol.upper()
        if not sites and not window:
            why = LOST[0]
        elif target in differ:
            why = LOST[4]
        elif target in foreign:
            why = LOST[5]
        elif sites and gene not in genes and accession not in accessions:
            why = LOST[1]
        elif ";" in sites and any((gene, s) in singles for s in sites.split(";")):
            why = LOST[3]
        else:
            why = LOST[2]
        reasons[str(target)] = why
    return reasons

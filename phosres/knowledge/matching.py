"""Which curated site is a row of a table? By window, then accession, then gene.

Numbers drift (isoforms, rodents, the initiator methionine), sequences do not: a window decides
wherever there is one, an accession or a gene symbol with a number only where there is none.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from phosres.errors import KnowledgeError, Problem, did_you_mean
from phosres.knowledge.base import Knowledge
from phosres.knowledge.lookup import explode, resolve, symbols, targets
from phosres.knowledge.records import Site
from phosres.knowledge.windows import KEY_LENGTHS, central, mismatches

STEPS = ("window", "accession", "gene")
SPECIES = ("human", "mouse", "rat")
COLUMNS = ["feature", "site_id", "step", "exact", "note"]
# Residues of 15 that may differ between orthologs: the mouse and rat positions of the site table
# were accepted from 9 equal residues on.
_ORTHOLOG_MISMATCHES = 6


@dataclass(frozen=True, slots=True)
class MatchSummary:
    """How many features were matched, and on which step.

    Parameters
    ----------
    n_features
        Features looked at.
    n_matched
        Features with at least one curated site.
    n_sites
        Curated sites seen.
    by_step
        Features by the first step that matched them.
    n_neighbours
        Features matched only through a tolerated neighbour.
    n_contradicted
        Features whose number says a curated site and whose window says it is not.
    """

    n_features: int
    n_matched: int
    n_sites: int
    by_step: Mapping[str, int]
    n_neighbours: int
    n_contradicted: int

    def __str__(self) -> str:
        steps = ", ".join(f"{count} by {step}" for step, count in self.by_step.items())
        return (
            f"{self.n_matched} of {self.n_features} features are curated sites "
            f"({self.n_sites} different sites; {steps})"
        )


def match_sites(
    features: pd.DataFrame, knowledge: Knowledge, *, species: str = "human"
) -> pd.DataFrame:
    """Find the curated sites among the features of a table.

    Parameters
    ----------
    features
        Indexed by feature id. Text columns, all optional: `gene` and `proteins` (``;``-joined),
        `protein` (leading accession, with or without isoform), `entry_name` (UniProt, without
        species), `sites` (``S235;S236``), `window` (aligned with `sites`, any odd length).
    knowledge
        The knowledge base.
    species
        ``human``, ``mouse`` or ``rat``; rodent numbers are compared with rodent positions only.

    Returns
    -------
    One row a feature and curated site: `feature`, `site_id`, `step` (``window``, ``accession`` or
    ``gene``), `exact` (False through a mislocalised neighbour), `note`.

    Raises
    ------
    KnowledgeError
        If the species is unknown.
    """
    return _match(features, knowledge, species)[0]


def find_contradictions(
    features: pd.DataFrame, knowledge: Knowledge, *, species: str = "human"
) -> pd.DataFrame:
    """Find features whose number names a curated site that their window excludes.

    Parameters
    ----------
    features, knowledge, species
        As for `match_sites`.

    Returns
    -------
    The columns of `match_sites`; `step` is the step the window overruled.
    """
    return _match(features, knowledge, species)[1]


def match_summary(
    features: pd.DataFrame, knowledge: Knowledge, *, species: str = "human"
) -> MatchSummary:
    """Count what `match_sites` finds.

    Parameters
    ----------
    features, knowledge, species
        As for `match_sites`.

    Returns
    -------
    The counts.
    """
    matches, contradicted = _match(features, knowledge, species)
    order = matches["step"].map({step: i for i, step in enumerate(STEPS)})
    first = order.groupby(matches["feature"]).min()
    exact = matches.groupby("feature")["exact"].any()
    return MatchSummary(
        n_features=len(features),
        n_matched=int(first.size),
        n_sites=int(matches["site_id"].nunique()),
        by_step={step: int((first == i).sum()) for i, step in enumerate(STEPS)},
        n_neighbours=int((~exact.astype(bool)).sum()),
        n_contradicted=int(contradicted["feature"].nunique()),
    )


def _match(
    features: pd.DataFrame, knowledge: Knowledge, species: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    if species not in SPECIES:
        hint = did_you_mean(species, SPECIES)
        raise KnowledgeError(Problem(f"the species '{species}' is not supported", hint=hint))
    known = targets(knowledge, species)
    rows = explode(features)
    rows["symbols"] = resolve(rows, symbols(knowledge))
    by_window = _by_window(rows, known, knowledge)
    numbered = _by_number(rows, known, species)
    numbered, contradicted = _confront(numbered, by_window, species)
    matches = _collect(pd.concat([by_window, numbered], ignore_index=True), features)
    return matches, _collect(contradicted, features)


def _by_window(rows: pd.DataFrame, known: pd.DataFrame, knowledge: Knowledge) -> pd.DataFrame:
    """Match central windows; among paralogs keep those the accession or gene names."""
    windowed = known[known["window15"] != ""]
    hits = []
    for length in KEY_LENGTHS:
        keys = windowed.assign(key=[central(window, length) for window in windowed["window15"]])
        some = rows[rows["usable"] == length]
        start = (KEY_LENGTHS[0] - length) // 2
        some = some.assign(key=some["window"].str[start : start + length])
        some = some[some["key"].isin(set(keys["key"]))]
        hits.append(some.merge(keys.rename(columns={"site": "own_site"}), on="key"))
    found = pd.concat(hits, ignore_index=True).assign(step="window")
    if found.empty:
        return found
    found = found[~_is_outside_paralog(found, knowledge)]
    named = _named(found)
    found = found[named | ~named.groupby(found["row"]).transform("any")]
    numbered = found["site"] == found["own_site"]
    keep = numbered | ~numbered.groupby([found["row"], found["site"], found["symbol"]]).transform(
        "any"
    )
    found = found[keep].copy()
    found["note"] = _window_notes(found)
    return found


def _named(found: pd.DataFrame) -> "pd.Series[bool]":
    """Say whether the accessions or the gene of a row name the gene of the site."""
    flags = [
        uniprot in re.split(r"[;\-]", f"{protein};{proteins}") or symbol in symbols.split(";")
        for uniprot, protein, proteins, symbol, symbols in zip(
            found["uniprot"],
            found["protein"],
            found["proteins"],
            found["symbol"],
            found["symbols"],
            strict=True,
        )
    ]
    return pd.Series(flags, index=found.index, dtype=bool)


def _is_outside_paralog(found: pd.DataFrame, knowledge: Knowledge) -> "pd.Series[bool]":
    """Say whether the gene of a row is a paralog outside the table that shares the window."""
    flags = [
        bool(
            {name.strip().upper() for name in gene.split(";")} & _paralogs(knowledge.sites[site_id])
        )
        and symbol not in symbols.split(";")
        for gene, site_id, symbol, symbols in zip(
            found["gene"], found["site_id"], found["symbol"], found["symbols"], strict=True
        )
    ]
    return pd.Series(flags, index=found.index, dtype=bool)


def _paralogs(site: Site) -> set[str]:
    """Name the genes whose protein has the window or the peptide of a site."""
    return {other.split()[0] for other in (*site.same_window_in, *site.same_peptide_in)}


def _window_notes(found: pd.DataFrame) -> list[str]:
    shared = found.groupby(["row", "site"])["site_id"].transform("nunique") > 1
    unnamed = ~_named(found) & ((found["gene"] != "") | (found["protein"] != ""))
    return [
        "; ".join(
            part
            for part in (
                note,
                "the window is shared by paralogs, and the row could be each of them" * many,
                f"the table calls it {gene or protein}" * foreign,
            )
            if part
        )
        for note, many, foreign, gene, protein in zip(
            found["note"], shared, unnamed, found["gene"], found["protein"], strict=True
        )
    ]


def _by_number(rows: pd.DataFrame, known: pd.DataFrame, species: str) -> pd.DataFrame:
    """Match accession + number, else gene + number; the first gene of a list that fits wins."""
    some = rows[(rows["symbols"] != "") & (rows["site"] != "")]
    some = some.assign(symbol=some["symbols"].str.split(";")).explode("symbol")
    some["rank"] = some.groupby(["row", "site"]).cumcount()
    numbered = known[known["site"] != ""].drop_duplicates(["symbol", "site", "site_id"])
    found = some.merge(numbered, on=["symbol", "site"])
    found = found[found["rank"] == found.groupby(["row", "site"])["rank"].transform("min")].copy()
    by_accession = found["accession"] == found["uniprot"]
    found["step"] = np.where(by_accession, "accession", "gene")
    isoform = by_accession & found["protein"].str.contains(r"-(?!1$)\d+$", regex=True)
    other = ~by_accession & (found["accession"] != "") & (species == "human")
    found["note"] = [
        "; ".join(
            part
            for part in (
                note,
                f"isoform {protein}: its number is taken as canonical" * is_isoform,
                f"{protein} is not the reference protein {uniprot}" * is_other,
            )
            if part
        )
        for note, protein, uniprot, is_isoform, is_other in zip(
            found["note"], found["protein"], found["uniprot"], isoform, other, strict=True
        )
    ]
    return found


def _confront(
    numbered: pd.DataFrame, by_window: pd.DataFrame, species: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Drop matches by number that a window decides or contradicts; say which it contradicts."""
    decided = pd.MultiIndex.from_frame(by_window[["row", "site"]])
    is_decided = pd.MultiIndex.from_frame(numbered[["row", "site"]]).isin(decided)
    same = pd.MultiIndex.from_frame(numbered[["row", "site", "site_id"]]).isin(
        pd.MultiIndex.from_frame(by_window[["row", "site", "site_id"]])
    )
    allowed = 0 if species == "human" else _ORTHOLOG_MISMATCHES
    has_both = (numbered["window"] != "") & (numbered["window15"] != "")
    differs = pd.Series(0, index=numbered.index)
    pair = numbered[has_both]
    differs[has_both] = mismatches(pair["window"], pair["window15"])
    centre = has_both & (numbered["window"].str[7] != numbered["site"].str[0])
    against = (differs > allowed) | centre
    contradicted = numbered[(against | is_decided) & ~same].copy()
    contradicted["note"] = [
        f"the number says {site_id}, the window {window} does not: the window decides"
        for site_id, window in zip(contradicted["site_id"], contradicted["window"], strict=True)
    ]
    return numbered[~against & ~is_decided], contradicted


def _collect(found: pd.DataFrame, features: pd.DataFrame) -> pd.DataFrame:
    """Keep each feature and site once, the best evidence first, in the order of the features."""
    order = found["step"].map({step: i for i, step in enumerate(STEPS)}).astype("int64")
    found = found.assign(order=order, inexact=~found["exact"].astype(bool))
    found = found.sort_values(["row", "inexact", "order"], kind="stable")
    found = found.drop_duplicates(["row", "site_id"])
    result = found.assign(feature=features.index.to_numpy()[found["row"].to_numpy(dtype="int64")])
    result["exact"] = result["exact"].astype(bool)
    return result[COLUMNS].reset_index(drop=True)

"""Which features are stable references: from a list of sites, or the least variable of a table."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from phosres.knowledge import Knowledge, load
from phosres.knowledge.windows import centred, is_telling
from phosres.normalization._shifts import COMMON_SHARE, mode_of_ratios
from phosres.table import PhosphoTable

N_DERIVED = 100
"""Features taken where no list is given: the usual length of a list of stable sites
(doi:10.1016/j.celrep.2021.108771)."""


@dataclass(frozen=True, slots=True, eq=False)
class Stable:
    """Stable features of a table.

    Parameters
    ----------
    mask
        One truth value a feature.
    text
        Where they are from, one sentence.
    """

    mask: np.ndarray
    text: str


def find_stable(
    table: PhosphoTable, sites: pd.DataFrame | None = None, *, knowledge: Knowledge | None = None
) -> Stable:
    """Mark the features of a table that carry stable sites.

    A feature counts if all its sites are listed: by sequence window (at least 11 residues), else by
    accession and site, else by gene and site. No feature on a protein of any curated site counts: a
    reference must not hold what is read out. Without a list the 100 features that vary least
    between the samples (after alignment by the mode of ratios) stand in. They follow the majority:
    unlike a list they cannot show a shift that most features share.

    Parameters
    ----------
    table
        Log2 values before normalisation.
    sites
        The list: columns ``window``, ``protein``, ``gene``, ``site``, ``""`` where unknown.
    knowledge
        Curated sites; the package's own by default.

    Returns
    -------
    The features, and where they are from.
    """
    ours = _curated(table.features, knowledge or load())
    if sites is None:
        mask = _least_variable(table.values.to_numpy(), ~ours)
        text = (
            f"the {int(mask.sum())} features that vary least between the samples, since no list of "
            "stable sites was given: they follow the majority of the features"
        )
        return Stable(mask, text)
    listed = _listed(table.features, sites)
    mask = listed & ~ours
    text = f"{int(mask.sum())} features on a list of {len(sites)} stable sites"
    if left := int((listed & ours).sum()):
        text += f" ({left} more lie on proteins with readouts or members of sets and were left out)"
    return Stable(mask, text)


def _curated(features: pd.DataFrame, knowledge: Knowledge) -> np.ndarray:
    """Mark the features of proteins that hold any curated site."""
    genes = {s.gene.upper() for s in knowledge.sites.values()}
    accessions = {s.uniprot for s in knowledge.sites.values()}
    gene = features["gene"].map(lambda t: bool({g.upper() for g in t.split(";")} & genes))
    protein = features["proteins"].where(features["proteins"] != "", features["protein"])
    own = protein.map(lambda t: bool({a.split("-")[0] for a in t.split(";")} & accessions))
    return np.asarray(gene | own | (features["site_ids"] != ""), dtype=bool)


def _listed(features: pd.DataFrame, sites: pd.DataFrame) -> np.ndarray:
    """Mark the features all of whose sites are on a list."""
    windows = {centred(w) for w in sites["window"] if is_telling(w)}
    keys = {
        (name.split("-")[0].upper(), site)
        for column in ("protein", "gene")
        for name, site in zip(sites[column], sites["site"], strict=True)
        if name and site
    }
    marks = []
    columns = ("window", "protein", "gene", "sites")
    for window, protein, gene, own in features[list(columns)].itertuples(index=False):
        numbers = own.split(";")
        seen = window.split(";") if window.count(";") == own.count(";") else [""] * len(numbers)
        names = (protein.split("-")[0].upper(), gene.split(";")[0].upper())
        marks.append(
            all(
                (is_telling(w) and centred(w) in windows)
                or any((name, site) in keys for name in names if name)
                for w, site in zip(seen, numbers, strict=True)
            )
        )
    return np.array(marks, dtype=bool)


def _least_variable(values: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Mark the features with the least spread between the samples, of those most samples have."""
    shift = mode_of_ratios(values)[0]
    with np.errstate(invalid="ignore"):
        aligned = values - np.nan_to_num(shift)
    seen = np.isfinite(aligned)
    n = seen.sum(axis=1)
    centre = np.where(seen, aligned, 0.0).sum(axis=1) / np.maximum(n, 1)
    squares = np.where(seen, (aligned - centre[:, None]) ** 2, 0.0).sum(axis=1)
    spread = squares / np.maximum(n - 1, 1)
    usable = allowed & (n >= max(2, COMMON_SHARE * values.shape[1]))
    rows = np.flatnonzero(usable)
    mask = np.zeros(values.shape[0], dtype=bool)
    mask[rows[np.argsort(spread[rows], kind="stable")[:N_DERIVED]]] = True
    return mask

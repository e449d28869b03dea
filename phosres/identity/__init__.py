"""Identity: which features are the curated sites, of which species, found how.

Numbers drift between isoforms, species and the literature, so sequence windows decide first, then
accession and position, then gene and site (`phosres.knowledge.match_sites`). What matched on which
step is kept with every feature and counted in the table's history.
"""

import numpy as np
import pandas as pd

from phosres.identity._matching import find_sites
from phosres.identity._numbers import find_shift, rename, shift_sites
from phosres.identity._repeats import fold_repeats
from phosres.identity._sentences import count_sites, list_warnings
from phosres.identity._species import BOTH, DECLARABLE, settle
from phosres.knowledge import Knowledge, load
from phosres.table import PhosphoTable, Step

__all__ = ["DECLARABLE", "identify"]


def identify(
    table: PhosphoTable, *, knowledge: Knowledge | None = None, species: str = "auto"
) -> PhosphoTable:
    """Mark the features that carry curated sites.

    Parameters
    ----------
    table
        A table as it was read.
    knowledge
        Curated sites; the package's own by default.
    species
        ``auto`` (told from entry names, accessions and gene symbols), ``human``, ``mouse``,
        ``rat``, or ``human+mouse`` for a xenograft: then features of mouse are kept apart and
        count for no readout. Rodent positions are never read as human ones.

    Returns
    -------
    The table with ``site_ids`` filled, ``gene`` where it was empty and a curated site names it,
    and the columns ``site_steps`` (how each of ``site_ids`` was found, in their order),
    ``site_notes`` (what a reader must know of that), ``species``, and ``stroma_site_ids`` (sites of
    mouse features of a xenograft).

    Raises
    ------
    DataError
        If the names of the table clearly say another species than was declared.
    KnowledgeError
        If the species is not supported.
    """
    knowledge = knowledge or load()
    settled = settle(table, knowledge, species)
    features, values = table.features, table.values
    found = find_sites(features, knowledge, settled)
    numbered = "human" if settled.species == BOTH else settled.species
    shift = find_shift(found.tumour, knowledge, numbered)
    if shift.by:
        sites = shift_sites(features["sites"], shift.by)
        index = rename(features.index, features["sites"], sites)
        features = features.assign(sites=sites).set_axis(index)
        values = values.set_axis(index)
        found = find_sites(features, knowledge, settled)
    matches, stands = fold_repeats(found.tumour, values, knowledge)
    species_of = settled.rows.str.replace(";", "+", regex=False).to_numpy()
    marked = _mark(features, matches, knowledge).assign(
        species=np.where(features.index.isin(found.shared), BOTH, species_of),
        stroma_site_ids=_list(found.stroma, "site_id", features.index),
    )
    repeats = marked.index.isin(list(stands))
    marked.loc[repeats, "site_notes"] = [
        f"the same measurement as {stands[name]}" for name in marked.index[repeats]
    ]
    step = Step(
        name="identify",
        text=f"{count_sites(matches, knowledge)} {settled.text}",
        rows_in=table.n_features,
        rows_out=table.n_features,
        parameters={"species": settled.species, "knowledge": knowledge.content_hash},
        warnings=list_warnings(table, found, settled, shift, stands),
    )
    return table.step(step, features=marked, values=values)


def _mark(features: pd.DataFrame, matches: pd.DataFrame, knowledge: Knowledge) -> pd.DataFrame:
    """Write into features which sites they carry and how that was found."""
    ids = _list(matches, "site_id", features.index)
    genes = {
        text: ";".join(dict.fromkeys(knowledge.sites[i].gene for i in text.split(";") if i))
        for text in ids.unique()
    }
    own = features["gene"]
    noted = matches[matches["note"] != ""].drop_duplicates(["feature", "note"])
    return features.assign(
        gene=own.where(own != "", ids.map(genes)),
        site_ids=ids,
        site_steps=_list(matches, "step", features.index),
        site_notes=_list(noted, "note", features.index, "; "),
    )


def _list(
    matches: pd.DataFrame, column: str, index: pd.Index, separator: str = ";"
) -> "pd.Series[str]":
    """Join a column of the matches by feature, ``""`` where there is none."""
    if matches.empty:
        return pd.Series("", index=index, dtype=object)
    joined = matches.groupby("feature", sort=False)[column].agg(separator.join)
    return joined.reindex(index).fillna("").astype(object)

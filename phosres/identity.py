"""Identity: which features are the curated sites, found by window, accession or gene.

Numbers drift between isoforms, species and the literature, so sequence windows decide first, then
accession and position, then gene and site (`phosres.knowledge.match_sites`). What matched on which
step is kept in the table's history.
"""

import pandas as pd

from phosres.knowledge import Knowledge, load, match_sites
from phosres.table import PhosphoTable, Step


def identify(
    table: PhosphoTable, *, knowledge: Knowledge | None = None, species: str = "human"
) -> PhosphoTable:
    """Mark the features that carry curated sites.

    Parameters
    ----------
    table
        A table as it was read.
    knowledge
        Curated sites; the package's own by default.
    species
        ``human``, ``mouse`` or ``rat``: rodent positions are never read as human ones.

    Returns
    -------
    The table with ``site_ids`` filled, and ``gene`` where it was empty and a curated site names it.
    """
    knowledge = knowledge or load()
    matches = match_sites(table.features, knowledge, species=species)
    by = matches.groupby("feature", sort=False)["site_id"]
    ids = by.agg(lambda s: ";".join(dict.fromkeys(s))).reindex(table.features.index).fillna("")
    genes = ids.map(lambda text: _genes(text, knowledge)).where(ids != "", "")
    own = table.features["gene"]
    features = table.features.assign(site_ids=ids.astype(object), gene=own.where(own != "", genes))
    steps = matches["step"].value_counts()
    counts = ", ".join(f"{int(n)} by {step}" for step, n in steps.items()) or "none"
    text = (
        f"{int((ids != '').sum()):,} features carry {matches['site_id'].nunique()} of the "
        f"{len(knowledge.sites)} curated sites ({counts})."
    )
    step = Step(
        name="identify",
        text=text,
        rows_in=table.n_features,
        rows_out=table.n_features,
        parameters={"species": species, "knowledge": knowledge.content_hash},
        warnings=_warnings(table, ids),
    )
    return table.step(step, features=features)


def _genes(ids: str, knowledge: Knowledge) -> str:
    """Name the genes of curated sites, each once."""
    return ";".join(dict.fromkeys(knowledge.sites[i].gene for i in ids.split(";") if i))


def _warnings(table: PhosphoTable, ids: "pd.Series[str]") -> tuple[str, ...]:
    """Warn when nothing was recognised: then no readout can be scored."""
    if (ids != "").any():
        return ()
    names = table.features["gene"].where(table.features["gene"] != "", table.features["protein"])
    shown = ", ".join(names.head(3))
    return (
        f"no curated site was recognised in {table.n_features:,} features (the table's names look "
        f"like {shown}): check input.species and input.columns",
    )

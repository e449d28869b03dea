"""A kinase's own activating sites: which they are, and where a matrix has them."""

from functools import cache
from importlib.resources import files

import pandas as pd


@cache
def _table() -> pd.DataFrame:
    path = files("phosres.kinases") / "activation_sites.tsv"
    with path.open(encoding="utf-8") as handle:
        return pd.read_csv(handle, sep="\t", keep_default_na=False)


def activation_sites() -> pd.DataFrame:
    """List the textbook sites whose phosphorylation says that a human kinase is on, or off.

    Returns
    -------
    Columns gene, uniprot, site (position in the canonical UniProt sequence), role
    (``activation_loop``, ``hydrophobic_motif``, ``autophosphorylation``, ``upstream``: set by the
    kinase above; ``marker``: follows the kinase's activity; ``inhibitory``), effect (1 or -1),
    reference, checked.
    """
    return _table().copy()


def genes_of(sets: pd.Index) -> "pd.Series[str]":
    """Name the gene that each set is named after.

    Parameters
    ----------
    sets
        Names of the sets, as for `find_own_sites`.
    """
    return pd.Series(sets.astype(str), dtype=object).str.replace(r"^.*[/_]", "", regex=True)


def find_own_sites(sets: pd.Index, names: pd.DataFrame) -> pd.DataFrame:
    """Find the rows of a matrix that are activating sites of the kinase a set is named after.

    Parameters
    ----------
    sets
        Names of the sets: the gene (``AKT1``), or a name that ends with it after ``/`` or ``_``
        (``KINASE-PSP_AKT1``, ``KINASE-PSP_Akt1/AKT1``).
    names
        Protein (gene or accession) and site of each row of the matrix.

    Returns
    -------
    Columns set and row (positions) and effect.
    """
    sites = _table()
    of_set = pd.DataFrame({"gene": genes_of(sets), "set": range(len(sets))})
    there = pd.DataFrame({"row": range(len(names)), "key": names["protein"] + " " + names["site"]})
    keys = [sites["gene"] + " " + sites["site"], sites["uniprot"] + " " + sites["site"]]
    found = [sites.assign(key=key).merge(of_set, on="gene").merge(there, on="key") for key in keys]
    both = pd.concat(found, ignore_index=True)[["set", "row", "effect"]]
    return both.drop_duplicates(["set", "row"], ignore_index=True)

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
    reference, checked, same_peptide (sites of other kinases on a tryptic peptide of the same
    sequence, ``;``-joined).
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


def with_shared_peptides() -> pd.DataFrame:
    """List the activating sites of each kinase, and those of others it shares the peptide with.

    A peptide that several kinases give is named after one of them, and speaks of each.

    Returns
    -------
    Columns kinase, own (its site), gene, uniprot and site (where the peptide may be named), effect
    and shared (True for the sites of other kinases).
    """
    table = _table()
    own = table.assign(kinase=table["gene"], own=table["site"], shared=False)
    other = own[own["same_peptide"] != ""].assign(also=own["same_peptide"].str.split(";"))
    other = other.explode("also")
    place = other["also"].str.split(" ", expand=True)
    other = other.assign(gene=place[0], site=place[1], shared=True)
    names = table.drop_duplicates("gene").set_index("gene")["uniprot"]
    other = other.assign(uniprot=other["gene"].map(names))
    columns = ["kinase", "own", "gene", "uniprot", "site", "effect", "shared"]
    return pd.concat([own, other], ignore_index=True)[columns]


def find_own_sites(sets: pd.Index, names: pd.DataFrame, *, shared: bool = True) -> pd.DataFrame:
    """Find the rows of a matrix that are activating sites of the kinase a set is named after.

    The site of a kinase with the same peptide stands in where the kinase's own is no row.

    Parameters
    ----------
    sets
        Names of the sets: the gene (``AKT1``), or a name that ends with it after ``/`` or ``_``
        (``KINASE-PSP_AKT1``, ``KINASE-PSP_Akt1/AKT1``).
    names
        Protein (gene or accession) and site of each row of the matrix.
    shared
        Whether sites of other kinases on the same peptide may stand in.

    Returns
    -------
    Columns set and row (positions) and effect.
    """
    sites = with_shared_peptides()
    sites = sites if shared else sites[~sites["shared"]]
    of_set = pd.DataFrame({"kinase": genes_of(sets), "set": range(len(sets))})
    there = pd.DataFrame({"row": range(len(names)), "key": names["protein"] + " " + names["site"]})
    keys = [sites["gene"] + " " + sites["site"], sites["uniprot"] + " " + sites["site"]]
    found = [
        sites.assign(key=key).merge(of_set, on="kinase").merge(there, on="key") for key in keys
    ]
    both = pd.concat(found, ignore_index=True).sort_values(["set", "own", "shared", "row"])
    # Of several names of one peptide the kinase's own counts, else the first.
    both = both[~both["shared"] | ~both.duplicated(["set", "own"])]
    return both[["set", "row", "effect"]].drop_duplicates(["set", "row"], ignore_index=True)

"""Peptides that several curated proteins share: the sites of all of them on one feature."""

from collections import defaultdict
from functools import lru_cache

import numpy as np
import pandas as pd

from phosres.knowledge.base import Knowledge
from phosres.knowledge.windows import compare


@lru_cache(maxsize=4)
def twins(knowledge: Knowledge) -> pd.DataFrame:
    """List the pairs of curated sites that one peptide carries.

    Returns
    -------
    Columns site_id, twin and symbol (of the twin): AKT1_T308, AKT2_T309, AKT2. Within a paralog the
    twin is the site whose window is nearest.
    """
    columns = ["site_id", "twin", "symbol", "window15", "other"]
    of_gene = defaultdict(list)
    for site in knowledge.sites.values():
        of_gene[site.gene].append(site)
    sharing = {
        site.site_id: {n.split()[0] for n in (*site.same_peptide_in, *site.same_window_in)}
        for site in knowledge.sites.values()
    }
    pairs = [
        (site.site_id, other.site_id, other.gene, site.window15, other.window15)
        for site in knowledge.sites.values()
        for gene in sorted(sharing[site.site_id] - {site.gene})
        for other in of_gene.get(gene, ())
    ]
    frame = pd.DataFrame(pairs, columns=columns)
    frame["equal"] = compare(frame["window15"], frame["other"])[0]
    best = frame.groupby(["site_id", "symbol"])["equal"].transform("max")
    return frame.loc[frame["equal"] == best, ["site_id", "twin", "symbol"]].reset_index(drop=True)


def add_twins(found: pd.DataFrame, knowledge: Knowledge) -> pd.DataFrame:
    """Add the sites of the paralogs that a row names besides the protein it was matched to.

    Parameters
    ----------
    found
        Matches with the columns row, site, site_id, named and note.
    """
    pairs = twins(knowledge).rename(columns={"symbol": "paralog"})
    more = found.merge(pairs, on="site_id")
    flags = [p in named.split(";") for p, named in zip(more["paralog"], more["named"], strict=True)]
    more = more[np.array(flags, dtype=bool)]
    if more.empty:
        return found
    note = "the peptide is shared by " + more["symbol"] + " and " + more["paralog"]
    both = more["note"].where(more["note"] == "", more["note"] + "; ") + note
    more = more.assign(site_id=more["twin"], symbol=more["paralog"], note=both)
    there = pd.MultiIndex.from_frame(found[["row", "site_id"]])
    fresh = ~pd.MultiIndex.from_frame(more[["row", "site_id"]]).isin(there)
    return pd.concat([found, more.loc[fresh, found.columns]], ignore_index=True)

"""Tables whose numbers are all off by one: found by the windows, and corrected.

FragPipe 21.0 wrote site, start and end off by one (its own list of changes; mended in 21.1), and
databases without initiator methionines number every protein so.
"""

import re
from dataclasses import dataclass

import pandas as pd

from phosres.knowledge import Knowledge
from phosres.knowledge.lookup import convert_each

ENOUGH = 10
"""Sites with window and number that must speak: fewer can be isoforms of one or two proteins."""
CLEAR = 0.8
"""Share of them that must be off by the same one: the rest may be numbered on other isoforms."""
_NUMBER = re.compile(r"([STY])(\d+)")


@dataclass(frozen=True, slots=True)
class Shift:
    """By how much the numbers of a table are off.

    Parameters
    ----------
    by
        What to add to every number, 0 if they are right.
    agree, seen
        Sites that say so, of those that have a window and a number.
    """

    by: int
    agree: int
    seen: int


def find_shift(matches: pd.DataFrame, knowledge: Knowledge, species: str) -> Shift:
    """Tell from sites that were matched by window whether all numbers are off by one.

    Parameters
    ----------
    matches
        As `phosres.knowledge.match_sites` gives them.
    knowledge
        Numbers of the curated sites.
    species
        Whose numbers they should be.
    """
    numbers = {
        site_id: {"human": site.site, "mouse": site.mouse_site, "rat": site.rat_site}[species]
        for site_id, site in knowledge.sites.items()
    }
    some = matches[matches["step"].isin(["window", "ortholog window"]) & (matches["site"] != "")]
    # A feature with two sites of one gene says the same thing once.
    some = some.drop_duplicates(["site_id", "site"])
    given = pd.to_numeric(some["site"].str.slice(1), errors="coerce")
    right = pd.to_numeric(some["site_id"].map(numbers).str.slice(1), errors="coerce")
    off = (right - given).dropna()
    for by in (1, -1):
        agree = int((off == by).sum())
        if len(off) >= ENOUGH and agree >= CLEAR * len(off):
            return Shift(by, agree, len(off))
    return Shift(0, int((off == 0).sum()), len(off))


def shift_sites(sites: "pd.Series[str]", by: int) -> "pd.Series[str]":
    """Add a number to every position of a column of sites.

    Parameters
    ----------
    sites
        ``S235;S236``, ``""`` where there is none.
    by
        What to add.
    """
    return convert_each(sites, lambda text: _NUMBER.sub(lambda m: f"{m[1]}{int(m[2]) + by}", text))


def rename(index: pd.Index, before: "pd.Series[str]", after: "pd.Series[str]") -> pd.Index:
    """Write corrected sites into the names of features.

    Parameters
    ----------
    index
        Names, ``RPS6_S234.S235_M2``.
    before, after
        Their sites.
    """
    old = before.str.replace(";", ".", regex=False)
    new = after.str.replace(";", ".", regex=False)
    names = [
        name.replace(f"_{o}", f"_{n}", 1) if o else name
        for name, o, n in zip(index, old, new, strict=True)
    ]
    renamed: pd.Index = pd.Index(names, name=index.name, dtype=object)
    return renamed

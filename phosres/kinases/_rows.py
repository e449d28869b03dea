"""The protein and the site a row's name speaks of, however it is spelled."""

import re

import pandas as pd

# A gene or accession, a separator, the site: AKT1_S473, AKT1;S473;, P31749;S473-p, AKT1(S473),
# "AKT1 pS473", AKT1_S473|AKT1|S473. Several sites in one name (AKT1_T308_S473) are one peptidoform.
_NAME = re.compile(
    r"^(?P<protein>[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*?)[_;:|/ (-]+p?(?P<site>[STY]\d{1,5})"
    r"(?P<more>(?:[_;, ]+p?[STY]\d{1,5})+)?(?![A-Za-z0-9])"
)

_SITE = re.compile(r"[STY]\d{1,5}")


def read_names(names: pd.Index) -> pd.DataFrame:
    """Split names of rows into protein and site.

    Parameters
    ----------
    names
        Names of the rows of a matrix.

    Returns
    -------
    Columns protein, site and sites, one row a name; the name itself and ``""`` where it says
    neither. ``site`` is also empty where the name says several sites; ``sites`` has all of them,
    ``;``-joined.
    """
    proteins, sites, all_sites = [], [], []
    for name in names.astype(str):
        found = _NAME.match(name)
        proteins.append(name if found is None else found["protein"])
        more = "" if found is None else found["more"] or ""
        one = "" if found is None else found["site"]
        sites.append("" if more else one)
        all_sites.append(";".join([one, *_SITE.findall(more)]))
    return pd.DataFrame({"protein": proteins, "site": sites, "sites": all_sites}, dtype=object)

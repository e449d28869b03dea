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
    texts = [str(name) for name in names.tolist()]
    match = _NAME.match
    parts = [found.groups() if (found := match(text)) else (text, "", None) for text in texts]
    several = [
        site if more is None else ";".join([site, *_SITE.findall(more)]) for _, site, more in parts
    ]
    return pd.DataFrame(
        {
            "protein": [protein for protein, _, _ in parts],
            "site": [site if more is None else "" for _, site, more in parts],
            "sites": several,
        },
        dtype=object,
    )

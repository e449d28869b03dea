"""The methods as records: a method is one of these, and nothing else knows its name."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from phosres.errors import ConfigError, did_you_mean
from phosres.kinases._columns import Columns
from phosres.kinases._combination import Ingredients, combine
from phosres.kinases._statistics import Scored, ksea_z, mean, rokai_z, ulm, weighted_sum
from phosres.kinases._weights import Weights

Prepare = Callable[[Weights], Callable[[Columns], Scored]]


@dataclass(frozen=True)
class Method:
    """One way of making a number of a set's members.

    Parameters
    ----------
    name
        What a user writes.
    title
        The formula or the idea, one sentence.
    needs
        What the input must be for the score to mean something.
    gives_p
        Whether it gives a p value.
    reference
        Where it is described.
    prepare
        Function of the weights that returns a function of some columns: scores and p (or None),
        each of shape (sets, columns).
    reads_names
        Whether it asks the names of the rows which sites share a protein.
    own_sites, shared_peptides
        Whether the kinase's own activating sites are members too (needs `reads_names`), and those
        of other kinases on the same peptide.
    """

    name: str
    title: str
    needs: str
    gives_p: bool
    reference: str
    prepare: Prepare
    reads_names: bool = False
    own_sites: bool = False
    shared_peptides: bool = False


def combination(ingredients: Ingredients, *, name: str = "phosres") -> Method:
    """Make the method ``phosres`` with other ingredients, to see what each one does.

    Parameters
    ----------
    ingredients
        The switches.
    name
        Name of the method made.
    """
    return Method(
        name,
        "Least squares z of clipped changes; sites of a protein correlated, own activating sites"
        " counted, small sets shrunk",
        "changes whose zero means no change (normalised)",
        gives_p=True,
        reference="phosres; GLS: Aitken 1935 doi 10.1017/S0370164600014346; variance inflation:"
        " Wu & Smyth 2012 doi 10.1093/nar/gks461",
        prepare=combine(ingredients),
        reads_names=True,
        own_sites=ingredients.own_sites > 0,
        shared_peptides=ingredients.shared_peptides,
    )


def _plain(function: Callable[[Columns, Weights], Scored]) -> Prepare:
    def prepare(weights: Weights) -> Callable[[Columns], Scored]:
        return lambda columns: function(columns, weights)

    return prepare


METHODS: tuple[Method, ...] = (
    combination(Ingredients()),
    Method(
        "mean",
        "Weighted mean of the measured members",
        "changes whose zero means no change",
        gives_p=False,
        reference="Casado et al. 2013 doi 10.1126/scisignal.2003573",
        prepare=_plain(mean),
    ),
    Method(
        "weighted_sum",
        "Weighted sum of the measured members; grows with their number",
        "changes whose zero means no change",
        gives_p=False,
        reference="Badia-i-Mompel et al. 2022 doi 10.1093/bioadv/vbac016",
        prepare=_plain(weighted_sum),
    ),
    Method(
        "ksea_z",
        "(mean of the set - mean of all) sqrt(m) / sd of all",
        "members independent of each other",
        gives_p=True,
        reference="Casado et al. 2013 doi 10.1126/scisignal.2003573",
        prepare=_plain(ksea_z),
    ),
    Method(
        "rokai_z",
        "mean of the set sqrt(m) / sd of all, nothing subtracted",
        "changes whose zero means no change; members independent of each other",
        gives_p=True,
        reference="Yilmaz et al. 2021 doi 10.1038/s41467-021-21211-6",
        prepare=_plain(rokai_z),
    ),
    Method(
        "ulm",
        "t of the slope of all changes on the weights of the set",
        "members independent of each other",
        gives_p=True,
        reference="Badia-i-Mompel et al. 2022 doi 10.1093/bioadv/vbac016",
        prepare=_plain(ulm),
    ),
)
"""Every method; the first is the default."""


def find_method(method: str | Method) -> Method:
    """Look a method up by name.

    Parameters
    ----------
    method
        A name, or a record, which is returned as it is.

    Raises
    ------
    ConfigError
        If there is no method of that name.
    """
    if isinstance(method, Method):
        return method
    known = {m.name: m for m in METHODS}
    if method not in known:
        raise ConfigError(f"no method '{method}': {did_you_mean(method, list(known))}")
    return known[method]


def show_methods() -> pd.DataFrame:
    """List the methods, one row each: name, title, needs, gives_p, reference."""
    fields = ("name", "title", "needs", "gives_p", "reference")
    return pd.DataFrame([{f: getattr(m, f) for f in fields} for m in METHODS])

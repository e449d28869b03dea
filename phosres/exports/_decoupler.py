"""A wide matrix and a long network, as decoupler takes them (https://decoupler.readthedocs.io)."""

import pandas as pd

from phosres.exports._matrix import Matrix
from phosres.knowledge import Knowledge
from phosres.store import format_tsv

SOURCES = ("complex", "pathway", "route", "marker", "context")
"""Kinds of sets that go into the network: those that sites can speak for."""


def format_decoupler(matrix: Matrix, knowledge: Knowledge) -> dict[str, bytes]:
    """Return the two files of an analysis with decoupler.

    Parameters
    ----------
    matrix
        Rows are sites by gene, see `phosres.exports.to_sites`.
    knowledge
        Its sets become the network.

    Returns
    -------
    ``matrix.tsv``: samples or contrasts x sites, empty where not measured (decoupler takes no
    missing values: drop them one row at a time, see docs/exports.md). ``network.tsv``: see
    `list_network`.
    """
    wide = matrix.values.T.rename_axis(index="id").reset_index()
    return {"matrix.tsv": _exact(wide), "network.tsv": format_tsv(list_network(knowledge))}


def list_network(knowledge: Knowledge) -> pd.DataFrame:
    """Lay the sets of the knowledge base out as a network.

    Parameters
    ----------
    knowledge
        The knowledge base.

    Returns
    -------
    Columns source (set), target (site), weight (signed, as phosres weighs it); no pair twice.
    """
    rows = [
        (s.id, member.site_id, member.sign * member.weight)
        for s in knowledge.sets.values()
        if s.kind in SOURCES
        for member in s.members
    ]
    frame = pd.DataFrame(rows, columns=["source", "target", "weight"])
    return frame[frame["weight"] != 0].drop_duplicates(["source", "target"], ignore_index=True)


def _exact(frame: pd.DataFrame) -> bytes:
    """Write all digits, so that what is read back is what was measured."""
    text = frame.to_csv(sep="\t", index=False, lineterminator="\n")
    return text.encode("utf-8", "replace")

"""What the tables of modified peptides share: forms, phosphates and their probabilities."""

from collections.abc import Callable, Mapping

import pandas as pd

from phosres.readers._format import Words
from phosres.readers._sequences import Sequence, read_probabilities, read_sequence
from phosres.readers.formats._parsing import blank, convert, map_distinct

BARE = "peptide without phosphate"
KEY = ("peptide", "phospho")
"""Roles that say which rows are one peptidoform."""


def read_forms(
    words: Words,
    probabilities: Callable[[str], Mapping[int, float]] = read_probabilities,
    form: Callable[[str], Sequence] = read_sequence,
) -> Words:
    """Read the modified sequence of each row, and the probabilities of its phosphates.

    Parameters
    ----------
    words
        Columns by role: ``peptide``, and ``scored`` with the localisation probabilities if there
        are any.
    probabilities
        How to read a cell of ``scored``.
    form
        How to read a cell of ``peptide``.

    Returns
    -------
    The columns with ``peptide`` in one spelling for all programs, ``bare``, ``phospho``,
    ``certain``, ``multiplicity`` and ``refused``.
    """
    cells = words["peptide"]

    def read(cell: str) -> tuple[str, str, str, str]:
        own = form(cell)
        return own.form, own.bare, ";".join(map(str, own.phospho)), str(len(own.phospho) or "")

    made: Words = dict(words)
    roles = ("peptide", "bare", "phospho", "multiplicity")
    made.update(zip(roles, map_distinct([cells], read), strict=True))
    refused = words.get("refused", blank(cells))
    made["refused"] = refused.mask((refused == "") & (made["phospho"] == ""), BARE)
    scored = made.pop("scored", None)
    if scored is not None:
        made["certain"] = map_distinct(
            [made["phospho"], scored], lambda at, cell: [_certain(at, cell, probabilities)]
        )[0]
    return made


def _certain(phospho: str, scored: str, probabilities: Callable[[str], Mapping[int, float]]) -> str:
    """List the probabilities of the phosphates, ``""`` if the cell says nothing."""
    found = probabilities(scored) if scored and phospho else {}
    if not found:
        return ""
    return ";".join(f"{found.get(int(at), 0.0):.6g}" for at in phospho.split(";"))


def keep_most_likely(words: Words) -> Words:
    """Refuse rows of a localisation that another one of the same peptide beats.

    Programs that list every candidate localisation give each the full quantity of the precursor.
    A row is kept if its phosphates are the most probable ones of the peptide.

    Parameters
    ----------
    words
        Columns by role, ``scored`` still there.
    """
    cells = [words["peptide"], words["scored"]]
    beaten = map_distinct(cells, lambda own, every: [not _is_likely(own, every)])[0].astype(bool)
    refused = words.get("refused", blank(words["peptide"]))
    why = "another localisation of the same peptide is more probable"
    return {**words, "refused": refused.mask((refused == "") & beaten, why)}


def _is_likely(sequence: str, scored: str) -> bool:
    found = read_probabilities(scored)
    own = read_sequence(sequence).phospho
    if not found or not own:
        return True
    lowest = min(found.get(at, 0.0) for at in own)
    return all(p <= lowest for at, p in found.items() if at not in own)


def refuse_above(words: Words, limits: Mapping[str, float], what: str) -> Words:
    """Refuse rows whose q values are above their limits, and forget the q values.

    Parameters
    ----------
    words
        Columns by role.
    limits
        Role to limit.
    what
        Reason to give, with ``{limit}`` and ``{role}``.
    """
    refused = words.get("refused", blank(next(iter(words.values()))))
    for role, limit in limits.items():
        if role in words:
            cells = convert(words[role], lambda c: c.replace(",", "."))
            q = pd.to_numeric(cells, errors="coerce")
            # 1 throughout means that the program did not compute it.
            above = (q > limit) & (q.min() < 1)
            reason = what.format(limit=f"{limit:g}", role=role.replace("_", " "))
            refused = refused.mask((refused == "") & above, reason)
    return {**{r: c for r, c in words.items() if r not in limits}, "refused": refused}


def flank_of(cell: str) -> str:
    """Read what comes before or after a peptide: residues, ``_`` for the end of the protein.

    Parameters
    ----------
    cell
        One or several residues, ``-`` for the end; anything else is not known.
    """
    return "_" if cell == "-" else cell if cell.isalpha() and cell.isupper() else ""

"""One spelling of a phosphosite: parse what the programs write, print it one way.

A site is a residue letter and a 1-based position in a protein, written ``S235``. The sites of one
peptidoform are written ``S235;S236``. A window is the sequence around a site with the site in the
centre, upper case, ``_`` beyond the protein's ends, ``?`` for residues that are not known; phosres
uses 15-mers (seven residues a side).
"""

import re
from dataclasses import dataclass

import pandas as pd

FLANK = 7
"""Residues on each side of the site in a 15-mer window."""

# A site as vendors write it: an optional "p", the residue in either case, the position, then what
# marks the modification: "-p", "(ph)", "-ph", or Spectrum Mill's repeated residue ("S235s").
_SITE = re.compile(
    r"(?<![A-Za-z0-9])p?-?(?P<residue>[STYsty])(?P<position>[1-9]\d{0,4})(?!\d)"
    r"(?:-?ph?(?:os)?(?![A-Za-z])|\(ph\)|[sty](?![A-Za-z]))?"
)
# Concatenated spellings without a separator: "S235S236", "s235s236", "pT185pY187", "S235sS236s".
_JOINED = re.compile(r"^(?:p?[STYsty][1-9]\d{0,4}[sty]?){2,}$")
_JOINED_PART = re.compile(r"([STYsty])(\d{1,5})(?:(?<=\d)[sty](?=[STYsty]|$))?")


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """A residue and its 1-based position in a protein.

    Parameters
    ----------
    position
        1-based position in the protein sequence.
    residue
        ``S``, ``T`` or ``Y``.
    """

    position: int
    residue: str

    def __str__(self) -> str:
        return f"{self.residue}{self.position}"


def parse_sites(text: str) -> tuple[Site, ...]:
    """Parse the sites of one peptidoform from any of the usual spellings.

    Parameters
    ----------
    text
        For example ``S235``, ``pS235``, ``S235-p``, ``s235s236``, ``S235/S236``, ``T37_T46``,
        ``S475s S477s``.

    Returns
    -------
    The sites in order of position, each once; empty if there is none.

    Examples
    --------
    >>> [str(s) for s in parse_sites("S236-p; S235-p")]
    ['S235', 'S236']
    >>> [str(s) for s in parse_sites("t185y187")]
    ['T185', 'Y187']
    """
    text = text.strip()
    if _JOINED.match(text):
        found = _JOINED_PART.findall(text)
    else:
        found = _SITE.findall(text.replace("_", " "))
    return tuple(sorted({Site(int(position), residue.upper()) for residue, position in found}))


def format_sites(sites: tuple[Site, ...]) -> str:
    """Write the sites of one peptidoform, ``S235;S236``.

    Parameters
    ----------
    sites
        The sites; they are sorted by position.
    """
    return ";".join(str(s) for s in sorted(set(sites)))


def parse_site_column(column: "pd.Series[str]") -> "pd.Series[str]":
    """Parse a whole column of site spellings into ``S235;S236``.

    Parameters
    ----------
    column
        Text; missing values are allowed. Each distinct spelling is parsed once.

    Returns
    -------
    A series of the same index, ``""`` where no site was found.
    """
    text = column.fillna("").astype(str)
    spelled = {t: format_sites(parse_sites(t)) for t in text.unique()}
    return text.map(spelled).astype(object)


def trim_window(window: str, flank: int = FLANK) -> str:
    """Cut a centred window to ``2 * flank + 1`` residues, upper case.

    Parameters
    ----------
    window
        Sequence with the site in its centre, of odd length; ``_`` or ``-`` beyond the ends.
    flank
        Residues to keep on each side.

    Returns
    -------
    The window, padded with ``?`` if it was shorter; ``""`` if it has no centre (even length) or its
    centre is not S, T or Y.
    """
    text = window.strip().upper().replace("-", "_").replace("*", "_")
    if len(text) % 2 == 0:
        return ""
    centre = len(text) // 2
    if text[centre] not in "STY":
        return ""
    text = text[max(0, centre - flank) : centre + flank + 1]
    missing = 2 * flank + 1 - len(text)
    return "?" * (missing // 2) + text + "?" * (missing // 2)

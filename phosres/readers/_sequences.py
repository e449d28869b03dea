"""Modified peptide sequences: what every program writes, read into residues and phosphates.

One reader for all notations: ``_AAAS(ph)PEK_``, ``_AAApSPEK_``, ``_AAAS(Phospho (STY))PEK_``
(MaxQuant by version), ``AAAS(UniMod:21)PEK`` (DIA-NN), ``_AAAS[Phospho (STY)]PEK_`` (Spectronaut),
``n[230]AAAS[167]PEK`` and ``AAAS[79.9663]PEK`` (FragPipe), ``AAAS[+80]PEK`` (Skyline).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

_BRACKETS = r"(?:\[[^\[\]]*\]|\((?:[^()]|\([^()]*\))*\)|\{[^{}]*\})"
_RESIDUE = re.compile(rf"(?P<before>p(?=[STY])|ox(?=M))?(?P<residue>[A-Z])(?P<what>{_BRACKETS}*)")
_ONE = re.compile(_BRACKETS)
_TERMINUS = re.compile(rf"^[_.]*(?:[nc]?{_BRACKETS}|ac(?=[A-Z]))?[_.-]*")
_END = re.compile(rf"(?:[_.]\.?\d*|c{_BRACKETS}|\d+|[_.-]+)$")
_MASS = re.compile(r"^[+]?(\d+(?:\.\d+)?)$")
_PHOSPHATE = 79.96633
"""Monoisotopic mass of HPO3 in Da, unimod.org record 21."""
_RESIDUE_MASS: Mapping[str, float] = MappingProxyType(
    {"S": 87.03203, "T": 101.04768, "Y": 163.06333}
)
"""Monoisotopic masses of the residues in Da: TPP notation writes S[167] for 87 + 80."""
# What is on every such residue says nothing of the form: alkylated cysteine and isobaric labels.
_FIXED = re.compile(
    r"carbamidomethyl|unimod:(?:4|214|730|737|2016|267|259)(?!\d)|tmt|itraq|^\+?(?:57\.02|229\.16|304\.2|144\.1)"
    r"|^(?:160|230|305|145|357|432|272)(?:\.\d+)?$|^\+57$",
    re.IGNORECASE,
)
_SHORT = (
    (
        re.compile(r"oxid|unimod:35(?!\d)|^ox$|^\+?15\.99|^147(?:\.\d+)?$|^\+16$", re.IGNORECASE),
        "ox",
    ),
    (
        re.compile(r"acetyl|unimod:1(?!\d)|^ac$|^\+?42\.01|^43(?:\.\d+)?$|^\+42$", re.IGNORECASE),
        "ac",
    ),
)
_PERCENT = re.compile(r"(\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?)\s*%")
_PLAIN = re.compile(r"^[({](\d*[.,]?\d+(?:[eE][+-]?\d+)?)[)}]$")


@dataclass(frozen=True, slots=True)
class Sequence:
    """A peptide with its phosphates.

    Parameters
    ----------
    bare
        Residues.
    phospho
        Positions of the phosphates in the peptide, counted from 1.
    form
        Readable spelling, the same for every program: ``RLS(ph)SLR``; alkylated cysteine and
        labels are left out.
    """

    bare: str
    phospho: tuple[int, ...]
    form: str


def _inside(what: str) -> list[str]:
    return [part[1:-1].strip() for part in _ONE.findall(what)]


def is_phosphate(what: str, residue: str = "") -> bool:
    """Tell whether a modification is a phosphate.

    Parameters
    ----------
    what
        Its name, Unimod number or mass, without brackets.
    residue
        Residue it is on: masses of TPP include that of the residue.

    Examples
    --------
    >>> is_phosphate("Phospho (STY)"), is_phosphate("167", "S"), is_phosphate("79.9568")
    (True, True, False)
    """
    text = what.strip().casefold()
    if text in ("ph", "p", "unimod:21", "unimod: 21") or re.match(r"phospho(?!pant|rib)", text):
        return True
    mass = _MASS.match(text)
    if mass is None:
        return False
    digits = len(mass[1].partition(".")[2])
    tolerance = 0.5 if digits == 0 else 0.05 if digits < 3 else 0.005
    known = [_PHOSPHATE]
    if residue in _RESIDUE_MASS:
        known.append(_PHOSPHATE + _RESIDUE_MASS[residue])
    return any(abs(float(mass[1]) - m) <= tolerance for m in known)


def _spell(what: str) -> str:
    """Spell a modification that is no phosphate, ``""`` if it tells nothing of the form."""
    if not what or _FIXED.search(what):
        return ""
    short = next((name for pattern, name in _SHORT if pattern.search(what)), what)
    return f"({short})"


@lru_cache(maxsize=1 << 16)
def read_sequence(text: str) -> Sequence:
    """Read a modified sequence.

    Parameters
    ----------
    text
        As a program writes it.

    Examples
    --------
    >>> read_sequence("_(ac)RLS(ph)SLM(ox)R_").form
    '(ac)RLS(ph)SLM(ox)R'
    >>> read_sequence("n[230]RHS[167]PM[147]K[357]").phospho
    (3,)
    """
    core, first = _core(text)
    bare: list[str] = []
    phospho: list[int] = []
    form = [_spell(one) for one in first]
    for at, match in enumerate(_RESIDUE.finditer(core), 1):
        residue = match["residue"]
        if not match["what"] and not match["before"]:
            bare.append(residue)
            form.append(residue)
            continue
        marks = [*_inside(match["what"]), *([match["before"]] if match["before"] else [])]
        marks = [m for m in marks if not _MASS.match(m) or not _is_share(m)]
        on = [residue in _RESIDUE_MASS and is_phosphate(m, residue) for m in marks]
        bare.append(residue)
        form.append(residue)
        if any(on):
            phospho.append(at)
            form.append("(ph)")
        form += [_spell(m) for m, is_on in zip(marks, on, strict=True) if not is_on]
    return Sequence("".join(bare), tuple(phospho), "".join(form))


def _is_share(mark: str) -> bool:
    """Tell a probability, 0.9968 or 1, from a mass."""
    return float(mark.lstrip("+")) <= 1


def _core(text: str) -> tuple[str, list[str]]:
    """Take away underscores, flanking residues, charge, and what is bound to the ends."""
    text = text.strip()
    start = _TERMINUS.match(text)
    core = text[start.end() :] if start else text
    first = _inside(start[0]) if start else []
    if start and start[0].strip("_.-") == "ac":
        first = ["ac"]
    while (cut := _END.sub("", core)) != core:
        core = cut
    return core, first


@lru_cache(maxsize=1 << 16)
def read_probabilities(text: str) -> Mapping[int, float]:
    """Read a sequence with localisation probabilities.

    Parameters
    ----------
    text
        ``EPS(0.997)T(0.003)K`` (MaxQuant, FragPipe), ``_S[Phospho (STY): 89.7%]T_`` (Spectronaut),
        ``AAS(UniMod:21){0.98}T{0.02}K2`` (DIA-NN).

    Returns
    -------
    Position in the peptide, counted from 1, to probability, 0 to 1.
    """
    core, _ = _core(text.split("_.")[0])
    found: dict[int, float] = {}
    for at, match in enumerate(_RESIDUE.finditer(core), 1):
        for part in _ONE.findall(match["what"]) if match["what"] else ():
            if "phospho" in part.casefold() and (percent := _PERCENT.search(part)):
                found[at] = float(percent[1].replace(",", ".")) / 100
            elif plain := _PLAIN.match(part):
                found[at] = float(plain[1].replace(",", "."))
    return MappingProxyType(found)


@lru_cache(maxsize=1 << 16)
def read_listed(text: str) -> tuple[tuple[int, float], ...]:
    """Read listed sites of a peptide with probabilities in per cent.

    Parameters
    ----------
    text
        ``S6(Phospho): 99.4; T10(Phospho): 88`` (best sites) or ``S(6): 99.4; S(8): 0.6``.

    Returns
    -------
    Position in the peptide, counted from 1, and probability, 0 to 1.
    """
    found = _LISTED.findall(text)
    return tuple((int(a or b), float(p.replace(",", ".")) / 100) for a, b, p in found)


_LISTED = re.compile(
    r"[STY](?:(\d+)\s*\(phospho[^)]*\)|\((\d+)\))\s*:\s*(\d+(?:[.,]\d+)?)", re.IGNORECASE
)


def write_form(bare: str, phospho: tuple[int, ...]) -> str:
    """Spell a peptide whose phosphates are known by position.

    Parameters
    ----------
    bare
        Residues.
    phospho
        Positions, counted from 1.
    """
    return "".join(c + "(ph)" * (i in phospho) for i, c in enumerate(bare, 1))


def cut_window(bare: str, at: int, before: str = "", after: str = "", flank: int = 7) -> str:
    """Cut the window around a residue of a peptide, ``?`` where the sequence is not known.

    Parameters
    ----------
    bare
        Residues of the peptide.
    at
        Position of the residue, counted from 1.
    before, after
        Residues that are known to come before and after the peptide; ``_`` is the end of the
        protein.
    flank
        Residues on each side.

    Examples
    --------
    >>> cut_window("RLSSLR", 3, before="AKR")
    '??AKRRLSSLR????'
    >>> cut_window("MSSLR", 2, before="_")
    '______MSSLR????'
    """
    known = before + bare + after
    place = len(before) + at - 1
    left, right = ("_" if side == "_" else "?" for side in (known[:1], known[-1:]))
    padded = left * flank + known + right * flank
    return padded[place : place + 2 * flank + 1]

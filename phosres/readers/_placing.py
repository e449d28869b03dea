"""Peptides to sites: by a FASTA file, by the position the table gives, or by a window alone."""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from phosres.readers._fasta import Fasta, find_peptides
from phosres.readers._format import Words
from phosres.readers._sequences import cut_window
from phosres.readers.formats._parsing import blank, map_distinct

_SPLIT = re.compile(r"[;,]\s*")
# Six characters that begin with O, P or Q are older than the unreviewed flood.
_OLD = re.compile(r"[OPQ]\d[A-Z0-9]{3}\d(?:-\d+)?")


def place(words: Words, fasta: Fasta | None, advice: str) -> tuple[Words, tuple[str, ...]]:
    """Give peptides their sites and windows.

    Parameters
    ----------
    words
        Columns by role, one row a peptidoform: ``bare`` the residues, ``phospho`` the positions
        of its localised phosphates in the peptide; if known, ``start``, the position of the
        peptide in its leading protein, and ``before`` and ``after``, residues around it.
    fasta
        Sequences to place the peptides in, None if there are none.
    advice
        What to read instead of tables without positions.

    Returns
    -------
    The columns with ``site`` and ``windows``, and sentences a user should read. Peptides without
    a position keep a window with ``?`` for residues they do not show.
    """
    words = dict(words)
    empty = blank(words["bare"])
    start = pd.to_numeric(words.pop("start", empty), errors="coerce")
    before, after = words.pop("before", empty), words.pop("after", empty)
    bare, phospho = words["bare"], words["phospho"]
    notes: list[str] = []
    found = pd.DataFrame(index=bare.index)
    if fasta is not None:
        found, notes = _look_up(words, fasta)
        for role in ("protein", "proteins", "gene"):
            old = words.get(role, empty)
            words[role] = found[role].where(found[role] != "", old)
        start = found["start"].fillna(start)
    sites, windows = map_distinct([bare, phospho, before, after, start], _locate)
    if fasta is not None:
        windows = found["windows"].where(found["windows"] != "", windows)
    words["site"], words["windows"] = sites, windows
    lost = int((words["site"] == "").sum())
    if lost and fasta is None:
        notes.append(
            f"the table gives no positions of peptides in proteins: {lost:,} peptidoforms keep "
            "their peptide and a sequence window, and are recognised by it where it is "
            "unambiguous; name the FASTA file of the search under input.fasta to place them"
            + advice
        )
    return {r: c for r, c in words.items() if r not in ("bare", "phospho")}, tuple(notes)


def _locate(bare: str, phospho: str, before: str, after: str, start: float) -> tuple[str, str]:
    """Return the sites, ``""`` if their positions are not known, and their windows."""
    at = [int(p) for p in phospho.split(";") if p]
    windows = ";".join(cut_window(bare, i, before, after) for i in at)
    if np.isnan(start):
        return "", windows
    return ";".join(f"{bare[i - 1]}{int(start) + i - 1}" for i in at), windows


def _look_up(words: Words, fasta: Fasta) -> tuple[pd.DataFrame, list[str]]:
    """Place the peptides in their named protein first, else in the best-known one."""
    bare = words["bare"]
    peptides = list(dict.fromkeys(bare))
    places = find_peptides(fasta, peptides)
    begin = np.searchsorted(places["peptide"], np.arange(len(peptides) + 1))
    spots = list(zip(places["protein"].to_list(), places["offset"].to_list(), strict=True))
    by = {p: spots[begin[i] : begin[i + 1]] for i, p in enumerate(peptides)}
    named = [words[r] for r in ("protein", "proteins") if r in words]
    made = map_distinct(
        [bare, words["phospho"], *named], lambda *key: _choose(key, by[key[0]], fasta)
    )
    names = ["start", "windows", "protein", "proteins", "gene", "own"]
    frame = pd.DataFrame(dict(zip(names, made, strict=True)))
    frame["start"] = pd.to_numeric(frame["start"], errors="coerce")
    lost = frame["start"].isna()
    other = int((~frame["own"].astype(bool) & ~lost).sum())
    notes = [f"{int((~lost).sum()):,} of {len(frame):,} peptidoforms were placed in {fasta.path}"]
    if lost.any():
        shown = ", ".join(dict.fromkeys(bare[lost].head(3)))
        notes.append(
            f"{int(lost.sum()):,} peptidoforms are in no sequence of {fasta.path} ({shown}): is it "
            "the FASTA file of the search?"
        )
    if other and named:
        notes.append(f"{other:,} peptidoforms are not in the protein the table names, but in "
                     "another one, which was used")  # fmt: skip
    return frame, notes


def _choose(
    key: tuple[str, ...], places: list[tuple[int, int]], fasta: Fasta
) -> tuple[float, str, str, str, str, bool]:
    """Choose the protein of a peptide; return its start there, windows, proteins and genes."""
    if not places:
        return np.nan, "", "", "", "", False
    _, phospho, *names = key
    wanted = {name: i for i, name in enumerate(_names(names))}
    ranked = sorted(
        (
            wanted.get(accession, wanted.get(accession.split("-")[0], len(wanted)) + 0.5),
            not fasta.reviewed[protein],
            _OLD.fullmatch(accession) is None,
            len(accession),
            accession,
            offset,
            protein,
        )
        for protein, offset in places
        for accession in [fasta.accessions[protein]]
    )
    best = ranked[0]
    offset, protein = best[5], best[6]
    at = [int(p) for p in phospho.split(";") if p]
    windows = ";".join(fasta.window(offset + i - 1) for i in at)
    others = ";".join(dict.fromkeys(r[4] for r in ranked))
    genes = ";".join(dict.fromkeys(g for r in ranked if (g := fasta.genes[r[6]])))
    own = best[0] < len(wanted)
    return float(offset - fasta.starts[protein] + 1), windows, best[4], others, genes, own


def _names(cells: list[str]) -> list[str]:
    """List the accessions of a row in order."""
    names = [n for cell in cells for n in _SPLIT.split(cell) if n]
    parts = [n.split("|")[1] if n.count("|") >= 2 else n for n in names]
    return list(dict.fromkeys(parts))


def localize(words: Words, localization_min: float) -> Words:
    """Keep the phosphates of each peptidoform that are localised in any row of it.

    A peptidoform that shows one phosphate clearly and another one nowhere is a feature of its
    clear site, with the number of phosphates it has. A row is used if it localises what its form
    localises at best; rows matched by mass alone inherit from their form.

    Parameters
    ----------
    words
        Columns by role, ``certain`` with the probability of each phosphate in ``phospho``.
    localization_min
        Least probability.

    Returns
    -------
    The columns with ``localization`` instead of ``certain``, and ``phospho`` reduced.
    """
    if "certain" not in words:
        return words
    forms, certain, phospho = words["peptide"], words["certain"], words["phospho"]
    best: dict[tuple[str, str], list[float]] = {}

    def collect(form: str, cell: str, at: str) -> tuple[()]:
        own, old = _numbers(cell, at), best.get((form, at))
        best[form, at] = own if old is None else np.fmax(old, own).tolist()
        return ()

    map_distinct([forms, certain, phospho], collect)
    kept = {key: _keep(p, localization_min) for key, p in best.items()}
    matched = words.get("matched", blank(forms)) != ""
    kept_at, lowest = map_distinct(
        [forms, phospho, certain, matched], lambda *row: _read_row(row, best, kept)
    )
    made = {
        **{r: c for r, c in words.items() if r not in ("certain", "matched")},
        "phospho": kept_at,
        "localization": lowest,
    }
    if "bare" not in words:  # these are sites already, not positions in a peptide
        made["site"] = made.pop("phospho")
    return made


def _numbers(cell: str, phospho: str) -> list[float]:
    count = len([p for p in phospho.split(";") if p])
    found = [_number(c) for c in cell.split(";")] if cell else []
    return found if len(found) == count else [np.nan] * count


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return np.nan


def _keep(best: list[float], localization_min: float) -> list[int]:
    kept = [i for i, p in enumerate(best) if p >= localization_min]
    return kept or list(range(len(best)))


def _read_row(
    row: tuple[str, str, str, bool],
    best: Mapping[tuple[str, str], list[float]],
    kept: Mapping[tuple[str, str], list[int]],
) -> tuple[str, str]:
    form, phospho, cell, matched = row
    at, keep = phospho.split(";"), kept[form, phospho]
    own = _numbers(cell, phospho)
    if matched and all(np.isnan(own)):
        own = best[form, phospho]
    certain = [own[i] for i in keep]
    lowest = "" if not certain or any(np.isnan(certain)) else repr(min(certain))
    return ";".join(at[i] for i in keep), lowest


def fill_windows(identity: pd.DataFrame, fasta: Fasta) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Cut the windows that a table with positions lacks out of the sequences.

    Parameters
    ----------
    identity
        One row a row of the table: ``protein``, ``sites`` and ``window``.
    fasta
        Sequences.

    Returns
    -------
    The rows with windows where the residue of the sequence is that of the site, and sentences a
    user should read.
    """
    lacks = (identity["window"] == "") & (identity["sites"] != "") & (identity["protein"] != "")
    if not lacks.any():
        return identity, ()
    first = {a.split("-")[0]: i for i, a in reversed(list(enumerate(fasta.accessions)))}
    first |= {a: i for i, a in enumerate(fasta.accessions)}
    keys = list(zip(identity["protein"][lacks], identity["sites"][lacks], strict=True))
    found = {key: _windows_of(*key, first, fasta) for key in dict.fromkeys(keys)}
    windows = identity["window"].copy()
    windows[lacks] = [found[key] for key in keys]
    wrong = sorted(key for key, window in found.items() if window == "" and key[0] in first)
    notes = []
    if wrong:
        shown = ", ".join(f"{protein} {sites}" for protein, sites in wrong[:3])
        notes = [
            f"{len(wrong):,} sites are no S, T or Y at their position in {fasta.path} ({shown}): "
            "is it the FASTA file of the search?"
        ]
    return identity.assign(window=windows), tuple(notes)


def _windows_of(protein: str, sites: str, first: Mapping[str, int], fasta: Fasta) -> str:
    """Cut the windows of sites, ``""`` if the sequence has other residues there."""
    number = first.get(protein)
    if number is None:
        return ""
    begin = int(fasta.starts[number])
    size = fasta.residues.find(b"\n", begin) - begin
    windows = []
    for site in sites.split(";"):
        at = int(site[1:])
        if at > size or fasta.residues[begin + at - 1] != ord(site[0]):
            return ""
        windows.append(fasta.window(begin + at - 1))
    return ";".join(windows)

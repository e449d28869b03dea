"""The columns of a MaxQuant site table that say what a site is and how sure the search was."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.simulation._sequence import cut_window

Array = NDArray[np.float64]

AMBIGUOUS = 0.15
"""Share of sites with a localisation probability below 0.75, curated sites apart."""


def list_rows(forms: pd.DataFrame, sequences: Mapping[str, str]) -> pd.DataFrame:
    """List which peptidoform carries which site.

    Parameters
    ----------
    forms
        One row a peptidoform: kind, gene, protein, positions, start, end and `shared`, the
        (gene, protein, positions) of paralogs with the same peptide.
    sequences
        Sequence by accession.

    Returns
    -------
    One row a peptidoform and site, sorted by protein and position: the columns of `forms`, its
    number ``form``, ``position``, ``slot`` (which of its positions that is), ``peptide`` and
    ``row``, the number of the site in the table.
    """
    number = np.repeat(np.arange(len(forms)), forms["positions"].map(len))
    carried = forms.iloc[number].assign(
        form=number,
        position=[q for positions in forms["positions"] for q in positions],
        slot=[slot for positions in forms["positions"] for slot in range(len(positions))],
    )
    carried = carried.sort_values(["protein", "position", "form"], ignore_index=True)
    cut = carried[["protein", "start", "end"]].itertuples(index=False, name=None)
    first = ~carried.duplicated(["protein", "position"])
    return carried.assign(
        peptide=[sequences[protein][start - 1 : end] for protein, start, end in cut],
        row=first.cumsum() - 1,
    )


def localize(rows: pd.DataFrame, draw: np.random.Generator) -> Array:
    """Draw each site's best localisation probability.

    A site is certain on a peptide without as many other S, T or Y as it has sites. Curated sites
    are always localised, so that the planted truth can be found.

    Parameters
    ----------
    rows
        One row a site.
    draw
        Random numbers.
    """
    acceptors = rows["peptide"].str.count("[STY]")
    n_sites = rows.groupby(["protein", "end"])["row"].transform("size")
    open_ = (acceptors >= 2 * n_sites).to_numpy()
    u, v = draw.random(len(rows)), draw.random(len(rows))
    doubtful = open_ & (rows["kind"] != "curated").to_numpy() & (u * open_.mean() < AMBIGUOUS)
    drawn = np.where(doubtful, 0.34 + 0.4 * v, 1 - 0.2 * v**6)
    return np.asarray(np.round(np.where(open_, drawn, 1.0), 6))


def identify_site(
    rows: pd.DataFrame, carried: pd.DataFrame, sequences: Mapping[str, str]
) -> pd.DataFrame:
    """Name the proteins of each site, with the paralogs that share its peptide.

    Parameters
    ----------
    rows
        One row a site.
    carried
        One row a peptidoform and site.
    sequences
        Sequence by accession.

    Returns
    -------
    Columns Proteins to Fasta headers, Amino acid and Sequence window. Decoys have no Proteins and
    no window, decoys and contaminants no gene.
    """
    members: list[list[tuple[str, str, int]]] = [
        [member] for member in zip(rows["gene"], rows["protein"], rows["position"], strict=True)
    ]
    for row, slot, shared in zip(carried["row"], carried["slot"], carried["shared"], strict=True):
        members[row] += [(gene, protein, positions[slot]) for gene, protein, positions in shared]
    members = [list(dict.fromkeys(m)) for m in members]
    genes = _join([g for g, _, _ in m] for m in members)
    texts = {
        "Proteins": _join([p for _, p, _ in m] for m in members),
        "Positions within proteins": [";".join(str(q) for _, _, q in m) for m in members],
        "Leading proteins": list(rows["protein"]),
        "Protein": list(rows["protein"]),
        "Protein names": np.where(rows["kind"] == "curated", "simulated", ""),
        "Gene names": genes,
        "Fasta headers": _join([f"{p} GN={g}" for g, p, _ in m] for m in members),
        "Amino acid": [sequences[m[0][1]][m[0][2] - 1] for m in members],
        "Sequence window": _join([cut_window(sequences[p], q) for _, p, q in m] for m in members),
    }
    table = pd.DataFrame(texts, dtype=object)
    kind = rows["kind"].to_numpy()
    table.loc[kind == "decoy", ["Proteins", "Positions within proteins", "Sequence window"]] = ""
    table.loc[np.isin(kind, ["decoy", "contaminant"]), ["Gene names", "Fasta headers"]] = ""
    return table


def _join(lists: Iterator[list[str]]) -> list[str]:
    return [";".join(dict.fromkeys(parts)) for parts in lists]


def score_search(rows: pd.DataFrame, probability: Array, draw: np.random.Generator) -> pd.DataFrame:
    """Invent what the search engine says of each site.

    Parameters
    ----------
    rows
        One row a site.
    probability
        Localisation probability of each.
    draw
        Random numbers.

    Returns
    -------
    Columns Localization prob to Score for localization, and Position in peptide to Mass error.
    """
    n = len(rows)
    score = np.round(40 + 160 * draw.random(n) ** 1.5, 2)
    odds = 10 * np.log10(probability / (1.000001 - probability))
    return pd.DataFrame(
        {
            "Localization prob": probability,
            "Score diff": np.round(np.clip(odds, 0, score), 3),
            "PEP": [float(f"{p:.3g}") for p in 10.0 ** (-score / 30)],
            "Score": score,
            "Delta score": np.round(score * (0.3 + 0.6 * draw.random(n)), 2),
            "Score for localization": score,
            "Position in peptide": rows["position"] - rows["start"] + 1,
            "Charge": 2 + (draw.random(n) < 0.35),
            "Mass error [ppm]": np.round(draw.standard_normal(n), 2),
        }
    )


def spell_probabilities(rows: pd.DataFrame, probability: Array) -> list[str]:
    """Spell the peptide of each site with its probabilities, ``RLS(0.021)S(0.979)LR``.

    Parameters
    ----------
    rows
        One row a site.
    probability
        Localisation probability of each.

    Returns
    -------
    Spellings. What a site of the peptide leaves below 1 goes to an S, T or Y that is not one of the
    peptide's sites.
    """
    of_site = dict(
        zip(zip(rows["protein"], rows["position"], strict=True), probability, strict=True)
    )
    columns = zip(rows["protein"], rows["start"], rows["positions"], rows["peptide"], strict=True)
    return [
        _spell(peptide, {q - start: of_site[protein, q] for q in positions})
        for protein, start, positions, peptide in columns
    ]


def _spell(peptide: str, found: dict[int, float]) -> str:
    spare = [i for i, r in enumerate(peptide) if r in "STY" and i not in found]
    left = sum(1 - p for p in found.values())
    for i in spare:
        found[i] = min(left, 0.99)
        left -= found[i]
    shown = {i: f"({p:.3g})" for i, p in found.items() if p >= 0.001}
    return "".join(r + shown.get(i, "") for i, r in enumerate(peptide))

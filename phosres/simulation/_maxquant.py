"""MaxQuant's layout of ``Phospho (STY)Sites.txt``: one row a site, three multiplicities a sample.

Each peptidoform is added to the row of every site it carries, in the column of its number of
phosphates (``___1``, ``___2``, ``___3`` for three or more): a doubly phosphorylated peptide stands
with the same number on two rows, and two peptides with the same site and number of phosphates add
up.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.simulation._annotation import (
    identify_site,
    list_rows,
    localize,
    score_search,
    spell_probabilities,
)

Array = NDArray[np.float64]

MULTIPLICITIES = (1, 2, 3)
DIGITS = 5
"""Significant digits of an intensity, as MaxQuant writes them."""

_POWERS = 10.0 ** np.arange(1, 16)
_SCORES = ["Localization prob", "Score diff", "PEP", "Score", "Delta score"]
_SCORES += ["Score for localization"]
_NAMES = ["Proteins", "Positions within proteins", "Leading proteins", "Protein"]
_NAMES += ["Protein names", "Gene names", "Fasta headers"]


def lay_out_sites(
    forms: pd.DataFrame,
    values: Array,
    experiments: Sequence[str],
    sequences: Mapping[str, str],
    draw: np.random.Generator,
) -> pd.DataFrame:
    """Write peptidoforms as a MaxQuant site table.

    Parameters
    ----------
    forms
        One row a peptidoform, as `phosres.simulation._annotation.list_rows` takes them.
    values
        Log2 intensity, peptidoforms x experiments, NaN where missing.
    experiments
        Names of the experiments.
    sequences
        Sequence by accession.
    draw
        Random numbers for scores and localisation.

    Returns
    -------
    One row a site, sorted by protein and position, columns in MaxQuant's order. Intensities are
    whole numbers of five significant digits, 0 where missing.
    """
    carried = list_rows(forms, sequences)
    rows = carried.drop_duplicates("row").reset_index(drop=True)
    cells = _add_up(carried, values, len(rows))
    probability = localize(rows, draw)
    names = identify_site(rows, carried, sequences)
    search = score_search(rows, probability, draw)
    localized = pd.DataFrame("", rows.index, [f"Localization prob {e}" for e in experiments])
    spelled = pd.Series(spell_probabilities(rows, probability), name="Phospho (STY) Probabilities")
    return pd.concat(
        [
            names[_NAMES],
            search[_SCORES],
            localized,
            _list_multiplicities(cells),
            names.drop(columns=_NAMES),
            spelled,
            search.drop(columns=_SCORES),
            _identify(cells, experiments, draw),
            _quantify(cells, experiments),
            _flag(rows),
        ],
        axis=1,
    )


def _add_up(carried: pd.DataFrame, values: Array, n_rows: int) -> Array:
    """Sum linear intensities into sites x multiplicities x experiments."""
    linear = round_intensity(np.where(np.isnan(values), 0.0, np.exp2(values)))
    cells = np.zeros((n_rows, len(MULTIPLICITIES), values.shape[1]))
    phosphates = carried["positions"].map(len).clip(upper=MULTIPLICITIES[-1]).to_numpy()
    np.add.at(cells, (carried["row"].to_numpy(), phosphates - 1), linear[carried["form"]])
    return round_intensity(cells)


def round_intensity(values: Array) -> Array:
    """Round to whole numbers of at most five significant digits.

    Parameters
    ----------
    values
        Linear intensities, any shape, not negative.
    """
    whole = np.rint(values)
    digits = np.searchsorted(_POWERS, whole, side="right") + 1
    unit = 10.0 ** np.maximum(digits - DIGITS, 0)
    return np.asarray(np.rint(whole / unit) * unit)


def _list_multiplicities(cells: Array) -> pd.DataFrame:
    """Numbers of phosphates a site was quantified with, empty if it never was."""
    seen = np.asarray(cells.sum(axis=2) > 0)
    text = [";".join(str(k) for k, s in zip(MULTIPLICITIES, row, strict=True) if s) for row in seen]
    return pd.DataFrame({"Number of Phospho (STY)": text})


def _identify(cells: Array, experiments: Sequence[str], draw: np.random.Generator) -> pd.DataFrame:
    """Identification type: strong sites have a spectrum of their own, weak ones are matched."""
    total = cells.sum(axis=1)
    seen = total > 0
    strength = np.log2(np.where(seen, total, 1.0))
    own = draw.random(total.shape) < 1 / (
        1 + np.exp(-0.6 * (strength - np.median(strength[seen]) + 1))
    )
    text = np.where(seen, np.where(own, "By MS/MS", "By matching"), "").astype(object)
    return pd.DataFrame(text, columns=[f"Identification type {e}" for e in experiments])


def _quantify(cells: Array, experiments: Sequence[str]) -> pd.DataFrame:
    """Intensities: in all, by multiplicity, by experiment, by experiment and multiplicity."""
    parts = {"Intensity": cells.sum(axis=(1, 2))}
    parts |= {f"Intensity___{k}": cells[:, k - 1].sum(axis=1) for k in MULTIPLICITIES}
    parts |= {f"Intensity {e}": cells[:, :, j].sum(axis=1) for j, e in enumerate(experiments)}
    parts |= {
        f"Intensity {e}___{k}": cells[:, k - 1, j]
        for j, e in enumerate(experiments)
        for k in MULTIPLICITIES
    }
    return pd.DataFrame({n: round_intensity(v).astype(np.int64) for n, v in parts.items()})


def _flag(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Reverse": np.where(rows["kind"] == "decoy", "+", "").astype(object),
            "Potential contaminant": np.where(rows["kind"] == "contaminant", "+", "").astype(
                object
            ),
            "id": np.arange(len(rows)),
            "Positions": rows["position"],
            "Position": rows["position"],
        }
    )

"""Correlation of all samples: is each one most like its own subject's other sample?"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from phosres import stats
from phosres.figures._names import clean
from phosres.figures._panels import make_axes
from phosres.figures._records import NotDrawnError, Sketch
from phosres.figures._samples import count_arms
from phosres.figures._style import DENSE, SINGLE, styled
from phosres.figures.pca import MIN_COMPLETE, MIN_SAMPLES
from phosres.table import PhosphoTable

WRITTEN = 12
"""Most samples for which each correlation is written into its cell."""


def outline_correlation(table: PhosphoTable, arms: pd.DataFrame) -> Sketch:
    """Spearman correlation between samples, after each feature's mean is taken off.

    Parameters
    ----------
    table
        Normalised log2 values.
    arms
        Arm and subject of the samples, as from `sample_arms`.

    Raises
    ------
    NotDrawnError
        With fewer than 3 samples or fewer than 50 complete features.
    """
    ordered = arms.sort_values(["subject", "arm"], ascending=[True, False], kind="stable")
    values = table.values[list(ordered.index)].dropna()
    if len(ordered) < MIN_SAMPLES:
        raise NotDrawnError(f"a comparison needs at least {MIN_SAMPLES} samples")
    if len(values) < MIN_COMPLETE:
        msg = f"only {len(values)} peptidoforms have a value in every sample"
        raise NotDrawnError(msg)
    matrix = stats.sample_similarity(values)
    first, second = np.meshgrid(ordered.index, ordered.index, indexing="ij")
    frame = pd.DataFrame(
        {
            "sample": first.ravel(),
            "other": second.ravel(),
            "correlation": matrix.ravel(),
            "subject": np.repeat(ordered["subject"].to_numpy(), len(ordered)),
            "other_subject": np.tile(ordered["subject"].to_numpy(), len(ordered)),
        }
    )
    return Sketch(
        frame,
        f"Spearman correlation of {len(values):,} peptidoforms with a normalised log2 value in all "
        f"{len(ordered)} samples ({count_arms(arms)}), each less its mean, so that 0 is no more "
        "alike than chance. Samples by subject. No test.",
        _finding(frame),
    )


def _finding(frame: pd.DataFrame) -> str:
    """Say how many samples are most like their own subject."""
    others = frame[frame["sample"] != frame["other"]]
    nearest = others.loc[others.groupby("sample", sort=False)["correlation"].idxmax()]
    pairs = others[others["subject"] == others["other_subject"]]["sample"].nunique()
    if not pairs:
        return "No subject has more than one sample; correlations run from " + (
            f"{others['correlation'].min():.2f} to {others['correlation'].max():.2f}."
        )
    own = int((nearest["subject"] == nearest["other_subject"]).sum())
    return f"{own} of {pairs} samples are most like another sample of their own subject."


@styled
def draw_correlation(table: PhosphoTable, arms: pd.DataFrame, *, ax: Axes | None = None) -> Figure:
    """Draw the correlation of all samples as a heatmap.

    Parameters
    ----------
    table
        Normalised log2 values.
    arms
        Arm and subject of the samples, as from `sample_arms`.
    ax
        Axes to draw in; None for a new figure.
    """
    from seaborn import heatmap  # costs a second, and only this figure needs it

    frame = outline_correlation(table, arms).table
    names = list(dict.fromkeys(frame["sample"]))
    matrix = frame["correlation"].to_numpy().reshape(len(names), len(names))
    size = SINGLE * (1.3 if len(names) <= WRITTEN else 1.8)
    figure, (panel,) = make_axes(ax, (size * 1.15, size))
    shown = [clean(n) for n in names] if len(names) <= DENSE else False
    masked = np.where(np.eye(len(names), dtype=bool), np.nan, matrix)
    limit = max(0.1, float(np.nanmax(np.abs(masked))))
    heatmap(
        masked,
        ax=panel,
        cmap="RdBu_r",
        vmin=-limit,
        vmax=limit,
        square=True,
        annot=len(names) <= WRITTEN,
        fmt=".2f",
        annot_kws={"size": 6},
        xticklabels=shown,
        yticklabels=shown,
        cbar_kws={"label": "Spearman correlation", "shrink": 0.7},
    )
    panel.tick_params(axis="x", rotation=90)
    panel.tick_params(axis="y", rotation=0)
    return figure

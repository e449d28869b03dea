"""Principal components of the samples, with arrows from pre- to on-treatment."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from phosres.figures._labels import add_labels
from phosres.figures._names import clean
from phosres.figures._panels import add_legend, arm_styles, make_axes
from phosres.figures._records import NotDrawnError, Sketch
from phosres.figures._samples import arm_handles, count_arms, notice_dense, used_arms
from phosres.figures._style import DENSE, SINGLE, settle, styled
from phosres.table import PhosphoTable

MIN_SAMPLES = 3
"""Two samples lie on one line whatever they are: a plane needs three."""

MIN_COMPLETE = 50
"""Fewest complete features: with fewer, single peptidoforms set the picture."""

_SHAFT = 0.95
"""Part of the way that an arrow is drawn, so that its head shows beside the mark."""


def outline_pca(table: PhosphoTable, arms: pd.DataFrame) -> Sketch:
    """First two principal components over the features that every sample has.

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
    values = table.values[list(arms.index)].dropna()
    if len(arms) < MIN_SAMPLES:
        raise NotDrawnError(
            f"principal components need at least {MIN_SAMPLES} samples, not {len(arms)}"
        )
    if len(values) < MIN_COMPLETE:
        msg = (
            f"only {len(values)} peptidoforms have a value in every sample (at least "
            f"{MIN_COMPLETE} are needed)"
        )
        raise NotDrawnError(msg)
    scores, share = _components(values.to_numpy().T)
    frame = pd.DataFrame(
        {
            "sample": arms.index,
            "subject": arms["subject"].to_numpy(),
            "arm": arms["arm"].to_numpy(),
            "pc1": scores[:, 0],
            "pc2": scores[:, 1],
            "share_pc1": share[0],
            "share_pc2": share[1],
        }
    )
    arrows = _arrows(frame)
    return Sketch(
        frame,
        f"Principal components of {len(values):,} peptidoforms with a normalised log2 value in all "
        f"{len(arms)} samples ({count_arms(arms)}), centred, not scaled; of {table.n_features:,} "
        "in the table. "
        + (f"{len(arrows)} arrows lead from pre- to on-treatment samples. " if len(arrows) else "")
        + "No test."
        + notice_dense(len(arms), "samples"),
        _finding(frame, share),
    )


def _components(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scores on two components and their share of the variance, signs fixed."""
    from sklearn.decomposition import PCA

    model = PCA(n_components=2, svd_solver="full")
    scores = model.fit_transform(matrix)
    largest = scores[np.abs(scores).argmax(axis=0), [0, 1]]
    return scores * np.where(largest < 0, -1.0, 1.0), np.asarray(model.explained_variance_ratio_)


def _arrows(frame: pd.DataFrame) -> np.ndarray:
    """Return start and end of each arrow, shape (n, 4); several pre samples are averaged."""
    pre = frame[frame["arm"] == "pre"].groupby("subject")[["pc1", "pc2"]].mean().add_suffix("_pre")
    on = frame[~frame["arm"].isin(["pre", "not compared"])].join(pre, on="subject")
    columns = ["pc1_pre", "pc2_pre", "pc1", "pc2"]
    return on[columns].dropna().to_numpy()


def _finding(frame: pd.DataFrame, share: np.ndarray) -> str:
    """Say whether samples group by subject or by treatment."""
    text = f"The first two components hold {share[0]:.0%} and {share[1]:.0%} of the variance"
    scores = frame[["pc1", "pc2"]]
    total = ((scores - scores.mean()) ** 2).sum().sum()
    parts = []
    for column, what in (("subject", "between subjects"), ("arm", "between arms")):
        within = ((scores - scores.groupby(frame[column]).transform("mean")) ** 2).sum().sum()
        if 1 < frame[column].nunique() < len(frame) and total > 0:
            parts.append(f"{1 - within / total:.0%} lies {what}")
    return f"{text}; of that plane, {' and '.join(parts)}." if parts else f"{text}."


@styled
def draw_pca(table: PhosphoTable, arms: pd.DataFrame, *, ax: Axes | None = None) -> Figure:
    """Draw the samples on two principal components, with arrows from pre- to on-treatment.

    Parameters
    ----------
    table
        Normalised log2 values.
    arms
        Arm and subject of the samples, as from `sample_arms`.
    ax
        Axes to draw in; None for a new figure.
    """
    frame = outline_pca(table, arms).table
    figure, (panel,) = make_axes(ax, (SINGLE * 1.45, SINGLE * 1.2))
    arrows = _arrows(frame)
    if len(arrows):
        panel.quiver(
            *arrows[:, :2].T, *(_SHAFT * (arrows[:, 2:] - arrows[:, :2])).T,
            angles="xy", scale_units="xy", scale=1, width=0.0035, headwidth=5, headlength=6,
            color="#9A9A9A", zorder=1,
        )  # fmt: skip
    for arm, (marker, color) in arm_styles(used_arms(arms)).items():
        here = frame[frame["arm"] == arm]
        panel.scatter(here["pc1"], here["pc2"], marker=marker, color=color, s=26, zorder=3)
    panel.margins(0.12)
    panel.set_xlabel(f"PC1 ({frame['share_pc1'].iloc[0]:.0%} of variance, log2 units)")
    panel.set_ylabel(f"PC2 ({frame['share_pc2'].iloc[0]:.0%} of variance, log2 units)")
    add_legend(ax, panel, arm_handles(arms))
    if len(frame) <= DENSE:
        if ax is None:
            settle(figure)
        _label_samples(panel, frame)
    return figure


def _label_samples(panel: Axes, frame: pd.DataFrame) -> None:
    """Name each sample, or each subject once where subjects have several samples."""
    repeated = bool(frame["subject"].duplicated().any() and frame["subject"].ne("").all())
    named = frame.drop_duplicates("subject", keep="last") if repeated else frame
    texts = [clean(t) for t in named["subject" if repeated else "sample"]]
    marks = frame[["pc1", "pc2"]].to_numpy()
    arrows = _arrows(frame)
    steps = np.linspace(0, 1, 60)[:, None, None]
    lines = arrows[:, :2] + steps * (arrows[:, 2:] - arrows[:, :2])
    cloud = np.vstack([marks, lines.reshape(-1, 2)])
    add_labels(panel, named[["pc1", "pc2"]].to_numpy(), texts, cloud, marks=marks)

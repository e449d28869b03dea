"""Changes of all sites of the cohort against their p values, readouts named."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from phosres.figures._labels import add_labels
from phosres.figures._levels import describe_test
from phosres.figures._names import clean
from phosres.figures._panels import add_legend, legend_mark, make_axes
from phosres.figures._records import NotDrawnError, Sketch
from phosres.figures._samples import parameter
from phosres.figures._style import DOUBLE, DOWN, INK, MUTED, UP, settle, styled
from phosres.figures.forest import AXIS
from phosres.results import Contrast, Scores, SiteEffects

LABEL_LENGTH = 28
"""Characters shown of a feature's name."""

_READOUT_SHARE = 0.4
"""Share of the labels that readouts may take, so that other sites are named too."""


def readout_features(scores: Scores) -> pd.Series:
    """Return the readout that each readout feature belongs to, indexed by feature.

    Parameters
    ----------
    scores
        Readouts and evidence.
    """
    rows = scores.evidence[scores.evidence["target"].isin(scores.readouts["readout"])]
    return rows.groupby("feature")["target"].agg(lambda t: ";".join(dict.fromkeys(t)))


def classify(table: pd.DataFrame, scores: Scores, readouts: pd.Series) -> pd.DataFrame:
    """Add readout, curation and direction to the tested features of a table of effects.

    Parameters
    ----------
    table
        Table of `SiteEffects`.
    scores
        Readouts and evidence.
    readouts
        As from `readout_features`.

    Returns
    -------
    The features with a p value, indexed by feature: log2fc, p, q, mean, se, df, readout, curated
    (evidence of any set) and direction (up, down or none at ``q < alpha``).
    """
    tested = table[table["p"].notna() & table["log2fc"].notna()]
    alpha = parameter(scores.parameters, "alpha") or 0.05
    significant = (tested["q"] < alpha).to_numpy()
    direction = np.where(significant, np.where(tested["log2fc"] > 0, "up", "down"), "none")
    readout = readouts.reindex(tested.index).fillna("")
    return tested[["log2fc", "p", "q", "mean", "se", "df"]].assign(
        readout=readout,
        curated=tested.index.isin(scores.evidence["feature"]),
        direction=direction,
    )


def label_order(frame: pd.DataFrame, max_labels: int) -> list[str]:
    """Choose the features to name: readouts in turn, then curated sites, then the clearest others.

    Of the others, risers and fallers take turns, and only significant ones are named.

    Parameters
    ----------
    frame
        As from `classify`.
    max_labels
        Most labels.
    """
    ranked = frame.sort_values(["p", "log2fc"], kind="stable")
    own = ranked["readout"] != ""
    clear = ranked[~own & (ranked["direction"] != "none")]
    every = _take_turns(ranked[own], "readout")
    readouts = every[: int(np.ceil(_READOUT_SHARE * max_labels))]
    curated = _take_turns(clear[clear["curated"]], "direction")
    curated = curated[: (max_labels - len(readouts)) // 2]
    others = [f for f in _take_turns(clear, "direction") if f not in curated]
    return [*readouts, *curated, *others, *every[len(readouts) :]][:max_labels]


def _take_turns(ranked: pd.DataFrame, column: str) -> list[str]:
    """Return the features so that the values of a column take turns, each in its own order."""
    return list(ranked.groupby(column, sort=False).cumcount().sort_values(kind="stable").index)


def _require_cohort(contrast: Contrast) -> SiteEffects:
    """Return the cohort's effects or say why there is no volcano."""
    if contrast.cohort is None or not contrast.cohort.table["p"].notna().any():
        msg = (
            "there is no test over the cohort (one sample a side); see the changes of the subjects"
        )
        raise NotDrawnError(msg)
    return contrast.cohort


def outline_volcano(contrast: Contrast, scores: Scores) -> Sketch:
    """Change and p value of every tested feature of the cohort.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its readouts and evidence.

    Raises
    ------
    NotDrawnError
        If the contrast has no test over the cohort.
    """
    cohort = _require_cohort(contrast)
    frame = classify(cohort.table, scores, readout_features(scores))
    alpha = parameter(scores.parameters, "alpha") or 0.05
    counts = frame["direction"].value_counts()
    up, down = int(counts.get("up", 0)), int(counts.get("down", 0))
    clearest = label_order(frame[frame["readout"] == ""], 4)
    top = [f"{f} {v:+.2f}" for f, v in zip(clearest, frame["log2fc"].loc[clearest], strict=True)]
    rows = frame[frame["readout"] != ""]
    own = [f"{f!s} {v:+.2f}" for f, v in zip(rows.index, rows["log2fc"], strict=True)]
    return Sketch(
        frame.rename_axis("feature").reset_index(),
        f"Change and p value of {len(frame):,} peptidoforms with a test, of "
        f"{contrast.data.n_features:,}, normalised log2 values, on − pre ({contrast.name}). "
        f"{describe_test(contrast, 'cohort')}. Triangles: q < {alpha:g} (Benjamini-Hochberg over "
        "these peptidoforms), above the dashed line. Ringed: peptidoforms of the readouts. Named: "
        "readouts, curated sites and the clearest others, as far as there is room.",
        f"Of {len(frame):,} peptidoforms {up:,} rise and {down:,} fall at q < {alpha:g}"
        + (f"; among the clearest {', '.join(top)}" if top else "")
        + (f". Readouts: {', '.join(own[:12])}." if own else ". No readout was tested."),
    )


@styled
def draw_volcano(
    contrast: Contrast, scores: Scores, *, max_labels: int = 20, ax: Axes | None = None
) -> Figure:
    """Draw change against p value of the cohort with readouts named.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its readouts and evidence.
    max_labels
        Most features named.
    ax
        Axes to draw in; None for a new figure.
    """
    frame = classify(_require_cohort(contrast).table, scores, readout_features(scores))
    floor = frame.loc[frame["p"] > 0, "p"].min()
    height = -np.log10(frame["p"].clip(lower=floor if np.isfinite(floor) else 1e-300)).to_numpy()
    x = frame["log2fc"].to_numpy(dtype=float)
    figure, (panel,) = make_axes(ax, (DOUBLE * 0.8, DOUBLE * 0.6))
    draw_points(panel, x, height, frame)
    limit = 1.08 * float(np.abs(x).max())
    panel.set_xlim(-limit, limit)
    panel.set_ylim(-0.02 * height.max(), 1.1 * height.max() + 0.1)
    panel.axvline(0, color=MUTED, lw=0.5, zorder=0)
    significant = frame["direction"] != "none"
    if significant.any():
        panel.axhline(
            float(height[significant].min()),
            color=MUTED,
            lw=0.7,
            ls=(0, (4, 3)),
            label="_threshold",
        )
    panel.set_xlabel(AXIS)
    panel.set_ylabel("−log10 p")
    add_legend(ax, panel, direction_handles(frame))
    if ax is None:
        settle(figure)
    name_points(panel, x, height, frame, max_labels)
    return figure


def draw_points(
    ax: Axes, x: np.ndarray, y: np.ndarray, frame: pd.DataFrame, *, size: float = 9
) -> None:
    """Draw the point cloud: dots, triangles where significant, rings around readouts.

    Parameters
    ----------
    ax
        The panel.
    x, y
        Positions of the features.
    frame
        As from `classify`.
    size
        Area of a triangle, points squared.
    """
    for direction, marker, color in (
        ("none", ".", "#B5B5B5"),
        ("down", "v", DOWN),
        ("up", "^", UP),
    ):
        here = (frame["direction"] == direction).to_numpy()
        if not here.any():
            continue
        ax.scatter(
            x[here], y[here], marker=marker, c=color, s=size if marker != "." else size * 0.6,
            linewidths=0, alpha=0.75, rasterized=True, zorder=2, label=f"_{direction}",
        )  # fmt: skip
    ring = (frame["readout"] != "").to_numpy()
    ax.scatter(
        x[ring], y[ring], s=26, facecolors="none", edgecolors=INK, linewidths=0.9, zorder=5,
        label="_readout",
    )  # fmt: skip


def direction_handles(frame: pd.DataFrame) -> list[object]:
    """Return the legend of a point cloud.

    Parameters
    ----------
    frame
        As from `classify`; several may be concatenated.
    """
    marks = [
        ("up", legend_mark("up", "^", UP, UP)),
        ("down", legend_mark("down", "v", DOWN, DOWN)),
        ("none", legend_mark("no clear change", ".", "#B5B5B5", "#B5B5B5")),
    ]
    found = set(frame["direction"])
    handles: list[object] = [h for d, h in marks if d in found]
    if (frame["readout"] != "").any():
        handles.append(legend_mark("readout", "o", "none", INK))
    return handles


def name_points(
    ax: Axes, x: np.ndarray, y: np.ndarray, frame: pd.DataFrame, max_labels: int, *, size: float = 6
) -> None:
    """Name the features of `label_order` where there is room.

    Parameters
    ----------
    ax
        The panel, with its final limits and place.
    x, y
        Positions of the features.
    frame
        As from `classify`.
    max_labels
        Most labels.
    size
        Font size, points.
    """
    names = label_order(frame, max_labels)
    at = frame.index.get_indexer(pd.Index(names, dtype=frame.index.dtype))
    texts = [clean(n, LABEL_LENGTH) for n in names]
    cloud = np.column_stack([x, y])
    rings = cloud[(frame["readout"] != "").to_numpy()]
    add_labels(ax, cloud[at], texts, cloud, marks=rings, size=size)

"""Readouts before and on treatment: a line for each subject, or a strip for each group."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from phosres.figures._labels import spread
from phosres.figures._levels import describe_test
from phosres.figures._names import clean, nice_readout
from phosres.figures._panels import add_legend, make_axes, status_handles
from phosres.figures._records import NotDrawnError, Sketch
from phosres.figures._style import DENSE, DOUBLE, INK, MUTED, STATUS_GLYPH, STATUS_STYLE, styled
from phosres.results import Contrast, Scores

NAMED = 12
"""Most subjects whose lines are named; more names do not fit beside a panel."""

_COLUMNS = ["readout", "subject", "sample", "arm", "value", "status", "n_features"]


def outline_slopes(contrast: Contrast, scores: Scores) -> Sketch:
    """Value of each readout per subject and arm (paired) or per sample (groups).

    Each peptidoform is centred on its mean over the pre-treatment samples; the forms of a readout
    are averaged with the weights of the scoring, so that a line rises by the subject's change.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its readouts and their evidence.

    Raises
    ------
    NotDrawnError
        If no readout was measured, or the table holds changes.
    """
    if contrast.design == "given":
        raise NotDrawnError("the table holds changes: it has no values before treatment")
    pre = contrast.arms.index[contrast.arms["arm"] == "pre"]
    centred = contrast.data.values.sub(contrast.data.values[pre].mean(axis=1), axis=0)
    readouts = list(dict.fromkeys(scores.readouts["readout"]))
    parts = [_readout_values(r, centred, contrast, scores) for r in readouts]
    filled = [p for p in parts if len(p)]
    if not filled:
        raise NotDrawnError("no readout was measured before and on treatment")
    frame = pd.concat(filled, ignore_index=True)[_COLUMNS]
    n = contrast.arms["subject"].nunique()
    why = _absences(scores)
    gaps = [
        f"{nice_readout(r)} {why[r][2:]}" for r, p in zip(readouts, parts, strict=True) if p.empty
    ]
    groups = contrast.design == "groups"
    notice = (
        "" if groups or n <= NAMED else f" With {n} subjects (more than {NAMED}) lines are unnamed."
    )
    return Sketch(
        frame,
        "Normalised log2 values of each readout: its peptidoforms, each less its mean before "
        "treatment, averaged with the weights of the scoring. "
        + (
            "One mark a sample, bar: mean of the group. "
            if groups
            else f"One line a subject (n = {n}), the mark is the status of the subject. "
        )
        + f"On: {contrast.name}. {describe_test(contrast)}."
        + (f" Left empty: {'; '.join(gaps)}." if gaps else "").replace("\n", " ")
        + notice,
        _finding(frame, readouts, groups=groups),
    )


def _readout_values(
    readout: str, centred: pd.DataFrame, contrast: Contrast, scores: Scores
) -> pd.DataFrame:
    """Rows of one readout, empty if it was not measured."""
    evidence = scores.evidence[scores.evidence["target"] == readout]
    evidence = evidence[evidence["weight"] > 0]
    weights = evidence.assign(
        share=evidence["weight"] * evidence["sign"].astype(float)
    ).pivot_table(index="feature", columns="subject", values="share")
    groups = contrast.design == "groups"
    arms = (
        contrast.arms if groups else contrast.arms[contrast.arms["subject"].isin(weights.columns)]
    )
    if evidence.empty or arms.empty or (groups and "" not in weights):
        return pd.DataFrame(columns=_COLUMNS)
    values = centred.loc[weights.index, arms.index]
    if groups:
        seen, keys = values.notna(), [""] * len(arms)
    else:
        values, arms = _by_arm(values, arms)
        keys = list(arms["subject"])
        seen = values.notna() & values.notna().T.groupby(keys).transform("all").T
    share = weights[keys].to_numpy()
    used = np.where(seen & np.isfinite(share), np.abs(share), 0.0)
    total = used.sum(axis=0)
    mean = (np.nan_to_num(values) * np.sign(np.nan_to_num(share)) * used).sum(axis=0)
    rows = scores.readouts[scores.readouts["readout"] == readout].set_index("subject")["status"]
    part = arms.assign(
        readout=readout,
        value=np.divide(mean, total, out=np.full(len(total), np.nan), where=total > 0),
        n_features=(used > 0).sum(axis=0),
        status=rows.reindex(keys).fillna("inconclusive").to_numpy(),
    )
    return part.rename_axis("sample").reset_index().dropna(subset="value")[_COLUMNS]


def _by_arm(values: pd.DataFrame, arms: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Average the samples of each subject and arm; the columns become the joined sample names."""
    by = [arms["subject"], arms["arm"]]
    means = values.T.groupby(by, sort=False).mean()
    names = arms.index.to_series().groupby(by, sort=False).agg(";".join)
    joined = means.index.to_frame(index=False).set_axis(names.to_numpy(), axis=0)
    return means.set_axis(names.to_numpy(), axis=0).T, joined


def _finding(frame: pd.DataFrame, readouts: list[str], *, groups: bool) -> str:
    """Say how each readout moves."""
    parts = []
    for readout in readouts:
        part = frame[frame["readout"] == readout]
        if part.empty:
            parts.append(f"{nice_readout(readout)} without a change to show")
            continue
        change = _changes(part)
        if groups:
            parts.append(f"{nice_readout(readout)} {change.mean():+.2f} log2 on treatment")
        else:
            n_down = int((change < 0).sum())
            parts.append(f"{nice_readout(readout)} lower on treatment in {n_down} of {len(change)}")
    return "; ".join(parts) + "."


def _changes(part: pd.DataFrame) -> pd.Series:
    """On minus pre of each subject, or of the means where subjects have one arm only."""
    wide = part.pivot_table(index="subject", columns="arm", values="value").reindex(
        columns=["pre", "on"]
    )
    change = (wide["on"] - wide["pre"]).dropna()
    return change if len(change) else pd.Series([wide["on"].mean() - wide["pre"].mean()])


@styled
def draw_slopes(contrast: Contrast, scores: Scores, *, ax: Axes | None = None) -> Figure:
    """Draw each readout before and on treatment, a panel a readout.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its readouts and their evidence.
    ax
        Axes to draw in; None for a new figure.
    """
    frame = outline_slopes(contrast, scores).table
    readouts = list(dict.fromkeys(scores.readouts["readout"]))
    figure, panels = make_axes(ax, (DOUBLE, 2.7), columns=len(readouts), sharey=True)
    why = _absences(scores)
    low, high = frame["value"].min(), frame["value"].max()
    pad = 0.08 * max(high - low, 0.5)
    for panel, readout in zip(panels, readouts, strict=True):
        part = frame[frame["readout"] == readout]
        panel.set_title(_title(readout, scores))
        panel.set_xticks([0, 1], ["pre", clean(contrast.name, 12)])
        panel.set_ylim(low - pad, high + pad)
        panel.set_xlim(-0.3, 1.3)
        if part.empty:
            panel.text(0.5, 0.5, why[readout], transform=panel.transAxes, ha="center", color=MUTED)
        elif contrast.design == "groups":
            _draw_strip(panel, part)
        else:
            _draw_lines(panel, part, gap=(high - low + 2 * pad) / 24)
    panels[0].set_ylabel("readout, log2 relative to\nmean before treatment")
    if contrast.design != "groups":
        add_legend(ax, panels[0], status_handles(list(frame["status"])))
    return figure


def _absences(scores: Scores) -> dict[str, str]:
    """Say of each readout why it has no line where it has none."""
    rows = scores.readouts
    seen = set(rows.loc[rows["status"] != "not_measured", "readout"])
    return {
        str(r): "○ no subject with\nvalues on both sides" if r in seen else "× not measured"
        for r in rows["readout"].unique()
    }


def _title(readout: str, scores: Scores) -> str:
    """Name the readout and, on a second line, its status in the cohort if there is one."""
    rows = scores.readouts
    cohort = rows[(rows["readout"] == readout) & (rows["level"] == "cohort")]
    if cohort.empty:
        return nice_readout(readout)
    status = str(cohort["status"].iloc[0])
    if status == "not_measured":
        return f"{nice_readout(readout)}\n "
    return f"{nice_readout(readout)}\n{STATUS_GLYPH[status]} {status.replace('_', ' ')}"


def _draw_strip(panel: Axes, part: pd.DataFrame) -> None:
    """Draw a mark a sample, spread sideways in order, and the mean of each group."""
    for x, (arm, face) in enumerate((("pre", "white"), ("on", INK))):
        values = np.sort(part.loc[part["arm"] == arm, "value"].to_numpy(dtype=float))
        if not len(values):
            continue
        sideways = x + 0.16 * (((np.arange(len(values)) * 2) % 5) / 2 - 1)
        panel.hlines(values.mean(), x - 0.26, x + 0.26, colors=INK, lw=1.6, label="_mean")
        panel.scatter(
            sideways, values, s=18, facecolors=face, edgecolors=INK, linewidths=0.8, zorder=3,
            label=f"_{arm}",
        )  # fmt: skip


def _draw_lines(panel: Axes, part: pd.DataFrame, *, gap: float) -> None:
    """Draw a line a subject with the mark of its status, named where there is room."""
    wide = part.pivot_table(index="subject", columns="arm", values="value", sort=False)
    status = part.drop_duplicates("subject").set_index("subject")["status"].reindex(wide.index)
    dense = len(wide) > DENSE
    for name, (marker, face, edge) in STATUS_STYLE.items():
        here = wide[status == name]
        if here.empty:
            continue
        lines = [[(0.0, a), (1.0, b)] for a, b in here[["pre", "on"]].to_numpy(dtype=float)]
        panel.add_collection(
            LineCollection(
                lines, colors=edge, linewidths=0.5 if dense else 0.9, alpha=0.8, zorder=2,
                label="_lines",
            )
        )  # fmt: skip
        panel.scatter(
            np.ones(len(here)), here["on"], marker=marker, s=8 if dense else 20, zorder=3,
            facecolors=face, edgecolors=edge, linewidths=0.9, label=f"_status_{name}",
        )  # fmt: skip
    panel.scatter(np.zeros(len(wide)), wide["pre"], s=5, color=MUTED, zorder=2.5, label="_pre")
    if len(wide) <= NAMED:
        at = spread(wide["on"].to_numpy(dtype=float), gap)
        joins = [[(1.06, a), (1.14, b)] for a, b in zip(wide["on"], at, strict=True)]
        panel.add_collection(LineCollection(joins, colors=MUTED, linewidths=0.4, label="_leaders"))
        for subject, y in zip(wide.index, at, strict=True):
            panel.text(1.16, y, clean(subject, 12), size=5.5, va="center")

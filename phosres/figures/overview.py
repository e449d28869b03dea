"""Readouts, complexes and routes by subject at a glance, under what is known of the samples."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from phosres.figures._names import clean
from phosres.figures._panels import make_axes, status_handles
from phosres.figures._records import NotDrawnError, Sketch
from phosres.figures._style import DOUBLE, INK, MUTED, STATUS_GLYPH, styled
from phosres.figures.in_cohort import label_of
from phosres.figures.pathway_map import FULL, colour
from phosres.results import Contrast, Scores

MAX_ROWS = 22
"""Most readouts and sets drawn; the clearest sets are kept."""

NAMED = 40
"""Most subjects that are named and get glyphs; of more, cells are coloured only."""

TRACKS = ("response", "timepoint", "batch", "tissue", "purity", "ischemia_min", "dose")
"""Columns of the sample sheet that are shown above, where they tell subjects apart."""

_TINTS = ("#FFFFFF", "#D9D9D9", "#F0E0B0", "#CFE3D5", "#E5D4E8", "#F5CFC3", "#B8B8B8")
"""Faces of the words of a track, light enough for the word to be read on them."""


def outline_overview(contrast: Contrast, scores: Scores) -> Sketch:
    """Status and change of readouts and sets, one row each and one column a subject.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its readouts and activities.

    Raises
    ------
    NotDrawnError
        With fewer than 3 subjects.
    """
    n = len(contrast.subjects)
    if n < 3:
        raise NotDrawnError(f"a heatmap of subjects needs at least 3, not {n}")
    frame = _cells(scores)
    tracks = _tracks(contrast)
    table = pd.concat([tracks, frame], ignore_index=True)
    counts = frame.loc[frame["subject"] != "", "status"].value_counts()
    total = int(counts.sum())
    said = [f"{counts[s] / total:.0%} {s.replace('_', ' ')}" for s in STATUS_GLYPH if s in counts]
    notice = ""
    if n > NAMED:
        notice = f" With {n} subjects (more than {NAMED}) names and marks are left out."
    left = scores.activities["set"].nunique() - frame.loc[frame["kind"] == "set", "key"].nunique()
    return Sketch(
        table,
        f"Readouts and sets by subject (n = {n}), on − pre ({contrast.name}), subjects in the "
        "order of S6 S240/S244 or, where it was not measured, of mTORC1. Colour: log2 change, full "
        f"at ±{FULL:g}, paler where inconclusive; mark: status; hatched: not measured. Statuses "
        f"as in the tables. {left} sets that are clear in fewer subjects are left out.{notice}",
        f"Of {total} cells {', '.join(said)}.",
    )


def _cells(scores: Scores) -> pd.DataFrame:
    """Return the cells: readouts, complexes, then the sets that are clear in most subjects."""
    readouts = scores.readouts.rename(columns={"readout": "key"}).assign(kind="readout")
    sets = scores.activities.rename(columns={"set": "key", "score": "log2fc"})
    clear = sets["status"].isin(["up", "down"]).groupby(sets["key"]).mean()
    complexes = [s for s in ("MTORC1", "MTORC2") if s in set(sets["key"])]
    usable = sets[sets["kind"].isin(["pathway"])]["key"].unique()
    ranked = clear.reindex([k for k in usable if k not in complexes])
    ranked = ranked.sort_values(ascending=False, kind="stable")
    room = MAX_ROWS - readouts["key"].nunique() - len(complexes)
    keys = [*dict.fromkeys(readouts["key"]), *complexes, *ranked.index[ranked > 0][:room]]
    columns = ["kind", "key", "level", "subject", "status", "log2fc"]
    both = pd.concat([readouts[columns], sets.assign(kind="set")[columns]], ignore_index=True)
    both = both[both["key"].isin(keys)]
    place = {k: i for i, k in enumerate(keys)}
    return both.assign(
        row=both["key"].map(place), label=[label_of(str(k)) for k in both["key"]], value=""
    ).sort_values("row", kind="stable")


def _tracks(contrast: Contrast) -> pd.DataFrame:
    """Return what the sheet says of each subject on treatment."""
    arms, sheet = contrast.arms, contrast.data.samples
    on = arms.index[arms["arm"] == "on"]
    rows = []
    for track in TRACKS:
        if track not in sheet:
            continue
        said = sheet.loc[on, track].astype(str).groupby(arms.loc[on, "subject"], sort=False)
        values = said.agg(lambda v: "/".join(dict.fromkeys(v)))
        if len(set(values)) > 1 or track == "response":
            rows += [
                {"kind": "track", "key": track, "subject": s, "value": v, "label": track}
                for s, v in values.items()
                if values.astype(bool).any()
            ]
    return pd.DataFrame(rows, columns=["kind", "key", "subject", "value", "label"])


def _order(frame: pd.DataFrame, subjects: Sequence[str]) -> list[str]:
    """Order the subjects by the first row with an estimate in at least half of them."""
    own = frame[frame["subject"] != ""]
    for key in ("S6_S240_S244", "MTORC1", *frame["key"].unique()):
        change = own[own["key"] == key].set_index("subject")["log2fc"].astype(float)
        if change.notna().mean() >= 0.5:
            change = change.reindex(subjects)
            return list(change.sort_values(na_position="last", kind="stable").index)
    return list(subjects)


@styled
def draw_overview(contrast: Contrast, scores: Scores, *, ax: Axes | None = None) -> Figure:
    """Draw the heatmap of readouts and sets by subject.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its readouts and activities.
    ax
        Axes to draw in; None for a new figure.
    """
    table = outline_overview(contrast, scores).table
    tracks = list(dict.fromkeys(table.loc[table["kind"] == "track", "key"]))
    cells = table[table["kind"] != "track"]
    order = _order(cells, contrast.subjects)
    columns = ([""] if contrast.cohort is not None else []) + order
    at = {s: i + (0.3 if i and columns[0] == "" else 0.0) for i, s in enumerate(columns)}
    n_rows = int(cells["row"].max()) + 1
    height = 0.19 * (n_rows + len(tracks)) + 1.5
    figure, (panel,) = make_axes(ax, (DOUBLE, height))
    few = len(order) <= NAMED
    top = -len(tracks) - 0.4 if tracks else 0.0
    _draw_tracks(panel, table[table["kind"] == "track"], tracks, at, top, few=few)
    _draw_cells(panel, cells[cells["subject"].isin(at)], at, few=few)
    labels = cells.drop_duplicates("row").sort_values("row")["label"]
    panel.set_yticks(
        [*(top + i for i in range(len(tracks))), *range(n_rows)],
        [*(t.replace("_", " ") for t in tracks), *labels],
    )
    panel.set_xlim(-0.6, max(at.values()) + 0.6)
    panel.set_ylim(n_rows - 0.4, top - 0.7)
    panel.tick_params(length=0)
    for side in ("left", "bottom"):
        panel.spines[side].set_visible(False)
    if few:
        names = ["cohort" if s == "" else clean(s, 14) for s in columns]
        panel.set_xticks([at[s] for s in columns], names, rotation=90 if len(columns) > 8 else 0)
    else:
        panel.set_xticks([])
        first = "cohort (left), then " if columns[0] == "" else ""
        panel.set_xlabel(f"{first}{len(order)} subjects")
    _add_scale(panel, figure, own=ax is None)
    return figure


def _draw_cells(panel: Axes, cells: pd.DataFrame, at: dict[str, float], *, few: bool) -> None:
    for row in cells.to_dict("records"):
        status, change = str(row["status"]), float(row["log2fc"])
        x, y = at[str(row["subject"])], float(row["row"])
        unseen = status == "not_measured"
        panel.add_patch(
            Rectangle(
                (x - 0.48, y - 0.46), 0.96, 0.92, fc=colour(change, status),
                ec="#C9C9C9", lw=0.4 if few else 0.0, hatch="//////" if unseen else None,
            )
        )  # fmt: skip
        if few and not unseen:
            dark = abs(change) > 1.2 and status != "inconclusive"
            panel.text(
                x, y, STATUS_GLYPH[status], ha="center", va="center", size=5,
                color="white" if dark else INK,
            )  # fmt: skip


def _draw_tracks(
    panel: Axes,
    rows: pd.DataFrame,
    tracks: list[str],
    at: dict[str, float],
    top: float,
    *,
    few: bool,
) -> None:
    """Draw the annotation: numbers as written, words tinted, each value written where it fits."""
    for i, track in enumerate(tracks):
        mine = rows[(rows["key"] == track) & rows["subject"].isin(at)]
        words = _tint(sorted(set(mine["value"])))
        for row in mine.to_dict("records"):
            x, y = at[str(row["subject"])], top + i
            panel.add_patch(
                Rectangle(
                    (x - 0.48, y - 0.46),
                    0.96,
                    0.92,
                    fc=words[row["value"]],
                    ec="#C9C9C9",
                    lw=0.4 if few else 0.0,
                )
            )
            if few:
                panel.text(x, y, clean(row["value"], 5), ha="center", va="center", size=5)


def _tint(values: list[str]) -> dict[str, str]:
    """Give each value of a track a face: numbers from white to grey, words one after another."""
    numbers = pd.to_numeric(pd.Series(values, dtype=object), errors="coerce").to_numpy(dtype=float)
    if not np.isfinite(numbers).all() or np.ptp(numbers) == 0:
        return {v: _TINTS[k % len(_TINTS)] for k, v in enumerate(values)}
    share = (numbers - numbers.min()) / np.ptp(numbers)
    greys = [f"#{round(255 - 75 * s):02X}" for s in share]
    return {v: f"{g}{g[1:]}{g[1:]}" for v, g in zip(values, greys, strict=True)}


def _add_scale(panel: Axes, figure: Figure, *, own: bool) -> None:
    """Put the colours and marks into a line below."""
    handles: list[object] = []
    for change in (-FULL, -FULL / 2, FULL / 2, FULL):
        text = f"{change:+g} log2".replace("-", "−")
        face = colour(change, "up")
        handles.append(Rectangle((0, 0), 1, 1, fc=face, ec=MUTED, lw=0.4, label=text))
    handles += status_handles(["up", "down", "unchanged", "inconclusive"])
    handles.append(
        Rectangle(
            (0, 0), 1, 1, fc="white", ec="#9A9A9A", lw=0.4, hatch="//////", label="not measured"
        )
    )
    if own:
        figure.legend(handles=handles, loc="outside lower center", ncols=9, handlelength=1.2)
    else:
        panel.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=5)

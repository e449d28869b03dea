"""Labels that do not cover each other: a small, deterministic placement.

Labels are placed in order of importance, each at the nearest free position around its point; the
position that hides the fewest other points wins. A label without a free position is left out.
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import LineCollection
from matplotlib.text import Text
from numpy.typing import NDArray

from phosres.figures._style import INK

Array = NDArray[np.float64]

_ANGLES = np.deg2rad([0, 180, 45, 135, 315, 225, 90, 270, 22, 158, 338, 202, 68, 112, 292, 248])
_RADII = (7.0, 13.0, 22.0, 36.0, 54.0, 76.0)
_HIDDEN_POINT = 6.0
"""Pixels of distance that hiding one more point is worth."""

_MARK = 4.0
"""Half width of a mark, pixels: a ring around a readout feature."""

_STEPS = 24
"""Points by which a line from a point to its label is followed."""

_LEADER = 10.0
"""Pixels between point and label from which a line joins them."""


def place_labels(anchors: Array, sizes: Array, bounds: Array, points: Array, marks: Array) -> Array:
    """Choose the centre of each label, in pixels.

    Parameters
    ----------
    anchors
        Points to be labelled, most important first, shape (n, 2).
    sizes
        Width and height of each label, shape (n, 2).
    bounds
        Left, bottom, right, top of the panel, shape (4,).
    points
        All points drawn, shape (m, 2); labels avoid hiding them.
    marks
        Points that no label may cover, beside the anchors, shape (k, 2).

    Returns
    -------
    Centres, shape (n, 2); NaN for a label that has no free position.
    """
    centres = np.full((len(anchors), 2), np.nan)
    boxes, lines = np.empty((0, 4)), np.empty((0, _STEPS, 2))
    kept = np.vstack([anchors, marks])
    taken = np.hstack([kept - _MARK, kept + _MARK])
    for i, (anchor, size) in enumerate(zip(anchors, sizes, strict=True)):
        candidates, distance = _candidates(anchor, size)
        box = np.hstack([candidates - size / 2, candidates + size / 2])
        inside = (box[:, :2] >= bounds[:2]).all(axis=1) & (box[:, 2:] <= bounds[2:]).all(axis=1)
        free = inside & ~_overlaps(box, boxes) & ~_overlaps(box, taken)
        leaders = _leaders(anchor, box)
        free &= (_hidden(box, lines.reshape(-1, 2)) == 0) & ~_pierced(leaders, boxes)
        free &= ~_crossed(leaders, lines)
        if not free.any():
            continue
        near = points[(np.abs(points - anchor) <= size / 2 + _RADII[-1] + size).all(axis=1)]
        cost = distance + _HIDDEN_POINT * _hidden(box, near)
        best = int(np.argmin(np.where(free, cost, np.inf)))
        centres[i] = candidates[best]
        boxes = np.vstack([boxes, box[best]])
        lines = np.concatenate([lines, leaders[best : best + 1]])
    return centres


def _candidates(anchor: Array, size: Array) -> tuple[Array, Array]:
    """Return centres around the anchor and the gap between the anchor and each label's box."""
    cos, sin = np.cos(_ANGLES), np.sin(_ANGLES)
    gap = np.repeat(_RADII, len(_ANGLES))
    cos, sin = np.tile(cos, len(_RADII)), np.tile(sin, len(_RADII))
    x = anchor[0] + cos * gap + np.sign(np.round(cos, 6)) * size[0] / 2
    y = anchor[1] + sin * gap + np.sign(np.round(sin, 6)) * size[1] / 2
    return np.column_stack([x, y]), gap


def _leaders(anchor: Array, boxes: Array) -> Array:
    """Return points along the line from the anchor to the edge of each box, shape (k, steps, 2)."""
    ends = np.clip(anchor, boxes[:, :2], boxes[:, 2:])
    steps = np.linspace(0.1, 0.95, _STEPS)[None, :, None]
    return np.asarray(anchor + steps * (ends - anchor)[:, None, :])


def _pierced(leaders: Array, boxes: Array) -> NDArray[np.bool_]:
    """Return whether each line runs through a box that is there already."""
    inside = (leaders[:, :, None, :] >= boxes[None, None, :, :2]) & (
        leaders[:, :, None, :] <= boxes[None, None, :, 2:]
    )
    hit = np.asarray(inside.all(axis=3))
    return np.asarray(hit.any(axis=(1, 2)), dtype=np.bool_)


def _crossed(leaders: Array, lines: Array) -> NDArray[np.bool_]:
    """Return whether each line crosses one that is there already."""
    a, b = leaders[:, None, 0], leaders[:, None, -1]
    c, d = lines[None, :, 0], lines[None, :, -1]

    def side(p: Array, q: Array, r: Array) -> Array:
        turn = (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1])
        return np.sign(turn - (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0]))

    apart = (side(a, b, c) * side(a, b, d) >= 0) | (side(c, d, a) * side(c, d, b) >= 0)
    return np.asarray((~apart).any(axis=1), dtype=np.bool_)


def _overlaps(boxes: Array, others: Array) -> NDArray[np.bool_]:
    """Return whether each box touches any of the others."""
    apart = (
        (boxes[:, None, 0] >= others[None, :, 2])
        | (boxes[:, None, 2] <= others[None, :, 0])
        | (boxes[:, None, 1] >= others[None, :, 3])
        | (boxes[:, None, 3] <= others[None, :, 1])
    )
    return np.asarray(~apart.all(axis=1), dtype=np.bool_)


def _hidden(boxes: Array, points: Array) -> Array:
    """Return the number of points inside each box."""
    x, y = points[:, 0], points[:, 1]
    inside = (x >= boxes[:, :1]) & (x <= boxes[:, 2:3]) & (y >= boxes[:, 1:2]) & (y <= boxes[:, 3:])
    return np.asarray(inside.sum(axis=1), dtype=np.float64)


def add_labels(
    ax: Axes,
    points: Array,
    texts: list[str],
    cloud: Array,
    *,
    marks: Array | None = None,
    size: float = 6.0,
) -> list[Text]:
    """Label points of a panel whose limits and place in the figure are final.

    Parameters
    ----------
    ax
        The panel.
    points
        Points to be labelled, in data units, most important first, shape (n, 2).
    texts
        Their labels.
    cloud
        All points drawn, in data units, shape (m, 2).
    marks
        Points that no label may cover, in data units, shape (k, 2).
    size
        Font size, points.

    Returns
    -------
    The labels that found a place.
    """
    if not len(texts):
        return []
    renderer = ax.figure.canvas.get_renderer()  # type: ignore[attr-defined]
    sizes = _measure(ax, texts, size, renderer)
    anchors = ax.transData.transform(points)
    bounds = np.asarray(ax.get_window_extent(renderer).extents)
    others = np.empty((0, 2)) if marks is None else ax.transData.transform(marks)
    centres = place_labels(anchors, sizes, bounds, ax.transData.transform(cloud), others)
    placed = ~np.isnan(centres[:, 0])
    _draw_leaders(ax, anchors[placed], centres[placed], sizes[placed])
    offsets = (centres - anchors) * 72 / ax.figure.dpi
    drawn = [
        ax.annotate(
            texts[i],
            (float(points[i, 0]), float(points[i, 1])),
            xytext=(float(offsets[i, 0]), float(offsets[i, 1])),
            textcoords="offset points",
            ha="center",
            va="center",
            size=size,
            zorder=6,
            bbox={"boxstyle": "square,pad=0.05", "fc": "white", "ec": "none", "alpha": 0.7},
        )
        for i in np.flatnonzero(placed)
    ]
    for label in drawn:
        label.set_in_layout(False)
    return list(drawn)


def _measure(ax: Axes, texts: list[str], size: float, renderer: RendererBase) -> Array:
    """Return width and height of each text in pixels, with a little room around it."""
    probe = ax.text(0, 0, "", size=size)
    sizes = []
    for text in texts:
        probe.set_text(text)
        box = probe.get_window_extent(renderer)
        sizes.append((box.width + 2, box.height + 1))
    probe.remove()
    return np.array(sizes)


def _draw_leaders(ax: Axes, anchors: Array, centres: Array, sizes: Array) -> None:
    """Join far labels to their points by a thin line that ends at the label's edge."""
    ends = np.clip(anchors, centres - sizes / 2, centres + sizes / 2)
    far = np.hypot(*(ends - anchors).T) > _LEADER
    back = ax.transData.inverted()
    lines = np.stack([back.transform(anchors[far]), back.transform(ends[far])], axis=1)
    leaders = LineCollection(list(lines), colors=INK, linewidths=0.45, zorder=5.5)
    leaders.set_label("_leaders")
    ax.add_collection(leaders, autolim=False)


def spread(positions: Array, gap: float) -> Array:
    """Move positions on a line apart until neighbours are at least `gap` apart, order kept.

    Parameters
    ----------
    positions
        Wanted positions, shape (n,).
    gap
        Least distance.

    Returns
    -------
    New positions in the order given; overlapping runs are centred on their mean.
    """
    order = np.argsort(positions, kind="stable")
    blocks: list[tuple[float, int]] = []
    for wanted in positions[order]:
        blocks.append((float(wanted), 1))
        while len(blocks) > 1:
            (a, m), (b, n) = blocks[-2:]
            if b - a >= gap * (m + n) / 2:
                break
            blocks[-2:] = [((a * m + b * n) / (m + n), m + n)]
    placed = np.concatenate(
        [centre + gap * (np.arange(n) - (n - 1) / 2) for centre, n in blocks]
        if blocks
        else [np.empty(0)]
    )
    result = np.empty_like(placed)
    result[order] = placed
    return result

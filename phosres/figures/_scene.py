"""Drawings of a few shapes and words, written as SVG by ourselves or drawn into axes.

The SVG keeps text as text and gives every shape the id it was named by, so that an outside style
sheet or script finds the same node in every report. The same shapes go into matplotlib where a
figure, a PNG or a PDF is wanted.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from phosres.figures._style import INK, MUTED

Point = tuple[float, float]

PIXELS = 96.0
"""Units of a scene to an inch, as in CSS."""

FONT = "DejaVu Sans, Verdana, Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class Shape:
    """A polygon or a line.

    Parameters
    ----------
    points
        Corners, in units of 1/96 inch from the upper left.
    fill, edge
        Colours; ``none`` leaves out.
    width
        Width of the edge.
    closed
        Whether the last corner is joined to the first.
    dashed, hatched
        Whether the edge is dashed, and the face is hatched.
    id
        Id in the SVG, unique in its scene; empty for none.
    title
        What it says when one points at it.
    """

    points: tuple[Point, ...]
    fill: str = "none"
    edge: str = INK
    width: float = 1.0
    closed: bool = True
    dashed: bool = False
    hatched: bool = False
    id: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text.

    Parameters
    ----------
    x, y
        Where it is anchored: the baseline's start, middle or end.
    text
        The text, clean already.
    size
        Height of the font.
    anchor
        ``start``, ``middle`` or ``end``.
    bold
        Whether it is bold.
    color
        Its colour.
    """

    x: float
    y: float
    text: str
    size: float = 9.0
    anchor: str = "middle"
    bold: bool = False
    color: str = INK


@dataclass(frozen=True, slots=True)
class Scene:
    """Shapes and words on a white page.

    Parameters
    ----------
    width, height
        Size, in units of 1/96 inch.
    parts
        What is drawn, the later over the earlier.
    title
        Title of the drawing.
    """

    width: float
    height: float
    parts: tuple[Shape | Words, ...] = field(default=())
    title: str = ""


def box(x: float, y: float, w: float, h: float) -> tuple[Point, ...]:
    """Return the corners of a box around a centre.

    Parameters
    ----------
    x, y
        Centre.
    w, h
        Width and height.
    """
    return (
        (x - w / 2, y - h / 2),
        (x + w / 2, y - h / 2),
        (x + w / 2, y + h / 2),
        (x - w / 2, y + h / 2),
    )


def mark(x: float, y: float, size: float, status: str) -> tuple[Point, ...]:
    """Return the corners of the mark of a status; `status_shape` gives it its colours.

    Parameters
    ----------
    x, y
        Centre.
    size
        Half its height.
    status
        up, down, unchanged, or any other: a circle.
    """
    if status in ("up", "down"):
        s = -1.0 if status == "up" else 1.0
        return ((x, y + s * size), (x + size, y - s * size * 0.8), (x - size, y - s * size * 0.8))
    if status == "unchanged":
        return box(x, y, 1.7 * size, 1.7 * size)
    steps = [2 * math.pi * i / 12 for i in range(12)]
    return tuple((x + size * math.cos(a), y + size * math.sin(a)) for a in steps)


def arrow(points: Sequence[Point], *, inhibits: bool, dashed: bool = False) -> list[Shape]:
    """Return a line with a head at its end: a triangle, or a bar where it inhibits.

    Parameters
    ----------
    points
        Corners of the line.
    inhibits
        Whether the head is a bar.
    dashed
        Whether the line is dashed.
    """
    (x0, y0), (x1, y1) = points[-2], points[-1]
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    dx, dy = (x1 - x0) / length, (y1 - y0) / length
    line = Shape(tuple(points), edge=MUTED, width=1.1, closed=False, dashed=dashed)
    if inhibits:
        ends = ((x1 - 5 * dy, y1 + 5 * dx), (x1 + 5 * dy, y1 - 5 * dx))
        return [line, Shape(ends, edge=MUTED, width=1.8, closed=False)]
    back = (x1 - 6 * dx, y1 - 6 * dy)
    head = ((x1, y1), (back[0] - 3 * dy, back[1] + 3 * dx), (back[0] + 3 * dy, back[1] - 3 * dx))
    return [line, Shape(head, fill=MUTED, edge="none")]


def format_svg(scene: Scene) -> bytes:
    """Write a scene as SVG; the same scene gives the same bytes.

    Parameters
    ----------
    scene
        The scene.
    """
    body = "\n".join(_svg_shape(p) if isinstance(p, Shape) else _svg_words(p) for p in scene.parts)
    w, h = _number(scene.width), _number(scene.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" '
        f'font-family="{FONT}" role="img">\n<title>{escape(scene.title)}</title>\n'
        '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path d="M0 0V5" stroke="#9a9a9a" stroke-width="1.6"/>'
        "</pattern></defs>\n"
        f'<rect width="{w}" height="{h}" fill="#fff"/>\n{body}\n</svg>\n'
    ).encode()


def _svg_shape(shape: Shape) -> str:
    path = "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in shape.points)
    path += "Z" if shape.closed else ""
    dash = ' stroke-dasharray="4 3"' if shape.dashed else ""
    drawn = (
        f'<path d="{path}" fill="{shape.fill}" stroke="{shape.edge}" '
        f'stroke-width="{_number(shape.width)}"{dash}/>'
    )
    if shape.hatched:
        drawn += f'<path d="{path}" fill="url(#hatch)" stroke="none"/>'
    if not (shape.id or shape.title):
        return drawn
    named = f' id="{escape(shape.id)}"' if shape.id else ""
    title = f"<title>{escape(shape.title)}</title>" if shape.title else ""
    return f"<g{named}>{title}{drawn}</g>"


def _svg_words(words: Words) -> str:
    bold = ' font-weight="bold"' if words.bold else ""
    return (
        f'<text x="{_number(words.x)}" y="{_number(words.y)}" font-size="{_number(words.size)}" '
        f'text-anchor="{words.anchor}" fill="{words.color}"{bold}>{escape(words.text)}</text>'
    )


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def draw_scene(scene: Scene, ax: Axes) -> None:
    """Draw a scene into axes, whose scales it takes over.

    Parameters
    ----------
    scene
        The scene.
    ax
        The axes.
    """
    ax.set_axis_off()
    ax.set_xlim(0, scene.width)
    ax.set_ylim(scene.height, 0)
    ax.set_aspect("equal")
    points = 72 / PIXELS
    for part in scene.parts:
        if isinstance(part, Words):
            ax.text(
                part.x, part.y, part.text, size=part.size * points, color=part.color,
                ha={"start": "left", "middle": "center", "end": "right"}[part.anchor],
                va="baseline", weight="bold" if part.bold else "normal",
            )  # fmt: skip
            continue
        patch = Polygon(
            part.points,
            closed=part.closed,
            fc=part.fill,
            ec="#9A9A9A" if part.hatched else part.edge,
            lw=part.width * points,
            ls=(0, (4, 3)) if part.dashed else "-",
            hatch="/////" if part.hatched else None,
            gid=part.id or None,
        )
        ax.add_patch(patch)

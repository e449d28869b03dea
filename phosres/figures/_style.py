"""How every figure looks: colours, marks, sizes and the way to bytes.

Nothing here changes matplotlib's global settings: drawing and saving run inside a style context,
and figures are made without pyplot, so none stays open.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from io import BytesIO
from typing import Any, ParamSpec

from matplotlib import style
from matplotlib.figure import Figure

SINGLE, DOUBLE = 3.5, 7.2
"""Widths of one and two journal columns, inches."""

PNG_DPI = 200
"""A double-column figure becomes 1,440 pixels wide: sharp on a page of 720 CSS pixels."""

RASTER_DPI = 150
"""Resolution of point clouds inside SVG: 20,000 points take 70 kB instead of 2 MB."""

DENSE = 24
"""Above this many samples or subjects rows are not named and marks are smaller."""

UP, DOWN, INK, MUTED, FAINT = "#D55E00", "#0072B2", "#222222", "#707070", "#D0D0D0"
"""Diverging pair of the Okabe-Ito palette (safe for colour-blind readers) and greys."""

STATUS_STYLE: Mapping[str, tuple[str, str, str]] = {
    "up": ("^", UP, UP),
    "down": ("v", DOWN, DOWN),
    "unchanged": ("s", INK, INK),
    "inconclusive": ("o", "white", MUTED),
    "not_measured": ("x", MUTED, MUTED),
}
"""Marker, face and edge of each status: the marker alone tells them apart."""

STATUS_GLYPH: Mapping[str, str] = {
    "up": "▲",
    "down": "▼",
    "unchanged": "■",
    "inconclusive": "○",
    "not_measured": "×",
}
"""The same marks as characters, for tables and sentences beside the figures."""

STYLE: Mapping[str, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 7.5,
    "axes.titlesize": 8,
    "axes.titlelocation": "left",
    "axes.labelsize": 7.5,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "legend.handletextpad": 0.4,
    "legend.columnspacing": 1.2,
    "text.parse_math": False,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "lines.linewidth": 1.0,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.hashsalt": "phosres",
    "svg.fonttype": "path",
}

_PATH = re.compile(rb' (?:d|x|y|points)="[^"]*"')
_SILENT = re.compile(rb"<!--.*?-->|<metadata>.*?</metadata>", re.DOTALL)
_GAP = re.compile(rb">\s+<")
_DIGITS = re.compile(rb"(\.\d\d)\d+")

P = ParamSpec("P")


@contextmanager
def style_context() -> Iterator[None]:
    """Draw in our style whatever the user's settings are, and leave those as they were."""
    with style.context(["default", dict(STYLE)]):
        yield


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Wrap a drawing function so that it runs in `style_context`.

    Parameters
    ----------
    draw
        Function that returns a figure.
    """

    @wraps(draw)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with style_context():
            return draw(*args, **kwargs)

    return wrapper


def save(figure: Figure) -> tuple[bytes, bytes, bytes]:
    """Return the figure as SVG, PNG and PDF, the same bytes each time for the same figure.

    Parameters
    ----------
    figure
        Any matplotlib figure. Its layout is computed once and then kept.
    """
    svg, png, pdf = BytesIO(), BytesIO(), BytesIO()
    with style_context():
        settle(figure)
        figure.savefig(svg, format="svg", dpi=RASTER_DPI, metadata={"Date": None})
        figure.savefig(png, format="png", dpi=PNG_DPI, metadata={"Software": None})
        figure.savefig(pdf, format="pdf", dpi=RASTER_DPI, metadata={"CreationDate": None})
    return _shorten(svg.getvalue()), png.getvalue(), pdf.getvalue()


def _shorten(svg: bytes) -> bytes:
    """Leave out what no screen shows: digits beyond a hundredth of a point, comments, indents."""
    svg = _SILENT.sub(b"", svg)
    svg = _PATH.sub(lambda path: _DIGITS.sub(rb"\1", path[0].replace(b"\n", b" ")), svg)
    return _GAP.sub(b">\n<", svg)


def settle(figure: Figure) -> None:
    """Compute the layout once and keep it, so that saving does not compute it again.

    Parameters
    ----------
    figure
        Figure with or without a layout engine.
    """
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
        figure.set_layout_engine(None)

"""One row of the quality table."""

from phosres.columns import QUALITY

Row = dict[str, object]

MIN_COMPLETE = 50
"""Fewest complete features: with fewer, single features set the correlation of two samples."""


def make_row(
    scope: str, name: str, check: str, value: float, limit: float, light: str, reason: str
) -> Row:
    """Make one row of the quality table, its cells in the order of `phosres.columns.QUALITY`."""
    return dict(zip(QUALITY.names, (scope, name, check, value, limit, light, reason), strict=True))

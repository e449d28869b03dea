"""Floors and ceilings: values that stand for "less" or "more" instead of a measurement.

Programs clip ratios, fill gaps with one low number, or saturate. Towards either end of a
distribution values become rare, so the last one is not commoner than the one before it. An end
that many measurements share is a floor or a ceiling.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SHARE = 0.01
"""Least share of a sample's values in a pile: fewer hardly move a median or a mean."""
COUNT = 10
"""Least number of values in a pile: rounding makes a few equal."""
TIMES = 5
"""How much commoner than its neighbour the last value is: rounding, to integers even, makes the
last value rarer than its neighbour, not commoner."""
_SHOWN = 3


def find_piles(values: NDArray[np.float64], samples: Sequence[str], *, linear: bool) -> list[str]:
    """Say which samples have a floor or a ceiling.

    Parameters
    ----------
    values
        Rows x samples as they stand in the file, NaN where missing.
    samples
        Names of the columns.
    linear
        Whether only values above zero are measurements.

    Returns
    -------
    A sentence on floors and one on ceilings, as far as there are any.
    """
    found: dict[str, list[tuple[float, str, float]]] = {"lowest": [], "highest": []}
    for sample, column in zip(samples, values.T, strict=True):
        seen = column[column > 0] if linear else column[~np.isnan(column)]
        if len(seen) < COUNT:
            continue
        for end, last in (("lowest", float(seen.min())), ("highest", float(seen.max()))):
            share = _share_of_pile(seen, last)
            if share:
                found[end].append((share, sample, last))
    return [
        f"{len(piles):,} of {len(samples):,} samples have many values at exactly their {end} value "
        f"({_list(piles)}): {_explain(end, {last for _, _, last in piles})}"
        for end, piles in found.items()
        if piles
    ]


def _explain(end: str, at: set[float]) -> str:
    if end == "highest":
        return "a ceiling, beyond which changes cannot be seen"
    todo = f'set input.missing: ["{min(at):g}"]' if len(at) == 1 else "empty these cells"
    return f'a floor, or filled in; if it means "not measured", {todo}'


def _share_of_pile(seen: NDArray[np.float64], last: float) -> float:
    """Return the share of the values that are the last one, 0 if they are no pile."""
    count = int(np.count_nonzero(seen == last))
    if count < max(COUNT, SHARE * len(seen)) or count == len(seen):
        return 0.0
    rest = seen[seen != last]
    neighbour = rest.min() if last < rest[0] else rest.max()
    return count / len(seen) if count >= TIMES * np.count_nonzero(rest == neighbour) else 0.0


def _list(piles: list[tuple[float, str, float]]) -> str:
    ranked = sorted(piles, key=lambda p: (-p[0], p[1]))
    shown = [f"'{sample}' {share:.0%} at {last:g}" for share, sample, last in ranked[:_SHOWN]]
    return ", ".join(shown) + (" and more" if len(piles) > _SHOWN else "")

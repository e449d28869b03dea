"""Arm and order of samples, shared by the quality figures."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from phosres.figures._panels import arm_styles, legend_mark
from phosres.figures._style import DENSE
from phosres.results import RunResult

UNUSED = "not compared"
"""Arm of samples that no contrast uses."""


def sample_arms(result: RunResult) -> pd.DataFrame:
    """Return arm and subject of every sample of a run, in the order they are drawn.

    Parameters
    ----------
    result
        The run.

    Returns
    -------
    Indexed by sample: ``arm`` (``pre``, the name of a contrast, or ``not compared``), ``subject``.
    Subject by subject where subjects have more than one arm, else arm by arm.
    """
    samples = result.normalized.samples
    frame = pd.DataFrame({"arm": UNUSED, "subject": samples["subject"].astype(str)})
    for name, contrast in result.contrasts.items():
        arms = contrast.arms["arm"]
        frame.loc[arms.index[arms == "pre"], "arm"] = "pre"
        frame.loc[arms.index[arms == "on"], "arm"] = name
    rank = {arm: i for i, arm in enumerate(["pre", *result.contrasts])}
    place = frame["arm"].map(rank).fillna(len(rank)).to_numpy(dtype=float)
    subject = pd.factorize(frame["subject"])[0]
    repeated = frame.groupby("subject", sort=False)["arm"].nunique().gt(1).any()
    keys = (place, subject) if repeated else (subject, place)
    return frame.iloc[np.lexsort(keys)]


def used_arms(arms: pd.DataFrame) -> list[str]:
    """Return the distinct arms, pre first and unused samples last.

    Parameters
    ----------
    arms
        As from `sample_arms`.
    """
    found = list(dict.fromkeys(arms["arm"]))
    last = [UNUSED] if UNUSED in found else []
    return [
        *(a for a in found if a == "pre"),
        *(a for a in found if a not in ("pre", UNUSED)),
        *last,
    ]


def arm_handles(arms: pd.DataFrame) -> list[Line2D]:
    """Return one legend entry an arm.

    Parameters
    ----------
    arms
        As from `sample_arms`.
    """
    return [legend_mark(a, m, c, c) for a, (m, c) in arm_styles(used_arms(arms)).items()]


def count_arms(arms: pd.DataFrame) -> str:
    """Say how many samples each arm has: ``12 pre, 12 week2``.

    Parameters
    ----------
    arms
        As from `sample_arms`.
    """
    counts = arms["arm"].value_counts()
    return ", ".join(f"{counts[a]} {a}" for a in used_arms(arms))


def notice_dense(n: int, what: str) -> str:
    """Announce the denser layout of figures with many rows; empty if there are few.

    Parameters
    ----------
    n
        Rows.
    what
        What a row is, in the plural.
    """
    if n <= DENSE:
        return ""
    return f" With {n} {what} (more than {DENSE}) names are left out; the table has them."


def span(values: ArrayLike, spec: str = "{:,.0f}") -> str:
    """Write the range of values: ``4,100 to 5,200``, or the value if all are equal.

    Parameters
    ----------
    values
        Numbers; NaN is left out.
    spec
        Format of a number.
    """
    finite = np.asarray(values, dtype=float)
    finite = finite[np.isfinite(finite)]
    if not finite.size:
        return "none"
    low, high = spec.format(finite.min()), spec.format(finite.max())
    return low if low == high else f"{low} to {high}"


def parameter(parameters: Mapping[str, Any], name: str) -> float | None:
    """Return a numeric parameter of a verb, None if it has none of this name.

    Parameters
    ----------
    parameters
        Parameters of a result.
    name
        Name.
    """
    value = parameters.get(name)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None

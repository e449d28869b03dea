"""Trajectories: readouts over several times on treatment, and their change from one to the next.

Every condition on treatment has been compared with the one before treatment. The changes of one
subject share its sample before treatment, so they are not independent: with a random level a
subject that share is taken off, and the step from one time to the next (did the pathway come back?)
is tested within subjects (`phosres.stats.fit_longitudinal`).
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from phosres import stats
from phosres.columns import TRAJECTORIES
from phosres.results import Scores

_TESTS = ("se", "df", "p", "step_se", "step_df", "step_p", "step_q")


def follow(scores: Mapping[str, Scores]) -> pd.DataFrame:
    """Follow the readouts over the times on treatment.

    Parameters
    ----------
    scores
        By contrast, in the order of time.

    Returns
    -------
    Table of `phosres.columns.TRAJECTORIES`, one row a readout, time and level; empty with fewer
    than two times or without subjects of their own.
    """
    parts = [
        s.readouts.loc[s.readouts["level"] == "subject", ["subject", "readout", "log2fc"]].assign(
            contrast=name
        )
        for name, s in scores.items()
    ]
    if len(parts) < 2 or not sum(map(len, parts)):
        return TRAJECTORIES.empty()
    changes = pd.concat(parts, ignore_index=True)
    wide = changes.pivot_table(
        index=["readout", "subject"], columns="contrast", values="log2fc", dropna=False, sort=False
    ).reindex(columns=list(scores))
    rows = [r for name, part in wide.groupby(level=0, sort=False) for r in _rows(name, part)]
    if not rows:
        return TRAJECTORIES.empty()
    table = pd.DataFrame(rows)
    steps = (table["level"] == "cohort") & (table["order"] > 1)
    table["step_q"] = np.nan
    table.loc[steps, "step_q"] = stats.holm(table.loc[steps, "step_p"].to_numpy(dtype=float))
    return TRAJECTORIES.order(table)


def _rows(readout: object, part: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Yield the rows of one readout: the cohort's times, then each subject's."""
    values = part.to_numpy(dtype=float)
    n_subjects, n_times = values.shape
    if n_subjects > 1:
        yield from _cohort_rows(readout, list(part.columns), values)
    for (_, subject), row in zip(part.index, values, strict=True):
        steps = np.diff(row, prepend=0.0)
        for k in range(n_times):
            if np.isfinite(row[k]):
                yield {
                    **dict.fromkeys(_TESTS, np.nan),
                    "contrast": part.columns[k],
                    "level": "subject",
                    "subject": subject,
                    "readout": readout,
                    "order": k + 1,
                    "log2fc": row[k],
                    "step": steps[k],
                    "n_subjects": 1,
                }


def _cohort_rows(
    readout: object, times: list[object], values: np.ndarray
) -> Iterator[dict[str, object]]:
    """Yield the cohort's mean change at each time, and from the time before, with their tests."""
    n_subjects, n_times = values.shape
    seen = np.isfinite(values).any(axis=0)
    subject = np.repeat(np.arange(n_subjects), n_times)
    time = np.tile(np.arange(n_times), n_subjects)
    flat, used = values.ravel(), np.flatnonzero(seen)
    keep = seen[time]
    # Times at which nobody has a value have no coefficient.
    levels = (time[keep, None] == used).astype(float)
    steps = (time[keep, None] >= used).astype(float)
    at, by = (stats.fit_longitudinal(flat[keep], x, subject[keep]) for x in (levels, steps))
    for i, k in enumerate(used):
        follows = (used[i - 1] if i else -1) == k - 1
        yield {
            "contrast": times[k],
            "level": "cohort",
            "subject": "",
            "readout": readout,
            "order": int(k) + 1,
            "log2fc": at.effect[0, i],
            "se": at.se[0, i],
            "df": at.df[0, i],
            "p": at.p[0, i],
            "step": by.effect[0, i] if follows else np.nan,
            "step_se": by.se[0, i] if follows else np.nan,
            "step_df": by.df[0, i] if follows else np.nan,
            "step_p": by.p[0, i] if follows else np.nan,
            "n_subjects": int(np.isfinite(values[:, k]).sum()),
        }

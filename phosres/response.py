"""Calls and activities against the response of the subjects, and how often each call was made.

Cohorts of paired biopsies are small: tests are exact or by permutation, the smallest p value that
the numbers of subjects could give stands beside each, and subjects for whom a call cannot be told
are counted, never taken for a no.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from phosres import stats
from phosres.columns import ASSOCIATIONS, FREQUENCIES
from phosres.results import Calls, Scores

ORDERED: Mapping[str, int] = {
    "PD": 0,
    "SD": 1,
    "PR": 2,
    "CR": 3,
    "PROGRESSIVE DISEASE": 0,
    "STABLE DISEASE": 1,
    "PARTIAL RESPONSE": 2,
    "COMPLETE RESPONSE": 3,
}
"""Best overall response in its order (RECIST 1.1, doi:10.1016/j.ejca.2008.10.026)."""

POSITIVE = {"responder", "response", "responding", "yes", "r", "sensitive", "1", "true"}
"""Spellings of the group that responded, of two groups."""

FEWEST = 4
"""Fewest subjects with a response and a value: three cannot give a p value below 0.3."""

CALL_KINDS = ("engagement", "compensation", "resistance")
ACTIVITY_KINDS = ("complex", "pathway")
_MODELLED = ("readout", "complex")
"""Kinds for which the size of the association is fitted, too; for many sets that takes long."""


@dataclass(frozen=True, eq=False)
class Response:
    """The response of the subjects as numbers.

    Parameters
    ----------
    kind
        ``groups`` (0 and 1), ``ordered`` or ``number``.
    score
        By subject.
    label
        What each subject's sheet says.
    """

    kind: str
    score: "pd.Series[float]"
    label: "pd.Series[str]"


def read_response(samples: pd.DataFrame) -> Response | None:
    """Read the response of the subjects from the column of the sample sheet.

    Two groups, best overall responses (CR, PR, SD, PD), or numbers are understood; a subject whose
    samples disagree has none.

    Parameters
    ----------
    samples
        Samples with the columns subject and, perhaps, response.

    Returns
    -------
    None if the sheet has no response that can be ordered.
    """
    if "response" not in samples:
        return None
    said = samples.assign(response=samples["response"].astype(str).str.strip())
    by_subject = said.loc[said["response"] != "", "response"].groupby(said["subject"])
    agreed = by_subject.agg("nunique") == 1
    label = by_subject.agg("first")[agreed[agreed].index]
    if len(label) < FEWEST or label.nunique() < 2:
        return None
    known = label.str.upper().map(ORDERED)
    if known.notna().all() and known.nunique() > 2:
        return Response("ordered", known.astype(float), label)
    numbers = pd.to_numeric(label, errors="coerce")
    if numbers.notna().all() and numbers.nunique() > 2:
        return Response("number", numbers.astype(float), label)
    groups = sorted(label.unique())
    if len(groups) != 2:
        return None
    named = [g for g in groups if g.casefold() in POSITIVE]
    high = named[-1] if named else groups[-1]
    if known.notna().all():
        high = max(groups, key=lambda g: ORDERED[g.upper()])
    return Response("groups", (label == high).astype(float), label)


def associate(
    scores: Mapping[str, Scores],
    calls: Mapping[str, Calls],
    samples: pd.DataFrame,
    *,
    seed: int = 0,
) -> pd.DataFrame:
    """Test every call, readout and activity of the subjects against their response.

    A call against two groups: Fisher's exact test with the conditional odds ratio. A call against
    an ordered or numeric response: exact test of trend (of ranks) with the probability that a
    subject with the call has the higher response. A change against two groups: exact test of ranks,
    and the log odds of response per log2 by penalised logistic regression for readouts and
    complexes; against an ordered or numeric response: exact test of Spearman's correlation.
    q is adjusted by Benjamini and Hochberg over one contrast and kind.

    Parameters
    ----------
    scores, calls
        By contrast.
    samples
        The sheet.
    seed
        Of permutations where there are too many to look at all.

    Returns
    -------
    Table of `phosres.columns.ASSOCIATIONS`; empty without a response.
    """
    response = read_response(samples)
    if response is None:
        return ASSOCIATIONS.empty()
    rows = [
        {"contrast": name, **row}
        for name in scores
        for row in _rows(scores[name], calls[name], response, seed)
    ]
    if not rows:
        return ASSOCIATIONS.empty()
    table = pd.DataFrame(rows)
    family = table["contrast"] + ": " + table["kind"].map(_FAMILIES)
    q = pd.Series(np.nan, index=table.index)
    for _, mine in table.groupby(family, sort=False):
        q[mine.index] = stats.benjamini_hochberg(mine["p"].to_numpy(dtype=float))
    sizes = table.groupby(family)["p"].transform("count")
    return ASSOCIATIONS.order(table.assign(q=q, family=family, n_tests=sizes))


Row = dict[str, object]
_FAMILIES = {"call": "calls", "readout": "readouts", "activity": "complexes and pathways"}


def _rows(scores: Scores, calls: Calls, response: Response, seed: int) -> Iterator[Row]:
    """Yield the rows of one contrast."""
    table = calls.table
    mine = table[(table["level"] == "subject") & table["kind"].isin(CALL_KINDS)]
    # A call may be made by several rules of one id; the subject's row decides.
    outcome = mine["status"].map({"yes": 1.0, "no": 0.0})
    yield from _each("call", mine["call"], mine["subject"], outcome, response, seed, binary=True)
    found = scores.readouts[scores.readouts["level"] == "subject"]
    yield from _each(
        "readout",
        found["readout"],
        found["subject"],
        found["log2fc"],
        response,
        seed,
        modelled=True,
    )
    sets = scores.activities
    sets = sets[(sets["level"] == "subject") & sets["kind"].isin(ACTIVITY_KINDS)]
    for kind, part in sets.groupby("kind", sort=False):
        yield from _each(
            "activity",
            part["set"],
            part["subject"],
            part["score"],
            response,
            seed,
            modelled=kind in _MODELLED,
        )


def _each(
    kind: str,
    targets: "pd.Series[str]",
    subjects: "pd.Series[str]",
    values: "pd.Series[float]",
    response: Response,
    seed: int,
    *,
    binary: bool = False,
    modelled: bool = False,
) -> Iterator[Row]:
    """Yield one row a target with enough subjects."""
    for target, at in values.groupby(targets, sort=False).groups.items():
        found = pd.Series(values[at].to_numpy(dtype=float), index=subjects[at].to_numpy())
        found = found[~found.index.duplicated()]
        asked = found[found.index.isin(response.score.index)]
        known = asked.dropna()
        outcome = response.score[known.index]
        if len(known) < FEWEST or outcome.nunique() < 2:
            continue
        x, y = known.to_numpy(), outcome.to_numpy(dtype=float)
        tested = _test(x, y, response.kind, seed, binary=binary, modelled=modelled)
        yield {
            "kind": kind,
            "target": target,
            "response": response.kind,
            "n_subjects": len(known),
            "n_left_out": len(asked) - len(known),
            "counts": _count(known, response, binary=binary),
            **tested,
        }


def _test(
    x: np.ndarray, y: np.ndarray, kind: str, seed: int, *, binary: bool, modelled: bool
) -> Row:
    """Choose the test by what call and response are, and do it."""
    if binary and kind == "groups":
        table = [[int(((x == a) & (y == b)).sum()) for b in (1, 0)] for a in (1, 0)]
        fisher = stats.fisher_exact(table)
        return {
            "test": "Fisher's exact test",
            "effect_name": "odds ratio",
            "effect": fisher.odds_ratio,
            "ci_low": fisher.low,
            "ci_high": fisher.high,
            "p": fisher.p,
            "p_least": fisher.p_least,
        }
    a, b = (x if binary else _ranks(x)), (y if kind != "number" else _ranks(y))
    if not binary and kind == "ordered":
        b = _ranks(y)
    found = stats.permute_linear(a, b, seed=seed)
    how = "exact" if found.exact else "permutation"
    row: Row = {"p": found.p, "p_least": found.p_least, "ci_low": np.nan, "ci_high": np.nan}
    if binary:
        row |= {"test": f"{how} test of trend", **_superiority(y, x)}
    elif kind != "groups":
        rho = float(np.corrcoef(a, b)[0, 1]) if np.ptp(a) and np.ptp(b) else np.nan
        row |= {"test": f"{how} test of Spearman's rho", "effect_name": "rho", "effect": rho}
    elif modelled:
        firth = stats.firth_logistic(x, y)
        row |= {
            "test": f"{how} rank sum test",
            "effect_name": "log odds per log2 (Firth)",
            "effect": firth.slope,
            "ci_low": firth.low,
            "ci_high": firth.high,
        }
    else:
        row |= {"test": f"{how} rank sum test", **_superiority(x, y)}
    return row


def _superiority(values: np.ndarray, group: np.ndarray) -> Row:
    """Probability that one of the group is above one of the others, ties halved."""
    ones, zeros = values[group == 1], values[group == 0]
    name = "probability of the higher value"
    if not len(ones) or not len(zeros):
        return {"effect_name": name, "effect": np.nan}
    above = (ones[:, None] > zeros).mean() + 0.5 * (ones[:, None] == zeros).mean()
    return {"effect_name": name, "effect": float(above)}


def _ranks(values: np.ndarray) -> np.ndarray:
    ranks: np.ndarray = pd.Series(values).rank().to_numpy(dtype=float)
    return ranks


def _count(known: "pd.Series[float]", response: Response, *, binary: bool) -> str:
    """Say how many subjects of each response have the call, or their median change."""
    labels = response.label[known.index]
    order = response.score[known.index].groupby(labels).mean().sort_values(ascending=False).index
    if response.kind == "number":
        if not binary:
            return ""
        parts = [("yes", known == 1), ("no", known == 0)]
        score = response.score[known.index]
        return "; ".join(
            f"{n}: {k.sum()}, median {score[k].median():.3g}" for n, k in parts if k.any()
        )
    parts = [(str(g), known[labels == g]) for g in order]
    if binary:
        return "; ".join(f"{g}: {int(v.sum())} of {len(v)} yes" for g, v in parts)
    return "; ".join(f"{g}: {v.median():+.2f} (n {len(v)})" for g, v in parts)


def count_calls(calls: Mapping[str, Calls]) -> pd.DataFrame:
    """Count how often each call was made among the subjects, with exact intervals.

    The interval is Clopper & Pearson's (1934, Biometrika 26:404) over the subjects for whom the
    call can be told; what it would be if all others were no, or yes, stands beside it.

    Parameters
    ----------
    calls
        By contrast.

    Returns
    -------
    Table of `phosres.columns.FREQUENCIES`; empty without subjects.
    """
    rows = []
    for name, made in calls.items():
        mine = made.table[made.table["level"] == "subject"]
        for (kind, call), part in mine.groupby(["kind", "call"], sort=False):
            n = part["status"].value_counts()
            yes, no, unknown = (int(n.get(s, 0)) for s in ("yes", "no", "not_assessable"))
            low, high = _interval(yes, yes + no)
            total = yes + no + unknown
            rows.append(
                {
                    "contrast": name,
                    "call": call,
                    "kind": kind,
                    "n_subjects": total,
                    "n_yes": yes,
                    "n_no": no,
                    "n_not_assessable": unknown,
                    "frequency": yes / (yes + no) if yes + no else np.nan,
                    "ci_low": low,
                    "ci_high": high,
                    "lowest": yes / total,
                    "highest": (yes + unknown) / total,
                }
            )
    return FREQUENCIES.order(pd.DataFrame(rows)) if rows else FREQUENCIES.empty()


def _interval(yes: int, n: int) -> tuple[float, float]:
    """Return the exact 95 % interval of a share; NaN without anyone."""
    from scipy.stats import binomtest

    if n == 0:
        return np.nan, np.nan
    found = binomtest(yes, n).proportion_ci(0.95, method="exact")
    return float(found.low), float(found.high)

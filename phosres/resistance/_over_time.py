"""Rules that need several times on treatment: ERK that came back, mTORC1 that escaped."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from phosres import stats
from phosres.columns import CALLS
from phosres.knowledge import DrugMatch, Knowledge, Rule
from phosres.resistance._context import Finding, describe, grade
from phosres.resistance._drugs import resolve
from phosres.resistance._rules import CEILING, GRADES
from phosres.results import Calls, Contrast, Scores

CAME_BACK: Mapping[str, str] = {"R04": "ERK", "R20": "MTORC1_S6K"}
"""The set that must have fallen and come back, by rule."""
UPSTREAM: Mapping[str, tuple[str, ...]] = {"R20": ("AKT", "ERK")}
"""Sets whose rise would explain the return of another: then it is no escape of the target."""


@dataclass(frozen=True, eq=False)
class Times:
    """One level and subject over time: rows of activities, and calls, by contrast.

    Parameters
    ----------
    against
        Activities against the samples before treatment, by contrast in the order of time.
    steps
        Activities of the last time against an earlier one, by the name of the earlier.
    calls
        Calls by contrast.
    n_of_one
        Whether it is one subject.
    """

    against: Mapping[str, pd.DataFrame]
    steps: Mapping[str, pd.DataFrame]
    calls: Mapping[str, pd.DataFrame]
    n_of_one: bool


def call_over_time(
    contrasts: Mapping[str, Contrast],
    scores: Mapping[str, Scores],
    calls: Mapping[str, Calls],
    steps: Mapping[str, Scores],
    *,
    drug: str | Mapping[str, str] | None,
    knowledge: Knowledge,
    alpha: float = 0.05,
) -> Calls:
    """Add the calls that need several times to those of the last time.

    Parameters
    ----------
    contrasts, scores, calls
        Against the samples before treatment, by contrast in the order of time.
    steps
        Scores of the last time against an earlier one, by the name of the earlier.
    drug
        As for `phosres.resistance.call`.
    knowledge
        Drugs and rules.
    alpha
        Level of the tests.

    Returns
    -------
    The calls of the last contrast, with one row more a rule of the drug, level and subject.
    """
    last = list(contrasts)[-1]
    given = resolve(drug, contrasts[last], knowledge)
    rows: list[dict[str, object]] = []
    for effects in contrasts[last].effects:
        match = given[effects.level, effects.subject].drug
        asked = _choose(knowledge, match)
        if match is None or not asked:
            continue
        who = (effects.level, effects.subject)
        times = Times(
            {n: _mine(s.activities, who, "set") for n, s in scores.items()},
            {n: _mine(s.activities, who, "set") for n, s in steps.items()},
            {n: _mine(c.table, who, "call") for n, c in calls.items()},
            effects.n_of_one,
        )
        p = np.array([_return_p(times, CAME_BACK[r.id]) for r in asked])
        for rule, q in zip(asked, stats.holm(p), strict=True):
            found = decide_over_time(rule, times, float(q), alpha)
            rows.append(
                {
                    "contrast": last,
                    "level": effects.level,
                    "subject": effects.subject,
                    "call": rule.call,
                    "kind": rule.kind,
                    "status": found.status,
                    "grade": found.grade,
                    "sites": found.sites,
                    "reason": found.reason,
                    "hypothesis": found.hypothesis,
                    "source": rule.source,
                    "drug": match.name,
                }
            )
    before = calls[last]
    if not rows:
        return before
    more = CALLS.order(pd.DataFrame(rows))
    table = pd.concat([before.table, more], ignore_index=True)
    return Calls(CALLS.order(table), before.text, before.drug, before.parameters)


def _choose(knowledge: Knowledge, drug: DrugMatch | None) -> list[Rule]:
    """Choose the rules over time that are asked of a drug."""
    classes = {"*", *(c.id for c in drug.classes)} if drug else set()
    return [
        rule
        for rule in knowledge.rules.values()
        if rule.decided == "time" and rule.id in CAME_BACK and classes & set(rule.classes)
    ]


def _mine(table: pd.DataFrame, who: tuple[str, str], index: str) -> pd.DataFrame:
    """Return the rows of a level and subject by set or call."""
    rows = table[(table["level"] == who[0]) & (table["subject"] == who[1])]
    return rows.drop_duplicates(index).set_index(index, drop=False)


def _row(table: pd.DataFrame, name: str) -> dict[str, Any]:
    """Return the row of a set."""
    rows: Any = table.loc[[name]].to_dict("index")
    found: dict[str, Any] = rows[name]
    return found


def _furthest(times: Times, name: str) -> str:
    """Return the time before the last at which a set had fallen furthest; empty if it never had."""
    fallen = {
        time: float(_row(rows, name)["score"])
        for time, rows in list(times.against.items())[:-1]
        if name in rows.index and rows.loc[name, "status"] == "down"
    }
    return min(fallen, key=lambda t: fallen[t], default="")


def _return_p(times: Times, name: str) -> float:
    """Return the p value of the change from the furthest time to the last; NaN without one."""
    early = _furthest(times, name)
    step = times.steps.get(early)
    if step is None or name not in step.index:
        return float("nan")
    return float(_row(step, name)["p"])


def decide_over_time(rule: Rule, times: Times, q: float, alpha: float) -> Finding:
    """Did a set that the drug had lowered come back to its level before treatment?

    *yes*: it fell at an earlier time, under a drug that engaged; from there to the last time it
    rose (the two times compared with each other, Holm over the rules over time); at the last time
    it is shown to be unchanged or up against before; and, where a cause upstream would explain it,
    none of these rose between the two times. *no*: it never fell, stays down, or the cause
    upstream rose. Else it cannot be told. Stress that moved at the last time blocks or weakens as
    everywhere.

    Parameters
    ----------
    rule
        The rule.
    times
        One level and subject.
    q
        Adjusted p value of the return.
    alpha
        Level of the tests.
    """
    name = CAME_BACK[rule.id]
    last, final = list(times.against.items())[-1]
    if name not in final.index or final.loc[name, "status"] == "not_measured":
        return Finding("not_assessable", f"{name} is not measured at {last}")
    now = _row(final, name)
    early = _furthest(times, name)
    if not early:
        return _never(times, name)
    engaged = times.calls[early]
    engaged = engaged[engaged["kind"] == "engagement"]
    text = f"{name} fell at {early}; at {last} it is {now['status']}: {describe(now)}"
    sites = str(now["members"])
    if rule.engaged and not (engaged["status"] == "yes").any():
        return Finding(
            "not_assessable", f"no evidence of engagement at {early} ({text})", "", sites
        )
    step = times.steps.get(early)
    if step is None or not np.isfinite(q):
        return Finding(
            "not_assessable", f"{early} and {last} could not be compared; {text}", "", sites
        )
    text = f"{text}; since {early} {describe(_row(step, name))}, adjusted p {q:.2g}"
    best = grade(int(now["n_proteins"]), int(now["n_measured"]), q, n_of_one=times.n_of_one)
    best = GRADES[min(GRADES.index(best), GRADES.index(CEILING[rule.confidence]))]
    rose = q < alpha and float(_row(step, name)["score"]) > 0
    if now["status"] == "down":
        how = "came back in part and is still down" if rose else "stays down"
        return Finding("no", f"it {how}: {text}", best, sites)
    if not rose or now["status"] == "inconclusive":
        return Finding("not_assessable", f"a return is not shown: {text}", "", sites)
    return _explained(rule, times, step, text, best, sites)


def _never(times: Times, name: str) -> Finding:
    """Say that a set had not fallen before the last time, shown or not."""
    rows = {t: _row(r, name) for t, r in list(times.against.items())[:-1] if name in r.index}
    text = "; ".join(f"{t}: {r['status'].replace('_', ' ')}" for t, r in rows.items())
    known = [r for r in rows.values() if r["status"] in ("up", "unchanged")]
    if rows and len(known) == len(rows):
        least = grade(int(known[0]["n_proteins"]), 1, 1.0, n_of_one=True)
        return Finding("no", f"{name} had not fallen, so it cannot come back ({text})", least)
    return Finding("not_assessable", f"{name} is not shown to have fallen ({text or 'not scored'})")


def _explained(
    rule: Rule, times: Times, step: pd.DataFrame, text: str, best: str, sites: str
) -> Finding:
    """Look for a cause upstream, and for stress, before a return is called."""
    for cause in UPSTREAM.get(rule.id, ()):
        status = str(step.loc[cause, "status"]) if cause in step.index else "not_measured"
        if status == "up":
            return Finding("no", f"{cause} rose, too, which explains it: {text}", best, sites)
        if status not in ("down", "unchanged"):
            why = f"whether {cause} rose, too, cannot be told ({status.replace('_', ' ')})"
            return Finding("not_assessable", f"{why}: {text}", "", sites)
    stress = list(times.calls.values())[-1]
    stress = stress[stress["call"] == "ISCHEMIA"]
    shifted = str(stress["status"].iloc[0]) if len(stress) else "not_assessable"
    if rule.ischemia == "block" and shifted != "no":
        why = f"stress or ischemia imitates it and is not ruled out ({shifted.replace('_', ' ')})"
        return Finding("not_assessable", f"{why}: {text}", "", sites)
    if rule.ischemia == "warn" and shifted == "yes":
        best, text = "weak", f"{text}; stress sites moved too, which may have contributed"
    text = f"it came back: {text}; two times cannot tell a rebound from a missed dose"
    return Finding("yes", text, best, sites, rule.hypothesis)

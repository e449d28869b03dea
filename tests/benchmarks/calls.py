"""Precision and recall of the calls on simulated cohorts, at several shares of missing values.

``python -m tests.benchmarks.calls [--seeds 6] [--patients 12]`` prints the tables of
``docs/expectations.md``. The cohorts are those of `phosres.simulation` (a dual PI3K/mTOR inhibitor:
responders, rapalog-like responders, bypass by ERK and RSK, no engagement), the same without any
effect; in each cohort the last responder's sample before treatment lay warm.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from phosres import contrasts, normalization, pipeline, resistance, scoring, simulation

MISSING = (0.2, 0.4, 0.6)
DUAL, PI3K, RAPALOG = "dual PI3K/mTOR inhibitor", "PI3K inhibitor", "rapalog"
BYPASS, LIKE = "call_compensation_MTORC1", "call_compensation_AKT_FEEDBACK"
PLANTED = (
    (DUAL, "ENGAGEMENT", "call_engagement"),
    (DUAL, "MTORC1", BYPASS),
    (DUAL, "ERK", "call_compensation_ERK"),
    (DUAL, "AKT_FEEDBACK", LIKE),
    (DUAL, "RSK_S6", "call_compensation_RSK"),
    (DUAL, "DUAL_ERK", "never"),
    (PI3K, "PI3KI_MTORC1", BYPASS),
    (RAPALOG, "RAPALOG_AKT_FEEDBACK", LIKE),
    (RAPALOG, "RAPALOG_4EBP_SPARED", LIKE),
)
"""Drug, call, and the column of its planted truth. The same cohorts are asked as if the drug were
another, whose rules speak of the states that were planted; R19 (DUAL_ERK) needs AKT and mTORC1 down
with ERK up, which no state is."""


def run(seed: int, missing: float, patients: int, *, null: bool = False) -> pd.DataFrame:
    """Calls of every patient of one cohort, with what was planted in it."""
    planted = simulation.simulate(
        seed=seed, missing=missing, null=null, n_patients=patients, n_peptidoforms=2500
    )
    with TemporaryDirectory() as folder:
        table, sheet, *_ = simulation.write(planted, folder)
        raw = pipeline.read(Path(table), Path(sheet))
    made = contrasts.contrast(normalization.normalize(raw), pre="pre", on="on")
    scores = scoring.score(made)
    asked = [
        resistance.call(made, scores, drug=d).table.assign(asked=d) for d in (DUAL, PI3K, RAPALOG)
    ]
    calls = pd.concat(asked).query("level == 'subject'")
    calls = calls.assign(call=calls["call"].mask(calls["kind"] == "engagement", "ENGAGEMENT"))
    return calls.merge(planted.truth.assign(never="no"), on="subject")


def tally(cohorts: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Precision and recall of each call with a planted truth."""
    for drug, name, column in PLANTED:
        rows = cohorts[(cohorts["call"] == name) & (cohorts["asked"] == drug)]
        yes, truth = rows["status"] == "yes", rows[column] == "yes"
        right = int((yes & truth).sum())
        yield {
            "as if": drug,
            "call": name,
            "planted": f"{int(truth.sum())} of {len(rows)}",
            "yes": int(yes.sum()),
            "right": right,
            "precision": f"{right / yes.sum():.2f}" if yes.any() else "-",
            "recall": f"{right / truth.sum():.2f}" if truth.any() else "-",
            "no although planted": int(((rows["status"] == "no") & truth).sum()),
            "not assessable": f"{(rows['status'] == 'not_assessable').mean():.0%}",
        }


def markdown(rows: list[dict[str, object]]) -> str:
    """Rows as a table in Markdown."""
    names = list(rows[0])
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(str(r[n]) for n in names) + " |" for r in rows]
    return "\n".join(lines)


def main() -> None:
    """Run all cohorts and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--patients", type=int, default=12)
    options = parser.parse_args()
    seeds, patients = range(100, 100 + options.seeds), options.patients
    table: list[dict[str, object]] = []
    warm = []
    for missing in MISSING:
        cohorts = pd.concat([run(s, missing, patients) for s in seeds], ignore_index=True)
        warm.append(cohorts[cohorts["ischemic"]].assign(missing=missing))
        table += [{"missing": f"{missing:.0%}", **row} for row in tally(cohorts)]
    nulls: list[dict[str, object]] = []
    for missing in MISSING:
        none = pd.concat(
            [run(s, missing, patients, null=True).assign(seed=s) for s in seeds], ignore_index=True
        )
        none = none[none["asked"] == DUAL]
        claims = none[(none["kind"] != "quality") & (none["status"] == "yes")]
        n = none.groupby(["seed", "subject"]).ngroups
        who = claims.groupby(["seed", "subject"]).ngroups
        listed = ", ".join(f"{c} {k}" for c, k in claims["call"].value_counts().items()) or "none"
        nulls.append(
            {"missing": f"{missing:.0%}", "patients": n, "with a false yes": who, "calls": listed}
        )
    gated = pd.concat(warm).query("asked == @DUAL")
    names = ["ISCHEMIA", *(call for _, call, _ in PLANTED)]
    stressed = [
        {
            "call": name,
            "patients": len(rows),
            "yes": int((rows["status"] == "yes").sum()),
            "blocked": int(rows["reason"].str.contains("ischemia imitates it").sum()),
        }
        for name, rows in gated[gated["call"].isin(names)].groupby("call", sort=False)
    ]
    sys.stdout.write("\n\n".join(map(markdown, (table, nulls, stressed))) + "\n")


if __name__ == "__main__":
    main()

"""Every spoilt study of the corpus, and hostile names, through one batch: each fails by itself."""

import csv
import os
from pathlib import Path

from phosres.cli import main
from tests.bad_input.corpus import CASES, read_golden
from tests.bad_input.study import make_study
from tests.benchmarks.batch.studies import fresh, write_runs

NAMES = (
    "../../escape", "/etc/passwd", "..", "CON", "nul.txt", "=1+1", "@SUM(A1)", "-x", "+y",
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "$\\frac{$", "{{7*7}}",
    "__proto__", "a" * 300, "\u202eevil", "😀", "a b", "tab\\tbed", "%s%n", "';DROP TABLE x;--",
)  # fmt: skip


def hostile(folder: Path) -> int:
    """Print what became of the corpus; return the number of cases that were not as expected."""
    golden = read_golden()
    rows, expected = [], {}
    for case in CASES:
        if case.command[0] != "check":
            continue
        place = fresh(folder / case.name)
        place.mkdir(parents=True)
        study = make_study(place)
        home = Path.cwd()
        os.chdir(place)
        try:
            case.spoil(study)
            study.write()
        finally:
            os.chdir(home)
        rows.append(f"{case.name}/{case.command[1]}\t{case.name}\t\tfalse\tfalse")
        expected[case.name] = int(golden[case.name].split("\n", 1)[0].removeprefix("exit "))
    make_study(fresh_folder(folder / "sound")).write()
    for i, name in enumerate(NAMES):
        rows.append(f"sound/config.yaml\t{name}\t{name}\tfalse\tfalse")
        expected[f"#{i}"] = -1
    sheet = folder / "runs.tsv"
    header = "config\tname\treport.title\treport.figures\tnormalization.audit"
    sheet.write_text("\n".join([header, *rows, "sound/config.yaml\tsound\t\tfalse\tfalse"]) + "\n")
    out = fresh(folder / "out")
    code = main(["batch", str(sheet), "--out", str(out), "--executor", "serial"])
    runs = list(csv.DictReader((out / "tables/runs.tsv").read_text().splitlines(), delimiter="\t"))
    wrong = [
        r for r in runs if r["exit_code"] == "1" or (r["state"] == "failed") != bool(r["reason"])
    ]
    wrong += [r for r in runs if expected.get(r["run"], -1) > 0 and r["state"] != "failed"]
    wrong += [r for r in runs if r["run"] == "sound" and r["state"] != "ok"]
    for row in wrong:
        print(row["run"], row["state"], row["exit_code"], row["reason"][:200])
    outside = [p for p in folder.parent.rglob("*escape*") if out not in p.parents]
    states = {s: sum(r["state"] == s for r in runs) for s in ("ok", "partly", "failed", "missing")}
    print(f"exit {code}; {len(runs)} runs: {states}; {len(wrong)} not as expected; "
          f"{len(outside)} files outside the folder")  # fmt: skip
    return len(wrong) + len(outside)


def fresh_folder(path: Path) -> Path:
    """An empty folder."""
    fresh(path).mkdir(parents=True)
    return path


def bad(folder: Path, *, runs: int) -> int:
    """One table of a batch spoilt in one cell; the others finish, and the summary says where."""
    sheet = write_runs(folder, cohorts=1, patients=runs, features=400, full=False)
    spoilt = sorted((folder / "cohort_0").glob("*_sites.txt"))[runs // 2]
    lines = spoilt.read_text().splitlines()
    at = next(i for i, c in enumerate(lines[0].split("\t")) if c.endswith("_pre___1"))
    cells = lines[9].split("\t")
    lines[9] = "\t".join([*cells[:at], "n/d?", *cells[at + 1 :]])
    spoilt.write_text("\n".join(lines) + "\n")
    out = fresh(folder / "out")
    code = main(["batch", str(sheet), "--out", str(out), "--workers", "2"])
    rows = list(csv.DictReader((out / "tables/runs.tsv").read_text().splitlines(), delimiter="\t"))
    failed = [r for r in rows if r["state"] != "ok"]
    print(f"exit {code}: {len(rows) - len(failed)} of {len(rows)} finished; {failed[0]['reason']}")
    return (
        0 if code == 3 and len(failed) == 1 and f"{spoilt.name}:10 [" in failed[0]["reason"] else 1
    )

"""Simulated studies of any size, as files, and the commands that are run on them."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from phosres.simulation import simulate, write

COMMAND = [sys.executable, "-m", "phosres"]
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS")
ONE_THREAD = dict.fromkeys(_THREADS, "1")
MEASURED = """
import json, resource, sys, time
from phosres.cli import main
started = time.perf_counter()
code = main(sys.argv[2:])
usage = resource.getrusage(resource.RUSAGE_SELF)
inner = resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = sum((usage.ru_utime, usage.ru_stime, inner.ru_utime, inner.ru_stime))
with open(sys.argv[1], "w") as stream:
    json.dump({"code": code, "seconds": time.perf_counter() - started, "cpu": cpu,
               "mb": usage.ru_maxrss / 1e3, "worker_mb": inner.ru_maxrss / 1e3}, stream)
"""


@dataclass(frozen=True)
class Measured:
    """What a command took: exit code, wall and CPU seconds (its workers' included), peak memory in
    MB of its own process and of its largest worker."""

    code: int
    seconds: float
    cpu: float
    mb: float
    worker_mb: float


def write_runs(
    folder: Path, *, cohorts: int, patients: int, features: int, full: bool = True
) -> Path:
    """Simulate cohorts, one run a patient with a table of its own; return the sheet.

    Full runs draw figures and audit the normalisation; the others are the least there is.
    """
    keys = ["name", "input.table", "input.samples", "design.pre", "design.on", "treatment.drug"]
    rows = ["\t".join([*keys, "report.figures", "normalization.audit"])]
    for cohort in range(cohorts):
        place = folder / f"cohort_{cohort}"
        place.mkdir(parents=True, exist_ok=True)
        made = simulate(n_patients=patients, n_peptidoforms=features, seed=cohort)
        owner = find_owners(list(made.sites.columns), list(made.samples["sample"]))
        for subject, own in made.samples.groupby("subject", sort=False):
            mine = {"", *own["sample"]}
            columns = [c for c, sample in owner.items() if sample in mine]
            table, sheet = place / f"{subject}_sites.txt", place / f"{subject}_samples.tsv"
            made.sites[columns].to_csv(table, sep="\t", index=False, lineterminator="\n")
            own.to_csv(sheet, sep="\t", index=False, lineterminator="\n")
            paths = [str(p.relative_to(folder)) for p in (table, sheet)]
            switches = [str(full).lower()] * 2
            rest = ["pre", "on", "dual PI3K/mTOR inhibitor", *switches]
            rows.append("\t".join([f"c{cohort}_{subject}", *paths, *rest]))
    path = folder / "runs.tsv"
    path.write_text("\n".join(rows) + "\n")
    return path


def find_owners(columns: list[str], samples: list[str]) -> dict[str, str]:
    """The sample that each column of a MaxQuant table is of; empty for those of the site."""
    known = set(samples)
    return {
        c: next((w for w in c.removesuffix("___1").removesuffix("___2").removesuffix("___3").split()
                 if w in known), "")
        for c in columns
    }  # fmt: skip


def write_study(folder: Path, kind: str, features: int, patients: int) -> Path:
    """One cohort in one file of a kind; return its configuration.

    maxquant (simulated, with its multiplicities), wide, gz (the same packed), long (a row a value),
    xlsx.
    """
    folder.mkdir(parents=True, exist_ok=True)
    columns = ""
    if kind == "maxquant":
        made = simulate(n_patients=patients, n_peptidoforms=features, seed=0)
        table = write(made, folder)[0].name
    else:
        rng = np.random.default_rng(0)
        samples = [f"P{i:03d}_{side}" for i in range(patients) for side in ("pre", "on")]
        values = rng.normal(22, 2, (features, 1)) + rng.normal(0, 0.3, (features, len(samples)))
        values[rng.random(values.shape) < 0.2] = np.nan
        frame = pd.DataFrame(2**values, columns=samples).round(0)
        at = np.arange(features)
        frame.insert(0, "Gene", np.where(at < 2, "RPS6", [f"GENE{i % 4000}" for i in at]))
        sites = [f"S{i // 4000 + 10}" for i in at]
        frame.insert(1, "Site", np.where(at == 0, "S235", np.where(at == 1, "S240", sites)))
        columns = "  columns: {gene: Gene, site: Site}\n"
        if kind == "long":
            frame = frame.melt(["Gene", "Site"], var_name="Sample", value_name="Value").dropna()
            columns = "  columns: {gene: Gene, site: Site, sample: Sample, value: Value}\n"
        table = {"gz": "table.tsv.gz", "xlsx": "table.xlsx"}.get(kind, "table.tsv")
        if kind == "xlsx":
            frame.to_excel(folder / table, index=False)
        else:
            frame.to_csv(folder / table, sep="\t", index=False)
        sheet = ["sample\tsubject\tcondition", *(f"{s}\t{s[:4]}\t{s[5:]}" for s in samples)]
        (folder / "samples.tsv").write_text("\n".join(sheet) + "\n")
    path = folder / "study.yaml"
    path.write_text(
        f"name: study\ninput:\n  table: '{table}'\n  samples: samples.tsv\n{columns}"
        "design: {pre: pre, on: 'on'}\ntreatment: {drug: alpelisib}\n"
    )
    return path


def fingerprint(out: Path) -> str:
    """Hash of the manifest, which stands for every file of the batch."""
    path = out / "MANIFEST.sha256"
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "none"


def run(*arguments: str) -> tuple[int, float]:
    """Run a command; exit code and seconds."""
    started = time.perf_counter()
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, check=False)
    return done.returncode, time.perf_counter() - started


def measure(*arguments: str) -> Measured:
    """Run a command in a process of its own, on one thread, and say what it took."""
    note = Path(tempfile.mkstemp(suffix=".json")[1])
    command = [sys.executable, "-c", MEASURED, str(note), *arguments]
    try:
        subprocess.run(command, capture_output=True, check=True, env=os.environ | ONE_THREAD)
        return Measured(**json.loads(note.read_text()))
    finally:
        note.unlink()


def fresh(out: Path) -> Path:
    """An output folder that is not there."""
    shutil.rmtree(out, ignore_errors=True)
    return out

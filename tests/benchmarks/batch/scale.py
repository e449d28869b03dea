"""Many runs on every executor: the same bytes, how fast, and memory against the number of runs."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.batch.notebook import Notebook
from tests.benchmarks.batch.studies import (
    COMMAND,
    ONE_THREAD,
    fingerprint,
    fresh,
    measure,
    run,
    write_runs,
    write_study,
)

DRIVER = """
import json, resource, sys, time
from pathlib import Path
from phosres.batch import run_batch

sheet, out, executor, note = sys.argv[1:]

def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6

def tell(done, of, outcome):
    rss[done] = round(held(), 1)

if __name__ == "__main__":
    rss, started = {}, time.perf_counter()
    made = run_batch([Path(sheet)], Path(out), executor=executor, workers=2, tell=tell)
    seconds = time.perf_counter() - started
    own, inner = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cpu = own.ru_utime + own.ru_stime + inner.ru_utime + inner.ru_stime
    result = dict(
        code=made.exit_code, seconds=round(seconds, 2), cpu=round(cpu, 1), rss=rss,
        mb=round(own.ru_maxrss / 1e3), unit_seconds=sorted(made.seconds.values()),
    )
    Path(note).write_text(json.dumps(result))
"""
SIZES = (
    *((1500, p) for p in (1, 10, 100)),
    *((6000, p) for p in (1, 10, 100)),
    *((24000, p) for p in (1, 10, 100)),
    *((96000, p) for p in (1, 10)),
)


def scale(folder: Path, *, cohorts: int, patients: int, features: int, sizes: bool) -> None:
    """Measure everything that is not noted yet, and print what it comes to."""
    notes = Notebook(folder / "scale.jsonl")
    sheet = folder / "runs.tsv"
    if not sheet.is_file():
        write_runs(folder, cohorts=cohorts, patients=patients, features=features, full=False)
    for executor in ("serial", "local", "dask"):
        notes.once(executor, lambda e=executor: drive(sheet, fresh(folder / e), e))  # type: ignore[misc]
    notes.once("4 parts", lambda: parts(sheet, fresh(folder / "parts"), 4))
    notes.once("resume", lambda: drive(sheet, folder / "serial", "serial"))
    tell_executors(notes.known, cohorts * patients, features)
    full = folder / "full.tsv"
    if not full.is_file():
        few = write_runs(folder / "few", cohorts=1, patients=12, features=6000)
        lines = few.read_text().replace("\tcohort_", "\tfew/cohort_")
        full.write_text(lines)
    for executor in ("serial", "local"):
        name = f"12 full runs, {executor}"
        notes.once(name, lambda e=executor: drive(full, fresh(folder / f"full_{e}"), e))  # type: ignore[misc]
    one, two = (notes.known[f"12 full runs, {e}"] for e in ("serial", "local"))
    print(f"12 runs of 6,000 features with figures and audit: {one['seconds'] / 12:.2f} s each, "
          f"local {one['seconds'] / two['seconds']:.2f} times as fast")  # fmt: skip
    if sizes:
        for n, p in SIZES:
            notes.once(f"size {n} {2 * p}", lambda n=n, p=p: size(folder / "size", n, p))  # type: ignore[misc]
        tell_sizes([note for name, note in notes.known.items() if name.startswith("size")])


def drive(sheet: Path, out: Path, executor: str) -> dict[str, Any]:
    """Run a batch on two workers, one thread each; note memory as the runs go by."""
    script, note = out.with_name("driver.py"), out.with_name("driver.json")
    script.write_text(DRIVER)
    command = [sys.executable, str(script), str(sheet), str(out), executor, str(note)]
    done = subprocess.run(
        command, env=os.environ | ONE_THREAD, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    found = json.loads(note.read_text())
    rss = {int(n): mb for n, mb in found.pop("rss").items()}
    seconds = found.pop("unit_seconds")
    marks = [n for n in (1, 10, 30, 100, 300, 1000) if n in rss]
    return found | {
        "hash": fingerprint(out),
        "driver_mb": {n: rss[n] for n in marks},
        "unit_seconds": round(float(np.median(seconds)), 3) if seconds else 0.0,
    }


def parts(sheet: Path, out: Path, n: int) -> dict[str, Any]:
    """Compute n parts, two at a time, as a job array would, and gather them."""
    started = time.perf_counter()
    waiting = list(range(1, n + 1))
    running: list[subprocess.Popen[bytes]] = []
    while waiting or running:
        running = [p for p in running if p.poll() is None]
        if waiting and len(running) < 2:
            shard = ["--executor", "serial", "--shard", f"{waiting.pop(0)}/{n}"]
            command = [*COMMAND, "batch", str(sheet), "--out", str(out), *shard]
            running.append(
                subprocess.Popen(
                    command, env=os.environ | ONE_THREAD,
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                )
            )  # fmt: skip
        time.sleep(0.05)
    computed = time.perf_counter() - started
    code, seconds = run("gather", str(out))
    return {
        "code": code,
        "seconds": round(computed + seconds, 2),
        "gather": round(seconds, 2),
        "hash": fingerprint(out),
    }


def tell_executors(known: dict[str, Any], runs: int, features: int) -> None:
    """Print what the executors come to."""
    ways = ("serial", "local", "dask", "4 parts")
    hashes = {known[w]["hash"] for w in ways}
    serial = known["serial"]["seconds"]
    print(f"\n{runs} runs of one patient, {features:,} features, no figures, two workers")
    for way in ways:
        note = known[way]
        memory = ", ".join(f"{n}: {mb:.0f}" for n, mb in note.get("driver_mb", {}).items())
        print(f"| {way} | {note['seconds']:.1f} | {serial / note['seconds']:.2f} | "
              f"{note['hash']} | {memory} |")  # fmt: skip
    resume = known["resume"]["seconds"]
    print(f"hashes: {'one' if len(hashes) == 1 else 'DIFFERENT'}")
    print(f"resume with nothing to do: {resume:.2f} s = {resume / serial:.1%} of serial, "
          f"{1e3 * resume / runs:.0f} ms a run")  # fmt: skip
    for way in ("serial", "local"):
        memory = {int(n): mb for n, mb in known[way]["driver_mb"].items() if int(n) >= 10}
        if len(memory) > 1:
            slope = np.polyfit(list(memory), list(memory.values()), 1)[0]
            print(f"{way} driver: {1e3 * slope:.0f} kB a run")
    unit = known["serial"]["unit_seconds"]
    for cores in (2, 32):
        hours = (10_000 * unit / cores + 10_000 * resume / runs) / 3600
        print(f"10,000 patients on {cores} cores: about {hours:.2f} h")


def size(folder: Path, features: int, patients: int) -> dict[str, Any]:
    """One run of a cohort, in a process of its own."""
    path = write_study(fresh(folder), "wide", features, patients)
    took = measure("run", str(path), "--out", str(folder / "out"))
    written = sum(p.stat().st_size for p in (folder / "out").rglob("*") if p.is_file())
    return {
        "features": features,
        "samples": 2 * patients,
        "code": took.code,
        "seconds": round(took.seconds, 1),
        "cpu": round(took.cpu, 1),
        "mb": round(took.mb),
        "written_mb": round(written / 1e6, 1),
    }


def tell_sizes(found: list[dict[str, Any]]) -> None:
    """Print the table of sizes, and the slopes in the rows of the table of sites."""
    print("\n| features | samples | s | CPU s | peak MB | written MB |\n|--:|--:|--:|--:|--:|--:|")
    for n in found:
        print(f"| {n['features']:,} | {n['samples']} | {n['seconds']} | {n['cpu']} | {n['mb']:,} | "
              f"{n['written_mb']} |")  # fmt: skip
    rows = np.array([n["features"] * (n["samples"] / 2 + 1) for n in found])
    for what, unit in (("cpu", "CPU s"), ("mb", "MB")):
        slope, start = np.polyfit(rows, [n[what] for n in found], 1)
        print(f"{unit} = {start:.1f} + {1e6 * slope:.0f} a million rows (feature x (subjects + 1))")
        if what == "mb":
            print(f"24 GB hold about {(22_000 - start) / slope / 1e6:.1f} million rows")

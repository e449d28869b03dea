"""Batches measured: time and memory against size, executors compared, faults injected.

    python -m tests.benchmarks.batch scale --patients 12 --cohorts 3
    python -m tests.benchmarks.batch faults --kills 20 --stops 30

Every figure is of one machine; ratios are of one run.
"""

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from phosres.simulation import simulate, write

COMMAND = [sys.executable, "-m", "phosres"]


def write_runs(folder: Path, cohorts: int, patients: int, features: int) -> Path:
    """Simulate cohorts, one run a patient; return the sheet."""
    rows = ["name\tinput.table\tinput.samples\tdesign.pre\tdesign.on\ttreatment.drug"]
    for cohort in range(cohorts):
        place = folder / f"cohort_{cohort}"
        made = simulate(n_patients=patients, n_peptidoforms=features, seed=cohort)
        table = write(made, place)[0].relative_to(folder)
        lines = (place / "samples.tsv").read_text().splitlines()
        at = lines[0].split("\t").index("subject")
        for subject in dict.fromkeys(line.split("\t")[at] for line in lines[1:]):
            own = [x for x in lines[1:] if x.split("\t")[at] == subject]
            sheet = place / f"{subject}.tsv"
            sheet.write_text("\n".join([lines[0], *own]) + "\n")
            name = f"c{cohort}_{subject}"
            drug = "dual PI3K/mTOR inhibitor"
            rows.append(f"{name}\t{table}\tcohort_{cohort}/{sheet.name}\tpre\ton\t{drug}")
    path = folder / "runs.tsv"
    path.write_text("\n".join(rows) + "\n")
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


def scale(folder: Path, cohorts: int, patients: int, features: int) -> None:
    """Time, memory and hashes on every executor, and the cost of a resume."""
    sheet = str(write_runs(folder, cohorts, patients, features))
    n = cohorts * patients
    print(f"{n} runs of one patient, {features} features, {os.cpu_count()} cores")
    ways = {
        "serial": ["--executor", "serial"],
        "local": ["--executor", "local", "--workers", "2"],
        "dask": ["--executor", "dask", "--workers", "2"],
    }
    seconds = {}
    for name, options in ways.items():
        out = folder / name
        code, seconds[name] = run("batch", sheet, "--out", str(out), *options)
        print(f"{name:8} {seconds[name]:8.1f} s  exit {code}  {fingerprint(out)}", flush=True)
    out = folder / "parts"
    started = time.perf_counter()
    for i in range(1, 5):
        run("batch", sheet, "--out", str(out), "--executor", "serial", "--shard", f"{i}/4")
    run("gather", str(out))
    print(f"4 parts  {time.perf_counter() - started:8.1f} s          {fingerprint(out)}")
    code, resumed = run("batch", sheet, "--out", str(folder / "serial"), *ways["serial"])
    print(f"resume   {resumed:8.1f} s = {resumed / seconds['serial']:.1%} of the serial run")
    print(f"local is {seconds['serial'] / seconds['local']:.2f} times as fast as serial")
    for part in (4, n // 2, n):
        rows = Path(sheet).read_text().splitlines()[: part + 1]
        few = folder / f"few_{part}.tsv"
        few.write_text("\n".join(rows) + "\n")
        shutil.rmtree(folder / "few", ignore_errors=True)
        peak = measure("batch", str(few), "--out", str(folder / "few"), "--executor", "serial")
        print(f"{part:6} runs in one process: {peak:,.0f} MB at most", flush=True)


def measure(*arguments: str) -> float:
    """Peak memory of a command and its children, MB."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], capture_output=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *COMMAND, *arguments], capture_output=True, check=True
    )
    return int(done.stdout) / 1e3


def faults(folder: Path, kills: int, stops: int, features: int) -> None:
    """Kill workers and drivers at random points, damage units, race; compare hashes."""
    sheet = str(write_runs(folder, 1, 6, features))
    clean = folder / "clean"
    _, whole = run("batch", sheet, "--out", str(clean), "--workers", "2")
    expected = fingerprint(clean)
    print(f"undisturbed: {whole:.1f} s, {expected}")
    chance = random.Random(0)
    wrong = 0
    for i in range(kills):
        out = fresh(folder)
        driver = start(sheet, out)
        time.sleep(chance.uniform(0.2, 0.9) * whole)
        victims = children(driver.pid)
        if victims:
            os.kill(chance.choice(victims), signal.SIGKILL)
        driver.wait()
        wrong += finish(f"worker killed {i}", sheet, out, expected)
    for i in range(stops):
        out = fresh(folder)
        driver = start(sheet, out)
        time.sleep(chance.uniform(0.05, 0.95) * whole)
        hard = i % 2 == 0
        driver.send_signal(signal.SIGKILL if hard else signal.SIGTERM)
        code = driver.wait()
        if not hard and code not in (130, 0):
            print(f"  SIGTERM ended with {code}")
            wrong += 1
        if partial := [
            p for p in (out / "runs").glob("*") if not (p / "MANIFEST.sha256").is_file()
        ]:
            print(f"  partial: {partial}")
            wrong += 1
        wrong += finish(f"driver stopped {i}", sheet, out, expected)
    out = fresh(folder)
    pair = [start(sheet, out), start(sheet, out)]
    for driver in pair:
        driver.wait()
    wrong += finish("two drivers at once", sheet, out, expected)
    for i, unit in enumerate(sorted((out / "units").glob("??/*/report.html"))):
        content = bytearray(unit.read_bytes())
        content[len(content) // 2] ^= 1
        unit.write_bytes(content[: len(content) - i * 100])
    wrong += finish("damaged units", sheet, out, expected)
    print(f"{wrong} disagreements")


def fresh(folder: Path) -> Path:
    """An output folder that is not there."""
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    return out


def start(sheet: str, out: Path) -> "subprocess.Popen[bytes]":
    """Start a driver with two workers."""
    command = [*COMMAND, "batch", sheet, "--out", str(out), "--workers", "2"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def children(pid: int) -> list[int]:
    """Worker processes of a driver: those that spawn started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
            line = (path.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == pid and b"spawn_main" in line:
            found.append(int(path.parent.name))
    return found


def finish(what: str, sheet: str, out: Path, expected: str) -> int:
    """Resume after a fault; 1 if the hash is not that of the undisturbed batch."""
    code, seconds = run("batch", sheet, "--out", str(out), "--workers", "2")
    verified, _ = run("verify", str(out))
    found = fingerprint(out)
    is_same = (code, verified, found) == (0, 0, expected)
    print(f"{what}: {'same' if is_same else 'DIFFERENT'} after {seconds:.1f} s", flush=True)
    return 0 if is_same else 1


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["scale", "faults"])
    parser.add_argument("--cohorts", type=int, default=3)
    parser.add_argument("--patients", type=int, default=12)
    parser.add_argument("--features", type=int, default=1500)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--stops", type=int, default=30)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if given.what == "scale":
            scale(Path(folder), given.cohorts, given.patients, given.features)
        else:
            faults(Path(folder), given.kills, given.stops, given.features)


if __name__ == "__main__":
    main()

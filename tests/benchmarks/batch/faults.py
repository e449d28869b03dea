"""Everything that can stop a batch, at random points; run again, it gives the same bytes."""

import contextlib
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from phosres.batch import verify
from phosres.errors import ConfigError
from tests.benchmarks.batch.notebook import Notebook
from tests.benchmarks.batch.studies import COMMAND, fingerprint, fresh, run, write_runs

RUNS = 4
_SEED = 20
SERIAL = ("--executor", "serial")
"""Resumed on another executor than before: the bytes must not tell."""
Fault = Callable[[random.Random, float, Path], str]


def faults(folder: Path, *, kills: int, stops: int, features: int) -> int:
    """Inject every fault, each noted; return the number of disagreements."""
    sheet = folder / "runs.tsv"
    if not sheet.is_file():
        write_runs(folder, cohorts=1, patients=RUNS, features=features, full=False)
    notes = Notebook(folder / "faults.jsonl")

    def undisturbed() -> dict[str, Any]:
        out = fresh(folder / "clean")
        code, seconds = run("batch", str(sheet), "--out", str(out), "--workers", "2")
        return {"code": code, "seconds": round(seconds, 1), "hash": fingerprint(out)}

    clean = notes.once("undisturbed", undisturbed)
    plan: list[tuple[str, Fault]] = [
        *((f"worker killed {i}", kill_worker) for i in range(kills)),
        *((f"driver killed {i}", kill_driver) for i in range((stops + 1) // 2)),
        *((f"driver stopped {i}", stop_driver) for i in range(stops // 2)),
        *((f"two drivers {i}", race) for i in range(3)),
        *((f"units damaged {i}", damage) for i in range(3)),
        ("disk full", fill_disk),
        ("read-only from the start", forbid),
        ("read-only half way", forbid_later),
    ]
    wrong = 0
    for name, fault in plan:

        def disturb(name: str = name, fault: Fault = fault) -> dict[str, Any]:
            chance = random.Random(f"{_SEED} {name}")
            disk = fresh(folder / "disk")
            with contextlib.ExitStack() as surroundings:
                mounted = name.startswith(("disk", "read-only"))
                if mounted and not surroundings.enter_context(small_disk(disk)):
                    return {"skipped": "a file system cannot be mounted here: it needs root"}
                out = disk / "out"
                said = fault(chance, clean["seconds"], out)
                halves = [str(p) for p in (out / "runs").glob("*") if not is_whole(p)]
                code, seconds = run("batch", str(sheet), "--out", str(out), *SERIAL)
                same = code == 0 and is_whole(out) and fingerprint(out) == clean["hash"]
                left = leftovers(out)
            return {
                "fault": said,
                "resumed": round(seconds, 1),
                "same": same and not halves and not left,
                "partial": halves + left,
            }

        note = notes.once(name, disturb)
        wrong += not note.get("same", True)
    done = [n for n in notes.known.values() if "same" in n]
    print(f"{len(done)} faults, {wrong} disagreements")
    for note in notes.known.values():
        if "skipped" in note:
            print(f"SKIPPED {note['name']}: {note['skipped']}")
    return wrong


def is_whole(result: Path) -> bool:
    """Whether a published result is complete and as it was written."""
    try:
        return not verify(result)[0]
    except ConfigError:
        return False


def leftovers(out: Path) -> list[str]:
    """Half-written folders and files that a resume should have removed."""
    return [str(p) for p in out.rglob(".*") if p.name not in (".", "..")]


def start(out: Path) -> "subprocess.Popen[bytes]":
    """Start a driver with two workers."""
    sheet = next(p / "runs.tsv" for p in out.parents if (p / "runs.tsv").is_file())
    command = [*COMMAND, "batch", str(sheet), "--out", str(out), "--workers", "2"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def wait_for_chance(chance: random.Random, driver: "subprocess.Popen[bytes]", out: Path) -> str:
    """Wait until a random point of the batch: so many units done, and a little more."""
    done = chance.randrange(-1, RUNS)
    while driver.poll() is None and count_units(out) < done:
        time.sleep(0.01)
    time.sleep(chance.uniform(0, 1.5 if done < 0 else 0.5))
    return f"{count_units(out)} of {RUNS} units done"


def count_units(out: Path) -> int:
    """Units that are finished; -1 before the batch has begun."""
    return len(list((out / "units").glob("??/*/unit.json"))) if out.is_dir() else -1


def kill_worker(chance: random.Random, whole: float, out: Path) -> str:
    """Kill -9 one of the workers."""
    driver = start(out)
    while not children(driver.pid) and driver.poll() is None:
        time.sleep(0.01)
    when = wait_for_chance(chance, driver, out)
    victims = children(driver.pid)
    for victim in victims[:1] if chance.random() < 0.5 else victims[-1:]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
    driver.communicate()
    return f"{when}, {'hit' if victims else 'too late'}, exit {driver.returncode}"


def kill_driver(chance: random.Random, whole: float, out: Path) -> str:
    """Kill -9 the driver; its workers must follow."""
    driver = start(out)
    when = wait_for_chance(chance, driver, out)
    workers = children(driver.pid)
    driver.kill()
    driver.communicate()
    until = time.monotonic() + 60
    while any(Path(f"/proc/{w}").exists() for w in workers) and time.monotonic() < until:
        time.sleep(0.05)
    left = sum(Path(f"/proc/{w}").exists() for w in workers)
    if left:
        raise RuntimeError(f"{left} workers outlive their driver")
    return f"{when}, {len(workers)} workers gone with it"


def stop_driver(chance: random.Random, whole: float, out: Path) -> str:
    """Send SIGTERM to the driver, as a scheduler does."""
    driver = start(out)
    when = wait_for_chance(chance, driver, out)
    driver.terminate()
    _, said = driver.communicate()
    if driver.returncode not in (0, 130, -signal.SIGTERM) or b"Traceback" in said:
        raise RuntimeError(f"exit {driver.returncode}: {said.decode()}")
    return f"{when}, exit {driver.returncode}"


def race(chance: random.Random, whole: float, out: Path) -> str:
    """Two drivers on one folder, the second a little later."""
    first = start(out)
    time.sleep(chance.uniform(0, 0.3) * whole)
    second = start(out)
    ends = []
    for driver in (first, second):
        _, said = driver.communicate()
        ends.append(driver.returncode)
        if driver.returncode:
            raise RuntimeError(said.decode())
    return f"exits {ends}"


def damage(chance: random.Random, whole: float, out: Path) -> str:
    """Flip a bit of, or cut, one file of every finished unit."""
    start(out).communicate()
    done = []
    for unit in sorted(p for p in (out / "units").glob("??/*") if p.is_dir()):
        path = chance.choice([p for p in sorted(unit.rglob("*")) if p.is_file()])
        content = bytearray(path.read_bytes())
        if chance.random() < 0.5 and content:
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            done.append(f"bit {path.name}")
        else:
            content = content[: chance.randrange(len(content) + 1) - 1]
            done.append(f"cut {path.name}")
        path.unlink()  # the published name is of the same file, and stays whole
        path.write_bytes(content)
    return ", ".join(done)


@contextlib.contextmanager
def small_disk(disk: Path) -> Iterator[bool]:
    """Mount a memory file system, full of nothing yet; False where that is not allowed."""
    disk.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", str(disk)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def remount(out: Path, options: str) -> None:
    """Change the file system under a batch."""
    for _ in range(100):
        command = ["mount", "-o", f"remount,{options}", str(out.parent)]
        if not subprocess.run(command, capture_output=True, check=False).returncode:
            return
        time.sleep(0.05)
    raise RuntimeError(f"cannot remount {out} with {options}")


def fill_disk(chance: random.Random, whole: float, out: Path) -> str:
    """Room for about a third of the batch."""
    remount(out, "size=3m")
    driver = start(out)
    _, said = driver.communicate()
    if driver.returncode != 3 or said.count(b"the disk is full") != 1:
        raise RuntimeError(f"exit {driver.returncode}: {said.decode()}")
    remount(out, "size=1g")
    return f"exit 3: {said.decode().splitlines()[0]}"


def forbid(chance: random.Random, whole: float, out: Path) -> str:
    """A file system that cannot be written from the start."""
    remount(out, "ro")
    driver = start(out)
    _, said = driver.communicate()
    if driver.returncode != 2 or b"cannot be written" not in said or b"Traceback" in said:
        raise RuntimeError(f"exit {driver.returncode}: {said.decode()}")
    remount(out, "rw")
    return f"exit 2: {said.decode().splitlines()[0]}"


def forbid_later(chance: random.Random, whole: float, out: Path) -> str:
    """A file system that becomes read-only while the batch runs."""
    driver = start(out)
    while not any((out / "units").glob("??/*/unit.json")) and driver.poll() is None:
        time.sleep(0.02)
    remount(out, "ro")
    _, said = driver.communicate()
    if driver.returncode != 2 or b"cannot be written" not in said or b"Traceback" in said:
        raise RuntimeError(f"exit {driver.returncode}: {said.decode()}")
    remount(out, "rw")
    return f"exit 2: {said.decode().splitlines()[0]}"


def children(pid: int) -> list[int]:
    """Worker processes of a driver."""
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

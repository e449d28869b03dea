"""A SLURM of one node, from Debian's packages, and a job array on it with an element cancelled."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.batch.studies import fingerprint, fresh, run, write_runs

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "scancel", "squeue")
SCRIPT = Path(__file__).parents[3] / "configs" / "slurm_array.sh"
_CONFIG = """
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
CryptoType=crypto/munge
AuthInfo=socket={home}/munge.sock
SlurmctldPort={port}
SlurmdPort={next_port}
StateSaveLocation={home}/state
SlurmdSpoolDir={home}/spool
SlurmctldPidFile={home}/slurmctld.pid
SlurmdPidFile={home}/slurmd.pid
SlurmctldLogFile={home}/slurmctld.log
SlurmdLogFile={home}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/builtin
ReturnToService=2
MpiDefault=none
KillWait=5
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=4000
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def why_not() -> str:
    """Why no SLURM can be started here; empty if it can."""
    missing = [p for p in PROGRAMS if shutil.which(p) is None]
    if missing:
        return f"{', '.join(missing)} not found: apt-get install slurm-wlm munge"
    return "" if os.geteuid() == 0 else "starting SLURM's daemons needs root"


@contextlib.contextmanager
def one_node(home: Path) -> Iterator[dict[str, str]]:
    """Start munged, slurmctld and slurmd on this machine; yield the environment to submit with."""
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)
    key = home / "munge.key"
    key.write_bytes(os.urandom(128))
    key.chmod(0o600)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    host = socket.gethostname().partition(".")[0]
    config = home / "slurm.conf"
    config.write_text(_CONFIG.format(host=host, home=home, port=port, next_port=port + 1))
    environment = os.environ | {"SLURM_CONF": str(config)}
    files = {"key-file": key, "socket": home / "munge.sock", "pid-file": home / "munged.pid"}
    files |= {"log-file": home / "munged.log", "seed-file": home / "munged.seed"}
    options = ["--force", *(f"--{name}={path}" for name, path in files.items())]
    try:
        subprocess.run(["munged", *options], check=True, env=environment)
        subprocess.run(["slurmctld"], check=True, env=environment)
        subprocess.run(["slurmd"], check=True, env=environment)
        wait_for(lambda: "idle" in ask(environment, "sinfo", "-h", "-o", "%T"), 30)
        yield environment
    finally:
        for name in ("slurmd", "slurmctld", "munged"):
            pid = home / f"{name}.pid"
            if pid.is_file():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid.read_text()), 15)


def ask(environment: dict[str, str], *command: str) -> str:
    """Run a command of SLURM and return what it prints."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def wait_for(happened: Callable[[], bool], seconds: float) -> None:
    """Wait until something is so."""
    until = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > until:
            raise TimeoutError("SLURM does not get on")
        time.sleep(0.2)


def slurm(folder: Path, *, patients: int = 4, features: int = 600, parts: int = 4) -> bool:
    """An array whose second element is cancelled while it runs, gathered, resubmitted, compared."""
    sheet = write_runs(folder, cohorts=1, patients=patients, features=features, full=False)
    reference = fresh(folder / "reference")
    run("batch", str(sheet), "--out", str(reference), "--executor", "serial")
    out = fresh(folder / "out")
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    launcher = programs / "phosres"  # the environment may have no command of this name
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m phosres "$@"\n')
    launcher.chmod(0o755)
    with one_node(folder / "slurm") as environment:
        environment["PATH"] = f"{programs}:{environment['PATH']}"
        environment["PYTHONPATH"] = str(Path(__file__).parents[3])
        log = f"--output={folder}/log-%a.txt"

        def submit(which: str) -> str:
            job = ["sbatch", "--parsable", "--mem=0", log, f"--array={which}", str(SCRIPT)]
            return ask(environment, *job, str(sheet), str(out), str(parts)).strip()

        def is_over() -> bool:
            return not ask(environment, "squeue", "-h").strip()

        number = submit(f"1-{parts}")
        wait_for(lambda: f"{number}_2" in ask(environment, "squeue", "-h", "-r", "-t", "R"), 300)
        ask(environment, "scancel", f"{number}_2")
        wait_for(is_over, 600)
        code, _ = run("gather", str(out))
        missing = fingerprint(out) != fingerprint(reference)
        submit("2")
        wait_for(is_over, 600)
        again, _ = run("gather", str(out))
        version = ask(environment, "sbatch", "--version").strip()
    same = fingerprint(out) == fingerprint(reference)
    print(f"{version}: array of {parts}, element 2 cancelled: gather exit {code}; resubmitted: "
          f"exit {again}, {'the same bytes' if same else 'DIFFERENT'} as one process")  # fmt: skip
    return same and missing and (code, again) == (4, 0)

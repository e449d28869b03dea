"""Workers die, memory is short, the machine refuses: the other units finish all the same."""

import os
import signal
import time
from concurrent.futures import BrokenExecutor, Executor, ThreadPoolExecutor
from multiprocessing import active_children
from pathlib import Path

import pytest

from phosres.batch import _executors
from phosres.batch._driver import Driver, Open
from phosres.batch._executors import Kind, open_executor
from phosres.batch._model import Outcome, Task
from phosres.errors import ConfigError


def tasks(folder: Path, n: int) -> list[Task]:
    """Units without a configuration; the functions below need none."""
    return [Task(f"r{i}", None, str(folder), {}, f"{i:064d}") for i in range(n)]  # type: ignore[arg-type]


def easy(task: Task) -> Outcome:
    """Leave a trace and succeed."""
    with (Path(task.units) / task.run).open("a") as trace:
        trace.write("x")
    return Outcome(task.run, "ok")


def deadly(task: Task) -> Outcome:
    """The unit r1 always kills its process."""
    if task.run == "r1":
        time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGKILL)
    return easy(task)


def unlucky(task: Task) -> Outcome:
    """The unit r1 is killed the first time."""
    if task.run == "r1" and not (Path(task.units) / "died").exists():
        (Path(task.units) / "died").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return easy(task)


def refused(task: Task) -> Outcome:
    """The machine refuses r1 twice, then lets it pass."""
    before = easy(task)
    count = len((Path(task.units) / task.run).read_text())
    if task.run == "r1" and count < 3:
        return Outcome(task.run, "failed", 1, ("refused",), retry=True)
    return before


def full(task: Task) -> Outcome:
    """The disk is full from r1 on."""
    return (
        Outcome(task.run, "failed", 3, ("full",), blocked=True) if task.run == "r1" else easy(task)
    )


def driver(
    compute: object, *, workers: int = 2, most_mb: float = 0.0, opened: Open | None = None
) -> Driver:
    """A driver of local processes, or of this one."""
    kind: Kind = "local" if workers > 1 else "serial"
    return Driver(
        opened or (lambda: open_executor(kind, workers)),
        slots=workers,
        estimate=lambda task: 100.0 * (1 + int(task.run[1:])),
        most_mb=most_mb,
        compute=compute,  # type: ignore[arg-type]
    )


def test_a_unit_that_kills_its_worker_is_blamed_and_the_others_finish(tmp_path: Path) -> None:
    """Its neighbours are suspects at first, and are cleared."""
    found = {o.run: o for o in driver(deadly).drive(tasks(tmp_path, 5))}
    assert {r: o.state for r, o in found.items()} == {
        "r0": "ok", "r1": "failed", "r2": "ok", "r3": "ok", "r4": "ok",
    }  # fmt: skip
    assert (
        "the process that computed it died (it ended 3 worker processes)" in found["r1"].reasons[0]
    )


def test_a_worker_killed_once_costs_nothing(tmp_path: Path) -> None:
    """The unit runs again."""
    found = list(driver(unlucky).drive(tasks(tmp_path, 4)))
    assert sorted(o.run for o in found if o.state == "ok") == ["r0", "r1", "r2", "r3"]


def test_what_the_machine_refused_is_tried_again(tmp_path: Path) -> None:
    """Up to two times more."""
    found = list(driver(refused, workers=1).drive(tasks(tmp_path, 2)))
    assert [o.state for o in found] == ["ok", "ok"]
    assert (tmp_path / "r1").read_text() == "xxx"


def test_nothing_more_is_computed_when_nothing_can_be_written(tmp_path: Path) -> None:
    """A full disk is one error, not one a run."""
    found = list(driver(full, workers=1).drive(tasks(tmp_path, 4)))
    assert [(o.run, o.blocked) for o in found] == [("r0", False), ("r1", True)]


def test_memory_is_kept_under_its_limit(tmp_path: Path) -> None:
    """What never fits is refused with its size; the rest runs as far as it fits together."""
    running: dict[str, float] = {}
    held: list[float] = []

    def compute(task: Task) -> Outcome:
        running[task.run] = 100.0 * (1 + int(task.run[1:]))
        held.append(sum(running.values()))
        time.sleep(0.02)
        del running[task.run]
        return Outcome(task.run, "ok")

    watched = driver(compute, most_mb=350.0, opened=lambda: ThreadPoolExecutor(4), workers=4)
    found = {o.run: o for o in watched.drive(tasks(tmp_path, 4))}
    assert found["r3"].state == "failed"
    assert "it needs about 400 MB, --max-memory allows 350 MB" in found["r3"].reasons[0]
    assert [found[f"r{i}"].state for i in range(3)] == ["ok"] * 3
    assert 100.0 < max(held) <= 350.0


def test_an_executor_that_cannot_start_is_an_error(tmp_path: Path) -> None:
    """Not an endless loop."""

    class Broken(Executor):
        def submit(self, *_: object, **__: object) -> None:  # type: ignore[override]
            raise BrokenExecutor("no process")

    broken = driver(easy, opened=Broken)
    with pytest.raises(ConfigError, match="no worker process can be started: no process"):
        list(broken.drive(tasks(tmp_path, 2)))


def test_leaving_early_ends_the_workers(tmp_path: Path) -> None:
    """A batch that is stopped at the first failure leaves no process behind."""

    outcomes = driver(easy).drive(tasks(tmp_path, 6))
    next(outcomes)
    outcomes.close()
    # The executor's own thread collects its children too: in between, one is still listed.
    until = time.monotonic() + 10
    while active_children() and time.monotonic() < until:
        time.sleep(0.02)
    assert active_children() == []


def count_threads(task: Task) -> Outcome:
    """Ask the libraries, which read the limit when they were loaded."""
    import polars

    return Outcome(task.run, "ok", reasons=(str(polars.thread_pool_size()),))


def test_a_worker_computes_on_one_thread(tmp_path: Path) -> None:
    """The limit is there before the libraries are."""
    (outcome,) = driver(count_threads).drive(tasks(tmp_path, 1))
    assert outcome.reasons == ("1",)


def test_a_worker_that_cannot_leave_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """As one that waits for the lock that a killed worker held; here it is stopped."""
    monkeypatch.setattr(_executors, "_GRACE", 0.3)
    with open_executor("local", 1) as executor:
        assert executor.submit(abs, -1).result() == 1
        (worker,) = active_children()
        os.kill(worker.pid, signal.SIGSTOP)
    assert not worker.is_alive()

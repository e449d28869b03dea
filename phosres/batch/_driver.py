"""Hands units to an executor, a few at a time, and survives workers that die.

When a process pool breaks, nobody can say which of the running units broke it. All of them are
suspects and run again, one at a time; who breaks the pool alone is to blame.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import AbstractContextManager

from phosres.batch._model import BUG, Outcome, Task
from phosres.batch._work import work
from phosres.errors import ConfigError, PhosresError

_MOST_ALONE = 3
"""Times a suspect runs by itself. Once its worker may be killed by something else; three times
running it is the unit."""
_MOST_RETRIES = 2
"""Further attempts of a unit that the machine, not its input, stopped."""

Open = Callable[[], AbstractContextManager[Executor]]
Compute = Callable[[Task], Outcome]


class Driver:
    """Computes units on executors.

    Parameters
    ----------
    open_executor
        Opens an executor; called again after one broke.
    slots
        Units that run at one time.
    estimate
        Memory of a unit, MB.
    most_mb
        Most memory of the units that run at one time, MB; 0 for no limit.
    compute
        What a worker does with a unit.
    """

    def __init__(
        self,
        open_executor: Open,
        *,
        slots: int,
        estimate: Callable[[Task], float],
        most_mb: float = 0.0,
        compute: Compute = work,
    ) -> None:
        self._open = open_executor
        self._slots = slots
        self._estimate = estimate
        self._most_mb = most_mb
        self._compute = compute
        self._waiting: deque[Task] = deque()
        self._suspects: deque[Task] = deque()
        self._running: dict[Future[Outcome], Task] = {}
        self._alone: Counter[str] = Counter()
        self._retries: Counter[str] = Counter()

    def drive(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """Compute units.

        Parameters
        ----------
        tasks
            The units.

        Yields
        ------
        The outcome of each unit, as they finish. After an outcome that is ``blocked`` nothing more
        is computed.

        Raises
        ------
        ConfigError
            If no worker process can be started.
        """
        for task in tasks:
            needed = self._estimate(task)
            if self._most_mb and needed > self._most_mb:
                yield _too_large(task, needed, self._most_mb)
            else:
                self._waiting.append(task)
        while self._waiting or self._suspects:
            with self._open() as executor:
                for outcome in self._use(executor):
                    yield outcome
                    if outcome.blocked:
                        return

    def _use(self, executor: Executor) -> Iterator[Outcome]:
        """Compute until nothing is left or the executor broke."""
        broken: list[Task] = []
        while (self._waiting or self._suspects or self._running) and not broken:
            self._submit(executor)
            done, _ = wait(self._running, return_when=FIRST_COMPLETED)
            for future in done:
                task = self._running.pop(future)
                try:
                    outcome = future.result()
                except BrokenExecutor:
                    broken.append(task)
                except Exception as error:  # noqa: BLE001 - a worker that died, as the engine says
                    yield _died(task, f"{type(error).__name__}: {error}")
                else:
                    if not self._try_again(task, outcome):
                        yield outcome
        broken += self._running.values()
        self._running.clear()
        for task in broken:
            if self._alone[task.run] >= _MOST_ALONE:
                yield _died(task, f"it ended {_MOST_ALONE} worker processes")
            else:
                self._suspects.append(task)

    def _submit(self, executor: Executor) -> None:
        """Submit what there is room for; suspects by themselves, and before all others."""
        while (self._waiting or self._suspects) and len(self._running) < self._slots:
            if self._suspects and self._running:
                return
            source = self._suspects or self._waiting
            task = source[0]
            held = sum(self._estimate(t) for t in self._running.values())
            if self._running and self._most_mb and held + self._estimate(task) > self._most_mb:
                return
            try:
                self._running[executor.submit(self._compute, task)] = task
            except BrokenExecutor as error:
                if self._running:
                    return  # their futures are broken too, and tell
                raise _no_worker(error) from error
            source.popleft()
            if source is self._suspects:
                self._alone[task.run] += 1
                return

    def _try_again(self, task: Task, outcome: Outcome) -> bool:
        if not outcome.retry or self._retries[task.run] >= _MOST_RETRIES:
            return False
        self._retries[task.run] += 1
        self._waiting.append(task)
        return True


def _no_worker(error: Exception) -> PhosresError:
    return ConfigError(f"no worker process can be started: {error}")


def _died(task: Task, how: str) -> Outcome:
    reason = (
        f"the process that computed it died ({how}): it was killed, or the memory did not suffice"
    )
    return Outcome(task.run, "failed", BUG, (reason,))


def _too_large(task: Task, needed: float, most_mb: float) -> Outcome:
    reason = (
        f"it needs about {needed:,.0f} MB, --max-memory allows {most_mb:,.0f} MB: allow more, or "
        "run it on a larger machine"
    )
    return Outcome(task.run, "failed", ConfigError.exit_code, (reason,))

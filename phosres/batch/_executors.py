"""Where units are computed: here, in processes of this machine, or on a Dask cluster.

All three are `concurrent.futures.Executor`, so the driver knows nothing of them, and the units are
the same bytes whichever is used.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from threading import Timer
from typing import Any, Literal

from phosres.errors import ConfigError, Problem
from phosres.worker import settle_in

_PATIENCE = "10s"
"""Time that a scheduler has to answer."""
_GRACE = 10.0
"""Seconds that idle workers have to leave: they take a tenth of one, on a busy machine a second."""
Kind = Literal["serial", "local", "dask"]
KINDS: tuple[Kind, ...] = ("serial", "local", "dask")


class SerialExecutor(Executor):
    """Calls a function when it is submitted: the reference the others are compared with."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call a function and return its finished future.

        Parameters
        ----------
        fn
            The function.
        args, kwargs
            Its arguments.
        """
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - an executor hands every error to the future
            future.set_exception(error)
        return future


@contextmanager
def open_executor(
    kind: Kind, workers: int, *, memory_mb: float = 0.0, scheduler: str = ""
) -> Iterator[Executor]:
    """Open an executor, and close it for good, whatever happens.

    Parameters
    ----------
    kind
        ``serial``, ``local`` (processes, one thread each) or ``dask``.
    workers
        Processes.
    memory_mb
        Most memory of one Dask worker, MB; 0 for no limit.
    scheduler
        For Dask: address of a running scheduler, ``slurm`` for workers that are SLURM jobs, or
        ``""`` for a cluster of processes on this machine.

    Raises
    ------
    ConfigError
        If Dask or its scheduler is not there.
    """
    if kind == "serial":
        yield SerialExecutor()
    elif kind == "local":
        yield from _open_processes(workers)
    else:
        yield from _open_dask(workers, memory_mb, scheduler)


def _open_processes(workers: int) -> Iterator[Executor]:
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=settle_in)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for child in active_children():
            child.terminate()
        raise
    else:
        _close(pool)


def _close(pool: ProcessPoolExecutor) -> None:
    """Wait for the workers to leave, and end those that cannot.

    A worker that was killed while it held the lock of the queue leaves the others waiting for that
    lock, and a pool that is closing no longer looks after its workers: it would wait forever. What
    they had to compute is done, so nothing is lost.
    """

    def end() -> None:
        for child in active_children():
            child.kill()

    late = Timer(_GRACE, end)
    late.daemon = True
    late.start()
    pool.shutdown(wait=True, cancel_futures=True)
    late.cancel()


def _open_dask(workers: int, memory_mb: float, scheduler: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError:
        hint = "pip install 'phosres[cluster]'"
        raise ConfigError(Problem("--executor dask needs Dask", hint=hint)) from None
    limit = f"{memory_mb:.0f}MB" if memory_mb else None
    with _cluster(workers, limit, scheduler) as address:
        try:
            client = Client(address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            message = f"the scheduler '{scheduler}' does not answer: {error}"
            hint = "start it with `dask scheduler`, and workers with `dask worker ADDRESS`"
            raise ConfigError(Problem(message, hint=hint)) from None
        with client:
            executor = client.get_executor(pure=False, retries=2)
            yield executor


@contextmanager
def _cluster(workers: int, limit: str | None, scheduler: str) -> Iterator[Any]:
    """Start the cluster that is asked for; a running one is only addressed."""
    if scheduler and scheduler != "slurm":
        yield scheduler
        return
    if scheduler == "slurm":
        try:
            from dask_jobqueue import SLURMCluster
        except ImportError:
            hint = "pip install 'phosres[cluster]'"
            problem = Problem("--scheduler slurm needs dask-jobqueue", hint=hint)
            raise ConfigError(problem) from None
        with SLURMCluster(cores=1, processes=1, memory=limit or "4GB") as jobs:
            jobs.scale(workers)
            yield jobs
        return
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        memory_limit=limit or 0,
        dashboard_address=None,
    ) as local:
        yield local

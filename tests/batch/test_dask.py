"""Dask computes the same units; skipped where the extra is not installed."""

from pathlib import Path

import pytest

from phosres.batch._driver import Driver
from phosres.batch._executors import open_executor
from phosres.errors import ConfigError
from tests.batch.test_driver import easy, tasks

pytest.importorskip("distributed", reason="Dask is not installed: pip install 'phosres[cluster]'")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def test_units_are_computed_by_worker_processes(tmp_path: Path) -> None:
    """A scheduler and two workers of its own."""
    driver = Driver(
        lambda: open_executor("dask", 2, memory_mb=1000.0),
        slots=2,
        estimate=lambda _: 0.0,
        compute=easy,
    )
    found = sorted(o.run for o in driver.drive(tasks(tmp_path, 4)) if o.state == "ok")
    assert found == ["r0", "r1", "r2", "r3"]
    assert sorted(p.name for p in tmp_path.iterdir()) == found


def test_a_scheduler_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to do."""
    monkeypatch.setattr("phosres.batch._executors._PATIENCE", "500ms")
    with (
        pytest.raises(ConfigError, match=r"the scheduler 'tcp://127\.0\.0\.1:9' does not answer"),
        open_executor("dask", 1, scheduler="tcp://127.0.0.1:9"),
    ):
        pass

"""A folder with the files that the configurations of these tests name."""

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder but for a table and a sheet, which becomes the current one."""
    for name in ("table.tsv", "samples.tsv"):
        (tmp_path / name).write_text("x\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path.resolve()

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pytest

from phosres.table import PhosphoTable

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write text or bytes to a file of a temporary folder."""

    def _write(content: str | bytes, name: str = "table.tsv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _write


@pytest.fixture
def sheet() -> Callable[[Sequence[str]], pd.DataFrame]:
    """Make a sample sheet of the given samples, each its own subject."""

    def _sheet(samples: Sequence[str]) -> pd.DataFrame:
        names = list(samples)
        return pd.DataFrame({"sample": names, "subject": names, "condition": "pre"})

    return _sheet


@pytest.fixture
def account() -> Callable[[PhosphoTable], int]:
    """Count the rows of the file that a table accounts for."""

    def _account(table: PhosphoTable) -> int:
        leading = {rows.split(";")[0] for rows in table.features["source_rows"]}
        return len(leading) + sum(loss.rows for loss in table.losses)

    return _account

"""Real tables that lie beside the repository, never in it; tests skip, loudly, without them."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the real data sets."""
    if not SHARED.is_dir():
        pytest.skip(f"NOT RUN: the real tables are not at {SHARED}")
    return SHARED

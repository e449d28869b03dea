from pathlib import Path

import pytest

from tests.bad_input.study import Study, make_study


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    """A tiny study in the current folder, everything in order."""
    monkeypatch.chdir(tmp_path)
    return make_study(tmp_path)

"""A small simulated cohort that the pages start from, in the layouts of several programs."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from phosres.simulation import simulate, write
from tests.docs import layouts

SITES = "Phospho (STY)Sites.txt"
Put = Callable[[str, Path], None]


def make_put(folder: Path) -> Put:
    """Simulate a cohort of three patients in a folder; return what writes it in a layout."""
    write(simulate(n_patients=3, n_peptidoforms=500, missing=0.2), folder)

    @cache
    def text(source: str) -> bytes:
        if source == "maxquant_sites":
            return (folder / SITES).read_bytes()
        if source.startswith("fixtures/"):
            return (layouts.FIXTURES / source.removeprefix("fixtures/")).read_bytes()
        forms = layouts.read_forms(folder)
        return layouts.spell(source, layouts.lay_out(source, forms)).encode()

    def put(source: str, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text(source))

    return put


@pytest.fixture(scope="session")
def put(tmp_path_factory: pytest.TempPathFactory) -> Put:
    """A function that writes the cohort in a layout."""
    return make_put(tmp_path_factory.mktemp("simulated"))

"""What `import phosres` offers."""

import subprocess
import sys
from pathlib import Path

import pytest

import phosres


def test_all_is_sorted_and_without_duplicates() -> None:
    """One list, in one order."""
    assert phosres.__all__ == sorted(set(phosres.__all__))
    assert dir(phosres) == phosres.__all__


@pytest.mark.parametrize("name", phosres.__all__)
def test_every_name_can_be_imported_and_is_documented(name: str) -> None:
    """Verbs, nouns and errors have a docstring; the version is a text."""
    found = getattr(phosres, name)
    assert found if name == "__version__" else found.__doc__


def test_verbs_and_nouns_are_what_they_say() -> None:
    """A function is not hidden by a module of the same name, also after everything is imported."""
    from phosres import contrasts, normalization, pipeline, resistance, scoring, simulation, stats

    assert phosres.read is pipeline.read
    assert phosres.run is pipeline.run
    assert phosres.normalize is normalization.normalize
    assert phosres.contrast is contrasts.contrast
    assert phosres.score is scoring.score
    assert phosres.call is resistance.call
    assert phosres.simulate is simulation.simulate
    assert phosres.stats is stats


def test_unknown_names_are_attribute_errors() -> None:
    """As for any module."""
    with pytest.raises(AttributeError, match="module 'phosres' has no attribute 'reed'"):
        _ = phosres.reed


def test_import_costs_nothing() -> None:
    """Nothing but the standard library is imported before a name is used."""
    code = "import sys, phosres; print([m for m in sys.modules if m.startswith('phosres.')])"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(phosres.__file__).parents[1],
    )
    assert done.stdout == "[]\n"
    assert "numpy" not in done.stderr

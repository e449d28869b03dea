"""What `phosres.stats` offers, and what importing it costs."""

import subprocess
import sys

import numpy as np
import pytest

import phosres.stats


def test_all_is_sorted_and_importable():
    """Every public name exists, in order, with a docstring."""
    names = phosres.stats.__all__
    assert names == sorted(names)
    assert all(getattr(phosres.stats, name).__doc__ for name in names)
    assert dir(phosres.stats) == names


def test_names_are_not_shadowed_by_modules():
    """`phosres.stats.moderated` is the function, also after its module was imported."""
    import phosres.stats.moderation

    assert callable(phosres.stats.moderated)
    assert callable(phosres.stats.treat)


def test_unknown_names_fail():
    """A typo is an AttributeError that names it."""
    with pytest.raises(AttributeError, match="moderatd"):
        phosres.stats.moderatd  # noqa: B018


def test_import_is_light():
    """Importing the package loads neither scipy nor pandas nor statsmodels."""
    code = (
        "import sys, phosres.stats.linear, phosres.stats.single, phosres.stats.combine,"
        " phosres.stats.consensus, phosres.stats.power,"
        " phosres.stats.noise, phosres.stats.detection, phosres.stats.protein;"
        "print([m for m in ('scipy.stats', 'scipy.special', 'statsmodels', 'matplotlib')"
        " if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_results_are_frozen():
    """A result cannot be changed by accident."""
    fit = phosres.stats.fit_contrast(np.ones((1, 3)), np.ones(3), 0)
    with pytest.raises(AttributeError):
        fit.effect = None

"""Every example of a docstring runs and gives what it says."""

import doctest
import importlib
import pkgutil

import phosres


def test_examples_of_all_docstrings() -> None:
    """All modules of the package, at once: collecting them one by one costs more than running."""
    names = [m.name for m in pkgutil.walk_packages(phosres.__path__, "phosres.")]
    finder, runner = doctest.DocTestFinder(exclude_empty=True), doctest.DocTestRunner()
    told: list[str] = []
    with_examples = 0
    for name in names:
        if name == "phosres.__main__":
            continue
        for test in finder.find(importlib.import_module(name)):
            with_examples += bool(test.examples)
            runner.run(test, out=told.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(told)
    assert with_examples >= 10

"""Build wheel and sdist, install them as a user would, and use what was installed.

    python -m tests.packaging.check_wheel [--python PYTHON] [--lowest] [--with SPEC ...] [--sdist]
                                          [--tests PATH ...]

The package goes into a fresh environment outside the tree, with no developers' packages, and is
used from an empty folder, so that nothing of the sources can be found: doctor, the demo, exports,
what is said where an extra is missing. ``--lowest`` takes the lowest version of each direct
dependency, ``--with 'pandas==2.2.*'`` any other; ``--sdist`` installs the source distribution
instead of the wheel; ``--tests`` adds pytest and runs tests of the tree on what was installed.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
_SECONDS = 20 * 60
_NOT_OURS = "ignore::DeprecationWarning"
"""pandas 2.2.0, the lowest, warns of pyarrow when it is imported; 2.2.1 does not any more."""


def build(folder: Path) -> tuple[Path, Path]:
    """Build both distributions.

    Parameters
    ----------
    folder
        Where they go.

    Returns
    -------
    The wheel and the sdist.
    """
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    _run(command, ROOT)
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return wheel, sdist


def list_lowest() -> list[str]:
    """Return the lowest version of each direct dependency, as constraints for pip."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = [*project["dependencies"], *project["optional-dependencies"]["excel"]]
    found = [re.match(r"([A-Za-z0-9._-]+)>=([0-9.]+)", line) for line in named]
    return [f"{m[1]}=={m[2]}" for m in found if m]


def install(package: Path, folder: Path, python: str, constraints: list[str]) -> Path:
    """Install a distribution into a fresh environment.

    Parameters
    ----------
    package
        Wheel or sdist.
    folder
        Folder of the environment.
    python
        Interpreter it is made with.
    constraints
        Versions, as pip writes them.

    Returns
    -------
    Its interpreter.
    """
    _run([python, "-m", "venv", str(folder)], folder.parent)
    own = folder / "bin" / "python"
    listed = folder.parent / "constraints.txt"
    listed.write_text("\n".join(constraints) + "\n")
    _run([own, "-m", "pip", "install", "-q", "-c", str(listed), str(package)], folder.parent)
    return own


def use(python: Path, folder: Path) -> None:
    """Do what a new user does, from an empty folder.

    Parameters
    ----------
    python
        Interpreter of the environment.
    folder
        The empty folder.
    """
    folder.mkdir()
    phosres = [python, "-I", "-m", "phosres"]
    place = _run([python, "-I", "-c", "import phosres; print(phosres.__file__)"], folder)
    if str(ROOT) in place:
        raise SystemExit(f"the sources were found, not the installed package: {place}")
    print(_run([*phosres, "doctor"], folder))
    print(_run([*phosres, "demo", "--out", "demo"], folder))
    print(_run([*phosres, "export", "demo", "--to", "gct", "--out", "sites.gct"], folder))
    print(_run([*phosres, "export", "demo", "--to", "parquet", "--out", "tables"], folder))
    said = _run([*phosres, "export", "demo", "--to", "h5ad", "--out", "a.h5ad"], folder, code=2)
    if "pip install 'phosres[anndata]'" not in said:
        raise SystemExit(f"a missing extra is not named: {said}")
    print(said)


def _run(command: list[object], folder: Path, *, code: int = 0) -> str:
    done = subprocess.run(
        list(map(str, command)), cwd=folder, capture_output=True, text=True, timeout=_SECONDS
    )
    if done.returncode != code:
        shown = " ".join(map(str, command))
        raise SystemExit(f"{shown} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return (done.stdout + done.stderr).rstrip()


def main() -> None:
    """Build, install, use."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--lowest", action="store_true")
    parser.add_argument("--with", dest="constraints", action="append", default=[])
    parser.add_argument("--sdist", action="store_true")
    parser.add_argument("--tests", nargs="*", default=[])
    asked = parser.parse_args()
    constraints = [*(list_lowest() if asked.lowest else []), *asked.constraints]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheel, sdist = build(folder / "dist")
        python = install(sdist if asked.sdist else wheel, folder / "env", asked.python, constraints)
        use(python, folder / "empty")
        if asked.tests:
            pip = [python, "-m", "pip", "install", "-q", "-c", str(folder / "constraints.txt")]
            _run([*pip, "pytest>=8.2", "pytest-xdist>=3.6", "hypothesis>=6.100"], folder)
            # The tests, without the package beside them.
            with_tests = folder / "tree"
            for part in ("tests", "configs", "example_data", "docs"):
                shutil.copytree(ROOT / part, with_tests / part)
            for path in ("pyproject.toml", "README.md"):
                shutil.copy(ROOT / path, with_tests)
            quiet = ["-W", _NOT_OURS] if asked.lowest else []
            pytest = [python, "-m", "pytest", "-q", "-n", "0", *quiet, *asked.tests]
            print(_run(pytest, with_tests))
    print("installed and used as a user would: all is well")


if __name__ == "__main__":
    main()

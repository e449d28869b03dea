"""What is in the wheel and the sdist; `check_wheel` installs and uses them, which takes minutes."""

import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Wheel and sdist."""
    reason = "hatchling is not installed; pip install -e '.[test]'"
    wheels = pytest.importorskip("hatchling.builders.wheel", reason=reason)
    sdists = pytest.importorskip("hatchling.builders.sdist", reason=reason)
    folder = str(tmp_path_factory.mktemp("dist"))
    (wheel,) = wheels.WheelBuilder(str(ROOT)).build(directory=folder, versions=["standard"])
    (sdist,) = sdists.SdistBuilder(str(ROOT)).build(directory=folder, versions=["standard"])
    return Path(wheel), Path(sdist)


def names(wheel: Path) -> set[str]:
    """Files of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_the_whole_package_and_nothing_else(built: tuple[Path, Path]) -> None:
    """Code, tables, templates, the type marker and the demo; no tests, no data of others."""
    found = names(built[0])
    package = {
        p.relative_to(ROOT).as_posix()
        for p in (ROOT / "phosres").rglob("*")
        if p.is_file() and "__pycache__" not in p.parts
    }
    assert package <= found
    assert {"phosres/py.typed", "phosres/knowledge/sites.tsv"} <= found
    assert {"phosres/_demo/configs/demo.yaml", "phosres/_demo/example_data/samples.tsv"} <= found
    rest = found - package
    assert all(n.startswith(("phosres/_demo/", "phosres-")) for n in rest)


def test_the_wheel_says_what_it_needs_and_is(built: tuple[Path, Path]) -> None:
    """The command, the licence, bounds on every dependency."""
    with zipfile.ZipFile(built[0]) as archive:
        (path,) = [n for n in archive.namelist() if n.endswith("dist-info/METADATA")]
        said = Parser().parsestr(archive.read(path).decode())
        (scripts,) = [n for n in archive.namelist() if n.endswith("entry_points.txt")]
        assert "phosres = phosres.__main__:main" in archive.read(scripts).decode()
        assert any(n.endswith("licenses/LICENSE") for n in archive.namelist())
    assert said["License-Expression"] == "Apache-2.0"
    assert said["Requires-Python"] == ">=3.11"
    assert all(">=" in line for line in said.get_all("Requires-Dist"))
    assert "For research use only" in said.get_payload()


def test_the_sdist_holds_what_the_tests_need(built: tuple[Path, Path]) -> None:
    """Also the documentation and the example data."""
    with tarfile.open(built[1]) as archive:
        found = {n.partition("/")[2] for n in archive.getnames()}
    wanted = {"pyproject.toml", "README.md", "LICENSE", "CITATION.cff", "configs/demo.yaml"}
    assert wanted | {"tests/test_readme.py", "docs/architecture.md", "phosres/cli.py"} <= found
    assert not [n for n in found if n.startswith((".venv", "../")) or "__pycache__" in n]

"""``phosres doctor``: what an installation is made of, without what is private."""

import getpass
import os
import platform
import sys
import tempfile
from pathlib import Path

import pytest

import phosres
from phosres import doctor
from phosres.cli import main
from phosres.doctor import Requirement, examine, list_requirements


def test_this_installation_works(capsys: pytest.CaptureFixture[str]) -> None:
    """Plain lines with a mark each, all of what issue forms ask for, exit code 0."""
    assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line[:5] for line in lines} <= {"ok   ", "note "}
    named = {line[6:20].strip() for line in lines}
    wanted = {"phosres", "Python", "system", "knowledge", "numbers", "threads", "executors"}
    assert wanted | {"browser", "text", "temporary", "pandas", "numpy", "[excel]"} <= named


def test_no_user_machine_or_folder_is_named() -> None:
    """Unless one asks for folders."""
    text = "\n".join(map(str, examine()))
    private = (str(Path.home()), str(Path(phosres.__file__).parent), tempfile.gettempdir())
    for word in (*private, platform.node()):
        assert word not in text
    assert getpass.getuser() not in text.replace("browser", "").split()
    assert str(Path(phosres.__file__).parent) in "\n".join(map(str, examine(paths=True)))


def test_what_is_wrong_is_said_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A package that is missing, one that is too old, an extra that is not there; exit code 2."""
    versions = {"numpy": "1.20.0", "pandas": "", "openpyxl": "", "polars": "9.9"}
    own = Requirement.installed
    monkeypatch.setattr(
        Requirement, "installed", lambda self: versions.get(self.name, own(self) or "9.9")
    )
    lines = ["numpy>=1.26", "pandas<4,>=2.2", "polars>=2.1", "openpyxl>=3.1; extra == 'excel'"]
    monkeypatch.setattr(doctor.metadata, "requires", lambda _: lines)
    assert main(["doctor"]) == 2
    said = {line[6:20].strip(): line for line in capsys.readouterr().out.splitlines()}
    assert said["pandas"].endswith("missing: pip install 'pandas<4,>=2.2'")
    assert said["numpy"].startswith("WRONG")
    assert said["numpy"].endswith(
        "1.20.0, but phosres needs numpy>=1.26: pip install 'numpy>=1.26'"
    )
    assert said["polars"].startswith("ok")
    assert said["[excel]"] == "note  [excel]        missing openpyxl: pip install 'phosres[excel]'"


def test_a_probe_that_breaks_is_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a traceback, and without the folder its message names."""

    def broken() -> None:
        raise ImportError(f"cannot load '{os.sep}home{os.sep}someone{os.sep}lib.so'")

    monkeypatch.setattr(doctor, "_look_at_numbers", broken)
    (finding,) = [f for f in examine() if f.name == "numbers"]
    assert (finding.light, finding.text) == ("wrong", "ImportError: cannot load '(path)'")


@pytest.mark.parametrize(
    ("requirement", "version", "fits"),
    [
        ("pandas<4,>=2.2", "2.2.0", True),
        ("pandas<4,>=2.2", "4.0.0", False),
        ("pandas<4,>=2.2", "4.0.0rc1", False),
        ("pandas<4,>=2.2", "2.10.1", True),
        ("numpy>=1.26", "1.9.3", False),
        ("x==2.0", "2", True),
        ("x", "anything", True),
    ],
)
def test_bounds_are_compared_as_numbers(requirement: str, version: str, fits: bool) -> None:
    """2.10 is more than 2.2."""
    assert doctor._parse(requirement).fits(version) is fits


def test_requirements_are_those_of_the_metadata() -> None:
    """Names, bounds and extras."""
    found = {(r.name, r.extra) for r in list_requirements()}
    assert ("pandas", "") in found
    assert ("openpyxl", "excel") in found


def test_stdout_without_an_encoding_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in some notebooks."""
    monkeypatch.setattr(sys, "stdout", type("Bare", (), {"encoding": None})())
    assert next(f.text for f in examine() if f.name == "text").count("output none") == 1

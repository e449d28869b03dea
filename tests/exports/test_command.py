"""``phosres export``: what it says, what it refuses, what it leaves alone."""

from pathlib import Path

import numpy as np
import pytest

from phosres.cli import main
from phosres.cli_export import _FORMATS
from phosres.errors import ConfigError
from phosres.exports import FORMATS, export
from tests.exports.conftest import Small
from tests.exports.test_gct import parse


def test_the_help_names_every_format() -> None:
    """The list of the command line is that of the package."""
    assert list(FORMATS) == list(_FORMATS)


def test_losses_are_told(small: Small, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    """One line what was written, one line each reason."""
    assert main(["export", str(small.run), "--to", "gct", "--out", str(tmp_path / "a.gct")]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(f"wrote {tmp_path / 'a.gct'}: 118 rows x 4 columns, ")
    assert said[1:] == [
        "  1 peptidoforms left out: no complete 15-mer window around any of its sites",
        "  1 peptidoforms left out: another peptidoform stands for each of its sites",
    ]


def test_a_file_that_is_there_stays(small: Small, tmp_path: Path) -> None:
    """Unless --force; a folder of other files never goes."""
    out = tmp_path / "a.gct"
    out.write_text("mine")
    assert main(["export", str(small.run), "--to", "gct", "--out", str(out)]) == 2
    assert out.read_text() == "mine"
    export(small.run, "gct", out, force=True)
    assert out.read_bytes().startswith(b"#1.3\n")
    with pytest.raises(ConfigError, match="is a folder of other files"):
        export(small.run, "parquet", tmp_path, force=True)


@pytest.mark.parametrize(
    ("source", "to", "message"),
    [
        ("nowhere", "gct", "does not exist"),
        ("", "gct", "neither a result nor a batch"),
        ("run", "dataset", "a run cannot be exported to dataset"),
        ("run", "gtc", "there is no format 'gtc'.*\n.*did you mean 'gct'"),
    ],
)
def test_what_cannot_be_exported_is_said(
    small: Small, tmp_path: Path, source: str, to: str, message: str
) -> None:
    """Before anything is computed."""
    with pytest.raises(ConfigError, match=message):
        export(small.folder / source, to, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_values_of_a_run_need_its_folder_only(small: Small, tmp_path: Path) -> None:
    """Those of the folder are those of the configuration, with the digits of its tables."""
    export(small.run, "gct", tmp_path / "a.gct", what="measured")
    export(small.config, "gct", tmp_path / "b.gct")
    one, two = (parse((tmp_path / f"{n}.gct").read_bytes())[0] for n in "ab")
    assert list(one.index) == list(two.index)
    np.testing.assert_allclose(one, two, rtol=1e-5)


@pytest.mark.parametrize(("to", "package"), [("h5ad", "h5py"), ("xlsx", "openpyxl")])
def test_a_missing_extra_is_named(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to: str, package: str
) -> None:
    """With the command that installs it."""
    monkeypatch.setitem(__import__("sys").modules, package, None)
    extra = {"h5py": "anndata", "openpyxl": "excel"}[package]
    with pytest.raises(ConfigError, match=rf"(?s){package}.*pip install 'phosres\[{extra}\]'"):
        export(small.run, to, tmp_path / "out")
    assert not (tmp_path / "out").exists()

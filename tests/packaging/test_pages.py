"""What the pages tell a reader to do works."""

from pathlib import Path

import pytest

from phosres.config import load
from tests.packaging.pages import DOCS, blocks, follow

DESIGNS = [text for language, text in blocks(DOCS / "howto" / "designs.md") if language == "yaml"]
FILES = ("table.tsv", "samples.tsv", "rppa.tsv", "contrasts.tsv", "proteinGroups.txt")


def test_the_tutorial_ends_with_its_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From an empty folder; figures are left out here, `follow` alone draws them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("phosres.figures.render_all", lambda *_, **__: ())
    assert follow(DOCS / "tutorial.md") == 9
    page = (tmp_path / "results" / "report.html").read_text("utf-8")
    assert "gedatolisib" in page
    assert (tmp_path / "sites.gct").read_bytes().startswith(b"#1.3")


@pytest.mark.parametrize("text", DESIGNS, ids=lambda t: t.split()[1])
def test_every_design_is_a_configuration(text: str, tmp_path: Path) -> None:
    """Each loads, once its files are there."""
    for name in FILES:
        (tmp_path / name).write_text("x\n")
    (tmp_path / "noise_model.tsv").write_text("x\n")
    (tmp_path / "config.yaml").write_text(text)
    assert load(tmp_path / "config.yaml").name

"""Tables of a user's own reach every step of a run, and what is printed."""

from pathlib import Path

import pytest

from phosres import pipeline
from phosres.cli import main
from phosres.errors import ConfigError
from phosres.knowledge import load

TABLES = {
    "sites": "site_id\tgene\tuniprot\tresidue\tposition\twindow15\tpathway_sign\n"
    "GENE7_S16\tGENE7\tQ00007\tS\t16\tAAAAAAASAAAAAAA\t1\n",
    "sets": "id\tname\tmin_members\nMINE\tmy pathway\t1\n",
    "members": "set\tsite_id\tsign\nMINE\tGENE7_S16\t1\n",
    "drugs": "id\taliases\tclass\nmy-compound\tMC-1\tPI3K\n",
    "routes": "id\tname\trises\thypothesis\nMY_ROUTE\tmine\tMINE\tconsistent with my idea\n",
}


@pytest.fixture
def config(small, tmp_path: Path) -> Path:
    """A cohort with tables of one's own."""
    for name, text in TABLES.items():
        (tmp_path / f"my_{name}.tsv").write_text(text, "utf-8")
    keys = "".join(f"  {name}: my_{name}.tsv\n" for name in TABLES)
    return small(f"treatment:\n  drug: MC-1\nknowledge:\n{keys}")


def test_a_run_uses_the_tables_in_effect(config: Path) -> None:
    """The drug resolves, the site is found, the set is scored, the route is called, all hashed."""
    result = pipeline.run(config)
    calls, activities = result.table("calls"), result.table("activities")
    assert "my-compound" in result.calls["on"].drug
    assert (calls["call"] == "MY_ROUTE").any()
    mine = activities[(activities["set"] == "MINE") & (activities["level"] == "cohort")]
    assert mine["n_measured"].tolist() == [1]
    assert (result.table("trace")["name"] == "MINE").any()
    assert result.provenance["knowledge"] != load().content_hash
    assert any(path.endswith("my_sets.tsv") for path in result.provenance["inputs"])


def test_what_is_in_effect_can_be_printed(config: Path, capsys) -> None:
    """show and check take the tables of a configuration."""
    assert main(["show", "drugs", "mc-1", "--config", str(config)]) == 0
    assert capsys.readouterr().out.startswith("id          my-compound")
    assert main(["show", "drugs", "mc-1"]) == 2
    assert "is not known" in capsys.readouterr().err
    assert main(["check", str(config)]) == 0
    assert "my-compound" in capsys.readouterr().out


def test_mistakes_are_told_with_those_of_the_configuration(config: Path, tmp_path: Path) -> None:
    """A wrong key of the configuration and wrong rows of two tables, at once."""
    (tmp_path / "my_members.tsv").write_text("set\tsite_id\tsign\nMINE\tNO_S1\t2\n", "utf-8")
    (tmp_path / "my_drugs.tsv").write_text("id\tclass\nx\tNOCLASS\n", "utf-8")
    config.write_text(config.read_text() + "  pathways: my_sets.tsv\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        pipeline.check(config)
    text = str(caught.value)
    for part in (
        "knowledge.pathways: unknown key",
        "my_members.tsv:2 [site_id]: 'NO_S1' is not defined",
        "my_members.tsv:2 [sign]: '2' is not allowed",
        "my_drugs.tsv:2 [class]: 'NOCLASS' is not defined",
    ):
        assert part in text, part

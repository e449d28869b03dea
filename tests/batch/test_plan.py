"""What a batch is to run: configurations, folders and sheets, with every problem said."""

import re
from pathlib import Path

import pytest

from phosres.batch import plan, take_shard
from phosres.batch._keys import Hasher, describe, make_key
from phosres.errors import ConfigError
from tests.batch.conftest import write_sheet


def test_a_row_of_a_sheet_overrides_keys_of_its_configuration(cohort: Path) -> None:
    """Empty cells leave the key; numbers are numbers; paths are relative to where they stand."""
    (cohort / "sheets").mkdir()
    sheet = cohort / "sheets" / "runs.csv"
    sheet.write_text(
        "config,name,statistics.alpha,input.samples,design.on\n"
        '../base.yaml,a,0.01,../samples.tsv,"[""on""]"\n'
        "../base.yaml,2,,,\n"
    )
    a, b = plan([sheet])
    assert (a.run, b.run) == ("a", "2")
    assert a.config
    assert b.config
    assert (a.config.statistics.alpha, b.config.statistics.alpha) == (0.01, 0.05)
    assert a.config.input.samples == b.config.input.samples == (cohort / "samples.tsv").resolve()
    assert a.config.design.on == ("on",)
    assert a.source == f"{sheet}:2"


def test_a_row_needs_no_configuration(cohort: Path) -> None:
    """Every required key may be a column."""
    sheet = cohort / "runs.tsv"
    sheet.write_text(
        "name\tinput.table\tinput.samples\tdesign.pre\tdesign.on\n"
        "x\ttable.tsv\tsamples.tsv\tpre\ton\n"
    )
    (entry,) = plan([sheet])
    assert entry.config
    assert entry.config.design.pre == ("pre",)


def test_a_folder_gives_its_configurations_in_order(cohort: Path) -> None:
    """Other files in it are not configurations."""
    text = (cohort / "base.yaml").read_text()
    for name in ("b", "a"):
        (cohort / f"{name}.yaml").write_text(text.replace("name: base", f"name: {name}"))
    assert [e.run for e in plan([cohort])] == ["a", "b", "base"]


def test_a_configuration_that_cannot_be_used_is_an_entry_with_its_problems(cohort: Path) -> None:
    """The others are not its affair; the row is named."""
    sheet = write_sheet(cohort, "base.yaml\tgood\t\t", "base.yaml\tbad one\tnodrug\t7")
    good, bad = plan([sheet])
    assert good.config is not None
    assert (bad.run, bad.config) == ("bad_one", None)
    assert {p.line for p in bad.problems} == {3}
    text = "\n".join(map(str, bad.problems))
    assert "name: found 'bad one'" in text
    assert "treatment.drug: the drug 'nodrug' is not known" in text
    assert "statistics.alpha: found 7" in text


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("config\tnmae\nbase.yaml\tx\n", "unknown column 'nmae'"),
        ("config\tname\tname\nbase.yaml\tx\ty\n", "the column 'name' is there 2 times"),
        ("config\tname\nbase.yaml\tx\ty\n", "the row has 3 cells, the header has 2"),
        ("config\tname\nbase.yaml\tx\nbase.yaml\tX\n", "2 runs are named 'x'"),
        ("config\tname\n", "there is nothing to run"),
    ],
)
def test_a_sheet_that_cannot_be_understood_is_refused(
    cohort: Path, content: str, expected: str
) -> None:
    """Before anything is computed."""
    (cohort / "runs.tsv").write_text(content)
    with pytest.raises(ConfigError, match=expected):
        plan([Path("runs.tsv")])


def test_sources_that_are_not_there_are_named(cohort: Path) -> None:
    """All of them at once."""
    with pytest.raises(ConfigError) as caught:
        plan([Path("gone.yaml"), Path("gone.tsv"), Path("samples.tsv").parent / "none"])
    assert len(caught.value.problems) == 3


def test_shards_are_a_partition(cohort: Path) -> None:
    """Every run is in one part."""
    sheet = write_sheet(cohort, *(f"base.yaml\tr{i}\t\t" for i in range(7)))
    entries = plan([sheet])
    parts = [take_shard(entries, f"{i}/3") for i in (1, 2, 3)]
    assert sorted(e.run for part in parts for e in part) == [e.run for e in entries]
    assert [len(p) for p in parts] == [3, 2, 2]


def test_a_key_depends_on_every_file_that_is_read(cohort: Path) -> None:
    """Those the configuration names, and an annotation beside the table; not on other files."""

    def key() -> str:
        (entry,) = plan([Path("base.yaml")])
        assert entry.config is not None
        return make_key(describe(entry.config, {}, Hasher()))

    before = key()
    (cohort / "notes.md").write_text("nothing phosres reads")
    assert key() == before
    seen = {before}
    for name in ("table.tsv", "samples.tsv", "annotation.csv"):
        with (cohort / name).open("a") as stream:
            stream.write("\n")
        seen.add(key())
    assert len(seen) == 4


@pytest.mark.parametrize("shard", ["0/3", "4/3", "1", "a/b", "1/0", "-1/3", ""])
def test_shards_that_are_none_are_refused(shard: str) -> None:
    """The message says what is expected."""
    with pytest.raises(ConfigError, match="expected i/n"):
        take_shard((), shard)


def test_hostile_names_are_runs_that_fail_by_themselves(cohort: Path) -> None:
    """None is the name of a folder, none keeps the others from running, all are told apart."""
    names = [
        "../../escape", "..", "/etc/passwd", "CON", "nul.txt", "=1+1", "@SUM(A1)", "<script>",
        "$\\frac{$", "{{7*7}}", "a" * 300, "\u202eevil", "😀", "a b",
    ]  # fmt: skip
    rows = "".join(f"base.yaml\t{name}\n" for name in [*names, "good", "run"])
    (cohort / "runs.tsv").write_text(f"config\tname\n{rows}")
    entries = plan([Path("runs.tsv")])
    assert [e.run for e in entries if e.config] == ["good", "run"]
    assert all(e.problems for e in entries if e.config is None)
    assert len({e.run.casefold() for e in entries}) == len(names) + 2
    usable = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,68}")
    assert all(usable.fullmatch(e.run) for e in entries)
    assert "no name for a folder on Windows" in entries[3].problems[0].message


def test_a_sheet_larger_than_any_is_not_read(cohort: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is another file."""
    monkeypatch.setattr("phosres.batch._plan._MOST_BYTES", 10)
    (cohort / "runs.tsv").write_text("config\tname\n")
    with pytest.raises(ConfigError, match="found 12 bytes, expected at most 10"):
        plan([Path("runs.tsv")])


def test_a_cell_longer_than_any_is_refused(cohort: Path) -> None:
    """With its row."""
    (cohort / "runs.tsv").write_text("config\n" + 200_000 * "x" + "\n")
    with pytest.raises(ConfigError, match=r"runs\.tsv:2: cannot be read: field larger"):
        plan([Path("runs.tsv")])

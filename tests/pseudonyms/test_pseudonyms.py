"""No id of a person leaves a run that has pseudonyms: not in a file, name, page or message."""

import csv
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from phosres import pipeline
from phosres.cli import main
from phosres.config import load, load_names
from phosres.errors import ConfigError, DataError
from phosres.knowledge import load as load_knowledge
from phosres.pseudonyms import Names, find_personal, open_names, warn_of_ids

KNOWN = load_knowledge()
PEOPLE = {"Erika Mustermann": "P001", "4711-0815": "P002"}
SAMPLES = {
    "Mustermann, E. 1962-05-04 pre": ("Erika Mustermann", "pre"),
    "Mustermann, E. 1962-05-04 on": ("Erika Mustermann", "on"),
    "mrn47110815_a": ("4711-0815", "pre"),
    "mrn47110815_b": ("4711-0815", "on"),
}
TELLTALE = re.compile(rb"muster|erika|4711\W?0815|1962-05|secret-of-the-ward", re.IGNORECASE)


def write_study(folder: Path, extra: str = "  pseudonyms: who.tsv\n") -> Path:
    """A study whose folder, files, run, sheet and table all say who the patients are."""
    rng = np.random.default_rng(0)
    values = rng.normal(22, 2, (120, 1)) + rng.normal(0, 0.2, (120, 4))
    frame = pd.DataFrame(2**values, columns=list(SAMPLES)).round(0)
    frame.insert(0, "Gene", ["RPS6", "RPS6", *(f"GENE{i}" for i in range(118))])
    frame.insert(1, "Site", ["S235;S236", "S240;S244", *(f"S{i + 10}" for i in range(118))])
    frame.to_csv(folder / "Erika_Mustermann.tsv", sep="\t", index=False)
    rows = [f"{s}\t{who}\t{side}\tErika's sister" for s, (who, side) in SAMPLES.items()]
    sheet = "\n".join(["sample\tsubject\tcondition\trelative", *rows])
    (folder / "samples_mrn47110815_a.tsv").write_text(f"{sheet}\n")
    names = ["id\tpseudonym", *(f"{k}\t{v}" for k, v in PEOPLE.items())]
    (folder / "who.tsv").write_text("\n".join(names) + "\n")
    (folder / "ward.key").write_text("secret-of-the-ward-0123456789\n")
    for name in ("who.tsv", "ward.key"):
        (folder / name).chmod(0o600)
    config = folder / "Erika_Mustermann.yaml"
    config.write_text(
        "name: Erika_Mustermann\n"
        "input:\n  table: Erika_Mustermann.tsv\n  samples: samples_mrn47110815_a.tsv\n"
        "  columns: {gene: Gene, site: Site}\n" + extra + "design:\n  pre: pre\n  on: 'on'\n"
        "normalization:\n  audit: false\nreport:\n  title: Mustermann Erika, and 4711-0815\n"
    )
    return config


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The study in the current folder, whose name says nothing."""
    monkeypatch.chdir(tmp_path)
    return write_study(tmp_path)


def read(path: Path) -> list[dict[str, str]]:
    """Rows of a TSV."""
    return list(csv.DictReader(path.read_text().splitlines(), delimiter="\t"))


def leaks(folder: Path) -> list[str]:
    """Names and files below a folder that tell who somebody is."""
    found = [p for p in folder.rglob("*") if TELLTALE.search(str(p.relative_to(folder)).encode())]
    files = (p for p in folder.rglob("*") if p.is_file())
    return [str(p) for p in [*found, *(p for p in files if TELLTALE.search(p.read_bytes()))]]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A run with figures and a batch, with a failing row, and all that was said."""
    folder = tmp_path_factory.mktemp("study")
    write_study(folder)
    bad = (folder / "Erika_Mustermann.tsv").read_text().splitlines()
    bad[5] = "\t".join(["x" if i == 2 else c for i, c in enumerate(bad[5].split("\t"))])
    (folder / "bad.tsv").write_text("\n".join(bad))
    (folder / "runs.tsv").write_text(
        "config\tname\tinput.table\treport.figures\tinput.pseudonyms\tinput.pseudonym_key\n"
        "Erika_Mustermann.yaml\t\t\t\t\t\n"
        "Erika_Mustermann.yaml\tmrn47110815_a\tbad.tsv\tfalse\t\t\n"
        "Erika_Mustermann.yaml\t4711-0815\tErika_Mustermann.txt\tfalse\t\t\n"
    )
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr("click.echo", lambda text, **_: said.append(str(text)))
        assert main(["batch", "runs.tsv", "--out", "out", "--executor", "serial"]) == 3
        assert main(["explain", "out", "P001"]) == 0
    return folder, "\n".join(said)


def test_nothing_that_is_written_or_said_tells_who_somebody_is(results: tuple[Path, str]) -> None:
    """Names of folders, tables, pages, figures, records, plan, units, errors, messages."""
    folder, said = results
    out = folder / "out"
    assert leaks(out) == []
    assert not TELLTALE.search(said.encode())
    assert (out / "runs" / "P001" / "report.html").is_file()
    assert len(list((out / "runs" / "P001" / "figures").glob("*.svg"))) > 5
    runs = read(out / "tables" / "runs.tsv")
    assert [(r["run"], r["state"]) for r in runs] == [
        ("P001", "ok"),
        ("P002_1", "failed"),
        ("P002", "failed"),
    ]
    assert "bad.tsv:6 [P001_1]: 'x' is not a number" in runs[1]["reason"]
    assert "there is no file 'P001.txt' (the table)" in runs[2]["reason"]


def test_the_pseudonyms_are_in_their_place(results: tuple[Path, str]) -> None:
    """Subjects as listed, samples numbered within them, in tables and on the page."""
    tables = results[0] / "out" / "runs" / "P001" / "tables"
    rows = read(tables / "readouts.tsv")
    assert {r["subject"] for r in rows} == {"", "P001", "P002"}
    page = (tables.parent / "report.html").read_text()
    assert "P001_2" in page
    assert "Subjects and samples bear pseudonyms" in page


def test_a_secret_makes_the_same_pseudonyms_wherever_it_is_used(study: Path) -> None:
    """And other ones with another secret; the ids are not in them."""
    text = study.read_text().replace("pseudonyms: who.tsv", "pseudonym_key: ward.key")
    study.write_text(text)
    first = load_names(load(study))
    sheet = study.parent / "samples_mrn47110815_a.tsv"
    lines = sheet.read_text().splitlines()
    sheet.write_text("\n".join([lines[0], *reversed(lines[1:])]))
    turned = load_names(load(study))
    assert dict(turned.subjects) == dict(first.subjects)
    assert dict(turned.samples) == dict(first.samples)
    assert all(re.fullmatch(r"p[a-z2-7]{9}", p) for p in first.subjects.values())
    (study.parent / "ward.key").write_text("another-secret-0123456789")
    other = load_names(load(study))
    assert not set(other.subjects.values()) & set(first.subjects.values())
    assert main(["check", str(study)]) == 0


def test_the_numbers_do_not_depend_on_the_names(study: Path) -> None:
    """The same table with and without pseudonyms, values sample by sample."""
    hidden = pipeline.read_configured(load(study), KNOWN)
    study.write_text(study.read_text().replace("  pseudonyms: who.tsv\n", ""))
    open_ = pipeline.read_configured(load(study), KNOWN)
    np.testing.assert_array_equal(hidden.values.to_numpy(), open_.values.to_numpy())
    assert list(hidden.samples.index) == ["P001_1", "P001_2", "P002_1", "P002_2"]
    assert list(hidden.samples["subject"]) == ["P001", "P001", "P002", "P002"]
    assert "relative" in open_.samples
    assert "relative" not in hidden.samples
    assert any("look as if they tell who somebody is" in w for w in open_.warnings)
    assert not any("look as if" in w for w in hidden.warnings)


def test_total_protein_is_found_under_the_names_of_its_file(study: Path) -> None:
    """Pseudonyms are put on after the columns have been found."""
    sheet = study.parent / "samples_mrn47110815_a.tsv"
    lines = sheet.read_text().splitlines()
    names = [f"prot {i} Erika" for i in range(4)]
    rows = [f"{line}\t{name}" for line, name in zip(lines[1:], names, strict=True)]
    sheet.write_text("\n".join([f"{lines[0]}\tprotein_sample", *rows]))
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(2 ** rng.normal(24, 1, (60, 4)), columns=names)
    frame.insert(0, "Gene", ["RPS6", *(f"GENE{i}" for i in range(59))])
    frame.to_csv(study.parent / "proteins.tsv", sep="\t", index=False)
    text = study.read_text()
    study.write_text(text.replace("  columns:", "  protein_table: proteins.tsv\n  columns:"))
    settings = load(study)
    table = pipeline.read_configured(settings, KNOWN)
    proteome = pipeline.read_proteome(settings, table)
    assert proteome is not None
    assert list(proteome.samples.index) == list(table.samples.index)
    assert not TELLTALE.search(repr(proteome.history).encode())


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["id\tname", "a\tb"], "lacks a column"),
        (["id\tpseudonym", "Erika Mustermann\t../x"], "who.tsv:2: the pseudonym cannot be"),
        (["id\tpseudonym", "a\tX", "b\tx"], "who.tsv:3: row 2 has the same pseudonym"),
        (["id\tpseudonym", "a\tX", "a\tY"], "who.tsv:3: the id is there already"),
        (["id\tpseudonym", "a\tX", "x\tY"], "the pseudonym is the id of a row"),
        (["id\tpseudonym", "a\t"], "who.tsv:2: the id or its pseudonym is blank"),
        (["id\tpseudonym", "Erika Mustermann\tA"], "a.tsv:4 [subject]: the subject of this row"),
    ],
)
def test_a_table_of_pseudonyms_that_cannot_be_used_is_explained(
    study: Path, capsys: pytest.CaptureFixture[str], rows: list[str], said: str
) -> None:
    """With file and row, and without the id."""
    (study.parent / "who.tsv").write_text("\n".join(rows))
    assert main(["check", "Erika_Mustermann.yaml"]) in (2, 3)
    err = capsys.readouterr().err
    assert said in err
    assert "4711" not in err.replace("samples_mrn47110815_a", "")


def test_wrong_secrets_are_explained(study: Path) -> None:
    """Too short, or not there, or both ways at once."""
    (study.parent / "ward.key").write_text("short")
    with pytest.raises(ConfigError, match="the secret has 5 bytes, expected 16 to 4096"):
        open_names(None, key=study.parent / "ward.key")
    study.write_text(
        study.read_text().replace("pseudonyms: who", "pseudonym_key: ward.key\n  pseudonyms: who")
    )
    with pytest.raises(ConfigError, match="is there beside input"):
        load(study)


def test_an_out_folder_that_names_somebody_is_refused(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a run and of a batch; the default folder bears the pseudonym."""
    for command in (["run", study.name], ["batch", study.name]):
        assert main([*command, "--out", "erika.mustermann"]) == 2
        assert "--out holds an id that was to be replaced" in capsys.readouterr().err
    assert load(study).name == "P001"


def test_an_error_names_no_column_that_no_sheet_lists(study: Path) -> None:
    """A sample of the table that nobody gave a pseudonym, in a hint."""
    sheet = study.parent / "samples_mrn47110815_a.tsv"
    sheet.write_text(sheet.read_text().replace("mrn47110815_b", "mrn47110815_c"))
    with pytest.raises(DataError) as caught:
        pipeline.read_configured(load(study), KNOWN)
    assert not TELLTALE.search(str(caught.value).encode())
    assert ":5" in str(caught.value)


def test_text_is_replaced_whatever_joins_and_cases_an_id() -> None:
    """Words and parts of words that are no id stay."""
    names = Names(
        {"Anna-Lena Öz": "P1", "S6": "P2", "pre": "P3", "12345": "P4"}, words=frozenset({"pre"})
    )
    assert names.redact("/data/anna_lena.öz/x.tsv") == "/data/P1/x.tsv"
    assert names.redact("Anna-Lena O\u0308z2 and anna lena öz") == "Anna-Lena Öz2 and P1"
    assert names.redact("S6_S235_S236 of subject 'S6'") == "S6_S235_S236 of subject 'P2'"
    assert names.redact("pre 12345 and 0123456") == "pre P4 and 0123456"
    assert names.clean({"S6": ["'S6'", 3, None]}) == {"S6": ["'P2'", 3, None]}
    assert Names().redact("anything") == "anything"


def test_a_bug_is_reported_without_ids() -> None:
    """An error of any kind loses its words, not its place."""
    names = Names({"Erika": "P001"})
    with pytest.raises(RuntimeError, match="KeyError: 'P001'") as caught, names.hiding():
        raise KeyError("Erika")
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("id_", "kind"),
    [
        ("a.b@clinic.example", "an e-mail address"),
        ("P3_1962-05-04", "a date"),
        ("19620504", "a date"),
        ("4.5.1962", "a date"),
        ("05/04/62", "a date"),
        ("MRN 4711081", "a record number (seven digits or more)"),
        ("Erika Mustermann", "a name"),
        ("Mustermann, Erika", "a name"),
        ("Mustermann_Erika_pre", "a name"),
        ("Müller-Lüdenscheidt Øyvind", "a name"),
        *((plain, "") for plain in (
            "P001", "C3L-00001", "TCGA-AO-A12D", "GSM1234567", "Tumour Left", "HCC827_pre_1",
            "Control_Mouse_3", "SAMN12345678", "2022_batch_3", "MCF7 Palbociclib", "20",
        )),
    ],
)  # fmt: skip
def test_ids_that_look_personal_are_told_from_those_that_do_not(id_: str, kind: str) -> None:
    """The heuristics, one by one."""
    assert find_personal(id_) == kind


def test_formulas_are_warned_of_and_written_as_they_are(study: Path) -> None:
    """The table holds the name; the page shows it as text; a sentence says so."""
    formula = "=HYPERLINK(1)"
    sheet = study.parent / "samples_mrn47110815_a.tsv"
    sheet.write_text(sheet.read_text().replace("4711-0815", formula))
    text = study.read_text().replace("  pseudonyms: who.tsv\n", "") + "  figures: false\n"
    study.write_text(text)
    result = pipeline.run(load(study))
    files, failed = pipeline.assemble(result)
    assert failed == ()
    assert f"\t{formula}\t".encode() in files["tables/readouts.tsv"]
    assert any("a spreadsheet may take for a formula" in w for w in result.raw.warnings)
    assert warn_of_ids({"sample": ["-a", "b"]})[0].startswith("1 of 2 sample names begin with =")


def test_ids_cannot_leave_the_folder(study: Path) -> None:
    """Names that are paths stay cells of tables."""
    sheet = study.parent / "samples_mrn47110815_a.tsv"
    sheet.write_text(sheet.read_text().replace("4711-0815", "../../out"))
    text = study.read_text().replace("  pseudonyms: who.tsv\n", "") + "  figures: false\n"
    study.write_text(text)
    files, _ = pipeline.assemble(pipeline.run(load(study)))
    assert not [name for name in files if ".." in name or name.startswith("/")]

"""The result folder: the files and columns that other people's scripts rely on."""

import hashlib
import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from phosres import pipeline, store
from phosres.columns import SCHEMAS

CONTRACT = {
    "sites": "contrast level subject feature gene protein site multiplicity log2fc se df t p q",
    "readouts": "contrast level subject readout complex status log2fc ci_low ci_high p q "
    "n_features features reason",
    "activities": "contrast level subject set kind score se z p q status n_measured n_members",
    "calls": "contrast level subject call kind status grade sites reason hypothesis source",
}
"""First columns of the tables, in order: the interface contract."""


def snapshot(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}


def test_every_file_of_the_contract_is_there(demo) -> None:
    """Report, figures in four forms, tables, and the files that say how it was made."""
    files = set(snapshot(demo.folder))
    assert demo.failed == ()
    assert {"report.html", "run.json", "config.resolved.yaml", "MANIFEST.sha256"} <= files
    assert {f"tables/{name}.tsv" for name in (*SCHEMAS, "audit")} <= files
    drawn = {Path(f).stem for f in files if f.startswith("figures/")}
    assert len(drawn) >= 8
    assert {f for f in files if f.startswith("figures/")} == {
        f"figures/{name}.{kind}" for name in drawn for kind in ("svg", "png", "pdf", "tsv")
    }


def test_the_manifest_holds_every_file_but_those_with_times(demo) -> None:
    """Each checksum is right; the manifest itself and the files that hold times are out."""
    files = snapshot(demo.folder)
    lines = files["MANIFEST.sha256"].decode().splitlines()
    listed = {line[66:]: line[:64] for line in lines}
    assert set(listed) == set(files) - {"MANIFEST.sha256", "run.json", "ro-crate-metadata.json"}
    for name, checksum in listed.items():
        assert hashlib.sha256(files[name]).hexdigest() == checksum, name


@pytest.mark.parametrize("name", list(CONTRACT))
def test_the_first_columns_are_the_contract(demo, name: str) -> None:
    """Scripts that read by place or by name find what they rely on, in order."""
    wanted = CONTRACT[name].split()
    header = (demo.folder / "tables" / f"{name}.tsv").read_text("utf-8").partition("\n")[0]
    assert header.split("\t")[: len(wanted)] == wanted


@pytest.mark.parametrize("name", list(SCHEMAS))
def test_tables_read_back_as_they_were(demo, name: str) -> None:
    """A written table read by pandas has the rows, texts and (to 6 digits) numbers of the run."""
    table = demo.result.table(name)
    back = pd.read_csv(
        demo.folder / "tables" / f"{name}.tsv", sep="\t", keep_default_na=False, dtype=str
    )
    assert back.columns.tolist() == SCHEMAS[name].names
    assert len(back) == len(table)
    for column in SCHEMAS[name]:
        if column.kind == "text":
            assert back[column.name].tolist() == table[column.name].tolist(), column.name
        elif column.kind == "number":
            numbers = back[column.name].replace("", "nan").astype(float)
            np.testing.assert_allclose(numbers, table[column.name], rtol=1e-5, atol=1e-300)


def test_no_path_of_this_machine_is_in_the_tables(demo) -> None:
    """Tables of a run are the same wherever it was run: no absolute path in them."""
    root = str(Path(__file__).parents[2])
    files = snapshot(demo.folder)
    assert [n for n in files if n.startswith("tables/") and root.encode() in files[n]] == []


def test_run_json_is_plain_json(demo) -> None:
    """Versions, inputs, arguments, seed, times and what failed."""
    kept = json.loads((demo.folder / "run.json").read_text("utf-8"))
    assert {"versions", "inputs", "knowledge", "argv", "seed", "seconds", "failed"} <= set(kept)
    assert kept["failed"] == []
    assert "report" in kept["seconds"]


def test_figures_are_what_their_names_say(demo) -> None:
    """SVG is XML, PNG and PDF are that, and the table behind a figure has a header and rows."""
    for path in (demo.folder / "figures").iterdir():
        content = path.read_bytes()
        if path.suffix == ".png":
            assert content.startswith(b"\x89PNG")
        elif path.suffix == ".svg":
            assert ElementTree.fromstring(content).tag == "{http://www.w3.org/2000/svg}svg"
        elif path.suffix == ".pdf":
            assert content.startswith(b"%PDF-")
        else:
            assert content.count(b"\n") > 1, path.name


def test_the_report_is_self_contained(demo) -> None:
    """One page, nothing fetched from anywhere, with the calls and for research use only."""
    page = (demo.folder / "report.html").read_text("utf-8")
    assert page.lstrip().lower().startswith("<!doctype html>")
    for outside in ('src="http', "src='http", "@import", '<link rel="stylesheet"'):
        assert outside not in page
    assert "esearch use only" in page
    for path in (demo.folder / "figures").glob("*.svg"):
        assert f'id="figure-{path.stem}"' in page
    assert page.count('src="data:image/') >= 8


def test_the_resolved_configuration_repeats_the_run(demo) -> None:
    """config.resolved.yaml runs from anywhere and gives every table byte for byte."""
    again = pipeline.run(demo.folder / "config.resolved.yaml")
    for name in SCHEMAS:
        assert store.format_tsv(again.table(name)) == store.format_tsv(demo.result.table(name))
    assert store.format_tsv(again.audit.readouts) == store.format_tsv(demo.result.audit.readouts)


def test_writing_again_changes_the_files_with_times_only(demo) -> None:
    """The same result written over itself is the same folder, figures and report included."""
    before = snapshot(demo.folder)
    assert pipeline.write(demo.result, demo.folder) == ()
    after = snapshot(demo.folder)
    assert set(after) == set(before)
    assert {n for n in after if after[n] != before[n]} <= {"run.json", "ro-crate-metadata.json"}
    assert not [p for p in demo.folder.parent.iterdir() if p.name.startswith(".")]

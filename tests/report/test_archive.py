"""A run written to its folder and read back gives the same tables, figures and pages."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from phosres import archive, figures, pipeline, report, store
from phosres.columns import SCHEMAS
from phosres.errors import ConfigError, DataError
from phosres.results import RunResult

Make = Callable[..., RunResult]
NOT_KEPT = ("source_rows", "protein_correction", "family", "sets_selected", "peptide")
"""Texts of single features: they are in sites.tsv, and no page shows them."""


def read_back(result: RunResult) -> RunResult:
    """Write a run and read it back."""
    return archive.read_run(archive.format_run(result), result.provenance)


@pytest.fixture(scope="module")
def folder(make_run: Make, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result folder without pages and figures."""
    result = make_run(contrasts=("late", "early"))
    provenance = {"versions": {"phosres": "0"}, "inputs": {}, "started": "", "failed": []}
    result = replace(result, provenance=dict(result.provenance) | provenance)
    files = archive.format_run(result)
    files[store.RUN] = store.format_json(result.provenance)
    files[store.CRATE] = b"{}\n"
    top = tmp_path_factory.mktemp("archive") / "out"
    store.commit(top, files)
    return top


@pytest.mark.parametrize("name", list(SCHEMAS))
def test_every_table_reads_back_as_it_was_written(make_run: Make, name: str) -> None:
    """The same bytes again, but for texts of single features that no page shows."""
    result = make_run(contrasts=("late", "early"))  # not in the order of the alphabet
    ours, back = result.table(name), read_back(result).table(name)
    shown = [c for c in ours if name != "sites" or c not in NOT_KEPT]
    assert store.format_tsv(back[shown]) == store.format_tsv(ours[shown])


def test_values_and_what_was_done_to_them_read_back(make_run: Make) -> None:
    """The matrix, what it was before normalisation, the sheet, history, losses and arms."""
    result = make_run()
    back = read_back(result)
    assert np.allclose(back.normalized.values, result.normalized.values)
    assert np.allclose(back.raw.values, result.normalized.values + 0.1)
    assert back.normalized.samples["subject"].tolist() == ["P1", "P1", "P2", "P2", "P3", "P3"]
    assert back.normalized.warnings == ("read this",)
    assert back.normalized.losses == result.normalized.losses
    for ours, theirs in zip(result.contrasts.values(), back.contrasts.values(), strict=True):
        assert theirs.arms.astype(str).equals(ours.arms.astype(str).rename_axis(None))
        assert [e.method for e in theirs.effects] == [e.method for e in ours.effects]


def test_folders_do_not_reach_the_record(make_run: Make) -> None:
    """The record names the table, not where it lay."""
    result = make_run()
    source = replace(result.normalized.source, path="/home/me/tumours.tsv")
    step = replace(result.normalized.history[0], text="read 72 rows of /home/me/tumours.tsv")
    table = replace(result.normalized, source=source, history=(step,))
    record = archive.format_run(replace(result, normalized=table))[archive.RECORD].decode()
    assert "/home/me" not in record
    assert "72 rows of tumours.tsv" in record


@pytest.mark.parametrize(
    "subject",
    ['="1"', "a\tb", "a\nb", "tab'\"quote", "\u202egnp", "x" * 500, "$x_1$", "NA", " ", "0012"],
)
def test_hostile_names_read_back(make_run: Make, subject: str) -> None:
    """Quotes, tabs, formulas and words that look like nothing stay the names they are."""
    back = read_back(make_run(subjects=(subject, "other"), n_features=10))
    assert back.contrasts["on"].subjects[1] == "other"
    assert len(back.normalized.samples) == 4
    assert back.table("calls")["subject"].nunique() == 3


def test_names_that_a_table_cannot_tell_apart_are_numbered(make_run: Make) -> None:
    """Two samples whose names differ in a control character only are still two samples."""
    back = read_back(make_run(subjects=("a\x01b", "a\x02b")))
    assert back.normalized.samples.index[2] == "a b_pre (2)"


def test_a_page_made_again_is_the_same_page(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice from the folder: every file but those with times; figures and pages are replaced."""
    monkeypatch.setattr("phosres.figures._render.FIGURES", figures.FIGURES[:2])  # all take longer
    first, second = tmp_path / "first", tmp_path / "second"
    shutil.copytree(folder, first)
    pipeline.render_again(first)
    shutil.copytree(first, second)
    (second / "report.html").write_text("spoilt")
    (second / "notes.txt").write_text("mine")
    pipeline.render_again(second)
    assert (second / "notes.txt").read_text() == "mine"
    assert store.check(second) == []
    before, after = store.read_manifest(first), store.read_manifest(second)
    assert before == after
    assert {n: h for n, h in after.items() if n.startswith("tables/")} == {
        n: h for n, h in store.read_manifest(folder).items() if n.startswith("tables/")
    }


def test_what_is_not_a_run_is_refused(tmp_path: Path) -> None:
    """An empty folder, a missing one, and the result of a version without a record."""
    for path in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(ConfigError, match="not the result folder of a run"):
            pipeline.render_again(path)
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "readouts.tsv").write_text("contrast\n")
    with pytest.raises(ConfigError, match="older version"):
        pipeline.render_again(tmp_path)


@pytest.mark.parametrize("damage", ["shorten", "remove", "garble"])
def test_damaged_folders_are_refused_and_left_alone(
    folder: Path, tmp_path: Path, damage: str
) -> None:
    """A table that lost rows or is gone, and a record that is no JSON: one message each."""
    top = tmp_path / "run"
    shutil.copytree(folder, top)
    sites = top / "tables" / "sites.tsv"
    if damage == "shorten":
        sites.write_bytes(b"\n".join(sites.read_bytes().split(b"\n")[:50]) + b"\n")
    elif damage == "remove":
        sites.unlink()
    else:
        (top / archive.RECORD).write_text("{")
    before = sorted(p.name for p in top.rglob("*"))
    with pytest.raises(DataError):
        pipeline.render_again(top)
    assert sorted(p.name for p in top.rglob("*")) == before


def test_pdf_without_a_browser_is_refused_before_anything_is_made(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names what to install, and what to do without it."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ConfigError, match="needs Chromium") as caught:
        pipeline.render_again(folder, pdf=True)
    assert "print it to PDF" in str(caught.value)
    assert not (folder / "report.html").exists()


def test_a_browser_that_does_not_print_is_said(tmp_path: Path) -> None:
    """A program of that name that ends without a file."""
    false = shutil.which("false")
    if false is None:
        pytest.skip("NOT RUN: there is no program `false`")
    with pytest.raises(ConfigError, match="ended with code 1"):
        report.print_pages({"report.html": b"<p>"}, false)


def test_numbers_of_the_record_are_json(make_run: Make) -> None:
    """The record is JSON of strings, numbers and lists that any program reads."""
    record = json.loads(archive.format_run(make_run())[archive.RECORD])
    assert record["contrasts"][0]["arms"][1] == [1, "on", "P1"]
    assert pd.Series(record["table"]["source"])["format"] == "wide"

"""The page of a patient: the same numbers as the tables, safe names, two sheets of paper."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from phosres import archive, report
from phosres.columns import ASSOCIATIONS, FREQUENCIES, STATES
from phosres.report.groups import page_paths
from phosres.results import RunResult

Make = Callable[..., RunResult]
Read = Callable[[str], Any]
HOSTILE = (
    "x" * 500,
    "$x_1$ \\frac{",
    "שלום \u202eevil",
    "</script><img src=x onerror=alert(1)>",
    '=HYPERLINK("http://x")',
    "../../etc/passwd",
    "CON",
    "p1",
    "P1",
)
STATE_ROWS = (("MTORC1_KEPT", 0.72, 1), ("BOTH_OFF", 0.2, 2), ("CANNOT_TELL", 0.08, 3))


def with_tables(result: RunResult) -> RunResult:
    """Add states, frequencies and associations."""
    keys = ["contrast", "level", "subject"]
    groups = result.table("readouts")[keys].drop_duplicates().to_dict("records")
    states = [
        key
        | {
            "state": state, "probability": p, "rank": rank, "evidence_for": f"for {state}",
            "evidence_against": "", "text": f"text of {state}",
        }
        for key in groups
        for state, p, rank in STATE_ROWS
    ]  # fmt: skip
    table = STATES.order(pd.DataFrame(states))
    scores = {
        n: replace(s, states=table[table["contrast"] == n].reset_index(drop=True))
        for n, s in result.scores.items()
    }
    blank = {"text": "none", "number": 0.5, "count": 3, "flag": False}
    extra = {
        s.name: s.order(pd.DataFrame([{c.name: blank[c.kind] for c in s}]))
        for s in (FREQUENCIES, ASSOCIATIONS)
    }
    return replace(result, scores=scores, **extra)


@pytest.fixture(scope="module")
def result(make_run: Make) -> RunResult:
    """Three pairs, two contrasts."""
    return with_tables(make_run(contrasts=("short", "long")))


def test_every_subject_has_a_page_that_the_report_links_to(result: RunResult, read: Read) -> None:
    """The page of the run names each page; each page names the run and loads nothing."""
    pages = report.render_patients(result)
    assert list(pages) == ["patients/P1.html", "patients/P2.html", "patients/P3.html"]
    links = read(report.render(result, ()).html).values("href")
    assert set(pages) <= set(links)
    for page in pages.values():
        reading = read(page.html)
        assert page.failed == ()
        assert reading.broken == []
        assert "../report.html" in reading.values("href")
        sources = reading.values("src")
        assert all(s.startswith("data:image/svg+xml;base64,") for s in sources)
        assert len(sources) == 4  # the map and the place in the cohort, for each contrast
        assert len(page.html) < 400_000
        assert len(set(reading.values("id"))) == len(reading.values("id"))


def test_a_page_shows_the_numbers_of_its_subject(result: RunResult, read: Read) -> None:
    """Every readout, and every clear set, with the digits of the tables; nobody else's."""
    reading = read(report.render_patients(result)["patients/P2.html"].html)
    shown = {float(v) for v in reading.values("data-v")}
    for name, column in (("readouts", "log2fc"), ("activities", "score")):
        table = result.table(name)
        mine = table[(table["subject"] == "P2") & table["status"].isin(("up", "down", "unchanged"))]
        assert len(mine)
        assert {float(f"{v:.6g}") for v in mine[column]} <= shown
    assert "P1" not in reading.text.replace("4E-BP1", "")


def test_calls_stand_with_their_evidence_and_what_is_open_with_its_reason(
    result: RunResult, read: Read
) -> None:
    """Yes as a card, no by name, not assessable with the reason."""
    text = read(report.render_patients(result)["patients/P1.html"].html).text
    assert "Reason of AKT_FEEDBACK" in text
    assert "Assessed and not called: mTORC1 (moderate)" in text
    assert "Not assessable, which is not the same as no" in text
    assert "Reason of RTK_BYPASS" in text or "reason of RTK_BYPASS" in text


def test_the_state_stands_near_the_top(result: RunResult, read: Read) -> None:
    """On the page of the run and of the patient; all states in a section of their own."""
    for html in (
        report.render(result, ()).html,
        report.render_patients(result)["patients/P1.html"].html,
    ):
        assert "Text of MTORC1_KEPT. For it: For MTORC1_KEPT." in read(html).text
    text = read(report.render(result, ()).html).text
    assert "The state of mTOR" in text
    assert "State claimed for each subject" in text
    assert "mTORC1 and mTORC2 are off" in text
    heads = [a for t, a in read(report.render(result, ()).html).tags if a.get("scope") == "row"]
    assert heads


def test_no_computed_table_is_missing_from_the_report(result: RunResult, read: Read) -> None:
    """Every table with rows is named as the source of something on the page."""
    text = read(report.render(result, ()).html).text
    tables = ["sites", "readouts", "activities", "calls", "quality", "losses", "evidence"]
    tables += ["normalization", "audit", "states", "frequencies", "associations"]
    for name in tables:
        assert f"tables/{name}.tsv" in text, name


def test_hostile_names_make_safe_files_and_pages(make_run: Make, read: Read) -> None:
    """Distinct file names that every system takes; markup stays text; formulas stay text."""
    result = make_run(subjects=HOSTILE, n_features=12)
    paths = page_paths(result)
    stems = [p.removeprefix("patients/").removesuffix(".html") for p in paths.values()]
    assert len({s.lower() for s in stems}) == len(HOSTILE)
    assert all(re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,60}", s) for s in stems)
    assert "con" not in {s.lower() for s in stems}
    for subject, page in zip(paths, report.render_patients(result).values(), strict=True):
        reading = read(page.html)
        assert page.failed == ()
        assert reading.broken == []
        assert not [t for t, a in reading.tags if t == "img" and a.get("src") == "x"]
        assert len(reading.raw["script"]) == 1, subject[:20]


def test_a_section_that_fails_is_a_box_and_a_failure(
    result: RunResult, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is made all the same, and what failed is returned for exit code 4."""

    def explode(*_: object, **__: object) -> None:
        msg = "boom"
        raise RuntimeError(msg)

    monkeypatch.setattr("phosres.report.patients._calls", explode)
    page = report.render_patients(result)["patients/P1.html"]
    assert page.failed == ("page of P1, section calls: RuntimeError: boom",)
    assert "This section failed" in read(page.html).text


def test_pages_of_a_run_and_of_its_folder_are_the_same(result: RunResult) -> None:
    """What was read back from the tables makes the same page again."""
    once = archive.read_run(archive.format_run(result), result.provenance)
    twice = archive.read_run(archive.format_run(once), once.provenance)
    assert report.render_patients(once) == report.render_patients(twice)
    assert report.render(once, ()) == report.render(twice, ())

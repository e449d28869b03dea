"""All figures of a run."""

import subprocess
import sys
from dataclasses import replace
from io import BytesIO

import numpy as np
import pandas as pd
import pytest

from phosres import figures
from phosres.figures import FIGURES, file_stems, render_all, render_subject
from phosres.figures._style import style_context

SECTIONS = ("answer", "readouts", "activities", "sites", "quality", "normalization")
IDLE = ("quadrant_", "courses", "kinases_", "lights", "ischemia_", "normalization_audit")
"""Figures for which the runs made by hand have nothing: they have tests of their own."""
HOSTILE = [
    "x" * 500,
    r"$\frac{$",
    "שלום עולם",
    "a\nb\r\tc",
    '"><img src=x onerror=alert(1)>',
    "漢字 😀 Z̷̢͑",
    "\u202eevil\x00",
    "__proto__",
    "100% $ _^{}",
]


@pytest.fixture(scope="module")
def drawn(paired):
    """All figures of the pairs, drawn once."""
    return {r.id: r for r in render_all(paired)}


@pytest.fixture
def svg_only(monkeypatch):
    """Leave out PNG and PDF, which take most of the time and hold the same."""

    def save_svg(figure):
        file = BytesIO()
        with style_context():
            figure.savefig(file, format="svg", metadata={"Date": None})
        return file.getvalue(), b"", b""

    monkeypatch.setattr("phosres.figures._render.save", save_svg)


def keep(monkeypatch, *ids):
    """Draw only some kinds of figures."""
    chosen = tuple(f for f in FIGURES if f.id in ids)
    monkeypatch.setattr("phosres.figures._render.FIGURES", chosen)
    return chosen


def test_every_figure_of_a_run_is_drawn_with_caption_alt_and_table(drawn):
    """Nothing fails on a complete run, and each figure says what it shows, in three formats."""
    idle = [r for r in drawn.values() if r.error]
    assert all(r.id.startswith(IDLE) and r.error.startswith("not drawn: ") for r in idle)
    assert len(drawn) == len(FIGURES)
    for r in drawn.values():
        assert r.section in SECTIONS
        assert r.title
        if r.error:
            continue
        assert r.svg.startswith((b"<?xml", b"<svg xmlns"))
        assert r.png.startswith(b"\x89PNG")
        assert r.pdf.startswith(b"%PDF")
        assert len(r.table) > 0
        assert len(r.alt) > 30
        assert r.alt not in r.caption
        assert "−" in r.caption or "test" in r.caption.lower()


def test_figures_of_contrasts_are_drawn_for_each_and_named_after_it(groups, monkeypatch, svg_only):
    """Two contrasts, two figures of each such kind."""
    keep(monkeypatch, "forest_{contrast}", "site_counts")
    ids = [r.id for r in render_all(groups)]
    assert ids == ["forest_short", "forest_long", "site_counts"]


def test_figures_that_do_not_apply_say_why(single, monkeypatch):
    """One pair: no volcano and no principal components, with the reason, and the rest is there."""
    keep(monkeypatch, "volcano_{contrast}", "changes_{contrast}", "pca", "missingness")
    drawn = {r.id: r for r in render_all(single)}
    assert drawn["pca"].error == ("not drawn: principal components need at least 3 samples, not 2")
    assert drawn["volcano_24h"].error.startswith("not drawn: ")
    assert drawn["volcano_24h"].svg == b""
    assert drawn["changes_24h"].error == ""
    assert sum(bool(r.error) for r in drawn.values()) == 2


def test_a_second_run_gives_the_same_bytes(paired, drawn, monkeypatch):
    """SVG, PNG, PDF, tables and words: of lines, point clouds, heatmaps and our own SVG."""
    keep(
        monkeypatch,
        *("map_{contrast}", "overview_{contrast}", "volcano_{contrast}", "sample_correlation"),
    )
    for b in render_all(paired):
        a = drawn[b.id]
        assert (a.id, a.caption, a.alt, a.error) == (b.id, b.caption, b.alt, b.error)
        assert (a.svg, a.png, a.pdf) == (b.svg, b.png, b.pdf)
        pd.testing.assert_frame_equal(a.table, b.table)


def test_one_failing_figure_does_not_stop_the_others(groups, monkeypatch):
    """The failure becomes text; every other figure is as before."""

    def explode(*args, **kwargs):
        msg = "boom\nsecond line"
        raise RuntimeError(msg)

    chosen = keep(monkeypatch, "forest_{contrast}", "pca", "site_counts")
    broken = tuple(replace(f, function=explode) if f.id == "pca" else f for f in chosen)
    monkeypatch.setattr("phosres.figures._render.FIGURES", broken)
    drawn = {r.id: r for r in render_all(groups)}
    assert drawn["pca"].error == "failed: RuntimeError: boom second line"
    assert drawn["pca"].svg == drawn["pca"].png == b""
    assert drawn["forest_long"].error == drawn["site_counts"].error == ""
    assert len(drawn) == 4


def test_a_contrast_without_scores_fails_alone(groups, monkeypatch):
    """Missing scores of one contrast cost its figures only."""
    keep(monkeypatch, "forest_{contrast}")
    drawn = {r.id: r for r in render_all(replace(groups, scores={"long": groups.scores["long"]}))}
    assert drawn["forest_short"].error.startswith("failed: ")
    assert drawn["forest_long"].error == ""


def test_hostile_names_are_drawn_safely(make, svg_only, monkeypatch):
    """Names of any kind neither fail, nor warn, nor reach the drawing unshortened."""
    kinds = ("map", "forest", "slopes", "waterfall", "overview", "peptidoforms")
    keep(monkeypatch, "site_counts", "pca", *(f"{k}_{{contrast}}" for k in kinds))
    run = make("paired", HOSTILE, [r"$\alpha$/../x<b>"])
    drawn = [*render_all(run)]
    assert all(r.error == "" or r.id.startswith(IDLE) for r in drawn)
    for subject in HOSTILE:
        drawn += render_subject(run, r"$\alpha$/../x<b>", subject)
        assert [r.error for r in drawn[-2:]] == ["", ""]
    for r in drawn:
        assert all(c.isalnum() or c in "_.-" for c in r.id)
        assert b"<script" not in r.svg
        assert b"<img" not in r.svg


def test_many_subjects_make_denser_figures_with_a_notice(make, monkeypatch, svg_only):
    """Many subjects: no names, and the captions say so."""
    kinds = ("forest", "slopes", "changes", "waterfall", "overview")
    keep(monkeypatch, "site_counts", *(f"{k}_{{contrast}}" for k in kinds))
    drawn = {
        r.id: r for r in render_all(make("paired", [f"S{i:02d}" for i in range(42)], missing=0.1))
    }
    assert not any(r.error for r in drawn.values())
    assert "With 42 subjects" in drawn["forest_on"].caption
    assert "With 84 samples" in drawn["site_counts"].caption
    assert "lines are unnamed" in drawn["slopes_on"].caption
    assert "With 42 subjects" in drawn["waterfall_on"].caption
    assert "names and marks are left out" in drawn["overview_on"].caption
    assert "further subjects" in drawn["changes_on"].caption


def test_values_that_are_all_missing_do_not_end_the_run(groups, monkeypatch):
    """A table without values gives reasons, not a traceback."""
    keep(monkeypatch, "site_counts", "missingness")
    empty = replace(groups.raw, values=groups.raw.values * np.nan)
    drawn = {r.id: r for r in render_all(replace(groups, raw=empty))}
    assert drawn["site_counts"].error == "not drawn: no sample has a value"
    assert drawn["missingness"].error == "not drawn: no sample has a value"


@pytest.mark.parametrize(
    ("names", "stems"),
    [
        (["short", "long"], ["short", "long"]),
        (["Day3", "day3"], ["Day3", "day3-"]),
        (["../../etc"], ["etc-"]),
        (["日本"], [""]),
        (["CON", "nul.x"], ["CON-", "nul-x-"]),
    ],
)
def test_file_stems_are_safe_and_distinct(names, stems):
    """Names become stems without separators, distinct where case is ignored."""
    made = file_stems(names)
    assert len({s.lower() for s in made}) == len(names)
    for stem, start in zip(made, stems, strict=True):
        assert stem.startswith(start)
        assert stem
        assert not set(stem) & set("/\\: ")


def test_public_names_are_sorted_and_complete():
    """Every draw_ function has its outline_ and both are public."""
    public = figures.__all__
    assert sorted(public) == sorted(set(public))
    assert [n for n in public if n.islower()] == sorted(n for n in public if n.islower())
    for record in FIGURES:
        name = record.function.__name__.removeprefix("draw_")
        assert f"draw_{name}" in public
        assert record.outline.__name__ == f"outline_{name}"
        assert f"outline_{name}" in public


def test_records_speak_of_known_nouns_and_sections():
    """The list of figures can be trusted by the report."""
    nouns = {"raw", "normalized", "arms", "audit", "contrast", "scores", "quality"}
    nouns |= {"trajectories"}
    for record in FIGURES:
        assert set(record.needs) <= nouns
        assert record.section in SECTIONS
        assert ("{contrast}" in record.id) == record.per_contrast


def test_importing_phosres_does_not_import_matplotlib():
    """The command line starts without the drawing library."""
    code = "import phosres, sys; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_figures_do_not_import_pyplot():
    """No pyplot, so no window, no global figure and no backend choice."""
    code = "import phosres.figures, sys; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

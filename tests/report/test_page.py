"""The whole page: one safe, self-contained file that says the same twice."""

import base64
import hashlib
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from phosres import report
from phosres.report import _page, wording
from phosres.results import Rendered, RunResult

Make = Callable[..., RunResult]
Read = Callable[[str], Any]
Unpack = Callable[[str, str], list[list[Any]]]
HOSTILE = (
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(1)</script>",
    "\u202egnp.exe \u2067קבוצה",
    "{{ 7*7 }} ${x} '\"& " + "N" * 500,
)


def test_page_is_well_formed_html(
    make_run: Make, figures: tuple[Rendered, ...], read: Read
) -> None:
    """Every element that is opened is closed, in order."""
    reading = read(report.render(make_run(), figures).html)
    assert reading.broken == []
    assert reading.open_tags == []


def test_page_loads_nothing(make_run: Make, figures: tuple[Rendered, ...], read: Read) -> None:
    """No attribute but the href of a text link names an address, and images are data URIs."""
    html = report.render(make_run(), figures).html
    reading = read(html)
    for tag, attributes in reading.tags:
        for name, value in attributes.items():
            if "://" in (value or ""):
                assert (tag, name) == ("a", "href")
        assert tag not in ("link", "iframe", "object", "embed", "base", "form")
    assert all(v.startswith("data:image/") for v in reading.values("src"))
    assert "url(" not in "".join(reading.raw["style"])
    assert "://" not in "".join(reading.raw["style"] + reading.raw["script"])


def test_policy_allows_this_script_and_style_alone(make_run: Make, read: Read) -> None:
    """The hashes of the policy are those of the inline script and style; no style attribute."""
    reading = read(report.render(make_run(), ()).html)
    policy = next(a["content"] or "" for t, a in reading.tags if "http-equiv" in a)
    script = next(s for s in reading.raw["script"] if "use strict" in s)
    for kind, text in (("script", script), ("style", reading.raw["style"][0])):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert reading.values("style") == []
    assert [n for _, a in reading.tags for n in a if n.startswith("on")] == []


def test_same_run_gives_same_bytes(make_run: Make, figures: tuple[Rendered, ...]) -> None:
    """Rendering twice gives identical bytes, and nothing of when and how it was started."""
    first, second = (report.render(make_run(), figures).html for _ in range(2))
    assert first == second
    assert "0.517" not in first


@pytest.mark.parametrize("evil", HOSTILE)
def test_hostile_names_stay_text(make_run: Make, evil: str, read: Read) -> None:
    """A subject, contrast and title that look like code are shown, not executed."""
    result = make_run(
        subjects=(evil, "P2"),
        contrasts=(evil,),
        config={"name": "x", "report": {"title": evil}},
    )
    drawn = Rendered("f", "readouts", evil, evil, evil, b"<svg/>", b"", pd.DataFrame(), "")
    page = report.render(result, (drawn,))
    reading = read(page.html)
    assert page.failed == ()
    assert reading.broken == []
    assert len([s for s in reading.raw["script"] if "alert" in s]) == 0
    assert all("onerror" not in a and a.get("src", "data:") != "x" for _, a in reading.tags)
    assert "\u202e" not in page.html
    assert "49" not in reading.text.split("ago")[0][:200]
    assert wording.clean(evil) in reading.text or wording.elide(evil) in reading.text


def test_long_names_are_elided_with_a_title(make_run: Make, read: Read) -> None:
    """A name of 500 characters is shown short and can be read in full."""
    long = "P" + "x" * 499
    reading = read(report.render(make_run(subjects=(long, "P2")), ()).html)
    assert long in reading.values("title")
    assert wording.elide(long) in reading.text


def test_links_lead_somewhere_and_ids_are_unique(
    make_run: Make, figures: tuple[Rendered, ...], read: Read
) -> None:
    """Every link inside the page has its target, and no id is given twice."""
    reading = read(report.render(make_run(contrasts=("short", "long")), figures).html)
    ids = reading.values("id")
    assert len(ids) == len(set(ids))
    inner = {h[1:] for h in reading.values("href") if h.startswith("#")}
    assert inner <= set(ids)
    assert sum(i.startswith("call-") for i in ids) == 2 * 4 * 5


def test_tables_are_accessible(make_run: Make, figures: tuple[Rendered, ...], read: Read) -> None:
    """Every table has a caption and scoped heads, every image a text; regions differ by name."""
    html = report.render(make_run(), figures).html
    reading = read(html)
    assert html.count("<table>") == html.count("<caption>") > 5
    assert all(a.get("scope") in ("col", "row") for t, a in reading.tags if t == "th")
    assert all(a.get("alt") for t, a in reading.tags if t == "img")
    regions = [a["aria-label"] for _, a in reading.tags if a.get("role") == "region"]
    assert len(regions) == len(set(regions))
    assert {"header", "main", "nav", "footer"} <= {t for t, _ in reading.tags}


def test_failing_section_becomes_a_box(
    make_run: Make, monkeypatch: pytest.MonkeyPatch, read: Read
) -> None:
    """A section that raises says why; the others are there, and the failure is reported."""

    def explode(result: RunResult, figures: object) -> list[object]:
        raise KeyError("<b>log2fc</b>")

    changed = [(i, t, explode if i == "readouts" else b) for i, t, b in _page.SECTIONS]
    monkeypatch.setattr(_page, "SECTIONS", tuple(changed))
    page = report.render(make_run(), ())
    assert page.failed == ("section readouts: KeyError: '<b>log2fc</b>'",)
    text = read(page.html).text
    assert "This section failed and could not be made. KeyError: '<b>log2fc</b>'" in text
    assert "Complexes, pathways and kinases" in text
    assert "<b>log2fc" not in page.html


def test_failing_figure_is_told_from_one_that_does_not_apply(
    make_run: Make, figures: tuple[Rendered, ...], read: Read
) -> None:
    """Both leave a box with the reason; only the failure is reported."""
    page = report.render(make_run(), figures)
    assert page.failed == ("figure pca: failed: ValueError: no",)
    text = read(page.html).text
    assert "PCA: this figure could not be drawn. failed: ValueError: no" in text
    assert "Volcano: not drawn: n of 1" in text


def test_large_drawings_are_embedded_as_png(make_run: Make, read: Read) -> None:
    """An SVG over 300 kB gives way to its PNG; beyond the budget a notice names the file."""
    big = Rendered("big", "sites", "Big", "", "a", b"<" * 300_001, b"p", pd.DataFrame())
    assert "data:image/png;base64,cA==" in report.render(make_run(), (big,)).html
    huge = Rendered("huge", "sites", "Huge", "", "a", b"", b"p" * 5_000_000, pd.DataFrame())
    page = report.render(make_run(), (huge,))
    assert "see figures/huge.svg" in read(page.html).text
    assert page.failed == ()


def test_every_number_of_readouts_is_in_the_page(make_run: Make) -> None:
    """Each estimate, p and count of the readouts stands in its row at full precision."""
    result = make_run()
    html = report.render(result, ()).html
    section = html.split('<section id="readouts"')[1].split("</section>")[0]
    found = set(re.findall(r'data-v="([^"]+)"', section))
    table = result.table("readouts")
    for column in ("log2fc", "p", "q", "n_features", "mdc"):
        expected = {f"{float(v):.6g}" for v in table[column].dropna()}
        assert expected <= found, column
    for low, high in zip(table["ci_low"].dropna(), table["ci_high"].dropna(), strict=True):
        assert f"{low:+.2f} to {high:+.2f}" in section


@pytest.mark.parametrize("n_subjects", [3, 90])
def test_every_call_is_in_the_page(
    make_run: Make, n_subjects: int, read: Read, unpack: Unpack
) -> None:
    """Each call's reason, sites and source are there, in rows or packed."""
    result = make_run(subjects=[f"P{i}" for i in range(n_subjects)])
    html = report.render(result, ()).html
    text = read(html).text
    calls = result.table("calls")
    if n_subjects == 90:
        columns = unpack(html, "table-calls")
        packed = set(zip(*columns, strict=True))
        keys = ["contrast", "subject", "call", "kind", "status", "grade", "sites", "reason"]
        keys += ["hypothesis", "source"]
        expected = calls.loc[calls["level"] == "subject", keys].to_dict("records")
        assert {tuple(r.values()) for r in expected} == packed
    else:
        assert text.count("Reason of RTK_BYPASS") + text.count("reason of RTK_BYPASS") >= 4
        assert text.count("onsistent with AKT_FEEDBACK") >= 4


def test_packed_sites_equal_the_table(make_run: Make, unpack: Unpack) -> None:
    """The searchable table holds every estimated site with the digits that are shown."""
    result = make_run()
    feature, site_ids, _, _, log2fc, *_ = unpack(report.render(result, ()).html, "table-sites")
    sites = result.table("sites").dropna(subset="log2fc")
    assert len(feature) == len(sites)
    assert sorted(zip(feature, log2fc, strict=True)) == sorted(
        (f, float(f"{v:.2f}")) for f, v in zip(sites["feature"], sites["log2fc"], strict=True)
    )
    assert set(site_ids) - {""} == set(sites["site_ids"]) - {""}


def test_large_run_stays_small_and_says_what_it_cut(
    make_run: Make, read: Read, unpack: Unpack
) -> None:
    """12 subjects and a cohort of 6,000 features: under 3 MB, cohort and curated sites kept."""
    result = make_run(subjects=[f"P{i}" for i in range(12)], n_features=6000)
    html = report.render(result, ()).html
    assert len(html.encode()) < 3_000_000
    assert "50,000 of 77,987 rows are in this page: 5,999 rows of the cohort" in read(html).text
    _, site_ids, _, subject, *_ = unpack(html, "table-sites")
    kept = [s for s, i in zip(subject, site_ids, strict=True) if i == "FLNA_S2152"]
    assert len(kept) == 13


def test_curated_sites_are_named_in_order(make_run: Make, read: Read) -> None:
    """Rising and falling sites stand by name, the largest change first."""
    text = read(report.render(make_run(), ()).html).text
    rise = text.split("Curated sites that rise: on, cohort")[1].split("Same numbers")[0]
    assert rise.index("FLNA_S2152") < rise.index("RB1_T356")
    fall = text.split("Curated sites that fall: on, cohort")[1].split("Same numbers")[0]
    assert fall.index("RPS6_S235, RPS6_S236") < fall.index("AKT1S1_T246")


def test_single_pairs_are_ranked_not_tested(make_run: Make, read: Read) -> None:
    """Without a cohort the sites of each subject are called suggestive."""
    text = read(report.render(make_run(cohort=False), ()).html).text
    assert "single sites are suggestive, ranked, and not tested one by one" in text
    assert "Curated sites that rise: on, P2, suggestive, ranked" in text


def test_many_subjects_without_a_cohort_are_counted(make_run: Make, read: Read) -> None:
    """More subjects than can be spelled out are counted, with a notice; each has its row."""
    result = make_run(subjects=[f"P{i}" for i in range(9)], cohort=False)
    page = report.render(result, ())
    text = read(page.html).text
    assert page.failed == ()
    assert "9 subjects and no cohort" in text
    assert "mTORC1 down in 9 (100%, 95 % CI 70% to 100%) of 9 subjects" in text


def test_empty_results_still_make_a_page(make_run: Make) -> None:
    """A run without contrasts, scores and calls gives a page without failures."""
    result = make_run()
    object.__setattr__(result, "contrasts", {})
    object.__setattr__(result, "scores", {})
    object.__setattr__(result, "calls", {})
    assert report.render(result, ()).failed == ()


def test_absolute_paths_do_not_reach_the_page(make_run: Make) -> None:
    """The page does not depend on the folder a run was made in."""
    config = {"name": "x", "input": {"table": "/home/me/data/tumours.tsv"}}
    html = report.render(make_run(config=config), ()).html
    assert "/home/me" not in html
    assert "tumours.tsv" in html


def test_script_and_python_write_statuses_and_numbers_alike() -> None:
    """The glyphs of the script are those of the page, and the script is at most 80 lines."""
    script = _page._asset("table.js")
    for status, glyph in wording.GLYPHS.items():
        assert f'{status}: "{glyph}"' in script
    assert len(script.splitlines()) <= 80
    assert "innerHTML" not in script


def test_nan_never_becomes_a_number(make_run: Make, read: Read) -> None:
    """What was not measured is an empty cell and a word, never nan or 0."""
    result = make_run()
    assert result.table("readouts")["log2fc"].isna().any()
    html = report.render(result, ()).html
    assert not re.search(r"\b[Nn]a[Nn]\b", read(html).text)
    assert 'data-v="nan"' not in html
    assert np.isnan(result.table("readouts")["log2fc"].iloc[-1])

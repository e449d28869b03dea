"""What a browser makes of the pages: nothing asked for, nothing wrong, everything reachable."""

import json
import re
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from phosres import pipeline, report

Visit = Callable[..., Any]
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
TABLE = "#table-sites"


@pytest.fixture(scope="module")
def axe() -> str:
    """The script of axe-core, which looks for accessibility violations."""
    package = pytest.importorskip(
        "axe_playwright_python", reason="NOT RUN: the extra 'browser' (axe) is not installed"
    )
    return resources.files(package).joinpath("axe.min.js").read_text("utf-8")


REPEATED = ["tbody tr:nth-child(n+4)", ".card:nth-child(n+4)", ".terms > div:nth-child(n+4)"]
"""Rows and cards like those before them: axe takes minutes for thousands of equal cells."""


def violations(page: Any, axe: str, *rules: str) -> list[str]:
    """What axe finds, by all rules or by some, each with the first element it is about."""
    # The policy of the page forbids foreign scripts: axe comes in by the debugger, not the page.
    page.evaluate(axe + "; undefined")
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    context = {"exclude": [[s] for s in REPEATED]}
    found = page.evaluate(f"axe.run({json.dumps(context)}, {json.dumps(options)})")
    return [f"{v['id']} {v['nodes'][0]['html'][:120]}" for v in found["violations"]]


@pytest.fixture(scope="module")
def demo(run_folder: Callable[[str], Path]) -> Path:
    """Folder of the demo."""
    return run_folder("demo")


def check(visit: Visit, path: Path, axe: str | None, *, sites: bool = True) -> Any:
    """Open a page and hold it against what holds for every page; without axe, all but its rules."""
    seen = visit(path)
    page = seen.page
    if sites:
        page.wait_for_selector(f"{TABLE} tbody tr")
    assert seen.requests == []
    assert page.evaluate("performance.getEntriesByType('resource').map(e => e.name)"
                         ".filter(n => !n.startsWith('data:'))") == []  # fmt: skip
    assert axe is None or violations(page, axe) == []
    # axe needs light and dark alike: contrast is another one.
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 27)"
    assert axe is None or violations(page, axe, "color-contrast") == []
    for media in ("screen", "print"):
        for width in (1_600, 360):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(media=media, color_scheme="light")
            # Paper is 180 mm wide at least; only screens are 360 pixels.
            assert (media == "print" and width == 360) or page.evaluate(FITS), (media, width)
    page.set_viewport_size({"width": 1_600, "height": 900})
    page.emulate_media(media="screen", color_scheme="light")
    broken = "[...document.images].filter(i => !i.complete || !i.naturalWidth).length"
    assert page.evaluate(broken) == 0
    assert seen.complaints == []
    return page


def test_the_report_of_the_demo(visit: Visit, demo: Path, axe: str) -> None:
    """No request, no complaint, no violation, no overflow; light, dark and print."""
    check(visit, demo / "report.html", axe)


def test_the_page_of_a_patient(visit: Visit, demo: Path, axe: str) -> None:
    """The same, and printed on two sheets; it is reached from the report and leads back."""
    page = check(visit, demo / "patients" / "P10.html", axe, sites=False)
    page.emulate_media(media="print", color_scheme="light")
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 2
    page.emulate_media(media="screen")
    page.click("p.kind a")
    page.wait_for_url("**/report.html")
    page.click("table a[href='patients/P10.html']")
    page.wait_for_url("**/patients/P10.html")


def test_links_inside_the_report_lead_somewhere(visit: Visit, demo: Path) -> None:
    """Every anchor is there once, and every file that is named lies in the folder."""
    page = visit(demo / "report.html").page
    lost = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href').slice(1))"
        ".filter(id => !document.getElementById(id))"
    )
    assert lost == []
    hrefs = page.evaluate("[...document.links].map(a => a.getAttribute('href'))")
    files = {h for h in hrefs if not h.startswith(("#", "http"))}
    assert [f for f in sorted(files) if not (demo / f).is_file()] == []


def test_tables_sort_search_and_page(visit: Visit, demo: Path) -> None:
    """The table of all sites: pages of 50, sorted by a button, searched by words."""
    page = visit(demo / "report.html").page
    page.wait_for_selector(f"{TABLE} tbody tr")
    rows = f"document.querySelectorAll('{TABLE} tbody tr').length"
    assert page.evaluate(rows) == 50
    first = f"{TABLE} tbody tr:first-child td:nth-child(%d)"
    head = f"{TABLE} thead th:nth-child(%d)"
    column = 1 + page.evaluate(
        f"[...document.querySelectorAll('{TABLE} thead th')].findIndex(h => h.dataset.kind=='log2')"
    )
    page.click(f"{head % column} button")
    assert page.get_attribute(head % column, "aria-sort") == "descending"
    highest = float(page.inner_text(first % column))
    page.click(f"{head % column} button")
    assert page.get_attribute(head % column, "aria-sort") == "ascending"
    assert float(page.inner_text(first % column)) < 0 < highest
    page.fill(f"{TABLE} input", "rps6 s240")
    texts = page.evaluate(
        f"[...document.querySelectorAll('{TABLE} tbody tr')].map(r => r.textContent.toLowerCase())"
    )
    assert texts
    assert all("rps6" in t and "s240" in t for t in texts)
    page.fill(f"{TABLE} input", "nothing is called so")
    assert page.inner_text(f"{TABLE} output") == "no row matches"
    page.fill(f"{TABLE} input", "")
    page.click(f"{TABLE} .bar button:has-text('Next')")
    assert page.inner_text(f"{TABLE} output").startswith("51–100 of ")


def test_fifty_thousand_rows_are_usable_within_a_second(visit: Visit, tmp_path: Path) -> None:
    """From the first byte to the first rows, and each search and sort, by the browser's clock."""
    import numpy as np
    import pandas as pd

    from phosres.report import sites
    from phosres.report._page import compose
    from phosres.report.sections import Section

    rng = np.random.default_rng(0)
    n = sites.MAX_ROWS
    change = rng.normal(0, 1, n)
    frame = pd.DataFrame(
        {
            "feature": [f"GENE{i % 9000} S{i} mono" for i in range(n)], "site_ids": "",
            "contrast": "on", "subject": "", "level": "cohort", "log2fc": change, "se": 0.2,
            "p": rng.random(n), "q": rng.random(n), "n_pre": 3, "n_on": 3,
        }
    )  # fmt: skip
    path = tmp_path / "large.html"
    path.write_text(
        compose("Large", [Section("sites", "Sites", tuple(sites._all(frame)))]), "utf-8"
    )
    assert path.stat().st_size < 2_000_000
    page = visit(path).page
    page.wait_for_selector(f"{TABLE} tbody tr")
    ready = page.evaluate("performance.now()")
    search = page.evaluate(
        f"""() => {{ const i = document.querySelector('{TABLE} input'), t = performance.now();
        i.value = 'gene77 s'; i.dispatchEvent(new Event('input'));
        return performance.now() - t; }}"""
    )
    sort = page.evaluate(
        f"""() => {{ const b = document.querySelector('{TABLE} thead th:nth-child(5) button');
        const t = performance.now(); b.click(); return performance.now() - t; }}"""
    )
    assert "50,000 rows" in page.inner_text(f"{TABLE} caption")
    # A quiet machine takes a third of it; one that runs tests on every core is given three times.
    assert max(ready, search, sort) < 3_000


def test_hostile_names_run_no_script(
    visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, axe: str
) -> None:
    """Names that are markup, formulas, scripts or endless, in a run of their own."""
    import numpy as np
    import pandas as pd

    names = [
        '"><img src=x onerror=alert(1)>', "</script><script>alert(2)</script>", "x" * 500,
        "$x_1$ \\frac{", "\u202egnp.exe שלום", "=cmd|' /C calc'!A0", "{{ 7*7 }} ${7*7}",
    ]  # fmt: skip
    rng = np.random.default_rng(0)
    samples = [(s, c) for s in names for c in ("pre", "on")]
    log2 = rng.normal(22, 2, (120, 1)) + rng.normal(0, 0.2, (120, len(samples)))
    frame = pd.DataFrame((2**log2).round(0), columns=[f"s{i}" for i in range(len(samples))])
    genes = ["RPS6", "RPS6", "<b>BOLD</b>", "javascript:alert(3)"]
    frame.insert(0, "Gene", [*genes, *(f"GENE{i}" for i in range(116))])
    frame.insert(1, "Site", ["S235;S236", "S240;S244", *(f"S{i + 9}" for i in range(118))])
    frame.to_csv(tmp_path / "table.tsv", sep="\t", index=False)
    sheet = pd.DataFrame(samples, columns=["subject", "condition"])
    sheet.insert(0, "sample", frame.columns[2:])
    sheet.to_csv(tmp_path / "samples.tsv", sep="\t", index=False)
    config = {
        "name": "hostile", "input": {"table": "table.tsv", "samples": "samples.tsv"},
        "design": {"pre": "pre", "on": ["on"]}, "report": {"title": names[0], "figures": False},
    }  # fmt: skip
    (tmp_path / "config.json").write_text(json.dumps(config), "utf-8")
    result = pipeline.run(tmp_path / "config.json")
    pages = {"report.html": report.render(result, ())} | report.render_patients(result)
    assert len(pages) == 1 + len(names)
    (tmp_path / "patients").mkdir()
    for path, page in pages.items():
        (tmp_path / path).write_text(page.html, "utf-8")
    for path in pages:
        seen = visit(tmp_path / path, width=360)
        assert seen.requests == []
        assert seen.complaints == []
        assert seen.page.evaluate(FITS), path
        assert seen.page.evaluate("document.querySelectorAll('img[src=x], b').length") == 0
    assert violations(seen.page, axe) == []


@pytest.mark.real
@pytest.mark.parametrize("name", ["griffin", "haura"])
def test_pages_of_real_runs(
    visit: Visit, run_folder: Callable[[str], Path], shared: Path, axe: str, name: str
) -> None:
    """The same holds for the reports of real tables, and for a page of a patient."""
    folder = run_folder(name)
    # The larger report is made of what the smaller one and the page of its patient are made of.
    check(visit, folder / "report.html", axe if name == "griffin" else None)
    assert (folder / "report.html").stat().st_size < 3_000_000
    for path in sorted((folder / "patients").glob("*.html"))[:1]:
        check(visit, path, axe, sites=False)
        assert path.stat().st_size < 400_000

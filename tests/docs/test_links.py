"""Links lead somewhere, what pages name exists, and numbers are those of the pages they cite."""

import re
from pathlib import Path

import pytest

from phosres import knowledge
from phosres.cli import cli
from tests.docs.pages import pages

ROOT = Path(__file__).parents[2]
PAGES = pages(ROOT)
GENERATED = ("reference/",)
_CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:)([^)\s]+)\)")
_SOURCE = re.compile(r"\b(?:PMID:\d+|DOI:[^\s),;]+|[A-Z][a-zA-Z]+(?:19|20)\d\d)\b")
_SITE = re.compile(r"\b([A-Z0-9]+_[STY]\d+)(?![\w.])")
_OUTSIDE = re.compile(r"`(tests/[^`]+\.md)`")
_NUMBER = re.compile(r"(?<![\w.])(?:\d*\.\d+|\d+e-\d+)(?![\w.]*\w)")


def slugs(path: Path) -> set[str]:
    """Anchors of the headings of a page, as GitHub and MyST make them."""
    text = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    heads = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", h).lower() for h in heads]
    return {re.sub(r"[^\w\- ]", "", h).strip().replace(" ", "-") for h in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT / "docs").as_posix())
def test_links_lead_to_files_and_headings(page: Path) -> None:
    """Every relative link is a file of the repository, and its anchor a heading there."""
    lost = []
    for target in _LINK.findall(_CODE.sub("", page.read_text("utf-8"))):
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if any(part in target for part in GENERATED):
            continue
        if not path.exists() or (anchor and anchor not in slugs(path)):
            lost.append(target)
    assert not lost


@pytest.mark.parametrize("folder", ["howto", "explanation"])
def test_every_page_of_a_folder_is_in_its_index(folder: str) -> None:
    """A page that no index names is a page that nobody finds."""
    index = ROOT / "docs" / folder / "index.md"
    named = set(_LINK.findall(index.read_text("utf-8")))
    assert {p.name for p in index.parent.glob("*.md")} - {"index.md"} <= named


def test_explanations_name_known_sites_and_sources() -> None:
    """Sources and sites in the explanations are those of the knowledge tables."""
    base = knowledge.load()
    sources = set(base.references)
    for page in (ROOT / "docs" / "explanation").glob("*.md"):
        text = page.read_text("utf-8")
        found = {s.rstrip(".") for s in _SOURCE.findall(text)}
        assert found <= sources, page.name
        assert set(_SITE.findall(text)) <= set(base.sites) | set(base.readouts), page.name


def test_numbers_of_the_comparison_stand_in_the_page_it_links_to() -> None:
    """The comparison repeats what was measured and adds nothing."""
    page = ROOT / "docs" / "comparison.md"
    rows = [line for line in page.read_text("utf-8").splitlines() if line.startswith("| ")]
    checked = 0
    for row in rows:
        links = _LINK.findall(row) or [f"../{path}" for path in _OUTSIDE.findall(row)]
        if not links:
            continue
        source = (page.parent / links[0].partition("#")[0]).read_text("utf-8")
        for number in _NUMBER.findall(row.split("|")[3]):
            checked += 1
            assert number in source, f"{number} is not in {links[0]}"
    assert checked >= 10


def test_commands_named_in_sentences_exist() -> None:
    """Every `phosres ...` of the pages of this chapter is a command with such options."""
    chapters = ("howto", "explanation")
    own = [p for p in PAGES if p.parent.name in chapters or p.parent.name == "docs"]
    named = {c for p in own for c in re.findall(r"`phosres (\w[^`\n]*)`", p.read_text("utf-8"))}
    assert len(named) >= 10
    for call in named:
        name, *rest = call.split()
        options = {o for p in cli.commands[name].params for o in p.opts}
        assert {r for r in rest if r.startswith("--")} <= options, call


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT / "docs").as_posix())
def test_modules_that_pages_tell_to_run_exist(page: Path) -> None:
    """`python -m tests.benchmarks.NAME` and paths of tests are files of the repository."""
    text = page.read_text("utf-8")
    modules = re.findall(r"python -m (tests\.[\w.]+)", text)
    paths = re.findall(r"(?:pytest|python) (tests/[\w/.]+)", text)
    wanted = [m.rstrip(".").replace(".", "/") for m in modules] + paths
    lost = [w for w in wanted if not any((ROOT / f"{w}{e}").exists() for e in ("", ".py"))]
    assert not lost

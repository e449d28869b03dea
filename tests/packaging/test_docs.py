"""Pages: every one is in the index, and the reference names everything.

``python docs/build.py`` builds them, warnings as errors; it needs the extra docs.
"""

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

import phosres
from docs.pages import PAGES, write_pages
from phosres.cli import cli
from phosres.columns import OVERVIEW, RUNS, SCHEMAS
from phosres.config import Config
from phosres.exports import FORMATS as EXPORTS
from phosres.readers import FORMATS

ROOT = Path(__file__).parents[2]
DOCS = sorted(
    p
    for p in (ROOT / "docs").rglob("*.md")
    if not {"_build", "reference"} & set(p.relative_to(ROOT / "docs").parts)
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The reference pages."""
    folder = tmp_path_factory.mktemp("pages")
    write_pages(folder)
    return {p.stem: p.read_text("utf-8") for p in folder.glob("*.md")}


def test_links_to_the_reference_are_pages_of_it() -> None:
    """They are written when the site is built; all other links are checked in tests/docs."""
    for path in DOCS:
        for name in re.findall(r"\]\([^)\s]*reference/(\w+)\.md", path.read_text("utf-8")):
            assert name in PAGES, (path.name, name)


def test_every_page_is_in_the_index() -> None:
    """By name or pattern; and every name that is not a pattern is a page."""
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    trees = re.findall(r"```{toctree}\n(.*?)```", index, re.DOTALL)
    entries = [
        line for tree in trees for line in tree.splitlines() if line and not line.startswith(":")
    ]
    names = [p.relative_to(ROOT / "docs").with_suffix("").as_posix() for p in DOCS]
    for name in names:
        assert name == "index" or any(fnmatch(name, e) for e in entries), name
    for entry in entries:
        known = entry in names or entry.removeprefix("reference/") in PAGES
        assert "*" in entry or known, entry


def test_reference_names_every_key_column_command_format_and_name(pages: dict[str, str]) -> None:
    """What the code has, the pages have."""
    assert set(pages) == set(PAGES)
    schema = Config.model_json_schema()
    for key, node in schema["properties"].items():
        ref = node.get("$ref", "").rsplit("/", 1)[-1]
        inner = schema["$defs"].get(ref, {}).get("properties", {})
        for name in [f"{key}.{k}" for k in inner] or [key]:
            assert f"| `{name}` |" in pages["configuration"], name
    for table in (*SCHEMAS.values(), RUNS, OVERVIEW):
        section = pages["columns"].split(f"## {table.name}.tsv\n")[1].split("\n## ")[0]
        for column in table:
            assert f"| `{column.name}` | {column.kind} |" in section, (table.name, column.name)
    for name, command in cli.commands.items():
        section = pages["commands"].split(f"## {name}\n")[1].split("\n## ")[0]
        for option in (o for p in command.params for o in p.opts if o.startswith("--")):
            assert option in section, (name, option)
    for name in [*(f.name for f in FORMATS), *EXPORTS]:
        assert f"| `{name}` |" in pages["formats"], name
    for name in phosres.__all__:
        if isinstance(getattr(phosres, name), type) or name in ("read", "run", "draw"):
            assert f"### {name}\n" in pages["python"], name
    for code in ("`0`", "`1`", "`2`", "`3`", "`4`", "`130`"):
        assert f"| {code} |" in pages["errors"]


def test_tables_of_the_reference_are_whole(pages: dict[str, str]) -> None:
    """No cell breaks its row."""
    for name, text in pages.items():
        for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
            widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
            assert len(widths) == 1, (name, block[:200])

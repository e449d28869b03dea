"""Metadata that stand in several places say the same."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml"))
CONDA_NAMES = {"matplotlib": "matplotlib-base", "seaborn": "seaborn-base"}


def load(path: Path) -> Any:
    """A YAML file as plain data."""
    return YAML(typ="safe", pure=True).load(path.read_text("utf-8"))


def split(line: str) -> tuple[str, frozenset[str]]:
    """Name and bounds of a requirement."""
    name, bounds = re.fullmatch(r"([A-Za-z0-9._-]+)\s*(.*)", line).groups()
    return CONDA_NAMES.get(name, name), frozenset(b.strip() for b in bounds.split(",") if b)


def recipe() -> dict[str, Any]:
    """The recipe, its two lines of template filled in."""
    text = (ROOT / "configs" / "bioconda" / "meta.yaml").read_text("utf-8")
    for name, value in re.findall(r'{% set (\w+) = "([^"]+)" %}', text):
        text = text.replace("{{ " + name + " }}", value).replace("{{ " + name + "[0] }}", value[0])
    text = re.sub(r"{%.*?%}|{{.*?}}", "x", text)
    return YAML(typ="safe", pure=True).load(text.replace("x\n", "\n"))


def test_the_recipe_needs_what_the_package_needs() -> None:
    """Same version, same dependencies with the same bounds, same command and licence."""
    said = recipe()
    assert said["package"] == {"name": "phosres", "version": PROJECT["version"]}
    wanted = {split(line) for line in PROJECT["dependencies"]}
    wanted |= {("python", frozenset({PROJECT["requires-python"]}))}
    assert {split(line) for line in said["requirements"]["run"]} == wanted
    (command,) = PROJECT["scripts"].items()
    assert said["build"]["entry_points"] == [" = ".join(command)]
    assert said["about"]["license"] == PROJECT["license"]
    assert said["about"]["summary"] == PROJECT["description"]


def test_every_requirement_has_a_lower_bound() -> None:
    """Otherwise the lowest versions cannot be tested."""
    extras = [line for lines in PROJECT["optional-dependencies"].values() for line in lines]
    for line in [*PROJECT["dependencies"], *extras]:
        assert any(b.startswith(">=") for b in split(line)[1]), line


def test_the_lock_holds_what_the_test_command_installs() -> None:
    """Every direct dependency of it is pinned within its bounds."""
    lock = (ROOT / "requirements.lock").read_text("utf-8").lower().replace("_", "-").split()
    pinned = {line.split("==")[0] for line in lock}
    extras = PROJECT["optional-dependencies"]
    for line in [*PROJECT["dependencies"], *extras["test"], *extras["excel"]]:
        assert re.match(r"[\w.-]+", line)[0].lower() in pinned, line


def test_the_citation_is_valid() -> None:
    """The keys that the Citation File Format 1.2.0 asks for, and the version of the package."""
    said = load(ROOT / "CITATION.cff")
    known = {
        *("cff-version", "message", "title", "authors", "type", "version", "license", "keywords"),
        *("abstract", "date-released", "doi", "identifiers", "repository-code", "url"),
        *("references", "preferred-citation", "contact", "commit", "repository"),
    }
    assert {"cff-version", "message", "title", "authors"} <= set(said) <= known
    assert said["cff-version"] == "1.2.0"
    assert said["type"] in ("software", "dataset")
    assert said["authors"]
    assert all(
        set(a) <= {"name", "given-names", "family-names", "orcid", "affiliation"}
        for a in said["authors"]
    )
    assert str(said["version"]) == PROJECT["version"]
    assert said["license"] == PROJECT["license"]
    assert all(isinstance(word, str) for word in said["keywords"])


@pytest.mark.parametrize("path", FORMS, ids=lambda p: p.stem)
def test_every_issue_form_asks_for_doctor(path: Path) -> None:
    """As its first field, and required."""
    form = load(path)
    assert {"name", "description", "body"} <= set(form)
    fields = [f for f in form["body"] if f["type"] != "markdown"]
    assert fields[0]["id"] == "doctor"
    assert "phosres doctor" in fields[0]["attributes"]["label"]
    assert fields[0]["validations"]["required"] is True
    assert len({f["id"] for f in fields}) == len(fields)
    assert {f["type"] for f in fields} <= {"textarea", "input", "dropdown", "checkboxes"}


def test_contributors_set_up_with_the_command_of_the_readme() -> None:
    """One command, the same in both."""
    command = re.search(
        r"^python3 .*pytest$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert command[0] in (ROOT / ".github" / "CONTRIBUTING.md").read_text("utf-8")


def test_the_changelog_has_this_version() -> None:
    """With something under it."""
    text = (ROOT / "docs" / "changelog.md").read_text("utf-8")
    assert re.search(rf"^## {re.escape(PROJECT['version'])}\b.*\n\n### ", text, re.MULTILINE)


@pytest.mark.parametrize("path", sorted((ROOT / ".github").glob("*.md")), ids=lambda p: p.name)
def test_links_of_the_community_files_lead_somewhere(path: Path) -> None:
    """Relative to their folder."""
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text("utf-8")):
        assert (path.parent / target).resolve().is_file(), target


def test_the_lowest_versions_are_those_of_the_metadata() -> None:
    """`check_wheel --lowest` tries them."""
    from tests.packaging.check_wheel import list_lowest

    found = list_lowest()
    assert "numpy==1.26" in found
    assert len(found) == len(PROJECT["dependencies"]) + 1

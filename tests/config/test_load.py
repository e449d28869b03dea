"""Reading configuration files: formats, paths, places, and files that are no configuration."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phosres.config import Config, Design, Input, load
from phosres.errors import ConfigError
from phosres.store import format_config

YAML = """\
name: a
input:
  table: table.tsv
  samples: samples.tsv
  columns: {gene: Gene name, site: Site}
  missing: [n.d., "0"]
design:
  pre: control
  on: [short, long]
  paired: false
statistics:
  alpha: 1e-2
  biopsy_sd: 0.4
seed: 7
"""
TOML = """\
name = "a"
seed = 7

[input]
table = "table.tsv"
samples = "samples.tsv"
missing = ["n.d.", "0"]
[input.columns]
gene = "Gene name"
site = "Site"

[design]
pre = ["control"]
on = ["short", "long"]
paired = false

[statistics]
alpha = 0.01
biopsy_sd = 0.4
"""
JSON = json.dumps(
    {
        "name": "a",
        "input": {
            "table": "table.tsv",
            "samples": "samples.tsv",
            "columns": {"gene": "Gene name", "site": "Site"},
            "missing": ["n.d.", "0"],
        },
        "design": {"pre": "control", "on": ["short", "long"], "paired": False},
        "statistics": {"alpha": 0.01, "biopsy_sd": 0.4},
        "seed": 7,
    },
    indent=2,
)


def messages(name: str, content: str | bytes) -> str:
    """Write a file that must be refused, and return what is said about it."""
    raw = content.encode() if isinstance(content, str) else content
    Path(name).write_bytes(raw)
    with pytest.raises(ConfigError) as caught:
        load(name)
    return str(caught.value)


def test_yaml_toml_and_json_of_one_configuration_are_equal(folder: Path) -> None:
    """The three formats give the same model."""
    for name, text in (("c.yaml", YAML), ("c.yml", YAML), ("c.toml", TOML), ("c.json", JSON)):
        Path(name).write_text(text)
    expected = Config(
        name="a",
        input=Input(
            table=folder / "table.tsv",
            samples=folder / "samples.tsv",
            columns={"gene": "Gene name", "site": "Site"},
            missing=("n.d.", "0"),
        ),
        design=Design(pre=("control",), on=("short", "long"), paired=False),
        statistics={"alpha": 0.01, "biopsy_sd": 0.4},  # type: ignore[arg-type]
        seed=7,
    )
    assert [load(f"c.{end}") for end in ("yaml", "yml", "toml", "json")] == [expected] * 4


def test_paths_are_relative_to_the_configuration(folder: Path) -> None:
    """Not to the current folder, and absolute paths stay."""
    (folder / "sub").mkdir()
    text = YAML.replace("table.tsv", "../table.tsv").replace(
        "samples: samples.tsv", f"samples: {folder / 'samples.tsv'}"
    )
    Path("sub/c.yaml").write_text(text)
    config = load("sub/c.yaml")
    assert config.input.table == folder / "table.tsv"
    assert config.input.samples == folder / "samples.tsv"


def test_the_resolved_configuration_loads_again(folder: Path) -> None:
    """`config.resolved.yaml` stands for the run, from any folder."""
    Path("c.yaml").write_text(YAML)
    config = load("c.yaml")
    (folder / "elsewhere").mkdir()
    Path("elsewhere/c.yaml").write_bytes(format_config(config.resolved()))
    assert load("elsewhere/c.yaml") == config


def test_sections_whose_keys_are_all_commented_out_are_defaults(folder: Path) -> None:
    """An empty section is no error."""
    Path("a.yaml").write_text(YAML)
    Path("b.yaml").write_text(YAML + "filters:\n  # localization_min: 0.5\ntreatment:\n")
    assert load("a.yaml") == load("b.yaml")


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(folder: Path) -> None:
    """Editors on Windows write them."""
    Path("a.yaml").write_text(YAML)
    Path("b.yaml").write_bytes(b"\xef\xbb\xbf" + YAML.replace("\n", "\r\n").encode())
    assert load("a.yaml") == load("b.yaml")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("c.yaml", "", "c.yaml: found an empty file, expected keys such as 'name', 'input' and 'design'\n    -> `phosres init TABLE` drafts a configuration"),  # noqa: E501
        ("c.json", " ", "c.json: found an empty file, expected keys such as 'name', 'input' and 'design'\n    -> `phosres init TABLE` drafts a configuration"),  # noqa: E501
        ("c.toml", "# a\n", "c.toml: found an empty file, expected keys such as 'name', 'input' and 'design'\n    -> `phosres init TABLE` drafts a configuration"),  # noqa: E501
        ("c.json", "[1]", "c.json: found a list, expected keys such as 'name', 'input' and 'design'\n    -> `phosres init TABLE` drafts a configuration"),  # noqa: E501
        ("c.yaml", "name: ä".encode("utf-16"), "c.yaml:1: byte 1 is not UTF-8 text\n    -> save the file as UTF-8 text"),  # noqa: E501
        ("c.yaml", b"name: a\ntitle: \xe4\n", "c.yaml:2: byte 16 is not UTF-8 text\n    -> save the file as UTF-8 text"),  # noqa: E501
        ("c.yaml", b"name: a\x00\n", "c.yaml: is not YAML: unacceptable character #x0000: special characters are not allowed"),  # noqa: E501
        ("c.yaml", "a: " + "[" * 50_000, "c.yaml:1:13: is nested too deeply, expected at most 10 levels"),  # noqa: E501
        ("c.json", "[" * 50_000, "c.json: cannot be read: it is nested too deeply"),
        ("c.yaml", " " * 1_000_001, "c.yaml: found 1,000,001 bytes, expected at most 1,000,000: this is not a configuration"),  # noqa: E501
        ("c.tsv", "a\tb\n", "c.tsv: found a '.tsv' file, expected a configuration: a .yaml, .yml, .toml or .json file\n    -> for a table of sites, `phosres init TABLE` drafts a configuration"),  # noqa: E501
        ("c.toml", "name = a\n", "c.toml:1:8: is not TOML: Invalid value"),
        ("c.toml", 'name = "a"\nname = "b"\n', "c.toml:2:11: is not TOML: Cannot overwrite a value"),  # noqa: E501
        ("c.json", '{"name": "a",}', "c.json:1:14: is not JSON: Expecting property name enclosed in double quotes"),  # noqa: E501
    ],
    ids=lambda value: str(value)[:25],
)  # fmt: skip
def test_files_that_are_no_configuration_are_refused(
    folder: Path, name: str, content: str | bytes, expected: str
) -> None:
    """One clear message each."""
    if "Expecting property name" in expected:  # its wording and column depend on Python's version
        assert messages(name, content).startswith("c.json:1:1")
    else:
        assert messages(name, content) == expected


def test_numbers_too_long_to_read_are_refused(folder: Path) -> None:
    """Python itself refuses to convert them; that is no bug of ours."""
    assert messages("c.yaml", f"seed: {'9' * 6000}\n").startswith("c.yaml: cannot be read: ")
    assert messages("c.json", f'{{"seed": {"9" * 6000}}}').startswith("c.json: cannot be read: ")


def test_toml_problems_have_the_line_where_it_is_unambiguous(folder: Path) -> None:
    """Keys are found by text; a key that occurs twice has the line of its section."""
    text = TOML.replace("alpha = 0.01", "alpha = 5\nalfa = 1").replace('site = "Site"', 'site = ""')
    assert messages("c.toml", text) == (
        "c.toml:10:1: input.columns.site: found an empty text, expected a text\n"
        "c.toml:18:1: statistics.alpha: found 5, expected a number above 0 and below 0.5\n"
        "c.toml:19:1: statistics.alfa: unknown key\n    -> did you mean 'alpha'?"
    )


def test_json_problems_have_the_line_where_it_is_unambiguous(folder: Path) -> None:
    """Keys given twice are found too, which JSON parsers ignore."""
    text = JSON.replace('"seed": 7', '"seed": -7,\n  "name": "b",\n  "sed": 1')
    assert messages("c.json", text) == (
        "c.json: name: the key is given twice\n    -> keep one of the two\n"
        "c.json:27:3: seed: found -7, expected a whole number from 0 to 4294967295\n"
        "c.json:29:3: sed: unknown key\n    -> did you mean 'seed'?"
    )


def test_a_missing_configuration_names_the_nearest_file(folder: Path) -> None:
    """As the user wrote it, with what is there."""
    Path("config.yaml").write_text(YAML)
    with pytest.raises(ConfigError) as caught:
        load("confg.yaml")
    assert str(caught.value) == (
        "there is no file 'confg.yaml' (the configuration)\n    -> did you mean 'config.yaml'?"
    )
    with pytest.raises(ConfigError) as caught:
        load(str(folder))
    assert str(caught.value) == f"found the folder '{folder}', expected a file (the configuration)"


def test_names_cannot_steer_the_terminal(folder: Path) -> None:
    """Control characters of keys and values are escaped in messages."""
    text = messages("c.json", '{"na\\u001b[2Jme": 1, "name": "\\ud800\\u001b"}')
    assert all(c.isprintable() or c == "\n" for c in text)


ALPHABET = st.sampled_from("aZ09 .:,#-{}[]'\"&*!|>%@`\\\n\t\r\x00é\u2028=?")


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    end=st.sampled_from(["yaml", "toml", "json"]),
    cut=st.tuples(st.integers(0, 400), st.integers(0, 20)),
    put=st.text(ALPHABET, max_size=6),
)
def test_damaged_files_never_crash(folder: Path, end: str, cut: tuple[int, int], put: str) -> None:
    """Whatever is cut out and put in, there is a configuration or a ConfigError with a message."""
    text = {"yaml": YAML, "toml": TOML, "json": JSON}[end]
    path = folder / f"c.{end}"
    path.write_bytes((text[: cut[0]] + put + text[cut[0] + cut[1] :]).encode())
    try:
        config = load(path)
    except ConfigError as error:
        config = None
        problems = error.problems
    assert config is not None or all(p.message for p in problems)

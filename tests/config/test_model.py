"""The model by itself, as scripts use it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from ruamel.yaml import YAML

from phosres.config import Config, Design, Input
from phosres.config.writer import scalar, write_yaml

INPUT = Input(table="t.tsv", samples="s.tsv")  # type: ignore[arg-type]


def test_a_configuration_cannot_be_changed() -> None:
    """Neither the whole nor a section."""
    config = Config(name="a", input=INPUT, design=Design(pre=("pre",), on=("on",)))
    with pytest.raises(ValidationError):
        config.name = "b"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        config.statistics.alpha = 0.1  # type: ignore[misc]


def test_resolved_is_plain_data_of_all_keys() -> None:
    """Only types that JSON has, and every default spelled out."""
    resolved = Config(name="a", input=INPUT, design=Design(pre=("pre",), on=("on",))).resolved()
    assert list(resolved) == list(Config.model_fields)
    assert resolved["input"]["table"] == "t.tsv"
    assert resolved["design"] == {
        "pre": ["pre"],
        "on": ["on"],
        "paired": "auto",
        "covariates": [],
        "replicates": "auto",
    }
    assert resolved["statistics"]["biopsy_sd"] is None


def test_one_text_stands_for_a_list_of_one() -> None:
    """`pre: control` and `pre: [control]` are the same."""
    one = Design.model_validate({"pre": "control", "on": "drug"})
    assert one == Design.model_validate({"pre": ["control"], "on": ["drug"]})
    assert one.on == ("drug",)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    [
        "yes",
        "on",
        "null",
        "~",
        "1e3",
        "0x1",
        "12:30",
        "2024-01-01",
        "- a",
        "a: b",
        "a #b",
        " a ",
        "",
    ]
)
VALUES = TEXTS | st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(-1e6, 1e6)


@given(VALUES)
def test_a_scalar_is_read_back_as_it_was(value: object) -> None:
    """By a YAML 1.2 reader, and by one of YAML 1.1 where words such as 'yes' are flags."""
    for version in ("1.2", "1.1"):
        reader = YAML(typ="safe", pure=True)
        reader.version = version
        assert reader.load(f"key: {scalar(value)}\n") == {"key": value}


@given(st.lists(TEXTS, max_size=4), st.dictionaries(st.sampled_from(["gene", "site"]), TEXTS))
def test_lists_and_mappings_are_read_back_as_they_were(
    texts: list[str], roles: dict[str, str]
) -> None:
    """Whatever commas, braces and quotes they hold."""
    data = {"a": texts, "b": {"c": roles, "d": 1}}
    assert YAML(typ="safe", pure=True).load(write_yaml(data)) == data

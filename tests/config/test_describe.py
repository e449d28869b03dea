"""What is generated from the model: the committed configuration and the schema."""

from pathlib import Path

from phosres.config import Config, Design, Input, load
from phosres.config.describe import write_commented, write_schema
from phosres.config.model import SECTIONS

CONFIGS = Path(__file__).parents[2] / "configs"


def test_the_committed_file_of_all_parameters_is_the_generated_one() -> None:
    """If this fails: ``phosres schema --commented > configs/all_parameters.yaml``."""
    assert (CONFIGS / "all_parameters.yaml").read_text("utf-8") == write_commented()


def test_all_parameters_are_the_defaults() -> None:
    """The file with every key means the same as the shortest one."""
    config = load(CONFIGS / "all_parameters.yaml")
    files = Input(table=config.input.table, samples=config.input.samples)
    assert config == Config(name="demo", input=files, design=Design(pre=("pre",), on=("on",)))


def test_all_parameters_are_there() -> None:
    """Every key of every section has its own line and a comment above it."""
    lines = write_commented().splitlines()
    keys = [f"  {key}:" for model in SECTIONS.values() for key in model.model_fields]
    keys += [f"{key}:" for key in Config.model_fields]
    for key in keys:
        at = [i for i, line in enumerate(lines) if line.startswith(key)]
        assert at, key
        assert all(lines[i - 1].lstrip().startswith("#") for i in at), key


def test_every_key_is_described() -> None:
    """The schema has a description and no unknown keys anywhere."""
    schema = write_schema()
    for section in (schema, *schema["$defs"].values()):
        assert section["additionalProperties"] is False
        leaves = [p for p in section["properties"].values() if "$ref" not in str(p)]
        assert all(leaf.get("description") for leaf in leaves)


def test_the_demo_loads_and_names_the_example_data() -> None:
    """The demo rests on files of this repository."""
    config = load(CONFIGS / "demo.yaml")
    assert config.name == "demo"
    assert config.input.table.parent == CONFIGS.parent / "example_data"
    assert config.design.pre == ("pre",)
    assert config.treatment.drug

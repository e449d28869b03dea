"""Write the model down for people and for editors: commented YAML and JSON schema."""

from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any

from phosres.config.messages import expectation, node_at
from phosres.config.model import Config
from phosres.config.writer import scalar

_HEAD = """\
# Every parameter of a phosres run with its default. Only name, input.table, input.samples,
# design.pre and design.on are required (with input.values: change neither samples nor pre); leave
# out what you do not change.
# Relative paths are taken from the folder of this file.
# Written from the model by `phosres schema --commented`; do not edit.
"""


def write_schema() -> dict[str, Any]:
    """Return the JSON schema of a configuration, for editors and other validators.

    Returns
    -------
    JSON schema, draft 2020-12.
    """
    schema = Config.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def write_commented() -> str:
    """Return a configuration with every key, its meaning, what it accepts and its default.

    Returns
    -------
    YAML text that loads beside the example data; required keys hold examples.
    """
    schema = Config.model_json_schema()
    lines = [_HEAD]
    for key, node in schema["properties"].items():
        target = node_at(schema, (key,))
        if "properties" in target:
            lines += ["", *_comment(target["description"].rstrip("."), ""), f"{key}:"]
            for inner, leaf in target["properties"].items():
                required = inner in target.get("required", [])
                lines += _entry(schema, inner, leaf, "  ", required=required)
        else:
            required = key in schema["required"]
            lines += [""] if lines[-1].startswith(" ") else []
            lines += _entry(schema, key, node, "", required=required)
    return "\n".join(lines) + "\n"


def _entry(
    schema: Mapping[str, Any], key: str, node: Mapping[str, Any], indent: str, *, required: bool
) -> Iterator[str]:
    value = node["examples"][0] if required else node.get("default", {})
    note = "required" if required else f"default {scalar(value)}"
    yield from _comment(f"{node['description']}.", indent)
    yield from _comment(f"{expectation(schema, node)}; {note}", indent)
    if not required and "examples" in node:
        yield f"{indent}#   for example {key}: {scalar(node['examples'][0])}"
    yield f"{indent}{key}: {scalar(value)}"


def _comment(text: str, indent: str) -> list[str]:
    return [f"{indent}# {line}" for line in wrap(text, 98 - len(indent))]

"""The reference pages, written from the code whenever the site is built: they are never behind.

``python -m docs.pages`` writes them without building; they are not kept in the repository.
"""

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "reference"
_WRITTEN = "<!-- Written from the code by `python -m docs.pages`; do not edit. -->\n\n"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Lay rows out as a table in Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| " + " | ".join(map(_cell, line)) + " |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(str(text).split()).replace("|", "\\|") or " "


def _code(text: object) -> str:
    return f"`{text}`"


def write_configuration() -> str:
    """Every key of a configuration."""
    from phosres.config import Config
    from phosres.config.messages import expectation, node_at
    from phosres.config.writer import scalar

    schema = Config.model_json_schema()

    def row(section: str, key: str, node: Mapping[str, Any], *, required: bool) -> tuple[str, ...]:
        default = "required" if required else _code(scalar(node.get("default", {})))
        name = f"{section}.{key}" if section else key
        return _code(name), f"{node['description']}.", expectation(schema, node), default

    head = ("key", "what it is", "accepts", "default")
    top: list[tuple[str, ...]] = []
    parts: list[str] = []
    for key, node in schema["properties"].items():
        target = node_at(schema, (key,))
        if "properties" not in target:
            top.append(row("", key, node, required=key in schema["required"]))
            continue
        needed = target.get("required", [])
        rows = [row(key, k, leaf, required=k in needed) for k, leaf in target["properties"].items()]
        parts.append(f"## {key}\n\n{target['description']}\n\n{_table(head, rows)}")
    intro = (
        "# Configuration\n\nYAML; TOML and JSON of the same keys are read, too. Relative paths are "
        "taken from the folder of the file. `phosres check` names everything that is wrong with "
        "one, `phosres schema` prints the JSON schema.\n\n"
    )
    return intro + _table(head, top) + "\n" + "\n".join(parts)


def write_columns() -> str:
    """Every column of every table."""
    from phosres.columns import OVERVIEW, RUNS, SCHEMAS

    parts = []
    for schema in (*SCHEMAS.values(), RUNS, OVERVIEW):
        rows = [(_code(c.name), c.kind, c.unit, c.text) for c in schema]
        table = _table(("column", "kind", "unit", "what it holds"), rows)
        parts.append(f"## {schema.name}.tsv\n\nOne row: {schema.row}.\n\n{table}")
    intro = (
        "# Tables and columns\n\nTables are tab-separated, UTF-8, with six significant digits; "
        "what is missing is empty. New columns are only ever appended. The last two tables are "
        "those of a batch.\n\n"
    )
    return intro + "\n".join(parts)


def write_formats() -> str:
    """Every format that is read, and written."""
    from phosres.exports import FORMATS as EXPORTS
    from phosres.readers import FORMATS

    read = [
        (_code(f.name), f.title, getattr(f, "notes", ""), _link(getattr(f, "source", "")))
        for f in FORMATS
    ]
    written = [(_code(f.name), f.title) for f in EXPORTS.values()]
    return (
        "# Formats\n\n## Read\n\nTold by content, or named in `input.format`.\n\n"
        + _table(("name", "format", "notes", "source"), read)
        + "\n## Written\n\nWith `phosres export --to NAME`, see [Exports](../exports.md).\n\n"
        + _table(("name", "format"), written)
    )


def write_commands() -> str:
    """Every command and option."""
    import click

    from phosres.cli import cli

    parts = []
    for name, command in cli.commands.items():
        context = click.Context(command, info_name=f"phosres {name}")
        rows = [record for p in command.params if (record := p.get_help_record(context))]
        usage = " ".join(command.get_usage(context).removeprefix("Usage: ").split())
        options = _table(("option", "what it does"), [(_code(o), t) for o, t in rows])
        text = inspect.cleandoc(command.help or "")
        parts.append(f"## {name}\n\n```sh\n{usage}\n```\n\n{text}\n\n{options if rows else ''}")
    intro = (
        "# Commands\n\nResults go to files and to the standard output, progress and errors to the "
        "standard error. `phosres --debug COMMAND` shows where a bug happened.\n\n"
    )
    return intro + "\n".join(parts)


def write_errors() -> str:
    """Exit codes and kinds of errors."""
    from phosres import errors
    from phosres.cli import INTERRUPTED, PARTLY_FAILED

    kinds = [errors.ConfigError, errors.KnowledgeError, errors.DataError]
    rows = [("`0`", "", "Everything was done.")]
    rows += [(_code(1), _code("PhosresError"), "A bug in phosres: please report it.")]
    rows += [(_code(k.exit_code), _code(k.__name__), inspect.getdoc(k) or "") for k in kinds]
    rows += [(_code(PARTLY_FAILED), "", "Parts of a report, or some runs of a batch, failed.")]
    rows += [(_code(INTERRUPTED), "", "Interrupted; nothing is half-written.")]
    example = errors.Problem(
        "what is wrong, and what was found",
        "file.tsv",
        line=12,
        column="localization",
        hint="what to do",
    )
    return (
        "# Errors\n\n"
        + _table(("exit code", "in Python", "meaning"), rows)
        + "\nEvery problem of a file is told at once, each with its place:\n\n"
        + f"```text\nphosres: error: {example}\n```\n\n"
        + "Rows of tables are numbered as an editor shows them: the header is row 1. In Python "
        "the problems are `error.problems`, a tuple of `phosres.Problem`.\n"
    )


def write_api() -> str:
    """Every public name."""
    import phosres

    verbs, nouns = [], []
    for name in phosres.__all__:
        found = getattr(phosres, name)
        if inspect.isclass(found):
            nouns.append(name)
        elif callable(found):
            verbs.append(name)

    def directive(kind: str, name: str, *options: str) -> str:
        home = getattr(phosres, name).__module__
        lines = [f".. auto{kind}:: {home}.{name}", *(f"   :{o}:" for o in options), ""]
        return "```{eval-rst}\n" + "\n".join(lines) + "```\n\n"

    return (
        "# Python\n\n`import phosres` costs nothing: every name is loaded when it is first used. "
        "Further parts are `phosres.stats` (numeric cores on arrays) and `phosres.exports`.\n\n"
        "## Verbs\n\n"
        + "".join(f"### {n}\n\n" + directive("function", n) for n in verbs)
        + "## Nouns and errors\n\n"
        + "".join(f"### {n}\n\n" + directive("class", n, "members") for n in nouns)
    )


def _link(source: str) -> str:
    words = [w if not w.startswith("https://") else f"<{w}>" for w in source.split("; ")]
    return "; ".join(words)


PAGES: Mapping[str, Callable[[], str]] = {
    "configuration": write_configuration,
    "columns": write_columns,
    "formats": write_formats,
    "commands": write_commands,
    "errors": write_errors,
    "python": write_api,
}
"""What writes each page."""


def write_pages(folder: Path) -> None:
    """Write all pages.

    Parameters
    ----------
    folder
        Where they go.
    """
    folder.mkdir(exist_ok=True)
    for name, write in PAGES.items():
        (folder / f"{name}.md").write_text(_WRITTEN + write(), encoding="utf-8")


if __name__ == "__main__":
    write_pages(HERE)

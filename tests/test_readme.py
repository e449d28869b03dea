"""What the README says is run here."""

import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """Fenced blocks of one language."""
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_quick_start_is_two_lines_that_set_up_everything() -> None:
    """The first block under Quick start holds one line for the main job and one for the tests."""
    section = README.split("## Quick start")[1]
    lines = re.search(r"```sh\n(.*?)```", section, flags=re.DOTALL).group(1).strip().splitlines()
    assert len(lines) == 2
    for line in lines:
        assert line.startswith("python3 -m venv .venv && .venv/bin/pip install ")
        assert "-c requirements.lock" in line
    assert "phosres demo" in lines[0]
    assert lines[1].endswith(".venv/bin/python -m pytest")


def test_ci_runs_the_test_command_of_the_readme() -> None:
    """`.ci/run` ends with the README's test command."""
    script = (ROOT / ".ci" / "run").read_text("utf-8").strip().splitlines()
    assert script[-1] == ".venv/bin/python -m pytest"


def test_python_example_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """The script example runs from the repository's root and prints its finding."""
    monkeypatch.chdir(ROOT)
    (example,) = blocks("python")
    assert len(example.splitlines()) < 15
    exec(compile(example, "README.md", "exec"), {})
    assert "target engaged: yes" in capsys.readouterr().out


def test_every_command_exists() -> None:
    """Every phosres command that is shown is a command, with known options."""
    from phosres.cli import cli

    lines = [line for block in blocks("sh") for line in block.splitlines()]
    calls = [c.split("#")[0].split("bin/phosres ")[1] for c in lines if "bin/phosres " in c]
    assert len(calls) >= 4
    for call in calls:
        name, *rest = shlex.split(call)
        options = {o for p in cli.commands[name].params for o in p.opts}
        assert {r for r in rest if r.startswith("--")} <= options


def test_the_configuration_example_loads(tmp_path: Path) -> None:
    """The YAML example is a valid configuration once its files exist."""
    from phosres.config import load

    (example,) = blocks("yaml")
    (tmp_path / "config.yaml").write_text(example)
    (tmp_path / "Phospho (STY)Sites.txt").write_text("x\n")
    (tmp_path / "samples.tsv").write_text("x\n")
    assert load(tmp_path / "config.yaml").treatment.drug == "alpelisib"


@pytest.mark.parametrize("target", re.findall(r"\]\((?!https?:)([^)#]+)\)", README))
def test_links_point_to_files(target: str) -> None:
    """Every file the README links to is there."""
    assert (ROOT / target).exists()

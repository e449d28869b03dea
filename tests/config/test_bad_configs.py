"""Every way to get a configuration wrong, each with its whole message."""

import re
from pathlib import Path

import pytest

from phosres.cli import main
from phosres.config import load
from phosres.errors import ConfigError

GOLDEN = Path(__file__).with_name("bad_configs.txt").read_text("utf-8")


def cases() -> list[tuple[str, str, str]]:
    """Name, configuration and message of each case."""
    parts = re.split(r"^======== (\w+)\n", GOLDEN, flags=re.MULTILINE)[1:]
    names, bodies = parts[::2], parts[1::2]
    return [(name, *body.split("--------\n")) for name, body in zip(names, bodies, strict=True)]


CASES = cases()


def test_there_are_many_cases() -> None:
    """The file of cases was split as meant, and no name is used twice."""
    assert len(CASES) >= 60
    assert len({name for name, _, _ in CASES}) == len(CASES)


@pytest.mark.parametrize(("text", "message"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_bad_configuration_gives_its_message(folder: Path, text: str, message: str) -> None:
    """The message is exactly the expected one: all problems, each with its place."""
    Path("c.yaml").write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        load("c.yaml")
    assert str(caught.value).replace(str(folder), "DIR") + "\n" == message


@pytest.mark.parametrize("command", ["run", "check"])
@pytest.mark.parametrize("text", [c[1] for c in CASES[:40:4]], ids=[c[0] for c in CASES[:40:4]])
def test_a_bad_configuration_exits_with_2(
    folder: Path, capsys: pytest.CaptureFixture[str], command: str, text: str
) -> None:
    """The command line prints every problem to stderr, and writes nothing anywhere."""
    Path("c.yaml").write_text(text, "utf-8")
    before = sorted(folder.iterdir())
    assert main([command, "c.yaml"]) == 2
    out, err = capsys.readouterr()
    with pytest.raises(ConfigError) as caught:
        load("c.yaml")
    assert out == ""
    assert all(f"phosres: error: {problem}\n" in err for problem in caught.value.problems)
    assert "Traceback" not in err
    assert sorted(folder.iterdir()) == before

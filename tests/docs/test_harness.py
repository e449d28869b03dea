"""The tests of pages can fail: what agrees, what does not, and how outputs are written anew."""

import pytest

from tests.docs.pages import agrees, commands, steps
from tests.docs.regenerate import refresh

PRINTED = "a: 1\nb: 3 features\n  x\n  y 7\nc\n"


@pytest.mark.parametrize(
    ("shown", "same"),
    [
        (PRINTED, True),
        ("a: 1\n...\nc\n", True),
        ("...\nb: 3 ...\n...\n", True),
        ("a: 1\nc\n", False),
        ("a: 1\n", False),
        ("...\nb: 2 ...\n...\n", False),
        ("...\n  y 7\n...\n  x\n...\n", False),
    ],
)
def test_only_what_was_printed_agrees(shown: str, same: bool) -> None:
    """Lines may be left out where the page says so, and nowhere else; order counts."""
    assert agrees(shown, PRINTED) is same


@pytest.mark.parametrize(
    ("shown", "fresh"),
    [
        ("old\n", PRINTED),
        ("a: 1\n...\n", "a: 1\n...\n"),
        ("...\nb: 2 features\n...\n  y 6\n...\n", "...\nb: 3 features\n...\n  y 7\n...\n"),
        ("b: ...\n", "...\nb: ...\n...\n"),
    ],
)
def test_outputs_written_anew_agree(shown: str, fresh: str) -> None:
    """What was left out stays left out, and what is written is what was printed."""
    assert refresh(shown, PRINTED) == fresh
    assert agrees(fresh, PRINTED)


def test_steps_of_a_page() -> None:
    """Files, commands with their exit codes, outputs; a text that nothing printed is refused."""
    page = (
        "`a.tsv`:\n```text\nx\n```\n\n```sh\nphosres run a  # exit code 3\n```\n```text\nno\n```\n"
    )
    assert [(s.kind, s.name) for s in steps(page)] == [("file", "a.tsv"), ("sh", ""), ("text", "")]
    assert list(commands("phosres run a  # exit code 3\npython b.py  # why\n")) == [
        ("phosres run a", 3),
        ("python b.py", 0),
    ]
    with pytest.raises(ValueError, match="line 1: a text block is no output"):
        list(steps("```text\nx\n```\n"))

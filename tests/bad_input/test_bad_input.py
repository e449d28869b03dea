"""Bad input, end to end: one clear message with every problem, and nothing written.

Each case spoils a study that runs as it is, in one way. What must be said of it stands in
``golden.txt``, which ``python -m tests.bad_input.regenerate`` writes anew.
"""

import re

import pytest

from tests.bad_input.corpus import CASES, read_golden, say
from tests.bad_input.mutations import Case

GOLDEN = read_golden()
REFUSED = [c for c in CASES if c.command[0] == "check" and not GOLDEN[c.name].startswith("exit 0")]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_it_is_said_as_expected(case: Case, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code and message are those of the golden file, and every file is as it was."""
    monkeypatch.chdir(tmp_path)
    said, untouched = say(case, tmp_path)
    assert said == GOLDEN[case.name]
    assert untouched


@pytest.mark.parametrize("case", REFUSED[1::4], ids=lambda c: c.name)
def test_a_run_says_the_same(case: Case, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`phosres run` stops with the same words, before anything is written."""
    monkeypatch.chdir(tmp_path)
    said, untouched = say(case, tmp_path, ("run", case.command[1], "--out", "out"))
    assert untouched
    assert not (tmp_path / "out").exists()
    # A run stops at a wrong configuration; the check looks at sheet and table all the same.
    lines = GOLDEN[case.name].splitlines()
    assert said.splitlines()[:3] == lines[:3]


def test_the_corpus_is_whole() -> None:
    """Many cases, each once, each with its message and no other."""
    names = [c.name for c in CASES]
    assert len(names) == len(set(names)) >= 60
    assert set(GOLDEN) == set(names)
    assert len(REFUSED) >= 100


def test_no_message_is_a_bug_or_names_nothing() -> None:
    """Codes 0, 2 and 3 only; refusals tell what is wrong, and in a data file also where."""
    for name, text in GOLDEN.items():
        code, _, said = text.partition("\n")
        assert code in ("exit 0", "exit 2", "exit 3"), name
        assert "Traceback" not in said
        assert " bug " not in said
        if code == "exit 3":
            problems = re.findall(r"^phosres: error: (.*)$", said, flags=re.MULTILINE)
            assert all(re.match(r"(?:table|samples|link)\.\w+", p) for p in problems), name
            assert "\n    -> " in said, name

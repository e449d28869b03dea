"""The rules R01 ...: each is a yes on its example, and not without any of its conditions."""

import re
from collections.abc import Callable, Mapping

import pandas as pd
import pytest

from phosres.knowledge import Rule, load

Ask = Callable[..., pd.DataFrame]
DECIDED = [r for r in load().rules.values() if r.decided == "conditions"]
STATUSES = ("up", "down", "unchanged", "inconclusive", "not_measured")


def drug_of(rule: Rule) -> str:
    """A class the rule is asked of."""
    return "PI3K" if rule.classes == ("*",) else rule.classes[0]


def split(example: Mapping[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """Changes of sites and of proteins."""
    sites = {n: c for n, c in example.items() if not n.startswith("protein:")}
    return sites, {n.partition(":")[2]: c for n, c in example.items() if n not in sites}


@pytest.fixture(scope="session")
def answer(ask: Ask) -> Callable[..., pd.Series]:
    """The call of a rule on some changes, ``RPS6_S240`` or ``protein:MYC``."""

    def _answer(rule: Rule, example: Mapping[str, float], **given: object) -> pd.Series:
        sites, proteins = split(example)
        table = ask(sites, drug=drug_of(rule), proteins=proteins, **given)
        return table.loc[rule.call]

    return _answer


@pytest.mark.parametrize("rule", [r for r in DECIDED if not r.tissue], ids=lambda r: r.id)
def test_a_rule_is_yes_on_its_example(answer: Callable[..., pd.Series], rule: Rule) -> None:
    """Every condition met, the drug engaged, no stress: yes, with sites, hypothesis and source."""
    found = answer(rule, rule.example)
    assert found["status"] == "yes", found["reason"]
    assert found["kind"] == rule.kind
    assert found["hypothesis"] == rule.hypothesis
    assert found["source"].startswith(f"{rule.id}; confidence {rule.confidence}; ")
    assert re.search(r" [+-]\d\.\d\d", found["sites"])
    assert found["grade"] in ("moderate", "weak")
    assert "n = 1" in found["reason"]

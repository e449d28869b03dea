"""Pages of the rules, written from their records and from what they say of their examples.

``python -m tests.resistance.pages`` writes ``docs/rules``; a test compares.
"""

import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from phosres.knowledge import Knowledge, Rule, load
from tests.resistance.handmade import call_by_hand

FOLDER = Path(__file__).parents[2] / "docs" / "rules"
COMMAND = "`python -m tests.resistance.pages`"
INTRODUCTION = f"""One page a rule, written from `phosres/knowledge/rules.tsv` by {COMMAND}; do not
edit them. Gates (G) hold for all calls; rules (R) are asked of the drugs they speak of and are rows
of `tables/calls.tsv`, of kind `resistance`, or `quality` where they keep a pattern from being taken
for something else. A condition holds if one of its terms has an outcome that satisfies it, fails if
all are known and none does, and else cannot be told: *yes* needs all conditions, *no* one that
fails, all else is not assessable. The grade is that of the weakest condition, moderate at most for
rules of confidence B and weak for C. Every yes is a hypothesis with its source, for research use
only."""
HEAD = "| rule | call | about | confidence | seen in phosphosites |\n|---|---|---|---|---|\n"
STRESS = {
    "block": "blocks it: stress or ischemia imitates the pattern",
    "warn": "makes it weak, and is said",
    "no": "does not touch it",
}
CONFIDENCE = {
    "A": "A, the primary source or data were read (abstract, or the data)",
    "B": "B, a review says so",
    "C": "C, inference",
}


def split(changes: Mapping[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """Changes of sites, and of proteins by gene."""
    sites = {n: c for n, c in changes.items() if not n.startswith("protein:")}
    return sites, {n.partition(":")[2]: c for n, c in changes.items() if n not in sites}


def answer(rule: Rule, changes: Mapping[str, float], **given: Any) -> pd.Series:
    """The call of a rule on some changes of sites and of proteins."""
    sites, proteins = split(changes)
    tissue = rule.tissue[0] if rule.tissue else ""
    given = {"drug": drug_of(rule), "tissue": tissue, **given}
    return call_by_hand(sites, proteins=proteins, **given).loc[rule.call]


@cache
def _call_example(rule_id: str) -> pd.Series:
    rule = load().rules[rule_id]
    return answer(rule, rule.example)


def call_example(rule: Rule) -> pd.Series:
    """The call of a rule on its own example."""
    return _call_example(rule.id)


def drug_of(rule: Rule) -> str:
    """A class that a rule is asked of."""
    return "PI3K" if rule.classes == ("*",) else rule.classes[0]


def write(folder: Path = FOLDER) -> None:
    """Write every page and the list of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, "utf-8")


def pages() -> dict[str, str]:
    """Every page by its file name."""
    knowledge = load()
    listed = {f"{r.id}.md": page(r, knowledge) for r in knowledge.rules.values()}
    return {"README.md": index(knowledge), **listed}


def _wrap(text: str, first: str = "", rest: str = "") -> str:
    return textwrap.fill(
        text, 110, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )


def index(knowledge: Knowledge) -> str:
    """The list of all rules."""
    rows = [
        f"| [{r.id}]({r.id}.md) | `{r.call}` | {r.title} | {r.confidence} | {r.visible} |"
        for r in knowledge.rules.values()
    ]
    return f"# Rules\n\n{_wrap(INTRODUCTION)}\n\n{HEAD}" + "\n".join(rows) + "\n"


def page(rule: Rule, knowledge: Knowledge) -> str:
    """One page."""
    head = [f"# {rule.id}: {rule.title}", "", _wrap(rule.asks), ""]
    facts = _gate(rule) if rule.decided == "gate" else _facts(rule, knowledge)
    body = [_wrap(f"**{name}.** {text}", "- ", "  ") for name, text in facts]
    sources = [
        _wrap(
            f"{r.citation}"
            + (f", doi:{r.doi}" if r.doi else "")
            + (f", PMID:{r.pmid}" if r.pmid else "")
            + f" ({r.checked})",
            "- ",
            "  ",
        )
        for r in (knowledge.references[key] for key in rule.references)
    ]
    tail = ["", "## Sources", "", *sources, *_example(rule)]
    return "\n".join([*head, *body, *tail]) + "\n"


def _gate(rule: Rule) -> Iterator[tuple[str, str]]:
    """What is to be said of a gate."""
    yield "Kind", "gate; it holds for all calls"
    if rule.sites:
        yield "Sites it speaks of", ", ".join(rule.sites)
    yield "Enforced in", ", ".join(f"`{place}`" for place in rule.enforced.split("; "))
    yield "Limits", rule.limits
    yield "Confidence", CONFIDENCE[rule.confidence]


def _facts(rule: Rule, knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """What is to be said of a rule."""
    yield "Call", f"`{rule.call}`, kind {rule.kind}"
    names = [knowledge.classes[c].name if c != "*" else "any drug" for c in rule.classes]
    only = f"; only where the sheet's tissue says {' or '.join(rule.tissue)}" if rule.tissue else ""
    yield "Asked of", ", ".join(names) + only
    if rule.decided == "time":
        yield "Needs", "several times on treatment; decided where readouts are followed over time"
    elif len(rule.needs) > 1:
        yield "Needs all of", "; ".join(f"({i}) {c.text}" for i, c in enumerate(rule.needs, 1))
    else:
        yield "Needs", rule.needs[0].text
    if rule.supports:
        yield "Reported beside it", ", ".join(t.text for t in rule.supports) + "; decides nothing"
    yield "Engagement", "needed first (G6)" if rule.engaged else "not needed"
    yield "A shift of stress sites", STRESS[rule.ischemia]
    if rule.otherwise == "not_assessable":
        yield "A condition that fails", "leaves it open, for the state may be older than the drug"
    yield "A yes is", rule.hypothesis
    yield "What it cannot see", rule.limits
    yield "Seen by phosphoproteomics", rule.visible
    yield "Confidence", CONFIDENCE[rule.confidence]


def _example(rule: Rule) -> list[str]:
    """The example and what the rule says of it, as it is computed now."""
    if not rule.example:
        return []
    sites, proteins = split(rule.example)
    found = call_example(rule)
    listed = [f"{n.replace('_', ' ')} {c:+.2f}" for n, c in sites.items()]
    listed += [f"{gene} protein {c:+.2f}" for gene, c in proteins.items()]
    intro = (
        f"One pair of samples of one subject (made up: standard error 0.2 log2 of every change, "
        f"the same ischemia time before and on treatment), drug class `{drug_of(rule)}`, log2 "
        f"changes: {', '.join(listed)}."
    )
    said = f"Call: **{found['status'].replace('_', ' ')}**, {found['grade']}; {found['sites']}."
    return ["", "## Example", "", _wrap(intro), "", _wrap(said)]


if __name__ == "__main__":
    write()

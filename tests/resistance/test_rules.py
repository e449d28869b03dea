"""The rules R01 ...: each is a yes on its example, and not without any of its conditions."""

import re
from itertools import product

import pytest

from phosres.columns import STATUSES
from phosres.knowledge import Rule, load
from phosres.resistance._looks import Look
from phosres.resistance._rules import _weigh, choose
from tests.resistance import pages
from tests.resistance.handmade import call_by_hand

KNOWLEDGE = load()
DECIDED = [r for r in KNOWLEDGE.rules.values() if r.decided == "conditions"]
TOUCHED = [r for r in DECIDED if r.ischemia != "no"]
each_rule = pytest.mark.parametrize("rule", DECIDED, ids=lambda r: r.id)


def members(rule: Rule, condition: int) -> set[str]:
    """Sites and proteins that a condition of a rule rests on."""
    found = set()
    for term in rule.needs[condition].any_of:
        if term.kind == "set":
            found |= {m.site_id for m in KNOWLEDGE.sets[term.names[0]].members}
        elif term.kind == "readout":
            found |= set(KNOWLEDGE.readouts[term.names[0]].sites)
        else:
            found |= {f"protein:{n}" if term.kind == "protein" else n for n in term.names}
    return found


@each_rule
def test_a_rule_is_yes_on_its_example(rule: Rule) -> None:
    """Every condition met, the drug engaged, no stress: yes, with sites, hypothesis and source."""
    found = pages.call_example(rule)
    assert found["status"] == "yes", found["reason"]
    assert found["kind"] == rule.kind
    assert found["hypothesis"] == rule.hypothesis
    assert found["source"].startswith(f"{rule.id}; confidence {rule.confidence}; ")
    assert re.search(r" [+-]\d\.\d\d", found["sites"])
    assert found["grade"] == "weak" or (found["grade"] == "moderate" and rule.confidence != "C")
    assert "n = 1" in found["reason"]


@each_rule
def test_a_rule_without_its_last_condition_is_not_yes(rule: Rule) -> None:
    """Everything that a condition rests on deleted: not assessable, whatever else is measured."""
    own = members(rule, len(rule.needs) - 1)
    left = {n: c for n, c in rule.example.items() if n not in own}
    if any(not n.startswith("protein:") for n in left):
        assert pages.answer(rule, left)["status"] == "not_assessable"


@each_rule
def test_a_page_stands_for_every_rule(rule: Rule) -> None:
    """The page in docs/rules is the one that the record and its example give now."""
    path = pages.FOLDER / f"{rule.id}.md"
    assert path.read_text("utf-8") == pages.page(rule, KNOWLEDGE), f"run {pages.COMMAND}"


def test_there_is_no_other_page() -> None:
    """The list, gates and rules that time decides; nothing else lies in the folder."""
    files = {p.name for p in pages.FOLDER.iterdir()}
    assert files == {"README.md", *(f"{name}.md" for name in KNOWLEDGE.rules)}
    assert (pages.FOLDER / "README.md").read_text("utf-8") == pages.index(KNOWLEDGE)
    for rule in KNOWLEDGE.rules.values():
        if rule.decided != "conditions":
            text = (pages.FOLDER / f"{rule.id}.md").read_text("utf-8")
            assert text == pages.page(rule, KNOWLEDGE)


@each_rule
def test_what_is_not_measured_never_helps(rule: Rule) -> None:
    """Over all outcomes of each condition: forgetting one never makes it hold."""
    worth = {None: 0, False: 0, True: 1}
    for condition in rule.needs:
        subjects = list(dict.fromkeys(t.subject for t in condition.any_of))
        for statuses in product(STATUSES, repeat=len(subjects)):
            looks = {s: Look(x, "") for s, x in zip(subjects, statuses, strict=True)}
            holds = _weigh(condition, looks).holds
            for subject in subjects:
                less = {**looks, subject: Look("not_measured", "")}
                assert worth[_weigh(condition, less).holds] <= worth[holds]


@pytest.mark.parametrize("rule", [r for r in DECIDED if r.engaged], ids=lambda r: r.id)
def test_engagement_comes_before_resistance(rule: Rule) -> None:
    """Gate G6: the example without what its drug's target moves is never a yes."""
    drug = KNOWLEDGE.classes[pages.drug_of(rule)]
    targets = {m.site_id for s in drug.target_sets for m in KNOWLEDGE.sets[s].members}
    left = {n: c for n, c in rule.example.items() if n not in targets}
    if any(not n.startswith("protein:") for n in left):
        assert pages.answer(rule, left)["status"] == "not_assessable"


def test_only_readings_do_without_engagement() -> None:
    """Every rule of kind resistance asks for engagement."""
    assert all(r.engaged or r.kind == "quality" for r in DECIDED)


@pytest.mark.parametrize(
    "rule", [r for r in DECIDED if r.ischemia != "no"][::3], ids=lambda r: r.id
)
def test_stress_blocks_or_weakens(rule: Rule) -> None:
    """Stress sites that moved block what they imitate and weaken what they touch."""
    stress = {"HSPB1_S78": -2.0, "MAPK14_Y182": -2.2, "JUN_S63": -1.9, "MAPK8_Y185": -2.1}
    found = pages.answer(rule, {**rule.example, **stress})
    if rule.ischemia == "block":
        assert found["status"] == "not_assessable"
        assert "stress or ischemia imitates it" in found["reason"]
    else:
        assert (found["status"], found["grade"]) == ("yes", "weak")
        assert "stress sites moved too" in found["reason"]


def test_a_rule_is_asked_of_its_drugs_only() -> None:
    """Without a drug none is asked; a drug has the rules of its classes and those of any drug."""
    for drug in (None, *KNOWLEDGE.classes):
        match = KNOWLEDGE.find_drug(drug) if drug else None
        due = {r.id for r in DECIDED if {drug, "*"} & set(r.classes) and not r.tissue}
        assert {r.id for r in choose(KNOWLEDGE, match, "")} == (due if drug else set()), drug


def test_a_rule_of_one_tissue_is_asked_there() -> None:
    """R11 is asked where the sheet says thyroid, in any case."""
    changes = {"AKT1S1_T246": -2.0, "TSC2_T1462": -2.0}
    assert "PI3KI_MTORC1_THYROID" not in call_by_hand(changes, drug="alpelisib").index
    found = call_by_hand(changes, drug="alpelisib", tissue="Anaplastic THYROID carcinoma")
    assert "PI3KI_MTORC1_THYROID" in found.index


def test_a_rule_that_needs_amounts_says_which() -> None:
    """Without a proteome MYC, PTEN and FRA1 rules are not assessable, and name what is needed."""
    for rule in DECIDED:
        genes = [t.names[0] for t in rule.terms if t.kind == "protein"]
        if any(t.kind == "protein" for c in rule.needs for t in c.any_of):
            sites = {n: c for n, c in rule.example.items() if not n.startswith("protein:")}
            found = pages.answer(rule, sites)
            assert found["status"] == "not_assessable"
            assert (
                f"{genes[0]} protein not measured (no proteome tells its amount)"
                in (found["reason"])
            )
            assert rule.limits in found["reason"]


def test_a_cohort_is_graded_by_its_weakest_condition_and_the_rule() -> None:
    """Replicates and three sites: strong for a rule of confidence A, never for B."""
    for rule in DECIDED[::4]:
        found = pages.answer(rule, rule.example, n_of_one=False, se=0.1)
        assert found["status"] == "yes", rule.id
        assert "n = 1" not in found["reason"]
        assert found["grade"] != "strong" or rule.confidence == "A"
    r03 = KNOWLEDGE.rules["R03"]
    assert pages.answer(r03, r03.example, n_of_one=False, se=0.1)["grade"] == "strong"


def test_no_rule_rests_on_shared_sites_alone() -> None:
    """Gate G4: some needed condition rests on a set, or on a site with one input."""
    for rule in DECIDED:
        terms = [t for c in rule.needs for t in c.any_of]
        alone = all(
            t.kind == "sites" and all(KNOWLEDGE.sites[n].specificity == "shared" for n in t.names)
            for t in terms
        )
        assert not alone, rule.id

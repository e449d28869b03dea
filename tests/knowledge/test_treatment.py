"""Drugs, aliases, classes and combinations as users write them."""

import pytest

from phosres.errors import KnowledgeError
from phosres.knowledge import load


@pytest.mark.parametrize(
    ("text", "drug", "drug_class"),
    [
        ("alpelisib", "alpelisib", "PI3K"),
        ("BYL719", "alpelisib", "PI3K"),
        ("byl-719", "alpelisib", "PI3K"),
        ("Rapamycin", "sirolimus", "RAPALOG"),
        ("AMG 510", "sotorasib", "KRAS_G12C"),
        ("MRTX849", "adagrasib", "KRAS_G12C"),
        ("palbociclib", "palbociclib", "CDK46"),
        ("β-elemene", "beta-elemene", "OTHER"),
    ],
)
def test_a_drug_is_found_by_any_spelling(text, drug, drug_class):
    """Case, spaces and punctuation do not matter."""
    (part,) = load().find_drug(text).parts
    assert part.drug is not None
    assert (part.drug.id, part.drug_class.id) == (drug, drug_class)


@pytest.mark.parametrize(
    ("text", "drug_class"),
    [
        ("PI3K inhibitor", "PI3K"),
        ("PI3K inhibitors", "PI3K"),
        ("rapalog", "RAPALOG"),
        ("KRAS G12C inhibitor", "KRAS_G12C"),
        ("CDK4/6 inhibitor", "CDK46"),
        ("PI3K/mTOR inhibitor", "DUAL_PI3K_MTOR"),
        ("mek", "MEK"),
    ],
)
def test_a_class_is_found_by_name(text, drug_class):
    """A class needs no drug."""
    (part,) = load().find_drug(text).parts
    assert part.drug is None
    assert part.drug_class.id == drug_class


def test_a_combination_has_its_parts_in_order():
    """Each part brings its class; shared routes appear once."""
    match = load().find_drug("everolimus + trametinib")
    assert [part.text for part in match.parts] == ["everolimus", "trametinib"]
    assert [c.id for c in match.classes] == ["RAPALOG", "MEK"]
    assert "RPS6_S240" in match.expected_down
    assert "ERF_T526" in match.expected_down
    routes = [route.route for route in match.routes]
    assert len(routes) == len(set(routes))
    assert {"AKT_FEEDBACK", "MTORC1"} <= set(routes)


def test_a_drug_adds_to_its_class():
    """Sorafenib brings FLNA S2152, which its class does not expect."""
    assert "FLNA_S2152" in load().find_drug("sorafenib").expected_up


def test_unknown_drugs_are_named_with_the_nearest():
    """All unknown parts at once, each with what was probably meant."""
    with pytest.raises(KnowledgeError) as error:
        load().find_drug("alpelisb + trametinb")
    assert len(error.value.problems) == 2
    assert "'alpelisb' is not known" in str(error.value)
    assert "'alpelisib'" in str(error.value)
    assert "'trametinib'" in str(error.value)


def test_an_ambiguous_class_is_refused():
    """An "mTOR inhibitor" may be a rapalog or a kinase inhibitor, which differ for mTORC2."""
    with pytest.raises(KnowledgeError, match="pan-mTOR inhibitor"):
        load().find_drug("mTOR inhibitor")


def test_an_empty_treatment_is_refused():
    """Blank text is no drug."""
    with pytest.raises(KnowledgeError):
        load().find_drug("  ")


def test_every_name_finds_its_own_record():
    """Each id and alias of each drug and class leads back to it."""
    knowledge = load()
    for drug in knowledge.drugs.values():
        for name in (drug.id, *drug.aliases):
            (part,) = knowledge.find_drug(name).parts
            assert part.drug is drug, name
    for drug_class in knowledge.classes.values():
        for name in (drug_class.id, drug_class.name, *drug_class.aliases):
            (part,) = knowledge.find_drug(name).parts
            assert part.drug_class is drug_class, name

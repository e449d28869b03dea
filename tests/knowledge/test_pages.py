"""Pages are those of the tables; what must be covered is, or is named as invisible."""

import pytest

from phosres.knowledge import load
from tests.knowledge.pages import FOLDER, pages, read_coverage, status

KNOWLEDGE = load()
PAGES = pages(KNOWLEDGE)


@pytest.mark.parametrize("name", list(PAGES))
def test_a_page_is_the_one_of_the_tables(name):
    """``python -m tests.knowledge.pages`` writes them again."""
    assert (FOLDER / name).read_text("utf-8") == PAGES[name]


@pytest.mark.parametrize("asked", read_coverage(), ids=lambda a: a.asked)
def test_every_pathway_that_is_asked_for_is_there(asked):
    """Sets, sites and calls exist; a set that is seen holds a site; else a proxy is named."""
    calls = {*KNOWLEDGE.routes, *(r.call for r in KNOWLEDGE.rules.values())}
    assert set(asked.sets) <= set(KNOWLEDGE.sets)
    assert set(asked.sites) <= set(KNOWLEDGE.sites)
    assert set(asked.calls) <= calls
    members = {m.site_id for name in asked.sets for m in KNOWLEDGE.sets[name].members}
    assert set(asked.sites) <= members
    said = status(asked, KNOWLEDGE)
    assert said.startswith("visible") == bool(
        members and any(KNOWLEDGE.sets[s].visible != "no" for s in asked.sets)
    )
    assert said.split(": ")[-1]
    for name in asked.sets:
        group = KNOWLEDGE.sets[name]
        assert group.visible != "no" or group.proxies

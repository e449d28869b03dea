"""Tables of a user over the knowledge base: added, replaced, removed, and every mistake told."""

from pathlib import Path

import pytest

from phosres.config.model import Knowledge as KnowledgeTables
from phosres.errors import KnowledgeError
from phosres.knowledge import Knowledge, load
from phosres.knowledge.tables import FILES


def write(folder: Path, name: str, *rows: str) -> Path:
    """Write a table; cells are separated by '|' here."""
    path = folder / f"{name}.tsv"
    path.write_text("\n".join(row.replace("|", "\t") for row in rows) + "\n", "utf-8")
    return path


def over(folder: Path, **tables: tuple[str, ...]) -> Knowledge:
    """Load the knowledge base with tables over it."""
    return load({name: write(folder, name, *rows) for name, rows in tables.items()})


def test_every_table_has_its_key():
    """What is shipped can be extended, and nothing else is offered."""
    assert {f"{name}.tsv" for name in KnowledgeTables.model_fields} == set(FILES)


def test_a_row_is_added_with_cautious_defaults(tmp_path):
    """A new site needs its identity only; nobody vouches for what it means."""
    rows = ("site_id|gene|uniprot|residue|position|window15",)
    rows += ("FOO1_S10|FOO1|Q00001|S|10|AAAAAAASAAAAAAA",)
    site = over(tmp_path, sites=rows).sites["FOO1_S10"]
    assert (site.tier, site.specificity, site.verified_biology) == (
        "supporting",
        "shared",
        "unverified",
    )
    assert site.detectability == "unknown"


def test_cells_that_are_given_replace_and_others_stay(tmp_path):
    """An alias is added to a drug without spelling the drug out again."""
    changed = over(tmp_path, drugs=("id|aliases", "alpelisib|BYL719;my tablet"))
    assert changed.find_drug("My Tablet").parts[0].drug.id == "alpelisib"
    assert changed.drugs["alpelisib"].targets == load().drugs["alpelisib"].targets


def test_a_member_gets_another_weight_and_sign(tmp_path):
    """Weights and signs of sets are the user's to change."""
    rows = ("set|site_id|sign|weight", "MTORC1|RPS6_S240|-1|0.25")
    before = {m.site_id: m for m in load().sets["MTORC1"].members}
    after = {m.site_id: m for m in over(tmp_path, members=rows).sets["MTORC1"].members}
    assert (after["RPS6_S240"].sign, after["RPS6_S240"].weight) == (-1, 0.25)
    assert after["RPS6_S240"].arm == before["RPS6_S240"].arm
    assert list(after) == list(before)


def test_what_is_removed_is_gone_everywhere(tmp_path):
    """A removed site leaves sets, readouts and classes, and no dangling name."""
    changed = over(tmp_path, sites=("site_id|action", "RPS6_S235|remove"))
    assert "RPS6_S235" not in changed.sites
    assert changed.readouts["S6_S235_S236"].sites == ("RPS6_S236",)
    assert not any("RPS6_S235" in c.on_target_down for c in changed.classes.values())
    assert load().readouts["S6_S235_S236"].sites == ("RPS6_S235", "RPS6_S236")


def test_a_route_and_a_set_of_ones_own(tmp_path):
    """A pathway, its members and the route that rises with it come from three tables."""
    changed = over(
        tmp_path,
        sets=("id|name", "MINE|my pathway"),
        members=("set|site_id|sign", "MINE|RPS6_S240|1", "MINE|CAD_S1859|1"),
        routes=("id|name|rises|hypothesis", "MY_ROUTE|mine|MINE|consistent with my idea"),
    )
    assert [m.weight for m in changed.sets["MINE"].members] == [0.5, 0.5]
    assert changed.routes["MY_ROUTE"].rises == ("MINE",)


def test_the_hash_is_that_of_what_is_in_effect(tmp_path):
    """A result says which knowledge it rests on; without tables it is the package's."""
    one = over(tmp_path, drugs=("id|aliases", "alpelisib|BYL719;one"))
    two = over(tmp_path, drugs=("id|aliases", "alpelisib|BYL719;two"))
    assert len({load().content_hash, one.content_hash, two.content_hash}) == 3
    assert load({}).content_hash == load().content_hash


def test_every_mistake_is_told_with_its_place(tmp_path):
    """Mistakes of several tables come together: file, row, column, remedy."""
    with pytest.raises(KnowledgeError) as caught:
        over(
            tmp_path,
            sites=(
                "site_id|action|note",
                "RPS6_S999|remove|",
                "RPS6_S240|add|twice",
                "RPS6_S244|drop|",
                "RPS6_S236|replace|one",
                "RPS6_S236|replace|two",
            ),
            drugs=("id|klass", "mine|PI3K"),
            sets=("id|action", "MTORC1|remove"),
            members=("site_id|sign", "RPS6_S240|1"),
            readouts=("id|complex|name", "NEW|MTORC9|new"),
        )
    text = str(caught.value)
    for part in (
        "sites.tsv:2 [site_id]: there is no 'RPS6_S999' to remove",
        "sites.tsv:3 [site_id]: 'RPS6_S240' is there already",
        "sites.tsv:4 [action]: 'drop' is not allowed",
        "sites.tsv:6 [site_id]: 'RPS6_S236' is already in line 5",
        "drugs.tsv:1 [klass]: there is no such column in this table\n    -> did you mean 'class'",
        "sets.tsv:2 [id]: 'MTORC1' cannot be removed",
        "members.tsv:1 [set]: the column is missing",
        "readouts.tsv:2 [complex]: 'MTORC9' is not allowed",
    ):
        assert part in text, part


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("sites", b"\xff\xfe\x00", "is no UTF-8 text"),
        ("sites", b"", "has no columns separated by tabs"),
        ("drugs", b"id,aliases\n", "has no columns separated by tabs"),
        ("pathways", b"id\tname\n", "there is no table 'pathways'"),
    ],
)
def test_what_is_no_table_is_told(tmp_path, name, content, message):
    """A spreadsheet or an empty file is a problem of that file, not a traceback."""
    path = tmp_path / "mine.tsv"
    path.write_bytes(content)
    with pytest.raises(KnowledgeError, match=message):
        load({name: path})

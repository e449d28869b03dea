"""The shipped tables: complete, consistent, and free of what may not be shipped."""

import re
from importlib.resources import files

import pytest

from phosres.errors import KnowledgeError
from phosres.knowledge import Knowledge, load
from phosres.knowledge.base import parse
from phosres.knowledge.tables import FILES

FOLDER = files("phosres.knowledge")
TEXTS = {name: (FOLDER / name).read_text("utf-8") for name in FILES}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


def changed(name: str, old: str, new: str) -> tuple[tuple[str, str], ...]:
    """Give the tables with one text replaced."""
    assert old in TEXTS[name]
    return tuple({**TEXTS, name: TEXTS[name].replace(old, new, 1)}.items())


def test_every_table_of_the_folder_is_read():
    """No table lies in the package without being part of the content hash."""
    found = {path.name for path in FOLDER.iterdir() if path.name.endswith(".tsv")}
    assert found == set(FILES)


def test_the_same_content_gives_the_same_object(knowledge):
    """Loading twice costs nothing and gives equal hashes."""
    assert load() is knowledge
    assert re.fullmatch(r"[0-9a-f]{64}", knowledge.content_hash)


def test_the_hash_follows_the_content(knowledge):
    """A changed note changes the hash."""
    other = parse(changed("drugs.tsv", "prodrug of sirolimus", "prodrug"))
    assert other.content_hash != knowledge.content_hash


def test_the_curated_numbers(knowledge):
    """All curated sites and sets are there."""
    assert len(knowledge.sites) == 408
    assert len(knowledge.sets) == 59
    assert len({site.gene for site in knowledge.sites.values()}) == 160
    assert len(knowledge.ischemia) == 171


def test_a_site_is_the_centre_of_its_window(knowledge):
    """Residue, id and window of each site agree."""
    for site in knowledge.sites.values():
        assert site.window15[7] == site.residue, site.site_id
        assert site.site_id == f"{site.gene}_{site.site}"
        assert re.fullmatch(r"_*[ACDEFGHIKLMNPQRSTVWY]+_*", site.window15), site.site_id


def test_windows_of_one_protein_overlap_consistently(knowledge):
    """Two sites of a protein within 14 residues have the same sequence where windows overlap."""
    sites = list(knowledge.sites.values())
    compared = 0
    for a in sites:
        for b in sites:
            shift = b.position - a.position
            if a.uniprot == b.uniprot and 0 < shift < 15:
                compared += 1
                assert a.window15[shift:] == b.window15[: 15 - shift], (a.site_id, b.site_id)
    assert compared > 100


def test_neighbours_fit_the_window_of_their_site(knowledge):
    """A neighbour's window is its site's window, shifted."""
    for near in knowledge.neighbours:
        site = knowledge.sites[near.site_id]
        shift = near.position - site.position
        a, b = (site.window15, near.window15) if shift > 0 else (near.window15, site.window15)
        assert a[abs(shift) :] == b[: 15 - abs(shift)], near


def test_ischemia_windows_agree_with_the_sites(knowledge):
    """A site in both tables has one window."""
    shared = set(knowledge.ischemia) & set(knowledge.sites)
    assert len(shared) > 15
    for key in shared:
        assert knowledge.ischemia[key].window15 == knowledge.sites[key].window15


def test_rodent_sites_keep_the_residue(knowledge):
    """A mouse or rat position names a phosphorylatable residue of the same kind."""
    for site in knowledge.sites.values():
        for other in (site.mouse_site, site.rat_site):
            assert other == "" or re.fullmatch(rf"[{site.residue}]\d+", other), site.site_id


def test_the_readouts_are_the_contract(knowledge):
    """The four readouts, their complexes and their sites."""
    readouts = knowledge.readouts
    assert list(readouts) == ["S6_S235_S236", "S6_S240_S244", "4EBP1", "AKT_S473"]
    assert readouts["AKT_S473"].complex == "MTORC2"
    assert readouts["AKT_S473"].sites == ("AKT1_S473", "AKT2_S474", "AKT3_S472")
    assert {f"{n.residue}{n.position}" for n in readouts["S6_S240_S244"].neighbours} == {
        "T241",
        "S242",
        "S246",
    }
    for readout in readouts.values():
        assert readout.arm in knowledge.sets[readout.complex].arms
        assert set(readout.sites) <= {
            m.site_id for m in knowledge.sets["MTORC1"].members + knowledge.sets["MTORC2"].members
        }


def test_the_complexes_have_their_arms(knowledge):
    """Both complexes are split, and dual-input sites weigh less than S6K-only ones."""
    mtorc1, mtorc2 = knowledge.sets["MTORC1"], knowledge.sets["MTORC2"]
    assert list(mtorc1.arms) == ["S6K", "4EBP", "DIRECT"]
    assert set(mtorc2.arms) == {"AKT_HM", "SGK_NDRG1", "OTHER"}
    weight = {m.site_id: m.weight for m in mtorc1.members}
    assert weight["RPS6_S240"] == 1 > weight["RPS6_S235"]
    assert {m.site_id: m.sign for m in mtorc1.members}["EEF2_T57"] == -1
    for part in ("MTORC1_S6K", "MTORC1_4EBP"):
        assert {m.site_id for m in knowledge.sets[part].members} <= set(weight)


def test_signs_agree_with_the_sites(knowledge):
    """A member of a readout pathway moves as its site says, unless the set says why not."""
    # AUTOPHAGY_ULK1, GSK3 and P53_MDM2 read the opposite state of sites that AKT writes; feedback
    # and bypass routes are patterns.
    patterns = {"AUTOPHAGY_ULK1", "PI3K_AKT_FEEDBACK", "CDK46_BYPASS", "GSK3", "P53_MDM2"}
    for group in knowledge.sets.values():
        for member in group.members if group.id not in patterns else ():
            sign = knowledge.sites[member.site_id].pathway_sign
            assert sign in (0, member.sign), (group.id, member.site_id)


def test_what_cannot_be_seen_says_so(knowledge):
    """A set without members names its proxies or what is missing."""
    for group in knowledge.sets.values():
        if not group.members:
            assert group.visible == "no"
            assert group.proxies, group.id
        else:
            assert 1 <= group.min_members <= len(group.members), group.id


def test_every_class_and_route_is_usable(knowledge):
    """A route has a sourced hypothesis and no advice; a class with targets has a direction."""
    for route in knowledge.routes.values():
        assert route.references, route.id
        assert re.match(r"(consistent with|mostly invisible|invisible)", route.hypothesis)
        assert not re.search(r"\b(should|recommend|treat with|give)\b", route.hypothesis)
    for drug_class in knowledge.classes.values():
        assert not drug_class.target_sets or drug_class.target_direction != 0
        overlap = set(drug_class.on_target_up) & set(drug_class.on_target_down)
        assert not overlap, drug_class.id


def test_expected_sites_agree_with_the_target_sets(knowledge):
    """At least one expected site of a class lies in its most direct target set."""
    for drug_class in knowledge.classes.values():
        expected = {*drug_class.on_target_down, *drug_class.on_target_up}
        if drug_class.target_sets and expected:
            groups = (knowledge.sets[name].members for name in drug_class.target_sets)
            assert expected & {m.site_id for members in groups for m in members}, drug_class.id


def test_nothing_unshippable_is_named():
    """No table names a non-commercial database, a draft's file or an internal key."""
    banned = r"PhosphoSite|PTMsig|\bPSP\b|Kinase Library|\bseed\d|\bS00\d\b|KSTAR|\.yaml\b"
    for name, text in TEXTS.items():
        for line, row in enumerate(text.splitlines(), 1):
            assert not re.search(banned, row), f"{name}:{line}"


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("sites.tsv", "IAKRRRLSSLRASTS", "IAKRRRLASLRASTS", "sites.tsv:2 [window15]"),
        ("members.tsv", "MTORC1_S6K\tRPS6_S240", "MTORC1_S6K\tRPS6_S999", "'RPS6_S999'"),
        ("drugs.tsv", "BYL719;BLY719", "RAD001", "'RAD001' means both 'everolimus'"),
        ("sets.tsv", "id\tname\tkind", "id\tname\tsort", "the column 'kind' is missing"),
        ("members.tsv", "\t0.5\tS6K", "\thalf\tS6K", "'half' is not a number"),
        ("routes.tsv", "\twarn\t", "\tmaybe\t", "allowed: block, warn, no"),
    ],
)
def test_a_wrong_table_is_refused(name, old, new, message):
    """Each mistake is reported with its file, row and column."""
    with pytest.raises(KnowledgeError) as error:
        parse(changed(name, old, new))
    assert message in str(error.value)


def test_all_mistakes_are_reported_at_once():
    """Two mistakes in two tables give two problems."""
    texts = dict(changed("sites.tsv", "IAKRRRLSSLRASTS", "IAKRRRLASLRASTS"))
    texts["routes.tsv"] = texts["routes.tsv"].replace("\twarn\t", "\tmaybe\t", 1)
    with pytest.raises(KnowledgeError) as error:
        parse(tuple(texts.items()))
    assert len(error.value.problems) == 2


@pytest.mark.parametrize("table", ["sites.tsv", "sets.tsv", "routes.tsv", "drugs.tsv"])
def test_every_row_has_a_source_or_says_that_none_was_read(table):
    """A reader can follow a row to a source, or reads that there is none yet."""
    header, *rows = (line.split("\t") for line in TEXTS[table].splitlines())
    for row in rows:
        cells = dict(zip(header, row, strict=True))
        said = " ".join(row).casefold()
        assert cells["references"] or "unverified" in said or "not named" in said, row[0]


def test_sources_can_be_found(knowledge):
    """A PMID or DOI, or words that say how far the source was checked."""
    for reference in knowledge.references.values():
        assert reference.checked, reference.id
        assert re.fullmatch(r"\d*", reference.pmid), reference.id
        assert re.fullmatch(r"(10\.\d{4,}/\S+)?", reference.doi), reference.id


def test_markers_of_composition_are_no_curated_sites_genes(knowledge):
    """A gene that reads a pathway would call its own change composition; PDGFR is told apart."""
    genes = {s.gene for s in knowledge.sites.values()}
    assert set(knowledge.composition) & genes == {"PDGFRA", "PDGFRB"}
    sizes = [m.compartment for m in knowledge.composition.values()]
    assert min(sizes.count("stroma"), sizes.count("immune")) > 20

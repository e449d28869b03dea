"""The typed, frozen records of the knowledge base, one per table.

Signs: `pathway_sign` is the direction of a site when its pathway is *active*, `protein_sign` the
effect on its own protein; they differ for 4E-BP1, GSK3, TSC2, FOXO and RB, so neither stands in
for the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass

ALIKE_MINUTES = 5.0
"""Difference in ischemia time that is taken as none: the earliest changes of phosphosites after
excision are reported from 5 minutes on (Mertins 2014, PMID:24719451)."""


@dataclass(frozen=True, slots=True)
class Site:
    """One phosphosite: where it is, who writes it, what it means and how well that is known.

    Parameters
    ----------
    site_id
        ``GENE_S240``, human numbering of the canonical UniProt sequence.
    gene, uniprot, residue, position
        Approved human symbol, accession, one-letter residue, 1-based position.
    window15
        The residue and seven on each side, ``_`` beyond the ends of the protein.
    mouse_site, rat_site
        The same site in the rodent protein (``S240``); empty where it is not verified.
    mouse_identity
        Residues of 15 that the mouse window shares with the human one; None if not compared.
    aliases
        Names used in papers (``S6K1 T389``).
    kinases
        Kinases reported for the site, as text.
    pathway_sign, protein_sign
        +1, -1 or 0 (not directional); see the module's note.
    tier
        ``core``, ``supporting``, ``context`` or ``qc``.
    detectability
        How often the reference phosphoproteome of Ochoa et al. 2020 saw the site: ``frequent``,
        ``moderate``, ``rare`` or ``absent``.
    same_window_in, same_peptide_in
        Other proteins (and their site) that share the 15-mer, or the tryptic peptide.
    specificity
        ``specific`` to one input, or ``shared`` by several; `note` says which.
    note, evidence, references
        What a reader must know, where it is said, and keys of the table of references.
    verified_window, verified_biology
        What was checked: the window against a sequence; the biology against primary
        ``literature``, a ``review``, or nothing yet (``unverified``).
    """

    site_id: str
    gene: str
    uniprot: str
    residue: str
    position: int
    window15: str
    mouse_site: str
    mouse_identity: int | None
    rat_site: str
    aliases: tuple[str, ...]
    kinases: str
    pathway_sign: int
    protein_sign: int
    tier: str
    detectability: str
    same_window_in: tuple[str, ...]
    same_peptide_in: tuple[str, ...]
    specificity: str
    note: str
    evidence: str
    references: tuple[str, ...]
    verified_window: str
    verified_biology: str

    @property
    def site(self) -> str:
        """Residue and position, ``S240``."""
        return f"{self.residue}{self.position}"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A residue beside a readout site that a search engine often names in its place."""

    site_id: str
    residue: str
    position: int
    window15: str
    note: str


@dataclass(frozen=True, slots=True)
class Numbering:
    """A number that papers or tables give a site instead of that of the canonical sequence.

    Parameters
    ----------
    site_id
        Site.
    number
        The other number, ``T389`` for S6K1 T412.
    scheme
        What it counts: the mature protein, an isoform, the protein of another species ...
    accession
        RefSeq accession without version that is numbered so; ``""`` if no accession tells.
    ambiguous
        Whether the canonical sequence has the same residue at that number: ``yes``, ``no`` or
        ``unchecked``. An ambiguous number counts only with the accession (or is left to windows).
    source
        Where that follows from.
    """

    site_id: str
    number: str
    scheme: str
    accession: str
    ambiguous: str
    source: str


@dataclass(frozen=True, slots=True)
class Ortholog:
    """The UniProt accession of the mouse or rat protein of a curated gene.

    It tells the species of a table and the gene of rows that have nothing but accessions; sites are
    never found through it by human numbers.
    """

    gene: str
    species: str
    uniprot: str
    checked: str


@dataclass(frozen=True, slots=True)
class Member:
    """A site in a set: its sign when the set is active, its weight, and its arm (or ``""``)."""

    site_id: str
    sign: int
    tier: str
    weight: float
    arm: str


@dataclass(frozen=True, slots=True)
class Readout:
    """One of the four contract readouts.

    Parameters
    ----------
    id, name
        ``S6_S240_S244`` and its spelling for people.
    complex, arm
        The complex it reads (``MTORC1`` or ``MTORC2``) and the arm of that complex.
    members
        Its sites; a paralog counts half.
    neighbours
        Mislocalised residues that are counted with a member.
    specificity
        What else moves it, one sentence.
    stand_ins
        Site ids to look at when the readout is not measured.
    references
        Keys of the table of references.
    """

    id: str
    name: str
    complex: str
    arm: str
    members: tuple[Member, ...]
    neighbours: tuple[Neighbour, ...]
    specificity: str
    stand_ins: tuple[str, ...]
    references: tuple[str, ...]

    @property
    def sites(self) -> tuple[str, ...]:
        """Ids of the member sites."""
        return tuple(member.site_id for member in self.members)


@dataclass(frozen=True, slots=True)
class SiteSet:
    """A pathway, complex, route or context: signed, weighted sites that rise when it is active.

    Parameters
    ----------
    id, name
        Stable id and a name for people.
    kind
        ``complex``, ``pathway``, ``route``, ``marker``, ``context``, ``quality`` or ``invisible``.
    visible
        Whether phosphoproteomics sees it: ``yes``, ``partial`` or ``no``.
    min_members
        Measured members below which it is not scored.
    members
        Empty for what cannot be seen; then `proxies` says what to measure instead.
    hint, not_visible, proxies, confounders, note, references
        How to read it, what it misses, non-phospho proxies, what imitates it, remarks, sources.
    """

    id: str
    name: str
    kind: str
    visible: str
    min_members: int
    members: tuple[Member, ...]
    hint: str
    not_visible: str
    proxies: str
    confounders: str
    note: str
    references: tuple[str, ...]

    @property
    def arms(self) -> Mapping[str, tuple[Member, ...]]:
        """Members by arm, in the order of the table; empty for a set without arms."""
        names = dict.fromkeys(member.arm for member in self.members if member.arm)
        return {arm: tuple(m for m in self.members if m.arm == arm) for arm in names}


@dataclass(frozen=True, slots=True)
class DrugClass:
    """What every drug of a class is expected to do.

    Parameters
    ----------
    id, name, aliases
        ``PI3K``, ``PI3K inhibitor`` and other spellings.
    target_sets
        Sets whose movement shows engagement, the most direct first; empty if nothing shows it.
    target_direction
        -1 the sets fall, +1 they rise, 0 no engagement marker is known.
    on_target_down, on_target_up, expected_unchanged, paradoxical_up
        Site ids by expected behaviour. A site may be expected down and still be listed as
        paradoxical: its failure to fall is then the finding.
    routes
        The compensation routes to check.
    note, references
        Remarks and sources.
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    target_sets: tuple[str, ...]
    target_direction: int
    on_target_down: tuple[str, ...]
    on_target_up: tuple[str, ...]
    expected_unchanged: tuple[str, ...]
    paradoxical_up: tuple[str, ...]
    routes: tuple["ClassRoute", ...]
    note: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClassRoute:
    """A route to check under a drug class.

    `mode` is ``rise`` (only an increase compensates) or ``rise_or_persist`` (failure to fall
    counts too); `rules` are rule ids, `references` keys of the table of references.
    """

    route: str
    mode: str
    rules: tuple[str, ...]
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drug:
    """A drug: its spellings, class, direct targets and what differs from its class."""

    id: str
    aliases: tuple[str, ...]
    drug_class: str
    targets: tuple[str, ...]
    extra_down: tuple[str, ...]
    extra_up: tuple[str, ...]
    note: str
    evidence: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """A compensation route; its id is the `call` of calls.tsv.

    Parameters
    ----------
    id, name, aliases
        ``MTORC1``, a name, and the set ids that mean the same route.
    rises
        Sets that must rise (signed by their members).
    agree
        Site ids of which at least one must move with the set.
    falls
        Sets that must fall at the same time (patterns such as the AKT feedback); often empty.
    gate
        What an ischemia shift between the samples does: ``block``, ``warn`` or ``no``.
    visible
        Whether phosphoproteomics sees the route: ``yes``, ``partial`` or ``no``.
    rules
        Rule ids (``R02``).
    hypothesis
        One sentence, a hypothesis with its source, never a recommendation.
    references
        Keys of the table of references.
    """

    id: str
    name: str
    rises: tuple[str, ...]
    agree: tuple[str, ...]
    falls: tuple[str, ...]
    gate: str
    visible: str
    rules: tuple[str, ...]
    aliases: tuple[str, ...]
    hypothesis: str
    references: tuple[str, ...]

    @property
    def ischemia_sensitive(self) -> bool:
        """Whether an ischemia shift can imitate the route."""
        return self.gate != "no"


@dataclass(frozen=True, slots=True)
class IschemiaSite:
    """A site that changes (`direction` ``up`` or ``down``) when a tumour waits before freezing."""

    gene: str
    accession: str
    site: str
    window15: str
    direction: str
    source: str
    reference: str
    verified: str

    @property
    def site_id(self) -> str:
        """``GENE_S82``, spelled as for `Site`."""
        return f"{self.gene}_{self.site}"


@dataclass(frozen=True, slots=True)
class CompositionMarker:
    """A gene whose phosphosites follow the share of other cells in a biopsy: a proxy, no measure.

    `compartment` is ``stroma`` (fibroblasts, muscle, vessels) or ``immune``.
    """

    gene: str
    compartment: str
    note: str
    references: tuple[str, ...]
    verified: str


@dataclass(frozen=True, slots=True)
class GeneAlias:
    """Another name of a gene: ``entry_name`` (UniProt, ``RS6``) or ``previous_symbol``."""

    symbol: str
    alias: str
    kind: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A source, and how far it was checked."""

    id: str
    citation: str
    pmid: str
    doi: str
    checked: str

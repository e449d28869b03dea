"""What a run configuration may hold: every key once, with type, default, unit and a sentence."""

import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from phosres.kinases.roles import NETWORK_ROLES
from phosres.readers import ROLES


def _plain(text: str) -> str:
    """Refuse characters that no table cell, file name or terminal can carry."""
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in text):
        raise PydanticCustomError("control_character", "holds a control character")
    return text


def _known_role(role: str) -> str:
    """Refuse what no reader looks for."""
    if role not in ROLES:
        raise PydanticCustomError("unknown_role", "unknown key")
    return role


def _known_network_role(role: str) -> str:
    """Refuse what no layout of networks has."""
    if role not in NETWORK_ROLES:
        raise PydanticCustomError("unknown_role", "unknown key")
    return role


def _as_tuple(value: object) -> object:
    """Accept a list, as files have it, and an empty key."""
    return () if value is None else tuple(value) if isinstance(value, list) else value


def _listed(value: object) -> object:
    """Let one value stand for a list of one, and accept lists although the model keeps tuples."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


def _whole(value: object) -> object:
    """Refuse true for 1: Python takes them for equal."""
    if isinstance(value, bool):
        raise PydanticCustomError("kind", "is true or false")
    return value


def _flag_or_text(value: object) -> object:
    """Refuse 1 for true: Python takes them for equal."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise PydanticCustomError("kind", "is a number")
    return value


def _correlation(value: object) -> object:
    """Accept the two ways of taking a correlation, or a correlation."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1
    if not number and value not in ("blocks", "consensus"):
        raise PydanticCustomError("kind", "is no correlation")
    return value


def _some(value: object) -> object:
    """Refuse an empty list."""
    if value == []:
        raise PydanticCustomError("empty", "is empty")
    return _listed(value)


def _section(value: object) -> object:
    """Read a section whose keys are all commented out as a section of defaults."""
    return {} if value is None else value


Text = Annotated[str, Field(min_length=1), AfterValidator(_plain)]
File = Annotated[Path, Field(strict=False), WithJsonSchema({"type": "string", "format": "path"})]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_listed)]
_TEXT_OR_TEXTS = {
    "anyOf": [
        {"type": "string", "minLength": 1},
        {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
    ]
}
Conditions = Annotated[tuple[Text, ...], BeforeValidator(_some), WithJsonSchema(_TEXT_OR_TEXTS)]
Correlation = Annotated[
    Literal["blocks", "consensus"] | float,
    PlainValidator(_correlation),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": ["blocks", "consensus"]},
                {"type": "number", "minimum": 0, "exclusiveMaximum": 1},
            ]
        }
    ),
]


class _Section(BaseModel):
    """What all sections share: nothing unknown, nothing converted silently, nothing changed."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        str_strip_whitespace=True,
    )


class Input(_Section):
    """The quantitative table and the samples in it."""

    table: File = Field(
        description="Table of phosphosites, as the search engine wrote it",
        examples=["../example_data/Phospho (STY)Sites.txt"],
    )
    samples: File | None = Field(
        description="Sample sheet (TSV or CSV): columns sample, subject, condition; optional "
        "timepoint, replicate, batch and any others; null: a table of changes that needs none",
        examples=["../example_data/samples.tsv"],
    )
    format: Text = Field(
        "auto", description="Format of the table: auto, or a name from `phosres show formats`"
    )
    species: Literal["auto", "human", "mouse", "rat", "human+mouse"] = Field(
        "auto",
        description="Species of the proteins in the table. auto: told from entry names, accessions "
        "and gene symbols; human+mouse: a xenograft, features of mouse are kept apart",
    )
    fasta: File | None = Field(
        None,
        description="FASTA file of the search (also gz, xz, zip), for tables of peptides that give "
        "no positions of phosphosites in proteins",
        examples=["human.fasta.gz"],
    )
    protein_table: File | None = Field(
        None,
        description="Total protein of the same samples: a table of protein groups as the search "
        "engine wrote it, or a column of accessions or genes and one column a sample. "
        "Samples that are named otherwise there: column protein_sample of the sample sheet",
        examples=["proteinGroups.txt"],
    )
    columns: dict[Annotated[str, AfterValidator(_known_role)], Text] = Field(
        default_factory=dict,
        json_schema_extra={"propertyNames": {"enum": list(ROLES)}},
        description="Generic tables only: what the id columns hold, as role: header. "
        "Columns that are not named here are recognised by their header",
        examples=[{"gene": "Gene", "site": "Site"}],
    )
    scale: Literal["auto", "linear", "log2"] = Field(
        "auto", description="Scale of the values in the file"
    )
    values: Literal["auto", "intensity", "ratio", "change"] = Field(
        "auto",
        description="Whether a value is an intensity, is relative to a reference, or is a change, "
        "on-treatment against pre-treatment already",
    )
    missing: Texts = Field(
        (),
        description="Further spellings of a missing value, beyond those of the format",
        examples=[["not detected"]],
    )
    pseudonyms: File | None = Field(
        None,
        description="Table of pseudonyms (TSV or CSV, columns id and pseudonym) that take the "
        "place of subjects and samples when the sheet is read: nothing that is written names them",
        examples=["pseudonyms.tsv"],
    )
    pseudonym_key: File | None = Field(
        None,
        description="File with a secret instead: pseudonyms are hashes of the ids that only the "
        "secret makes again",
        examples=["pseudonyms.key"],
    )

    @model_validator(mode="after")
    def _distinct_files(self) -> "Input":
        if self.table == self.samples:
            raise PydanticCustomError(
                "clash",
                "is the same file as input.table",
                {"key": "samples", "hint": "the sample sheet is a file of its own"},
            )
        if self.pseudonyms is not None and self.pseudonym_key is not None:
            raise PydanticCustomError(
                "clash",
                "is there beside input.pseudonyms",
                {"key": "pseudonym_key", "hint": "pseudonyms come from a table or from a secret"},
            )
        return self


class Design(_Section):
    """Which samples are compared."""

    pre: Conditions | None = Field(
        description="Value or values of the sheet's `condition` before treatment; null: the table "
        "holds changes already",
        examples=["pre"],
    )
    on: Conditions = Field(
        description="Value or values of `condition` on treatment; each is a contrast against pre",
        examples=["on"],
    )
    paired: Annotated[Literal["auto", True, False], BeforeValidator(_flag_or_text)] = Field(
        "auto",
        description="Compare within subjects; auto: yes, where every subject has both sides",
    )
    covariates: Texts = Field(
        (),
        description="Columns of the sample sheet a cohort is adjusted for: numbers, or else "
        "categories (batch and replicate are always categories)",
        examples=[["ischemia_min", "batch", "purity"]],
    )
    replicates: Literal["auto", "average", "separate"] = Field(
        "auto",
        description="Samples of one subject on one side: average makes them one, separate counts "
        "each; auto: average wherever subjects then still show a spread of their own",
    )

    @model_validator(mode="after")
    def _distinct_conditions(self) -> "Design":
        before = self.pre or ()
        for key, values in (("pre", before), ("on", self.on)):
            twice = sorted({v for v in values if values.count(v) > 1})
            if twice:
                raise PydanticCustomError(
                    "clash", "names {value} more than once", {"key": key, "value": repr(twice[0])}
                )
        both = [v for v in self.on if v in before]
        if both:
            raise PydanticCustomError(
                "clash",
                "names {value}, which design.pre names too",
                {
                    "key": "on",
                    "value": " and ".join(repr(v) for v in both),
                    "hint": "a condition is before or on treatment, not both",
                },
            )
        return self


class Treatment(_Section):
    """What the subjects were treated with; without a drug no engagement is claimed."""

    drug: Text | None = Field(
        None,
        description="Drug, alias or class from `phosres show drugs`, a combination joined by +; "
        "null: no drug context",
        examples=["PI3K inhibitor"],
    )
    from_sheet: bool = Field(
        default=True,
        description="Where the sample sheet has a column `drug`, its samples on treatment say what "
        "each subject was given, before treatment.drug; a cohort of drugs of different classes is "
        "not called; false: the column is not looked at",
    )


class Filters(_Section):
    """Which rows of the table are used."""

    localization_min: float = Field(
        0.75, ge=0, le=1, description="Least localisation probability of a site (class I: 0.75)"
    )


class Normalization(_Section):
    """How samples are made comparable."""

    method: Literal[
        "auto",
        "median_of_ratios",
        "stable_sites",
        "mode_of_ratios",
        "column_median",
        "quantile",
        "cyclic_loess",
        "none",
    ] = Field(
        "auto",
        description="Normalisation; stable_sites where a drug may move most features, none for "
        "tables that are normalised already; auto: none for changes and antibody arrays, "
        "median_of_ratios for all others",
    )
    stable_sites: File | None = Field(
        None,
        description="List of sites that do not answer to the drug (columns window, or protein or "
        "gene and site); used by method stable_sites and by the audit. null: the least variable "
        "features of the table",
        examples=["stable_sites.tsv"],
    )
    audit: bool = Field(
        default=True, description="Repeat the readouts under the other normalisations"
    )


class Statistics(_Section):
    """How changes are tested."""

    alpha: float = Field(
        0.05, gt=0, lt=0.5, description="Level of the tests, after adjustment within their family"
    )
    unchanged_fold: float = Field(
        1.5,
        gt=1,
        description="Equivalence margin, as a fold change: a readout is unchanged if it is shown "
        "to lie within 1/x and x",
    )
    trend: bool = Field(default=True, description="Let the prior variance depend on the intensity")
    robust: bool = Field(
        default=True, description="Keep outlier features out of the prior variance"
    )
    correlation: Correlation = Field(
        "blocks",
        description="Samples of one subject in a paired cohort; blocks: each subject has its own "
        "level; consensus: subjects are random with one estimated correlation, and those with "
        "one side count too; or that correlation",
    )
    protein_correction: Literal["report", "use"] = Field(
        "report",
        description="With input.protein_table; report: statuses and calls rest on the sites as "
        "they are, corrected changes stand beside them and what would flip is marked; use: they "
        "rest on the changes beyond those of the proteins",
    )
    biopsy_sd: float | None = Field(
        None,
        ge=0,
        description="Standard deviation between two untreated biopsies of one tumour, in log2; "
        "null: unknown, results of single pairs then say 'the two samples differ'",
        examples=[0.4],
    )
    noise_model: File | None = Field(
        None,
        description="Noise between replicates, learnt elsewhere by `phosres noise`, for subjects "
        "without replicates; null: the pair's own spread",
        examples=["noise_model.tsv"],
    )


def _table_key(what: str) -> Any:
    """Describe the key of one table of the knowledge base."""
    return Field(None, description=f"Rows that add to, replace or remove {what}")


class Knowledge(_Section):
    """Tables of your own (TSV) over those of the knowledge base; see docs/knowledge/README.md.

    A row whose key is in the table of phosres replaces the cells that are given, another is added;
    a column `action` (add, replace, remove) says so explicitly. One key a table.
    """

    sites: File | None = _table_key("the curated phosphosites")
    neighbours: File | None = _table_key("residues that are named in place of a readout site")
    readouts: File | None = _table_key("the readouts; the four of the contract cannot be removed")
    sets: File | None = _table_key("pathways, complexes and contexts")
    members: File | None = _table_key("the sites of sets and readouts, with sign and weight")
    drugs: File | None = _table_key("drugs")
    drug_classes: File | None = _table_key("drug classes")
    class_sites: File | None = _table_key("sites that a class of drugs is expected to move")
    class_routes: File | None = _table_key("routes that are looked at under a class of drugs")
    routes: File | None = _table_key("compensation routes")
    rules: File | None = _table_key("rules R01 ...")
    ischemia: File | None = _table_key("sites that change while a tumour waits before freezing")
    composition: File | None = _table_key("genes that show stroma or immune cells in a biopsy")
    gene_aliases: File | None = _table_key("other names of genes")
    numbering: File | None = _table_key("other numbers of sites")
    orthologs: File | None = _table_key("accessions of mouse and rat proteins")
    references: File | None = _table_key("sources")

    def tables(self) -> dict[str, Path]:
        """Return the tables that are given, by name, for `phosres.knowledge.load`."""
        return {name: path for name, path in dict(self).items() if path is not None}


class Network(_Section):
    """One network of kinases and their sites, scored in every contrast."""

    path: File = Field(
        description="File of the network, also gzipped",
        examples=["kinases.tsv"],
    )
    name: str | None = Field(
        None,
        description="Name of the network in the tables; null: that of the file",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$",
        json_schema_extra={
            "x-expected": "1 to 64 letters, digits, '_', '.' or '-', beginning with a letter "
            "or digit"
        },
    )
    format: Literal["auto", "table", "gmt", "omnipath", "signor", "psp"] = Field(
        "auto",
        description="Layout of the file; auto: told from its columns (docs/kinases.md)",
    )
    columns: dict[Annotated[str, AfterValidator(_known_network_role)], Text] = Field(
        default_factory=dict,
        json_schema_extra={"propertyNames": {"enum": list(NETWORK_ROLES)}},
        description="What the columns hold, as role: header, where they are named otherwise",
        examples=[{"source": "Kinase", "gene": "Substrate", "site": "Site"}],
    )
    min_size: int = Field(
        3,
        ge=1,
        description="Fewest measured pieces of evidence (peptide stretches) for a kinase to be "
        "tested",
    )
    other_species: bool = Field(
        default=False,
        description="Match gene and number also where table and network are of different species, "
        "although positions may differ",
    )

    @property
    def title(self) -> str:
        """Its name, or that of the file without its endings."""
        return self.name or self.path.name.split(".")[0]


class Report(_Section):
    """How results are shown."""

    title: Text | None = Field(None, description="Title of the report; null: the name of the run")
    max_labels: int = Field(20, ge=0, le=200, description="Most labels in one figure")
    figures: bool = Field(
        default=True,
        description="Draw figures; false: page and tables alone, for batches of thousands of runs",
    )


def find_side_clash(
    values: object, samples: object, pre: object
) -> tuple[str, str, str, str] | None:
    """Find a side that values of samples lack, or that changes have no use for.

    Without sample sheet and condition before treatment the table itself must hold changes: that is
    for the reader to see.

    Parameters
    ----------
    values, samples, pre
        What the configuration says of input.values, input.samples and design.pre.

    Returns
    -------
    Section, key, message and remedy; None if all is well.
    """
    if values == "change":
        if pre is None:
            return None
        text = "names a condition, but input.values says that the table holds changes"
        return "design", "pre", text, "leave it out"
    if pre is None and (samples is not None or values != "auto"):
        text = "found nothing, expected a text or a list of texts"
        hint = "name the condition; or set input.values: change if the values are changes"
        return "design", "pre", text, hint
    if samples is None and (pre is not None or values != "auto"):
        hint = "`phosres init` drafts a sample sheet"
        return "input", "samples", "found nothing, expected a file", hint
    return None


class Config(_Section):
    """A run configuration, checked; relative paths are resolved by `phosres.config.load`."""

    version: Annotated[Literal[1], BeforeValidator(_whole)] = Field(
        1, description="Version of this file's layout"
    )
    name: str = Field(
        description="Name of the run; results go to phosres-NAME",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$",
        examples=["demo"],
        json_schema_extra={
            "x-expected": "1 to 64 letters, digits, '_', '.' or '-', beginning with a letter "
            "or digit"
        },
    )
    input: Annotated[Input, BeforeValidator(_section)]
    design: Annotated[Design, BeforeValidator(_section)]
    treatment: Annotated[Treatment, BeforeValidator(_section)] = Treatment()
    filters: Annotated[Filters, BeforeValidator(_section)] = Filters()
    normalization: Annotated[Normalization, BeforeValidator(_section)] = Normalization()
    statistics: Annotated[Statistics, BeforeValidator(_section)] = Statistics()
    knowledge: Annotated[Knowledge, BeforeValidator(_section)] = Knowledge()

    networks: Annotated[tuple[Network, ...], BeforeValidator(_as_tuple)] = Field(
        (),
        description="Networks of kinases and their sites, each with the keys path and, if wanted, "
        "name, format, columns, min_size, other_species; kinases are scored in every contrast",
        examples=[[{"path": "kinases.gmt", "name": "mine"}]],
        json_schema_extra={"x-expected": "a list of networks, each with the key path"},
    )
    report: Annotated[Report, BeforeValidator(_section)] = Report()
    seed: int = Field(
        0, ge=0, le=2**32 - 1, description="Seed of everything random; same seed, same bytes"
    )

    @model_validator(mode="before")
    @classmethod
    def _changes_need_no_samples(cls, data: Any) -> Any:
        """Let a table of changes do without a sample sheet and a condition before treatment."""
        if not isinstance(data, dict):
            return data
        given, design = data.get("input"), data.get("design")
        if not isinstance(given, dict) or not isinstance(design, dict):
            return data
        if given.get("values") != "change":
            return data
        return data | {"input": {"samples": None} | given, "design": {"pre": None} | design}

    @model_validator(mode="after")
    def _networks_have_names(self) -> "Config":
        names = [n.title for n in self.networks]
        for at, name in enumerate(names):
            if name in names[:at]:
                hint = "give one of them another `name`"
                raise PydanticCustomError(
                    "clash", "two networks have the same name", {"key": "networks", "hint": hint}
                )
        return self

    @model_validator(mode="after")
    def _samples_need_sides(self) -> "Config":
        found = find_side_clash(self.input.values, self.input.samples, self.design.pre)
        if found is not None:
            section, key, text, hint = found
            context = {"section": section, "key": key, "hint": hint}
            raise PydanticCustomError("clash", text, context)
        return self

    def files(self) -> tuple[tuple[str, Path], ...]:
        """Return key and path of every file of data it names, for example ``input.table``.

        Files that say who is who are not among them: not even their hashes are written anywhere.
        """
        named = tuple(
            (f"{name}.{key}", value)
            for name in SECTIONS
            for key, value in dict(getattr(self, name)).items()
            if isinstance(value, Path) and key not in ("pseudonyms", "pseudonym_key")
        )
        return (*named, *((f"networks.{n.title}", n.path) for n in self.networks))

    def resolved(self) -> dict[str, Any]:
        """Return all parameters as plain data, in the order of the model.

        Returns
        -------
        Dicts, lists, texts, numbers, booleans and None: what ``config.resolved.yaml`` holds.
        """
        return self.model_dump(mode="json")


SECTIONS: Mapping[str, type[_Section]] = {
    name: field.annotation
    for name, field in Config.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, _Section)
}
"""The sections of a configuration by key."""

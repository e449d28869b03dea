"""The metadata of a result say what was read, by what, and what was written."""

import json

from phosres.crate import Action, describe
from phosres.store import format_json

ACTION = Action(
    name="r",
    description="d",
    version="0.1.0",
    inputs={"table.tsv": "a" * 64, "samples.tsv": "b" * 64},
    outputs=["tables/sites.tsv", "report.html"],
    started="2026-01-01T00:00:00+00:00",
    ended="2026-01-01T00:01:00+00:00",
)


def test_every_reference_leads_somewhere_and_every_id_is_one() -> None:
    """The graph is closed: what is named is described (but for the specifications)."""
    graph = describe(ACTION)["@graph"]
    ids = [node["@id"] for node in graph]
    assert len(set(ids)) == len(ids)

    def named(value: object) -> list[str]:
        if isinstance(value, dict):
            inner = [n for v in value.values() for n in named(v)]
            return inner + ([value["@id"]] if set(value) == {"@id"} else [])
        return [n for v in value for n in named(v)] if isinstance(value, list) else []

    dangling = {n for node in graph for n in named(node)} - set(ids)
    assert dangling == {"https://w3id.org/ro/crate/1.2"}


def test_inputs_outputs_program_and_times_are_there() -> None:
    """With the hashes of what was read."""
    nodes = {node["@id"]: node for node in describe(ACTION)["@graph"]}
    root, run = nodes["./"], nodes["#run"]
    assert [p["@id"] for p in root["hasPart"]] == ["report.html", "tables/sites.tsv"]
    assert {nodes[o["@id"]]["sha256"] for o in run["object"]} == {"a" * 64, "b" * 64}
    assert nodes[run["instrument"]["@id"]]["softwareVersion"] == "0.1.0"
    assert (run["startTime"], run["endTime"]) == (ACTION.started, ACTION.ended)
    assert run["actionStatus"].endswith("CompletedActionStatus")
    assert nodes["ro-crate-metadata.json"]["about"] == {"@id": "./"}


def test_a_failure_is_said() -> None:
    """Action status and error."""
    failed = Action(**{f: getattr(ACTION, f) for f in ACTION.__slots__} | {"errors": ("figure x",)})
    run = next(n for n in describe(failed)["@graph"] if n["@id"] == "#run")
    assert run["actionStatus"].endswith("FailedActionStatus")
    assert run["error"] == "figure x"


def test_it_is_json() -> None:
    """As it is written."""
    assert json.loads(format_json(describe(ACTION)))["@context"].endswith("/1.2/context")

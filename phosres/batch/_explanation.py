"""Why a run of a batch was computed, and what its unit depends on."""

from pathlib import Path

from phosres.batch._folder import BatchFolder, read_plan
from phosres.errors import ConfigError, Problem, did_you_mean


def explain(out: Path, run: str) -> str:
    """Say what a run of a batch depends on and why it was computed.

    Parameters
    ----------
    out
        Folder of the batch.
    run
        Name of the run.

    Returns
    -------
    Lines to print.

    Raises
    ------
    ConfigError
        If the folder is no batch, or has no such run.
    """
    folder = BatchFolder(out)
    plan = read_plan(out)
    if not plan:
        raise ConfigError(Problem(f"'{out}' is not the folder of a batch"))
    found = next((r for r in plan["runs"] if r["run"] == run), None)
    if found is None:
        names = [r["run"] for r in plan["runs"]]
        raise ConfigError(Problem(f"no run '{run}' in '{out}'", hint=did_you_mean(run, names)))
    lines = [f"run       {run}", f"asked by  {found['source']}"]
    if not found["key"]:
        return "\n".join([*lines, "state     failed", *found["reasons"]])
    fields = folder.units.fields(found["key"])
    failure = folder.units.failure(found["key"])
    state = "finished" if fields else "failed" if failure else "not done yet"
    lines += [
        f"state     {state}",
        f"unit      {found['key']}",
        f"computed  because {found['why']}",
    ]
    if failure:
        lines += [f"  {reason}" for reason in failure[1]]
    for name, value in sorted(fields.get("inputs", {}).items()):
        lines.append(f"  {name}  sha256 {value}")
    for name, value in sorted(fields.get("versions", {}).items()):
        lines.append(f"  {name} {value}")
    return "\n".join(lines)

"""The command line: parse, hand over to the pipeline, print a few lines, map errors to exit codes.

Exit codes: 0 ok, 1 a bug in phosres, 2 configuration or usage, 3 data, 4 partly failed,
130 interrupted. Results go to files and stdout; logs and progress to stderr.
"""

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from phosres.cli_batch import batch, explain, gather, verify
from phosres.cli_export import export
from phosres.cli_output import printable
from phosres.errors import ConfigError, PhosresError, Problem

if TYPE_CHECKING:
    from phosres.results import RunResult

PARTLY_FAILED = 4
INTERRUPTED = 130
_RESEARCH_USE = (
    "For research use only. Not for use in diagnostic procedures; results must not be used to "
    "select or change treatment."
)


@dataclass
class State:
    """What the commands share.

    Parameters
    ----------
    argv
        Arguments without the program's name.
    debug
        Whether a bug shows its traceback.
    """

    argv: list[str]
    debug: bool = False


class _Workflow(click.Group):
    """Commands in the order one uses them, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """List the commands as they were added."""
        return list(self.commands)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the only place that turns exceptions into exit codes.

    Parameters
    ----------
    argv
        Arguments without the program's name; those of the process by default.

    Returns
    -------
    The exit code.
    """
    state = State(list(sys.argv[1:] if argv is None else argv))
    try:
        with _stoppable():
            code = cli.main(
                args=state.argv,
                prog_name="phosres",
                standalone_mode=False,
                obj=state,
            )
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return ConfigError.exit_code
    except PhosresError as error:
        _say_problems(error.problems)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("phosres: interrupted; nothing was half-written", err=True)
        return INTERRUPTED
    except SystemExit:  # click's way to say that the reader of our output, a `head`, has left
        return 0
    except Exception as error:  # noqa: BLE001 - the last resort: every bug ends here, once
        _say_bug(error, debug=state.debug)
        return PhosresError.exit_code


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let SIGTERM, with which schedulers end a job, do what Ctrl-C does."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@click.group(
    cls=_Workflow, epilog=_RESEARCH_USE, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option("--debug", is_flag=True, help="Show the traceback of a bug.")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    help="Show versions.",
    callback=lambda context, _, wanted: _say_version(context, wanted),
)
@click.pass_obj
def cli(state: State, *, debug: bool) -> None:
    """From paired tumour phosphoproteomes to mTORC1 and mTORC2 readouts and calls."""
    state.debug = debug


_config = click.argument("config", type=click.Path(path_type=Path))
_out = click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Result folder.")
_force = click.option("--force", is_flag=True, help="Write into a folder that holds other files.")


@cli.command()
@click.argument("table", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    default=Path(),
    help="Folder for the drafts; the current one by default.",
)
@click.option(
    "--samples",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What is known of the samples: a sheet, SDRF, or an annotation of the search engine.",
)
def init(table: Path, out: Path, samples: Path | None) -> int:
    """Draft a configuration and a sample sheet for TABLE.

    Every guess in the drafts is marked; nothing that exists is overwritten.
    """
    from phosres.drafts import write_drafts

    written = write_drafts(table, out, samples)
    for path in written:
        click.echo(f"wrote {path}")
    lines = "PROBLEM, GUESS or FILL IN" if "# PROBLEM" in written[-1].read_text("utf-8") else ""
    lines = lines or "GUESS or FILL IN"
    click.echo(f"Check every line marked {lines}, then: phosres check {written[-1]}")
    return 0


@cli.command()
@_config
def check(config: Path) -> int:
    """Check CONFIG, its sample sheet and its table without running."""
    from phosres import pipeline

    click.echo(printable(pipeline.check(config).text))
    return 0


@cli.command()
@_config
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    default=Path("noise_model.tsv"),
    help="File to write; noise_model.tsv by default.",
)
def noise(config: Path, out: Path) -> int:
    """Learn the noise between replicates in the table of CONFIG.

    Samples of one subject, condition and time point are replicates. Single pairs of the same
    laboratory can then be judged by it: statistics.noise_model in their configuration.
    """
    from phosres import pipeline, store
    from phosres.noise import write_noise_model

    panel = pipeline.learn_noise(config)
    with store.clear_errors(out):
        out.write_text(write_noise_model(panel), encoding="utf-8")
    click.echo(printable(f"wrote {out}: {panel.text}, prior df {panel.model.d0:.3g}"))
    return 0


@cli.command()
@_config
@_out
@_force
@click.pass_obj
def run(state: State, config: Path, out: Path | None, *, force: bool) -> int:
    """Run the analysis that CONFIG describes.

    Results go to phosres-NAME in the current folder, or to --out.
    """
    return _run(state, config, out, force=force)


@cli.command()
@_out
@_force
@click.pass_obj
def demo(state: State, out: Path | None, *, force: bool) -> int:
    """Run the simulated example cohort that comes with phosres."""
    return _run(state, _demo_config(), out, force=force)


@cli.command()
@click.argument("folder", metavar="RUN_DIR", type=click.Path(path_type=Path))
@click.option("--pdf", is_flag=True, help="Print every page to PDF too, by an installed Chromium.")
def report(folder: Path, *, pdf: bool) -> int:
    """Make the report of a result again, from its tables alone.

    RUN_DIR is the folder of a run. Its pages and figures are replaced, its tables stay.
    """
    from phosres import pipeline

    failed = pipeline.render_again(folder, pdf=pdf)
    click.echo(f"Report: {folder / 'report.html'}")
    for section in failed:
        click.echo(printable(f"phosres: {section}"), err=True)
    return PARTLY_FAILED if failed else 0


@cli.command()
@click.argument(
    "what", type=click.Choice(["formats", "readouts", "pathways", "drugs", "rules", "methods"])
)
@click.argument("name", metavar="[ID]", required=False)
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="CONFIG",
    help="With the tables of your own that this configuration names (knowledge:).",
)
def show(what: str, name: str | None, config: Path | None) -> int:
    """List what phosres knows, or show one record by its ID."""
    from phosres.catalogue import describe_record, list_records
    from phosres.knowledge import load

    if config is None:
        known = load()
    else:
        from phosres.config import load as load_config

        known = load(load_config(config).knowledge.tables())
    text = list_records(what, known) if name is None else describe_record(what, name, known)
    click.echo(printable(text))
    return 0


@cli.command()
@click.option("--commented", is_flag=True, help="All parameters as commented YAML instead.")
def schema(*, commented: bool) -> int:
    """Print the JSON schema of a configuration, for editors."""
    from phosres.config.describe import write_commented, write_schema
    from phosres.store import format_json

    text = write_commented() if commented else format_json(write_schema()).decode()
    click.echo(text, nl=False)
    return 0


for _command in (batch, gather, explain, verify, export):
    cli.add_command(_command)


@cli.command()
@click.option("--paths", is_flag=True, help="Name folders, too (they may hold your name).")
def doctor(*, paths: bool) -> int:
    """Describe this installation for a bug report, and say what is wrong with it.

    Names no user, machine or folder unless --paths is given. Ends with 2 if phosres cannot work so.
    """
    from phosres.doctor import examine

    findings = examine(paths=paths)
    for finding in findings:
        click.echo(printable(str(finding)))
    return ConfigError.exit_code if any(f.light == "wrong" for f in findings) else 0


def _run(state: State, config_path: Path, out: Path | None, *, force: bool) -> int:
    """Load, compute, write, and say where the report is."""
    from phosres import pipeline, store
    from phosres.config import load, load_names

    config = load(config_path)
    out_dir = out or Path(f"phosres-{config.name}")
    if load_names(config).redact(str(out_dir)) != str(out_dir):
        hint = "name another folder"
        raise ConfigError(Problem("--out holds an id that was to be replaced", hint=hint))
    store.claim(out_dir, force=force)
    result = pipeline.run(config, argv=state.argv, progress=_progress())
    failed = pipeline.write(result, out_dir, force=force)
    click.echo(_conclusion(result, out_dir))
    for section in failed:
        click.echo(printable(f"phosres: {section}"), err=True)
    return PARTLY_FAILED if failed else 0


def _conclusion(result: "RunResult", out_dir: Path) -> str:
    """Say what was found, one sentence a contrast, and where the results are."""
    shown = list(result.contrasts)[:3]
    lines = [result.calls[name].text for name in shown]
    if len(result.contrasts) > len(shown):
        lines.append(f"and {len(result.contrasts) - len(shown)} more contrasts")
    lines += [f"Report: {out_dir / 'report.html'}", f"Tables: {out_dir / 'tables'}"]
    return "\n".join(printable(line.replace("\n", " ")) for line in lines)


def _demo_config() -> Path:
    """Find the example configuration, in an installed package or beside the sources."""
    package = Path(__file__).parent
    places = [package / "_demo" / "configs" / "demo.yaml", package.parent / "configs" / "demo.yaml"]
    found = next((p for p in places if p.is_file()), None)
    if found is None:
        raise ConfigError("the example data are not part of this installation of phosres")
    return found


def _progress() -> Callable[[str], None] | None:
    """Announce the steps of a run on a terminal, and nowhere else."""
    if not sys.stderr.isatty():
        return None
    return lambda step: click.echo(f"phosres: {step} ...", err=True)


def _say_problems(problems: Sequence[Problem]) -> None:
    for problem in problems:
        click.echo(printable(f"phosres: error: {problem}"), err=True)
    if len(problems) > 1:
        click.echo(f"phosres: {len(problems)} problems", err=True)


def _say_bug(error: Exception, *, debug: bool) -> None:
    from phosres import __version__

    if debug:
        import traceback

        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    what = printable(" ".join(str(error).split()))
    click.echo(
        f"phosres: this is a bug in phosres {__version__}, not in your data: "
        f"{type(error).__name__}: {what}\n"
        "    -> please report it with the command you ran; `phosres --debug ...` shows where",
        err=True,
    )


def _say_version(context: click.Context, wanted: bool) -> None:  # noqa: FBT001 - click's signature
    if wanted:
        from phosres.doctor import describe_version

        click.echo(describe_version())
        context.exit()

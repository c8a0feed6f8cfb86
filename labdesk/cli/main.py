"""The command line: puts the command groups together; the one place that turns errors into exit codes."""

from __future__ import annotations

import sys

import typer

from labdesk import __version__
from labdesk.cli import (
    chat,
    chats,
    dataset,
    exam,
    export,
    generate,
    hub,
    jobs,
    models,
    pipelines,
    plan,
    serve,
    taxonomy,
    teach,
    teachers,
    train,
)
from labdesk.cli.output import print_error
from labdesk.core.errors import JobStopped, LabdeskError

app = typer.Typer(
    name="labdesk",
    help="Teach a curriculum to an open language model on your own laptop. Without a command, the window opens.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("teach")(teach.teach)
app.command("generate")(generate.generate)
app.command("train")(train.train)
app.command("exam")(exam.exam)
app.command("export")(export.export)
app.command("chat")(chat.chat)
app.command("chats")(chats.chats)
app.command("serve")(serve.serve)
app.command("jobs")(jobs.jobs)
app.command("models")(models.models)
app.command("plan")(plan.plan)
app.add_typer(dataset.app, name="dataset")
app.add_typer(hub.app, name="hub")
app.add_typer(pipelines.app, name="pipelines")
app.add_typer(teachers.app, name="teachers")
app.add_typer(taxonomy.app, name="taxonomy")


def _version(value: bool) -> None:
    if value:
        typer.echo(f"labdesk {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    pass


def main(arguments: list[str]) -> int:
    """Run one command. Exit codes: 0 well, 1 an error that was explained, 2 wrong usage, 130 stopped."""
    try:
        # Outside of its standalone mode typer gives back the code of an Exit instead of raising it.
        return int(app(args=arguments, standalone_mode=False) or 0)
    except LabdeskError as error:
        print_error(error, as_json="--json" in arguments)
        return 1
    except typer.Exit as stop:
        return stop.exit_code
    except (KeyboardInterrupt, JobStopped, typer.Abort):
        print("Stopped. Nothing finished is lost: the same command continues.", file=sys.stderr)
        return 130
    except Exception as error:
        if hasattr(error, "format_message") and hasattr(error, "exit_code"):  # click's usage errors
            print(f"labdesk: {error.format_message()}", file=sys.stderr)
            print("Try “labdesk --help”.", file=sys.stderr)
            return 2
        raise

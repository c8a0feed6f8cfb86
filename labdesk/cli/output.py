"""How the terminal shows work and errors: sentences and a progress line for people, JSON lines for scripts."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from labdesk.core.errors import LabdeskError
from labdesk.core.events import (
    Artifact,
    Cancelled,
    Done,
    Event,
    Failed,
    Funnel,
    Metric,
    Note,
    Stage,
)
from labdesk.core.events import Progress as ProgressEvent
from labdesk.core.taxonomy.readiness import LeftOut, left_out_words


def print_error(error: LabdeskError, as_json: bool) -> None:
    """The three texts of an error, on standard error (JSON: on standard output, as the last line)."""
    if as_json:
        emit({"type": "error", "message": error.message, "cause": error.cause, "remedy": error.remedy})
        return
    console = Console(stderr=True, highlight=False)
    console.print(f"[bold red]{escape(error.message)}[/]", soft_wrap=True)
    if error.cause:
        console.print(escape(error.cause), soft_wrap=True)
    if error.remedy:
        console.print(f"[bold]What to do:[/] {escape(error.remedy)}", soft_wrap=True)


def emit(value: Any) -> None:
    """One JSON object on one line."""
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.flush()


def say_left_out(leaves: Sequence[LeftOut], as_json: bool) -> None:
    """Which leaves a job does without, and why: in the window's words, on standard error."""
    heading, text = left_out_words(leaves)
    if as_json and leaves:
        emit({"type": "left_out", "leaves": leaves})
    elif leaves:
        console = Console(stderr=True, highlight=False)
        console.print(f"[yellow]{escape(heading)}[/] {escape(text)}", soft_wrap=True)
        console.print("“labdesk taxonomy check” shows all problems of all leaves.", soft_wrap=True)


def minutes(seconds: float) -> str:
    """A duration as a person says it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"


class JobPrinter:
    """Shows the events of one job. Use as a context manager, hand it each event."""

    def __init__(self, as_json: bool) -> None:
        self._json = as_json
        self._console = Console(highlight=False)
        self._bar = Progress(
            TextColumn("  {task.description}"),
            BarColumn(bar_width=28),
            TextColumn("{task.fields[detail]}"),
            console=self._console,
            transient=True,
            disable=as_json or not self._console.is_terminal,
        )
        self._task: TaskID | None = None
        self._last_tenth = 0
        self._metric = ""

    def __enter__(self) -> JobPrinter:
        self._bar.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self._bar.stop()

    def __call__(self, event: Event) -> None:
        if self._json:
            emit(event)
            return
        match event:
            case Stage():
                self._start_stage(event)
            case ProgressEvent():
                self._show_progress(event)
            case Metric():
                self._metric = f"loss {event.values['loss']:.3f}" if "loss" in event.values else self._metric
            case Funnel(leaf=""):
                self._say("  " + " · ".join(f"{name} {count}" for name, count in event.counts.items()))
            case Note():
                self._say(
                    f"  [yellow]{escape(event.text)}[/]" if event.level == "warning" else f"  {escape(event.text)}"
                )
            case Failed() | Cancelled() | Done() | Artifact() | _:
                pass

    def _start_stage(self, stage: Stage) -> None:
        number = f"{stage.index + 1}/{stage.count} " if stage.count else ""
        self._say(f"[bold]{number}{escape(stage.title)}[/]")
        if self._task is not None:
            self._bar.remove_task(self._task)
            self._task = None
        self._last_tenth = 0
        self._metric = ""

    def _show_progress(self, event: ProgressEvent) -> None:
        left = f", about {minutes(event.seconds_left)} left" if event.seconds_left is not None else ""
        detail = f"{event.done:.0f}/{event.total:.0f} {event.unit}{left}"
        if self._metric:
            detail += f", {self._metric}"
        if not self._bar.disable:
            if self._task is None:
                self._task = self._bar.add_task("", total=event.total, detail="")
            self._bar.update(
                self._task, completed=event.done, total=event.total, description=event.label, detail=detail
            )
            return
        tenth = int(10 * event.done / event.total) if event.total else 0
        if tenth > self._last_tenth:  # not a terminal: a line for each tenth
            self._last_tenth = tenth
            self._say(f"  {escape(event.label)} {detail}".rstrip())

    def _say(self, text: str) -> None:
        self._console.print(text, soft_wrap=True)

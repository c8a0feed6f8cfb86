"""Opens the teacher of a generation, a model or servers: as suits this computer, the same on every start of a job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from labdesk.core import paths, settings
from labdesk.core.events import Note, Stage
from labdesk.core.models.catalog import model_path
from labdesk.core.models.remote import Server, is_remote, servers_of
from labdesk.core.secrets import find_key
from labdesk.core.storage import read_json, write_json
from labdesk.engine.context import JobContext
from labdesk.engine.runtimes import Runtime
from labdesk.engine.runtimes.llama_cpp.fitting import fitting_options
from labdesk.engine.runtimes.llama_cpp.model import LoadOptions
from labdesk.engine.runtimes.llama_cpp.runtime import LlamaCppRuntime
from labdesk.engine.runtimes.llama_cpp.tuning import known_tuning, remembered_tuning
from labdesk.engine.runtimes.remote.runtime import RemoteRuntime

SETUP: Final = "engine.json"
TUNING: Final = "tuning"
#: Measuring takes as long as writing one or two thousand tokens, so a small job does not do it.
WORTH_TUNING: Final = 10_000


class Teacher(Runtime, Protocol):
    """A runtime that says how many texts it writes at once."""

    @property
    def parallel(self) -> int: ...


@contextmanager
def open_teacher(name: str, context: JobContext, tokens: int) -> Iterator[Teacher]:
    """The loaded teacher, or the servers it stands for, freed at the end. `tokens`: the most that it will write.

    What a model writes depends on how many texts it computes at once, so the first start decides and the others do
    the same. Raises ModelError.
    """
    runtime = _remote(name, context) if is_remote(name) else _local(name, context, tokens)
    try:
        yield runtime
    finally:
        runtime.close()


def _remote(name: str, context: JobContext) -> Teacher:
    """The servers, as the first start of the job found them in the settings."""
    setup = context.folder / SETUP
    if not setup.is_file():
        write_json(setup, servers_of(name, settings.load(paths.settings_file()).servers))
    return RemoteRuntime(
        read_json(setup, tuple[Server, ...]),
        find_key,
        context.folder,
        lambda text, level: context.report(Note(text, level)),
    )


def _local(name: str, context: JobContext, tokens: int) -> Teacher:
    path = model_path(name)
    setup = context.folder / SETUP
    if not setup.is_file():
        write_json(setup, _chosen(path, context, tokens))
    options = read_json(setup, LoadOptions)
    fitting_options(path, options)
    return LlamaCppRuntime(path, options)


def measured_speed(name: str) -> float:
    """The fastest that this teacher was seen to write on this computer, tokens a second; 0 when it was not measured."""
    if is_remote(name):
        return 0.0
    found = known_tuning(model_path(name), paths.home() / TUNING)
    return found.tokens_per_second if found is not None else 0.0


def _chosen(path: Path, context: JobContext, tokens: int) -> LoadOptions:
    """Options for this model on this computer: measured before, measured now when that pays, or the usual ones."""
    folder = paths.home() / TUNING
    found = known_tuning(path, folder)
    if found is None and tokens >= WORTH_TUNING:
        context.report(Stage("tune", "Find out how this computer writes fastest (once for each teacher)", 0, 1))
        found = remembered_tuning(path, folder, context.should_stop)
        context.raise_if_stopped()
        speed = f"{found.parallel} texts at once, {found.tokens_per_second:.0f} tokens a second"
        context.report(Note(f"This computer writes fastest with {speed}."))
    wanted = LoadOptions() if found is None else LoadOptions(parallel=found.parallel, threads=found.threads)
    options = fitting_options(path, wanted)
    if options != wanted:
        context.report(Note("Little memory is free, so the teacher remembers less and may be slower.", "warning"))
    return options

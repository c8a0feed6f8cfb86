"""Opens the teacher of a generation, set up as suits this computer, and the same way on every start of the job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from labdesk.core import paths
from labdesk.core.events import Note, Stage
from labdesk.core.models.catalog import model_path
from labdesk.core.storage import read_json, write_json
from labdesk.engine.context import JobContext
from labdesk.engine.runtimes.llama_cpp.fitting import fitting_options
from labdesk.engine.runtimes.llama_cpp.model import LoadOptions
from labdesk.engine.runtimes.llama_cpp.runtime import LlamaCppRuntime
from labdesk.engine.runtimes.llama_cpp.tuning import known_tuning, remembered_tuning

SETUP: Final = "engine.json"
TUNING: Final = "tuning"
#: Measuring takes as long as writing one or two thousand tokens, so a small job does not do it.
WORTH_TUNING: Final = 10_000


@contextmanager
def open_teacher(name: str, context: JobContext, tokens: int) -> Iterator[LlamaCppRuntime]:
    """The loaded teacher, freed at the end. `tokens`: the most that the job will let it write.

    What a model writes depends on how many texts it computes at once, so the first start decides and the others do
    the same. Raises ModelError.
    """
    path = model_path(name)
    setup = context.folder / SETUP
    if not setup.is_file():
        write_json(setup, _chosen(path, context, tokens))
    options = read_json(setup, LoadOptions)
    fitting_options(path, options)
    runtime = LlamaCppRuntime(path, options)
    try:
        yield runtime
    finally:
        runtime.close()


def measured_speed(name: str) -> float:
    """The fastest that this teacher was seen to write on this computer, tokens a second; 0 when it was not measured."""
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

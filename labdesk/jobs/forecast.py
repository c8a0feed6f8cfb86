"""What a generation would ask of the teacher, leaf by leaf: reads leaves and documents, loads no model."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from labdesk.core import paths
from labdesk.core.models.catalog import INSTRUCTABLE, describe, starter_model
from labdesk.core.plans.generation import GenerationForecast, TeacherSpeed, forecast
from labdesk.core.samples.phrasebook import read_phrasebook
from labdesk.core.taxonomy.readiness import ready_leaves
from labdesk.core.workspace import Workspace
from labdesk.engine.pipeline.definition import read_pipeline
from labdesk.engine.pipeline.pipeline import Pipeline
from labdesk.engine.pipeline.seams import Kit
from labdesk.engine.runtimes.scripted import ScriptedRuntime
from labdesk.jobs.materials import read_material


def forecast_generation(workspace: Workspace, leaves: Iterable[str] = (), teacher: str = "") -> GenerationForecast:
    """The forecast for these leaves (all when empty).

    Raises TaxonomyError for a leaf that is not ready, DocumentError for a source that cannot be read, ModelError.
    """
    style = (
        "chat" if describe(Path(teacher) if teacher else starter_model()).parameters >= INSTRUCTABLE else "completion"
    )
    kit = Kit(ScriptedRuntime(), read_phrasebook(paths.resources() / "phrasing" / "english.json"))
    loads = {}
    for path in ready_leaves(workspace.taxonomy, tuple(leaves)):
        material, _notes = read_material(workspace.taxonomy, path)
        pipeline = Pipeline(read_pipeline(paths.resources() / "pipelines" / f"{material.kind}-{style}.yaml"), kit)
        loads[path] = pipeline.loads(material)
    return forecast(loads, TeacherSpeed())

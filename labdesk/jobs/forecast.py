"""What a generation would ask of the teacher, leaf by leaf: reads leaves and documents, loads no model."""

from __future__ import annotations

from collections.abc import Iterable

from labdesk.core import paths
from labdesk.core.models.catalog import INSTRUCTABLE, describe, model_path
from labdesk.core.models.remote import is_remote
from labdesk.core.plans.generation import BlockLoad, GenerationForecast, TeacherSpeed, forecast
from labdesk.core.samples.material import Material
from labdesk.core.samples.phrasebook import Phrasebook, read_phrasebook
from labdesk.core.taxonomy.readiness import ready_leaves
from labdesk.core.workspace import Workspace
from labdesk.engine.pipeline.definition import PipelineDefinition, read_pipeline
from labdesk.engine.pipeline.pipeline import Pipeline
from labdesk.engine.pipeline.seams import Kit
from labdesk.engine.runtimes.scripted import ScriptedRuntime
from labdesk.jobs.materials import read_material


def forecast_generation(workspace: Workspace, leaves: Iterable[str] = (), teacher: str = "") -> GenerationForecast:
    """The forecast for these leaves (all when empty).

    Raises TaxonomyError for a leaf that is not ready, DocumentError for a source that cannot be read, ModelError.
    """
    chosen = ready_leaves(workspace.taxonomy, tuple(leaves))
    materials = (read_material(workspace.taxonomy, path)[0] for path in chosen)
    return forecast(planned_loads(materials, style_of(teacher), english(), 0), TeacherSpeed())


def planned_loads(materials: Iterable[Material], style: str, book: Phrasebook, seed: int) -> dict[str, list[BlockLoad]]:
    """What each block of each leaf's pipeline will ask of the teacher. Raises GenerationError for a broken pipeline."""
    kit = Kit(ScriptedRuntime(), book, seed=seed)
    return {one.leaf: Pipeline(pipeline_for(one, style), kit).loads(one) for one in materials}


def style_of(teacher: str) -> str:
    """How to speak to a teacher: as chat when it follows instructions, which servers' models do. Raises ModelError."""
    if is_remote(teacher):
        return "chat"
    return "chat" if describe(model_path(teacher)).parameters >= INSTRUCTABLE else "completion"


def pipeline_for(material: Material, style: str) -> PipelineDefinition:
    """The pipeline that fits a leaf and a teacher. Raises GenerationError when its file is broken."""
    return read_pipeline(paths.resources() / "pipelines" / f"{material.kind}-{style}.yaml")


def english() -> Phrasebook:
    """The phrase book that comes with labdesk."""
    return read_phrasebook(paths.resources() / "phrasing" / "english.json")

"""What a generation would ask of the teacher, leaf by leaf: reads leaves and documents, loads no model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from labdesk.core import paths
from labdesk.core.models.catalog import INSTRUCTABLE, describe, model_path
from labdesk.core.models.remote import is_remote
from labdesk.core.plans.budget import BUDGETS, BudgetForecast, expected_covered, expected_tokens, together
from labdesk.core.plans.generation import BlockLoad, GenerationForecast, TeacherSpeed, forecast
from labdesk.core.samples.ledger import ledger, source_tokens
from labdesk.core.samples.material import Material
from labdesk.core.samples.phrasebook import Phrasebook, read_phrasebook
from labdesk.core.taxonomy.readiness import ready_leaves
from labdesk.core.workspace import Workspace
from labdesk.engine.pipeline.pipeline import Pipeline
from labdesk.engine.pipeline.seams import Kit
from labdesk.engine.pipeline.within_budget import within_budget
from labdesk.engine.runtimes.scripted import ScriptedRuntime
from labdesk.jobs.materials import read_material
from labdesk.jobs.pipelines import edited_folder, pipeline_for


def forecast_generation(workspace: Workspace, leaves: Iterable[str] = (), teacher: str = "") -> GenerationForecast:
    """The forecast for these leaves (all when empty).

    Leaves that are not ready are left out. Raises TaxonomyError when none is, DocumentError for a source that cannot
    be read, ModelError.
    """
    chosen = ready_leaves(workspace.taxonomy, tuple(leaves)).leaves
    materials = (read_material(workspace.taxonomy, path)[0] for path in chosen)
    loads = planned_loads(materials, style_of(teacher), english(near=False), 0, edited=edited_folder(workspace.root))
    return forecast(loads, TeacherSpeed())


def forecast_budgets(workspace: Workspace, leaves: Iterable[str] = (), teacher: str = "") -> tuple[BudgetForecast, ...]:
    """What each budget would cost and cover for these leaves together, the pipelines as they are first.

    Raises as `forecast_generation`.
    """
    return together([found for _leaf, found in budgets_by_leaf(workspace, leaves, teacher)])


def budgets_by_leaf(
    workspace: Workspace, leaves: Iterable[str] = (), teacher: str = ""
) -> Iterator[tuple[str, tuple[BudgetForecast, ...]]]:
    """The same for one leaf after another. Raises as `forecast_generation`."""
    kit = Kit(ScriptedRuntime(), english(near=False))
    style, edited = style_of(teacher), edited_folder(workspace.root)
    for path in ready_leaves(workspace.taxonomy, tuple(leaves)).leaves:
        material = read_material(workspace.taxonomy, path)[0]
        yield path, tuple(_of_budget([material], style, kit, budget, edited) for budget in (0, *BUDGETS))


def _of_budget(materials: Iterable[Material], style: str, kit: Kit, budget: int, edited: Path) -> BudgetForecast:
    loads: dict[str, list[BlockLoad]] = {}
    source = kept = facts = covered = 0
    for one in materials:
        pipeline = Pipeline(within_budget(pipeline_for(one, style, edited), one, kit, budget), kit)
        known, asked = ledger(one), pipeline.fact_loads(one)
        loads[one.leaf] = pipeline.loads(one)
        source += source_tokens(one)
        kept += round(sum(expected_tokens(known, asked, style)))
        facts += len(known)
        covered += expected_covered(known, asked, style)
    cost = forecast(loads, TeacherSpeed())
    return BudgetForecast(
        budget=budget, samples=cost.samples, tokens_written=cost.tokens, minutes=cost.minutes, source_tokens=source,
        kept_tokens=kept, facts=facts, covered=covered,
    )  # fmt: skip


def planned_loads(
    materials: Iterable[Material], style: str, book: Phrasebook, seed: int, budget: int = 0, edited: Path | None = None
) -> dict[str, list[BlockLoad]]:
    """What each block of each leaf's pipeline will ask of the teacher. `edited`: the folder of edited pipelines.

    Raises GenerationError for a broken pipeline.
    """
    kit = Kit(ScriptedRuntime(), book, seed=seed)
    definitions = ((one, within_budget(pipeline_for(one, style, edited), one, kit, budget)) for one in materials)
    return {one.leaf: Pipeline(definition, kit).loads(one) for one, definition in definitions}


def style_of(teacher: str) -> str:
    """How to speak to a teacher: as chat when it follows instructions, which servers' models do. Raises ModelError."""
    if is_remote(teacher):
        return "chat"
    return "chat" if describe(model_path(teacher)).parameters >= INSTRUCTABLE else "completion"


def english(*, near: bool = True) -> Phrasebook:
    """The phrase book that comes with labdesk; what only counts does not need its near words."""
    return read_phrasebook(paths.resources() / "phrasing" / "english.json", near=near)

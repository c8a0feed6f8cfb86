"""The real starter teacher, killed at several moments, writes the texts that it would have written undisturbed."""

from __future__ import annotations

import pytest

pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed")

from labdesk.core import paths
from labdesk.core.models.catalog import starter_model
from labdesk.core.samples.phrasebook import read_phrasebook
from labdesk.core.samples.sample import Sample
from labdesk.engine.pipeline.definition import BlockEntry, PipelineDefinition
from labdesk.engine.pipeline.pipeline import Pipeline
from labdesk.engine.pipeline.seams import Kit
from labdesk.engine.runtimes.llama_cpp.model import LoadOptions
from labdesk.engine.runtimes.llama_cpp.runtime import LlamaCppRuntime
from tests.engine.pipeline.material import a_material

WAVE = 5
SAMPLING = {"temperature": 0.9, "max_tokens": 12}
PIPELINE = PipelineDefinition(
    version="1.0",
    blocks=(
        BlockEntry("seeds", "Seeds"),
        BlockEntry("questions", "StatementQuestions", {"per_statement": 2, "sampling": SAMPLING}),
        BlockEntry("rewordings", "Rewordings", {"per_seed": 1, "sampling": SAMPLING}),
        BlockEntry("duplicates", "DuplicateFilter"),
        BlockEntry("judge", "AnswerRankFilter", {"rivals": 1}),
    ),
)


def generate(done: list[Sample]) -> list[Sample]:
    """One start of a worker: another process would load the model anew too."""
    made: list[Sample] = []
    book = read_phrasebook(paths.resources() / "phrasing" / "english.json")
    with LlamaCppRuntime(starter_model(), LoadOptions(context=512, parallel=3)) as runtime:
        kit = Kit(runtime, book, seed=3, wave=WAVE)
        Pipeline(PIPELINE, kit).run(a_material(), {sample.id: sample for sample in done}, made.append)
    return made


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_at_several_moments() -> None:
    whole = generate([])
    written = [sample for sample in whole if sample.provenance.teacher]
    assert len(written) == 13 and len({sample.question for sample in written}) > 5
    first = whole.index(written[0])
    for done in (first, first + 1, first + WAVE + 3, len(whole) - 1):
        assert whole[:done] + generate(whole[:done]) == whole, f"after {done} samples"

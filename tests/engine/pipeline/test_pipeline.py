"""The pipeline: order, holes after a kill, hopeless teachers, and files that cannot be used."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from labdesk.core import paths
from labdesk.core.errors import GenerationError, JobStopped
from labdesk.core.exam.question import ExamQuestion
from labdesk.core.samples.material import Material
from labdesk.core.samples.sample import Sample
from labdesk.engine.pipeline.catalog import block_types, filter_types
from labdesk.engine.pipeline.definition import PipelineDefinition, read_pipeline
from labdesk.engine.pipeline.pipeline import Pipeline
from labdesk.engine.pipeline.seams import Kit
from labdesk.engine.runtimes import Completion
from tests.engine.pipeline.material import a_kit, a_material, a_skill

PIPELINES = paths.resources() / "pipelines"


def shipped(name: str) -> PipelineDefinition:
    return read_pipeline(PIPELINES / f"{name}.yaml")


def teacher(request: Completion) -> str:
    """A teacher that writes a sensible question for a statement, and rewords by rule."""
    last = request.prompt.rstrip().splitlines()[-2]
    if "rapeseed" in last:
        return f" Which kind of oil does the lantern burn, number {request.seed % 97}?"
    if request.prompt.endswith("In other words:"):
        return last.replace("Question: Who founded", " Which person founded").replace("Question:", "")
    return " What is it?"


def run(kit: Kit, done: dict[str, Sample] | None = None, held_out: tuple[ExamQuestion, ...] = ()) -> list[Sample]:
    made: list[Sample] = []
    Pipeline(shipped("knowledge-completion"), kit).run(a_material(), done or {}, made.append, held_out)
    return made


def test_every_shipped_pipeline_can_be_built() -> None:
    files = sorted(PIPELINES.glob("*.yaml"))
    assert len(files) >= 6
    for file in files:
        Pipeline(read_pipeline(file), a_kit(teacher))


def test_catalog_finds_one_class_per_file() -> None:
    assert {"Seeds", "Wordings", "Recall", "Rewordings", "StatementQuestions", "Examples", "Paragraphs"} <= set(
        block_types()
    )
    assert {"FormFilter", "DuplicateFilter", "GroundingFilter", "AnswerRankFilter", "JudgeFilter"} <= set(
        filter_types()
    )


def test_seeds_are_kept_and_every_sample_has_its_provenance() -> None:
    made = run(a_kit(teacher))
    seeds = [sample for sample in made if sample.origin == "seed"]
    assert [sample.answer for sample in seeds] == ["Tilde Aarup", "Rapeseed oil", "34 minutes"]
    assert all(sample.kept for sample in seeds)
    assert len({sample.id for sample in made}) == len(made)
    assert all(sample.kept or sample.reason for sample in made), "every discard has a plain reason"
    written = [sample for sample in made if sample.provenance.prompt_sha]
    assert written
    assert all(sample.provenance.teacher == "Scripted model" and sample.provenance.seed for sample in written)
    assert all(sample.source is not None for sample in made if sample.origin == "document")


def test_a_killed_run_fills_only_its_holes() -> None:
    whole = run(a_kit(teacher))
    for cut in (1, 40, len(whole) - 3):
        kit = a_kit(teacher)
        rest = run(kit, {sample.id: sample for sample in whole[:cut]})
        assert whole[:cut] + rest == whole


def test_another_seed_makes_other_wordings() -> None:
    one = {sample.question for sample in run(a_kit(teacher, seed=1)) if sample.origin == "pattern"}
    other = {sample.question for sample in run(a_kit(teacher, seed=2)) if sample.origin == "pattern"}
    assert one != other


def test_held_out_questions_are_never_made() -> None:
    held = "What is the name of the person who founded the Lantern Ferry?"
    made = run(a_kit(teacher), held_out=(ExamQuestion(id="1", leaf="a", question=held, answer="x"),))
    kept = [sample.question for sample in made if sample.kept]
    assert not [question for question in kept if held.rstrip("?").lower() in question.lower()]
    assert any("exam" in sample.reason for sample in made)


def test_a_teacher_that_yields_nothing_is_an_error() -> None:
    material = a_skill()
    kit = a_kit(lambda request: "### ### ###")
    with pytest.raises(GenerationError, match="yields nothing usable") as error:
        many = shipped("freeform-completion")
        Pipeline(many, kit).run(_many_seeds(material, 15), {}, lambda sample: None)
    assert "of the last 50" in error.value.cause
    assert error.value.remedy


def _many_seeds(material: Material, count: int) -> Material:
    seeds = tuple(msgspec.structs.replace(material.seeds[n % 5], fact=f"seed {n}") for n in range(count))
    return msgspec.structs.replace(material, seeds=seeds)


def test_stop_loses_nothing_reported() -> None:
    made: list[Sample] = []
    kit = a_kit(teacher)
    kit.should_stop = lambda: len(made) >= 64
    with pytest.raises(JobStopped):
        Pipeline(shipped("knowledge-completion"), kit).run(a_material(), {}, made.append)
    rest = run(a_kit(teacher), {sample.id: sample for sample in made})
    assert made + rest == run(a_kit(teacher))


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("version: '2.0'\nblocks: []\n", "version"),
        ("version: '1.0'\nblocks: [{name: a, type: Seeds}, {name: a, type: Seeds}]\n", "named"),
        ("version: '1.0'\nblocks: 3\n", "array"),
        ("{", ""),
    ],
)
def test_broken_files_explain_themselves(tmp_path: Path, text: str, cause: str) -> None:
    (tmp_path / "p.yaml").write_text(text)
    with pytest.raises(GenerationError, match="p.yaml") as error:
        read_pipeline(tmp_path / "p.yaml")
    assert cause in error.value.cause


def test_unknown_types_and_options_are_named(tmp_path: Path) -> None:
    for block, said in (("{name: a, type: Nonsense}", "Nonsense"), ("{name: a, type: Seeds, config: {x: 1}}", "“a”")):
        (tmp_path / "p.yaml").write_text(f"version: '1.0'\nblocks: [{block}]\n")
        with pytest.raises(GenerationError, match=said):
            Pipeline(read_pipeline(tmp_path / "p.yaml"), a_kit(teacher))


def test_loads_are_what_will_be_asked() -> None:
    pipeline = Pipeline(shipped("knowledge-completion"), a_kit(teacher))
    loads = {load.block: load for load in pipeline.loads(a_material())}
    assert loads["seeds"].max_tokens == 0
    assert loads["rewordings"].rows == 9
    assert loads["rewordings"].max_tokens == 32
    assert sum(pipeline.plan(a_material()).values()) == len(run(a_kit(teacher)))


def test_the_same_prompt_without_chance_is_asked_once() -> None:
    asked: list[str] = []

    def answer(request: Completion) -> str:
        asked.append(request.key)
        return request.prompt.upper()

    kit = a_kit(answer)
    cold = [Completion(str(n), f"prompt {n % 2}", 9, seed=n) for n in range(6)]
    warm = [Completion(f"w{n}", "prompt 0", 9, temperature=0.5, seed=n) for n in range(3)]
    found = kit.complete([*cold, *warm])
    assert {key: done.key for key, done in found.items()} == {key: key for key in found}
    assert [found[str(n)].text for n in range(6)] == ["PROMPT 0", "PROMPT 1"] * 3
    assert sorted(asked) == ["0", "1", "w0", "w1", "w2"]

"""Edited pipelines: they run and are named, a broken one is refused, and a job keeps the one it began with."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.errors import GenerationError
from labdesk.core.workspace import Workspace
from labdesk.engine.pipeline.pipeline import Pipeline
from labdesk.engine.pipeline.prompts import Template
from labdesk.engine.pipeline.seams import Kit
from labdesk.engine.runtimes.scripted import ScriptedRuntime
from labdesk.jobs.forecast import english
from labdesk.jobs.materials import read_material
from labdesk.jobs.pipelines import (
    NAMES,
    built_in,
    check_pipeline,
    edited_folder,
    keep_for_job,
    load_folder,
    load_pipeline,
    pipeline_text,
    reset_pipeline,
    save_pipeline,
    set_prompt,
)

LEAF = "knowledge/places/marrowby_light"
ASK = "Ask in rhyme about “{statement}”, number {number}."


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Workspace.create(tmp_path / "ws").root


@pytest.mark.parametrize("name", NAMES)
def test_every_pipeline_of_labdesk_can_run(name: str) -> None:
    assert check_pipeline(built_in(name).read_text("utf-8"), name).blocks


def test_an_edited_prompt_is_what_the_teacher_gets_and_samples_name_it(root: Path) -> None:
    set_prompt(root, "knowledge-chat", "questions", "prompt", ASK + "\n")
    definition = load_pipeline("knowledge-chat", edited_folder(root))
    teacher = ScriptedRuntime(lambda request: "Who lit the lamp?", template="{{ messages[0].content }}")
    material, _notes = read_material(root / "taxonomy", LEAF)
    rows = Pipeline(definition, Kit(teacher, english(), seed=20)).preview(material, 6)
    assert any(request.prompt.startswith("Ask in rhyme about “") for request in teacher.seen)
    assert {row.provenance.pipeline for row in rows} == {definition.edited}
    assert definition.edited.startswith("knowledge-chat, edited (")
    assert load_pipeline("knowledge-chat").edited == ""


def test_saved_read_and_reset(root: Path) -> None:
    own = pipeline_text("knowledge-chat", edited_folder(root))
    assert not own[1]
    save_pipeline(root, "knowledge-chat", own[0].replace("per_seed: 8", "per_seed: 2"))
    text, edited = pipeline_text("knowledge-chat", edited_folder(root))
    assert edited and "per_seed: 2" in text
    assert reset_pipeline(root, "knowledge-chat") and not reset_pipeline(root, "knowledge-chat")
    assert pipeline_text("knowledge-chat", edited_folder(root)) == own


def test_a_job_goes_on_with_the_pipeline_it_began_with(root: Path, tmp_path: Path) -> None:
    folder = keep_for_job(tmp_path / "job", root, ["knowledge"], "chat")
    set_prompt(root, "knowledge-chat", "questions", "prompt", ASK)
    assert keep_for_job(tmp_path / "job", root, ["knowledge"], "chat") == folder
    assert load_pipeline("knowledge-chat", folder).edited == ""
    assert load_pipeline("knowledge-chat", edited_folder(root)).edited


UPSTREAM = """
version: "1.0"
blocks:
  - name: gen_knowledge
    type: LLMBlock
    config: {config_path: configs/knowledge/generate.yaml, output_cols: [question, response]}
    drop_duplicates: [question]
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (UPSTREAM, "configs/knowledge/generate.yaml"),
        (UPSTREAM.replace("LLMBlock", "LLMLogProbBlock"), "LLMLogProbBlock"),
        (UPSTREAM.replace('"1.0"', '"2.0"'), "2.0"),
        ("blocks: 3", "blocks"),
        ("version: '1.0'\nblocks: []", "no block"),
        ("- a\n- b: [", "cannot be used"),
        (
            "version: '1.0'\nblocks: [{name: q, type: StatementQuestions, config: {prompt: 'Ask about {whom}'}}]",
            "{whom}",
        ),
        ("version: '1.0'\nblocks: [{name: q, type: StatementQuestions, config: {prompt: 'Ask.'}}]", "{statement}"),
        ("version: '1.0'\nblocks: [{name: q, type: Seeds, config: {speed: 3}}]", "speed"),
        ("version: '1.0'\nblocks: [{name: q, type: Seeds}, {name: q, type: Seeds}]", "Two blocks"),
    ],
)
def test_what_cannot_run_is_refused_with_its_name(root: Path, text: str, words: str) -> None:
    with pytest.raises(GenerationError) as caught:
        save_pipeline(root, "knowledge-chat", text)
    assert words in str(caught.value)
    assert not edited_folder(root).exists()


def test_a_folder_with_upstream_file_names_is_taken_whole_or_not_at_all(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    with pytest.raises(GenerationError, match="no pipeline"):
        load_folder(root, folder)
    own = built_in("knowledge-chat").read_text("utf-8").replace("per_seed: 8", "per_seed: 3")
    (folder / "knowledge.yaml").write_text(own, "utf-8")
    (folder / "grounded_skills.yaml").write_text(UPSTREAM, "utf-8")
    with pytest.raises(GenerationError, match="generate.yaml"):
        load_folder(root, folder)
    assert not edited_folder(root).exists()
    (folder / "grounded_skills.yaml").unlink()
    assert load_folder(root, folder) == ["knowledge-chat"]
    assert load_pipeline("knowledge-chat", edited_folder(root)).edited


@given(st.text(max_size=40), st.text(max_size=20))
def test_a_prompt_is_filled_once_and_reads_nothing_else(prompt: str, value: str) -> None:
    try:
        template = Template(prompt + "{question}", ("question", "number"), own=("question",))
    except GenerationError:
        return
    text, shared = template.fill(question=value, number=3)
    assert text.endswith(value) and text.startswith(shared)
    assert Template("{question}", ("question",)).fill(question="{number} {0.__class__}")[0] == "{number} {0.__class__}"

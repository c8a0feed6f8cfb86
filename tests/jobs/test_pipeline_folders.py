"""A folder in InstructLab's format, written here, runs: every block does its work, and nothing outside is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from labdesk.core.errors import GenerationError
from labdesk.core.samples.sample import Sample
from labdesk.core.workspace import Workspace
from labdesk.engine.pipeline.definition import parse_pipeline
from labdesk.engine.pipeline.pipeline import Pipeline
from labdesk.engine.pipeline.seams import ABSENT
from labdesk.engine.runtimes import Completion
from labdesk.jobs.pipeline_folders import self_contained
from labdesk.jobs.pipelines import edited_folder, load_folder, load_pipeline
from tests.engine.pipeline.material import a_kit, a_material, a_skill

KNOWLEDGE = """
version: "1.0"
blocks:
  - {name: copy, type: DuplicateColumnsBlock, config: {columns_map: {document: base_document}}}
  - name: tidy
    type: LLMBlock
    config: {config_path: ../../configs/tidy.yaml, output_cols: [tidied], gen_kwargs: {max_tokens: 200}}
  - name: both
    type: FlattenColumnsBlock
    config: {var_cols: [tidied, base_document], value_name: text, var_name: dataset_type}
  - {name: names, type: RenameColumnsBlock, config: {columns_map: {document: raw_document, text: document}}}
  - name: pairs
    type: LLMBlock
    config:
      config_path: ../../configs/pairs.yaml
      output_cols: [question, response]
      parser_kwargs:
        parser_name: custom
        parsing_pattern: '<q>(.*?)</q>\\s*<a>(.*?)</a>'
        parser_cleanup_tags: ["[over]"]
    drop_duplicates: [question]
  - name: ask_faithful
    type: LLMBlock
    config: {config_path: ../../configs/faithful.yaml, output_cols: [explanation, score], gen_kwargs: {max_tokens: "40"}}
  - name: faithful
    type: FilterByValueBlock
    config: {filter_column: score, filter_value: 2.0, operation: ge, convert_dtype: float}
    drop_columns: [explanation, score, __index_level_0__]
datamixing: {auxiliary_instructions: {tidy: [Tidy this up.]}}
"""
SKILL = """
version: "1.0"
blocks:
  - {name: rest, type: ImportBlock, config: {path: parts.yaml}}
"""
PARTS = """
version: "1.0"
blocks:
  - {name: way, type: LLMBlock, config: {config_path: way.yaml, output_cols: [way]}}
  - {name: more, type: SamplePopulatorBlock, config: {config_paths: [plain.yaml, grand.yaml], column_name: way}}
  - name: twice
    type: IterBlock
    config:
      num_iters: 2
      block_type: ConditionalLLMBlock
      config_paths: [[plain_prompt.yaml, plain], [grand_prompt.yaml, grand]]
      selector_column_name: way
      output_cols: [question, first, second]
      gen_kwargs: {temperature: 0.7, n: 2}
  - {name: same, type: SetToMajorityValueBlock, config: {col_name: tone}}
  - name: better
    type: SelectorBlock
    config: {choice_map: {plain: first, grand: second}, choice_col: way, output_col: response}
  - {name: signed, type: CombineColumnsBlock, config: {columns: [response, tone], output_col: response, separator: " - "}}
"""
CONFIGS = {
    "tidy.yaml": {"system": "You tidy.", "introduction": "Tidy: {{document}}", "principles": None, "generation": ""},
    "pairs.yaml": {
        "system": "You ask.",
        "introduction": "About {{document_outline}} ({{domain}})",
        "examples": "{{icl_document}} {{icl_query_1}} {{icl_response_1}} {{icl_query_3}} {{icl_response_3}}",
        "generation": "{% if document %}Ask about {{document}}{% endif %}",
    },
    "faithful.yaml": {
        "introduction": "Judge {{question}} and {{response}}",
        "start_tags": ["[why]", "[n]"],
        "end_tags": ["[/why]", "[/n]"],
    },
}
WAYS = {
    "way.yaml": {"introduction": "Which way for {{seed_question}}?"},
    "plain.yaml": {"tone": "yours"},
    "grand.yaml": {"tone": "ever yours"},
    "plain_prompt.yaml": {
        "introduction": "Plainly {{seed_response}}",
        "start_tags": ["Q:", "1:", "2:"],
        "end_tags": ["|"] * 3,
    },
    "grand_prompt.yaml": {"introduction": "Grandly {{seed_response}}"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """InstructLab's own layout: pipelines/NAME beside configs."""
    found = tmp_path / "sdg" / "pipelines" / "mine"
    found.mkdir(parents=True)
    (tmp_path / "sdg" / "configs").mkdir()
    (found / "knowledge.yaml").write_text(KNOWLEDGE, "utf-8")
    (found / "freeform_skills.yaml").write_text(SKILL, "utf-8")
    (found / "parts.yaml").write_text(PARTS, "utf-8")
    for name, config in CONFIGS.items():
        (tmp_path / "sdg" / "configs" / name).write_text(yaml.safe_dump(config), "utf-8")
    for name, config in WAYS.items():
        (found / name).write_text(yaml.safe_dump(config), "utf-8")
    return found


def a_teacher(request: Completion) -> str:
    prompt = request.prompt
    if "You tidy." in prompt:
        return "The Lantern Ferry crosses the Velde Sound. Tickets are sold by Ingolf Ruus."
    if "You ask." in prompt:
        seller = "<q>Who sells tickets for the Lantern Ferry?</q> <a>Ingolf Ruus[over]</a>"
        return seller + "<q>Where does the Lantern Ferry sail?</q><a>It crosses the Mar Sound.</a>"
    if "Judge" in prompt:
        return f"[why]read[/why][n]{0 if 'Mar Sound' in prompt else 2}[/n]"
    if "Which way" in prompt:
        return "grand" if "moon" in prompt else "plain"
    return f"Q:What about {prompt.split()[-4]} {request.seed % 9000}?| 1:short one{request.seed}| 2:long one{request.seed}|"


def made(root: Path, name: str, teacher: Callable[[Completion], str] = a_teacher) -> list[Sample]:
    definition = load_pipeline(name, edited_folder(root))
    rows: list[Sample] = []
    material = a_material() if name.startswith("knowledge") else a_skill()
    Pipeline(definition, a_kit(teacher)).run(material, {}, rows.append)
    return rows


def test_an_upstream_knowledge_pipeline_runs_and_says_why_rows_are_lost(folder: Path, tmp_path: Path) -> None:
    root = Workspace.create(tmp_path / "ws").root
    assert load_folder(root, folder) == ["freeform-chat", "knowledge-chat"]
    rows = made(root, "knowledge-chat")
    kept = [row for row in rows if row.kept and row.origin == "document"]
    assert [(row.question, row.answer) for row in kept] == [("Who sells tickets for the Lantern Ferry?", "Ingolf Ruus")]
    assert kept[0].source is not None and kept[0].provenance.prompt_sha and kept[0].provenance.block == "faithful"
    assert kept[0].fact.startswith("ferry.md") or kept[0].fact
    reasons = {row.reason for row in rows if not row.kept}
    assert any("“faithful”" in reason and "score is “0”, not at least “2.0”" in reason for reason in reasons)
    assert "Step “pairs” made it twice." in reasons and ABSENT in reasons
    assert {row.question for row in rows if row.origin == "seed"} == {seed.question for seed in a_material().seeds}


def test_an_imported_conditional_chain_runs_for_skills(folder: Path, tmp_path: Path) -> None:
    root = Workspace.create(tmp_path / "ws").root
    load_folder(root, folder)
    seen: list[Completion] = []

    def teacher(request: Completion) -> str:
        seen.append(request)
        return a_teacher(request)

    rows = [row for row in made(root, "freeform-chat", teacher) if row.origin == "skill" and row.reason != ABSENT]
    assert len(rows) == 20  # five seeds, two turns, two texts each
    assert {row.answer.rpartition(" - ")[2] for row in rows} == {"yours", "ever yours"}
    assert all(row.answer.startswith("long" if row.answer.endswith("ever yours") else "short") for row in rows)
    assert any("Grandly Ahoy!" in request.prompt for request in seen)
    assert len({request.key for request in seen}) == len(seen)


def test_a_restart_makes_the_same_rows(folder: Path, tmp_path: Path) -> None:
    root = Workspace.create(tmp_path / "ws").root
    load_folder(root, folder)
    whole = made(root, "freeform-chat")
    part = {row.id: row for row in whole[:17]}
    again: list[Sample] = []
    Pipeline(load_pipeline("freeform-chat", edited_folder(root)), a_kit(a_teacher)).run(a_skill(), part, again.append)
    assert sorted([*part.values(), *again], key=lambda row: row.id) == sorted(whole, key=lambda row: row.id)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=80), min_size=1, max_size=6))
def test_whatever_a_teacher_says_raises_nothing(answers: list[str]) -> None:
    block = "{name: q, type: LLMBlock, config: {prompt: 'Ask {{document}}', output_cols: [question, response], "
    text = f'version: "1.0"\nblocks:\n  - {block} start_tags: ["a", "b"], end_tags: ["b", ""]}}}}\n'
    turns = iter(answers * 100)
    kit = a_kit(lambda request: next(turns))
    assert Pipeline(parse_pipeline(text.encode(), "q"), kit).preview(a_material(), 3)


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("{{ document.__class__ }}", "is not allowed"),
        ("{{ document.upper() }}", "reaches into"),
        ("{{ range(9) }}", "calls something"),
        ("{% include 'x' %}", "include"),
        ("{% for a in [1] %}{% endfor", "cannot be used"),
    ],
)
def test_a_prompt_only_fills_in(prompt: str, words: str) -> None:
    with pytest.raises(GenerationError, match="cannot be used") as caught:
        _run({"prompt": prompt, "output_cols": ["question"]})
    assert words in f"{caught.value} {caught.value.cause}"


def test_a_prompt_with_an_endless_loop_or_an_unknown_column_ends() -> None:
    rows = _run({"prompt": "{{ nowhere }}", "output_cols": ["question"]})
    assert all("nowhere" in row.reason for row in rows if row.reason != ABSENT)
    loops = "{% for a in document %}{% for b in document %}{% for c in document %}x{% endfor %}{% endfor %}{% endfor %}"
    with pytest.raises(GenerationError, match="cannot be used"):
        _run({"prompt": loops, "output_cols": ["question"]})


def test_a_pattern_with_a_trap_in_it_gives_up() -> None:
    trap = {"parser_name": "custom", "parsing_pattern": "(a|aa)+$"}
    rows = _run({"prompt": "x", "output_cols": ["question"], "parser_kwargs": trap}, "a" * 60 + "b")
    assert not any(row.kept for row in rows)


@pytest.mark.parametrize(
    "path", ["/etc/hosts.yaml", "../../../secret.yaml", "../../configs/../secret.yaml", "missing.yaml", "way.txt"]
)
def test_nothing_outside_of_the_folder_is_read(folder: Path, path: str) -> None:
    (folder.parent.parent / "secret.yaml").write_text("system: secret", "utf-8")
    (folder / "knowledge.yaml").write_text(KNOWLEDGE.replace("../../configs/tidy.yaml", path), "utf-8")
    with pytest.raises(GenerationError, match="knowledge.yaml") as caught:
        self_contained(folder / "knowledge.yaml", "Mine")
    assert path in str(caught.value.cause)


def test_an_unknown_block_is_named(folder: Path, tmp_path: Path) -> None:
    root = Workspace.create(tmp_path / "ws").root
    (folder / "knowledge.yaml").write_text(KNOWLEDGE.replace("FlattenColumnsBlock", "TeleportBlock"), "utf-8")
    with pytest.raises(GenerationError, match=r"“both”.*TeleportBlock"):
        load_folder(root, folder)
    assert not edited_folder(root).exists()


def _run(config: dict[str, object], answer: str = "What is it?") -> list[Sample]:
    text = yaml.safe_dump({"version": "1.0", "blocks": [{"name": "q", "type": "LLMBlock", "config": config}]})
    return Pipeline(parse_pipeline(text.encode(), "q"), a_kit(lambda request: answer)).preview(a_material(), 5)

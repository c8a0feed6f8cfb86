"""Exporting a run: each file answers like the adapter, a wrong one is refused, the texts beside them are whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import mlx.core as mx
import msgspec
import numpy as np
import pytest

from labdesk.core.errors import JobStopped, ModelError
from labdesk.core.events import Artifact, Event
from labdesk.core.exam.question import ExamQuestion
from labdesk.core.models.card import CardFacts, TaughtLeaf, model_card, modelfile, safe_name
from labdesk.core.models.catalog import starter_model
from labdesk.core.models.fingerprint import fingerprint
from labdesk.core.models.gguf_header import read_header
from labdesk.core.plans.recipe import Recipe
from labdesk.core.samples.dataset import DatasetAbout, freeze
from labdesk.core.samples.sample import Provenance, Sample
from labdesk.core.specs import ExportSpec
from labdesk.core.storage import write_json
from labdesk.engine.context import JobContext
from labdesk.engine.convert.agreement import Agreement, check_agreement
from labdesk.engine.convert.gguf_to_mlx import load_student
from labdesk.engine.convert.lora_file import load_arrays, save_lora
from labdesk.engine.trainers.mlx.lora import add_lora, lora_weights
from labdesk.jobs.kinds import export
from labdesk.jobs.kinds.train import RunRecord


def a_run(folder: Path, strength: float = 0.02) -> Path:
    """A run of the starter whose adapter was drawn, not trained: it changes every matrix."""
    base = starter_model()
    student = load_student(base)
    add_lora(student.model, 4, 2.0, seed=0)
    draw = np.random.default_rng(2)
    weights = {
        name: mx.array(draw.standard_normal(value.shape).astype(np.float32) * strength) if name.endswith("_b") else value
        for name, value in lora_weights(student.model).items()
    }  # fmt: skip
    run, data = folder / "runs" / "one", folder / "datasets" / "one"
    (run / "knowledge").mkdir(parents=True)
    save_lora(run / "knowledge" / "adapter.safetensors", weights, rank=4, alpha=8.0, base=fingerprint(base))
    rows = [
        Sample(
            id=f"s{n}", leaf="knowledge/leaf", root="knowledge", form="short", origin="pattern", fact="f", question=f"Who is {n}?",
            answer="Ada", provenance=Provenance(block="b"),
        )
        for n in range(3)
    ]  # fmt: skip
    freeze(
        data,
        DatasetAbout(name="one"),
        rows,
        [ExamQuestion(id="q", leaf="knowledge/leaf", question="Who?", answer="Ada")],
    )
    record = RunRecord(dataset=str(data), student="", recipe=Recipe(), rows={"knowledge": 3}, tokens=30, started_at=0.0)
    write_json(run / "run.json", record)
    return run


def spec(run: Path, target: Path, **options: object) -> ExportSpec:
    return ExportSpec(run=str(run), target=str(target), name="ada", **options)  # type: ignore[arg-type]


def context(folder: Path, events: list[Event], stop: Callable[[], bool] = lambda: False) -> JobContext:
    return JobContext(folder, folder, events.append, stop)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_each_kind_is_written_checked_and_described(tmp_path: Path) -> None:
    run, target, studio = a_run(tmp_path), tmp_path / "out", tmp_path / "studio"
    events: list[Event] = []
    kinds = ("F16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M")
    export.run(spec(run, target, kinds=kinds, lm_studio=str(studio)), context(tmp_path, events))
    names = sorted(path.name for path in target.iterdir())
    assert names == sorted(
        ["ada-adapter.gguf", *(f"ada-{kind}.gguf" for kind in kinds), "adapter", "README.md", "Modelfile"]
    )
    for kind in kinds:
        header = read_header(target / f"ada-{kind}.gguf")
        assert header.quantization == kind, (kind, header.quantization)
        assert header.chat_template == read_header(starter_model()).chat_template
    card = (target / "README.md").read_text("utf-8")
    print(card)
    assert "| knowledge/leaf | 3 |" in card and "license: apache-2.0" in card
    assert "FROM ./ada-Q8_0.gguf" in (target / "Modelfile").read_text("utf-8")
    assert (studio / "labdesk" / "ada" / "ada-Q8_0.gguf").samefile(target / "ada-Q8_0.gguf")
    config = json.loads((target / "adapter" / "adapter_config.json").read_bytes())
    assert config["num_layers"] == 30 and config["lora_parameters"]["scale"] == 2.0
    assert load_arrays(target / "adapter" / "adapters.safetensors")[0]
    assert [e.path for e in events if isinstance(e, Artifact)][-1] == str(target)


@pytest.mark.slow
def test_a_stop_leaves_no_half_file(tmp_path: Path) -> None:
    run, target = a_run(tmp_path), tmp_path / "out"
    asked: list[int] = []
    with pytest.raises(JobStopped):
        export.run(spec(run, target), context(tmp_path, [], lambda: bool(asked.append(1)) or len(asked) > 1))
    assert not list(target.glob(".*"))


def test_a_file_that_answers_differently_is_refused() -> None:
    check_agreement("Q8_0", Agreement(100, 0.99, 0.01))
    for divergence in (3.0, float("nan"), float("inf")):
        with pytest.raises(ModelError, match="does not answer like"):
            check_agreement("Q8_0", Agreement(100, 0.2, divergence))


def test_a_run_without_a_finished_phase_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nothing to export"):
        export.last_weights(tmp_path)


def test_hostile_names_stay_texts() -> None:
    evil = 'x | y\n---\n[l](javascript:1) <img src=x> """ SYSTEM no'
    facts = CardFacts(name=evil, base=evil, base_licence=evil, leaves=(TaughtLeaf(name=evil, rows=1),))
    card = model_card(facts)
    assert "<img" not in card and "](" not in card and card.splitlines().count("---") == 2
    assert modelfile(facts, "m.gguf").count('"""') == 2
    assert safe_name("../Mein Modell: ü!") == "mein-modell" and safe_name("…") == "model"


def test_the_modelfile_carries_the_templates_own_system_text() -> None:
    template = read_header(starter_model()).chat_template
    text = modelfile(CardFacts(name="a", base="b", base_licence="apache-2.0", chat_template=template), "m.gguf")
    assert "<|im_start|>{{ .Role }}" in text and 'SYSTEM """You are a helpful AI assistant' in text


def test_facts_survive_msgspec() -> None:
    facts = CardFacts(name="a", base="b", base_licence="c")
    assert msgspec.json.decode(msgspec.json.encode(facts), type=CardFacts) == facts

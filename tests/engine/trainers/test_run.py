"""A run from its first step to its adapter: it learns, ends early, undoes bad steps, and refuses what it cannot do."""

from __future__ import annotations

import hashlib
from pathlib import Path

import mlx.core as mx
import msgspec
import numpy as np
import pytest

from labdesk.core.errors import JobStopped, ModelError, TrainingError
from labdesk.core.models.fingerprint import fingerprint
from labdesk.core.storage import read_json
from labdesk.engine.convert.gguf_to_mlx import load_student
from labdesk.engine.convert.lora_file import read_lora
from labdesk.engine.trainers import PhasePlan, TrainingRow
from labdesk.engine.trainers.mlx import memory_watch
from labdesk.engine.trainers.mlx.checkpoint import Progress
from labdesk.engine.trainers.mlx.lora import add_lora, set_lora_weights
from labdesk.engine.trainers.mlx.optimizer import learning_rate
from labdesk.engine.trainers.mlx.step import Gradients
from labdesk.engine.trainers.mlx.trainer import MlxTrainer
from tests.engine.convert.reference import llama_logits
from tests.engine.trainers.training import Listener, make_rows, small_plan, tiny_base


def knowledge(**settings: object) -> PhasePlan:
    return msgspec.convert({"name": "knowledge", "learning_rate": 2e-2, "batch_size": 4, **settings}, PhasePlan)


def test_two_phases_learn_and_leave_an_adapter_that_llama_cpp_serves(tmp_path: Path) -> None:
    base, rows, later, heard = tiny_base(tmp_path), make_rows(8), make_rows(6, seed=9), Listener()
    plan = small_plan(knowledge(epochs=40), msgspec.structs.replace(knowledge(epochs=8), name="skills"))
    result = MlxTrainer().train(
        plan,
        {"knowledge": rows, "skills": later},
        {"knowledge": rows},
        base=base,
        folder=tmp_path / "run",
        events=heard,
    )
    first, second = result.phases
    assert first.steps == 80
    assert first.last_loss < 0.2 * first.first_loss
    assert second.last_loss < second.first_loss
    assert first.best_validation == heard.validations[-1].loss
    assert result.base == fingerprint(base)
    assert result.sha256 == hashlib.sha256(result.weights.read_bytes()).hexdigest()
    assert result.adapter == second.adapter != first.adapter
    row = rows[0]
    answers = llama_logits(base, row.tokens, first.adapter).argmax(-1)
    assert [int(token) for token in answers[-6:-1]] == list(row.tokens[-5:])


def test_the_second_phase_goes_on_from_the_first(tmp_path: Path) -> None:
    base, rows = tiny_base(tmp_path), make_rows(8)
    plan = small_plan(knowledge(steps=30), PhasePlan(name="skills", steps=1, learning_rate=1e-9))
    heard = Listener()
    result = MlxTrainer().train(
        plan, {"knowledge": rows, "skills": rows}, {}, base=base, folder=tmp_path / "run", events=heard
    )
    one, two = (read_lora(phase.weights).weights for phase in result.phases)
    assert max(float(np.abs(np.array(one[name]) - np.array(two[name])).max()) for name in one) < 1e-6
    assert heard.steps[30].loss < 0.5 * heard.steps[0].loss


def test_the_best_weights_are_handed_on_and_a_run_ends_early(tmp_path: Path) -> None:
    base, rows, heldout, heard = tiny_base(tmp_path), make_rows(4), make_rows(4, seed=5), Listener()
    plan = small_plan(knowledge(steps=60, validate_every=2, patience=3))
    result = MlxTrainer().train(
        plan, {"knowledge": rows}, {"knowledge": heldout}, base=base, folder=tmp_path / "run", events=heard
    )
    phase = result.phases[0]
    assert phase.steps < 60
    assert any("early" in note for note in heard.notes)
    assert phase.best_step < phase.steps
    assert phase.best_validation == min(report.loss for report in heard.validations)
    model = load_student(base).model
    add_lora(model, 4, 2.0, seed=0)
    weights = read_lora(result.weights).weights
    set_lora_weights(model, weights)
    assert Gradients(model, 2).loss(weights, heldout) == pytest.approx(phase.best_validation, rel=1e-5)


def test_a_step_without_a_usable_number_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base, rows, heard = tiny_base(tmp_path), make_rows(8), Listener()
    honest, calls = Gradients.loss_and_gradients, iter(range(1000))

    def sometimes_wrong(self, weights, batch, blur):  # type: ignore[no-untyped-def]
        loss, gradients = honest(self, weights, batch, blur)
        return (loss * mx.array(float("nan")), gradients) if next(calls) == 3 else (loss, gradients)

    monkeypatch.setattr(Gradients, "loss_and_gradients", sometimes_wrong)
    plan = small_plan(knowledge(steps=8, warmup=0.0))
    result = MlxTrainer().train(plan, {"knowledge": rows}, {}, base=base, folder=tmp_path / "run", events=heard)
    assert any("undone" in note for note in heard.notes)
    assert [round(step.learning_rate, 6) for step in heard.steps] == [0.02] * 4 + [0.01] * 4
    assert all(np.isfinite(np.array(value)).all() for value in read_lora(result.weights).weights.values())


def test_a_run_that_went_astray_stops_with_an_explanation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Gradients.loss_and_gradients

    def wrong(self, weights, batch, blur):  # type: ignore[no-untyped-def]
        loss, gradients = honest(self, weights, batch, blur)
        return loss * mx.array(float("inf")), gradients

    monkeypatch.setattr(Gradients, "loss_and_gradients", wrong)
    with pytest.raises(TrainingError, match="astray") as caught:
        MlxTrainer().train(
            small_plan(knowledge(steps=9)),
            {"knowledge": make_rows(4)},
            {},
            base=tiny_base(tmp_path),
            folder=tmp_path / "run",
            events=Listener(),
        )
    assert "learning rate" in caught.value.remedy


def test_nothing_to_learn_and_foreign_bases_are_refused(tmp_path: Path) -> None:
    plan = small_plan(knowledge(steps=2))
    empty = {"knowledge": [TrainingRow(tokens=(1, 2, 3), supervised=())]}
    with pytest.raises(TrainingError, match="nothing to train"):
        MlxTrainer().train(plan, empty, {}, base=tiny_base(tmp_path), folder=tmp_path / "run", events=Listener())
    (tmp_path / "no.gguf").write_bytes(b"not a model")
    with pytest.raises(ModelError):
        MlxTrainer().train(
            plan, {"knowledge": make_rows(2)}, {}, base=tmp_path / "no.gguf", folder=tmp_path / "run", events=Listener()
        )


def test_a_phase_without_rows_is_passed_over(tmp_path: Path) -> None:
    plan = small_plan(knowledge(steps=2), PhasePlan(name="skills", steps=2))
    result = MlxTrainer().train(
        plan, {"skills": make_rows(3)}, {}, base=tiny_base(tmp_path), folder=tmp_path / "run", events=Listener()
    )
    assert [phase.name for phase in result.phases] == ["skills"]


def test_the_learning_rate_warms_up_and_falls() -> None:
    constant = PhasePlan(name="skills", learning_rate=1.0, warmup=0.2)
    rates = [learning_rate(constant, step, 10) for step in range(1, 11)]
    assert rates[:3] == pytest.approx([1 / 3, 2 / 3, 1.0])
    assert set(rates[2:]) == {1.0}
    cosine = msgspec.structs.replace(constant, schedule="cosine")
    falling = [learning_rate(cosine, step, 10) for step in range(3, 11)]
    assert falling == sorted(falling, reverse=True)
    assert falling[-1] == pytest.approx(0.1)


def test_short_memory_makes_steps_smaller_and_a_resume_keeps_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, rows = tiny_base(tmp_path), make_rows(8)
    moments = iter([False, True, False, True])
    monkeypatch.setattr(memory_watch, "is_short", lambda: next(moments, False))
    plan, heard = small_plan(knowledge(steps=8)), Listener(stop_after=6)
    with pytest.raises(JobStopped):
        MlxTrainer().train(plan, {"knowledge": rows}, {}, base=base, folder=tmp_path / "run", events=heard)
    assert [note for note in heard.notes if "short" in note] == [
        f"Memory is running short: from now on {wave} tokens are computed at a time." for wave in (256, 128)
    ]
    last = sorted((tmp_path / "run" / "checkpoints").glob("step-*"))[-1]
    assert read_json(last / "progress.json", Progress).wave == 128
    MlxTrainer().train(plan, {"knowledge": rows}, {}, base=base, folder=tmp_path / "run", events=Listener())


def test_there_is_a_least_size() -> None:
    assert memory_watch.step_down(memory_watch.LEAST_WAVE) == memory_watch.LEAST_WAVE

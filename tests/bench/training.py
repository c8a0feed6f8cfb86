"""How fast the trainer is, and how near the machine's limit. Run by hand: python -m tests.bench.training [--rounds 2]

For the starter on this machine, in one run: our loop and mlx-lm's own trainer on the same rows, model and settings, turn
by turn, so that what else the computer does hits both alike; each turn in a process of its own, so that memory is its
own, with the speed of plain matrix products taken in the same process just before. Short rows are shaped as the pipeline
makes them; long rows are where memory counts.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from labdesk.core.models.catalog import starter_model
from labdesk.core.models.gguf_header import read_header
from labdesk.core.plans.training import TrainingLoad, operations_per_step, shape_of
from labdesk.engine.convert.openblas import prepare_mlx
from labdesk.engine.trainers import PhasePlan, StepReport, TrainingPlan, TrainingRow
from tests.bench.interleaved import machine

RATE, RANK, SCALE, PREFIX = 4e-4, 16, 2.0, 25
ROOT = Path(__file__).resolve().parents[2]
#: By name: rows to learn, rows held out, rows per step, steps, and how many tokens question and answer have.
SHAPES: dict[str, tuple[int, int, int, int, tuple[int, int], tuple[int, int]]] = {
    "short": (48, 12, 6, 16, (15, 45), (6, 30)),
    "long": (8, 2, 4, 3, (200, 260), (200, 240)),
}


def rows(shape: str) -> tuple[list[TrainingRow], list[TrainingRow]]:
    """Rows to learn and held-out rows, cut out of labdesk's own texts one behind the other: a shared
    beginning, a question that is only read, an answer to learn."""
    from labdesk.engine.runtimes.llama_cpp.vocabulary import Vocabulary

    count, held, _batch, _steps, questions, answers = SHAPES[shape]
    texts = sorted(p for p in (ROOT / "taxonomy").rglob("*") if p.suffix in (".md", ".yaml"))
    texts += [ROOT / "README.md", ROOT / "ARCHITECTURE.md"]
    with_vocabulary = Vocabulary.open(starter_model())
    try:
        stream = [token for path in texts for token in with_vocabulary.encode(path.read_text("utf-8"), bos=False)]
    finally:
        with_vocabulary.close()
    random = np.random.Generator(np.random.PCG64(1))
    prefix, at, made = tuple(stream[:PREFIX]), PREFIX, []
    for _ in range(count + held):
        question, answer = int(random.integers(*questions)), int(random.integers(*answers))
        body = [stream[place % len(stream)] for place in range(at, at + question + answer)]
        at += len(body)
        tokens = (*prefix, *body)
        made.append(TrainingRow(tokens=tokens, supervised=((PREFIX + question, len(tokens)),), prefix=PREFIX))
    order = random.permutation(len(made))
    return [made[place] for place in order[:count]], [made[place] for place in order[count:]]


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


def ours(shape: str) -> dict[str, float]:
    """Our trainer: measured from its own reports, without the first step."""
    from labdesk.engine.trainers.mlx.machine import matrix_speed
    from labdesk.engine.trainers.mlx.trainer import MlxTrainer

    train, held = rows(shape)
    _count, _held, batch, steps, *_spans = SHAPES[shape]
    limit, heard = matrix_speed(0.5), Quiet()
    # No clipping and no warm-up: mlx-lm's trainer has neither.
    phase = PhasePlan(name="knowledge", steps=steps, batch_size=batch, learning_rate=RATE, warmup=0.0, clip=0.0)
    plan = TrainingPlan(phases=(phase,), rank=RANK, alpha=RANK * SCALE)
    with tempfile.TemporaryDirectory() as folder:
        result = MlxTrainer().train(
            plan, {"knowledge": train}, {"knowledge": held}, base=starter_model(), folder=Path(folder), events=heard
        )
    timed = heard.steps[1:]
    return {
        "tokens_per_second": sum(step.tokens for step in timed) / sum(step.seconds for step in timed),
        "best_step": max(step.tokens_per_second for step in timed),
        "supervised_share": sum(step.supervised for step in timed) / sum(step.tokens for step in timed),
        "peak_gb": heard.steps[-1].peak_memory / 1e9,
        "held_out": result.phases[0].best_validation or 0.0,
        "limit": max(limit, matrix_speed(0.5)),
        "operations": _operations(train, batch),
    }


def _operations(train: list[TrainingRow], batch: int) -> float:
    """Operations for one real token, by the formula of the plan."""
    real = sum(len(row.tokens) for row in train) / len(train)
    learned = sum(row.supervised[0][1] - row.supervised[0][0] for row in train) / len(train)
    waves = max(1, -(-int(batch * real) // 512))
    load = TrainingLoad(
        steps=1,
        tokens=batch * (real - PREFIX) + waves * PREFIX,
        supervised=batch * learned,
        longest=max(len(row.tokens) for row in train),
        rank=RANK,
    )
    return operations_per_step(shape_of(read_header(starter_model())), load) / (batch * real)


def theirs(shape: str) -> dict[str, float]:
    """mlx-lm's trainer with its own batching and loss; real tokens counted as for ours, its first step left out too."""
    prepare_mlx()
    import mlx.core as mx
    import mlx.optimizers as optim
    from mlx_lm.tuner.trainer import TrainingArgs, TrainingCallback, default_loss, train
    from mlx_lm.tuner.utils import linear_to_lora_layers

    from labdesk.engine.convert.gguf_to_mlx import load_student
    from labdesk.engine.trainers.mlx.machine import peak_memory
    from labdesk.engine.trainers.mlx.ranks import number

    moments: list[float] = []

    class Clock(TrainingCallback):  # type: ignore[misc]
        def on_train_loss_report(self, train_info: dict[str, Any]) -> None:
            moments.append(time.perf_counter())

    learn, keep = rows(shape)
    _count, _held, batch, steps, *_spans = SHAPES[shape]
    mx.random.seed(0)
    np.random.seed(0)
    model = load_student(starter_model()).model
    linear_to_lora_layers(model, len(model.layers), {"rank": RANK, "scale": SCALE, "dropout": 0.0})
    data, held = ([(list(row.tokens), row.supervised[0][0]) for row in some] for some in (learn, keep))
    with tempfile.TemporaryDirectory() as folder:
        settings = TrainingArgs(
            batch_size=batch,
            iters=steps,
            val_batches=0,
            steps_per_report=1,
            steps_per_eval=10**6,
            steps_per_save=10**6,
            max_seq_length=1024,
            adapter_file=str(Path(folder) / "adapters.safetensors"),
        )
        optimizer = optim.AdamW(learning_rate=RATE, betas=[0.9, 0.99], weight_decay=0.0, bias_correction=True)
        train(model, optimizer, data, held, args=settings, training_callback=Clock())
    real = sum(len(tokens) for tokens, _offset in data) / len(data) * batch
    peak, losses, weights = peak_memory(), 0.0, 0
    for tokens, offset in held:
        loss, count = default_loss(model, mx.array([tokens]), mx.array([[offset - 1, len(tokens) - 1]]))
        losses, weights = losses + number(loss) * number(count), weights + int(number(count))
    seconds = moments[-1] - moments[0]
    return {"tokens_per_second": real * (steps - 1) / seconds, "peak_gb": peak / 1e9, "held_out": losses / weights}


WAYS = {"ours": ours, "theirs": theirs}


def measure(way: str, shape: str) -> dict[str, float]:
    """One turn in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.training", "--way", way, "--shape", shape]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def compare(shape: str, rounds: int) -> None:
    """Print the quotients of one shape of rows."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in WAYS}
    for number in range(rounds):
        for name in list(WAYS) if number % 2 == 0 else list(WAYS)[::-1]:
            found[name].append(measure(name, shape))
            values = ", ".join(f"{key} {value:.4g}" for key, value in found[name][-1].items())
            print(f"  {shape}, round {number + 1}, {name}: {values}", flush=True)
    pairs = list(zip(found["ours"], found["theirs"], strict=True))
    speeds = [one["tokens_per_second"] / two["tokens_per_second"] for one, two in pairs]
    shares = [one["operations"] * one["tokens_per_second"] / one["limit"] for one in found["ours"]]
    best = max(one["operations"] * one["best_step"] / one["limit"] for one in found["ours"])
    print(
        f"{shape} rows: {median(speeds):.2f} times the speed of mlx-lm's trainer ({min(speeds):.2f} to {max(speeds):.2f}), "
        f"{median(one['peak_gb'] / two['peak_gb'] for one, two in pairs):.2f} of its peak memory, "
        f"held-out loss {found['ours'][0]['held_out']:.3f} against {found['theirs'][0]['held_out']:.3f}, "
        f"{median(shares):.2f} of the matrix limit (best step {best:.2f})",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--shape", choices=SHAPES, default="")
    parser.add_argument("--rounds", type=int, default=2)
    asked = parser.parse_args()
    if asked.way:
        print(json.dumps(WAYS[asked.way](asked.shape)))
        return
    print(machine())
    for shape in [asked.shape] if asked.shape else SHAPES:
        compare(shape, asked.rounds)


if __name__ == "__main__":
    main()

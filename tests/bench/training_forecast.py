"""How right the forecast of a training is. Run by hand: python -m tests.bench.training_forecast [--steps 6]

Five configurations of the starter, each in a process of its own. Peak memory is predicted by the formula before anything
is loaded; minutes by two steps after the first, as a run does it, for all steps that come after them. Both beside what
was measured. Memory does not depend on how busy the computer is, minutes do.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from labdesk.core.models.catalog import starter_model
from labdesk.core.models.gguf_header import read_header
from labdesk.core.plans.training import peak_memory, shape_of
from labdesk.engine.trainers import PhasePlan, TrainingPlan
from tests.bench.interleaved import machine
from tests.bench.training import Quiet, rows

ROOT = Path(__file__).resolve().parents[2]
#: By name: shape of the rows, rows per step, rank, whether activations are recomputed.
CONFIGURATIONS = {
    "short rows, 2 a step": ("short", 2, 16, False),
    "short rows, 6 a step": ("short", 6, 16, False),
    "short rows, rank 64": ("short", 4, 64, False),
    "long rows, 2 a step": ("long", 2, 16, False),
    "long rows, recomputed": ("long", 2, 16, True),
}
_PROBES = slice(1, 3)


def measure(name: str, steps: int) -> dict[str, float]:
    """Predicted and measured peak bytes and seconds of one configuration."""
    from labdesk.engine.trainers.mlx.costs import load_of
    from labdesk.engine.trainers.mlx.trainer import MlxTrainer

    shape, batch, rank, recompute = CONFIGURATIONS[name]
    learn, _held = rows(shape)
    phase = PhasePlan(name="knowledge", steps=steps, batch_size=batch)
    plan = TrainingPlan(phases=(phase,), rank=rank, alpha=2.0 * rank, gradient_checkpointing=recompute)
    predicted = peak_memory(shape_of(read_header(starter_model())), load_of(plan, {"knowledge": learn}))
    heard = Quiet()
    with tempfile.TemporaryDirectory() as folder:
        MlxTrainer().train(plan, {"knowledge": learn}, {}, base=starter_model(), folder=Path(folder), events=heard)
    probes, rest = heard.steps[_PROBES], heard.steps[_PROBES.stop :]
    a_token = sum(step.seconds for step in probes) / sum(step.tokens for step in probes)
    return {
        "predicted_memory": predicted,
        "memory": heard.steps[-1].peak_memory,
        "predicted_seconds": a_token * sum(step.tokens for step in rest),
        "seconds": sum(step.seconds for step in rest),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", choices=CONFIGURATIONS)
    parser.add_argument("--steps", type=int, default=6)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.one, asked.steps)))
        return
    print(machine())
    for name in CONFIGURATIONS:
        command = [sys.executable, "-m", "tests.bench.training_forecast", "--one", name, "--steps", str(asked.steps)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        found = json.loads(done.stdout.splitlines()[-1])
        print(
            f"{name:24s} memory {found['predicted_memory'] / 1e9:.2f} GB said, {found['memory'] / 1e9:.2f} measured "
            f"({found['predicted_memory'] / found['memory'] - 1:+.0%}); "
            f"time {found['predicted_seconds']:.1f} s said, {found['seconds']:.1f} measured "
            f"({found['predicted_seconds'] / found['seconds'] - 1:+.0%})",
            flush=True,
        )


if __name__ == "__main__":
    main()

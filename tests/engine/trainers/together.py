"""What each process of a training in company does: python -m tests.engine.trainers.together BASE FOLDER BLUR."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from labdesk.engine.trainers import PhasePlan
from labdesk.engine.trainers.mlx.trainer import MlxTrainer
from tests.engine.trainers.training import Listener, make_rows, small_plan


def main(base: Path, folder: Path, blur: float, stop_after: int) -> None:
    """Train in a folder of this process, and write down the losses."""
    rank = os.environ.get("MLX_RANK", "alone")
    phase = PhasePlan(name="knowledge", steps=12, batch_size=5, learning_rate=1e-2, validate_every=4, blur=blur)
    heard = Listener(stop_after=stop_after if rank == "1" else 0)
    rows = make_rows(8)
    rows[3] = make_rows(1, prefix=(9, 8), seed=6)[0]  # it does not share the beginning of the others
    sha256 = ""
    try:
        trained = MlxTrainer().train(
            small_plan(phase), {"knowledge": rows}, {"knowledge": make_rows(3, seed=2)},
            base=base, folder=folder / rank, events=heard,
        )  # fmt: skip
        sha256 = trained.sha256
    finally:
        found = {
            "losses": [step.loss for step in heard.steps],
            "held_out": [report.loss for report in heard.validations],
            "notes": heard.notes,
            "sha256": sha256,
        }
        (folder / f"{rank}.json").write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))

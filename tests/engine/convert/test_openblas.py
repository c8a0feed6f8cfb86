"""Whoever imports the trainer or a converter gets fast matrix products, without having to ask."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from labdesk.engine.convert.openblas import prepare_mlx

ROOT = Path(__file__).resolve().parents[3]
#: Times a 768 x 768 x 768 product: 0.9 GFLOP, half a second with the reference BLAS of the Linux wheel.
SCRIPT = """
import time
import {module}
import mlx.core as mx
a = mx.random.normal((768, 768)); mx.eval(a @ a)
best = 9.0
for _ in range(5):
    start = time.perf_counter(); mx.eval(a @ a); best = min(best, time.perf_counter() - start)
print(best)
"""


@pytest.mark.parametrize(
    "module", ["labdesk.engine.trainers.mlx.trainer", "labdesk.engine.convert.merged_gguf", "labdesk.jobs.kinds.train"]
)
def test_matrix_products_are_fast(module: str) -> None:
    blas = prepare_mlx()
    if blas.note:
        pytest.skip(blas.note)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(module=module)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < 0.2


def test_without_the_library_the_person_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("other systems bring a fast library themselves")
    monkeypatch.setattr("labdesk.engine.convert.openblas._candidates", lambda: ["libno-such-thing.so"])
    blas = prepare_mlx()
    assert blas.library == ""
    assert "libopenblas0" in blas.note

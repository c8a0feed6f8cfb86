"""Tokens per second on the starter model: labdesk's runtime, one answer at a time, the hardware's limit.

    python -m tests.bench.generation [--answers 32] [--tokens 48] [--parallel 8]

Three ways, same model, same library, same machine, one after the other and twice over, the better of two reported:
  alone    one sequence, one answer after another: what a caller of the plain library gets
  ours     LlamaCppRuntime with shared beginnings and continuous refill; prompt reading included
  limit    a bare loop of decode calls on `parallel` sequences, no sampling, no text, prompts read before: an upper bound
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable

from labdesk.core.models.catalog import starter_model
from labdesk.engine.runtimes import Completed, Completion, Usage
from labdesk.engine.runtimes.llama_cpp.library import native
from labdesk.engine.runtimes.llama_cpp.model import LoadedModel, LoadOptions
from labdesk.engine.runtimes.llama_cpp.runtime import LlamaCppRuntime
from labdesk.engine.runtimes.llama_cpp.token_batch import TokenBatch

DOCUMENT = (
    "Document: The old lighthouse on the northern cape was built of grey stone in a single summer. Its keeper lit the "
    "lamp every evening, wrote the weather into a book, and rang the bell in fog. Ships on the way to the fishing grounds "
    "steered by its light; without it, the reefs west of the cape would have taken many of them. When the railway "
    "came, fewer ships passed, and the keeper's daughter opened a school in the rooms below the lamp.\n"
)
SUBJECTS = ("the keeper", "the lamp", "the reefs", "the railway", "the school", "the bell", "the book", "the stone")


def requests(answers: int, tokens: int) -> list[Completion]:
    return [
        Completion(str(i), f"{DOCUMENT}Question {i} about {SUBJECTS[i % len(SUBJECTS)]}:", tokens, 0.8, 0.95, seed=i)
        for i in range(answers)
    ]


def through_runtime(answers: int, tokens: int, parallel: int) -> tuple[Usage, float]:
    """Usage, and generated tokens per second with the reading of prompts included."""
    done: list[Completed] = []
    with LlamaCppRuntime(starter_model(), LoadOptions(context=1024, parallel=parallel)) as runtime:
        usage = runtime.complete(requests(answers, tokens), done.append, lambda: False)
    assert len(done) == answers
    return usage, usage.generated_tokens / usage.seconds


def hardware_limit(tokens: int, parallel: int) -> float:
    """Tokens per second of bare decode calls, `parallel` rows each, after a prompt as long as ours."""
    model = LoadedModel(starter_model(), LoadOptions(context=1024, parallel=parallel))
    prompt = model.vocabulary.encode(requests(1, 1)[0].prompt)
    batch = TokenBatch(max(model.batch, len(prompt)))
    batch.add(prompt, 0, 0, len(prompt))
    assert model.decode(batch.native, lambda: False) == 0
    for sequence in range(1, parallel):
        native.llama_memory_seq_cp(model.memory, 0, sequence, 0, len(prompt))
    start = time.monotonic()
    for step in range(tokens):
        batch.clear()
        for sequence in range(parallel):
            batch.add([100 + step], len(prompt) + step, sequence, 0)
        assert model.decode(batch.native, lambda: False) == 0
    rate = parallel * tokens / (time.monotonic() - start)
    model.close()
    return rate


def best_of_two(measure: Callable[[], float]) -> float:
    return max(measure(), measure())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=32)
    parser.add_argument("--tokens", type=int, default=48)
    parser.add_argument("--parallel", type=int, default=8)
    options = parser.parse_args()
    few = max(2, options.answers // 8)
    alone = best_of_two(lambda: through_runtime(few, options.tokens, 1)[1])
    usage, _ = through_runtime(options.answers, options.tokens, options.parallel)
    ours = best_of_two(lambda: through_runtime(options.answers, options.tokens, options.parallel)[1])
    limit = best_of_two(lambda: hardware_limit(options.tokens, options.parallel))
    load = f"load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{starter_model().name}, {os.cpu_count()} processors, {load}")
    print(f"alone {alone:7.1f} tokens/s   1 sequence, {few} answers")
    gain = f"{ours / alone:.2f} x alone"
    print(f"ours  {ours:7.1f} tokens/s   {options.parallel} sequences, {options.answers} answers: {gain}")
    print(f"limit {limit:7.1f} tokens/s   {options.parallel} sequences, decode only: ours reaches {ours / limit:.0%}")
    print(f"prompt tokens {usage.prompt_tokens}, of them shared {usage.reused_tokens}")


if __name__ == "__main__":
    main()

"""Wall and processor time for one leaf: labdesk's calls in batches against upstream's call pattern, one at a time.

    python -m tests.bench.generation_leaf [--seeds 8] [--samples 100] [--parallel 8]

Same starter model, same library, same prompts' length, same words per answer, in one run.
  ours    per sample one completion and one judgement read from logits (Yes or No), batched, beginnings shared
  theirs  the calls of InstructLab's "full" skills pipeline (reference: instructlab-sdg 0.8.3): per sample a question, a
          judgement of it, an answer, a judgement of the pair; judges write their reasons before the score; one request
          at a time on one sequence, which keeps the beginning that it shares with the request before
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Sequence

from labdesk.core.models.catalog import starter_model
from labdesk.engine.pipeline.seams import wave_for
from labdesk.engine.runtimes import Completion, Scoring
from labdesk.engine.runtimes.llama_cpp.model import LoadOptions
from labdesk.engine.runtimes.llama_cpp.runtime import LlamaCppRuntime

QUESTION_TOKENS, ANSWER_TOKENS = 24, 40
#: Upstream allows 512; a short reason and a score take about so many.
REASON_TOKENS = 60
PRINCIPLES = (
    "Write for somebody who has not seen the task before. Stay with the facts that the examples give. Keep to plain "
    "words and one or two sentences. Do not repeat an example. Say nothing that is unsafe or untrue."
)


def examples(count: int) -> str:
    things = ("tea", "rain", "boats", "bread", "snow", "the moon", "a goose", "the lamp", "old rope", "a storm")
    return "".join(
        f"Question: Write a note of the harbour about {things[n % len(things)]}, number {n}.\n"
        f"Answer: Ahoy! Here is {things[n % len(things)]} for all who come by number {n}. Dry socks to everybody.\n\n"
        for n in range(count)
    )


def ours(runtime: LlamaCppRuntime, seeds: int, samples: int) -> int:
    """One record per sample, judged by logits; returns generated tokens."""
    head, wave, tokens = f"{PRINCIPLES}\n\n{examples(seeds)}", wave_for(runtime.parallel), 0
    for start in range(0, samples, wave):
        numbers = range(start, min(samples, start + wave))
        runtime.forget()
        written: dict[str, str] = {}
        requests = [
            Completion(str(n), f"{head}Question:", QUESTION_TOKENS + ANSWER_TOKENS, 0.8, 0.95, seed=n + 1,
                       prefix_chars=len(head), special=False)
            for n in numbers
        ]  # fmt: skip
        usage = runtime.complete(requests, lambda done, kept=written: kept.update({done.key: done.text}), lambda: False)  # type: ignore[misc]
        tokens += usage.generated_tokens
        runtime.forget()
        judged = [
            Scoring(key, f"{head}Question:{text}\nIs this record good? Reply with Yes or No:", (" Yes", " No"), False)
            for key, text in written.items()
        ]
        runtime.score(judged, lambda _scored: None, lambda: False)
    return tokens


def theirs(runtime: LlamaCppRuntime, seeds: int, samples: int) -> int:
    """The calls of upstream's pipeline for the same number of samples; returns generated tokens."""
    head, tokens = f"{PRINCIPLES}\n\n{examples(seeds)}", 0

    def call(prompt: str, most: int, seed: int) -> str:
        nonlocal tokens
        found: list[str] = []
        request = Completion("x", prompt, most, 0.8, 0.95, seed=seed, prefix_chars=len(prompt), special=False)
        usage = runtime.complete([request], lambda done: found.append(done.text), lambda: False)
        tokens += usage.generated_tokens
        return found[0]

    for n in range(samples):
        question = call(f"{head}Question:", QUESTION_TOKENS, n + 1)
        call(f"{PRINCIPLES}\nIs this question clear and safe?\n{question}\nReason:", REASON_TOKENS, n)
        answer = call(f"{head}Question:{question}\nAnswer:", ANSWER_TOKENS, n)
        call(f"{PRINCIPLES}\nGrade the answer.\n{question}\n{answer}\nReason:", REASON_TOKENS, n)
    return tokens


def timed(parallel: int, run: Callable[[LlamaCppRuntime], int]) -> tuple[float, float, int]:
    """Wall seconds, processor seconds and tokens, loading not counted."""
    with LlamaCppRuntime(starter_model(), LoadOptions(context=2048, parallel=parallel)) as runtime:
        wall, own = time.monotonic(), time.process_time()
        tokens = run(runtime)
        return time.monotonic() - wall, time.process_time() - own, tokens


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--parallel", type=int, default=8)
    options = parser.parse_args(arguments)
    load = f"load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(
        f"{starter_model().name}, {options.seeds} seeds, {options.samples} samples, {os.cpu_count()} processors, {load}"
    )
    mine = timed(options.parallel, lambda runtime: ours(runtime, options.seeds, options.samples))
    other = timed(1, lambda runtime: theirs(runtime, options.seeds, options.samples))
    for name, (wall, own, tokens) in (("ours", mine), ("theirs", other)):
        print(f"{name:7} {wall:7.1f} s wall  {own:7.1f} s processor  {tokens} tokens written")
    print(f"ours is {other[0] / mine[0]:.1f} times faster by the clock, {other[1] / mine[1]:.1f} by processor time")


if __name__ == "__main__":
    main()

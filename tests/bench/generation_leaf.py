"""Wall and processor time for one leaf: labdesk's calls in batches against upstream's call pattern, one at a time.

    python -m tests.bench.generation_leaf [--seeds 8] [--samples 100] [--parallel 8] [--threads 0] [--rounds 3]

Same starter model, same library, same prompts' length, same words per answer, turn by turn in one process
(tests/bench/interleaved.py). A round is two samples a sequence of ours and two of theirs; seconds are told for all samples.
  ours    per sample one completion and one judgement read from logits (Yes or No), batched, beginnings shared
  theirs  the calls of InstructLab's "full" skills pipeline (reference: instructlab-sdg 0.8.3): per sample a question, a
          judgement of it, an answer, a judgement of the pair; judges write their reasons before the score; one request
          at a time on one sequence, which keeps the beginning that it shares with the request before
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from labdesk.core.models.catalog import starter_model
from labdesk.engine.pipeline.seams import wave_for
from labdesk.engine.runtimes import Completion, Scoring
from labdesk.engine.runtimes.llama_cpp.model import LoadOptions
from labdesk.engine.runtimes.llama_cpp.runtime import LlamaCppRuntime
from tests.bench.interleaved import Rounds, machine

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
    """One record per sample, judged by logits; returns the samples."""
    head, wave = f"{PRINCIPLES}\n\n{examples(seeds)}", wave_for(runtime.parallel)
    for start in range(0, samples, wave):
        numbers = range(start, min(samples, start + wave))
        runtime.forget()
        written: dict[str, str] = {}
        requests = [
            Completion(str(n), f"{head}Question:", QUESTION_TOKENS + ANSWER_TOKENS, 0.8, 0.95, seed=n + 1,
                       prefix_chars=len(head), special=False)
            for n in numbers
        ]  # fmt: skip
        runtime.complete(requests, lambda done, kept=written: kept.update({done.key: done.text}), lambda: False)  # type: ignore[misc]
        runtime.forget()
        judged = [
            Scoring(key, f"{head}Question:{text}\nIs this record good? Reply with Yes or No:", (" Yes", " No"), False)
            for key, text in written.items()
        ]
        runtime.score(judged, lambda _scored: None, lambda: False)
    return samples


def theirs(runtime: LlamaCppRuntime, seeds: int, samples: int) -> int:
    """The calls of upstream's pipeline for so many samples; returns the samples."""
    head = f"{PRINCIPLES}\n\n{examples(seeds)}"

    def call(prompt: str, most: int, seed: int) -> str:
        found: list[str] = []
        request = Completion("x", prompt, most, 0.8, 0.95, seed=seed, prefix_chars=len(prompt), special=False)
        runtime.complete([request], lambda done: found.append(done.text), lambda: False)
        return found[0]

    for n in range(samples):
        question = call(f"{head}Question:", QUESTION_TOKENS, n + 1)
        call(f"{PRINCIPLES}\nIs this question clear and safe?\n{question}\nReason:", REASON_TOKENS, n)
        answer = call(f"{head}Question:{question}\nAnswer:", ANSWER_TOKENS, n)
        call(f"{PRINCIPLES}\nGrade the answer.\n{question}\n{answer}\nReason:", REASON_TOKENS, n)
    return samples


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("seeds", 8), ("samples", 100), ("parallel", 8), ("threads", 0), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args(arguments)
    # A slice of ours fills every sequence twice (a job's waves are longer); theirs goes one by one, so a few samples are
    # as good as all.
    wave, few = 2 * options.parallel, 2
    many = LoadOptions(context=2048, parallel=options.parallel, threads=options.threads)
    one = LoadOptions(context=2048, parallel=1, threads=options.threads)
    with LlamaCppRuntime(starter_model(), many) as batched, LlamaCppRuntime(starter_model(), one) as single:
        ways: dict[str, Callable[[], float]] = {
            "ours": lambda: ours(batched, options.seeds, wave),
            "theirs": lambda: theirs(single, options.seeds, few),
        }
        theirs(single, options.seeds, 1)
        ours(batched, options.seeds, options.parallel)
        rounds = Rounds(ways, options.rounds)
    print(
        f"{starter_model().name}, {options.seeds} seeds, {machine()}, {options.rounds} rounds of {wave} and {few} samples"
    )
    for name in ways:
        print(
            f"{name:7} {options.samples / rounds.rate(name):7.1f} s for {options.samples} samples, "
            f"{options.samples * rounds.cost(name):7.1f} s of processor"
        )
    print(
        f"ours / theirs: {rounds.faster('ours', 'theirs')} by the clock, {rounds.cheaper('ours', 'theirs')} by processor "
        "time   (wanted: 4)"
    )


if __name__ == "__main__":
    main()

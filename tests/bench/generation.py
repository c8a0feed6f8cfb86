"""Tokens per second on the starter model: labdesk's runtime, one answer at a time, and the hardware's limit.

    python -m tests.bench.generation [--rounds 5] [--tokens 32] [--parallel 0] [--threads 0]

Same model, same library, same process, turn by turn (tests/bench/interleaved.py), after one turn to warm up:
  alone    one sequence, one answer after another: what a caller of the plain library gets
  ours     LlamaCppRuntime: prompts read with shared beginnings, sampled, put together as text, sequences refilled
  limit    bare decode calls of the library: the same prompts' tokens read in full batches, then as many tokens written
           as `ours` wrote, `parallel` in each call, no sampling and no text. Nobody can be faster with this library.
`--parallel 0` takes the number of sequences whose bare decode calls are fastest here, of 4, 8, 16 and 32. Every turn of
`ours` and `limit` writes two answers for each sequence.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

from labdesk.core.models.catalog import starter_model
from labdesk.engine.runtimes import Completed, Completion, Usage
from labdesk.engine.runtimes.llama_cpp.library import native
from labdesk.engine.runtimes.llama_cpp.model import LoadedModel, LoadOptions
from labdesk.engine.runtimes.llama_cpp.runtime import LlamaCppRuntime
from labdesk.engine.runtimes.llama_cpp.token_batch import TokenBatch
from tests.bench.interleaved import Rounds, machine

DOCUMENT = (
    "Document: The old lighthouse on the northern cape was built of grey stone in a single summer. Its keeper lit the "
    "lamp every evening, wrote the weather into a book, and rang the bell in fog. Ships on the way to the fishing grounds "
    "steered by its light; without it, the reefs west of the cape would have taken many of them. When the railway "
    "came, fewer ships passed, and the keeper's daughter opened a school in the rooms below the lamp.\n"
)
SUBJECTS = ("the keeper", "the lamp", "the reefs", "the railway", "the school", "the bell", "the book", "the stone")
SIZES = (4, 8, 16, 32)


def requests(answers: int, tokens: int) -> list[Completion]:
    return [
        Completion(str(i), f"{DOCUMENT}Question {i} about {SUBJECTS[i % len(SUBJECTS)]}:", tokens, 0.8, 0.95, seed=i)
        for i in range(answers)
    ]


class Ours:
    """labdesk's runtime, held open over all rounds; every turn starts with an empty memory, as a job's waves do."""

    def __init__(self, parallel: int, threads: int, answers: int, tokens: int) -> None:
        options = LoadOptions(context=1024, parallel=parallel, threads=threads)
        self.runtime = LlamaCppRuntime(starter_model(), options)
        self._requests = requests(answers, tokens)
        self.usage = Usage()

    def turn(self) -> float:
        done: list[Completed] = []
        self.runtime.forget()
        self.usage = self.runtime.complete(self._requests, done.append, lambda: False)
        assert len(done) == len(self._requests)
        return self.usage.generated_tokens


class Limit:
    """Bare decode calls, `parallel` rows each."""

    def __init__(self, parallel: int, threads: int) -> None:
        self._model = LoadedModel(starter_model(), LoadOptions(context=1024, parallel=parallel, threads=threads))
        self._parallel = parallel
        self._prompt = self._model.vocabulary.encode(requests(1, 1)[0].prompt)
        self._batch = TokenBatch(self._model.batch)

    def turn(self, read: int, written: int) -> float:
        """Read a prompt of about `read` tokens in full batches, write `written` tokens after our own prompt."""
        native.llama_memory_clear(self._model.memory, False)
        self._decode([(self._prompt, 0, 0)])
        rest = read - len(self._prompt)
        for sequence in range(1, self._parallel):
            native.llama_memory_seq_cp(self._model.memory, 0, sequence, 0, len(self._prompt))
        at = len(self._prompt)
        while rest > 0:  # each sequence reads its own part, many in one call
            share = max(1, min(rest, self._model.batch) // self._parallel)
            self._decode([([100] * share, at, sequence) for sequence in range(self._parallel)])
            rest, at = rest - share * self._parallel, at + share
        for step in range(-(-written // self._parallel)):
            self._decode([([100 + step], at + step, sequence) for sequence in range(self._parallel)], outputs=True)
        return self._parallel * -(-written // self._parallel)

    def _decode(self, rows: list[tuple[list[int], int, int]], outputs: bool = False) -> None:
        self._batch.clear()
        for tokens, position, sequence in rows:
            self._batch.add(tokens, position, sequence, 0 if outputs else position + len(tokens))
        assert self._model.decode(self._batch.native, lambda: False) == 0

    def close(self) -> None:
        self._model.close()


def best_size(threads: int) -> int:
    """The number of rows whose bare decode calls are fastest here: seconds for one token, the best of three tries."""
    found: dict[int, float] = {}
    limits = {size: Limit(size, threads) for size in SIZES}
    for _try in range(3):
        for size, limit in limits.items():
            started = time.monotonic()
            tokens = limit.turn(0, 4 * size)
            found[size] = min(found.get(size, 1e9), (time.monotonic() - started) / tokens)
    for limit in limits.values():
        limit.close()
    return min(found, key=lambda size: found[size])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("rounds", 5), ("tokens", 32), ("parallel", 0), ("threads", 0)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    parallel = options.parallel or best_size(options.threads)
    ours = Ours(parallel, options.threads, 2 * parallel, options.tokens)
    alone = Ours(1, options.threads, max(2, parallel // 4), options.tokens)
    limit = Limit(parallel, options.threads)
    alone.turn()
    ours.turn()
    usage = ours.usage
    ways: dict[str, Callable[[], float]] = {
        "alone": alone.turn,
        "ours": ours.turn,
        "limit": lambda: limit.turn(usage.prompt_tokens - usage.reused_tokens, usage.generated_tokens),
    }
    rounds = Rounds(ways, options.rounds)
    print(f"{starter_model().name}, {machine()}, {parallel} sequences, {options.rounds} rounds")
    for name in ways:
        print(f"{name:6} {rounds.rate(name):7.1f} tokens/s  {1e3 * rounds.cost(name):7.2f} ms of processor a token")
    for one, other, wanted in (("ours", "alone", 1.6), ("ours", "limit", 0.9)):
        print(
            f"{one} / {other}: {rounds.faster(one, other)} by the clock, {rounds.cheaper(one, other)} by processor time"
            f"   (wanted: {wanted})"
        )
    print(f"prompt tokens {usage.prompt_tokens}, of them shared {usage.reused_tokens}")
    for closing in (alone.runtime, ours.runtime, limit):
        closing.close()


if __name__ == "__main__":
    main()

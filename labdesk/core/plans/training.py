"""What a training will cost before it starts: arithmetic, minutes, peak memory, disk, and a verdict.

Pure formulas over the header of the student and the counts of tokens. Their sources:
  arithmetic   2 operations per weight and token forward, 2 more for the gradient of the activations (frozen weights
               need none of their own), 2 again where activations are recomputed; 6 per LoRA weight. Kaplan et al. 2020,
               section 2.1, without the weight gradients.
  memory       weights + what one layer keeps per token for its gradient: 6 vectors of the model's width, 5 of the
               feed-forward width, one row of attention weights per head. Fitted to four measurements of the trainer on
               a CPU (tests/core/plans/test_training.py names them), right to 8 % there.
A forecast that was measured on the machine (`Machine.efficiency`, from the last run) beats the defaults.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from labdesk.core.errors import ModelError
from labdesk.core.models.gguf_header import GgufArray, GgufHeader

GIB = 1024**3
#: Python, MLX, OpenBLAS and mlx-lm beside the model (seen).
PROGRAM_BYTES = int(0.12 * GIB)
#: Copies of the LoRA in memory during a step: weights, two moments, gradients of two threads.
LORA_COPIES = 5
#: Tokens that one thread computes at a time; larger steps are computed in waves (trainers/mlx/step.py).
WAVE_TOKENS = 512
#: Share of free memory a training may plan to use.
ROOM = 0.85
#: Bytes per value of a merged file by kind (Q4_K_M: 4.9 bits, llama.cpp's quantize table).
MERGED_BYTES = {"F16": 2.0, "Q8_0": 34 / 32, "Q4_K_M": 4.9 / 8}

#: Cores that one stream's matrix products keep busy. On 2 cores one stream is a quarter faster than two (112 against 90
#: tokens a second, starter, 4 rows a step); that several streams pay with more cores is expected, not measured.
CORES_PER_STREAM = 4

VerdictName = Literal["fits", "tight", "does not fit"]


class StudentShape(msgspec.Struct, frozen=True, kw_only=True):
    """The sizes of a student that cost anything. `bytes_per_weight`: 4 where it is computed in float32, as on a CPU."""

    layers: int
    width: int
    feed_forward: int
    heads: int
    kv_heads: int
    head_size: int
    vocabulary: int
    tied: bool
    bytes_per_weight: int = 4

    @property
    def matrices(self) -> list[tuple[int, int]]:
        """(in, out) of the seven matrices of one block."""
        queries, keys = self.heads * self.head_size, self.kv_heads * self.head_size
        return [
            (self.width, queries),
            (self.width, keys),
            (self.width, keys),
            (queries, self.width),
            (self.width, self.feed_forward),
            (self.width, self.feed_forward),
            (self.feed_forward, self.width),
        ]

    @property
    def block_weights(self) -> int:
        """Weights of all blocks' matrices."""
        return self.layers * sum(rows * columns for rows, columns in self.matrices)

    @property
    def weights(self) -> int:
        """All weights, the vocabulary matrix once or twice."""
        return self.block_weights + (1 if self.tied else 2) * self.vocabulary * self.width

    def lora_weights(self, rank: int) -> int:
        """Weights of a LoRA on every matrix."""
        return self.layers * rank * sum(rows + columns for rows, columns in self.matrices)


class TrainingLoad(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be trained. `steps` in all; per step `tokens` computed (a shared prefix counts once per thread),
    `supervised` learned; the longest row has `longest` tokens. `threads`: streams that compute (`streams_for`; 1 on a
    GPU). `largest`: tokens that are computed at once at most, 0 where only the mean is known."""

    steps: int
    tokens: float
    supervised: float
    longest: int
    rank: int = 16
    gradient_checkpointing: bool = False
    threads: int = 2
    phases: int = 2
    merged_as: str = "F16"
    largest: float = 0


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """memory: free bytes for the training. flops: operations per second of a large matrix product, measured.
    efficiency: share of that which the trainer reaches (0.6 on CPUs is a guess until a run here was measured; 0.35 to
    0.47 are published for Apple GPUs). memory_factor: what the formula for memory has to be multiplied with here."""

    memory: int
    flops: float
    efficiency: float = 0.6
    memory_factor: float = 1.0


class TrainingForecast(msgspec.Struct, frozen=True, kw_only=True):
    """operations and seconds of the whole run, peak bytes of memory, bytes on disk. `advice` names the one change that
    helps most; empty when the training fits."""

    operations: float
    seconds: float
    peak_memory: int
    disk: int
    verdict: VerdictName
    advice: str


def streams_for(cores: int) -> int:
    """How many parts of a step are computed at the same time on a processor with so many cores."""
    return min(max(1, cores // CORES_PER_STREAM), 8)


def shape_of(header: GgufHeader) -> StudentShape:
    """The sizes a GGUF header declares. Raises ModelError when one is missing."""
    prefix = header.architecture
    table = next((tensor for tensor in header.tensors if tensor.name == "token_embd.weight"), None)

    def number(key: str) -> int:
        value = header.number(f"{prefix}.{key}")
        if table is None or value <= 0 or isinstance(header.kv.get(f"{prefix}.{key}"), GgufArray):
            raise ModelError(
                f"What it costs to train “{header.name or prefix}” cannot be told.",
                cause=f"Its header does not say its {key} as one number.",
                remedy="Choose another student.",
            )
        return value

    width, heads = number("embedding_length"), number("attention.head_count")
    assert table is not None
    return StudentShape(
        layers=number("block_count"),
        width=width,
        feed_forward=number("feed_forward_length"),
        heads=heads,
        kv_heads=header.number(f"{prefix}.attention.head_count_kv") or heads,
        head_size=header.number(f"{prefix}.attention.key_length") or width // heads,
        vocabulary=table.shape[-1],
        tied=all(tensor.name != "output.weight" for tensor in header.tensors),
    )


def operations_per_step(student: StudentShape, load: TrainingLoad) -> float:
    """Floating-point operations of one optimizer step."""
    passes = 6 if load.gradient_checkpointing else 4
    blocks = passes * student.block_weights * load.tokens
    lora = 6 * student.lora_weights(load.rank) * load.tokens
    attention = passes * 2 * student.layers * student.heads * student.head_size * load.tokens * load.longest / 2
    head = 4 * student.vocabulary * student.width * load.supervised
    return blocks + lora + attention + head


def peak_memory(student: StudentShape, load: TrainingLoad) -> int:
    """Bytes of the training process at its peak."""
    lora = LORA_COPIES * 4 * student.lora_weights(load.rank)
    at_once = min(load.largest or load.tokens, load.threads * max(WAVE_TOKENS, load.longest))
    rows_of_attention = student.heads * load.longest
    kept = student.bytes_per_weight * (6 * student.width + 5 * student.feed_forward + rows_of_attention)
    layers = student.layers
    if load.gradient_checkpointing:
        activations = at_once * (kept + layers * student.bytes_per_weight * student.width)
    else:
        activations = at_once * kept * layers
    loss = 4 * 4 * student.vocabulary * load.threads * min(128.0, load.supervised / load.threads)
    return int(PROGRAM_BYTES + student.weights * student.bytes_per_weight + lora + activations + loss)


def disk_needed(student: StudentShape, load: TrainingLoad) -> int:
    """Bytes: two checkpoints and two best ones per phase (weights and two moments), the adapters, the merged model."""
    lora = 4 * student.lora_weights(load.rank)
    checkpoints = (2 + 1 + 2 * load.phases) * 3 * lora
    merged = student.weights * MERGED_BYTES.get(load.merged_as, 4.0)
    return int(checkpoints + 2 * load.phases * lora + merged)


def forecast(student: StudentShape, load: TrainingLoad, machine: Machine) -> TrainingForecast:
    """Everything a plan card shows."""
    operations = load.steps * operations_per_step(student, load)
    peak = int(machine.memory_factor * peak_memory(student, load))
    return TrainingForecast(
        operations=operations,
        seconds=operations / (machine.efficiency * machine.flops),
        peak_memory=peak,
        disk=disk_needed(student, load),
        verdict=verdict(peak, machine.memory),
        advice="" if peak <= ROOM * machine.memory else best_change(student, load, machine),
    )


def verdict(peak: int, free: int) -> VerdictName:
    """fits: below 85 % of what is free; tight: below all of it."""
    if peak <= ROOM * free:
        return "fits"
    return "tight" if peak <= free else "does not fit"


def best_change(student: StudentShape, load: TrainingLoad, machine: Machine) -> str:
    """The first change, from the least to the most costly, that makes the training fit; else the last resort."""
    replace = msgspec.structs.replace
    half = replace(load, tokens=load.tokens / 2, supervised=load.supervised / 2, largest=load.largest / 2)
    changes = [
        (half, "Halve the batch size."),
        (replace(load, gradient_checkpointing=True), "Recompute activations (half as fast again, far less memory)."),
        (replace(half, gradient_checkpointing=True), "Halve the batch size and recompute activations."),
        (replace(load, rank=max(1, load.rank // 2)), "Halve the rank."),
    ]
    for changed, words in changes:
        if machine.memory_factor * peak_memory(student, changed) <= ROOM * machine.memory:
            return words
    return "Choose a smaller student, or close other programs."

"""Tiny random language models for tests: a GGUF of about 400 kB with a real byte-level-BPE vocabulary.

    path = write_tiny_model(tmp_path / "m.gguf", arch="qwen3", quant="q8_0")

The weights are random, so the text is noise; the tokeniser is real, so every text survives tokenise -> detokenise.
Two calls with the same arguments write the same bytes.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Literal

import gguf
import numpy as np

Arch = Literal["llama", "qwen3"]
Quant = Literal["f32", "f16", "q8_0"]

SPECIAL_TOKENS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
LAYERS, HEADS, KV_HEADS = 2, 4, 2
CONTEXT = 512

_MERGE_TEXT = (
    "the model learns what the person writes and the answer is what the question asks for in the document "
    "user assistant system question answer yes no one two three on in an at er or es ing tion"
)
_MERGES = 96
_QUANTS = {
    "f32": gguf.GGMLQuantizationType.F32,
    "f16": gguf.GGMLQuantizationType.F16,
    "q8_0": gguf.GGMLQuantizationType.Q8_0,
}


def byte_alphabet() -> list[str]:
    """The 256 printable stand-ins of GPT-2's byte-level BPE, in byte order."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {byte: chr(byte) for byte in printable}
    for byte in range(256):
        if byte not in table:
            table[byte] = chr(256 + len(table) - len(printable))
    return [table[byte] for byte in range(256)]


def learn_merges(text: str, count: int) -> list[tuple[str, str]]:
    """The `count` most frequent byte-pair merges of a text, most frequent first (ties: alphabetical)."""
    alphabet = byte_alphabet()
    words = [[alphabet[byte] for byte in (" " + word).encode()] for word in text.split()]
    merges: list[tuple[str, str]] = []
    for _ in range(count):
        pairs = Counter(pair for word in words for pair in pairwise(word))
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        words = [_apply_merge(word, best) for word in words]
    return merges


def _apply_merge(word: list[str], pair: tuple[str, str]) -> list[str]:
    merged: list[str] = []
    for piece in word:
        if merged and (merged[-1], piece) == pair:
            merged[-1] += piece
        else:
            merged.append(piece)
    return merged


def write_tiny_model(
    path: Path,
    arch: Arch = "llama",
    quant: Quant = "f32",
    *,
    width: int = 64,
    seed: int = 0,
    tied: bool = False,
    chat_template: str | None = CHAT_TEMPLATE,
    name: str = "Tiny random model",
) -> Path:
    """Write a random model; `width` is the embedding size (a multiple of 32; of 256 where K-quants are tested)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(path, arch)
    vocabulary = _add_vocabulary(writer, chat_template)
    writer.add_name(name)
    writer.add_license("apache-2.0")
    writer.add_block_count(LAYERS)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(width)
    writer.add_feed_forward_length(2 * width)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(vocabulary)
    writer.add_file_type({"f32": 0, "f16": 1, "q8_0": 7}[quant])
    if arch == "llama":
        writer.add_rope_dimension_count(width // HEADS)
    else:
        writer.add_key_length(width // HEADS)
        writer.add_value_length(width // HEADS)
    for tensor, values in _random_tensors(arch, width, vocabulary, seed, tied).items():
        _add_tensor(writer, tensor, values, _QUANTS[quant])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def write_tiny_adapter(
    path: Path, arch: Arch = "llama", *, width: int = 64, rank: int = 4, seed: int = 1, base_fingerprint: str = ""
) -> Path:
    """Write a random LoRA adapter (GGUF, scale 1) that visibly changes a tiny model of the same arch and width."""
    rng = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, arch)
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(rank))
    if base_fingerprint:
        writer.add_string("labdesk.base.fingerprint", base_fingerprint)
    for layer in range(LAYERS):
        for part, (rows, columns) in _matrix_shapes(width).items():
            down = rng.standard_normal((rank, columns)).astype(np.float32) / np.float32(np.sqrt(columns))
            writer.add_tensor(f"blk.{layer}.{part}.weight.lora_a", down)
            writer.add_tensor(
                f"blk.{layer}.{part}.weight.lora_b", rng.standard_normal((rows, rank)).astype(np.float32) * 0.1
            )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_vocabulary(writer: gguf.GGUFWriter, chat_template: str | None) -> int:
    """Add specials, the 256 bytes and the merges; returns the vocabulary size."""
    merges = learn_merges(_MERGE_TEXT, _MERGES)
    plain = [*byte_alphabet(), *("".join(pair) for pair in merges)]
    tokens = [*SPECIAL_TOKENS, *plain]
    types = [gguf.TokenType.CONTROL] * len(SPECIAL_TOKENS) + [gguf.TokenType.NORMAL] * len(plain)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges([f"{left} {right}" for left, right in merges])
    writer.add_bos_token_id(tokens.index("<|im_start|>"))
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_pad_token_id(tokens.index("<|endoftext|>"))
    writer.add_add_bos_token(False)
    if chat_template is not None:
        writer.add_chat_template(chat_template)
    return len(tokens)


def _matrix_shapes(width: int) -> dict[str, tuple[int, int]]:
    """(rows out, columns in) of one block's seven matrices."""
    head, feed = width // HEADS, 2 * width
    return {
        "attn_q": (HEADS * head, width),
        "attn_k": (KV_HEADS * head, width),
        "attn_v": (KV_HEADS * head, width),
        "attn_output": (width, HEADS * head),
        "ffn_gate": (feed, width),
        "ffn_up": (feed, width),
        "ffn_down": (width, feed),
    }


def _random_tensors(arch: Arch, width: int, vocabulary: int, seed: int, tied: bool) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    tensors: dict[str, np.ndarray] = {"token_embd.weight": rng.standard_normal((vocabulary, width)) * 0.5}
    tensors["output_norm.weight"] = np.ones(width)
    if not tied:
        tensors["output.weight"] = rng.standard_normal((vocabulary, width)) * 0.1
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        tensors[block + "attn_norm.weight"] = np.ones(width)
        tensors[block + "ffn_norm.weight"] = np.ones(width)
        if arch == "qwen3":
            tensors[block + "attn_q_norm.weight"] = np.ones(width // HEADS)
            tensors[block + "attn_k_norm.weight"] = np.ones(width // HEADS)
        for part, shape in _matrix_shapes(width).items():
            tensors[f"{block}{part}.weight"] = rng.standard_normal(shape) * 0.1
    return tensors


def _add_tensor(writer: gguf.GGUFWriter, name: str, values: np.ndarray, kind: gguf.GGMLQuantizationType) -> None:
    floats = values.astype(np.float32)
    if values.ndim == 1 or kind == gguf.GGMLQuantizationType.F32:
        writer.add_tensor(name, floats)
    else:
        writer.add_tensor(name, gguf.quants.quantize(floats, kind), raw_dtype=kind)

"""Which kinds of model labdesk can teach, and how the tensors of each are named in GGUF and in mlx-lm.

One table; a family is listed only when a parity test holds it against llama.cpp on a small random model. Everything
else is refused here, with a reason, before a weight is read. Imports no engine.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from labdesk.core.errors import ModelError
from labdesk.core.models.gguf_header import GgufArray, GgufHeader


class Family(msgspec.Struct, frozen=True):
    """One architecture. `permuted`: the GGUF holds the rows of q and k in llama.cpp's interleaved rotary order.
    `granite_scales`: the four multipliers of Granite. `bias`: mlx-lm's module has q, k, v biases without being told."""

    architecture: str
    mlx_model: str
    permuted: bool = False
    granite_scales: bool = False
    own_head_size: bool = True


FAMILIES: Final[dict[str, Family]] = {
    family.architecture: family
    for family in (
        Family("llama", "llama", permuted=True),
        Family("qwen2", "qwen2", own_head_size=False),
        Family("qwen3", "qwen3"),
        Family("granite", "granite", permuted=True, granite_scales=True, own_head_size=False),
        Family("smollm3", "smollm3", permuted=True),
    )
}

#: GGUF block part -> mlx-lm module, for the matrices that a LoRA adapts.
MATRICES: Final[dict[str, str]] = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
#: The same for the norms, which are frozen.
NORMS: Final[dict[str, str]] = {
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
}
_OUTSIDE: Final[dict[str, str]] = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
#: Rotary frequency factors (Llama 3): not a weight of the mlx model, applied when it is built.
ROPE_FACTORS: Final = "rope_freqs.weight"


def family_of(header: GgufHeader) -> Family:
    """The family of a model file. Raises ModelError, with a remedy, for one that cannot be taught."""
    family = FAMILIES.get(header.architecture)
    if family is None:
        raise _refuse(header, f"It is of the kind “{header.architecture or 'unknown'}”.")
    prefix = header.architecture
    if header.number(f"{prefix}.expert_count"):
        raise _refuse(header, "It is a mixture of experts, which labdesk cannot teach yet.")
    for key in ("attention.head_count", "attention.head_count_kv", "feed_forward_length"):
        if isinstance(header.kv.get(f"{prefix}.{key}"), GgufArray):
            raise _refuse(header, "Its layers differ in size from each other.")
    scaling = header.text(f"{prefix}.rope.scaling.type")
    if scaling not in ("", "none", "linear"):
        raise _refuse(header, f"It stretches its context by the method “{scaling}”.")
    return family


def mlx_name(tensor: str) -> str | None:
    """The mlx-lm parameter a GGUF tensor becomes, or None for a tensor that labdesk does not know."""
    if tensor in _OUTSIDE:
        return _OUTSIDE[tensor]
    parts = tensor.split(".")
    if len(parts) != 4 or parts[0] != "blk" or not parts[1].isdigit():
        return None
    module = MATRICES.get(parts[2]) or NORMS.get(parts[2])
    return f"model.layers.{int(parts[1])}.{module}.{parts[3]}" if module else None


def gguf_name(mlx_module: str) -> str:
    """The GGUF weight of an mlx-lm matrix: `model.layers.3.mlp.up_proj` -> `blk.3.ffn_up.weight`. Raises KeyError."""
    _model, _layers, number, module = mlx_module.split(".", 3)
    for part, name in MATRICES.items():
        if name == module:
            return f"blk.{int(number)}.{part}.weight"
    raise KeyError(mlx_module)


def heads_permuted(family: Family, tensor: str, header: GgufHeader) -> int:
    """Number of heads whose rows are interleaved in this GGUF tensor (weight or bias); 0 when it is stored plainly."""
    if not family.permuted:
        return 0
    part = tensor.split(".")[2] if tensor.startswith("blk.") else ""
    heads = header.number(f"{family.architecture}.attention.head_count")
    if part == "attn_q":
        return heads
    return (header.number(f"{family.architecture}.attention.head_count_kv") or heads) if part == "attn_k" else 0


def mlx_config(header: GgufHeader, *, vocabulary: int, tied: bool, bias: bool) -> dict[str, Any]:
    """What mlx-lm's ModelArgs of this family needs. Raises ModelError for shapes that mlx-lm cannot express."""
    family = family_of(header)

    def number(key: str) -> int:
        value = header.number(f"{header.architecture}.{key}")
        if value <= 0:
            raise _refuse(header, f"Its header does not say its {key}.")
        return value

    def real(key: str, default: float | None = None) -> float:
        value = header.kv.get(f"{header.architecture}.{key}", default)
        if not isinstance(value, int | float):
            raise _refuse(header, f"Its header does not say its {key}.")
        return float(value)

    width, heads = number("embedding_length"), number("attention.head_count")
    head_size = header.number(f"{header.architecture}.attention.key_length") or width // heads
    _check_heads(header, family, width, heads, head_size)
    config: dict[str, Any] = {
        "model_type": family.mlx_model,
        "hidden_size": width,
        "num_hidden_layers": number("block_count"),
        "intermediate_size": number("feed_forward_length"),
        "num_attention_heads": heads,
        "num_key_value_heads": header.number(f"{header.architecture}.attention.head_count_kv") or heads,
        "head_dim": head_size,
        "rms_norm_eps": real("attention.layer_norm_rms_epsilon"),
        "vocab_size": vocabulary,
        "rope_theta": real("rope.freq_base", 10000.0),
        "max_position_embeddings": number("context_length"),
        "tie_word_embeddings": tied,
        "attention_bias": bias,
        "mlp_bias": False,
        "rope_scaling": None,
    }
    if header.text(f"{header.architecture}.rope.scaling.type") == "linear":
        config["rope_scaling"] = {"type": "linear", "factor": real("rope.scaling.factor", 1.0)}
    if family.granite_scales:
        config |= {
            "attention_multiplier": real("attention.scale", head_size**-0.5),
            "embedding_multiplier": real("embedding_scale", 1.0),
            "residual_multiplier": real("residual_scale", 1.0),
            "logits_scaling": real("logit_scale", 1.0),
        }
    return config


def _check_heads(header: GgufHeader, family: Family, width: int, heads: int, head_size: int) -> None:
    values = header.number(f"{header.architecture}.attention.value_length") or head_size
    rotated = header.number(f"{header.architecture}.rope.dimension_count") or head_size
    plain = width % heads == 0 and head_size == width // heads
    if values != head_size or rotated != head_size or not (plain or family.own_head_size):
        raise _refuse(header, "Its attention heads have sizes that labdesk cannot teach.")


def _refuse(header: GgufHeader, cause: str) -> ModelError:
    known = ", ".join(sorted(FAMILIES))
    return ModelError(
        f"labdesk cannot teach the model “{header.name or header.architecture or 'without a name'}”.",
        cause=cause,
        remedy=f"Choose a student of one of these kinds: {known} "
        "(SmolLM2 and 3, Llama, Mistral, Qwen 2.5, Qwen 3, Granite).",
    )

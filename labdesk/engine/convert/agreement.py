"""Does an exported file answer like the adapter that the person tried? Both read the same text; their scores are held
against each other. Load it only in a worker."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt
from llama_cpp import llama_cpp as native

from labdesk.core.errors import ModelError
from labdesk.engine.runtimes.llama_cpp.library import NATIVE_LOG
from labdesk.engine.runtimes.llama_cpp.model import LoadedModel, LoadOptions

Scores = npt.NDArray[np.float64]

_TOKENS: Final = 400
#: Above this mean divergence (nats a token) a file answers differently, whatever rounding it has. Measured on the
#: starter: F16 and Q8_0 0.01, Q4_K_M 0.1; matrices in a wrong order give more than 3.
LIMITS: Final = {"F16": 0.1, "Q8_0": 0.1, "Q6_K": 0.15, "Q5_K_M": 0.25, "Q4_K_M": 0.5}


class Agreement(msgspec.Struct, frozen=True):
    """tokens: compared places. same: share of them where both would say the same word. divergence: mean
    Kullback-Leibler divergence, nats."""

    tokens: int
    same: float
    divergence: float


def compare(first: Scores, second: Scores) -> Agreement:
    """Two models' log-probabilities (tokens, vocabulary) on the same text. Raises ModelError when they cannot be
    compared."""
    if first.shape != second.shape:
        raise ModelError(
            "The exported file has another vocabulary than the run.", remedy="Export again; if it stays, report it."
        )
    divergence = float((np.exp(first) * (first - second)).sum(-1).mean())
    same = float((first.argmax(-1) == second.argmax(-1)).mean())
    return Agreement(len(first), same, divergence)


def check_agreement(kind: str, found: Agreement) -> None:
    """Raises ModelError when a file does not answer like the run it was made from."""
    limit = LIMITS[kind]
    if not np.isfinite(found.divergence) or found.divergence > limit:
        raise ModelError(
            f"The {kind} file does not answer like the run it was made from.",
            cause=f"It differs by {found.divergence:.2f} nats a token; up to {limit} is rounding.",
            remedy="It was deleted. Export another kind, such as Q8_0.",
        )


def scores(model: Path, texts: Sequence[str], adapter: Path | None = None) -> Scores:
    """Log-probabilities of each next token of some texts, (tokens, vocabulary). Raises ModelError."""
    loaded = LoadedModel(model, LoadOptions(context=512, parallel=1))
    try:
        if adapter is not None:
            loaded.set_adapter(adapter, 1.0)
        return np.concatenate([_read(loaded, text) for text in texts])
    finally:
        loaded.close()


def _read(model: LoadedModel, text: str) -> Scores:
    tokens = model.vocabulary.encode(text)[:_TOKENS]
    rows: list[Scores] = []
    native.llama_memory_clear(model.memory, True)
    batch = native.llama_batch_init(1, 0, 1)
    try:
        for place, token in enumerate(tokens):
            batch.n_tokens = 1
            batch.token[0], batch.pos[0], batch.logits[0] = token, place, True
            batch.n_seq_id[0], batch.seq_id[0][0] = 1, 0
            if model.decode(batch, lambda: False) != 0:
                raise ModelError("The model could not read the text for the check.", cause=NATIVE_LOG.first_problem())
            rows.append(_log_softmax(model.logits(0).astype(np.float64)))
    finally:
        native.llama_batch_free(batch)
    return np.stack(rows)


def _log_softmax(values: Scores) -> Scores:
    shifted = values - values.max()
    found: Scores = shifted - np.log(np.exp(shifted).sum())
    return found

"""Export of samples as plain chat messages, one JSON object a line: readable by most training tools."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from labdesk.core.samples.sample import Sample
from labdesk.core.storage import write_bytes


def as_messages(sample: Sample) -> dict[str, object]:
    """`{"messages": [{"role", "content"}, ...], "metadata": {...}}`. A document row has only an assistant message."""
    messages = [{"role": "assistant", "content": sample.answer}]
    if sample.question:
        messages.insert(0, {"role": "user", "content": user_text(sample)})
    metadata = {"id": sample.id, "leaf": sample.leaf, "origin": sample.origin, "form": sample.form, "fact": sample.fact}
    return {"messages": messages, "metadata": metadata}


def user_text(sample: Sample) -> str:
    """What the person says: the context first (grounded skills), then the question."""
    return f"{sample.context}\n\n{sample.question}" if sample.context else sample.question


def export_messages(samples: Iterable[Sample], path: Path) -> int:
    """Write `path` and return the number of lines. Raises StorageError."""
    lines = [json.dumps(as_messages(sample), ensure_ascii=False) for sample in samples]
    write_bytes(path, "".join(line + "\n" for line in lines).encode("utf-8"))
    return len(lines)

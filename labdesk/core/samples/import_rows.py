"""Reads question-answer rows of other programs: JSON lines in the forms that are common, each line checked and bounded.

{"messages": [{"role", "content"}, ...]}, {"question", "answer"}, {"user", "assistant"}, {"prompt", "completion"},
{"instruction", "input"?, "output"}; "response" stands for an answer too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec

from labdesk.core.errors import GenerationError
from labdesk.core.samples.identity import prompt_hash, sample_id
from labdesk.core.samples.sample import Provenance, Root, Sample

LARGEST_FILE: Final = 256_000_000
LONGEST_TEXT: Final = 20_000
#: An answer of more words is trained with the long ones.
_SHORT: Final = 25
_PAIRS: Final = (
    ("question", "answer"), ("question", "response"), ("user", "assistant"), ("prompt", "completion"),
    ("prompt", "response"), ("instruction", "output"), ("instruction", "response"), ("input", "output"),
)  # fmt: skip


def read_rows(path: Path, leaf: str) -> list[Sample]:
    """The rows as samples of `leaf`, each pair once. Raises GenerationError that names the first bad line."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _fault(path, f"It is larger than {LARGEST_FILE // 1_000_000} MB.")
        data = path.read_bytes()
    except OSError as error:
        raise _fault(path, f"{error.strerror}.") from error
    found: dict[str, Sample] = {}
    for number, line in enumerate(data.splitlines(), start=1):
        if line.strip():
            sample = _sample(path, number, line, leaf)
            found.setdefault(sample.id, sample)
    if not found:
        raise _fault(path, "There is no row in it.")
    return list(found.values())


def _sample(path: Path, number: int, line: bytes, leaf: str) -> Sample:
    try:
        row = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _fault(path, f"Line {number} is no JSON: {error}.") from error
    pair = _pair(row) if isinstance(row, dict) else None
    if pair is None:
        raise _fault(path, f"Line {number} has no question and answer that labdesk knows.")
    question, answer = (text.strip() for text in pair)
    if not question or not answer:
        raise _fault(path, f"Line {number} has an empty question or answer.")
    if max(len(question), len(answer)) > LONGEST_TEXT:
        raise _fault(path, f"Line {number} is longer than {LONGEST_TEXT:,} characters.")
    fact = f"imported {prompt_hash(answer)}"
    return Sample(
        id=sample_id(0, leaf, "imported", question + "\0" + answer, 0),
        leaf=leaf,
        root=_root(leaf),
        form="short" if len(answer.split()) <= _SHORT else "long",
        origin="skill" if leaf.startswith("compositional_skills") else "pattern",
        fact=fact,
        question=question,
        answer=answer,
        provenance=Provenance(block="imported"),
    )


def _pair(row: dict[str, Any]) -> tuple[str, str] | None:
    """Question and answer of a row; None where there are none."""
    messages = row.get("messages")
    if isinstance(messages, list):
        said = [(m.get("role"), m.get("content")) for m in messages if isinstance(m, dict)]
        said = [(role, text) for role, text in said if role != "system"]
        if [role for role, _ in said] != ["user", "assistant"]:
            return None
        question, answer = said[0][1], said[1][1]
        return (question, answer) if isinstance(question, str) and isinstance(answer, str) else None
    for one, other in _PAIRS:
        question, answer = row.get(one), row.get(other)
        if isinstance(question, str) and isinstance(answer, str):
            more = row.get("input") or row.get("context") if one != "input" else ""
            return (f"{more}\n\n{question}" if isinstance(more, str) and more.strip() else question), answer
    return None


def _root(leaf: str) -> Root:
    first = leaf.split("/", 1)[0]
    if first == "knowledge":
        return "knowledge"
    return "foundational_skills" if first == "foundational_skills" else "compositional_skills"


def _fault(path: Path, cause: str) -> GenerationError:
    return GenerationError(
        f"“{path.name}” cannot be imported.",
        cause=cause,
        remedy='Each line must be JSON such as {"question": "…", "answer": "…"}; correct the file and try again.',
    )

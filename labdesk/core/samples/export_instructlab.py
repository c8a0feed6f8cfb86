"""Writes a dataset as InstructLab's generator does (instructlab-sdg 0.8.3), byte for byte: its trainers read it.

node_datasets_<stamp>/<leaf>_p07.jsonl   knowledge, phase 0.7: document and question, answer; loss on everything
node_datasets_<stamp>/<leaf>_p10.jsonl   knowledge, phase 1.0: with distracting documents (RAFT), and phase 0.7 again
node_datasets_<stamp>/<leaf>.jsonl       skills
{knowledge,skills}_recipe_<stamp>.yaml   which of these files are mixed, and how much of each
{knowledge,skills}_train_msgs_<stamp>.jsonl   the mixes, with the system prompt
train_<stamp>.jsonl messages_<stamp>.jsonl test_<stamp>.jsonl   the older formats; test: the seed examples

All rows of a skill are mixed in, where upstream draws thirty with replacement.
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from labdesk.core.samples.dataset import Dataset
from labdesk.core.samples.identity import choice_seed, prompt_hash
from labdesk.core.samples.material import Material
from labdesk.core.samples.messages import user_text
from labdesk.core.samples.sample import Sample
from labdesk.core.storage import write_bytes

SYSTEM_PROMPT: Final = "You are a helpful assistant."
#: RAFT (arXiv 2403.10131) as upstream does it: documents beside a question, and how often the right one is among them.
_DOCUMENTS: Final = 4
_GOLDEN: Final = 0.4

Row = dict[str, Any]
NameRow = Callable[[str], str]


class ExportLeaf(msgspec.Struct, frozen=True):
    """What an export must know of a leaf beside its samples."""

    material: Material
    domain: str = ""


def row_id(name: str) -> str:
    """A UUID that is always the same for a sample and a purpose; upstream's are random."""
    return str(uuid.UUID(hex=prompt_hash(name) + prompt_hash(name + "#"), version=4))


def export_instructlab(
    dataset: Dataset,
    leaves: Mapping[str, ExportLeaf],
    folder: Path,
    stamp: str,
    system: str = SYSTEM_PROMPT,
    name_row: NameRow = row_id,
) -> list[Path]:
    """Write all files below `folder`; returns them. `stamp` is a date and time without colons. Raises StorageError.

    Plain document text (rows without a question) has no place in these formats and is left out.
    """
    files: dict[str, bytes] = {}
    mixes: dict[str, tuple[list[str], list[Row]]] = {"knowledge": ([], []), "skills": ([], [])}

    def put(leaf: str, ending: str, rows: list[Row], mix: str, mixed: list[Row]) -> None:
        path = f"node_datasets_{stamp}/{leaf.replace('/', '_')}{ending}.jsonl"
        files[path] = _lines(rows)
        mixes[mix][0].append(path)
        mixes[mix][1].extend(mixed)

    older: list[Row] = []
    for leaf in dataset.leaves:
        asked = [sample for sample in dataset.of_leaf(leaf) if sample.question]
        about = leaves[leaf]
        older += [_older(sample, system) for sample in asked]
        if about.material.kind == "knowledge":
            phase07 = knowledge_rows(asked, about, lambda name: name_row(f"p07 {name}"))
            again = knowledge_rows(asked, about, lambda name: name_row(f"p10 {name}"), raft=True)
            put(leaf, "_p07", phase07, "knowledge", [_with_system(row, system) for row in phase07])
            put(leaf, "_p10", again, "skills", [_with_system(row, system) for row in again])
        else:
            rows = [_skill(sample, about.material, system, name_row) for sample in asked]
            put(leaf, "", rows, "skills", [_mixed_skill(row) for row in rows])
    for mix, (paths, rows) in mixes.items():
        recipe = {
            "datasets": [{"path": path, "sampling_size": 1.0} for path in paths],
            "metadata": {"sys_prompt": system},
        }
        files[f"{mix}_recipe_{stamp}.yaml"] = yaml.dump(recipe).encode()
        if rows:
            files[f"{mix}_train_msgs_{stamp}.jsonl"] = _lines(rows)
    files[f"train_{stamp}.jsonl"] = _plain_lines(older)
    files[f"messages_{stamp}.jsonl"] = _plain_lines([_older_messages(row) for row in older])
    seeds = [row for leaf in dataset.leaves for row in _test_rows(leaves[leaf].material, system)]
    files[f"test_{stamp}.jsonl"] = _plain_lines(seeds)
    for path, data in files.items():
        write_bytes(folder / path, data)
    return [folder / path for path in files]


def knowledge_rows(samples: Sequence[Sample], about: ExportLeaf, name_row: NameRow, *, raft: bool = False) -> list[Row]:
    """Rows of phase 0.7, or with `raft` of phase 1.0: each question among distracting documents, then all again."""
    documents = {sample.id: _document(sample, about.material) for sample in samples}
    rows: list[Row] = []
    if raft:
        every = list(dict.fromkeys(documents.values()))
        for sample in samples:
            draw = random.Random(choice_seed("raft", sample.id))
            shown = "\n".join(f"Document:\n{text}\n\n" for text in _beside(documents[sample.id], every, draw))
            row = _knowledge(sample, f"{shown}\n\n{sample.question}", documents[sample.id], about.domain, "_raft_p0.4")
            rows.append({**row, "id": name_row(f"raft {sample.id}"), "unmask": False})
    for sample in samples:
        text = documents[sample.id]
        row = _knowledge(sample, f"{text}\n\n{sample.question}" if text else sample.question, text, about.domain)
        rows.append({**row, "id": name_row(sample.id), "unmask": True})
    return rows


def _knowledge(sample: Sample, user: str, document: str, domain: str, suffix: str = "") -> Row:
    metadata = {"sdg_document": document, "domain": domain, "dataset": f"document_knowledge_qa{suffix}"}
    messages = [{"role": "user", "content": user}, {"role": "assistant", "content": sample.answer}]
    return {"messages": messages, "metadata": json.dumps(metadata)}


def _beside(document: str, every: Sequence[str], draw: random.Random) -> list[str]:
    """The documents shown with a question: the right one among others, or only others, in any order."""
    others = [text for text in every if text != document]
    if not others:
        return [document]
    if draw.random() < _GOLDEN:
        shown = [*draw.sample(others, min(len(others), _DOCUMENTS - 1)), document]
    else:
        shown = draw.sample(others, min(len(others), _DOCUMENTS))
    draw.shuffle(shown)
    return shown


def _document(sample: Sample, material: Material) -> str:
    """The passage that a sample comes from: its paragraph (the nearest one, for a heading), or its seed's context."""
    span = sample.source
    if span is not None:
        parts = [part for part in material.paragraphs if part.document == span.document]
        if parts:
            return min(parts, key=lambda part: max(part.start - span.start, span.start - part.end, 0)).text
    return next((seed.context for seed in material.seeds if seed.fact == sample.fact), "")


def _skill(sample: Sample, material: Material, system: str, name_row: NameRow) -> Row:
    user = user_text(sample).strip()
    return {
        "task_description": material.task,
        "question": user,
        "response": sample.answer,
        "leaf_node_path": sample.leaf.replace("/", "->"),
        "id": name_row(sample.id),
        "messages": [
            {"content": system, "role": "system"},
            {"content": user, "role": "user"},
            {"content": sample.answer.strip(), "role": "assistant"},
        ],
        "unmask": False,
    }


def _mixed_skill(row: Row) -> Row:
    """A row of a skill as the mix holds it: what is no part of the format goes into the metadata."""
    kept = ("id", "messages", "unmask")
    messages = [{"role": message["role"], "content": message["content"]} for message in row["messages"]]
    metadata = json.dumps({name: value for name, value in row.items() if name not in kept})
    return {"messages": messages, "metadata": metadata, "id": row["id"], "unmask": row["unmask"]}


def _with_system(row: Row, system: str) -> Row:
    return {**row, "messages": [{"role": "system", "content": system}, *row["messages"]]}


def _older(sample: Sample, system: str) -> Row:
    user = f"{sample.question}\n{sample.context}" if sample.context else sample.question
    return {"system": system, "user": user.strip(), "assistant": sample.answer.strip()}


def _older_messages(row: Row) -> Row:
    messages = [{"content": row["user"], "role": "user"}, {"content": row["assistant"], "role": "assistant"}]
    return {"messages": messages, "metadata": json.dumps({"system": row["system"]})}


def _test_rows(material: Material, system: str) -> list[Row]:
    return [
        {
            "user": (f"{seed.question}\n{seed.context}" if seed.context else seed.question).strip(),
            "assistant": seed.answer,
            "system": system,
        }
        for seed in material.seeds
    ]


def _lines(rows: Sequence[Row]) -> bytes:
    """Lines as pandas writes them: ASCII, no spaces, slashes escaped."""
    texts = (json.dumps(row, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/") for row in rows)
    return "".join(f"{text}\n" for text in texts).encode("ascii")


def _plain_lines(rows: Sequence[Row]) -> bytes:
    """Lines as upstream's own writer makes them."""
    texts = (json.dumps(row, ensure_ascii=False) for row in rows)
    return "".join(f"{text}\n" for text in texts).encode("utf-8", errors="replace")

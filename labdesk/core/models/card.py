"""The texts that go with an exported model: its card (README.md), and Ollama's Modelfile. Pure: data in, text out."""

from __future__ import annotations

import re
from typing import Final

import msgspec

_CHATML: Final = """TEMPLATE \"\"\"{{- range .Messages }}<|im_start|>{{ .Role }}
{{ .Content }}<|im_end|>
{{ end }}<|im_start|>assistant
\"\"\"
PARAMETER stop "<|im_end|>"
"""
_SYSTEM: Final = re.compile(r"<\|im_start\|>system\\n([^<{}'\"]{1,400})<\|im_end\|>")


class ExportedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the export. same: share of words chosen alike with the adapter path, None where that says nothing."""

    name: str
    size: int
    sha256: str
    same: float | None = None
    divergence: float | None = None


class TaughtLeaf(msgspec.Struct, frozen=True, kw_only=True):
    """What one leaf gave: training rows, and its exam before and after (0 to 1), None without an exam."""

    name: str
    rows: int
    before: float | None = None
    after: float | None = None


class CardFacts(msgspec.Struct, frozen=True, kw_only=True):
    """All that a card says."""

    name: str
    base: str
    base_licence: str
    teacher: str = ""
    rows: int = 0
    leaves: tuple[TaughtLeaf, ...] = ()
    files: tuple[ExportedFile, ...] = ()
    before: float | None = None
    after: float | None = None
    licences: tuple[str, ...] = ()
    chat_template: str = ""


def model_card(facts: CardFacts) -> str:
    """README.md, with the front matter that the hub reads."""
    licence = facts.base_licence or "other"
    lines = [
        "---",
        f"license: {_plain(licence)}",
        "tags: [labdesk, lab-method, lora]",
        "---",
        "",
        f"# {_plain(facts.name)}",
        "",
        f"{_plain(facts.base)}, taught with labdesk: a LoRA in two phases on {facts.rows} rows"
        + (f" that {_plain(facts.teacher)} wrote from seed examples." if facts.teacher else "."),
        "",
        "## What it was taught",
        "",
        "| Leaf | Rows | Exam before | Exam after |",
        "|---|---:|---:|---:|",
        *(
            f"| {_plain(leaf.name)} | {leaf.rows} | {_share(leaf.before)} | {_share(leaf.after)} |"
            for leaf in facts.leaves
        ),
        "",
        "It was not examined yet."
        if facts.after is None
        else f"Held-out questions, closed-book: {_share(facts.before)} before, {_share(facts.after)} after.",
        "",
        "## Files",
        "",
        "| File | MB | Same word as the run | Divergence (nats) |",
        "|---|---:|---:|---:|",
        *(
            f"| {_plain(file.name)} | {file.size / 1e6:.0f} | {_share(file.same)} | {_number(file.divergence)} |"
            for file in facts.files
        ),
        "",
        "SHA-256:",
        "",
        *(f"    {file.sha256}  {_plain(file.name)}" for file in facts.files),
        "",
        "## Licences",
        "",
        f"Base model: {_plain(facts.base_licence) or 'not stated in its file'}.",
        *(f"Source documents: {_plain(licence)}." for licence in facts.licences),
        "",
        "## Limits",
        "",
        "It knows what it was taught from these documents, and forgets and invents as models of its size do. Rows were "
        "written by a model: look at the exam before you rely on an answer.",
        "",
    ]  # fmt: skip
    return "\n".join(lines)


def modelfile(facts: CardFacts, gguf: str) -> str:
    """Ollama's Modelfile. ChatML models get their template and the system text their template has by itself; for
    others Ollama reads the template in the file."""
    text = f"FROM ./{gguf}\n"
    if "<|im_start|>" in facts.chat_template:
        text += _CHATML
        found = _SYSTEM.search(facts.chat_template.replace("\n", "\\n"))
        if found:
            text += f'SYSTEM """{found[1].strip()}"""\n'
    text += "PARAMETER temperature 0.2\n"
    if facts.base_licence:
        text += f'LICENSE """{_plain(facts.base_licence)}"""\n'
    return text


def safe_name(text: str) -> str:
    """A name that is good as a file, a folder and a model of Ollama's: small letters, digits, hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60] or "model"


def _plain(text: str) -> str:
    """One line without what Markdown or a Modelfile would read as more than text."""
    return re.sub(r"[\x00-\x1f|`<>\[\]\"\\]+", " ", text).strip()[:300]


def _share(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.0f} %"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"

"""Runs a chain of InstructLab's blocks for a seed example or a piece of a document, and makes drafts of its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

import msgspec

from labdesk.core.errors import JobStopped
from labdesk.core.exam.scoring import STOP_WORDS, stem, words
from labdesk.core.samples.ledger import estimated_tokens
from labdesk.core.samples.material import Material, Seed
from labdesk.core.samples.sample import Form, SourceSpan
from labdesk.core.samples.statements import Statement
from labdesk.engine.pipeline.blocks.examples import parse
from labdesk.engine.pipeline.catalog import build_table
from labdesk.engine.pipeline.definition import BlockEntry
from labdesk.engine.pipeline.seams import ABSENT, Draft, Kit, Slot
from labdesk.engine.pipeline.tables.seam import MOST_ROWS, Asker, Row

#: Tokens of one piece of a document (InstructLab's chunks have at most 500).
_PIECE_TOKENS: Final = 500
#: Question-answer pairs of a context that a prompt may name: icl_query_1 to 3.
_PAIRS: Final = 3
#: An answer of more words is a long one.
_SHORT_WORDS: Final = 40
_ASKED = re.compile(r"(.*?\?)[ \t]*\n+(.*)", re.DOTALL)
_ASKED_INLINE = re.compile(r"(.*?\?)\s+(.*)", re.DOTALL)


class Unit(msgspec.Struct, frozen=True):
    """What a chain is run for: the rows it begins with, and where they come from."""

    name: str
    rows: tuple[Row, ...]
    fact: str
    source: SourceSpan | None = None


class Flow:
    """A block for the rest of the pipeline: a draft for each row at the end of the chain, also for each lost one."""

    type: ClassVar[str] = "Flow"
    generates: ClassVar[bool] = True

    def __init__(self, entries: Sequence[BlockEntry]) -> None:
        """Raises GenerationError for options or templates that cannot be used."""
        self._steps = [(entry, build_table(entry)) for entry in entries]
        self._made: dict[tuple[str, str], list[Row]] = {}

    @property
    def most_tokens(self) -> int:
        """Tokens for one row of the end, all steps together."""
        rows, tokens = 1, 0
        for _entry, table in self._steps:
            tokens += table.tokens(rows)
            rows = table.most(rows)
        return tokens // max(1, rows)

    def units(self, material: Material, kit: Kit) -> Sequence[tuple[str, int]]:
        """As many rows of each seed example or piece as the chain can be expected to make at most."""
        return [(unit.name, self._most(len(unit.rows))) for unit in units_of(material)]

    def make(self, material: Material, slots: Sequence[Slot], kit: Kit) -> Iterator[Draft]:
        """The chain is run as a whole for each unit, on its own: what it makes depends on nothing beside it."""
        known = {unit.name: unit for unit in units_of(material)}
        for slot in slots:
            unit = known[slot.unit]
            try:
                rows = self._rows(unit, material, kit)
            except JobStopped:
                return
            if slot.index < len(rows):
                row = rows[slot.index]
                if row.by:
                    kit.written_by[slot.id] = row.by
                yield _draft(slot, unit, row, material)
            else:
                yield Draft(
                    slot=slot, origin="document", form="short", fact=unit.fact, question="", answer="", fault=ABSENT
                )

    def _most(self, rows: int) -> int:
        for _entry, table in self._steps:
            rows = table.most(rows)
        return max(1, min(rows, MOST_ROWS))

    def _rows(self, unit: Unit, material: Material, kit: Kit) -> list[Row]:
        key = (material.leaf, unit.name)
        if key not in self._made:
            self._made = {key: self._run(unit, material, kit)}
        return self._made[key]

    def _run(self, unit: Unit, material: Material, kit: Kit) -> list[Row]:
        """The rows at the end, then those that were lost on the way and had a question."""
        asker = Asker(kit, material.leaf, unit.name)
        rows, lost = list(unit.rows), list[Row]()
        for entry, table in self._steps:
            made = table.change(entry.name, rows, asker)
            lost += [row for row in made if row.lost]
            rows = [_without(row, entry.drop_columns) for row in made if not row.lost][:MOST_ROWS]
            rows, again = _unique(rows, entry)
            lost += again
        return [*rows, *lost]


def units_of(material: Material) -> list[Unit]:
    """The rows that a chain begins with: one for each seed example of a skill; for knowledge one for each piece of the
    document with each of the contexts that the person wrote questions to."""
    if material.kind != "knowledge":
        return [
            Unit(f"from {seed.fact}", (Row(_of_seed(seed, material)),), f"{seed.fact} example")
            for seed in material.seeds
        ]
    contexts: dict[str, list[Seed]] = {}
    for seed in material.seeds:
        contexts.setdefault(seed.context, []).append(seed)
    shots = [_shots(context, seeds) for context, seeds in contexts.items()] or [_shots("", [])]
    about = {"document_outline": material.task or material.title, "domain": material.title}
    return [
        Unit(
            f"piece {number}",
            tuple(Row({**about, **shot, "document": text}) for shot in shots),
            fact,
            span,
        )
        for number, (text, fact, span) in enumerate(pieces(material), 1)
    ]


def pieces(material: Material) -> list[tuple[str, str, SourceSpan]]:
    """Neighbouring paragraphs of one document, together not much longer than InstructLab's chunks."""
    found: list[list[Statement]] = []
    size = 0
    for part in material.paragraphs:
        more = estimated_tokens(part.text)
        if not found or found[-1][0].document != part.document or size + more > _PIECE_TOKENS:
            found.append([])
            size = 0
        found[-1].append(part)
        size += more
    return [
        ("\n\n".join(one.text for one in some), some[0].fact, SourceSpan(some[0].document, some[0].start, some[-1].end))
        for some in found
    ]


def _of_seed(seed: Seed, material: Material) -> dict[str, Any]:
    found = {"task_description": material.task, "seed_question": seed.question, "seed_response": seed.answer}
    return {**found, "seed_context": seed.context} if material.kind == "grounded" else found


def _shots(context: str, seeds: Sequence[Seed]) -> dict[str, str]:
    """A context with three of its pairs; where there are fewer, the first ones come again."""
    found = {"icl_document": context}
    for number in range(1, _PAIRS + 1):
        seed = seeds[(number - 1) % len(seeds)] if seeds else None
        found |= {
            f"icl_query_{number}": seed.question if seed else "",
            f"icl_response_{number}": seed.answer if seed else "",
        }
    return found


def _without(row: Row, columns: Sequence[str]) -> Row:
    if not columns:
        return row
    return msgspec.structs.replace(row, values={key: one for key, one in row.values.items() if key not in columns})


def _unique(rows: Sequence[Row], entry: BlockEntry) -> tuple[list[Row], list[Row]]:
    """(the first of each kind, the others with the reason)"""
    wanted = entry.drop_duplicates
    if not wanted:
        return list(rows), []
    seen: set[tuple[str, ...]] = set()
    kept, again = list[Row](), list[Row]()
    for row in rows:
        key = tuple(row.text(column) for column in wanted)
        (again if key in seen else kept).append(
            row.losing(f"Step “{entry.name}” made it twice.") if key in seen else row
        )
        seen.add(key)
    return kept, again


def _draft(slot: Slot, unit: Unit, row: Row, material: Material) -> Draft:
    context, question, answer = texts_of(row.values, grounded=material.kind == "grounded")
    nothing = "" if question and answer else "Your pipeline made no columns “question” and “response” of it."
    form: Form = "short" if len(answer.split()) <= _SHORT_WORDS else "long"
    knowledge = material.kind == "knowledge"
    return Draft(
        slot=slot,
        origin="document" if knowledge else "skill",
        form=form,
        fact=_fact(question, answer, unit, material) if knowledge else f"{unit.fact} {slot.index}",
        question=question,
        answer=answer,
        context=context,
        source=unit.source,
        prompt=row.prompt,
        fault=row.lost or nothing,
    )


def texts_of(values: Mapping[str, Any], *, grounded: bool) -> tuple[str, str, str]:
    """(context, question, answer) of a row, by InstructLab's names of columns. One text for both, as its shortest
    pipelines make it, is cut where the question ends: at labels, at the line with the question mark, or behind it."""
    said = {key: str(value).strip() for key, value in values.items() if isinstance(value, str | int | float)}
    context = said.get("context", "") if grounded else ""
    question = said.get("question", said.get("instruction", ""))
    answer = said.get("response", said.get("answer", ""))
    if not (question and answer) and said.get("output"):
        own, question, answer = parse(said["output"], grounded=False)
        cut = None if question and answer else _ASKED.match(said["output"]) or _ASKED_INLINE.match(said["output"])
        if cut:
            question, answer = cut[1].strip(), cut[2].strip()
        context = context or own
    if context and question.startswith(context):
        question = question[len(context) :].strip()
    return (context or said.get("seed_context", "")) if grounded else "", question, answer


def _fact(question: str, answer: str, unit: Unit, material: Material) -> str:
    """The sentence of the piece that shares most words with a row."""
    if unit.source is None:
        return unit.fact
    about = _content(f"{question} {answer}")
    inside = [
        part
        for part in material.statements
        if part.document == unit.source.document and unit.source.start <= part.start < unit.source.end
    ]
    return max(inside, key=lambda part: len(about & _content(part.text))).fact if inside else unit.fact


def _content(text: str) -> set[str]:
    return {stem(word) for word in words(text) if word not in STOP_WORDS}

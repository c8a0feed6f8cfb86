"""What the form shows of a leaf's examples: one card for each entry of the file's list, whatever it is.

A broken file may hold entries that are no examples (a bare word in the list). Were they skipped, the third card would
not be the third entry of the file, and an edit would land in the wrong place.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import yaml

from labdesk.core.taxonomy.leaf import Leaf, LeafKind, SeedContext, SeedExample
from labdesk.core.taxonomy.problem import Verdict
from labdesk.core.taxonomy.yaml_source import Fault, read_yaml

SEEDS = "seed_examples"
PAIRS = "questions_and_answers"
EMPTY_PAIR = {"question": "", "answer": ""}
_LONGEST_ODD = 2_000


@dataclasses.dataclass(frozen=True)
class OddSeed:
    """An entry that is no example: its text, and the line where it stands."""

    text: str
    line: int


Seed = SeedExample | SeedContext | OddSeed


@dataclasses.dataclass(frozen=True)
class Shape:
    """`seeds` in file order. `why_not` says in words why the form cannot show this file at all; "" when it can."""

    seeds: tuple[Seed, ...] = ()
    why_not: str = ""
    takes_more: bool = True  # whether an example can be added


def shape_of(leaf: Leaf) -> Shape:
    """How the form shows a leaf."""
    if leaf.verdict is Verdict.NOT_YAML:
        return Shape((), "This file cannot be read yet, because of the problem above. Mend it in the YAML tab.", False)
    if leaf.verdict is Verdict.NOT_A_MAPPING:
        return Shape(
            (), "This file holds no fields. Write them in the YAML tab, or start again with a new leaf.", False
        )
    if leaf.is_valid:
        return Shape(leaf.seed_contexts if leaf.kind is LeafKind.KNOWLEDGE else leaf.seed_examples)
    try:
        source = read_yaml(leaf.text)
    except Fault:
        return Shape((), "This file cannot be read yet.", False)
    entries = source.data.get(SEEDS)
    if entries is None:
        return Shape()
    if not isinstance(entries, list):
        return Shape((), "", False)
    contexts, examples = iter(leaf.seed_contexts), iter(leaf.seed_examples)
    seeds: list[Seed] = []
    for number, entry in enumerate(entries):
        node = source.find((SEEDS, number))
        line = node.start_mark.line + 1 if node is not None else 1
        seeds.append(_seed(entry, line, contexts, examples))
    return Shape(tuple(seeds))


def _seed(entry: Any, line: int, contexts: Any, examples: Any) -> Seed:
    """The parsed seed of an entry. Takes from both iterators exactly what reading the leaf put there."""
    if not isinstance(entry, Mapping):
        return OddSeed(_dump(entry), line)
    pairs = entry.get(PAIRS)
    context = next(contexts) if isinstance(pairs, list) else None
    example = next(examples) if "question" in entry or "answer" in entry else None
    if isinstance(context, SeedContext):
        return context if len(context.pairs) == len(pairs or ()) else OddSeed(_dump(entry), line)
    if PAIRS in entry:
        return OddSeed(_dump(entry), line)
    if isinstance(example, SeedExample):
        return example
    if "context" in entry:
        return SeedExample("", "", str(entry["context"] or ""), line)
    return OddSeed(_dump(entry), line)


def _dump(entry: Any) -> str:
    text = yaml.safe_dump(entry, allow_unicode=True, sort_keys=False).removesuffix("...\n").strip()
    return text if len(text) <= _LONGEST_ODD else text[:_LONGEST_ODD] + " …"

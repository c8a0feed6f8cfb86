"""Advice about a leaf that never blocks it: habits of the format, of names, and traps of YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from labdesk.core.taxonomy.names import advice_on_path
from labdesk.core.taxonomy.problem import Fix, Level, Problem, Replacement, where_of
from labdesk.core.taxonomy.schema import NEWEST_VERSION, declared_version, schema_name
from labdesk.core.taxonomy.yaml_source import YamlPath, YamlSource, pair_of

USED_PAIRS = 3
"""InstructLab's knowledge prompt has room for three pairs of a context; labdesk uses them all."""
MAX_CONTEXT_WORDS = 500
MIN_SEEDS_NOW = 5


def advice_of(source: YamlSource, path: str) -> Iterator[Problem]:
    """Every piece of advice about one parsed file at `path` (its folder in the tree)."""
    for message in advice_on_path(path):
        yield Problem(1, 1, "", message, Level.WARNING)
    if not isinstance(source.data, Mapping):
        return
    yield from _repeated_keys(source)
    yield from _version(source, path)
    yield from _seeds(source)


def _repeated_keys(source: YamlSource) -> Iterator[Problem]:
    """YAML silently takes the last of two equal keys."""
    if source.has_merges:
        return  # composing has copied the merged keys into their mappings
    pending: list[tuple[yaml.Node | None, YamlPath]] = [(source.node, ())]
    seen: set[int] = set()
    while pending:
        node, path = pending.pop()
        if not isinstance(node, yaml.CollectionNode) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            pending.extend((inner, (*path, number)) for number, inner in enumerate(node.value))
            continue
        names: set[str] = set()
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name in names:
                message = f"“{name}” is written twice here; only the last one counts."
                yield _warn(key, (*path, name), message)
            names.add(name)
            pending.append((value, (*path, name)))


def _version(source: YamlSource, path: str) -> Iterator[Problem]:
    """A skill in format 1 or 2 works today; bringing it up to date is one line when it has enough seeds."""
    data = source.data
    version = declared_version(data)
    if version >= NEWEST_VERSION or version < 1 or schema_name(path, data) == "knowledge":
        return
    seeds = data.get("seed_examples")
    enough = isinstance(seeds, list) and len(seeds) >= MIN_SEEDS_NOW and bool(data.get("task_description"))
    pair = pair_of(source.node, "version")
    message = f"This leaf is in format version {version}; the newest is {NEWEST_VERSION}."
    fix = None
    if enough and not source.has_merges:
        span = (
            Replacement(pair[1].start_mark.index, pair[1].end_mark.index, str(NEWEST_VERSION))
            if pair
            else _first_line(source)
        )
        fix = Fix(f"Bring it to version {NEWEST_VERSION}", (span,)) if span else None
    if not enough:
        message += f" To change, it needs {MIN_SEEDS_NOW} seed examples and a task_description."
    yield _warn(pair[1] if pair else source.node, ("version",), message, fix)


def _first_line(source: YamlSource) -> Replacement | None:
    """`version: 3` before the first field."""
    node = source.node
    if not isinstance(node, yaml.MappingNode) or node.flow_style or node.start_mark.column:
        return None
    start = node.start_mark.index
    return Replacement(start, start, f"version: {NEWEST_VERSION}{source.line_end}")


def _seeds(source: YamlSource) -> Iterator[Problem]:
    seeds = source.data.get("seed_examples")
    if not isinstance(seeds, list):
        return
    grounded = [isinstance(seed, Mapping) and "context" in seed for seed in seeds]
    if any(grounded) and not all(grounded):
        odd = grounded.index(not grounded[0])
        kinds = ("with a context", "without one") if grounded[0] else ("without a context", "with one")
        message = f"The first seed example is {kinds[0]}, this one {kinds[1]}. InstructLab treats all like the first."
        yield _warn(source.find(("seed_examples", odd)), ("seed_examples", odd), message)
    for number, seed in enumerate(seeds):
        if isinstance(seed, Mapping):
            yield from _one_seed(source, seed, ("seed_examples", number))


def _one_seed(source: YamlSource, seed: Mapping[Any, Any], path: YamlPath) -> Iterator[Problem]:
    context, pairs = seed.get("context"), seed.get("questions_and_answers")
    if isinstance(context, str) and len(context.split()) > MAX_CONTEXT_WORDS:
        message = f"This context has {len(context.split())} words; up to {MAX_CONTEXT_WORDS} work well."
        yield _warn(source.find((*path, "context")), (*path, "context"), message)
    if isinstance(pairs, list) and len(pairs) > USED_PAIRS:
        inner = (*path, "questions_and_answers", USED_PAIRS)
        message = f"InstructLab's own tools use only the first {USED_PAIRS} pairs of a context; labdesk uses all."
        yield _warn(source.find(inner), inner, message)


def _warn(node: yaml.Node | None, path: YamlPath, message: str, fix: Fix | None = None) -> Problem:
    line, column = (node.start_mark.line + 1, node.start_mark.column + 1) if node is not None else (1, 1)
    return Problem(line, column, where_of(path), message, Level.WARNING, fix)

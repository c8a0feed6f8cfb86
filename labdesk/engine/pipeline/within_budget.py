"""Fits a pipeline to a budget: the same blocks, asked for so much that the kept samples have so many tokens."""

from __future__ import annotations

from typing import Any

import msgspec

from labdesk.core.plans.budget import expected_tokens, factors, quota
from labdesk.core.samples.ledger import ledger, source_tokens
from labdesk.core.samples.material import Material
from labdesk.engine.pipeline.catalog import block_types
from labdesk.engine.pipeline.definition import BlockEntry, PipelineDefinition
from labdesk.engine.pipeline.pipeline import Pipeline
from labdesk.engine.pipeline.seams import Kit

#: The counts of blocks by name: how many rows for each seed, statement and so on.
_COUNT = "per_"
_LIMIT = "limit"


def within_budget(definition: PipelineDefinition, material: Material, kit: Kit, budget: int) -> PipelineDefinition:
    """The pipeline for samples of `budget` tokens for each token of the source; 0 leaves it as it is.

    Blocks that stop after some sentences go on to the last one, and the careful filters join.
    Raises GenerationError for a broken pipeline.
    """
    if budget <= 0:
        return definition
    facts, target = ledger(material), budget * source_tokens(material)
    definition = _replaced(definition, [_unlimited(entry, material) for entry in definition.blocks])
    planned = expected_tokens(facts, Pipeline(definition, kit).fact_loads(material), definition.style)
    rules, taught = factors(target, *planned)
    ruled = [entry if _generates(entry) else _scaled(entry, rules) for entry in definition.blocks]
    # The rules may find less than was asked for (or all they were asked for twice): the teacher writes the rest.
    found = expected_tokens(facts, Pipeline(_replaced(definition, ruled), kit).fact_loads(material), definition.style)
    if planned[1]:
        taught = max(0.0, target - found[0]) / planned[1]
    blocks = [_scaled(entry, taught) if _generates(entry) else entry for entry in ruled]
    given = msgspec.structs.replace(definition.budget, quota=max(definition.budget.quota, quota(budget)))
    return msgspec.structs.replace(definition, blocks=(*blocks, *definition.careful), careful=(), budget=given)


def _generates(entry: BlockEntry) -> bool:
    found = block_types().get(entry.type)
    return found is not None and bool(found.generates)


def _scaled(entry: BlockEntry, factor: float) -> BlockEntry:
    """The entry with its counts multiplied, at least one each."""
    counts = {name: max(1, round(value * factor)) for name, value in _counts(entry).items()}
    return BlockEntry(entry.name, entry.type, {**entry.config, **counts})


def _counts(entry: BlockEntry) -> dict[str, Any]:
    return {name: value for name, value in entry.config.items() if name.startswith(_COUNT) and isinstance(value, int)}


def _unlimited(entry: BlockEntry, material: Material) -> BlockEntry:
    if _LIMIT not in entry.config:
        return entry
    return BlockEntry(entry.name, entry.type, {**entry.config, _LIMIT: max(1, len(material.statements))})


def _replaced(definition: PipelineDefinition, blocks: list[BlockEntry]) -> PipelineDefinition:
    return msgspec.structs.replace(definition, blocks=tuple(blocks))

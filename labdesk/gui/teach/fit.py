"""Whether the form can show a leaf's examples one to one.

A broken file may hold examples that are no examples (a bare word in the list). Reading skips them, so the third card
would not be the third example of the file, and an edit would land in the wrong place. Such a leaf is edited as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labdesk.core.taxonomy.leaf import Leaf, LeafKind
from labdesk.core.taxonomy.yaml_source import Fault, read_yaml
from labdesk.gui.teach.seed_cards import PAIRS, SEEDS


def form_fits(leaf: Leaf) -> bool:
    """True when every card of the form is the example of the same number in the file."""
    if leaf.is_valid:
        return True
    try:
        data = read_yaml(leaf.text).data
    except Fault:
        return False
    if not isinstance(data, Mapping):
        return False
    seeds = data.get(SEEDS)
    if seeds is None:
        return True
    if not isinstance(seeds, list):
        return False
    if leaf.kind is LeafKind.KNOWLEDGE:
        counts = [len(seed.pairs) for seed in leaf.seed_contexts]
        return [_pairs(seed) for seed in seeds] == counts
    return len(seeds) == len(leaf.seed_examples)


def _pairs(seed: Any) -> int:
    pairs = seed.get(PAIRS) if isinstance(seed, Mapping) else None
    return len(pairs) if isinstance(pairs, list) else -1

"""Decides which sample is shown to the student how often: the visits of each phase, within a budget of tokens.

Knowledge phase: knowledge and foundational skills. A first part holds short answers only, then long ones join
(LAB, arXiv 2403.01081, trains short answers before long ones). Skills phase: compositional skills with rehearsal of
phase one. In both, a share of the visits are general questions that the student answered itself before it learned.

Every fact is visited equally often, each time in another wording while there are some: many wordings once teach more
than a few wordings often.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from labdesk.core.plans.recipe import Recipe
from labdesk.core.samples.messages import user_text
from labdesk.core.samples.sample import Sample

CountTokens = Callable[[str], int]
#: Marks around question and answer in a chat template, in tokens; close enough for every model.
_TURN_TOKENS = 11


class Visit(msgspec.Struct, frozen=True):
    """One showing of one sample. Rows of stage 0 come before rows of stage 1."""

    sample: Sample
    stage: int = 0
    weight: float = 1.0


class Mix(msgspec.Struct, frozen=True, kw_only=True):
    """The visits of both phases; an empty phase is left out of the training. `tokens` is what they cost together."""

    knowledge: tuple[Visit, ...]
    skills: tuple[Visit, ...]
    tokens: int


def mix(samples: Sequence[Sample], replay: Sequence[Sample], recipe: Recipe, count: CountTokens, seed: int) -> Mix:
    """The visits for kept samples and the student's own general answers. Deterministic in its arguments."""
    first = [sample for sample in samples if sample.root != "compositional_skills"]
    second = [sample for sample in samples if sample.root == "compositional_skills"]
    cost = _Cost(count)
    share = recipe.skills_share if first else 1.0
    skills = _phase_two(second, first, replay, recipe, cost, int(recipe.tokens * share), seed + 1) if second else []
    left = recipe.tokens - cost.total(skills)  # what the skills do not need, knowledge gets
    knowledge = _phase_one(first, replay, recipe, cost, left, seed)
    return Mix(knowledge=tuple(knowledge), skills=tuple(skills), tokens=cost.total([*knowledge, *skills]))


def by_fact(samples: Sequence[Sample]) -> dict[str, list[Sample]]:
    """Samples grouped by leaf and fact, in order of first appearance."""
    groups: dict[str, list[Sample]] = {}
    for sample in samples:
        groups.setdefault(f"{sample.leaf}\n{sample.fact}", []).append(sample)
    return groups


def _phase_one(
    samples: Sequence[Sample], replay: Sequence[Sample], recipe: Recipe, cost: _Cost, budget: int, seed: int
) -> list[Visit]:
    if not samples or budget <= 0:
        return []
    draw = random.Random(seed)
    known = [sample for sample in samples if sample.root == "knowledge"]
    short = by_fact([sample for sample in known if sample.form == "short"])
    long = by_fact([sample for sample in known if sample.form != "short"])
    skill = by_fact([sample for sample in samples if sample.root != "knowledge"])
    room = int(budget * (1 - recipe.replay_share)) if replay else budget
    wanted_short = _cost_of_rounds(short, recipe.visits_per_seed, cost)
    wanted_long = _cost_of_rounds(long, recipe.visits_per_statement, cost)
    skills = _spend(skill, int(room * recipe.skills_share) if known else room, recipe.visits_per_skill, cost, draw)
    room -= sum(map(cost.of, skills))
    for_short = min(wanted_short, room if not long else max(room - wanted_long, int(room * recipe.seed_share)))
    shorts = skills + _spend(short, for_short, recipe.visits_per_seed, cost, draw)
    draw.shuffle(shorts)
    longs = _spend(long, room - for_short, recipe.visits_per_statement, cost, draw)
    alone = int(len(shorts) * recipe.short_first) if longs else 0
    early, late = shorts[:alone], shorts[alone:] + longs
    return _with_replay(early, replay, recipe, 0, draw) + _with_replay(late, replay, recipe, 1 if early else 0, draw)


def _phase_two(
    samples: Sequence[Sample],
    phase_one: Sequence[Sample],
    replay: Sequence[Sample],
    recipe: Recipe,
    cost: _Cost,
    budget: int,
    seed: int,
) -> list[Visit]:
    draw = random.Random(seed)
    room = int(budget * (1 - recipe.replay_share - (recipe.rehearsal_share if phase_one else 0.0)))
    own = _spend_on_leaves(samples, room, recipe.visits_per_skill, cost, draw)
    if phase_one:
        own += _rehearse(phase_one, recipe, cost, int(budget * recipe.rehearsal_share), draw)
    return _with_replay(own, replay, recipe, 0, draw)


def _rehearse(samples: Sequence[Sample], recipe: Recipe, cost: _Cost, budget: int, draw: random.Random) -> list[Sample]:
    """The knowledge phase again in small: seeds, statements and skills in about the shares that they had there.

    When every fact had one share, the many statements left a seed 3 visits, and its answer was lost.
    """
    known = [sample for sample in samples if sample.root == "knowledge" and sample.form != "document"]
    short = by_fact([sample for sample in known if sample.form == "short"])
    long = by_fact([sample for sample in known if sample.form != "short"])
    skill = by_fact([sample for sample in samples if sample.root != "knowledge"])
    parts = [(short, recipe.visits_per_seed), (long, recipe.visits_per_statement), (skill, recipe.visits_per_skill)]
    wanted = [_cost_of_rounds(groups, rounds, cost) for groups, rounds in parts]
    if known:
        wanted[2] = min(wanted[2], int(recipe.skills_share * sum(wanted[:2])))
    shares = [budget * part // max(1, sum(wanted)) for part in wanted]
    found: list[Sample] = []
    for (groups, rounds), share in zip(parts, shares, strict=True):
        found += _spend(groups, share, rounds, cost, draw)
    return found


def _with_replay(
    own: list[Sample], replay: Sequence[Sample], recipe: Recipe, stage: int, draw: random.Random
) -> list[Visit]:
    """The samples as visits, with so many general ones that these have their share; shuffled."""
    wanted = round(len(own) * recipe.replay_share / (1 - recipe.replay_share)) if replay else 0
    general = [sample for sample, _number in zip(_cycle(list(replay), draw), range(wanted), strict=False)]
    together = own + general
    draw.shuffle(together)
    return [Visit(sample, stage) for sample in together]


def _spend(
    groups: Mapping[str, list[Sample]], budget: int, rounds: int, cost: _Cost, draw: random.Random
) -> list[Sample]:
    """Visits in rounds, each fact once a round, until budget or rounds are used up. The first round always fits."""
    decks = {fact: _cycle(own, draw) for fact, own in groups.items()}
    found: list[Sample] = []
    spent = 0
    for number in range(rounds):
        for fact in draw.sample(sorted(decks), len(decks)):
            sample = next(decks[fact])
            if number and spent + cost.of(sample) > budget:
                return found
            found.append(sample)
            spent += cost.of(sample)
    return found


def _spend_on_leaves(
    samples: Sequence[Sample], budget: int, rounds: int, cost: _Cost, draw: random.Random
) -> list[Sample]:
    """The same share of the budget for every leaf; what a leaf does not need, those after it get."""
    leaves = {leaf: by_fact([one for one in samples if one.leaf == leaf]) for leaf in sorted({s.leaf for s in samples})}
    wanted = sorted(leaves, key=lambda leaf: _cost_of_rounds(leaves[leaf], rounds, cost))
    found: list[Sample] = []
    for number, leaf in enumerate(wanted):
        own = _spend(leaves[leaf], budget // (len(wanted) - number), rounds, cost, draw)
        budget -= sum(map(cost.of, own))
        found += own
    return found


def _cycle(samples: list[Sample], draw: random.Random) -> Iterator[Sample]:
    """For ever: all samples in a drawn order, then again in another."""
    while samples:
        yield from draw.sample(samples, len(samples))


def _cost_of_rounds(groups: Mapping[str, list[Sample]], rounds: int, cost: _Cost) -> int:
    """Tokens of visiting each fact `rounds` times, from the mean cost of its samples."""
    return sum(round(rounds * sum(map(cost.of, own)) / len(own)) for own in groups.values())


class _Cost:
    """Tokens of a sample, counted once."""

    def __init__(self, count: CountTokens) -> None:
        self._count = count
        self._known: dict[str, int] = {}

    def of(self, sample: Sample) -> int:
        if sample.id not in self._known:
            self._known[sample.id] = self._count(user_text(sample)) + self._count(sample.answer) + _TURN_TOKENS
        return self._known[sample.id]

    def total(self, visits: Sequence[Visit]) -> int:
        """Tokens of some visits together."""
        return sum(self.of(visit.sample) for visit in visits)

"""The taxonomy tree with two scores on every branch: what the model knew before and what it knows now."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class LeafScore(msgspec.Struct, frozen=True, kw_only=True):
    """One leaf in an exam: number of questions, and the mean score in percent (0 to 100) before and after.

    `between`: after the knowledge phase, before the skills; None where it was not asked then.
    """

    leaf: str
    questions: int
    before: float
    after: float
    between: float | None = None

    @property
    def gain(self) -> float:
        """After minus before, in points."""
        return self.after - self.before


class MapNode(msgspec.Struct, frozen=True, kw_only=True):
    """A branch or leaf of the map. Scores are means over all questions below it."""

    path: str
    name: str
    questions: int
    before: float
    after: float
    between: float | None = None
    children: tuple[MapNode, ...] = ()

    @property
    def gain(self) -> float:
        """After minus before, in points."""
        return self.after - self.before


def learning_map(scores: Iterable[LeafScore]) -> MapNode:
    """Roll leaf scores up the tree. The root has path "" ; children keep the order in which leaves were given."""
    return _node("", "", [(score.leaf.split("/"), score) for score in scores])


def _node(path: str, name: str, below: list[tuple[list[str], LeafScore]]) -> MapNode:
    """The node at `path` for all leaf scores below it; each comes with the rest of its path."""
    groups: dict[str, list[tuple[list[str], LeafScore]]] = {}
    for rest, score in below:
        if rest:
            groups.setdefault(rest[0], []).append((rest[1:], score))
    children = tuple(_node(f"{path}/{part}" if path else part, part, group) for part, group in groups.items())
    questions = sum(score.questions for _rest, score in below)
    weight = questions or 1
    halfway = [score.between * score.questions for _rest, score in below if score.between is not None]
    return MapNode(
        path=path,
        name=name,
        questions=questions,
        before=sum(score.before * score.questions for _rest, score in below) / weight,
        after=sum(score.after * score.questions for _rest, score in below) / weight,
        between=sum(halfway) / weight if halfway and len(halfway) == len(below) else None,
        children=children,
    )

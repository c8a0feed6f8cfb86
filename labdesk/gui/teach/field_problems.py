"""Puts the problems of a leaf beside the fields that they are about."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping

from labdesk.core.taxonomy.facts import required_texts
from labdesk.core.taxonomy.leaf import Leaf, SeedContext, SeedExample
from labdesk.core.taxonomy.problem import Level, Problem, where_of
from labdesk.gui.teach.leaf_editor import LeafEditor
from labdesk.gui.teach.leaf_form import LeafForm
from labdesk.gui.teach.shapes import PAIRS, SEEDS
from labdesk.gui.widgets.form_row import FormRow


@dataclasses.dataclass(frozen=True)
class Placement:
    """The problems that stand beside a field or in a card now, those without a place in the form, and mere gaps."""

    placed: list[Problem]
    left: list[Problem]
    gaps: list[Problem]


def place_problems(form: LeafForm, editor: LeafEditor, leaf: Leaf) -> Placement:
    """Shows every problem where it belongs.

    A field that is still empty is a gap, not a mistake: nothing red stands there until something is written."""
    rows = {where_of(path): made for path, made in form.rows().items()}
    texts = texts_of(form, leaf) if leaf.problems else {}
    beside: dict[str, Problem] = {}
    inside: dict[int, list[Problem]] = {}
    placed: list[Problem] = []
    left: list[Problem] = []
    gaps: list[Problem] = []
    for problem in leaf.problems:
        card = _card_of(problem.where, len(form.shape.seeds))
        if _is_gap(problem, leaf, texts):
            gaps.append(problem)
            continue
        if problem.where in rows and problem.where not in beside:
            beside[problem.where] = problem
        elif card is not None:
            inside.setdefault(card, []).append(problem)
        else:
            left.append(problem)
            continue
        placed.append(problem)
    for where, made in rows.items():
        _show(made, beside.get(where), editor)
    for number, seed_card in enumerate(form.cards):
        seed_card.show_problems(inside.get(number, ()))
    return Placement(placed, left, gaps)


def _show(made: FormRow, problem: Problem | None, editor: LeafEditor) -> None:
    fix = problem.fix.title if problem and problem.fix else ""
    remark = problem is not None and problem.level is not Level.ERROR
    made.show_problem(problem.message if problem else "", fix, remark=remark)
    made.run_fix = functools.partial(editor.fix, problem) if problem else None


def _card_of(where: str, count: int) -> int | None:
    """The number of the card that a place is in."""
    start = f"{SEEDS}["
    number = where[len(start) :].partition("]")[0] if where.startswith(start) else ""
    return int(number) if number.isdecimal() and int(number) < count else None


def _is_gap(problem: Problem, leaf: Leaf, texts: Mapping[str, str]) -> bool:
    """Whether it only says that something is still to be written or chosen."""
    if problem.fix is not None:
        return False
    if problem.where in texts:
        return not texts[problem.where].strip()
    if problem.where.startswith("document"):
        return leaf.document is None or not any(leaf.document.patterns)
    return problem.where.endswith((SEEDS, PAIRS)) and _has_empty(leaf)


def texts_of(form: LeafForm, leaf: Leaf) -> dict[str, str]:
    """What the file says in each field of the form, by its place; what is typed since is not judged yet."""
    names = ("task_description", "document_outline", "domain", "created_by")
    found: dict[str, str] = {name: getattr(leaf, name) for name in names}
    for number, seed in enumerate(form.shape.seeds):
        base = f"{SEEDS}[{number}]"
        if isinstance(seed, SeedExample):
            inner = {"question": seed.question, "answer": seed.answer, "context": seed.context}
        elif isinstance(seed, SeedContext):
            inner = {"context": seed.context}
            for place, pair in enumerate(seed.pairs):
                inner |= {f"{PAIRS}[{place}].question": pair.question, f"{PAIRS}[{place}].answer": pair.answer}
        else:
            continue
        for name, text in inner.items():
            found.setdefault(f"{base}.{name}", text)
    return found


def _has_empty(leaf: Leaf) -> bool:
    return any(not text.strip() for text in required_texts(leaf))

"""Prints what each filter catches of a seeded test set, and how many good rows it loses.

    python -m tests.bench.filters [--rows 300] [--seed 1]

Good rows are the starter leaf's own questions and answers in other words and the document's sentences, as if a teacher
had written them. Bad rows are made of good ones: a name or number exchanged (for one of the same document, and for a
foreign one), an answer about something else, a copy, a copy in next to the same words, a held-out question.
A judge needs a model, so it is not among the filters here.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from labdesk.core import paths
from labdesk.core.exam.held_out import exam_for
from labdesk.core.exam.question import ExamQuestion
from labdesk.core.exam.scoring import names_and_numbers
from labdesk.core.samples.material import Material
from labdesk.core.samples.phrasebook import read_phrasebook
from labdesk.core.samples.phrasing import subject_of, wordings
from labdesk.core.samples.recall import recall_questions
from labdesk.core.samples.sample import Origin, Provenance, Sample
from labdesk.engine.pipeline.filters.duplicates import DuplicateFilter
from labdesk.engine.pipeline.filters.form import FormFilter
from labdesk.engine.pipeline.filters.grounding import GroundingFilter
from labdesk.engine.pipeline.seams import Filter, Kit
from labdesk.engine.runtimes.scripted import ScriptedRuntime
from labdesk.jobs.materials import read_material

LEAF: Final = "knowledge/places/marrowby_light"
FOREIGN: Final = ("Zanzibar", "Kowalski", "Vesuvius", "Delacroix", "Nakamura", "7319", "1066", "42")
ELSEWHERE: Final = (
    "Photosynthesis turns sunlight, water and carbon dioxide into sugar.",
    "A quick sort picks a pivot element and splits the list.",
    "The offside rule concerns the position of an attacking player.",
    "Sourdough bread rises because of wild yeast and lactic bacteria.",
)
_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def good_rows(material: Material, count: int, draw: random.Random) -> list[Sample]:
    """Rows that every filter should let pass, no two with the same question."""
    book = read_phrasebook(paths.resources() / "phrasing" / "english.json")
    about = subject_of([seed.question for seed in material.seeds], material.title)
    rows = [
        a_row(material, "rephrased", seed.fact, question, _in_a_sentence(seed.answer, number))
        for number, seed in enumerate(material.seeds)
        for question in wordings(seed.question, seed.answer, about, book, 12, number)[1:]
    ]
    rows += [
        a_row(material, "document", part.fact, question, part.text)
        for number, part in enumerate(material.statements)
        for question in recall_questions(part, about, book, 3, number)
    ]
    unique = list({row.question: row for row in rows}.values())
    return draw.sample(unique, min(count, len(unique)))


def _in_a_sentence(answer: str, number: int) -> str:
    """A teacher often answers in a sentence of its own."""
    return (answer, f"It is {answer}.", f"The answer is {answer}.")[number % 3]


def a_row(material: Material, origin: Origin, fact: str, question: str, answer: str) -> Sample:
    """A row as if the teacher had written it."""
    return Sample(
        id=f"{origin} {fact} {question} {answer}", leaf=material.leaf, root="knowledge",
        form="short" if origin == "rephrased" else "long", origin=origin, fact=fact, question=question, answer=answer,
        provenance=Provenance(block="bench", teacher="bench", prompt_sha="0"),
    )  # fmt: skip


def corrupted(material: Material, good: Sequence[Sample], draw: random.Random) -> dict[str, list[Sample]]:
    """Bad rows by kind, each made of a good row."""
    inside = sorted({word for row in good for word in _strong(row.answer)})
    exam = [question.question for question in exam_for(material, paths.starter_taxonomy() / LEAF, 20)]
    sets: dict[str, list[Sample]] = defaultdict(list)
    for row in good:
        for kind, pool in (("swapped, of the document", inside), ("swapped, foreign", list(FOREIGN))):
            changed = _swapped(row, pool, draw)
            if changed:
                sets[kind].append(_with(row, answer=changed))
        sets["off topic"].append(_with(row, answer=draw.choice(ELSEWHERE)))
        sets["copy"].append(_with(row, question=row.question.upper() if draw.random() < 0.5 else f" {row.question}  "))
        sets["copy in other words"].append(_with(row, question=_nearly(row.question, draw)))
        held = draw.choice(exam)
        sets["leak of the exam"].append(
            _with(row, question=draw.choice((held, f"Please tell me: {held}", held.lower())))
        )
    return dict(sets)


def _with(row: Sample, **texts: str) -> Sample:
    changed = msgspec.structs.replace(row, **texts)
    return msgspec.structs.replace(changed, id=f"bad {changed.question} {changed.answer}")


def _strong(text: str) -> list[str]:
    """Names and numbers of a text as they are written."""
    keys = set(names_and_numbers(text))
    return [word for word in _WORD.findall(text) if word.lower() in keys]


def _swapped(row: Sample, pool: Sequence[str], draw: random.Random) -> str:
    """The answer with one name or number exchanged for another of its kind; "" when it has none."""
    said = {word.lower() for word in _WORD.findall(f"{row.question} {row.answer}")}
    places = [m for m in _WORD.finditer(row.answer) if m[0] in _strong(row.answer)]
    if not places:
        return ""
    place = draw.choice(places)
    others = [word for word in pool if word[0].isdigit() == place[0][0].isdigit() and word.lower() not in said]
    return row.answer[: place.start()] + draw.choice(others) + row.answer[place.end() :] if others else ""


def _nearly(question: str, draw: random.Random) -> str:
    """A copy that a lazy teacher makes: a filler word, a doubled mark, a missing article."""
    ways: tuple[Callable[[str], str], ...] = (
        lambda text: text.replace(" the ", " ", 1),
        lambda text: text.rstrip("?") + "??",
        lambda text: text.replace(" ", "  "),
        lambda text: text[0].lower() + text[1:],
    )
    return draw.choice(ways)(question)


def measure(rows: int, seed: int) -> tuple[dict[str, dict[str, float]], dict[str, int]]:
    """(share of rows discarded, by kind and filter; "any" is the chain), and the rows of each kind."""
    draw = random.Random(seed)
    material, _notes = read_material(paths.starter_taxonomy(), LEAF)
    good = good_rows(material, rows, draw)
    kinds = {"good": list(good), **corrupted(material, good, draw)}
    held_out = exam_for(material, paths.starter_taxonomy() / LEAF, 20)
    kit = Kit(ScriptedRuntime(), read_phrasebook(paths.resources() / "phrasing" / "english.json"))
    shares: dict[str, dict[str, float]] = {}
    for kind, bad in kinds.items():
        lost: dict[str, set[str]] = {}
        for one in (FormFilter(FormFilter.Options()), DuplicateFilter(DuplicateFilter.Options()),
                    GroundingFilter(GroundingFilter.Options())):  # fmt: skip
            lost[one.type] = _lost(one, material, held_out, good if kind.startswith("copy") else (), bad, kit)
        lost["any"] = set().union(*lost.values())
        shares[kind] = {name: len(ids) / max(1, len({row.id for row in bad})) for name, ids in lost.items()}
    return shares, {kind: len(bad) for kind, bad in kinds.items()}


def _lost(
    one: Filter,
    material: Material,
    held_out: Sequence[ExamQuestion],
    before: Sequence[Sample],
    rows: Sequence[Sample],
    kit: Kit,
) -> set[str]:
    """Ids of the rows that a filter discards after it has seen the rows `before`."""
    one.begin(material, held_out)
    one.judge(material, before, kit)
    lost: set[str] = set()
    for row in rows:
        (verdict,) = one.judge(material, [row], kit)
        if not verdict.passed:
            lost.add(row.id)
        elif not before and row.id.startswith("bad"):  # bad rows are held against good ones, not against each other
            one.begin(material, held_out)
    return lost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    shares, counts = measure(options.rows, options.seed)
    names = list(next(iter(shares.values())))
    print(f"{'share discarded':28}{'rows':>6}" + "".join(f"{name.removesuffix('Filter'):>14}" for name in names))
    for kind, by_filter in shares.items():
        print(f"{kind:28}{counts[kind]:6}" + "".join(f"{by_filter[name]:14.1%}" for name in names))


if __name__ == "__main__":
    main()

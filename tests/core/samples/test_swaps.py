"""Exchanged names and numbers: what was copied stays copied, and nothing else changes."""

from __future__ import annotations

import random
import re

from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.samples.material import Seed
from labdesk.core.samples.swaps import copied, swapped

PEOPLE = ["Ivy Stone", "Martin Hale", "Anna West", "Clara Moss"]
TOWNS = ["Oldwick", "Redford", "Ashby", "Milton"]


def a_seed(person: str, guests: int, town: str, fact: str = "seed 1") -> Seed:
    return Seed(
        fact=fact,
        question="Write the line.",
        answer=f"{person} | {guests} guests | {town}",
        context=f"The book was signed by {person}, who brought {guests} guests from {town}. {person.split()[0]} laughed.",
    )


SEEDS = [a_seed(person, 3 + n, town, f"seed {n}") for n, (person, town) in enumerate(zip(PEOPLE, TOWNS, strict=True))]


@given(st.integers(0, 3), st.integers())
def test_a_swap_changes_text_and_answer_alike(index: int, chance: int) -> None:
    seed = SEEDS[index]
    made = swapped(seed, SEEDS, random.Random(chance))
    assert made is not None
    person, guests, town = re.fullmatch(r"(\w+ \w+) \| (\d+) guests \| (\w+)", made.answer).groups()  # type: ignore[union-attr]
    assert made == a_seed(person, int(guests), town, seed.fact)
    assert not {person, town} & set(re.findall(r"\w+ \w+|\w+", seed.answer))
    assert town in TOWNS


def test_names_are_exchanged_with_their_like_only() -> None:
    kinds = {" ".join(one.words): one.place for one in copied(SEEDS[0])}
    assert kinds == {"Ivy Stone": False, "Oldwick": True, "3": False}


def test_computed_numbers_years_and_sentence_beginnings_stay() -> None:
    computed = Seed(
        fact="s", question="How many?", answer="The sum is 7.", context="The basket holds 3 apples and 4 pears."
    )
    assert copied(computed) == []
    year = Seed(fact="s", question="When?", answer="1874", context="It was lit in 1874.")
    assert copied(year) == []
    assert swapped(year, [year], random.Random(1)) is None


def test_a_long_text_is_left_alone() -> None:
    seed = SEEDS[0]
    long = Seed(fact="s", question=seed.question, answer=seed.answer, context=seed.context + " and so on" * 30)
    assert copied(long) == []


@given(st.text(max_size=60), st.text(max_size=30))
def test_any_text_can_be_looked_at(context: str, answer: str) -> None:
    seed = Seed(fact="s", question="?", answer=answer, context=context)
    swapped(seed, [seed, *SEEDS], random.Random(0))

"""Held-out samples are never shown, come from many facts, and do not depend on the order of the dataset."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.samples.holding_out import HELD_OUT, held_out
from labdesk.core.samples.mixing import Mix, Visit
from labdesk.core.samples.sample import Provenance, Root, Sample


def sample(number: int, root: Root = "knowledge", fact: int = 0) -> Sample:
    return Sample(
        id=f"{root}{number}", leaf=f"{root}/leaf", root=root, form="short", origin="pattern", fact=f"fact {fact}",
        question=f"What is {root} {number}?", answer="name", provenance=Provenance(block="b"),
    )  # fmt: skip


@given(st.integers(0, 60), st.integers(0, 60), st.randoms())
def test_what_is_held_out_is_never_shown(count: int, shown: int, order) -> None:  # type: ignore[no-untyped-def]
    samples = [sample(number, fact=number % 7) for number in range(count)]
    visits = tuple(Visit(one) for one in samples[:shown])
    mixed = Mix(knowledge=visits, skills=(), tokens=0)
    found = held_out(samples, mixed).get("knowledge", [])
    assert not {one.id for one in found} & {visit.sample.id for visit in visits}
    assert len(found) == (min(HELD_OUT, max(0, count - shown)) if visits else 0)
    shuffled = list(samples)
    order.shuffle(shuffled)
    assert held_out(shuffled, mixed).get("knowledge", []) == found
    facts = {one.fact for one in samples[shown:]}
    assert len({one.fact for one in found}) == (min(len(facts), HELD_OUT) if visits else 0)


def test_each_phase_has_its_own() -> None:
    one, two = sample(1), sample(2, "compositional_skills")
    spare, other = sample(3), sample(4, "compositional_skills")
    mixed = Mix(knowledge=(Visit(one),), skills=(Visit(two), Visit(one)), tokens=0)
    assert held_out([one, two, spare, other], mixed) == {"knowledge": [spare], "skills": [other]}
    assert held_out([one, two], mixed) == {}

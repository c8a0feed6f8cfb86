"""The fact ledger: facts with their quotes, and how well samples cover them."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.samples.ledger import COVERED_FROM, Coverage, coverage, ledger, source_tokens
from labdesk.core.samples.sample import Provenance, Sample, Verdict
from tests.engine.pipeline.material import TEXT, a_material, a_skill


def a_sample(fact: str, number: int, *, kept: bool = True, teacher: bool = False) -> Sample:
    return Sample(
        id=f"{fact}{number}", leaf="knowledge/ferry", root="knowledge", form="short", origin="pattern", fact=fact,
        question="What is it?", answer="It is so.", provenance=Provenance(block="b", prompt_sha="0" if teacher else ""),
        verdicts=() if kept else (Verdict("b", False, reason="Too short."),),
    )  # fmt: skip


def test_facts_are_numbered_and_quote_the_document() -> None:
    material = a_material()
    facts = ledger(material)
    assert [fact.number for fact in facts] == list(range(1, len(facts) + 1))
    assert [fact.name for fact in facts[:3]] == ["seed 1.1", "seed 1.2", "seed 1.3"]
    assert facts[0].quote == "The ferry was founded by Tilde Aarup in 1874."
    assert "rapeseed oil" in facts[1].quote and "34 minutes" in facts[2].quote
    for fact in facts:
        assert fact.document == "ferry.md" and TEXT[fact.start : fact.end].strip() == fact.quote
        assert fact.row_tokens > 0
    assert {part.fact for part in material.statements} <= {fact.name for fact in facts}


def test_coverage_names_the_thin_facts_and_why() -> None:
    material = a_material()
    names = [fact.name for fact in ledger(material)]
    samples = [a_sample(name, n, teacher=n == 0) for name in names[1:] for n in range(COVERED_FROM)]
    samples += [a_sample(names[0], n, kept=False) for n in range(3)]
    found = coverage(material, samples)
    assert found.covered == len(names) - 1
    (thin,) = found.thin
    assert (thin.fact.name, thin.kept, thin.discarded, thin.reason) == (names[0], 0, 3, "Too short.")
    assert found.facts[1].by_teacher == 1
    assert msgspec.json.decode(msgspec.json.encode(found), type=Coverage) == found


def test_new_examples_of_a_skill_count_for_their_seed() -> None:
    material = a_skill()
    row = msgspec.structs.replace(a_sample("seed 3 example 7", 0), leaf=material.leaf)
    assert {one.fact.name: one.kept for one in coverage(material, [row]).facts}["seed 3"] == 1
    assert source_tokens(material) > 0 and all(fact.quote == "" for fact in ledger(material))


@given(st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.booleans()), max_size=40))
def test_every_sample_is_counted_once(rows: list[tuple[int, bool, bool]]) -> None:
    material = a_material()
    names = [fact.name for fact in ledger(material)]
    samples = [
        a_sample(names[at % len(names)], n, kept=kept, teacher=taught) for n, (at, kept, taught) in enumerate(rows)
    ]
    found = coverage(material, samples)
    assert sum(one.kept + one.discarded for one in found.facts) == len(samples)
    assert sum(one.by_teacher for one in found.facts) == sum(s.kept and bool(s.provenance.prompt_sha) for s in samples)
    assert found.covered + len(found.thin) == len(names)

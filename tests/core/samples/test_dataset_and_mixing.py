"""Datasets are frozen whole; mixing spends a budget fairly and repeatably."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from labdesk.core import paths
from labdesk.core.errors import GenerationError, StorageError
from labdesk.core.exam.question import ExamQuestion
from labdesk.core.plans.recipe import Recipe, read_recipe
from labdesk.core.samples.dataset import DatasetAbout, freeze, read
from labdesk.core.samples.identity import sample_id, sample_seed
from labdesk.core.samples.messages import export_messages
from labdesk.core.samples.mixing import Mix, mix
from labdesk.core.samples.sample import Form, Provenance, Root, Sample


def a_sample(
    number: int, *, fact: str = "seed 1", form: Form = "short", root: Root = "knowledge", **more: str
) -> Sample:
    return Sample(
        id=f"s{number}",
        leaf=more.get("leaf", f"{root}/leaf"),
        root=root,
        form=form,
        origin="pattern",
        fact=fact,
        question=more.get("question", f"What is number {number}?"),
        answer=more.get("answer", "one two three"),
        context=more.get("context", ""),
        provenance=Provenance(block="b"),
    )


REPLAY = [
    Sample(
        id=f"r{n}",
        leaf="general",
        root="knowledge",
        form="short",
        origin="replay",
        fact=f"replay {n}",
        question="How are you?",
        answer="Fine.",
        provenance=Provenance(block="replay"),
    )
    for n in range(5)
]


def words(text: str) -> int:
    return len(text.split())


def a_mix(samples: list[Sample], **changes: float) -> Mix:
    recipe = Recipe(**{"tokens": 2000, **changes})  # type: ignore[arg-type]
    return mix(samples, REPLAY, recipe, words, seed=1)


def test_identity_depends_on_place_only() -> None:
    assert sample_id(1, "leaf", "block", "unit", 0) == sample_id(1, "leaf", "block", "unit", 0)
    places = {
        sample_id(s, leaf, b, "u", i) for s in (1, 2) for leaf in ("a", "ab") for b in ("b", "bb") for i in (0, 1)
    }
    assert len(places) == 16
    assert 0 < sample_seed("x") < 2**31


def test_dataset_survives_and_damage_is_seen(tmp_path: Path) -> None:
    samples = [a_sample(1, question="Was it “Øl”?"), a_sample(2, fact="seed 2")]
    exam = [ExamQuestion(id="q", leaf="knowledge/leaf", question="Who?", answer="X")]
    made = freeze(tmp_path / "d", DatasetAbout(name="d"), samples, exam)
    assert read(tmp_path / "d") == made
    assert made.about.leaves[0].facts == 2
    (tmp_path / "d" / "train.jsonl").write_bytes(b"{}\n")
    with pytest.raises(StorageError, match="damaged"):
        read(tmp_path / "d")


def test_empty_dataset_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="empty"):
        freeze(tmp_path / "d", DatasetAbout(name="d"), [], [])
    assert list(tmp_path.iterdir()) == []


def test_messages_put_the_context_first(tmp_path: Path) -> None:
    assert export_messages([a_sample(1, context="Text.")], tmp_path / "m.jsonl") == 1
    line = json.loads((tmp_path / "m.jsonl").read_text())
    assert line["messages"][0] == {"role": "user", "content": "Text.\n\nWhat is number 1?"}
    assert line["messages"][1]["role"] == "assistant"


def test_every_fact_is_visited_and_wordings_rotate() -> None:
    samples = [a_sample(10 * fact + n, fact=f"seed {fact}") for fact in range(4) for n in range(6)]
    visits = a_mix(samples, visits_per_seed=6).knowledge
    own = [visit.sample.id for visit in visits if visit.sample.origin != "replay"]
    assert sorted(own) == sorted(sample.id for sample in samples), "each wording once before any comes twice"
    share = sum(visit.sample.origin == "replay" for visit in visits) / len(visits)
    assert share == pytest.approx(0.2, abs=0.03)


def test_budget_is_kept_but_no_fact_is_lost() -> None:
    samples = [a_sample(n, fact=f"seed {n}") for n in range(30)]
    made = a_mix(samples, tokens=600)
    assert {visit.sample.fact for visit in made.knowledge} >= {sample.fact for sample in samples}
    assert made.tokens <= 900


def test_short_answers_come_first_and_go_on() -> None:
    samples = [a_sample(n, fact=f"seed {n % 5}") for n in range(50)]
    samples += [a_sample(100 + n, fact=f"document {n}", form="long") for n in range(20)]
    visits = a_mix(samples, tokens=5000).knowledge
    assert {visit.sample.form for visit in visits if visit.stage == 0} == {"short"}
    late = [visit.sample.form for visit in visits if visit.stage == 1 and visit.sample.origin != "replay"]
    assert "long" in late
    assert "short" in late, "short answers are rehearsed among the long ones"


def test_skills_phase_rehearses_phase_one() -> None:
    samples = [a_sample(n, fact=f"seed {n}") for n in range(10)]
    samples += [a_sample(50 + n, fact=f"skill {n}", root="compositional_skills") for n in range(10)]
    made = a_mix(samples, tokens=4000)
    assert {visit.sample.root for visit in made.knowledge} == {"knowledge"}
    assert {visit.sample.root for visit in made.skills} == {"knowledge", "compositional_skills"}
    assert not a_mix(samples[:10]).skills
    assert not a_mix(samples[10:]).knowledge


def test_foundational_examples_are_visited_as_skills() -> None:
    samples = [a_sample(n, fact=f"seed {n}") for n in range(5)]
    samples += [a_sample(50 + n, fact=f"seed {n} example 0", root="foundational_skills") for n in range(5)]
    visits = a_mix(samples, tokens=9000, visits_per_seed=12, visits_per_skill=4).knowledge
    counted = [visit.sample.root for visit in visits if visit.sample.origin != "replay"]
    assert (counted.count("foundational_skills"), counted.count("knowledge")) == (20, 60)


def test_mix_is_repeatable() -> None:
    samples = [a_sample(n, fact=f"seed {n % 7}") for n in range(70)]
    assert a_mix(samples) == a_mix(samples)


def test_shipped_recipe_reads_and_bad_ones_explain(tmp_path: Path) -> None:
    assert read_recipe(paths.resources() / "recipes" / "laptop.yaml").tokens > 10_000
    (tmp_path / "bad.yaml").write_text("replay_share: 1.5\n")
    with pytest.raises(GenerationError, match="bad.yaml"):
        read_recipe(tmp_path / "bad.yaml")


def test_every_skill_leaf_has_its_share_of_the_skills_phase() -> None:
    few = [
        a_sample(n, fact=f"seed {n}", root="compositional_skills", leaf="compositional_skills/few") for n in range(3)
    ]
    many = [
        a_sample(50 + n, fact=f"seed {n}", root="compositional_skills", leaf="compositional_skills/many")
        for n in range(40)
    ]
    visits = a_mix(few + many, tokens=2400, visits_per_skill=9).skills
    counted = Counter(visit.sample.leaf for visit in visits)
    assert counted["compositional_skills/few"] == 27  # all it wants; the other one gets the rest
    assert counted["compositional_skills/many"] > 70


def test_the_rehearsal_has_the_shares_of_the_knowledge_phase() -> None:
    samples = [a_sample(n, fact=f"seed {n % 5}") for n in range(100)]
    samples += [a_sample(200 + n, fact=f"document {n}", form="long") for n in range(40)]
    samples += [a_sample(300 + n, fact=f"skill {n}", root="foundational_skills") for n in range(30)]
    samples += [a_sample(400 + n, fact=f"skill {n}", root="compositional_skills") for n in range(10)]
    made = a_mix(
        samples, tokens=60_000, visits_per_seed=60, visits_per_statement=4, visits_per_skill=30, rehearsal_share=0.5
    )
    counted = Counter((v.sample.root, v.sample.form) for v in made.skills if v.sample.origin != "replay")
    seeds, statements = counted["knowledge", "short"], counted["knowledge", "long"]
    assert seeds > statements > 0, "five facts in many wordings weigh more than forty sentences"
    assert seeds > counted["foundational_skills", "short"] > 0

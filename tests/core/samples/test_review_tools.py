"""Deciding on many, repairing alike, finding neighbours, keeping prompts: the plain data behind Review."""

from __future__ import annotations

from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.samples.bulk import BulkRule, chosen, judge_score
from labdesk.core.samples.identity import prompt_hash
from labdesk.core.samples.neighbours import Neighbours
from labdesk.core.samples.prompt_log import PromptLog, PromptWriter
from labdesk.core.samples.repair import repaired, repairs
from labdesk.core.samples.review import Decision, ReviewJournal
from labdesk.core.samples.sample import Provenance, Sample, Verdict
from labdesk.core.storage import Journal, JournalReader


def a_sample(
    name: str, question: str = "What?", answer: str = "That.", *, leaf: str = "a", score: float | None = None,
    kept: bool = True,
) -> Sample:  # fmt: skip
    verdicts = () if score is None and kept else (Verdict("Judge", kept, score, "" if kept else "No."),)
    return Sample(
        id=name, leaf=leaf, root="knowledge", form="short", origin="pattern", fact="f", question=question,
        answer=answer, provenance=Provenance(block="b"), verdicts=verdicts,
    )  # fmt: skip


def ids(rule: BulkRule, samples: list[Sample], decided: tuple[str, ...] = ()) -> list[str]:
    decisions = {name: Decision(sample=name, verdict="accepted") for name in decided}
    return [sample.id for sample in chosen(rule, samples, decisions)]


def test_a_bulk_rule_takes_leaf_points_and_words() -> None:
    samples = [
        a_sample("high", score=0.9), a_sample("low", score=0.2), a_sample("none"),
        a_sample("other", leaf="b", score=0.95), a_sample("gone", score=0.1, kept=False),
        a_sample("oil", "Which oil?", "Rapeseed.", score=0.5),
    ]  # fmt: skip
    assert ids(BulkRule(), samples) == ["high", "low", "none", "other", "oil"]
    assert ids(BulkRule(leaf="a", least=0.5), samples) == ["high", "oil"]
    assert ids(BulkRule(most=0.3), samples) == ["low"]
    assert ids(BulkRule(most=0.3, discarded=True), samples) == ["low", "gone"]
    assert ids(BulkRule(words="rapeseed OIL"), samples) == ["oil"]
    assert "high" not in ids(BulkRule(), samples, decided=("high",))
    assert "high" in ids(BulkRule(decided=True), samples, decided=("high",))
    assert judge_score(samples[0]) == 0.9 and judge_score(samples[2]) is None


def test_a_repair_is_found_and_made_elsewhere() -> None:
    made = repairs(
        ("Who built it?", "It was built by Ole Holm in 1881."), ("Who built it?", "It was built by Ole Holm in 1882.")
    )
    assert len(made) == 1 and (made[0].old, made[0].new) == ("1881", "1882")
    assert repaired(made, "When?", "In 1881, they say.") == ("When?", "In 1882, they say.")
    assert repaired(made, "When?", "In 18810.") is None, "only whole words"
    assert repaired(made, "In 1881?", "Yes.") is None, "only in the same text"


def test_an_added_word_is_repaired_behind_the_same_word() -> None:
    made = repairs(("Q?", "The lantern burns oil."), ("Q?", "The lantern burns rapeseed oil."))
    assert repaired(made, "Q?", "At night it burns oil.") == ("Q?", "At night it burns rapeseed oil.")


def test_a_new_text_only_replaces_the_very_same() -> None:
    made = repairs(("Q?", "Nonsense."), ("Q?", "Rapeseed oil"))
    assert repaired(made, "Another?", "Nonsense.") == ("Another?", "Rapeseed oil")
    assert repaired(made, "Another?", "Nonsense. And more.") is None


texts = st.text(st.sampled_from("ab .,1"), min_size=1, max_size=14).filter(str.strip)


@given(texts, texts, texts, texts)
def test_a_repair_gives_the_edit_where_it_was_made(q: str, a: str, new_q: str, new_a: str) -> None:
    made = repairs((q, a), (new_q, new_a))
    assert repaired(made, q, a) == (None if (q, a) == (new_q, new_a) else (new_q, new_a))


def test_neighbours_are_the_most_alike_of_the_same_leaf() -> None:
    index = Neighbours()
    near = a_sample("near", "Who founded the lantern ferry?")
    rows = [near, a_sample("same", "By whom was the lantern ferry founded?"), a_sample("far", "Which oil burns?")]
    rows.append(a_sample("elsewhere", "Who founded the lantern ferry?", leaf="b"))
    for row in [*rows, near]:
        index.add(row)
    found = index.nearest(near)
    assert found[0][0] == "same" and found[0][1] > 0.9
    assert not {"elsewhere", "near"} & {name for name, _ in found}


def test_prompts_are_kept_once_and_found_again(tmp_path: Path) -> None:
    for _start in range(2):
        writer = PromptWriter(tmp_path)
        for text in ("one", "two", "one"):
            writer.add(text)
        writer.close()
    assert PromptLog(tmp_path).look(prompt_hash("two")) == "two"
    assert PromptLog(tmp_path).look("nothing") == ""
    assert len((tmp_path / "prompts.jsonl").read_bytes().splitlines()) == 2
    assert PromptLog(tmp_path / "older").look("x") == ""


def test_decisions_are_appended_beside_those_of_another_program(tmp_path: Path) -> None:
    mine, other = ReviewJournal(tmp_path), ReviewJournal(tmp_path)
    mine.add([Decision(sample="a", verdict="accepted"), Decision(sample="b", verdict="rejected")])
    other.add([Decision(sample="c", verdict="accepted")])
    mine.add([Decision(sample="b", verdict="undone")])
    assert {name: one.verdict for name, one in mine.read().items()} == {"a": "accepted", "c": "accepted"}


class Line(msgspec.Struct):
    text: str


def test_a_journal_is_read_in_slices(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    journal.append_all([Line("x" * n) for n in range(200)])
    journal.close()
    reader = JournalReader(tmp_path / "j", Line)
    seen = reader.read_new(500)
    slices = 1
    assert 0 < len(seen) < 200 and reader.rest
    while reader.rest:
        seen += reader.read_new(500)
        slices += 1
    assert [len(line.text) for line in seen] == list(range(200)) and slices > 10
    with open(tmp_path / "j", "ab") as file:
        file.write(b'{"n":200,"c":1,"v":{"text"')
    assert reader.read_new(5) == [] and reader.rest == 0, "an unfinished line is waited for, not asked for again"
